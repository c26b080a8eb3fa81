//! What is handed to the writer: a command's events, and what they were decided on.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use fugong_core::{Position, Recorded, Ref};
use tokio::sync::oneshot;

use super::times::Times;
use crate::{error::Trouble, receipts::InFlight};

/// The events of one command, with its receipt: all of it is appended, or nothing.
pub(crate) struct Append {
    /// What was known of the store when its decision began; one of an older epoch is sent back.
    pub(crate) stamp: Stamp,
    /// The events, in order, which lack only their positions; none for a receipt of nothing done.
    pub(crate) drafts: Vec<Recorded>,
    /// The versions of all that was looked at or touched.
    pub(crate) seen: Vec<(Ref, u64)>,
    /// Appends that what it saw came from, and that were not durable yet.
    pub(crate) owed: Vec<Arc<Pending>>,
    /// The receipt.
    pub(crate) command: Command,
    /// Ends when the append is answered, so that a repeat finds either this or the receipt.
    pub(crate) in_flight: InFlight,
    /// Told what became of it, for those who read the state it left.
    pub(crate) pending: Arc<Pending>,
    /// Told what became of it.
    pub(crate) answer: oneshot::Sender<Fate>,
}

/// What was known of the store at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Counts the failed batches: state that was derived before the last one may never have been.
    pub(crate) epoch: u64,
    /// Counts how often it was seen that others had written.
    pub(crate) foreign: u64,
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

    /// Whether it came to nothing.
    pub(crate) fn is_failed(&self) -> bool {
        self.0.load(Ordering::Acquire) == FAILED
    }

    fn set(&self, state: u8) {
        self.0.store(state, Ordering::Release);
    }
}

/// Those that stand on what still stands; the others are sent back, one after the other, so that
/// each takes those along that stand on it.
pub(super) fn sound(appends: Vec<Append>, epoch: u64) -> Vec<Append> {
    let mut sound = Vec::with_capacity(appends.len());
    for append in appends {
        if append.stamp.epoch == epoch && !append.owed.iter().any(|owed| owed.is_failed()) {
            sound.push(append);
        } else {
            append.sent_back();
        }
    }
    sound
}

impl Append {
    /// Notes when its events were recorded.
    pub(super) fn note(&self, times: &mut Times) {
        for event in &self.drafts {
            times.take(event.recorded_at.timestamp_micros());
        }
    }

    /// Its events with their positions, of which the first stands after `before`.
    pub(super) fn placed(&mut self, before: u64) -> Appended {
        let mut position = Position(before);
        let place = |draft: Recorded| {
            position = position.next();
            Recorded { position, ..draft }
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
