//! The row of the log itself.

use chrono::{DateTime, Utc};
use fugong_core::LogId;

use super::db::{Db, odd, values};
use crate::{ClockMode, error::Trouble};

/// What was found in the database, or made.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The log's clock mode, fixed when it was made.
    pub(crate) clock: ClockMode,
    /// Where its simulated clock was left.
    pub(crate) stands: Option<DateTime<Utc>>,
    /// Tells the key file that belongs to it; `None` until one was made.
    pub(crate) keys_mark: Option<String>,
}

/// The head of the log.
pub(super) fn head(db: &Db, log: LogId) -> Result<u64, Trouble> {
    let sql = "SELECT head FROM logs WHERE log_id = ?1";
    db.first(sql, values![log.0], |row| row.count(0))?.ok_or_else(|| no_log(log))
}

/// A head that is not where the events end means that rows were lost or added by others.
pub(super) fn check_head(db: &Db, log: LogId, head: u64) -> Result<(), Trouble> {
    let last = "SELECT position FROM events WHERE log_id = ?1 ORDER BY position DESC LIMIT 1";
    let last = db.first(last, values![log.0], |row| row.count(0))?.unwrap_or_default();
    let first = "SELECT position FROM events WHERE log_id = ?1 ORDER BY position LIMIT 1";
    let first = db.first(first, values![log.0], |row| row.count(0))?;
    if last == head && first.is_none_or(|first| first == 1) {
        return Ok(());
    }
    Err(Trouble::Corrupt(format!(
        "the head of log {log} is {head}, but its events end at {last} and begin at {}: restore a \
         backup",
        first.unwrap_or_default()
    )))
}

/// The logs that the database holds, in order.
pub(super) fn all(db: &Db) -> Result<Vec<LogId>, Trouble> {
    db.all("SELECT log_id FROM logs ORDER BY log_id", &[], |row| {
        u32::try_from(row.int(0)?).map(LogId).map_err(|e| odd(0, &e))
    })
}

/// What the database knows of the log, if it has it.
pub(super) fn found(db: &Db, log: LogId) -> Result<Option<Found>, Trouble> {
    let sql = "SELECT clock_now, seed, created_at, keys_mark FROM logs WHERE log_id = ?1";
    let instant = |micros| DateTime::from_timestamp_micros(micros).unwrap_or_default();
    db.first(sql, values![log.0], |row| {
        let start = instant(row.int(2)?);
        let seed = row.maybe_int(1)?.map(i64::cast_unsigned);
        Ok(Found {
            clock: seed.map_or(ClockMode::Real, |seed| ClockMode::Simulated { start, seed }),
            stands: row.maybe_int(0)?.map(instant),
            keys_mark: row.maybe_text(3)?.map(str::to_owned),
        })
    })
}

/// Makes the row of a log that begins.
pub(super) fn insert(db: &Db, log: LogId, clock: ClockMode) -> Result<(), Trouble> {
    let (mode, stands, seed, created) = match clock {
        ClockMode::Real => ("real", None, None, Utc::now()),
        ClockMode::Simulated { start, seed } => ("simulated", Some(start), Some(seed), start),
    };
    let sql = "INSERT INTO logs (log_id, head, clock_mode, clock_now, seed, created_at) \
               VALUES (?1, 0, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    let stands = stands.map(|at| at.timestamp_micros());
    let seed = seed.map(u64::cast_signed);
    db.run(sql, values![log.0, mode, stands, seed, created.timestamp_micros()]).map(|_| ())
}

pub(super) fn no_log(log: LogId) -> Trouble {
    Trouble::Unavailable(format!("the database has no log {log}: run `migrate` for it"))
}
