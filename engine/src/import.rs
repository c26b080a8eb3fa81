//! Reading the events of a cqrs-es database into a log.
//!
//! The stores of cqrs-es keep no order between aggregates and no time of recording. So the order
//! in which their events come to stand here is invented: by aggregate type and id. Every event
//! says so in its metadata, and was recorded when it was imported. What it says, under which
//! aggregate and number, is as it was, to the byte; the original is only read.
//!
//! What the log has already is not appended again, so an import that was broken off goes on, and
//! one that is repeated takes what the original has got since.

mod drafts;
mod source;

use std::{collections::BTreeMap, sync::Arc};

use fugong_core::{LogId, Ref};
use tokio::{
    spawn,
    sync::{mpsc, oneshot},
};

use crate::{
    Database, Error, Log,
    desk::Desk,
    error::Trouble,
    store::{
        Append, Command, Fate, Pending,
        db::{Db, values},
    },
};
use drafts::drafts;

/// How often events are handed over again when others write meanwhile, or the store fails.
const ATTEMPTS: usize = 16;

/// Where the events of a cqrs-es database are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// A file of sqlite-es or a database of postgres-es.
    pub database: Database,
    /// The table or view of its events: `events` if nobody named it otherwise.
    pub table: String,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many events were appended.
    pub appended: u64,
    /// How many were there already.
    pub known: u64,
    /// How many the original has.
    pub of: u64,
}

/// Why events cannot be imported. Whole batches of events before them were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotImported {
    /// The log has another event in its place.
    #[error(
        "event {sequence} of {kind} {id} is another one in the log: import into a log that has \
         only what was imported from there"
    )]
    Different {
        /// The kind of aggregate.
        kind: String,
        /// Which one.
        id: String,
        /// The number of the event in its life.
        sequence: u64,
    },
    /// An event is missing in the original.
    #[error("{kind} {id} has event {found} where {wanted} should be: mend the original first")]
    Gap {
        /// The kind of aggregate.
        kind: String,
        /// Which one.
        id: String,
        /// The number that should come next.
        wanted: u64,
        /// The number that came.
        found: i64,
    },
    /// It cannot be kept as it is.
    #[error("event {sequence} of {kind} {id} cannot be kept: {why}")]
    Unfit {
        /// The kind of aggregate.
        kind: String,
        /// Which one.
        id: String,
        /// The number of the event in its life.
        sequence: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// An event as cqrs-es keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) sequence: i64,
    pub(crate) event_type: String,
    pub(crate) event_version: String,
    pub(crate) payload: String,
    pub(crate) metadata: String,
}

/// What a batch of events comes to: how many are known, and those to append with the versions
/// that their aggregates have.
struct Sorted {
    known: u64,
    new: Vec<Foreign>,
    seen: Vec<(Ref, u64)>,
}

impl Log {
    /// Imports the events of `source` that the log has not got yet; `told` hears how far it is.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the event that cannot be imported; `Unavailable` when the original
    /// cannot be read. Whole batches before were imported; an import that is repeated goes on.
    pub async fn import(
        &self,
        source: Source,
        mut told: impl FnMut(Imported),
    ) -> Result<Imported, Error<NotImported>> {
        let of = source.count().await?;
        let mut imported = Imported { of, ..Imported::default() };
        told(imported);
        let (batches, mut read) = mpsc::channel(2);
        let reading = source.read(batches);
        while let Some(batch) = read.recv().await {
            // It is carried through when this is broken off: what is in memory must be forgotten.
            let appending = spawn(append(Arc::clone(self.desk()), batch)).await;
            let (appended, known) = appending.map_err(|e| Error::Unavailable(e.to_string()))??;
            imported.appended = imported.appended.saturating_add(appended);
            imported.known = imported.known.saturating_add(known);
            told(imported);
        }
        reading.ended().await?;
        Ok(imported)
    }
}

