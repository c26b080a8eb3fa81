//! Things by their ids: the state of an aggregate, with its version.

use fugong_core::Position;
use fugong_domain::{EnterpriseId, FlagId, Principal, act::REGIME, credit::Credit, regime::Regime};
use serde_json::{Value, json};

use crate::{
    counts,
    desk::{Desk, trouble},
    door, event,
    look::{AS_OF, AT_POSITION, Asked, Content, Format, Found, Look, Page, StandsOn, TRUE_ON},
    problem::Problem,
    record::{self, typed},
    sight,
    veil::Veil,
};

/// How many events are told along with a thing.
const TOLD: usize = 200;

pub(super) const fn thing(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    answer: &'static str,
) -> Look {
    Look {
        id,
        answer,
        path,
        summary,
        query: &[AS_OF, AT_POSITION],
        formats: &[Format::Json],
        stands_on: StandsOn::Head,
        roles: "whoever may see the enterprise it is about",
        deed: None,
        run: plain,
    }
}

pub(super) const LOOKS: &[Look] = &[
    thing(
        "read_resumption",
        "/v1/enterprises/{uscc}/resumptions",
        "How its production stands",
        "ResumptionRecord",
    ),
    thing("read_plan", "/v1/enterprises/{uscc}/plans", "Its prevention plan", "PlanRecord"),
    thing(
        "read_postings",
        "/v1/enterprises/{uscc}/postings",
        "Who holds its seats",
        "PostingRecord",
    ),
    thing(
        "read_credit_record",
        "/v1/enterprises/{uscc}/credit-record",
        "Its credit record",
        "CreditRecord",
    ),
    thing("read_inspection", "/v1/inspections/{id}", "An inspection", "InspectionRecord"),
    thing(
        "read_order",
        "/v1/rectification-orders/{id}",
        "An order to rectify",
        "RectificationRecord",
    ),
    thing(
        "read_support_case",
        "/v1/support-cases/{id}",
        "A difficulty and who helps with it",
        "SupportRecord",
    ),
    thing("read_incident", "/v1/epidemic-incidents/{id}", "An incident", "EpidemicRecord"),
    thing("read_measure", "/v1/control-measures/{id}", "A measure of control", "MeasureRecord"),
    Look {
        run: flag,
        ..thing("read_flag", "/v1/credit-flags/{id}", "A flag of a credit record", "FlagRecord")
    },
    Look {
        roles: "everybody but enterprises",
        ..thing("read_officer", "/v1/officers/{id}", "An officer", "OfficerRecord")
    },
    Look {
        roles: "everybody but enterprises",
        ..thing("read_task", "/v1/tasks/{id}", "A task", "TaskRecord")
    },
    Look {
        run: regime,
        query: &[AS_OF, AT_POSITION, TRUE_ON],
        roles: "everybody who is known",
        ..thing("read_regime", "/v1/regime", "The rules in force on a day", "RegimeRecord")
    },
];

/// The kind of aggregate at an address, and its id.
fn target(asked: &Asked, path: &str) -> Result<(&'static str, String), Problem> {
    if let Some(code) = asked.params.get("uscc") {
        let id = door::enterprise(code)?;
        return Ok(match path.rsplit('/').next() {
            Some("resumptions") => ("resumption", id.to_string()),
            Some("plans") => ("plan", id.to_string()),
            Some("postings") => ("posting", id.to_string()),
            _ => ("credit", id.whole().to_string()),
        });
    }
    let kind = match path.split('/').nth(2) {
        Some("inspections") => "inspection",
        Some("rectification-orders") => "rectification",
        Some("officers") => "officer",
        Some("support-cases") => "support",
        Some("epidemic-incidents") => "epidemic",
        Some("control-measures") => "measure",
        Some("data-subjects") => "data-subject",
        _ => "task",
    };
    Ok((kind, asked.param("id").to_owned()))
}

fn plain<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let (who, stand) = (asked.who()?, asked.stand(desk).await?);
        let (kind, id) = target(asked, &asked.path)?;
        let absent = || Problem::absent(format!("{kind} {id}"));
        let found = record::of(desk, kind, &id, stand.at).await?;
        let about = enterprise_of(desk, kind, &id).await?;
        let seen = sight::check_thing(desk, who, (kind, about.as_ref())).await;
        seen.map_err(|problem| problem.instead(absent()))?;
        let opens = sight::opens(who, kind);
        let (state, version) = match found {
            Some((mut state, version)) => {
                if kind == "epidemic" && !opens {
                    counts::withhold(&mut state);
                }
                (state, version)
            }
            // An enterprise has a plan, seats and a record from the first day, empty ones.
            None if asked.params.contains_key("uscc") => (Value::Null, 0),
            None => return Err(absent()),
        };
        let mut page = answer(desk, asked, stand.at, (&id, state, version));
        if matches!(
            kind,
            "plan"
                | "inspection"
                | "rectification"
                | "officer"
                | "support"
                | "epidemic"
                | "measure"
                | "data-subject"
        ) && let Content::Json(Value::Object(members)) = &mut page.content
        {
            let told = told(desk, (kind, &id), page.position, (who, opens)).await?;
            members.insert("events".to_owned(), told);
        }
        Ok(page)
    })
}

