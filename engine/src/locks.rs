//! The aggregates that a decision holds, and what it sees of them.
//!
//! Slots are taken in the order of their names, so that nobody waits in a circle; one that comes
//! later in a decision is taken out of order only if that needs no waiting.

use std::{any::Any, collections::BTreeMap, sync::Arc};

use cqrs_es::Aggregate;
use fugong_core::{Facts, NotYet, Position, Ref};

use crate::{
    cache::{Cache, Cell, Held},
    error::Trouble,
    kinds::Kinds,
    store::{Pending, Store},
};

/// After so many rounds of taking slots, something evicts them faster than they are filled.
const ROUNDS: usize = 64;

/// What aggregates live in, borrowed for a decision.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) cache: &'a Cache,
    pub(crate) kinds: &'a Kinds,
    pub(crate) store: &'a Arc<Store>,
}

/// The slots a decision wants: true for those that it changes.
pub(crate) type Wants = BTreeMap<Ref, bool>;

/// The slots a decision holds.
#[derive(Default)]
pub(crate) struct Locks {
    held: Vec<(Ref, Held)>,
}

impl Locks {
    /// Takes everything that is wanted, folded and current.
    pub(crate) async fn take(world: World<'_>, wants: &Wants) -> Result<Self, Trouble> {
        'rounds: for _ in 0..ROUNDS {
            let mut held = Vec::with_capacity(wants.len());
            for (target, own) in wants {
                let mut slot = world.cache.lock(target, *own).await;
                if !slot.cell().is_current(world.store.epoch()) {
                    let Some(cell) = slot.own() else {
                        // A shared slot cannot be filled; alone it can, when nothing else is held.
                        drop((slot, held));
                        world.warm(target).await?;
                        continue 'rounds;
                    };
                    world.fold(cell, target, *own).await?;
                }
                held.push((target.clone(), slot));
            }
            return Ok(Self { held });
        }
        Err(Trouble::Overloaded)
    }

    /// Takes one more to read, if that needs no waiting.
    pub(crate) fn try_share(&mut self, world: World<'_>, target: &Ref) -> bool {
        let Some(slot) = world.cache.try_lock(target, false) else { return false };
        let current = slot.cell().is_current(world.store.epoch());
        if current {
            self.held.push((target.clone(), slot));
        }
        current
    }

    /// Whether this one is held, and alone.
    pub(crate) fn owns(&self, target: &Ref) -> bool {
        self.held.iter().any(|(held, slot)| held == target && matches!(slot, Held::Own(_)))
    }

    pub(crate) fn cell(&self, kind: &str, id: &str) -> Option<&Cell> {
        let held = self.held.iter().find(|(held, _)| held.kind == kind && held.id == id);
        held.map(|(_, slot)| slot.cell())
    }

    pub(crate) fn own(&mut self, target: &Ref) -> Option<&mut Cell> {
        let held = self.held.iter_mut().find(|(held, _)| held == target);
        held.and_then(|(_, slot)| slot.own())
    }

    /// How many events the aggregate has, if it is held.
    pub(crate) fn version(&self, target: &Ref) -> u64 {
        self.cell(target.kind, &target.id).map_or(0, |cell| cell.version)
    }

    /// The appends that must be durable before anybody is told what is held here.
    pub(crate) fn owed(&self) -> Vec<Arc<Pending>> {
        self.held.iter().filter_map(|(_, slot)| slot.cell().owes().cloned()).collect()
    }
}

impl World<'_> {
    async fn warm(self, target: &Ref) -> Result<(), Trouble> {
        let mut slot = self.cache.lock(target, true).await;
        match slot.own() {
            Some(cell) if !cell.is_current(self.store.epoch()) => {
                self.fold(cell, target, false).await
            }
            _ => Ok(()),
        }
    }

    /// Folds what has happened to an aggregate. Only who is about to change something (`own`) gains
    /// from knowing which there are, so nobody who reads waits behind their collecting.
    async fn fold(self, cell: &mut Cell, target: &Ref, own: bool) -> Result<(), Trouble> {
        if cell.owes().is_some_and(|pending| pending.is_waiting()) {
            self.store.barrier().await?;
        }
        let kind = self.kinds.get(target.kind).map(Arc::clone).ok_or_else(|| {
            Trouble::Unavailable(format!(
                "aggregates of kind {} are not known here: name them to Builder::aggregate",
                target.kind
            ))
        })?;
        let epoch = self.store.epoch();
        if own {
            self.store.collect(epoch);
        }
        let (instance, version) = if self.store.is_new(target.kind, &target.id, epoch) {
            (kind.fresh(), 0)
        } else {
            self.store.folded(kind, &target.id, Position(u64::MAX)).await?
        };
        *cell = Cell { instance: Some(instance), version, epoch, pending: None };
        Ok(())
    }
}

/// What a decision sees: the aggregates that are held.
pub(crate) struct View<'a> {
    locks: &'a Locks,
    /// What it read, with its version.
    pub(crate) read: BTreeMap<Ref, u64>,
    /// What it has to be given first.
    pub(crate) wanted: Option<Ref>,
}

impl<'a> View<'a> {
    pub(crate) fn of(locks: &'a Locks) -> Self {
        Self { locks, read: BTreeMap::new(), wanted: None }
    }

    fn look<A: Aggregate + 'static>(&mut self, id: &str) -> Result<&'a Cell, NotYet> {
        let target = Ref::to::<A>(id);
        let Some(cell) = self.locks.cell(target.kind, id) else {
            self.wanted = Some(target);
            return Err(NotYet);
        };
        self.read.insert(target, cell.version);
        Ok(cell)
    }
}

impl Facts for View<'_> {
    fn read<A: Aggregate + 'static>(&mut self, id: &str) -> Result<&A, NotYet> {
        let instance = self.look::<A>(id)?.instance.as_deref();
        // Two types under one name end as a decision that can never be made.
        instance.and_then(|any: &(dyn Any + Send + Sync)| any.downcast_ref()).ok_or(NotYet)
    }

    fn version<A: Aggregate + 'static>(&mut self, id: &str) -> Result<u64, NotYet> {
        self.look::<A>(id).map(|cell| cell.version)
    }
}
