//! Receipts: what a command came to, found again for ever.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use fugong_core::{LogId, Position};

use crate::{
    Receipt,
    error::Trouble,
    store::{
        db::{Db, values},
        events::ending,
    },
};

/// A receipt as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) fingerprint: String,
    position: Position,
    events: u64,
    version: u64,
}

/// The receipt of a command, if it was ever carried out.
pub(crate) fn find(db: &Db, log: LogId, command_id: &str) -> Result<Option<Stored>, Trouble> {
    let sql = "SELECT fingerprint, position, events, version FROM commands \
               WHERE log_id = ?1 AND command_id = ?2";
    db.first(sql, values![log.0, command_id], |row| {
        Ok(Stored {
            fingerprint: row.text(0)?.to_owned(),
            position: Position(row.count(1)?),
            events: row.count(2)?,
            version: row.count(3)?,
        })
    })
}

impl Stored {
    /// The receipt as it was given first, from the events it stands for.
    pub(crate) fn receipt(&self, db: &Db, log: LogId) -> Result<Receipt, Trouble> {
        let events = ending(db, log, self.position, self.events)?;
        Ok(Receipt { replayed: true, position: self.position, version: self.version, events })
    }
}

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
