//! The one connection of this process that appends.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use fugong_core::{LogId, Position};
use tokio::sync::watch;

use super::{
    append::{self, Written},
    open::Opener,
};
use crate::{
    error::Trouble,
    store::{
        Evict,
        append::{Append, sound},
        db::{Db, values},
        events, logs,
        queue::Batch,
        tail::Tail,
    },
};

/// So many events of others are read at once.
const AT_ONCE: usize = 1_000;
/// When others have written more than this, everything in memory is folded again.
const MUCH: u64 = 20_000;

/// The state of the thread that appends.
pub(super) struct Scribe {
    opener: Opener,
    /// None after a failure, until the database can be reached again.
    db: Option<Db>,
    log: LogId,
    /// The last position that this process knows of.
    head: u64,
    told: Told,
    /// Whether the last append found others' events.
    crowded: bool,
}

/// Whom the thread that appends tells what it knows.
pub(super) struct Told {
    pub(super) heads: watch::Sender<Position>,
    /// Counts the failed batches.
    pub(super) epoch: Arc<AtomicU64>,
    /// Counts how often others' events were found.
    pub(super) foreign: Arc<AtomicU64>,
    /// Told of every event before anybody is told that there is one.
    pub(super) tail: Arc<Tail>,
    /// Forgets what others have changed.
    pub(super) evict: Evict,
}

impl Scribe {
    pub(super) fn new(opener: Opener, db: Db, log: LogId, head: u64, told: Told) -> Self {
        Self { opener, db: Some(db), log, head, told, crowded: false }
    }

    /// Appends what was ready in one call, and tells everybody what became of it. Who waits for
    /// nothing but the head is told when it has been looked up.
    pub(super) fn carry_out(&mut self, batch: Batch) {
        let Batch { appends, jobs, barriers } = batch;
        for job in jobs {
            job.answer(Err(Trouble::Unavailable("it was queued in the wrong place".to_owned())));
        }
        let looked = if appends.is_empty() { None } else { self.append(appends) };
        if barriers.is_empty() {
            return;
        }
        let looked = looked.unwrap_or_else(|| self.look());
        for barrier in barriers {
            let _gone = barrier.send(looked.clone());
        }
    }

    /// Appends what holds; answers whether the head was seen, or nothing if nothing was asked.
    fn append(&mut self, appends: Vec<Append>) -> Option<Result<(), Trouble>> {
        let appends = sound(appends, self.told.epoch.load(Ordering::Acquire));
        if appends.is_empty() {
            return None;
        }
        Some(match self.write(&appends) {
            Ok((base, kept)) => {
                self.written(base, kept, appends);
                Ok(())
            }
            Err(trouble) => {
                self.failed(&trouble, appends);
                Err(trouble)
            }
        })
    }

    /// The head before the batch, and for each append whether it was written.
    fn write(&mut self, appends: &[Append]) -> Result<(u64, Vec<bool>), Trouble> {
        self.reconnect()?;
        let Some(Db::Postgres(session)) = &self.db else { return Err(closed()) };
        let foreign = self.told.foreign.load(Ordering::Acquire);
        let old = appends.iter().any(|append| append.stamp.foreign != foreign);
        // What was decided before others' events were known is checked, whatever the head is.
        let known = if old { u64::MAX } else { self.head };
        let careful = old || self.crowded;
        let mut written = append::append(session, self.log, known, appends, careful)?;
        if written.kept.is_none() {
            written = append::append(session, self.log, known, appends, true)?;
        }
        let Written { base, kept } = written;
        let kept = kept.ok_or_else(|| {
            Trouble::Unavailable("the append was not carried out; a defect".to_owned())
        })?;
        self.crowded = base != self.head;
        if base < self.head {
            return Err(self.behind(base));
        }
        self.learn(base)?;
        Ok((base, kept))
    }

