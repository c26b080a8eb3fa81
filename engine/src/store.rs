//! The SQLite store: one thread writes, a few read.
//!
//! Whatever is ready when the writer thread comes round goes into one transaction: appends first,
//! then jobs. Nobody is answered before it is durable. Readers have connections of their own that
//! cannot write.

mod append;
pub(crate) mod events;
mod filtered;
mod layout;
mod lock;
mod open;
mod readers;
mod tail;
mod times;
mod writer;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use fugong_core::{LogId, Position, Recorded};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use self::{readers::Readers, tail::Tail, writer::Item};
use crate::{
    Filter, OpenError, Options,
    error::Trouble,
    kinds::{Instance, Kind, Life},
};

pub(crate) use append::{Append, Command, Draft, Fate, Pending};
pub(crate) use layout::view;
pub(crate) use open::{Found, logs};
pub(crate) use times::Times;
pub(crate) use writer::Flush;

/// How many appends and jobs may wait for the writer; beyond it, callers wait to get in.
const QUEUE: usize = 1024;
/// So many events of an aggregate are folded sooner than a thread is woken.
const SHORT_LIFE: u64 = 32;
/// So many events are folded into registers sooner than a thread is woken.
const SHORT_BATCH: usize = 16;

/// A log's database: its one writer and its readers.
pub(crate) struct Store {
    log: LogId,
    readers: Readers,
    /// None when the log is only read.
    writer: Option<Writer>,
    /// Where the head is noted when another process writes.
    polled: Option<watch::Sender<Position>>,
    heads: watch::Receiver<Position>,
    epoch: Arc<AtomicU64>,
    tail: Arc<Tail>,
}

struct Writer {
    queue: mpsc::Sender<Item>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// A place in the writer's queue.
pub(crate) struct Place(mpsc::OwnedPermit<Item>);

impl Store {
    /// Opens the database, creating and migrating it if that was asked for.
    pub(crate) fn open(
        options: &Options,
        size_limit: Option<u64>,
    ) -> Result<(Self, Found), OpenError> {
        open::open(options, size_limit)
    }

    /// Which log this is.
    pub(crate) fn log(&self) -> LogId {
        self.log
    }

    /// The last durable position, and news of it.
    pub(crate) fn heads(&self) -> watch::Receiver<Position> {
        self.heads.clone()
    }

    /// The last durable position.
    pub(crate) fn head(&self) -> Position {
        *self.heads.borrow()
    }

    /// Looks the head up if another process writes it.
    pub(crate) async fn refresh(&self) -> Result<(), Trouble> {
        let Some(polled) = &self.polled else { return Ok(()) };
        let log = self.log;
        let head = self.read(move |db| open::head(db, log)).await?;
        polled.send_if_modified(|known| {
            let moved = known.0 < head;
            known.0 = known.0.max(head);
            moved
        });
        Ok(())
    }

    /// Counts the failed batches: state that was derived before the last one may never have been.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Whether this store can be written.
    pub(crate) fn writable(&self) -> bool {
        self.writer.is_some()
    }

    /// Runs `job` on a connection that can only read, on a thread of its own.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.readers.run(job).await
    }

