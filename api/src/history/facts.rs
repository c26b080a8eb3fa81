//! Facts: what stands in the state of an aggregate.

use std::{fmt, str::FromStr};

use fugong_core::Position;
use fugong_domain::{
    FlagId, Kind, act::REGIME, api_key::ApiKey, barrier::Barrier, credit::Credit,
    data_subject::DataSubject, enterprise::Enterprise, epidemic::Epidemic, inspection::Inspection,
    measure::ControlMeasure, officer::Officer, plan::Plan, posting::Posting,
    rectification::Rectification, regime::Regime, report::Report, resumption::Resumption,
    support::Support, task::Task, webhook::Webhook,
};
use fugong_engine::World;
use serde::Serialize;
use serde_json::Value;

use super::{History, Whose, called};
use crate::{problem::Problem, record};

/// What may be a fact: a place in the state of an aggregate.
///
/// Written `rectification/ID` or `flag/CODE.N` for what matters most of it, or with a JSON pointer
/// into its state: `credit/CODE#/flags/1/state`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which kind of aggregate.
    pub kind: Kind,
    /// Which one.
    pub id: String,
    /// Where in its state; none for what matters most.
    pub pointers: Vec<String>,
}

/// A fact: what stands at some places of the state of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Which kind of aggregate.
    pub kind: Kind,
    /// Which one.
    pub id: String,
    /// What stands there; in a list it is looked for at every place.
    pub stands: Vec<Stands>,
}

/// What stands at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stands {
    /// The JSON pointer to it.
    pub pointer: String,
    /// What officials call it.
    pub label: String,
    /// The value.
    pub value: Value,
    /// What officials call the value, where it is a code.
    pub value_label: Option<String>,
    #[serde(skip)]
    listed: bool,
}

/// A text that names no place of a fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} names no fact; send flag/CODE.N, or a kind of aggregate with an id, such as \
     rectification/ID, and for one thing of it a JSON pointer: credit/CODE#/flags/1/state. What \
     stands in a register or of the district is a fact of one of these"
)]
pub struct UnknownPlace(String);

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        let unknown = || UnknownPlace(text.to_owned());
        let (whose, pointer) = text.split_once('#').unwrap_or((text, ""));
        let pointers = if pointer.is_empty() { Vec::new() } else { vec![pointer.to_owned()] };
        if let Some(flag) = whose.strip_prefix("flag/").and_then(|id| id.parse::<FlagId>().ok()) {
            let at = |member: &str| format!("/flags/{}/{member}", flag.number());
            let pointers = vec![at("state"), at("grounds")];
            return Ok(Self { kind: Kind::Credit, id: flag.enterprise().to_owned(), pointers });
        }
        match whose.parse().map_err(|_| unknown())? {
            Whose::Thing(kind, id) => Ok(Self { kind, id, pointers }),
            Whose::Enterprise(id) => {
                Ok(Self { kind: Kind::Enterprise, id: id.to_string(), pointers })
            }
            Whose::District | Whose::Register(_) => Err(unknown()),
        }
    }
}

/// As it is written.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.code(), self.id)?;
        match self.pointers.as_slice() {
            [] => Ok(()),
            pointers => write!(f, "#{}", pointers.join(" #")),
        }
    }
}

impl History<'_> {
    /// What stands at a place after the event at `known`; none where nothing does.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn fact(&self, place: &Place, known: Position) -> Result<Option<Fact>, Problem> {
        let (kind, id) = (place.kind, place.id.clone());
        let found = record::of(self.desk, kind.code(), &id, Some(known)).await?;
        let Some((state, _)) = found else { return Ok(None) };
        let (regime, _) = record::typed::<Regime>(self.desk, REGIME, Some(known)).await?;
        let pointers =
            if place.pointers.is_empty() { most(&state) } else { place.pointers.clone() };
        let stands = |pointer: String| {
            let value = state.pointer(&pointer)?.clone();
            let listed = parent(&pointer).and_then(|parent| state.pointer(parent));
            let listed = listed.is_some_and(Value::is_array);
            let label = called::member(kind, &state, &pointer);
            let value_label = called::value(&regime, kind, &pointer, &value);
            Some(Stands { pointer, label, value, value_label, listed })
        };
        let stands: Option<Vec<Stands>> = pointers.into_iter().map(stands).collect();
        Ok(stands.filter(|stands| !stands.is_empty()).map(|stands| Fact { kind, id, stands }))
    }
}

/// What matters most of a state: the word for it, what an order rests on, what was told last.
fn most(state: &Value) -> Vec<String> {
    let last = |list: &str| {
        let items = state.get(list)?.as_array()?;
        Some(format!("/{list}/{}", items.len().checked_sub(1)?))
    };
    let known = |pointer: &str| state.pointer(pointer).map(|_| pointer.to_owned());
    let found = ["/state", "/findings"].into_iter().filter_map(known);
    let found: Vec<String> = found.chain(last("told")).chain(last("tenures")).collect();
    if found.is_empty() { vec![String::new()] } else { found }
}

fn parent(pointer: &str) -> Option<&str> {
    pointer.rsplit_once('/').map(|(parent, _)| parent)
}

impl Fact {
    /// Whether it is so in `world`.
    pub fn holds(&self, world: &World<'_>) -> bool {
        let Some(state) = state(world, self.kind, &self.id) else { return false };
        self.stands.iter().all(|stands| {
            let within = parent(&stands.pointer).filter(|_| stands.listed);
            match within.and_then(|list| state.pointer(list)).and_then(Value::as_array) {
                Some(list) => list.contains(&stands.value),
                None => state.pointer(&stands.pointer) == Some(&stands.value),
            }
        })
    }
}

/// The state of an aggregate of `world` as JSON.
fn state(world: &World<'_>, kind: Kind, id: &str) -> Option<Value> {
    fn json<T: Serialize>(state: &T) -> Option<Value> {
        serde_json::to_value(state).ok()
    }
    match kind {
        Kind::Enterprise => world.read::<Enterprise>(id).map(record::enterprise),
        Kind::Resumption => world.read::<Resumption>(id).and_then(json),
        Kind::Plan => world.read::<Plan>(id).and_then(json),
        Kind::Posting => world.read::<Posting>(id).and_then(json),
        Kind::Officer => world.read::<Officer>(id).and_then(json),
        Kind::Inspection => world.read::<Inspection>(id).and_then(json),
        Kind::Rectification => world.read::<Rectification>(id).and_then(json),
        Kind::Credit => world.read::<Credit>(id).and_then(json),
        Kind::Support => world.read::<Support>(id).and_then(json),
        Kind::Barrier => world.read::<Barrier>(id).and_then(json),
        Kind::Epidemic => world.read::<Epidemic>(id).and_then(json),
        Kind::Measure => world.read::<ControlMeasure>(id).and_then(json),
        Kind::Task => world.read::<Task>(id).and_then(json),
        Kind::Regime => world.read::<Regime>(id).and_then(json),
        Kind::DataSubject => world.read::<DataSubject>(id).and_then(json),
        Kind::Report => world.read::<Report>(id).and_then(json),
        Kind::ApiKey => world.read::<ApiKey>(id).and_then(json),
        Kind::Webhook => world.read::<Webhook>(id).and_then(json),
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.code(), self.id)?;
        for (n, Stands { pointer, label, value, value_label, .. }) in self.stands.iter().enumerate()
        {
            let before = if n == 0 { "：" } else { "，" };
            write!(f, "{before}{label}（{pointer}）为")?;
            match value_label {
                Some(label) => write!(f, "{label}（{value}）")?,
                None => write!(f, " {value}")?,
            }
        }
        Ok(())
    }
}
