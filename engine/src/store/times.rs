//! When the events of a log were recorded, against where they stand.

use super::{
    db::{Db, Row, values},
    logs::no_log,
};
use crate::error::Trouble;
use fugong_core::LogId;

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
    pub(crate) fn load(db: &Db, log: LogId) -> Result<Self, Trouble> {
        let sql = "SELECT latest_at, disorder FROM logs WHERE log_id = ?1";
        let read = |row: &Row<'_>| Ok(Self { latest: row.maybe_int(0)?, disorder: row.int(1)? });
        db.first(sql, values![log.0], read)?.ok_or_else(|| no_log(log))
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, recorded_at: i64) {
        let latest = self.latest.map_or(recorded_at, |latest| latest.max(recorded_at));
        self.disorder = self.disorder.max(latest.saturating_sub(recorded_at));
        self.latest = Some(latest);
    }
}
