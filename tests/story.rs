//! The story of February and March 2020, played as `fugong demo` plays it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_api::{Desk, IfMatch, Request};
use fugong_core::{Position, Recorded, shanghai_day};
use fugong_domain::Kind;
use fugong_engine::{Filter, Log};
use fugong_fixtures::{data, steps};
use serde_json::{Map, Value};

use crate::http::bench;

/// A line of acts.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: DateTime<Utc>,
    #[serde(rename = "as")]
    by: String,
    path: String,
    key: String,
    if_match: Option<u64>,
    refused: Option<String>,
    body: Map<String, Value>,
}

/// What came of the story.
pub(crate) struct Told {
    pub(crate) log: Log,
    pub(crate) events: Vec<Recorded>,

    /// The codes of what was refused.
    pub(crate) refused: BTreeSet<String>,
    advisories: BTreeSet<String>,
    faults: Vec<String>,
    _folder: tempfile::TempDir,
}

fn lines() -> Vec<Line> {
    data::STORY.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Plays the story on a fresh log.
pub(crate) async fn told() -> Told {
    told_to(async |_, _| {}).await
}

/// Plays the story on a fresh log; `evening` looks at it whenever a day with acts is over.
pub(crate) async fn told_to(evening: impl AsyncFnMut(&Log, Date)) -> Told {
    told_watched(evening, async |_| {}).await
}

/// The same; `each` looks at it after each act, when what that set off has happened.
pub(crate) async fn told_watched(
    mut evening: impl AsyncFnMut(&Log, Date),
    mut each: impl AsyncFnMut(&Log),
) -> Told {
    let (log, folder) = bench::open("2020-02-20T08:00:00+08:00").await;
    let desk = Desk::new(log.clone());
    desk.allow_hosts([data::RECEIVER]);
    let (mut ids, mut faults) = (BTreeMap::new(), Vec::new());
    let (mut advisories, mut refused) = (BTreeSet::new(), BTreeSet::new());
    let lines = lines();
    for (n, line) in lines.iter().enumerate() {
        let today = shanghai_day(log.now());
        if today < shanghai_day(line.at) {
            evening(&log, today).await;
        }
        if log.now() < line.at {
            log.advance(line.at).await.unwrap();
        }
        let request = Request {
            by: fugong_api::principal(&line.by).unwrap(),
            path: filled(&line.path, &ids),
            key: line.key.clone(),
            if_match: line.if_match.map_or(IfMatch::Current, IfMatch::Version),
            body: filled(&Value::Object(line.body.clone()).to_string(), &ids),
        };
        let (code, said) = match desk.perform(request).await {
            Ok(answer) => {
                ids.insert(line.key.clone(), answer.id);
                advisories.extend(answer.receipt.advisories);
                (None, String::new())
            }
            Err(problem) => (Some(problem.code().to_owned()), problem.detail().to_owned()),
        };
        log.settle().await.unwrap();
        each(&log).await;
        refused.extend(code.clone());
        if code != line.refused {
            let wanted = &line.refused;
            faults.push(format!("line {}: {wanted:?} was wanted, {code:?} said: {said}", n + 1));
        }
    }
    let events = log.events(Position::START, 1_000_000, &Filter::default()).await.unwrap();
    Told { log, events, refused, advisories, faults, _folder: folder }
}

fn filled(text: &str, ids: &BTreeMap<String, String>) -> String {
    let named =
        |text: String, (key, id): (&String, &String)| text.replace(&format!("{{{key}}}"), id);
    ids.iter().fold(text.to_owned(), named)
}

#[actix_web::test]
async fn every_line_comes_out_as_it_says_and_twice_the_same() {
    let (first, second) = (told().await, told().await);
    assert_eq!(first.faults, Vec::<String>::new());
    let hashes = |told: &Told| told.events.iter().map(|event| event.leaf_hash).collect::<Vec<_>>();
    assert!(hashes(&first) == hashes(&second), "the same story gives other bytes");
}

#[actix_web::test]
async fn every_event_and_advisory_occurs_and_registers_equal_a_rebuild() {
    let told = told().await;
    let happened: BTreeSet<&str> = told.events.iter().map(|event| &*event.event_type).collect();
    let workflow: Value = serde_json::to_value(fugong_api::workflow_json()).unwrap();
    let missing: Vec<&str> = workflow["aggregates"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|aggregate| aggregate["events"].as_array().unwrap())
        .map(|event| event.as_str().unwrap())
        .filter(|event| !happened.contains(event))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "events that never occur");
    let drawn = |(event, from, to): &steps::Taken| {
        let all = Kind::ALL.iter().flat_map(|kind| kind.about().steps);
        let mut its = all.filter(|step| step.event == event && step.to == *to);
        its.any(|step| from.map_or(step.from.is_empty(), |from| step.from.contains(&from)))
    };
    let undrawn: Vec<_> = steps::taken(&told.events).into_iter().filter(|it| !drawn(it)).collect();
    assert_eq!(undrawn, vec![], "steps that the workflow does not draw");
    let wanted = [
        "ENTERPRISE_UNLISTED",
        "SEAT_NOT_REQUIRED",
        "PLAN_MISSING",
        "PLAN_INCOMPLETE",
        "SEAT_VACANT:township",
        "ORDER_OPEN",
        "CREDIT_FLAGGED",
        "RISK_LEVEL:medium",
        "SCALE_DISAGREES_WITH_REVENUE",
        "STOP_ORDER_IN_FORCE",
        "OTHER_LAW_APPLIES",
        "WITHDRAWN_WITHOUT_SUCCESSOR",
        "DUE_BEFORE_SERVICE",
    ];
    let missing: Vec<_> = wanted.iter().filter(|one| !told.advisories.contains(**one)).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "advisories that are never given");
    for status in told.log.register_status().await {
        let rebuilt = told.log.rebuild(&status.name).await.unwrap();
        assert_eq!(rebuilt.differences, vec![], "{}", status.name);
        assert!(0 < rebuilt.rows, "{} is empty", status.name);
    }
}

