//! What may be done now about an enterprise, by whom, and why not.
//!
//! Nothing is decided here: each act of the table is tried out on the present state, as the caller
//! would ask it today with the members of its example, and what comes of it is told. So a rule
//! cannot be told otherwise than it is.

use chrono::{DateTime, Days, Utc};
use fugong_core::{Occurred, shanghai_day};
use fugong_domain::{
    EnterpriseId, Principal, Refusal,
    act::REGIME,
    codes::Seat,
    credit::Credit,
    enterprise::Enterprise,
    plan::Plan,
    regime::Regime,
    registers::{IncidentRow, InspectionRow, SupportRow, undated},
    rules::RuleSet,
};
use fugong_engine::Error;
use serde_json::{Map, Value, json};

use crate::{
    deed::{Entry, Makes},
    deeds,
    desk::{Desk, trouble},
    door::{self, Params, Seals},
    look::{Asked, Format, Found, Look, Page, StandsOn},
    perform::{IfMatch, Request, act},
    problem::{Language, Problem, entry as entry_of},
    sight,
};

/// The id under which acts are tried out; none is ever carried out under it.
const TRIAL: &str = "trial";
/// So many days ahead lies a day that has to lie ahead.
const AHEAD: u64 = 7;

/// Refusals that speak of the body that was tried, not of how things stand.
const OF_THE_BODY: &[&str] = &[
    "INVALID_FIELD",
    "NOT_FOUND",
    "MALFORMED",
    "USCC_INVALID",
    "OCCURRED_ON_IN_FUTURE",
    "RESUMED_ON_IN_FUTURE",
    "DEADLINE_NOT_AFTER_ISSUE",
    "ORDER_WITHOUT_FINDING",
    "ORDER_WITHOUT_DEADLINE",
    "NO_GROUNDS",
    "TOWNSHIP_UNKNOWN_AT_DATE",
    "NO_POSTING_AT_DATE",
    "SEAT_UNIT_MISMATCH",
];

/// An example names what was reported under a provisional id, which is nobody's: whose it is
/// depends on the body.
const OF_THE_BODY_OF: &[(&str, &str)] = &[("join_listing", "OUT_OF_JURISDICTION")];

/// An act that can be named, with what its address says.
struct Candidate {
    entry: &'static Entry,
    path: String,
    params: Params,
}

/// What can be asked.
pub(crate) const LOOKS: &[Look] = &[Look {
    id: "read_allowed_acts",
    answer: "AllowedActs",
    path: "/v1/enterprises/{uscc}/allowed-acts",
    summary: "What may be done now, by whom, and why not; a resumption may always be reported",
    query: &[],
    formats: &[Format::Json],
    stands_on: StandsOn::Head,
    roles: "whoever may see it; `allowed` is told for the caller",
    deed: None,
    run: look,
}];

/// The look.
fn look<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let who = asked.who()?;
        let enterprise = door::enterprise(asked.param("uscc"))?;
        sight::check(desk, who, &enterprise, None).await?;
        let position = desk.log().head();
        let now = desk.log().now();
        let today = shanghai_day(now);
        let rules = |regime: &Regime, _| regime.rules_at(today).cloned();
        let rules = desk.log().read::<Regime, _>(REGIME, rules).await.map_err(trouble)?;
        let mut items = Vec::new();
        for candidate in candidates(desk, asked, &enterprise).await? {
            items.push(tried(desk, who, (&enterprise, now), &candidate, rules.as_ref()).await?);
        }
        let body = json!({
            "enterprise": enterprise, "items": items, "position": position.to_string(),
        });
        Ok(Page::json(position, body))
    })
}

/// Every act about this enterprise, and about what goes on there.
async fn candidates(
    desk: &Desk,
    asked: &Asked,
    id: &EnterpriseId,
) -> Result<Vec<Candidate>, Problem> {
    let things = things(desk, asked, id).await?;
    let mut found = Vec::new();
    for entry in deeds::TABLE {
        let path = entry.row.path;
        let of = |name: &'static str, values: &[String]| {
            let named = |value: &String| {
                let params = Params::from([("uscc", id.to_string()), (name, value.clone())]);
                Candidate { entry, path: filled(path, &params), params }
            };
            values.iter().map(named).collect::<Vec<_>>()
        };
        if let Some((name, values)) = things
            .iter()
            .find_map(|thing| path.starts_with(thing.path).then_some((thing.name, &thing.values)))
        {
            found.extend(of(name, values));
        } else if path.starts_with("/v1/enterprises/{uscc}/")
            || names_enterprise(entry) && matches!(entry.row.makes, Makes::Thing(_) | Makes::Flag)
        {
            found.extend(of("uscc", &[id.to_string()]));
        }
    }
    Ok(found)
}

/// Things about which there are acts: how the addresses of these begin, by what they name one, and
/// which there are.
struct Things {
    path: &'static str,
    name: &'static str,
    values: Vec<String>,
}

