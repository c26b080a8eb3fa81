//! When the events of a log were recorded, against where they stand.

use fugong_core::LogId;
use rusqlite::{Connection, params};

use crate::error::Trouble;

/// By how much recording times stand against positions: what `as_of` relies on. It is stored with
/// the head, so it holds whatever the clock did and however long a decision waited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Times {
    /// When the latest event was recorded, in microseconds; none before the first.
    pub(crate) latest: Option<i64>,
    /// The most by which an event was ever recorded before one that stands ahead of it.
    pub(crate) disorder: i64,
}

impl Times {
    pub(crate) fn load(db: &Connection, log: LogId) -> Result<Self, Trouble> {
        let times = db
            .prepare_cached("SELECT latest_at, disorder FROM logs WHERE log_id = ?1")?
            .query_row(params![log.0], |row| {
                Ok(Self { latest: row.get(0)?, disorder: row.get(1)? })
            });
        Ok(times?)
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, recorded_at: i64) {
        let latest = self.latest.map_or(recorded_at, |latest| latest.max(recorded_at));
        self.disorder = self.disorder.max(latest.saturating_sub(recorded_at));
        self.latest = Some(latest);
    }
}
