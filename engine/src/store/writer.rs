//! The one thread that writes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use fugong_core::{LogId, Position};
use rusqlite::{Connection, ErrorCode, params};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    append::{Append, Wrote},
    events::whole,
    lock::Lock,
    open::Opener,
    tail::Tail,
    times::Times,
};
use crate::error::Trouble;

/// The most that goes into one transaction.
const BATCH: usize = 512;

/// What the writer is asked for.
pub(super) enum Item {
    Append(Box<Append>),
    Job(Box<dyn Job>),
    /// Answered when everything before it has been decided.
    Barrier(oneshot::Sender<()>),
    /// Finish what is queued, let go of the database, and say so.
    Stop(oneshot::Sender<()>),
}

/// Something to be written beside the appends.
pub(super) trait Job: Send {
    /// Writes; false means that what was written is to be undone.
    fn run(&mut self, db: &Connection) -> bool;
    /// When what it writes has to be durable.
    fn flush(&self) -> Flush;
    /// Tells whoever asked, once the transaction has ended.
    fn answer(self: Box<Self>, ended: Result<(), Trouble>);
}

/// When what a job writes has to be durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flush {
    /// Before anybody is answered.
    Now,
    /// With the next append: it can be made again from the log.
    Later,
}

struct Work<F, T> {
    flush: Flush,
    job: Option<F>,
    result: Option<Result<T, Trouble>>,
    answer: oneshot::Sender<Result<T, Trouble>>,
}

/// `job` as an item of the queue.
pub(super) fn job<T: Send + 'static>(
    job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    flush: Flush,
    answer: oneshot::Sender<Result<T, Trouble>>,
) -> Box<dyn Job> {
    Box::new(Work { flush, job: Some(job), result: None, answer })
}

impl<F, T> Job for Work<F, T>
where
    F: FnOnce(&Connection) -> Result<T, Trouble> + Send,
    T: Send,
{
    fn run(&mut self, db: &Connection) -> bool {
        let result = self.job.take().map(|job| guarded(|| job(db)));
        let keep = matches!(result, Some(Ok(_)));
        self.result = result;
        keep
    }

    fn flush(&self) -> Flush {
        self.flush
    }

    fn answer(self: Box<Self>, ended: Result<(), Trouble>) {
        // Whoever asked may have gone.
        let _gone = self.answer.send(match (self.result, ended) {
            (Some(Ok(_)) | None, Err(trouble)) => Err(trouble),
            (Some(result), _) => result,
            (None, Ok(())) => Err(Trouble::Unavailable("it was not begun; a defect".to_owned())),
        });
    }
}

/// Runs what others wrote, so that its panic ends it and not the thread.
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(Trouble::Unavailable("it panicked; this is a defect, see the log".to_owned()))
    })
}

/// The state of the writer thread.
pub(super) struct Scribe {
    pub(super) opener: Opener,
    /// None after a failure, until the database can be opened again.
    pub(super) db: Option<Connection>,
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
}

/// One round of the writer: what was ready when it came round.
#[derive(Default)]
struct Batch {
    appends: Vec<Append>,
    jobs: Vec<Box<dyn Job>>,
    barriers: Vec<oneshot::Sender<()>>,
}

impl Scribe {
    /// Writes until it is told to stop or nobody is left who could ask.
    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Item>) {
        let mut stop = None;
        while let Some(first) = queue.blocking_recv() {
            let mut batch = Batch::default();
            let mut next = Some(first);
            let mut taken = 0_usize;
            while let Some(item) = next {
                match item {
                    Item::Append(append) => batch.appends.push(*append),
                    Item::Job(job) => batch.jobs.push(job),
                    Item::Barrier(answer) => batch.barriers.push(answer),
                    Item::Stop(answer) => {
                        stop = Some(answer);
                        queue.close();
                    }
                }
                taken = taken.saturating_add(1);
                next = if taken < BATCH { queue.try_recv().ok() } else { None };
            }
            self.carry_out(batch);
        }
        if let Some(db) = &self.db {
            fold(db);
        }
        // Only then the lock may go.
        drop(self);
        if let Some(stop) = stop {
            let _gone = stop.send(());
        }
    }

    fn carry_out(&mut self, batch: Batch) {
        let Batch { appends, mut jobs, barriers } = batch;
        let epoch = self.epoch.load(Ordering::Acquire);
        let (appends, stale): (Vec<_>, Vec<_>) =
            appends.into_iter().partition(|append| append.epoch == epoch);
        for append in stale {
            append.sent_back();
        }
        if !appends.is_empty() || !jobs.is_empty() {
            match self.commit(&appends, &mut jobs) {
                Ok(written) => self.committed(written, appends, jobs),
                Err(trouble) => self.failed(&trouble, appends, jobs),
            }
        }
        for barrier in barriers {
            let _gone = barrier.send(());
        }
    }

    fn committed(&mut self, written: Written, appends: Vec<Append>, jobs: Vec<Box<dyn Job>>) {
        let Written { head, times, starts } = written;
        self.head = head;
        self.times = times;
        if starts.contains(&None) {
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
        let head = super::open::head(&db, self.log)?;
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
        let Some(db) = &self.db else {
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
            carefully(db, log, appends)?
        };
        for job in jobs {
            execute(db, "SAVEPOINT job")?;
            if !job.run(db) {
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
        return Ok(Some(Written { head: known, times, starts: Vec::new() }));
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
    Ok((moved == 1).then_some(Written { head, times, starts }))
}

/// Checks every append against the store, and leaves out those that do not hold.
fn carefully(db: &Connection, log: LogId, appends: &[Append]) -> Result<Written, Trouble> {
    let (mut head, mut times) = (super::open::head(db, log)?, Times::load(db, log)?);
    let mut starts = Vec::with_capacity(appends.len());
    for append in appends {
        execute(db, "SAVEPOINT append")?;
        let holds = append.holds(db)?;
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
            }
            Err(error) => return Err(error.into()),
        }
        execute(db, "RELEASE append")?;
    }
    db.prepare_cached(
        "UPDATE logs SET head = ?2, latest_at = ?3, disorder = ?4 WHERE log_id = ?1",
    )?
    .execute(params![log.0, whole(head), times.latest, times.disorder])?;
    Ok(Written { head, times, starts })
}

fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
