//! What a thing is about, as its page tells it.

use fugong_domain::{regime::Regime, registers::table};
use serde_json::Value;

use super::{
    super::{
        frame::Here,
        register::cells,
        visitor::{Listed, Visitor},
        words::InspectWords,
    },
    things::{Thing, labels, text, units},
};
use crate::problem::{Language, Problem};

/// A fact, and the way to what it names.
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) text: String,
    pub(super) to: Option<String>,
}

/// A finding of an inspection.
pub(super) struct Finding {
    pub(super) number: u64,
    pub(super) subject: String,
    pub(super) category: String,
    pub(super) severity: String,
    pub(super) facts: String,
    pub(super) handled: String,
    pub(super) order: Option<String>,
}

/// The row of a register that is about it, column by column.
pub(super) async fn row(
    visitor: &Visitor,
    here: &Here,
    (register, key, id): (&'static str, &str, &str),
) -> Result<Vec<Fact>, Problem> {
    let Some(table) = table(register) else { return Ok(Vec::new()) };
    let listed: Listed = visitor.ask("list_rows", &[("name", register)], &[(key, id)]).await?;
    let rows = cells::of(visitor, here, table, &listed).await?;
    let Some(cells) = rows.into_iter().next() else { return Ok(Vec::new()) };
    let columns = table.relation.columns.iter().zip(cells);
    let shown = columns.filter(|(column, cell)| column.name != key && !cell.text.is_empty());
    let fact = |(column, cell): (&fugong_core::Column, cells::Cell)| {
        let label =
            if here.language == Language::Chinese { column.label_zh } else { column.label_en };
        Fact { label: label.to_owned(), text: cell.text, to: cell.to }
    };
    Ok(shown.map(fact).collect())
}

/// What an inspection is about.
pub(super) async fn inspection(
    visitor: &Visitor,
    here: &Here,
    i: &InspectWords,
    state: &Value,
) -> Result<Vec<Fact>, Problem> {
    let on = fugong_core::shanghai_day(visitor.desk.log().now());
    let enterprise = named(visitor, here, state["enterprise"].as_str()).await?;
    let told = |regime: &Regime| {
        let label = |list: &str, value: &Value| labels(regime, here, list, value);
        let units = |value: &Value| units(regime, on, value);
        vec![
            (i.kind, label("inspection_kinds", &state["kind"])),
            (i.on, text(&state["on"])),
            (i.led_by, units(&state["led_by"])),
            (i.joint_with, units(&state["joint_with"])),
            (i.subjects, label("inspection_subjects", &state["subjects"])),
            (i.results, label("result_codes", &state["result_codes"])),
        ]
    };
    Ok(facts(enterprise, visitor.regime(told).await?))
}

/// What a barrier is about.
pub(super) async fn barrier(
    visitor: &Visitor,
    here: &Here,
    i: &InspectWords,
    state: &Value,
) -> Result<Vec<Fact>, Problem> {
    let on = fugong_core::shanghai_day(visitor.desk.log().now());
    let enterprise = named(visitor, here, state["enterprise"].as_str()).await?;
    let told = |regime: &Regime| {
        vec![
            (i.kind, labels(regime, here, "barrier_kinds", &state["kind"])),
            (i.place, text(&state["place"])),
            (i.against, units(regime, on, &state["against"])),
            (i.reported_on, text(&state["reported_on"])),
            (i.unit, units(regime, on, &state["unit"])),
            (i.case_due, text(&state["due"])),
        ]
    };
    Ok(facts(enterprise, visitor.regime(told).await?))
}

fn facts(enterprise: Option<Fact>, told: Vec<(&str, String)>) -> Vec<Fact> {
    let told = told.into_iter().filter(|(_, text)| !text.is_empty());
    let told = told.map(|(label, text)| Fact { label: label.to_owned(), text, to: None });
    enterprise.into_iter().chain(told).collect()
}

/// The enterprise, by its name if it may be seen.
async fn named(
    visitor: &Visitor,
    here: &Here,
    code: Option<&str>,
) -> Result<Option<Fact>, Problem> {
    let Some(code) = code else { return Ok(None) };
    let query = [("enterprise", code), ("fields", "enterprise,name")];
    let rows: Option<Listed> = visitor.may_ask("list_rows", &[("name", "r12")], &query).await?;
    let name = rows.and_then(|rows| Some(text(&rows.items.first()?["name"])));
    let i = InspectWords::of(here.language);
    Ok(Some(Fact {
        label: i.enterprise.to_owned(),
        text: name.map_or_else(|| code.to_owned(), |name| format!("{name}（{code}）")),
        to: Some(here.rows("r12", &[("enterprise", code)])),
    }))
}

pub(super) async fn findings(
    visitor: &Visitor,
    here: &Here,
    i: &InspectWords,
    state: &Value,
) -> Result<Vec<Finding>, Problem> {
    let w = here.words;
    let told = |regime: &Regime| {
        let one = |finding: &Value| {
            let handled = if finding["fixed_on_spot"] == true {
                i.fixed
            } else if finding["declined"] == true {
                i.declined
            } else if finding["superseded_by"].is_null() {
                ""
            } else {
                i.superseded
            };
            Finding {
                number: finding["number"].as_u64().unwrap_or(0),
                subject: labels(regime, here, "inspection_subjects", &finding["subject"]),
                category: labels(regime, here, "finding_categories", &finding["category"]),
                severity: labels(regime, here, "severities", &finding["severity"]),
                facts: match (finding["facts"].as_str(), finding["facts"].get("erased")) {
                    (Some(text), _) => text.to_owned(),
                    (None, Some(_)) => w.erased.to_owned(),
                    (None, None) => w.hidden.to_owned(),
                },
                handled: handled.to_owned(),
                order: finding["order"].as_str().map(|id| Thing::Order.to(here, id)),
            }
        };
        state["findings"].as_array().into_iter().flatten().map(one).collect()
    };
    visitor.regime(told).await
}
