//! The original, which is only read.

use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
};

use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
};

use super::{Foreign, NotImported, Source};
use crate::{
    Error,
    error::Trouble,
    store::{
        self,
        db::{Db, Row, values},
    },
};

/// How many events go into one append.
const BATCH: usize = 500;

/// The original is being read.
pub(super) struct Reading(JoinHandle<Result<(), Error<NotImported>>>);

impl Reading {
    /// How it ended.
    pub(super) async fn ended(self) -> Result<(), Error<NotImported>> {
        self.0.await.map_err(|lost| Error::Unavailable(lost.to_string()))?
    }
}

impl Source {
    /// How many events it has.
    pub(super) async fn count(&self) -> Result<u64, Error<NotImported>> {
        let source = self.clone();
        let count = move || {
            let db = source.connect()?;
            let sql = format!("SELECT count(*) FROM {}", source.table);
            let found = db.first(&sql, values![], |row| row.count(0));
            Ok(found.map_err(|trouble| source.unreadable(&trouble))?.unwrap_or_default())
        };
        spawn_blocking(count).await.map_err(|lost| Error::Unavailable(lost.to_string()))?
    }

    /// Reads all of it, aggregate by aggregate.
    pub(super) fn read(self, batches: mpsc::Sender<Vec<Foreign>>) -> Reading {
        Reading(spawn_blocking(move || {
            let db = self.connect()?;
            let sql = format!(
                "SELECT aggregate_type, aggregate_id, CAST(sequence AS bigint), event_type, \
                 event_version, CAST(payload AS text), CAST(metadata AS text) FROM {} ORDER BY 1, 2, 3",
                self.table
            );
            let mut batch = Vec::with_capacity(BATCH);
            let read = db.each(&sql, values![], |row| {
                batch.push(foreign(row)?);
                if batch.len() < BATCH {
                    return Ok(ControlFlow::Continue(()));
                }
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                // Nobody waits for more when the import has failed.
                let sent = batches.blocking_send(full);
                Ok(if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
            });
            read.map_err(|trouble| self.unreadable(&trouble))?;
            let _gone = batches.blocking_send(batch);
            Ok(())
        }))
    }

    fn connect(&self) -> Result<Db, Error<NotImported>> {
        // It becomes part of a statement.
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        if self.table.is_empty() || !self.table.chars().all(fits) {
            return Err(Error::Unavailable(format!("{:?} is no name of a table", self.table)));
        }
        store::foreign(&self.database).map_err(|error| Error::Unavailable(error.to_string()))
    }

    fn unreadable(&self, trouble: &Trouble) -> Error<NotImported> {
        let (table, database) = (&self.table, &self.database);
        Error::Unavailable(format!("{table} of {database} cannot be read as events: {trouble}"))
    }
}

fn foreign(row: &Row<'_>) -> Result<Foreign, Trouble> {
    Ok(Foreign {
        kind: kind(row.text(0)?),
        id: row.text(1)?.to_owned(),
        sequence: row.int(2)?,
        event_type: row.text(3)?.to_owned(),
        event_version: row.text(4)?.to_owned(),
        payload: row.text(5)?.to_owned(),
        metadata: row.text(6)?.to_owned(),
    })
}

/// The name of a kind of aggregate, kept for as long as the program runs: there are few, and an
/// aggregate that the program knows has such a name.
fn kind(name: &str) -> &'static str {
    static KINDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kinds = KINDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kinds.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(Box::<str>::from(name));
    kinds.insert(kept);
    kept
}
