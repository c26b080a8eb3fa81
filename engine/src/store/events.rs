//! Reading events back.

use std::{ops::ControlFlow, sync::Arc};

use bytes::BytesMut;
use chrono::DateTime;
use fugong_core::{Decoded, LogId, Position, Reads, Recorded, Said, Text};
use uuid::Uuid;

use super::db::{Db, Row, Value, odd, values, whole};
use crate::error::Trouble;

/// The columns of an event, in the order in which [`recorded`] reads them.
pub(super) const COLUMNS: &str = "position, event_id, aggregate_type, aggregate_id, sequence, event_type, \
                       event_version, payload, metadata, recorded_at, leaf_hash";
/// The same, without payload and metadata.
const HEADS: &str = "position, event_id, aggregate_type, aggregate_id, sequence, event_type, \
                       event_version, NULL, NULL, recorded_at, leaf_hash";
/// Which of them is the type.
const TYPE: usize = 5;

/// So many names are looked through for one that is known.
const NAMES: usize = 32;
/// So many bytes of texts lie together at most.
const TEXTS: usize = 32 * 1024;

/// The events after `after` up to `head`, in order, none missing.
pub(crate) fn next(
    db: &Db,
    log: LogId,
    after: Position,
    limit: usize,
    head: Position,
) -> Result<Vec<Recorded>, Trouble> {
    some(db, log, (after, limit, head), |_| true).map(|(events, _)| events)
}

