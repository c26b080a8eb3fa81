//! Receipts: what a command came to, found again for ever.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fugong_core::{LogId, Position, keys};
use sha2::{Digest as _, Sha256};

use crate::{
    Receipt,
    error::Trouble,
    store::{
        db::{Db, Row, values},
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

/// A command with what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) id: String,
    /// Where its last event stands; the head of then if it has none.
    pub(crate) position: Position,
    pub(crate) events: u64,
    /// Kind and body of the act, where they were kept.
    pub(crate) text: Option<String>,
    /// What its events say of it.
    pub(crate) digest: String,
}

impl Kept {
    fn read(row: &Row<'_>) -> Result<Self, Trouble> {
        let text = row.maybe_text(3)?.map(str::to_owned);
        Ok(Self {
            id: row.text(0)?.to_owned(),
            position: Position(row.count(1)?),
            events: row.count(2)?,
            digest: digest(row.count(5)?, row.text(4)?, text.as_deref()),
            text,
        })
    }
}

/// The commands with these ids.
pub(crate) fn named(db: &Db, log: LogId, ids: &[String]) -> Result<Vec<Kept>, Trouble> {
    let sql = "SELECT command_id, position, events, command, fingerprint, version FROM commands \
               WHERE log_id = ?1 AND command_id {in ?2}";
    db.all(sql, values![log.0, ids], Kept::read)
}

/// The commands that found nothing to do, by position.
pub(crate) fn idle(db: &Db, log: LogId) -> Result<Vec<Kept>, Trouble> {
    let sql = "SELECT command_id, position, events, command, fingerprint, version FROM commands \
               WHERE log_id = ?1 AND events = 0 ORDER BY position, command_id";
    db.all(sql, values![log.0], Kept::read)
}

/// How many receipts stand for events up to `upto`, and for such that there are none of.
pub(crate) fn count(db: &Db, log: LogId, upto: Position) -> Result<u64, Trouble> {
    let sql = "SELECT count(*) FROM commands WHERE log_id = ?1 AND events <> 0 \
               AND (position <= ?2 OR (SELECT head FROM logs WHERE log_id = ?1) < position)";
    Ok(db.first(sql, values![log.0, upto.0], |row| row.count(0))?.unwrap_or_default())
}

/// Those of them whose last event is another command's, or none, with where it would stand.
pub(crate) fn strays(
    db: &Db,
    log: LogId,
    upto: Position,
) -> Result<Vec<(String, Position)>, Trouble> {
    let sql = "SELECT command_id, position FROM commands WHERE log_id = ?1 AND events <> 0 \
               AND (position <= ?2 OR (SELECT head FROM logs WHERE log_id = ?1) < position) \
               ORDER BY position, command_id";
    let mut strays = db.all(sql, values![log.0, upto.0], |row| {
        Ok((row.text(0)?.to_owned(), Position(row.count(1)?)))
    })?;
    let mut unread = Ok(());
    strays.retain(|(id, position)| match ending(db, log, *position, 1) {
        Ok(last) => !last.iter().any(|event| event.meta(keys::COMMAND_ID) == Some(id)),
        // There is none.
        Err(Trouble::Corrupt(_)) => true,
        Err(trouble) => {
            unread = Err(trouble);
            false
        }
    });
    unread.map(|()| strays)
}

/// What events say of their command's receipt: SHA-256 over the version (eight bytes, big-endian),
/// the SHA-256 of the fingerprint, and that of the command's text where one is kept; in Base64.
pub(crate) fn digest(version: u64, fingerprint: &str, text: Option<&str>) -> String {
    let mut all = Sha256::new();
    all.update(version.to_be_bytes());
    all.update(Sha256::digest(fingerprint));
    if let Some(text) = text {
        all.update(Sha256::digest(text));
    }
    STANDARD.encode(all.finalize())
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