/// Appends what is new of a batch: how many, and how many were known.
async fn append(desk: Arc<Desk>, batch: Vec<Foreign>) -> Result<(u64, u64), Error<NotImported>> {
    let mut failed = None;
    for _ in 0..ATTEMPTS {
        let (log, again) = (desk.store.log(), batch.clone());
        let sorted = desk.store.read(move |db| Ok(sort(db, log, again))).await?;
        let Sorted { known, new, seen } = sorted?;
        let Some(first) = new.first() else { return Ok((0, known)) };
        let command_id = format!("import/{}/{}/{}", first.kind, first.id, first.sequence);
        let Some(flight) = desk.flights.begin(&command_id) else {
            // An import that was broken off a moment ago, or another one.
            desk.look().await?;
            continue;
        };
        let version = new.last().map_or(0, Foreign::number);
        let touched: Vec<Ref> = seen.iter().map(|(target, _)| target.clone()).collect();
        let drafts = drafts(&desk, &command_id, new)?;
        let appended = u64::try_from(drafts.len()).unwrap_or(u64::MAX);
        let (stamp, place) = (desk.store.stamp(), desk.store.place().await?);
        let (answer, answered) = oneshot::channel();
        place.append(Append {
            stamp,
            drafts,
            seen,
            owed: Vec::new(),
            command: Command { id: command_id, fingerprint: String::new(), version, text: None },
            in_flight: flight,
            pending: Arc::new(Pending::default()),
            answer,
        });
        let fate =
            answered.await.map_err(|_| Trouble::Unavailable("the log was closed".to_owned()))?;
        // Whoever asks for them next folds them again.
        for target in &touched {
            desk.cache.forget(target);
        }
        // What came of it otherwise shows when the log is asked again what it has.
        match fate {
            Fate::Appended(_) => return Ok((appended, known)),
            Fate::SentBack(_) => {}
            Fate::Failed(trouble, _) => failed = Some(trouble),
        }
    }
    Err(failed.map_or(Error::Overloaded, Error::from))
}

/// Where an aggregate stands: how many events the log has of it, and which comes next.
struct Life {
    stored: u64,
    next: u64,
}

/// Tells what the log has from what it has not.
fn sort(db: &Db, log: LogId, batch: Vec<Foreign>) -> Result<Sorted, Error<NotImported>> {
    let mut lives: BTreeMap<Ref, Life> = BTreeMap::new();
    let (mut known, mut new, mut seen) = (0_u64, Vec::new(), Vec::new());
    for event in batch {
        let target = Ref { kind: event.kind, id: event.id.clone() };
        if !lives.contains_key(&target) {
            let stored = version(db, log, &target)?;
            lives.insert(target.clone(), Life { stored, next: stored.saturating_add(1) });
        }
        let Some(life) = lives.get_mut(&target) else { continue };
        if (1..=life.stored).contains(&event.number()) {
            check_same(db, log, &event)?;
            known = known.saturating_add(1);
        } else if event.number() == life.next {
            if event.number() == life.stored.saturating_add(1) {
                seen.push((target, life.stored));
            }
            life.next = life.next.saturating_add(1);
            new.push(event);
        } else {
            return Err(event.gap(life.next));
        }
    }
    Ok(Sorted { known, new, seen })
}

/// How many events the log has of an aggregate.
fn version(db: &Db, log: LogId, target: &Ref) -> Result<u64, Trouble> {
    let sql = "SELECT sequence FROM events WHERE aggregate_type = ?1 AND aggregate_id = ?2 \
               AND log_id = ?3 ORDER BY sequence DESC LIMIT 1";
    let found = db.first(sql, values![target.kind, &target.id, log.0], |row| row.count(0))?;
    Ok(found.unwrap_or_default())
}

/// The log has this event, not another in its place.
fn check_same(db: &Db, log: LogId, event: &Foreign) -> Result<(), Error<NotImported>> {
    let sql = "SELECT event_type, event_version, payload FROM events WHERE aggregate_type = ?1 \
               AND aggregate_id = ?2 AND sequence = ?3 AND log_id = ?4";
    let same = db.first(sql, values![event.kind, &event.id, event.sequence, log.0], |row| {
        Ok(row.text(0)? == event.event_type
            && row.text(1)? == event.event_version
            && row.text(2)? == event.payload)
    })?;
    if same == Some(true) { Ok(()) } else { Err(event.different()) }
}

impl Foreign {
    /// Its number in the life of its aggregate; 0 if it has none.
    fn number(&self) -> u64 {
        u64::try_from(self.sequence).unwrap_or_default()
    }

    fn different(&self) -> Error<NotImported> {
        let (kind, id, sequence) = (self.kind.to_owned(), self.id.clone(), self.number());
        Error::Refused(NotImported::Different { kind, id, sequence })
    }

    fn gap(&self, wanted: u64) -> Error<NotImported> {
        let (kind, id, found) = (self.kind.to_owned(), self.id.clone(), self.sequence);
        Error::Refused(NotImported::Gap { kind, id, wanted, found })
    }

    fn unfit(&self, why: &impl ToString) -> Error<NotImported> {
        let (kind, id, sequence) = (self.kind.to_owned(), self.id.clone(), self.number());
        Error::Refused(NotImported::Unfit { kind, id, sequence, why: why.to_string() })
    }
}