/// As [`next`], but of the events found only those of some types; and where the last one stands.
pub(crate) fn some(
    db: &Db,
    log: LogId,
    (after, limit, head): (Position, usize, Position),
    is_one: impl Fn(&str) -> bool,
) -> Result<(Vec<Recorded>, Position), Trouble> {
    let (mut events, mut dense) = (Vec::new(), Dense::after(log, after, head));
    let end = Position(after.0.saturating_add(u64::try_from(limit).unwrap_or(u64::MAX))).min(head);
    if after < end {
        db.each(&between(), values![log.0, after.0, end.0], |row| {
            dense.step(row)?;
            if is_one(row.text(TYPE)?) {
                events.push(dense.read(row)?);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        dense.ends_at(end)?;
    }
    Ok((events, dense.last))
}

/// The statement that finds the events of a log after a position, up to another.
pub(super) fn between() -> String {
    format!(
        "SELECT {COLUMNS} FROM events WHERE log_id = ?1 AND position > ?2 AND position <= ?3 \
         ORDER BY position"
    )
}

/// The events of all these rows, which follow `after` up to `end`, none missing.
pub(super) fn all(
    log: LogId,
    (after, end): (Position, Position),
    rows: &[Row<'_>],
) -> Result<Vec<Recorded>, Trouble> {
    let mut dense = Dense::after(log, after, end);
    let events = rows.iter().map(|row| dense.next(row)).collect::<Result<_, _>>()?;
    dense.ends_at(end)?;
    Ok(events)
}

/// The events after `after` up to `end`, none missing: the way to very many, some at a time.
pub(crate) fn many(
    db: &Db,
    log: LogId,
    (after, end): (Position, Position),
    reads: Reads,
) -> Result<Vec<Recorded>, Trouble> {
    let words = Words { heads: reads == Reads::Head, ..Words::default() };
    let columns = if words.heads { HEADS } else { COLUMNS };
    let count = end.0.saturating_sub(after.0);
    // Said as a limit: up to a position, a planner finds them all first and sorts them then.
    let sql = format!(
        "SELECT {columns} FROM events WHERE log_id = {log} AND position > {after} \
         ORDER BY position LIMIT {count}"
    );
    let mut events = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
    let mut dense = Dense { words, ..Dense::after(log, after, end) };
    db.stream(&sql, |row| {
        events.push(dense.next(row)?);
        Ok(ControlFlow::Continue(()))
    })?;
    dense.ends_at(end)?;
    Ok(events)
}

/// Events as they are read, each of which follows the one before.
struct Dense {
    log: LogId,
    last: Position,
    head: Position,
    words: Words,
}

impl Dense {
    fn after(log: LogId, last: Position, head: Position) -> Self {
        Self { log, last, head, words: Words::default() }
    }

    fn next(&mut self, row: &Row<'_>) -> Result<Recorded, Trouble> {
        self.step(row)?;
        self.read(row)
    }

    /// That this row is the next.
    fn step(&mut self, row: &Row<'_>) -> Result<(), Trouble> {
        let position = Position(row.count(0)?);
        if position != self.last.next() {
            return Err(missing(self.last.next(), self.head));
        }
        self.last = position;
        Ok(())
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Recorded, Trouble> {
        recorded(self.log, row, &mut self.words)
    }

    fn ends_at(&self, end: Position) -> Result<(), Trouble> {
        if self.last < end { Err(missing(self.last.next(), self.head)) } else { Ok(()) }
    }
}

fn missing(position: Position, head: Position) -> Trouble {
    Trouble::Corrupt(format!(
        "the event at position {position} is missing below the head {head}: somebody deleted it; \
         restore a backup"
    ))
}

/// Shows the events after `after`, at most `count` positions of them, each with its position or
/// with what is wrong with it: for whoever looks into a log that may have been tampered with.
pub(crate) fn as_they_are(
    db: &Db,
    log: LogId,
    after: Position,
    count: usize,
    mut show: impl FnMut(Position, Result<Recorded, Trouble>),
) -> Result<(), Trouble> {
    let sql = format!(
        "SELECT {COLUMNS} FROM events WHERE log_id = ?1 AND position > ?2 AND position <= ?3 \
         ORDER BY position"
    );
    let end = after.0.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    let mut words = Words::default();
    db.each(&sql, values![log.0, after.0, end], |row| {
        show(Position(row.count(0)?), recorded(log, row, &mut words));
        Ok(ControlFlow::Continue(()))
    })
}

/// The life of one aggregate up to `upto`.
///
/// The plus signs keep the planner on the key of the aggregate: by position it would read the
/// whole log for every aggregate.
pub(crate) fn history(
    db: &Db,
    log: LogId,
    kind: &str,
    id: &str,
    upto: Option<Position>,
) -> Result<Vec<Recorded>, Trouble> {
    let sql = format!(
        "SELECT {COLUMNS} FROM events WHERE aggregate_type = ?1 AND aggregate_id = ?2 \
         AND +log_id = ?3 AND +position <= ?4 ORDER BY sequence"
    );
    let upto = upto.map_or(i64::MAX, |upto| whole(upto.0));
    collect(db, log, &sql, values![kind, id, log.0, upto])
}

/// What happened to any aggregate of a kind after `after`, in order. Found by the key of
/// aggregates, which begins with the kind: for kinds to which little happens.
pub(crate) fn of_kind(
    db: &Db,
    log: LogId,
    kind: &str,
    after: Position,
) -> Result<Vec<Recorded>, Trouble> {
    let sql = format!(
        "SELECT {COLUMNS} FROM events WHERE aggregate_type = ?1 AND +log_id = ?2 \
         AND +position > ?3 ORDER BY position"
    );
    collect(db, log, &sql, values![kind, log.0, after.0])
}

/// The event with this id.
pub(crate) fn event(db: &Db, log: LogId, id: Uuid) -> Result<Option<Recorded>, Trouble> {
    let sql = format!("SELECT {COLUMNS} FROM events WHERE log_id = ?1 AND event_id = ?2");
    Ok(collect(db, log, &sql, values![log.0, &id.as_bytes()[..]])?.pop())
}

/// The `count` events that end at `end`.
pub(crate) fn ending(
    db: &Db,
    log: LogId,
    end: Position,
    count: u64,
) -> Result<Vec<Recorded>, Trouble> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let before = Position(end.0.saturating_sub(count));
    next(db, log, before, usize::try_from(count).unwrap_or(usize::MAX), end)
}

pub(super) fn collect(
    db: &Db,
    log: LogId,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<Recorded>, Trouble> {
    let mut words = Words::default();
    db.all(sql, values, |row| recorded(log, row, &mut words))
}

/// What events that are read together say.
#[derive(Default)]
struct Words {
    /// What one after another says.
    names: Vec<Arc<str>>,
    /// Where the other texts lie, one behind the other: to find a place for each costs more.
    texts: BytesMut,
    /// How large the last place for them is.
    room: usize,
    /// Whether payload and metadata were not asked for.
    heads: bool,
}

impl Words {
    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(kept) = self.names.iter().find(|kept| ***kept == *name) {
            return Arc::clone(kept);
        }
        let new = Arc::<str>::from(name);
        if self.names.len() < NAMES {
            self.names.push(Arc::clone(&new));
        }
        new
    }

    fn text(&mut self, row: &Row<'_>, at: usize) -> Result<Text, Trouble> {
        let bytes = row.raw(at)?;
        if self.texts.capacity() < bytes.len() {
            // One event takes little, and of many each place is larger than the one before.
            self.room = self.room.saturating_mul(2).min(TEXTS).max(bytes.len());
            self.texts = BytesMut::with_capacity(self.room);
        }
        self.texts.extend_from_slice(bytes);
        Text::try_from(self.texts.split().freeze()).map_err(|e| odd(at, &e))
    }
}

fn recorded(log: LogId, row: &Row<'_>, words: &mut Words) -> Result<Recorded, Trouble> {
    let (payload, metadata) = if words.heads {
        <(Text, Said)>::default()
    } else {
        let metadata = Said::stored(words.text(row, 8)?).map_err(|e| odd(8, &e))?;
        (words.text(row, 7)?, metadata)
    };
    Ok(Recorded {
        log,
        position: Position(row.count(0)?),
        event_id: Uuid::from_bytes(row.bytes(1)?),
        aggregate_type: words.name(row.text(2)?),
        aggregate_id: words.text(row, 3)?,
        sequence: row.count(4)?,
        event_type: words.name(row.text(TYPE)?),
        event_version: words.name(row.text(6)?),
        payload,
        metadata,
        recorded_at: DateTime::from_timestamp_micros(row.int(9)?).unwrap_or_default(),
        leaf_hash: row.bytes(10)?,
        decoded: Decoded::default(),
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    /// By position it would read the whole log for every aggregate: 59 % of all time, once.
    #[test]
    fn the_life_of_an_aggregate_is_found_by_its_key() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("sqlite/schema.sql")).unwrap();
        let plan = db.query_row(
            "EXPLAIN QUERY PLAN SELECT payload FROM events WHERE aggregate_type = 'a' AND \
             aggregate_id = 'b' AND +log_id = 1 AND +position <= 9 ORDER BY sequence",
            [],
            |row| row.get::<_, String>("detail"),
        );
        assert!(plan.unwrap().contains("(aggregate_type=? AND aggregate_id=?"));
    }
}
