//! Places: how many may do something at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::problem::Problem;

/// So many places, taken one by one.
#[derive(Debug)]
pub(crate) struct Places {
    free: Arc<AtomicUsize>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Taken(Arc<AtomicUsize>);

impl Places {
    pub(crate) fn new(places: usize) -> Self {
        Self { free: Arc::new(AtomicUsize::new(places)) }
    }

    /// Takes a place.
    ///
    /// # Errors
    ///
    /// `RATE_LIMITED` when none is free.
    pub(crate) fn take(&self) -> Result<Taken, Problem> {
        let less = |free: usize| free.checked_sub(1);
        self.free
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, less)
            .map(|_| Taken(Arc::clone(&self.free)))
            .map_err(|_| {
                Problem::new("RATE_LIMITED", "too many requests at once; repeat it in a second")
            })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}
