//! Inspections, orders, difficulties and barriers, each on a page with what can be done about it.

use actix_web::HttpResponse;
use askama::Template;
use fugong_domain::regime::Regime;
use serde_json::Value;

use super::{
    super::{
        frame::{Frame, Here, answer},
        visitor::Visitor,
        words::InspectWords,
    },
    due,
    facts::{self, Fact, Finding},
    forms::{self, IDS},
};
use crate::{
    http::inside,
    json::At as _,
    problem::{Language, Problem},
};

/// What has a page here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Inspection,
    Order,
    Case,
    Barrier,
}

impl Thing {
    const ALL: [Self; 4] = [Self::Inspection, Self::Order, Self::Case, Self::Barrier];

    /// How it is called in addresses here.
    pub(super) fn place(self) -> &'static str {
        match self {
            Self::Inspection => "inspection",
            Self::Order => "order",
            Self::Case => "case",
            Self::Barrier => "barrier",
        }
    }

    /// The one that is called so.
    pub(super) fn at(place: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|thing| thing.place() == place)
    }

    fn look(self) -> &'static str {
        match self {
            Self::Inspection => "read_inspection",
            Self::Order => "read_order",
            Self::Case => "read_support_case",
            Self::Barrier => "read_barrier_report",
        }
    }

    /// What it is called.
    pub(super) fn name(self, i: &InspectWords) -> &'static str {
        match self {
            Self::Inspection => i.inspection,
            Self::Order => i.order,
            Self::Case => i.case,
            Self::Barrier => i.barrier,
        }
    }

    /// The address of its page.
    pub(super) fn to(self, here: &Here, id: &str) -> String {
        here.to(&format!("/inspections/{}/{id}", self.place()), &[])
    }
}

/// A thing as the API tells it.
pub(super) struct Found {
    pub(super) state: Value,
    pub(super) version: u64,
    events: Vec<Value>,
}

impl Found {
    /// Its state, in a word of the API.
    pub(super) fn stands(&self) -> &str {
        self.state.at("state").as_str().unwrap_or_default()
    }

    /// The enterprise that it is about, if it is about one.
    pub(super) fn enterprise(&self) -> Option<&str> {
        self.state.at("enterprise").as_str()
    }
}

/// The thing of this id.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn found(visitor: &Visitor, thing: Thing, id: &str) -> Result<Found, Problem> {
    let mut told: Value = visitor.ask(thing.look(), &[("id", id)], &[]).await?;
    let mut taken = |name: &str| told.get_mut(name).map(Value::take).unwrap_or_default();
    let (events, version, state) = (taken("events"), taken("version"), taken("state"));
    let events = events.as_array().cloned().unwrap_or_default();
    Ok(Found { state, version: version.as_u64().unwrap_or(0), events })
}

#[derive(Template)]
#[template(path = "console/thing.html")]
struct Page<'a> {
    frame: Frame<'a>,
    i: &'static InspectWords,
    state: String,
    is_late: bool,
    is_done: bool,
    facts: Vec<Fact>,
    /// What was found, where it is an inspection.
    findings: Option<Vec<Finding>>,
    due: Option<String>,
    history: Vec<String>,
    acts: Vec<(&'static str, String)>,
    back: String,
}

/// Its page.
///
/// # Errors
///
/// What the API would answer with.
pub(super) async fn page(
    visitor: &Visitor,
    here: &Here,
    (thing, id): (Thing, &str),
) -> Result<HttpResponse, Problem> {
    let i = InspectWords::of(here.language);
    let found = found(visitor, thing, id).await?;
    let may = inside::may_act(&visitor.desk, &visitor.caller, IDS).await?;
    let offered = forms::all().filter(|form| {
        form.of == Some(thing) && form.states.contains(&found.stands()) && may.contains(form.id)
    });
    let act = |form: &'static forms::Form| {
        let to = here.to(&format!("/inspections/acts/{}", form.id), &[("id", id)]);
        (forms::said(form.title, here.language), to)
    };
    let facts = match thing {
        Thing::Inspection => facts::inspection(visitor, here, i, &found.state).await?,
        Thing::Order => facts::row(visitor, here, ("r7", "order", id)).await?,
        Thing::Case => facts::row(visitor, here, ("r9", "case", id)).await?,
        Thing::Barrier => facts::barrier(visitor, here, i, &found.state).await?,
    };
    let findings = match thing {
        Thing::Inspection => Some(facts::findings(visitor, here, i, &found.state).await?),
        Thing::Order | Thing::Case | Thing::Barrier => None,
    };
    let days = found.state.at("limit").at("working-days").as_u64();
    let unserved = days.filter(|_| thing == Thing::Order && found.stands() == "ordered");
    let due = match unserved {
        Some(days) => due::told(visitor, here, &days.to_string()).await?,
        None => None,
    };
    let state = state(visitor, here, i, (thing, found.stands())).await?;
    let page = Page {
        frame: Frame::of(visitor, here, thing.name(i)).await?,
        i,
        is_late: found.stands() == "lapsed",
        state,
        is_done: here.asks("done").is_some(),
        facts,
        findings,
        due,
        history: history(visitor, i, (thing, id, &found)).await?,
        acts: offered.map(act).collect(),
        back: here.to("/inspections", &[]),
    };
    answer(here, 200, &page)
}

