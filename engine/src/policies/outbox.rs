//! The outbox: the literal commands that policies gave.

use fugong_core::{Intent, LogId, Position};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Outcome, command_id, fingerprint, react::Given};
use crate::{
    Order,
    error::Trouble,
    store::events::{number, whole},
};

/// How many positions are carried out before policies read on.
const WINDOW: i64 = 256;

/// A command that is to be carried out.
#[derive(Debug)]
pub(super) struct Open {
    policy: String,
    position: Position,
    n: u64,
    pub(super) intent: Intent,
    causation_id: String,
    correlation_id: String,
}

impl Open {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            policy: row.get(0)?,
            position: Position(number(row.get(1)?)),
            n: number(row.get(2)?),
            intent: Intent { kind: row.get(3)?, body: row.get(4)? },
            causation_id: row.get(5)?,
            correlation_id: row.get(6)?,
        })
    }

    pub(super) fn order(&self, log: LogId) -> Order {
        Order {
            command_id: command_id(log, &self.policy, self.position, self.n),
            fingerprint: fingerprint(&self.intent),
            expected_version: None,
            correlation_id: Some(self.correlation_id.clone()),
            causation_id: Some(self.causation_id.clone()),
            keep_no_op: false,
            command: None,
        }
    }
}

pub(super) fn put(
    db: &Connection,
    log: LogId,
    given: &Given,
    intent: &Intent,
) -> Result<(), Trouble> {
    insert(db, log, given, intent, ("open", None))
}

/// A row with a state and an outcome; what stood there is replaced.
pub(super) fn insert(
    db: &Connection,
    log: LogId,
    given: &Given,
    intent: &Intent,
    (state, outcome): (&str, Option<&str>),
) -> Result<(), Trouble> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO outbox (log_id, policy, position, n, kind, body, causation_id, \
         correlation_id, state, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        log.0,
        given.policy,
        whole(given.position.0),
        whole(given.n),
        intent.kind,
        intent.body,
        given.causation_id,
        given.correlation_id,
        state,
        outcome
    ])?;
    Ok(())
}

/// The next open rows of these policies, in order of position, policy and number.
pub(super) fn open(db: &Connection, log: LogId, policies: &[String]) -> Result<Vec<Open>, Trouble> {
    let policies = list(policies)?;
    let first: Option<i64> = db
        .prepare_cached(
            "SELECT position FROM outbox \
             WHERE log_id = ?1 AND state = 'open' AND outcome IS NULL \
             AND policy IN (SELECT value FROM json_each(?2)) ORDER BY position LIMIT 1",
        )?
        .query_row(params![log.0, policies], |row| row.get(0))
        .optional()?;
    let Some(first) = first else { return Ok(Vec::new()) };
    let mut select = db.prepare_cached(
        "SELECT policy, position, n, kind, body, causation_id, correlation_id \
         FROM outbox JOIN json_each(?2) AS known ON known.value = outbox.policy \
         WHERE log_id = ?1 AND state = 'open' AND outcome IS NULL AND position < ?3 \
         ORDER BY position, known.key, n",
    )?;
    let rows =
        select.query_map(params![log.0, policies, first.saturating_add(WINDOW)], Open::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Closes rows with what they came to. One that can never be carried out is held open.
pub(super) fn close(
    db: &Connection,
    log: LogId,
    closed: &[(Open, Outcome)],
) -> Result<(), Trouble> {
    let mut update = db.prepare_cached(
        "UPDATE outbox SET state = ?5, outcome = ?6 \
         WHERE log_id = ?1 AND policy = ?2 AND position = ?3 AND n = ?4",
    )?;
    for (row, outcome) in closed {
        let (position, n) = (whole(row.position.0), whole(row.n));
        let (state, text) = said(outcome);
        update.execute(params![log.0, row.policy, position, n, state, text])?;
    }
    Ok(())
}

/// How an outcome is written down.
pub(super) fn said(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Appended(position) => ("done", format!("appended: {position}")),
        Outcome::Nothing => ("done", "nothing to do".to_owned()),
        Outcome::Refused(why) => ("done", format!("refused: {why}")),
        Outcome::Broken(why) => ("open", format!("held: {why}")),
        Outcome::Later(why) => ("open", format!("waits: {why}")),
    }
}

/// Lets what was held be tried again.
pub(super) fn release(db: &Connection, log: LogId) -> Result<(), Trouble> {
    db.prepare_cached("UPDATE outbox SET outcome = NULL WHERE log_id = ?1 AND state = 'open'")?
        .execute(params![log.0])?;
    Ok(())
}

/// How many rows are open, and those that are held.
pub(super) fn waiting(db: &Connection, log: LogId) -> Result<(u64, Vec<String>), Trouble> {
    let mut select = db.prepare_cached(
        "SELECT policy, position, n, kind, outcome FROM outbox \
         WHERE log_id = ?1 AND state = 'open' ORDER BY position, policy, n",
    )?;
    let mut rows = select.query(params![log.0])?;
    let (mut open, mut held) = (0_u64, Vec::new());
    while let Some(row) = rows.next()? {
        match row.get::<_, Option<String>>(4)? {
            Some(why) => {
                let (policy, kind): (String, String) = (row.get(0)?, row.get(3)?);
                let (position, n): (i64, i64) = (row.get(1)?, row.get(2)?);
                held.push(format!("{policy}/{position}/{n} {kind}: {why}"));
            }
            None => open = open.saturating_add(1),
        }
    }
    Ok((open, held))
}

/// Names as the JSON text that the statements take.
pub(super) fn list(names: &[String]) -> Result<String, Trouble> {
    serde_json::to_string(names).map_err(|e| Trouble::Corrupt(e.to_string()))
}