    fn written(&mut self, base: u64, kept: Vec<bool>, appends: Vec<Append>) {
        let foreign = self.told.foreign.load(Ordering::Acquire);
        let (mut head, mut late) = (base, false);
        let mut placed = Vec::with_capacity(appends.len());
        for (mut append, kept) in appends.into_iter().zip(kept) {
            let appended = kept.then(|| append.placed(head));
            if let Some(appended) = &appended {
                self.told.tail.add(&appended.events);
                head = appended.position.0;
                if append.stamp.foreign != foreign {
                    // It was decided on what has been forgotten since: who asked meanwhile may
                    // have folded the aggregate without it.
                    (self.told.evict)(&appended.events);
                    late = true;
                }
            }
            placed.push((append, appended));
        }
        if late {
            self.told.foreign.fetch_add(1, Ordering::AcqRel);
        }
        self.head = head;
        self.told.heads.send_replace(Position(head));
        for (append, appended) in placed {
            match appended {
                Some(appended) => append.appended(appended),
                None => append.sent_back(),
            }
        }
    }

    fn failed(&mut self, trouble: &Trouble, appends: Vec<Append>) {
        tracing::error!(error = %trouble, appends = appends.len(), "a batch failed");
        // Whether it was committed shows under the lock of the head, which a transaction that
        // still runs holds: only then the receipts can be looked up.
        self.db = None;
        self.told.epoch.fetch_add(1, Ordering::AcqRel);
        if let Err(again) = self.reconnect() {
            tracing::error!(error = %again, "the database cannot be reached");
        }
        for append in appends {
            append.failed(trouble.clone());
        }
    }

    /// Sees what others have written.
    fn look(&mut self) -> Result<(), Trouble> {
        self.reconnect()?;
        let Some(db) = &self.db else { return Err(closed()) };
        let head = logs::head(db, self.log).inspect_err(|_| self.db = None)?;
        if head < self.head {
            return Err(self.behind(head));
        }
        self.learn(head)?;
        self.told.heads.send_if_modified(|known| {
            let moved = known.0 < head;
            known.0 = known.0.max(head);
            moved
        });
        Ok(())
    }

    /// Takes in others' events up to `head`: what they changed is forgotten first, and only then
    /// it is said that they have written.
    fn learn(&mut self, head: u64) -> Result<(), Trouble> {
        if head <= self.head {
            return Ok(());
        }
        if MUCH < head.saturating_sub(self.head) {
            self.told.epoch.fetch_add(1, Ordering::AcqRel);
            self.head = head;
        }
        let Some(db) = &self.db else { return Err(closed()) };
        while self.head < head {
            let after = Position(self.head);
            let found = events::next(db, self.log, after, AT_ONCE, Position(head))?;
            let Some(last) = found.last() else { break };
            self.head = last.position.0;
            self.told.tail.add(&found);
            (self.told.evict)(&found);
        }
        self.told.foreign.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// A connection that stands, and what others wrote while there was none.
    fn reconnect(&mut self) -> Result<(), Trouble> {
        if self.db.as_ref().is_some_and(Db::is_alive) {
            return Ok(());
        }
        self.db = None;
        let db = self.opener.patiently(|| self.opener.session().and_then(|db| self.settle(db)))?;
        self.db = Some(db);
        self.look()
    }

    /// Waits until no transaction that this process began before holds the head any more.
    fn settle(&self, db: Db) -> Result<Db, Trouble> {
        let sql = "SELECT head FROM logs WHERE log_id = ?1 FOR UPDATE";
        db.first(sql, values![self.log.0], |row| row.count(0))?;
        Ok(db)
    }

    fn behind(&mut self, head: u64) -> Trouble {
        self.db = None;
        Trouble::Corrupt(format!(
            "the head was {} and is now {head}: the database was replaced by an older one; stop, \
             and restore what is missing",
            self.head
        ))
    }
}

fn closed() -> Trouble {
    Trouble::Unavailable("the database is not open".to_owned())
}
