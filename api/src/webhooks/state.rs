//! Where a courier stands, on the disk.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::kept;

/// So many of the last attempts are told.
const TOLD: usize = 100;

/// Where a courier stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Everything up to here was taken, or is among `dead`.
    pub(super) position: u64,
    /// Since when the next event is not taken.
    pub(super) failing: Option<Failing>,
    /// That the receiver wants no more.
    pub(super) disabled: Option<Disabled>,
    /// What was not taken for days, and waits to be sent again on somebody's word.
    pub(super) dead: Vec<Dead>,
    /// Which of them are to be sent again.
    pub(super) replays: BTreeSet<u64>,
    /// The last attempts, the newest last.
    pub(super) deliveries: VecDeque<Delivery>,
}

/// An event that was not taken so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Failing {
    pub(super) position: u64,
    pub(super) attempts: u32,
    pub(super) since: DateTime<Utc>,
    pub(super) next_at: DateTime<Utc>,
    pub(super) why: String,
}

/// That a receiver answered 410.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Disabled {
    pub(super) at: DateTime<Utc>,
    /// At this address: another is tried.
    pub(super) url: String,
}

/// An event that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dead {
    pub(super) position: u64,
    #[serde(rename = "type")]
    pub(super) event_type: String,
    pub(super) attempts: u32,
    pub(super) at: DateTime<Utc>,
    pub(super) why: String,
}

/// An attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub(super) id: String,
    pub(super) position: u64,
    #[serde(rename = "type")]
    pub(super) event_type: String,
    pub(super) at: DateTime<Utc>,
    pub(super) attempt: u32,
    pub(super) status: Option<u16>,
    pub(super) taken: bool,
    pub(super) why: Option<String>,
}

impl State {
    /// What is in the file; none if there is none.
    pub(super) fn read(place: &Path) -> Result<Option<Self>, String> {
        let Some(text) = kept::read(place)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|why| kept::unusable(place, &why))
    }

    /// Puts it into the file, durably: whole or not at all.
    pub(super) fn write(&self, place: &Path) -> Result<(), String> {
        let text = serde_json::to_string(self).map_err(|why| kept::unusable(place, &why))?;
        kept::write(place, &text)
    }

    /// How it stands, as answers show it.
    pub(super) fn standing(&self) -> Map<String, Value> {
        let failing = self.failing.as_ref().map(positioned);
        let members = [
            ("delivered_to", json!(self.position.to_string())),
            ("failing", json!(failing)),
            ("disabled_at", json!(self.disabled.as_ref().map(|disabled| disabled.at))),
            ("dead_letters", json!(self.dead.len())),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    /// The last attempts, and what was set aside.
    pub(super) fn told(&self) -> Value {
        let shown: Vec<_> = self.deliveries.iter().map(positioned).collect();
        let dead: Vec<_> = self.dead.iter().map(positioned).collect();
        json!({"items": shown, "dead_letters": dead})
    }

    /// Tells an attempt.
    pub(super) fn tell(&mut self, delivery: Delivery) {
        self.deliveries.push_back(delivery);
        while TOLD < self.deliveries.len() {
            self.deliveries.pop_front();
        }
    }
}

/// With its position as text, as everywhere.
fn positioned(one: &impl Serialize) -> Value {
    let mut shown = json!(one);
    if let Some(position) = shown.get_mut("position") {
        *position = json!(position.to_string());
    }
    shown
}
