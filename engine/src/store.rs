//! The store: a thread writes, a few read.
//!
//! Whatever is ready when the writing thread comes round goes into one transaction. Nobody is
//! answered before it is durable. Readers have connections of their own that cannot write.

mod append;
mod connect;
mod copy;
mod crowd;
pub(crate) mod db;
pub(crate) mod events;
mod filtered;
mod gauges;
#[cfg(test)]
mod layouts;
mod lease;
mod logs;
mod met;
mod postgres;
mod queue;
mod readers;
mod reporting;
mod sqlite;
mod tail;
mod times;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use fugong_core::{LogId, Position, Recorded};
use tokio::{
    sync::{oneshot, watch},
    time::sleep,
};

use self::{
    db::Db,
    lease::Lease,
    queue::{Item, Writer},
    readers::Readers,
    tail::Tail,
};
use crate::{
    Database, Filter, OpenError, Options, Rights,
    error::Trouble,
    kinds::{Instance, Kind, Life},
};

pub(crate) use append::{Append, Appended, Command, Fate, Pending, Stamp};
pub(crate) use connect::{copy_to_file, copy_to_server, foreign, keys_mark, reader};
pub(crate) use logs::Found;
pub(crate) use queue::{Flush, Place};
pub(crate) use times::Times;

/// How often a read is tried when its connection breaks.
const TRIES: usize = 3;
/// So many events of an aggregate are folded sooner than a thread is woken.
const SHORT_LIFE: u64 = 32;
/// How soon it is seen that another process has written, if nobody asks.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// So many events are folded into registers sooner than a thread is woken.
const SHORT_BATCH: usize = 16;
/// So many events one statement reads of very many in a file, and on a server, where it takes long
/// to begin: more would need more memory.
const MANY: usize = 500;
const MANY_FAR: usize = 4_000;

/// A log's database: who writes it and who reads it.
pub(crate) struct Store {
    log: LogId,
    readers: Readers,
    /// None when the log is only read.
    writer: Option<Writer>,
    /// Writes what is not appended, where that has a connection of its own.
    keeper: Option<Writer>,
    /// Where the head is noted when another process writes.
    polled: Option<watch::Sender<Position>>,
    heads: watch::Receiver<Position>,
    epoch: Arc<AtomicU64>,
    /// Counts how often it was seen that others had written; none where nobody else can.
    foreign: Option<Arc<AtomicU64>>,
    /// Where several processes may write, one of them does what happens behind the log.
    lease: Option<Lease>,
    /// And one of them seals it.
    sealing: Option<Lease>,
    tail: Arc<Tail>,
}

/// Forgets what others' events have changed.
pub(crate) type Evict = Arc<dyn Fn(&[Recorded]) + Send + Sync>;

impl Store {
    /// Opens the database, creating and migrating it if that was asked for.
    pub(crate) fn open(
        options: &Options,
        size_limit: Option<u64>,
        evict: Evict,
    ) -> Result<(Self, Found), OpenError> {
        match &options.database {
            Database::File(path) => sqlite::open(options, path, size_limit),
            Database::Server(url) => postgres::open(options, url, evict),
        }
    }

    /// The logs that a database holds, in order; none where there is no database yet.
    pub(crate) fn logs(database: &Database) -> Result<Vec<LogId>, OpenError> {
        match database {
            Database::File(path) => sqlite::logs(path),
            Database::Server(url) => postgres::logs(url),
        }
    }

    /// Gives a role of a server what it needs.
    pub(crate) fn grant(database: &Database, role: &str, rights: Rights) -> Result<(), OpenError> {
        postgres::grant(database.url()?, role, rights)
    }

    /// Distributes the tables on a server by log.
    pub(crate) fn distribute(database: &Database) -> Result<(), OpenError> {
        postgres::distribute(database.url()?)
    }

    /// Which log this is.
    pub(crate) fn log(&self) -> LogId {
        self.log
    }

    /// How many events one statement reads of very many.
    pub(crate) fn many(&self) -> usize {
        if self.foreign.is_some() { MANY_FAR } else { MANY }
    }

    /// The last durable position, and news of it.
    pub(crate) fn heads(&self) -> watch::Receiver<Position> {
        self.heads.clone()
    }

    /// The last durable position.
    pub(crate) fn head(&self) -> Position {
        *self.heads.borrow()
    }

    /// Looks the head up if another process may have written it.
    pub(crate) async fn refresh(&self) -> Result<(), Trouble> {
        if let Some(writer) = self.writer.as_ref().filter(|_| self.is_shared()) {
            return writer.barrier().await;
        }
        let Some(polled) = &self.polled else { return Ok(()) };
        let log = self.log;
        let head = self.read(move |db| logs::head(db, log)).await?;
        polled.send_if_modified(|known| {
            let moved = known.0 < head;
            known.0 = known.0.max(head);
            moved
        });
        Ok(())
    }

    /// Whether other processes may write the log too.
    pub(crate) fn is_shared(&self) -> bool {
        self.foreign.is_some()
    }

    /// How often this process has come to do what happens behind the log (registers, policies,
    /// timers); 0 while it does not.
    pub(crate) fn turn(&self) -> u64 {
        match &self.lease {
            Some(lease) => lease.turn(),
            None => u64::from(self.writable()),
        }
    }