    /// Runs a `job` that finds a few rows, on a connection that can only read, without the way to
    /// a thread if it can be avoided.
    pub(crate) async fn glance<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.readers.glance(job).await
    }

    /// The state of an aggregate as it was after the event at `upto`, and its version.
    pub(crate) async fn folded(
        &self,
        kind: Arc<dyn Kind>,
        id: &str,
        upto: Position,
    ) -> Result<(Instance, u64), Trouble> {
        let life = Life { log: self.log, id: id.to_owned(), upto };
        let (long, again) = (life.clone(), Arc::clone(&kind));
        let short = self.glance(move |db| kind.fold(db, &life, SHORT_LIFE)).await?;
        if let Some(folded) = short {
            return Ok(folded);
        }
        let folded = self.read(move |db| again.fold(db, &long, u64::MAX)).await?;
        folded.ok_or_else(|| Trouble::Unavailable("a life without end; a defect".to_owned()))
    }

    /// Runs a `job` that folds so many events, here and now if they are few.
    pub(crate) async fn fold<T: Send + 'static>(
        &self,
        events: usize,
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        if events <= SHORT_BATCH { self.glance(job).await } else { self.read(job).await }
    }

    /// Runs `job` on the writer thread, in the transaction of everything else that is ready, and
    /// answers when it is durable. If `job` fails, what it wrote is undone, and nothing else.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.have_written(job, Flush::Now).await
    }

    /// As [`Self::write`], for what can be made again from the log: it is committed in its order,
    /// and durable with the next append. A power cut may take it, never what came before it.
    pub(crate) async fn write_lazily<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.have_written(job, Flush::Later).await
    }

    /// As [`Self::write`], durable when `flush` says.
    pub(crate) async fn have_written<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
        flush: Flush,
    ) -> Result<T, Trouble> {
        let (answer, answered) = oneshot::channel();
        let place = self.place().await?;
        place.0.send(Item::Job(writer::job(job, flush, answer)));
        answered.await.map_err(|_| stopped())?
    }

    /// A place in the writer's queue: waits for one while the queue is full.
    pub(crate) async fn place(&self) -> Result<Place, Trouble> {
        let writer = self.writer.as_ref().ok_or_else(only_read)?;
        let queue = writer.queue.clone();
        Ok(Place(queue.reserve_owned().await.map_err(|_| stopped())?))
    }

    /// Answers when everything queued before it has been decided: committed or failed.
    pub(crate) async fn barrier(&self) -> Result<(), Trouble> {
        let (answer, answered) = oneshot::channel();
        self.place().await?.0.send(Item::Barrier(answer));
        answered.await.map_err(|_| stopped())
    }

    /// The next events after a position, in order, none missing up to the head.
    pub(crate) async fn events_after(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Recorded>, Trouble> {
        let (log, head) = (self.log, self.head());
        if let Some(events) = self.tail.after(after, limit, head) {
            return Ok(events);
        }
        self.read(move |db| events::next(db, log, after, limit, head)).await
    }

    /// The events that `filter` wants, after a position, in order.
    pub(crate) async fn filtered(
        &self,
        after: Position,
        limit: usize,
        filter: Filter,
    ) -> Result<Vec<Recorded>, Trouble> {
        let log = self.log;
        self.read(move |db| filtered::filtered(db, log, after, limit, &filter)).await
    }

    /// Lets what is queued be read and written, and waits until the database is closed: readers
    /// first, since the writer cannot fold what they still look at into the one file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        let Some(writer) = &self.writer else { return };
        if let Ok(place) = self.place().await {
            let (answer, answered) = oneshot::channel();
            place.0.send(Item::Stop(answer));
            // An error means that it had ended already.
            let _ended = answered.await;
        }
        let thread = writer.thread.lock().map(|mut thread| thread.take()).ok().flatten();
        if let Some(thread) = thread {
            join(thread).await;
        }
    }
}

impl Place {
    /// Takes the place for an append; order of calls is order in the log.
    pub(crate) fn append(self, append: Append) {
        self.0.send(Item::Append(Box::new(append)));
    }
}

/// Waits until a thread has ended.
async fn join(thread: JoinHandle<()>) {
    let joined = tokio::task::spawn_blocking(move || thread.join()).await;
    if !matches!(joined, Ok(Ok(()))) {
        tracing::error!("a thread of the store ended in a panic");
    }
}

pub(crate) fn stopped() -> Trouble {
    Trouble::Unavailable("the log is closed: open it again".to_owned())
}

fn only_read() -> Trouble {
    Trouble::Unavailable("the log was opened read-only: open it for writing".to_owned())
}