/// How it stands, in words.
async fn state(
    visitor: &Visitor,
    here: &Here,
    i: &InspectWords,
    (thing, stands): (Thing, &str),
) -> Result<String, Problem> {
    let list = match (thing, stands) {
        (Thing::Inspection, "open") => return Ok(i.state_open.to_owned()),
        (Thing::Inspection, "closed") => return Ok(i.state_closed.to_owned()),
        (Thing::Inspection, _) => return Ok(i.state_void.to_owned()),
        (Thing::Order, _) => "order_states",
        (Thing::Case, _) => "support_states",
        (Thing::Barrier, _) => "barrier_states",
    };
    visitor.regime(|regime| regime.label(list, stands, code(here))).await
}

/// How labels name a language.
pub(super) fn code(here: &Here) -> &'static str {
    if here.language == Language::Chinese { "zh" } else { "en" }
}

/// What happened to it, in sentences.
async fn history(
    visitor: &Visitor,
    i: &InspectWords,
    (thing, id, found): (Thing, &str, &Found),
) -> Result<Vec<String>, Problem> {
    if thing == Thing::Barrier {
        return barrier_history(visitor, i, &found.events).await;
    }
    let Some(enterprise) = found.enterprise() else { return Ok(Vec::new()) };
    let told: Option<Value> =
        visitor.may_ask("read_timeline", &[("uscc", enterprise)], &[("limit", "200")]).await?;
    let told = told.unwrap_or_default();
    let its = told
        .at("items")
        .as_array()
        .into_iter()
        .flatten()
        .filter(|event| event.at("aggregate_id") == id);
    Ok(its.map(|event| text(event.at("sentence"))).filter(|it| !it.is_empty()).collect())
}

/// What happened to a barrier: who reported it is told to those alone who may know.
async fn barrier_history(
    visitor: &Visitor,
    i: &InspectWords,
    events: &[Value],
) -> Result<Vec<String>, Problem> {
    let on = fugong_core::shanghai_day(visitor.desk.log().now());
    let told = |regime: &Regime| {
        let one = |event: &Value| {
            let what = match event.at("event_type").as_str().unwrap_or_default() {
                "barrier-reported" => i.b_reported,
                "barrier-assigned" => i.b_assigned,
                "barrier-escalated" => i.b_escalated,
                "barrier-removed" => i.b_removed,
                _ => i.b_unfounded,
            };
            let unit = units(regime, on, event.at("data").at("unit"));
            let day = text(event.at("data").at("on"));
            let how = ["how", "reason", "text"].map(|name| text(event.at("data").at(name)));
            let parts = [day, what.to_owned(), unit].into_iter().chain(how);
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        events.iter().map(one).collect()
    };
    visitor.regime(told).await
}

/// Codes by what they are called.
pub(super) fn labels(regime: &Regime, here: &Here, list: &str, value: &Value) -> String {
    let said = value.as_str().map(|_| value);
    let each = value.as_array().into_iter().flatten().chain(said);
    let each = each.filter_map(Value::as_str).map(|of| regime.label(list, of, code(here)));
    let comma = if here.language == Language::Chinese { "、" } else { ", " };
    each.collect::<Vec<_>>().join(comma)
}

/// Units by what they are called.
pub(super) fn units(regime: &Regime, on: chrono::NaiveDate, value: &Value) -> String {
    let one = |value: &Value| {
        let code = text(value);
        let unit = code.parse().ok().and_then(|unit| regime.units().at(&unit, on).ok());
        unit.map_or(code, |unit| unit.short().to_owned())
    };
    match value.as_array() {
        Some(values) => values.iter().map(one).collect::<Vec<_>>().join("、"),
        None => one(value),
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