/// The last events of a thing: its words stand there, not in its state.
pub(super) async fn told(
    desk: &Desk,
    (kind, id): (&str, &str),
    upto: Position,
    (who, may_see): (&Principal, bool),
) -> Result<Value, Problem> {
    let mut events = desk.log().history(kind, id).await.map_err(trouble)?;
    events.retain(|event| event.position <= upto);
    let before = events.len().saturating_sub(TOLD);
    let events = Veil::of(desk, who).await?.all(events.split_off(before)).await?;
    Ok(events.iter().map(|told| event::shown(desk, told, may_see)).collect())
}

fn flag<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let (who, stand) = (asked.who()?, asked.stand(desk).await?);
        let absent = || Problem::absent(format!("flag {}", asked.param("id")));
        let flag: FlagId = asked.param("id").parse().map_err(|_| absent())?;
        let enterprise = door::enterprise(flag.enterprise()).map_err(|_| absent())?;
        let seen = sight::check(desk, who, &enterprise, None).await;
        seen.map_err(|problem| problem.instead(absent()))?;
        let (credit, version) = typed::<Credit>(desk, flag.enterprise(), stand.at).await?;
        let found = credit.flag(flag.number()).ok_or_else(absent)?;
        let state = serde_json::to_value(found).map_err(Problem::unavailable)?;
        Ok(answer(desk, asked, stand.at, (flag.as_str(), state, version)))
    })
}

fn regime<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        asked.who()?;
        let stand = asked.stand(desk).await?;
        let (regime, version) = typed::<Regime>(desk, REGIME, stand.at).await?;
        let level = regime.risk_level(stand.on, None, None);
        let mut state = serde_json::to_value(&regime).map_err(Problem::unavailable)?;
        if let Value::Object(members) = &mut state {
            members.insert("rules_in_force".to_owned(), json!(regime.rules_at(stand.on)));
            members.insert("risk_level".to_owned(), json!(level));
            members.insert("true_on".to_owned(), json!(stand.on));
        }
        Ok(answer(desk, asked, stand.at, (REGIME, state, version)))
    })
}

pub(super) fn answer(
    desk: &Desk,
    asked: &Asked,
    at: Option<Position>,
    (id, state, version): (&str, Value, u64),
) -> Page {
    let position = at.unwrap_or_else(|| desk.log().head());
    let may_see = asked.principal.as_ref().is_some_and(sight::sees_persons);
    let body = json!({
        "id": id,
        "version": version,
        "position": position.to_string(),
        "state": desk.opened(state, may_see),
    });
    Page::json(position, body).version(version)
}

/// The enterprise that a thing is about, if it is about one.
pub(crate) async fn enterprise_of(
    desk: &Desk,
    kind: &str,
    id: &str,
) -> Result<Option<EnterpriseId>, Problem> {
    match kind {
        "enterprise" | "resumption" | "plan" | "posting" | "credit" => Ok(id.parse().ok()),
        "inspection" | "rectification" | "support" | "epidemic" | "measure" | "task" => {
            let first = desk.log().history(kind, id).await.map_err(trouble)?;
            let payload = first.first().map_or("null", |event| &*event.payload);
            Ok(named_in(kind, id, payload))
        }
        _ => Ok(None),
    }
}

/// The enterprise that an aggregate is about, as the payload of its first event says it.
pub(crate) fn named_in(kind: &str, id: &str, payload: &str) -> Option<EnterpriseId> {
    match kind {
        "enterprise" | "resumption" | "plan" | "posting" | "credit" => id.parse().ok(),
        "inspection" | "rectification" | "support" | "epidemic" | "measure" | "task" => {
            let said: Value = serde_json::from_str(payload).unwrap_or_default();
            let said = crate::perform::inner(&said)?;
            let whom = said.get("target").unwrap_or(said).get("enterprise")?;
            whom.as_str()?.parse().ok()
        }
        _ => None,
    }
}
