//! The aggregates in memory, each in a slot of its own.
//!
//! A slot is locked while a decision is made on it, shared by those who only read. What a slot
//! holds may not be durable yet; `pending` says so, and nobody is answered on it before it is.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use fugong_core::Ref;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::{kinds::Instance, store::Pending};

/// One aggregate: its state, once it has been folded.
#[derive(Default)]
pub(crate) struct Cell {
    /// None before it is folded, and after a command left it in doubt.
    pub(crate) instance: Option<Instance>,
    /// How many events it is folded from.
    pub(crate) version: u64,
    /// The store's epoch when it was folded; it does not count in a later one.
    pub(crate) epoch: u64,
    /// The last append that is in it.
    pub(crate) pending: Option<Arc<Pending>>,
}

impl Cell {
    /// The append that must be durable before anybody is told of this state, if there is one.
    pub(crate) fn owes(&self) -> Option<&Arc<Pending>> {
        self.pending.as_ref().filter(|pending| !pending.is_durable())
    }

    /// Whether it is folded and counts.
    pub(crate) fn is_current(&self, epoch: u64) -> bool {
        self.instance.is_some()
            && self.epoch == epoch
            && !self.pending.as_ref().is_some_and(|pending| pending.is_failed())
    }
}

type Slot = Arc<RwLock<Cell>>;

/// A locked slot.
pub(crate) enum Held {
    /// Others may read it too.
    Shared(OwnedRwLockReadGuard<Cell>),
    /// Nobody else has it.
    Own(OwnedRwLockWriteGuard<Cell>),
}

impl Held {
    pub(crate) fn cell(&self) -> &Cell {
        match self {
            Self::Shared(cell) => cell,
            Self::Own(cell) => cell,
        }
    }

    /// The slot to change it, if nobody else has it.
    pub(crate) fn own(&mut self) -> Option<&mut Cell> {
        match self {
            Self::Shared(_) => None,
            Self::Own(cell) => Some(cell),
        }
    }
}

/// The slots, at most about `capacity` of them.
pub(crate) struct Cache {
    capacity: usize,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    by_ref: HashMap<Ref, Entry>,
    /// Counts the uses, so that the least recent are known.
    uses: u64,
}

struct Entry {
    slot: Slot,
    used: u64,
}

impl Cache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), slots: Mutex::default() }
    }

    fn slot(&self, target: &Ref) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.uses = slots.uses.saturating_add(1);
        let used = slots.uses;
        if let Some(entry) = slots.by_ref.get_mut(target) {
            entry.used = used;
            return Arc::clone(&entry.slot);
        }
        if self.capacity <= slots.by_ref.len() {
            slots.make_room(self.capacity);
        }
        let slot = Slot::default();
        slots.by_ref.insert(target.clone(), Entry { slot: Arc::clone(&slot), used });
        slot
    }

    /// Lets go of an aggregate: whoever asks for it next folds it again. Who has it already keeps
    /// what he has, and is checked when he appends.
    pub(crate) fn forget(&self, target: &Ref) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.by_ref.remove(target);
    }

    /// Locks the slot, waiting for it.
    pub(crate) async fn lock(&self, target: &Ref, own: bool) -> Held {
        let slot = self.slot(target);
        if own {
            Held::Own(slot.write_owned().await)
        } else {
            Held::Shared(slot.read_owned().await)
        }
    }

    /// Locks the slot if that needs no waiting.
    pub(crate) fn try_lock(&self, target: &Ref, own: bool) -> Option<Held> {
        let slot = self.slot(target);
        if own {
            slot.try_write_owned().ok().map(Held::Own)
        } else {
            slot.try_read_owned().ok().map(Held::Shared)
        }
    }
}

impl Slots {
    /// Lets go of the least recently used sixteenth, except what is in use or not yet durable.
    fn make_room(&mut self, capacity: usize) {
        let few = capacity.checked_div(16).unwrap_or_default().max(1);
        let mut uses: Vec<u64> = self.by_ref.values().map(|entry| entry.used).collect();
        let at = few.min(uses.len()).saturating_sub(1);
        let (_, oldest, _) = uses.select_nth_unstable(at);
        let oldest = *oldest;
        self.by_ref.retain(|_, Entry { slot, used }| {
            oldest < *used
                || 1 < Arc::strong_count(slot)
                || slot.try_read().is_ok_and(|cell| cell.owes().is_some_and(|p| p.is_waiting()))
        });
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use fugong_core::Ref;

    use super::{Cache, Held};
    use crate::store::Pending;

    fn jar(id: &str) -> Ref {
        Ref { kind: "jar", id: id.to_owned() }
    }

    /// Two slots of one aggregate would let two decide on it at once.
    #[tokio::test]
    async fn a_slot_on_which_a_decision_is_made_stays_whoever_needs_room() {
        let cache = Cache::new(1);
        let deciding = cache.lock(&jar("x"), true).await;
        for n in 0..40 {
            drop(cache.lock(&jar(&format!("other{n}")), true).await);
        }
        assert!(cache.try_lock(&jar("x"), true).is_none(), "another has it, alone");
        drop(deciding);
        assert!(cache.try_lock(&jar("x"), true).is_some());
    }

    /// Who folded it again would not see what is in the writer's queue.
    #[tokio::test]
    async fn a_slot_with_an_append_that_is_not_durable_stays_whoever_needs_room() {
        let (cache, pending) = (Cache::new(1), Arc::<Pending>::default());
        let mut decided = cache.lock(&jar("x"), true).await;
        decided.own().unwrap().pending = Some(Arc::clone(&pending));
        drop(decided);
        for n in 0..40 {
            drop(cache.lock(&jar(&format!("other{n}")), true).await);
        }
        let found = cache.lock(&jar("x"), false).await;
        let owes = |held: &Held| held.cell().owes().is_some_and(|it| Arc::ptr_eq(it, &pending));
        assert!(owes(&found), "its state is not on the disk yet");
    }
}
