//! Timers: commands that wait for their time.

use chrono::{DateTime, Utc};
use fugong_core::{Intent, LogId, Position, Reaction};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Outcome, command_id, fingerprint,
    outbox::{self, list, said},
    react::Given,
};
use crate::{
    Order,
    error::Trouble,
    store::events::{number, whole},
};

/// A timer that is set.
#[derive(Debug, Clone)]
pub(super) struct Timer {
    policy: String,
    key: String,
    pub(super) due: DateTime<Utc>,
    pub(super) intent: Intent,
    position: Position,
    n: u64,
    causation_id: String,
    correlation_id: String,
}

impl Timer {
    pub(super) fn order(&self, log: LogId) -> Order {
        Order {
            command_id: format!("{}/timer", command_id(log, &self.policy, self.position, self.n)),
            fingerprint: fingerprint(&self.intent),
            expected_version: None,
            correlation_id: Some(self.correlation_id.clone()),
            causation_id: Some(self.causation_id.clone()),
            keep_no_op: false,
            command: None,
        }
    }
}

/// Sets a timer; one of the same key is replaced.
pub(super) fn set(
    db: &Connection,
    log: LogId,
    given: &Given,
    (key, due): (&str, DateTime<Utc>),
    intent: &Intent,
) -> Result<(), Trouble> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO timers (log_id, policy, timer_key, due_at, kind, body, position, \
         n, causation_id, correlation_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        log.0,
        given.policy,
        key,
        due.timestamp_micros(),
        intent.kind,
        intent.body,
        whole(given.position.0),
        whole(given.n),
        given.causation_id,
        given.correlation_id
    ])?;
    Ok(())
}

pub(super) fn forget(db: &Connection, log: LogId, policy: &str, key: &str) -> Result<(), Trouble> {
    db.prepare_cached("DELETE FROM timers WHERE log_id = ?1 AND policy = ?2 AND timer_key = ?3")?
        .execute(params![log.0, policy, key])?;
    Ok(())
}

/// The timer of these policies that is due first.
pub(super) fn next(
    db: &Connection,
    log: LogId,
    policies: &[String],
) -> Result<Option<Timer>, Trouble> {
    let found = db
        .prepare_cached(
            "SELECT policy, timer_key, due_at, kind, body, position, n, causation_id, \
             correlation_id FROM timers \
             WHERE log_id = ?1 AND policy IN (SELECT value FROM json_each(?2)) \
             ORDER BY due_at, policy, timer_key LIMIT 1",
        )?
        .query_row(params![log.0, list(policies)?], |row| {
            Ok(Timer {
                policy: row.get(0)?,
                key: row.get(1)?,
                due: DateTime::from_timestamp_micros(row.get(2)?).unwrap_or_default(),
                intent: Intent { kind: row.get(3)?, body: row.get(4)? },
                position: Position(number(row.get(5)?)),
                n: number(row.get(6)?),
                causation_id: row.get(7)?,
                correlation_id: row.get(8)?,
            })
        })
        .optional()?;
    Ok(found)
}

pub(super) fn count(db: &Connection, log: LogId) -> Result<u64, Trouble> {
    let count = db
        .prepare_cached("SELECT count(*) FROM timers WHERE log_id = ?1")?
        .query_row(params![log.0], |row| row.get(0))?;
    Ok(number(count))
}

/// Forgets a timer whose command ran, and writes down what it came to unless that is nothing.
pub(super) fn close(
    db: &Connection,
    log: LogId,
    timer: &Timer,
    outcome: &Outcome,
) -> Result<(), Trouble> {
    db.prepare_cached(
        "DELETE FROM timers WHERE log_id = ?1 AND policy = ?2 AND timer_key = ?3 \
         AND position = ?4 AND n = ?5",
    )?
    .execute(params![
        log.0,
        timer.policy,
        timer.key,
        whole(timer.position.0),
        whole(timer.n)
    ])?;
    if *outcome == Outcome::Nothing {
        return Ok(());
    }
    let given = Given {
        policy: timer.policy.clone(),
        position: timer.position,
        n: timer.n,
        reaction: Reaction::Forget { key: timer.key.clone() },
        causation_id: timer.causation_id.clone(),
        correlation_id: timer.correlation_id.clone(),
    };
    let (state, text) = said(outcome);
    outbox::insert(db, log, &given, &timer.intent, (state, Some(&text)))
}