/// What goes on at an enterprise, and its seats.
async fn things(desk: &Desk, asked: &Asked, id: &EnterpriseId) -> Result<Vec<Things>, Problem> {
    let (log, key, whole) = (desk.log(), id.to_string(), id.whole());
    let orders = desk.open_orders(id).await?;
    let flags = |credit: &Credit, _| credit.flags().keys().copied().collect::<Vec<_>>();
    let flags = log.read::<Credit, _>(&whole.to_string(), flags).await.map_err(trouble)?;
    let hazards = |plan: &Plan, _| plan.safety().open_hazards().collect::<Vec<_>>();
    let hazards = log.read::<Plan, _>(&key, hazards).await.map_err(trouble)?;
    let projects = |enterprise: &Enterprise, _| {
        let known = enterprise.entry().into_iter().flat_map(|entry| &entry.projects);
        let open = known.filter(|(_, project)| project.started_on.is_none());
        open.map(|(number, _)| *number).collect::<Vec<_>>()
    };
    let projects = log.read::<Enterprise, _>(&key, projects).await.map_err(trouble)?;
    asked.caught_up(desk).await?;
    let rows = log.rows_with("district", None, &undated("district")).await.map_err(trouble)?.rows;
    let inspections = rows.shared::<InspectionRow>("inspections").map_err(Problem::unavailable)?;
    let inspections = inspections.into_iter().filter(|(_, row)| row.enterprise == *id && !row.void);
    let cases = rows.all::<SupportRow>("supports").map_err(Problem::unavailable)?;
    let cases = cases.into_iter().filter(|(_, row)| row.enterprise == *id);
    let incidents = rows.shared::<IncidentRow>("incidents").map_err(Problem::unavailable)?;
    let incidents =
        incidents.into_iter().filter(|(_, row)| row.enterprise == *id && row.ended.is_none());
    let of = |path, name, values| Things { path, name, values };
    Ok(vec![
        of("/v1/enterprises/{uscc}/postings/{seat}/", "seat", texts(Seat::ALL)),
        of("/v1/enterprises/{uscc}/hazards/{n}/", "n", texts(&hazards)),
        of("/v1/enterprises/{uscc}/key-projects/{n}/", "n", texts(&projects)),
        of("/v1/rectification-orders/{id}/", "id", texts(&orders)),
        of(
            "/v1/credit-flags/{id}/",
            "id",
            flags.iter().map(|number| format!("{whole}.{number}")).collect(),
        ),
        of("/v1/inspections/{id}/", "id", inspections.map(|(key, _)| key).collect()),
        of("/v1/support-cases/{id}/", "id", cases.map(|(key, _)| key).collect()),
        of("/v1/epidemic-incidents/{id}/", "id", incidents.map(|(key, _)| key).collect()),
    ])
}

fn texts<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

fn filled(pattern: &str, params: &Params) -> String {
    params
        .iter()
        .fold(pattern.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

fn example(entry: &Entry) -> Map<String, Value> {
    serde_json::from_str(entry.row.example).unwrap_or_default()
}

fn names_enterprise(entry: &Entry) -> bool {
    example(entry).contains_key("enterprise")
}

/// What comes of one act, if the caller asks it today.
async fn tried(
    desk: &Desk,
    who: &Principal,
    (enterprise, now): (&EnterpriseId, DateTime<Utc>),
    candidate: &Candidate,
    rules: Option<&RuleSet>,
) -> Result<Value, Problem> {
    let Candidate { entry, path, params } = candidate;
    let row = &entry.row;
    let granted = rules.and_then(|rules| rules.granted(row.right)).map(|roles| json!(roles));
    let mut told = json!({
        "act": row.id,
        "summary": row.summary,
        "method": "POST",
        "path": desk.address(path),
        // Who may report a resumption is not a right that anybody grants.
        "roles": granted.unwrap_or_else(|| json!([row.roles])),
    });
    let body = today_body(example(entry), enterprise, now);
    let request = Request {
        by: who.clone(),
        path: path.clone(),
        key: TRIAL.to_owned(),
        if_match: IfMatch::Current,
        body: String::new(),
    };
    let asked = act(desk, entry, (params, TRIAL, Seals::Not), &request, Value::Object(body)).await;
    let outcome = match asked {
        Ok(act) => desk.log().would(&act).await.map_err(of_rule),
        Err(problem) => Err(problem),
    };
    let Value::Object(members) = &mut told else { return Ok(told) };
    let mut say = |name: &str, value: Value| members.insert(name.to_owned(), value);
    match outcome {
        Ok(events) => {
            say("allowed", json!(true));
            say("would", json!(events));
        }
        Err(problem) if problem.status() == 503 => return Err(problem),
        Err(problem) => {
            let of_the_body = OF_THE_BODY.contains(&problem.code)
                || OF_THE_BODY_OF.contains(&(row.id, problem.code));
            say("allowed", json!(of_the_body));
            say(if of_the_body { "depends_on" } else { "code" }, json!(problem.code));
            say("title", json!(entry_of(problem.code).map(|known| known.title(Language::Chinese))));
            say("detail", json!(problem.detail));
        }
    }
    Ok(told)
}

fn of_rule(error: Error<Refusal>) -> Problem {
    Problem::from(error)
}

/// The members of the example, about this enterprise, today.
fn today_body(
    mut body: Map<String, Value>,
    enterprise: &EnterpriseId,
    now: DateTime<Utc>,
) -> Map<String, Value> {
    let today = shanghai_day(now);
    let ahead = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    for (name, value) in &mut body {
        match name.as_str() {
            "enterprise" | "supplier_of" => *value = json!(enterprise),
            "resumed_on" | "started_on" | "since" | "date" | "dated" | "from" | "effective_on"
            | "paid_on" => {
                *value = json!(today);
            }
            "at" | "effective_at" => *value = json!(Occurred::At(now).to_string()),
            "until" | "due" | "expected_on" | "starts_by" => *value = json!(ahead),
            _ => {}
        }
    }
    // An instant of the example would lie in another year: the moment of the act stands for it.
    body.remove("occurred_at");
    body
}