    /// What is known of the store now.
    pub(crate) fn stamp(&self) -> Stamp {
        let foreign = self.foreign.as_ref().map(|foreign| foreign.load(Ordering::Acquire));
        Stamp { epoch: self.epoch(), foreign: foreign.unwrap_or_default() }
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
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.readers.run(job).await
    }

    /// Runs a `job` that finds a few rows, on a connection that can only read, without the way to
    /// a thread if it can be avoided.
    pub(crate) async fn glance<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.readers.glance(job).await
    }

    /// Runs a `job` that finds a few rows, again if the connection broke under it.
    pub(crate) async fn surely<T: Send + 'static>(
        &self,
        job: impl Fn(&Db) -> Result<T, Trouble> + Clone + Send + 'static,
    ) -> Result<T, Trouble> {
        for _ in 1..TRIES {
            match self.glance(job.clone()).await {
                Err(Trouble::Lost(why)) => tracing::warn!(why, "a read is repeated"),
                read => return read,
            }
        }
        self.glance(job).await
    }

    /// The state of an aggregate as it was after the event at `upto`, and its version.
    pub(crate) async fn folded(
        &self,
        kind: Arc<dyn Kind>,
        id: &str,
        upto: Position,
    ) -> Result<(Instance, u64), Trouble> {
        // No store keeps such an id, and not every one can be asked for it.
        if id.contains('\0') {
            return Err(Trouble::NotText);
        }
        let life = Life { log: self.log, id: id.to_owned(), upto };
        let (long, again) = (life.clone(), Arc::clone(&kind));
        let short = self.surely(move |db| kind.fold(db, &life, SHORT_LIFE)).await?;
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
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        if events <= SHORT_BATCH { self.glance(job).await } else { self.read(job).await }
    }

    /// Runs `job` on the writer thread, in the transaction of everything else that is ready, and
    /// answers when it is durable. If `job` fails, what it wrote is undone, and nothing else.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.have_written(job, Flush::Now).await
    }

    /// As [`Self::write`], for what can be made again from the log: it is committed in its order,
    /// and durable with the next append. A power cut may take it, never what came before it.
    pub(crate) async fn write_lazily<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.have_written(job, Flush::Later).await
    }

    /// As [`Self::write_lazily`], for what is one statement on a server.
    pub(crate) async fn write_alone<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.have_written(job, Flush::Alone).await
    }

    /// As [`Self::write`], durable when `flush` says.
    pub(crate) async fn have_written<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
        flush: Flush,
    ) -> Result<T, Trouble> {
        let (answer, answered) = oneshot::channel();
        let writer = self.keeper.as_ref().or(self.writer.as_ref()).ok_or_else(only_read)?;
        writer.place().await?.send(Item::Job(queue::job(job, flush, answer)));
        answered.await.map_err(|_| stopped())?
    }

    /// A place in the writer's queue: waits for one while the queue is full.
    pub(crate) async fn place(&self) -> Result<Place, Trouble> {
        self.writer.as_ref().ok_or_else(only_read)?.place().await
    }

    /// Answers when everything queued before it has been decided: committed or failed.
    pub(crate) async fn barrier(&self) -> Result<(), Trouble> {
        if let Some(keeper) = &self.keeper {
            keeper.barrier().await?;
        }
        self.writer.as_ref().ok_or_else(only_read)?.barrier().await
    }

    /// Looks every so often what others have written, and whose turn it is, until the store is
    /// dropped.
    pub(crate) async fn watch(self: &Arc<Self>) {
        if !self.is_shared() {
            return;
        }
        if let Some(lease) = &self.lease {
            self.ask_for(lease).await;
        }
        let store = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                sleep(LOOK_AGAIN).await;
                let Some(store) = store.upgrade() else { return };
                let Some(writer) = &store.writer else { return };
                if let Some(lease) = &store.lease {
                    store.ask_for(lease).await;
                }
                // What it could not reach it says itself; a closed store ends this.
                if writer.barrier().await.is_err_and(|trouble| trouble == stopped()) {
                    return;
                }
            }
        });
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
        for lease in [&self.lease, &self.sealing].into_iter().flatten() {
            lease.close();
            if lease.turn() != 0
                && let Err(trouble) = self.write(lease.give_up(self.log)).await
            {
                tracing::warn!(error = %trouble, "the lease runs out by itself");
            }
            lease.lost();
        }
        self.readers.close().await;
        for writer in [&self.keeper, &self.writer].into_iter().flatten() {
            writer.stop().await;
        }
    }
}

/// The name of the view in which the stores of cqrs-es find the events of a log.
pub(crate) fn view(log: LogId) -> String {
    format!("log_{log}_events")
}

/// Waits until a thread has ended.
async fn join(thread: JoinHandle<()>) {
    let joined = tokio::task::spawn_blocking(move || thread.join()).await;
    told(matches!(joined, Ok(Ok(()))));
}

/// Says so if a thread or a task did not end `well`.
fn told(well: bool) {
    if !well {
        tracing::error!("a thread or a task of the store ended in a panic");
    }
}

pub(crate) fn stopped() -> Trouble {
    Trouble::Unavailable("the log is closed: open it again".to_owned())
}

fn only_read() -> Trouble {
    Trouble::Unavailable("the log was opened read-only: open it for writing".to_owned())
}
