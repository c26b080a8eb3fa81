//! What is handed to the writer: a command's events, and what they were decided on.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use fugong_core::{Position, Recorded, Ref};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;

use super::{
    events::{number, whole},
    times::Times,
};
use crate::{error::Trouble, receipts::InFlight};

/// The events of one command, with its receipt: all of it is appended, or nothing.
pub(crate) struct Append {
    /// The count of failed batches when its decision began; an older one is sent back.
    pub(crate) epoch: u64,
    /// The events, in order; none for a receipt of nothing done.
    pub(crate) drafts: Vec<Draft>,
    /// The versions of all that was looked at or touched.
    pub(crate) seen: Vec<(Ref, u64)>,
    /// The receipt.
    pub(crate) command: Command,
    /// Ends when the append is answered, so that a repeat finds either this or the receipt.
    pub(crate) in_flight: InFlight,
    /// Told what became of it, for those who read the state it left.
    pub(crate) pending: Arc<Pending>,
    /// Told what became of it.
    pub(crate) answer: oneshot::Sender<Fate>,
}

/// A command, as its receipt keeps it.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) id: String,
    pub(crate) fingerprint: String,
    /// The subject's version after it.
    pub(crate) version: u64,
    /// Kind and body, so that it can be decided again.
    pub(crate) text: Option<String>,
}

/// An event that lacks only its position, and the metadata as it is stored.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) event: Recorded,
    pub(crate) metadata: Arc<str>,
}

/// What became of an append.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It is durable.
    Appended(Appended),
    /// What it was decided on may not be so: decide again.
    SentBack(InFlight),
    /// The store failed; whether it was written shows when its receipt is looked up.
    Failed(Trouble, InFlight),
}

/// A durable append.
#[derive(Debug)]
pub(crate) struct Appended {
    /// Where its last event stands, or the head if it has none.
    pub(crate) position: Position,
    /// Its events with their positions.
    pub(crate) events: Vec<Recorded>,
}

/// Whether an append is durable yet: kept with the state it left.
#[derive(Debug, Default)]
pub(crate) struct Pending(AtomicU8);

const WAITING: u8 = 0;
const DURABLE: u8 = 1;
const FAILED: u8 = 2;

impl Pending {
    /// Whether it is on the disk.
    pub(crate) fn is_durable(&self) -> bool {
        self.0.load(Ordering::Acquire) == DURABLE
    }

    /// Whether nobody knows yet.
    pub(crate) fn is_waiting(&self) -> bool {
        self.0.load(Ordering::Acquire) == WAITING
    }

    fn set(&self, state: u8) {
        self.0.store(state, Ordering::Release);
    }
}

/// What writing one append came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrote {
    /// Its rows are in the transaction; this is the head after it.
    Rows(u64),
    /// The receipt exists, or something it saw has changed.
    Nothing,
}

impl Append {
    /// Writes the rows, with positions after `head`. Checks nothing but the receipt's absence:
    /// the process that holds the lock knows the versions.
    pub(super) fn write(&self, db: &Connection, head: u64) -> Result<Wrote, rusqlite::Error> {
        let end = head.saturating_add(u64::try_from(self.drafts.len()).unwrap_or(u64::MAX));
        let log = self.in_flight.log().0;
        let command = &self.command;
        let receipts = db
            .prepare_cached(
                "INSERT INTO commands \
                 (log_id, command_id, fingerprint, position, events, version, command) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                log,
                command.id,
                command.fingerprint,
                whole(end),
                whole(end.saturating_sub(head)),
                whole(command.version),
                command.text,
            ])?;
        if receipts == 0 {
            return Ok(Wrote::Nothing);
        }
        let mut insert = db.prepare_cached(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, log_id, position, \
             event_id, event_type, event_version, payload, metadata, recorded_at, leaf_hash) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        let mut position = head;
        for Draft { event, metadata } in &self.drafts {
            position = position.saturating_add(1);
            insert.execute(params![
                &*event.aggregate_type,
                &*event.aggregate_id,
                whole(event.sequence),
                log,
                whole(position),
                event.event_id.as_bytes(),
                &*event.event_type,
                &*event.event_version,
                &*event.payload,
                &**metadata,
                event.recorded_at.timestamp_micros(),
                event.leaf_hash,
            ])?;
        }
        Ok(Wrote::Rows(end))
    }

    /// Notes when its events were recorded.
    pub(super) fn note(&self, times: &mut Times) {
        for Draft { event, .. } in &self.drafts {
            times.take(event.recorded_at.timestamp_micros());
        }
    }

    /// Whether everything it saw still has the version it saw.
    pub(super) fn holds(&self, db: &Connection) -> Result<bool, rusqlite::Error> {
        let mut last = db.prepare_cached(
            "SELECT sequence FROM events WHERE aggregate_type = ?1 AND aggregate_id = ?2 \
             AND log_id = ?3 ORDER BY sequence DESC LIMIT 1",
        )?;
        for (seen, version) in &self.seen {
            let found: Option<i64> = last
                .query_row(params![seen.kind, seen.id, self.in_flight.log().0], |row| row.get(0))
                .optional()?;
            if number(found.unwrap_or_default()) != *version {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Its events with their positions, of which the first stands after `before`.
    pub(super) fn placed(&mut self, before: u64) -> Appended {
        let mut position = Position(before);
        let place = |draft: Draft| {
            position = position.next();
            Recorded { position, ..draft.event }
        };
        let events = std::mem::take(&mut self.drafts).into_iter().map(place).collect();
        Appended { position, events }
    }

    /// It is durable.
    pub(super) fn appended(self, appended: Appended) {
        self.pending.set(DURABLE);
        // The receipt can be found from here on, so the command is no longer in flight.
        drop(self.in_flight);
        // Whoever asked may have gone; the receipt waits for his repeat.
        let _gone = self.answer.send(Fate::Appended(appended));
    }

    /// What it was decided on may not be so.
    pub(super) fn sent_back(self) {
        self.pending.set(FAILED);
        let _gone = self.answer.send(Fate::SentBack(self.in_flight));
    }

    /// The store failed.
    pub(super) fn failed(self, trouble: Trouble) {
        self.pending.set(FAILED);
        let _gone = self.answer.send(Fate::Failed(trouble, self.in_flight));
    }
}
