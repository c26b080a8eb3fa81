//! Where a courier stands, on the disk.

use std::{
    collections::{BTreeSet, VecDeque},
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::Path,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
        match fs::read_to_string(place) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|why| why.to_string()),
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why.to_string()),
        }
    }

    /// Puts it into the file, durably: whole or not at all.
    pub(super) fn write(&self, place: &Path) -> io::Result<()> {
        let part = place.with_extension("part");
        let mut file = File::create(&part)?;
        file.write_all(serde_json::to_string(self)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, place)?;
        File::open(place.parent().unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Tells an attempt.
    pub(super) fn tell(&mut self, delivery: Delivery) {
        self.deliveries.push_back(delivery);
        while TOLD < self.deliveries.len() {
            self.deliveries.pop_front();
        }
    }
}
