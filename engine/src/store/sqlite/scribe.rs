//! The one connection that writes.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use fugong_core::{LogId, Position};
use rusqlite::{Connection, ErrorCode, params};
use tokio::sync::watch;

use super::{lock::Lock, open::Opener, written::Wrote};
use crate::{
    error::Trouble,
    store::{
        append::{Append, sound},
        db::{Db, whole},
        logs,
        queue::{Batch, Flush, Job},
        tail::Tail,
        times::Times,
    },
};

/// The state of the writer thread.
pub(super) struct Scribe {
    pub(super) opener: Opener,
    /// None after a failure, until the database can be opened again.
    pub(super) db: Option<Db>,
    pub(super) log: LogId,
    pub(super) head: u64,
    pub(super) times: Times,
    pub(super) heads: watch::Sender<Position>,
    pub(super) epoch: Arc<AtomicU64>,
    /// Told of every event before anybody is told that there is one.
    pub(super) tail: Arc<Tail>,
    /// Whether a commit of this connection waits for the disk.
    pub(super) flushes: bool,
    pub(super) _lock: Lock,
}

/// What a transaction came to.
struct Written {
    /// The head after it.
    head: u64,
    /// The times after it.
    times: Times,
    /// For each append the head before it, or `None` if it was left out.
    starts: Vec<Option<u64>>,
    /// Whether something was not as it was known.
    stale: bool,
}

impl Scribe {
    /// Folds the WAL into the one file; nothing is written after it.
    pub(super) fn end(self) {
        if let Some(Db::Sqlite(db)) = &self.db {
            fold(db);
        }
    }

    /// Writes what was ready in one transaction, and tells everybody what became of it.
    pub(super) fn carry_out(&mut self, batch: Batch) {
        let Batch { appends, mut jobs, barriers } = batch;
        let appends = sound(appends, self.epoch.load(Ordering::Acquire));
        if !appends.is_empty() || !jobs.is_empty() {
            match self.commit(&appends, &mut jobs) {
                Ok(written) => self.committed(written, appends, jobs),
                Err(trouble) => self.failed(&trouble, appends, jobs),
            }
        }
        for barrier in barriers {
            let _gone = barrier.send(Ok(()));
        }
    }

    fn committed(&mut self, written: Written, appends: Vec<Append>, jobs: Vec<Box<dyn Job>>) {
        let Written { head, times, starts, stale } = written;
        self.head = head;
        self.times = times;
        if stale {
            self.epoch.fetch_add(1, Ordering::AcqRel);
        }
        let placed: Vec<_> = appends
            .into_iter()
            .zip(starts)
            .map(|(mut append, start)| {
                let placed = start.map(|before| append.placed(before));
                if let Some(placed) = &placed {
                    self.tail.add(&placed.events);
                }
                (append, placed)
            })
            .collect();
        // Nobody may be listening.
        self.heads.send_replace(Position(head));
        for (append, placed) in placed {
            match placed {
                Some(placed) => append.appended(placed),
                None => append.sent_back(),
            }
        }
        for job in jobs {
            job.answer(Ok(()));
        }
    }

    fn failed(&mut self, trouble: &Trouble, appends: Vec<Append>, jobs: Vec<Box<dyn Job>>) {
        tracing::error!(error = %trouble, appends = appends.len(), "a batch failed");
        // A connection that failed may hold anything: a fresh one holds what is on the disk.
        self.db = None;
        self.epoch.fetch_add(1, Ordering::AcqRel);
        if let Err(again) = self.reopen() {
            tracing::error!(error = %again, "the database cannot be opened again");
        }
        for append in appends {
            append.failed(trouble.clone());
        }
        for job in jobs {
            job.answer(Err(trouble.clone()));
        }
    }

    fn reopen(&mut self) -> Result<(), Trouble> {
        if self.db.is_some() {
            return Ok(());
        }
        let db = self.opener.writer()?;
        self.flushes = true;
        let db = Db::Sqlite(db);
        let head = logs::head(&db, self.log)?;
        if head < self.head {
            return Err(Trouble::Corrupt(format!(
                "the head was {} and is now {head}: somebody replaced the database; restore it",
                self.head
            )));
        }
        self.head = head;
        self.times = Times::load(&db, self.log)?;
        self.heads.send_replace(Position(head));
        self.db = Some(db);
        Ok(())
    }