/// The codes that can be said to somebody who acts, without those of the door.
const REFUSALS: [&str; 34] = [
    "USCC_INVALID",
    "ENTERPRISE_EXISTS",
    "ENTERPRISE_UNKNOWN",
    "ENTERPRISE_CLOSED",
    "TOWNSHIP_UNKNOWN_AT_DATE",
    "NOT_INDUSTRIAL",
    "RESUMED_ON_IN_FUTURE",
    "OCCURRED_ON_IN_FUTURE",
    "SEAT_UNIT_MISMATCH",
    "SEAT_OCCUPIED",
    "SEAT_SAME_OFFICER",
    "OFFICER_ALREADY_POSTED",
    "INSPECTOR_CONFLICT",
    "NO_POSTING_AT_DATE",
    "FINDING_NOT_AGAINST_ENTERPRISE",
    "ORDER_WITHOUT_FINDING",
    "ORDER_WITHOUT_DEADLINE",
    "DEADLINE_NOT_AFTER_ISSUE",
    "FINDING_ALREADY_ORDERED",
    "ORDER_CLOSED",
    "ORDER_NOT_SERVED",
    "CALENDAR_NOT_COVERED",
    "NO_GROUNDS",
    "FLAG_BEFORE_NOTICE",
    "STATEMENT_PERIOD_RUNNING",
    "FLAG_DECIDER_CONFLICT",
    "OBJECTION_OUT_OF_TIME",
    "FLAG_ALREADY_EXPUNGED",
    "LIFT_WITHOUT_STEP",
    "ERASURE_HELD",
    "ROLE_NOT_ALLOWED",
    "OUT_OF_JURISDICTION",
    "NOT_FOUND",
    "VERSION_CONFLICT",
];

#[test]
fn the_story_is_long_and_meets_every_refusal() {
    let lines = lines();
    assert!(600 <= lines.len(), "{} acts", lines.len());
    let met: BTreeSet<_> = lines.iter().filter_map(|line| line.refused.as_deref()).collect();
    let missing: Vec<_> = REFUSALS.iter().filter(|code| !met.contains(**code)).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "refusals that are never said");
}

#[test]
fn a_dozen_enterprises_have_four_kinds_of_act() {
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines().into_iter().filter(|line| line.refused.is_none()) {
        let parts: Vec<_> = line.path.split('/').collect();
        if let ["", "v1", "enterprises", code, kind, ..] = parts.as_slice() {
            kinds.entry((*code).to_owned()).or_default().insert((*kind).to_owned());
        }
    }
    let rich = kinds.values().filter(|kinds| 4 <= kinds.len()).count();
    assert!(12 <= rich, "only {rich}: {kinds:?}");
}
