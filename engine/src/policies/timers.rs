//! Timers: commands that wait for their time.

use chrono::{DateTime, Utc};
use fugong_core::{Intent, LogId, Position, Reaction};

use super::{
    Outcome, command_id, fingerprint,
    outbox::{self, said},
    react::Given,
};
use crate::{
    Order,
    error::Trouble,
    store::db::{Db, Value, values},
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
    db: &Db,
    log: LogId,
    given: &Given,
    (key, due): (&str, DateTime<Utc>),
    intent: &Intent,
) -> Result<(), Trouble> {
    let sql = "INSERT INTO timers (log_id, policy, timer_key, due_at, kind, body, position, \
               n, causation_id, correlation_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
               ON CONFLICT (log_id, policy, timer_key) DO UPDATE SET due_at = excluded.due_at, \
               kind = excluded.kind, body = excluded.body, position = excluded.position, \
               n = excluded.n, causation_id = excluded.causation_id, \
               correlation_id = excluded.correlation_id";
    let values: &[Value<'_>] = values![
        log.0,
        &given.policy,
        key,
        due.timestamp_micros(),
        &intent.kind,
        &intent.body,
        given.position.0,
        given.n,
        &given.causation_id,
        &given.correlation_id
    ];
    db.run(sql, values).map(|_| ())
}

pub(super) fn forget(db: &Db, log: LogId, policy: &str, key: &str) -> Result<(), Trouble> {
    let sql = "DELETE FROM timers WHERE log_id = ?1 AND policy = ?2 AND timer_key = ?3";
    db.run(sql, values![log.0, policy, key]).map(|_| ())
}

/// The timer of these policies that is due first.
pub(super) fn next(db: &Db, log: LogId, policies: &[String]) -> Result<Option<Timer>, Trouble> {
    let sql = "SELECT policy, timer_key, due_at, kind, body, position, n, causation_id, \
               correlation_id FROM timers WHERE log_id = ?1 AND policy {in ?2} \
               ORDER BY due_at, policy, timer_key LIMIT 1";
    db.first(sql, values![log.0, policies], |row| {
        let text = |at| row.text(at).map(str::to_owned);
        Ok(Timer {
            policy: text(0)?,
            key: text(1)?,
            due: DateTime::from_timestamp_micros(row.int(2)?).unwrap_or_default(),
            intent: Intent { kind: text(3)?, body: text(4)? },
            position: Position(row.count(5)?),
            n: row.count(6)?,
            causation_id: text(7)?,
            correlation_id: text(8)?,
        })
    })
}

pub(super) fn count(db: &Db, log: LogId) -> Result<u64, Trouble> {
    let sql = "SELECT count(*) FROM timers WHERE log_id = ?1";
    Ok(db.first(sql, values![log.0], |row| row.count(0))?.unwrap_or_default())
}

/// Forgets a timer whose command ran, and writes down what it came to unless that is nothing.
pub(super) fn close(db: &Db, log: LogId, timer: &Timer, outcome: &Outcome) -> Result<(), Trouble> {
    let sql = "DELETE FROM timers WHERE log_id = ?1 AND policy = ?2 AND timer_key = ?3 \
               AND position = ?4 AND n = ?5";
    db.run(sql, values![log.0, &timer.policy, &timer.key, timer.position.0, timer.n])?;
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
