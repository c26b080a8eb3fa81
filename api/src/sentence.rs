//! Events as sentences: who, when, on what authority, what.

mod cases;
mod control;
mod persons;
mod programs;
mod service;
mod standing;

use fugong_core::{Occurred, Recorded, keys};
use fugong_domain::{Happened, UnitCode, regime::Regime};

/// What `event` says, in Chinese. Words about persons are not in it.
pub(crate) fn of(event: &Recorded, happened: &Happened, regime: &Regime) -> String {
    let occurred = event.occurred();
    let when = match occurred {
        Occurred::On(day) => day.to_string(),
        Occurred::At(at) => fugong_core::shanghai_time(at).format("%Y-%m-%d %H:%M").to_string(),
    };
    let unit = event.meta(keys::ACTOR_UNIT).unwrap_or_default();
    let who = unit_name(regime, unit, occurred);
    let actor = event.meta(keys::ACTOR_ID).unwrap_or_default();
    let by = match event.meta(keys::ACTOR_ROLE) {
        Some("system") => "（系统）".to_owned(),
        Some(_) | None => format!("{who}（{actor}）"),
    };
    let whom = event.meta(keys::ON_BEHALF_OF).map(|whom| format!("代{whom}")).unwrap_or_default();
    let authority =
        event.meta(keys::AUTHORITY).map(|paper| format!("依据{paper}，")).unwrap_or_default();
    let what = match happened {
        Happened::Enterprise(event) => standing::enterprise(event, regime, occurred),
        Happened::Resumption(event) => standing::resumption(event, regime),
        Happened::Plan(event) => standing::plan(event, regime),
        Happened::Posting(event) => standing::posting(event, regime),
        Happened::Officer(event) => standing::officer(event, regime),
        Happened::Inspection(event) => cases::inspection(event, regime),
        Happened::Rectification(event) => cases::rectification(event),
        Happened::Credit(event) => cases::credit(event),
        Happened::Support(event) => service::support(event, regime, occurred),
        Happened::Barrier(event) => service::barrier(event, regime, occurred),
        Happened::Epidemic(event) => control::epidemic(event),
        Happened::Measure(event) => control::measure(event, regime, occurred),
        Happened::Task(event) => cases::task(event, regime, occurred),
        Happened::Regime(event) => standing::regime(event, regime, occurred),
        Happened::DataSubject(told) => persons::data_subject(&event.aggregate_id, told, regime),
        Happened::Report(told) => standing::report(&event.aggregate_id, told),
        Happened::ApiKey(told) => programs::api_key(told, regime, occurred),
        Happened::Webhook(told) => programs::webhook(told),
    };
    format!("{when}，{by}{whom}{authority}{what}。")
}

/// What a unit was called then.
fn unit_name(regime: &Regime, code: &str, when: Occurred) -> String {
    let unit: Result<UnitCode, _> = code.parse();
    let found = unit.as_ref().ok().and_then(|unit| regime.unit_at(unit, when.day()).ok());
    found.map_or_else(|| code.to_owned(), |unit| unit.short().to_owned())
}

fn listed<T: ToString>(things: impl IntoIterator<Item = T>) -> String {
    things.into_iter().map(|thing| thing.to_string()).collect::<Vec<_>>().join("、")
}
