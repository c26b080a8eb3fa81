//! Two lives compared: what is said of whom, but for ids that differ from life to life.

use std::collections::{BTreeMap, BTreeSet};

use fugong_core::Recorded;
use fugong_domain::{Kind, regime::Regime, task};
use serde_json::Value;

use super::{Differently, Treated};
use crate::{history::between::patch, perform::inner, timeline::said};

/// An event of a life, comparable with those of another.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// The enterprise it is about; else its aggregate.
    whom: String,
    /// Which aggregate, and which type of event.
    what: (String, String),
    /// What it says, and when it happened.
    payload: Value,
    sentence: String,
}

/// The errands of tasks, by the ids of the tasks.
pub(super) fn errands(events: &[Recorded]) -> BTreeMap<String, String> {
    let of = |event: &Recorded| Some((event.aggregate_id.to_string(), errand(event)?));
    events.iter().filter_map(of).collect()
}

/// What a task is about, told apart from every other task that is open at the same time.
pub(super) fn errand(event: &Recorded) -> Option<String> {
    if &*event.event_type != "task-raised" {
        return None;
    }
    let told = event.payload_as::<task::Event>().ok()?;
    if let task::Event::Raised { kind, enterprise, subject, .. } = &*told {
        let of = enterprise.as_ref().map(ToString::to_string).unwrap_or_default();
        return Some(format!("{kind} {of} {subject}"));
    }
    None
}

/// What the events of a life say, the rules themselves left out.
pub(super) fn said_by(events: &[Recorded], regime: &Regime) -> Vec<Said> {
    let mut enterprises: BTreeMap<(String, String), String> = BTreeMap::new();
    let errands = errands(events);
    let types: BTreeMap<String, String> =
        events.iter().map(|it| (it.event_id.to_string(), it.event_type.to_string())).collect();
    let mut all = Vec::with_capacity(events.len());
    for event in events {
        let (kind, id) = (event.aggregate_type.to_string(), event.aggregate_id.to_string());
        let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        let own = errands.get(&id).cloned();
        let first = || {
            let whom = enterprise(&kind, &id, &payload);
            whom.unwrap_or_else(|| format!("{kind}/{}", own.as_ref().unwrap_or(&id)))
        };
        let whole = (kind.clone(), id.clone());
        let whom = enterprises.entry(whole).or_insert_with(first).clone();
        if kind == Kind::Regime.code() && &*event.event_type != "regime-figures-fixed" {
            continue;
        }
        let what = (format!("{kind}/{}", own.unwrap_or(id)), event.event_type.to_string());
        let mut payload = inner(&payload).cloned().unwrap_or(payload);
        alike(&mut payload, &types, &errands);
        if let Value::Object(members) = &mut payload {
            members.insert("(at)".to_owned(), event.recorded_at.to_rfc3339().into());
        }
        all.push(Said { whom, what, payload, sentence: said(event, regime) });
    }
    all
}

/// The enterprise that an aggregate is about, as its first event says.
fn enterprise(kind: &str, id: &str, payload: &Value) -> Option<String> {
    match Kind::from_code(kind)? {
        Kind::Enterprise | Kind::Resumption | Kind::Plan | Kind::Posting | Kind::Credit => {
            Some(id.split('~').next().unwrap_or(id).to_owned())
        }
        Kind::Inspection
        | Kind::Rectification
        | Kind::Support
        | Kind::Barrier
        | Kind::Epidemic
        | Kind::Measure
        | Kind::Task => {
            let said = inner(payload)?;
            let said = said.get("target").unwrap_or(said);
            let id = said.get("enterprise")?.as_str()?;
            Some(id.split('~').next().unwrap_or(id).to_owned())
        }
        Kind::Officer
        | Kind::Regime
        | Kind::DataSubject
        | Kind::Report
        | Kind::ApiKey
        | Kind::Webhook => None,
    }
}

/// Puts what they name in the place of ids that differ from life to life.
fn alike(value: &mut Value, types: &BTreeMap<String, String>, errands: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = types.get(text).or_else(|| errands.get(text)) {
                text.clone_from(name);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|it| alike(it, types, errands)),
        Value::Object(members) => {
            members.values_mut().for_each(|it| alike(it, types, errands));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Who is treated differently in two lives, in order of whom.
pub(super) fn compared(then: &[Said], otherwise: &[Said]) -> Vec<Treated> {
    let whom: BTreeSet<&str> = then.iter().chain(otherwise).map(|it| it.whom.as_str()).collect();
    let (then, otherwise) = (by_whom(then), by_whom(otherwise));
    let none = BTreeMap::new();
    let of = |whom: &str| {
        let sides = (then.get(whom).unwrap_or(&none), otherwise.get(whom).unwrap_or(&none));
        one(whom, sides.0, sides.1)
    };
    whom.into_iter().filter_map(of).collect()
}

type Lives<'a> = BTreeMap<&'a (String, String), Vec<&'a Said>>;

fn by_whom(said: &[Said]) -> BTreeMap<&str, Lives<'_>> {
    let mut all: BTreeMap<&str, Lives<'_>> = BTreeMap::new();
    for it in said {
        all.entry(&it.whom).or_default().entry(&it.what).or_default().push(it);
    }
    all
}

fn one(whom: &str, then: &Lives<'_>, otherwise: &Lives<'_>) -> Option<Treated> {
    let mut treated = Treated {
        whom: whom.to_owned(),
        name: None,
        only_then: Vec::new(),
        only_otherwise: Vec::new(),
        refused: Vec::new(),
        differently: Vec::new(),
        because: Vec::new(),
    };
    let what: BTreeSet<_> = then.keys().chain(otherwise.keys()).copied().collect();
    for what in what {
        let mut was: Vec<&Said> = then.get(what).cloned().unwrap_or_default();
        let mut would: Vec<&Said> = otherwise.get(what).cloned().unwrap_or_default();
        was.retain(|it| match would.iter().position(|other| other.payload == it.payload) {
            Some(same) => {
                would.remove(same);
                false
            }
            None => true,
        });
        let both = was.len().min(would.len());
        let pairs = was.iter().zip(&would).take(both);
        treated.differently.extend(pairs.map(|(was, would)| Differently {
            then: was.sentence.clone(),
            otherwise: would.sentence.clone(),
            changes: patch(&was.payload, &would.payload),
        }));
        treated.only_then.extend(was.iter().skip(both).map(|it| it.sentence.clone()));
        treated.only_otherwise.extend(would.iter().skip(both).map(|it| it.sentence.clone()));
    }
    let same = treated.only_then.is_empty()
        && treated.only_otherwise.is_empty()
        && treated.differently.is_empty();
    (!same).then_some(treated)
}
