//! The outbox: the literal commands that policies gave.

use std::ops::ControlFlow;

use fugong_core::{Intent, LogId, Position};

use super::{Outcome, command_id, fingerprint, react::Given};
use crate::{
    Order,
    error::Trouble,
    store::db::{Db, Row, Value, values},
};

/// How many positions are carried out before policies read on.
const WINDOW: i64 = 256;

/// Where the first open row is.
const FIRST: &str = "SELECT position FROM outbox \
                     WHERE log_id = ?1 AND state = 'open' AND outcome IS NULL \
                     AND policy {in ?2} ORDER BY position LIMIT 1";
/// The open rows from there on. By position and not by policy: of what each policy ever gave, nearly
/// all is done.
const NEXT: &str = "SELECT policy, position, n, kind, body, causation_id, correlation_id FROM outbox \
                    WHERE log_id = ?1 AND state = 'open' AND outcome IS NULL \
                    AND +policy {in ?2} AND position >= ?3 AND position < ?4";

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
    fn read(row: &Row<'_>) -> Result<Self, Trouble> {
        let text = |at| row.text(at).map(str::to_owned);
        Ok(Self {
            policy: text(0)?,
            position: Position(row.count(1)?),
            n: row.count(2)?,
            intent: Intent { kind: text(3)?, body: text(4)? },
            causation_id: text(5)?,
            correlation_id: text(6)?,
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

pub(super) fn put(db: &Db, log: LogId, given: &Given, intent: &Intent) -> Result<(), Trouble> {
    insert(db, log, given, intent, ("open", None))
}

/// A row with a state and an outcome; what stood there is replaced.
pub(super) fn insert(
    db: &Db,
    log: LogId,
    given: &Given,
    intent: &Intent,
    (state, outcome): (&str, Option<&str>),
) -> Result<(), Trouble> {
    let sql = "INSERT INTO outbox (log_id, policy, position, n, kind, body, causation_id, \
               correlation_id, state, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
               ON CONFLICT (log_id, policy, position, n) DO UPDATE SET kind = excluded.kind, \
               body = excluded.body, causation_id = excluded.causation_id, \
               correlation_id = excluded.correlation_id, state = excluded.state, \
               outcome = excluded.outcome";
    let values: &[Value<'_>] = values![
        log.0,
        &given.policy,
        given.position.0,
        given.n,
        &intent.kind,
        &intent.body,
        &given.causation_id,
        &given.correlation_id,
        state,
        outcome
    ];
    db.run(sql, values)?;
    Ok(())
}

/// The next open rows of these policies, in order of position, policy and number.
pub(super) fn open(db: &Db, log: LogId, policies: &[String]) -> Result<Vec<Open>, Trouble> {
    let first = db.first(FIRST, values![log.0, policies], |row| row.int(0))?;
    let Some(first) = first else { return Ok(Vec::new()) };
    let before = first.saturating_add(WINDOW);
    let mut rows = db.all(NEXT, values![log.0, policies, first, before], Open::read)?;
    let rank = |policy: &String| policies.iter().position(|known| known == policy);
    rows.sort_by_cached_key(|row| (row.position, rank(&row.policy), row.n));
    Ok(rows)
}

/// Closes rows with what they came to. One that can never be carried out is held open.
pub(super) fn close(db: &Db, log: LogId, closed: &[(Open, Outcome)]) -> Result<(), Trouble> {
    let sql = "UPDATE outbox SET state = ?5, outcome = ?6 \
               WHERE log_id = ?1 AND policy = ?2 AND position = ?3 AND n = ?4";
    for (row, outcome) in closed {
        let (state, text) = said(outcome);
        db.run(sql, values![log.0, &row.policy, row.position.0, row.n, state, &text])?;
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
pub(super) fn release(db: &Db, log: LogId) -> Result<(), Trouble> {
    let sql = "UPDATE outbox SET outcome = NULL WHERE log_id = ?1 AND state = 'open'";
    db.run(sql, values![log.0]).map(|_| ())
}

/// How many rows are open, and those that are held.
pub(super) fn waiting(db: &Db, log: LogId) -> Result<(u64, Vec<String>), Trouble> {
    let sql = "SELECT policy, position, n, kind, outcome FROM outbox \
               WHERE log_id = ?1 AND state = 'open' ORDER BY position, policy, n";
    let (mut open, mut held) = (0_u64, Vec::new());
    db.each(sql, values![log.0], |row| {
        match row.maybe_text(4)? {
            Some(why) => {
                let (policy, position, n) = (row.text(0)?, row.int(1)?, row.int(2)?);
                held.push(format!("{policy}/{position}/{n} {}: {why}", row.text(3)?));
            }
            None => open = open.saturating_add(1),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((open, held))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn what_is_done_is_not_read_again() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("../store/sqlite/schema.sql")).unwrap();
        let (db, policies): (_, &[String]) = (Db::Sqlite(db), &["a".to_owned(), "b".to_owned()]);
        let first: &[Value<'_>] = values![7_u64, policies];
        let next: &[Value<'_>] = values![7_u64, policies, 3_i64, 9_i64];
        for (sql, values) in [(FIRST, first), (NEXT, next)] {
            let detail = |row: &Row<'_>| row.text(3).map(str::to_owned);
            let plan = db.all(&format!("EXPLAIN QUERY PLAN {sql}"), values, detail).unwrap();
            assert!(plan.iter().any(|step| step.contains("USING INDEX outbox_open")), "{plan:?}");
        }
    }
}