    /// Writes it all in one transaction.
    fn commit(
        &mut self,
        appends: &[Append],
        jobs: &mut [Box<dyn Job>],
    ) -> Result<Written, Trouble> {
        self.reopen()?;
        let (log, known) = (self.log, (self.head, self.times));
        let Some(all @ Db::Sqlite(db)) = &self.db else {
            return Err(Trouble::Unavailable("the database is not open".to_owned()));
        };
        let flushes = !appends.is_empty() || jobs.iter().any(|job| job.flush() == Flush::Now);
        if self.flushes != flushes {
            db.pragma_update(None, "synchronous", if flushes { "full" } else { "normal" })?;
            self.flushes = flushes;
        }
        execute(db, "BEGIN IMMEDIATE")?;
        let written = if let Some(written) = plainly(db, log, known, appends)? {
            written
        } else {
            execute(db, "ROLLBACK")?;
            execute(db, "BEGIN IMMEDIATE")?;
            carefully(all, db, log, appends)?
        };
        for job in jobs {
            execute(db, "SAVEPOINT job")?;
            if !job.run(all) {
                if db.is_autocommit() {
                    return Err(Trouble::Unavailable("the transaction was ended".to_owned()));
                }
                execute(db, "ROLLBACK TO job")?;
            }
            execute(db, "RELEASE job")?;
        }
        execute(db, "COMMIT")?;
        Ok(written)
    }
}

fn execute(db: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    db.prepare_cached(sql)?.execute([]).map(|_| ())
}

/// Folds the WAL into the database, so that the one file is all there is to copy. It cannot while
/// another process reads; what was written is safe in the WAL then.
fn fold(db: &Connection) {
    let busy = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    match busy {
        Ok(false) => {}
        Ok(true) => tracing::warn!("another process reads: copy the database with its -wal file"),
        Err(error) => tracing::error!(%error, "the WAL could not be folded into the database"),
    }
}

/// Writes every append, or finds that something is not as this process knew it.
fn plainly(
    db: &Connection,
    log: LogId,
    (known, mut times): (u64, Times),
    appends: &[Append],
) -> Result<Option<Written>, rusqlite::Error> {
    if appends.is_empty() {
        return Ok(Some(Written { head: known, times, starts: Vec::new(), stale: false }));
    }
    let mut head = known;
    let mut starts = Vec::with_capacity(appends.len());
    for append in appends {
        starts.push(Some(head));
        match append.write(db, head) {
            Ok(Wrote::Rows(after)) => {
                head = after;
                append.note(&mut times);
            }
            Ok(Wrote::Nothing) => return Ok(None),
            Err(error) if is_constraint(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let moved = db
        .prepare_cached(
            "UPDATE logs SET head = ?2, latest_at = ?3, disorder = ?4 \
             WHERE log_id = ?1 AND head = ?5",
        )?
        .execute(params![log.0, whole(head), times.latest, times.disorder, whole(known)])?;
    Ok((moved == 1).then_some(Written { head, times, starts, stale: false }))
}

/// Checks every append against the store, and leaves out those that do not hold.
fn carefully(
    all: &Db,
    db: &Connection,
    log: LogId,
    appends: &[Append],
) -> Result<Written, Trouble> {
    let (mut head, mut times) = (logs::head(all, log)?, Times::load(all, log)?);
    let (mut starts, mut stale) = (Vec::with_capacity(appends.len()), false);
    for append in appends {
        execute(db, "SAVEPOINT append")?;
        let holds = append.holds(db)?;
        stale |= !holds;
        let wrote = if holds { append.write(db, head) } else { Ok(Wrote::Nothing) };
        match wrote {
            Ok(Wrote::Rows(after)) => {
                starts.push(Some(head));
                head = after;
                append.note(&mut times);
            }
            Ok(Wrote::Nothing) => {
                execute(db, "ROLLBACK TO append")?;
                starts.push(None);
            }
            Err(error) if is_constraint(&error) => {
                tracing::warn!(command = append.command.id, %error, "an append was left out");
                execute(db, "ROLLBACK TO append")?;
                starts.push(None);
                stale = true;
            }
            Err(error) => return Err(error.into()),
        }
        execute(db, "RELEASE append")?;
    }
    db.prepare_cached(
        "UPDATE logs SET head = ?2, latest_at = ?3, disorder = ?4 WHERE log_id = ?1",
    )?
    .execute(params![log.0, whole(head), times.latest, times.disorder])?;
    Ok(Written { head, times, starts, stale })
}

fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
