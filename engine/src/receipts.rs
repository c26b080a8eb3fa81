//! Receipts: what a command came to, found again for ever.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use fugong_core::LogId;

/// The commands that are being carried out.
#[derive(Debug, Clone)]
pub(crate) struct Flights {
    log: LogId,
    ids: Arc<Mutex<HashSet<Arc<str>>>>,
}

/// One command that is being carried out, until this is dropped.
#[derive(Debug)]
pub(crate) struct InFlight {
    flights: Flights,
    id: Arc<str>,
}

impl Flights {
    pub(crate) fn new(log: LogId) -> Self {
        Self { log, ids: Arc::default() }
    }

    /// Notes that the command is being carried out; `None` if it is already.
    pub(crate) fn begin(&self, id: &str) -> Option<InFlight> {
        let id: Arc<str> = id.into();
        let begun = self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(Arc::clone(&id));
        begun.then(|| InFlight { flights: self.clone(), id })
    }
}

impl InFlight {
    /// The log it is carried out on.
    pub(crate) fn log(&self) -> LogId {
        self.flights.log
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.flights.ids.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
