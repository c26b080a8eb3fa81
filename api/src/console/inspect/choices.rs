//! What can be chosen in the fields of a form.

use fugong_domain::regime::Regime;
use serde_json::Value;

use super::{
    super::{frame::Here, visitor::Visitor, words::InspectWords},
    forms::Kind,
    things::{code, labels},
};
use crate::{json::At as _, problem::Problem};

/// What can be chosen.
pub(super) async fn options(
    visitor: &Visitor,
    here: &Here,
    i: &InspectWords,
    (kind, state): (Kind, Option<&Value>),
) -> Result<Vec<(String, String)>, Problem> {
    let yes_or_no = [("true", i.answer_yes), ("false", i.answer_no)];
    Ok(match kind {
        Kind::One(list) | Kind::Some(list) => {
            let told = |regime: &Regime| {
                let codes = regime.codes().get(list).into_iter().flatten();
                let called = |it: &str| regime.label(list, it, code(here));
                codes.map(|it| (it.code.clone(), called(&it.code))).collect()
            };
            visitor.regime(told).await?
        }
        Kind::Answer => yes_or_no.map(|(code, label)| (code.to_owned(), label.to_owned())).into(),
        Kind::Unit | Kind::Units => units(visitor).await?,
        Kind::Findings => findings(visitor, here, state).await?,
        Kind::Line | Kind::Words | Kind::Day | Kind::Number | Kind::Tick => Vec::new(),
    })
}

/// All units of the district: offices, parks, townships.
async fn units(visitor: &Visitor) -> Result<Vec<(String, String)>, Problem> {
    let told: Value = visitor.ask("read_code_list", &[("name", "units")], &[]).await?;
    let all = ["offices", "parks", "divisions"].map(|kind| told.at("items").at(kind).as_array());
    let unit = |unit: &Value| {
        let name = unit.at("short").as_str().or_else(|| unit.at("name").as_str())?;
        Some((unit.at("code").as_str()?.to_owned(), name.to_owned()))
    };
    Ok(all.into_iter().flatten().flatten().filter_map(unit).collect())
}

/// The findings of an inspection that can be ordered to be put right.
async fn findings(
    visitor: &Visitor,
    here: &Here,
    state: Option<&Value>,
) -> Result<Vec<(String, String)>, Problem> {
    let id = here.asks("id").unwrap_or_default();
    let all = state.and_then(|state| state.at("findings").as_array()).into_iter().flatten();
    let open = |finding: &&Value| {
        finding.at("order").is_null()
            && finding.at("superseded_by").is_null()
            && finding.at("fixed_on_spot") != true
    };
    let open: Vec<&Value> = all.filter(open).collect();
    let told = |regime: &Regime| {
        let one = |finding: &&Value| {
            let number = finding.at("number").as_u64().unwrap_or(0);
            let severity = labels(regime, here, "severities", finding.at("severity"));
            let facts = finding.at("facts").as_str().unwrap_or(here.words.hidden);
            (format!("{id}.{number}"), format!("{number}. {facts}（{severity}）"))
        };
        open.iter().map(one).collect()
    };
    visitor.regime(told).await
}
