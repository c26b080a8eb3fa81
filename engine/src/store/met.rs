//! Which aggregates there are, so that a new one need not be looked for in the store.
//!
//! They are collected behind the first that is to be changed, and followed from there on. What is
//! known is as old as the head this process knows of, as are the aggregates in memory: what is
//! decided on it is checked in the same way.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Store, db::values};
use crate::error::Trouble;

/// In a longer log they are not collected: that would read too much for what it saves.
const MOST_EVENTS: u64 = 5_000_000;

/// The first event of each. The plus sign has it read from the key alone, and not row by row.
const FIRST_EVENTS: &str = "SELECT aggregate_type, aggregate_id FROM events \
                            WHERE +log_id = ?1 AND sequence = 1";

/// The aggregates that have events, by the hashes of their kinds and ids. Two that have one hash
/// only cost a look into the store.
#[derive(Debug, Default)]
pub(super) struct Met {
    hasher: RandomState,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    hashes: HashSet<u64>,
    state: State,
    /// Counts the beginnings.
    begun: u64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Nothing,
    Collecting,
    /// All of them, in this epoch of the store.
    All(u64),
}

impl Met {
    /// One has its first event.
    pub(super) fn add(&self, kind: &str, id: &str) {
        let hash = self.hash(kind, id);
        let mut known = self.known();
        if known.state != State::Nothing {
            known.hashes.insert(hash);
        }
    }

    /// Some have been missed.
    pub(super) fn lost(&self) {
        let mut known = self.known();
        (known.hashes, known.state) = (HashSet::new(), State::Nothing);
    }

    fn is_new(&self, kind: &str, id: &str, epoch: u64) -> bool {
        let hash = self.hash(kind, id);
        let known = self.known();
        known.state == State::All(epoch) && !known.hashes.contains(&hash)
    }

    /// The number of this beginning if they are to be collected now, for one to do it.
    fn begin(&self, epoch: u64) -> Option<u64> {
        let mut known = self.known();
        match known.state {
            State::Collecting => return None,
            State::All(then) if then == epoch => return None,
            State::Nothing | State::All(_) => {}
        }
        (known.hashes, known.state) = (HashSet::new(), State::Collecting);
        known.begun = known.begun.saturating_add(1);
        Some(known.begun)
    }

    /// All that there were when it began; those that came since have been added.
    fn collected(&self, begun: u64, hashes: HashSet<u64>, epoch: u64) {
        let mut known = self.known();
        if known.state == State::Collecting && known.begun == begun {
            known.hashes.extend(hashes);
            known.state = State::All(epoch);
        }
    }

    fn hash(&self, kind: &str, id: &str) -> u64 {
        self.hasher.hash_one((kind, id))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Whether nothing has happened to an aggregate, as far as this process knows of the log.
    pub(crate) fn is_new(&self, kind: &str, id: &str, epoch: u64) -> bool {
        self.tail.met().is_new(kind, id, epoch)
    }

    /// Has the aggregates collected, unless they are or are just being.
    pub(crate) fn collect(self: &Arc<Self>, epoch: u64) {
        if !self.writable() || MOST_EVENTS < self.head().0 {
            return;
        }
        if let Some(begun) = self.tail.met().begin(epoch) {
            let store = Arc::clone(self);
            tokio::spawn(async move {
                if let Err(trouble) = store.meet(begun, epoch).await {
                    tracing::debug!(error = %trouble, "the aggregates could not be listed");
                    store.tail.met().lost();
                }
            });
        }
    }

    /// Collects the aggregates that have events.
    async fn meet(self: &Arc<Self>, begun: u64, epoch: u64) -> Result<(), Trouble> {
        let (store, log) = (Arc::clone(self), self.log);
        self.read(move |db| {
            let (met, mut hashes) = (store.tail.met(), HashSet::new());
            db.each(FIRST_EVENTS, values![log.0], |row| {
                hashes.insert(met.hash(row.text(0)?, row.text(1)?));
                Ok(ControlFlow::Continue(()))
            })?;
            met.collected(begun, hashes, epoch);
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    /// Row by row, a million events keep a reader busy for seconds after a start.
    #[test]
    fn aggregates_are_collected_from_the_key_alone() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("sqlite/schema.sql")).unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {}", super::FIRST_EVENTS);
        let plan = db.query_row(&explain, [7], |row| row.get::<_, String>("detail")).unwrap();
        assert!(plan.contains("COVERING INDEX"), "{plan}");
    }
}
