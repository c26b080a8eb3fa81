//! A few threads with connections that can only read, and a few connections at hand.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use tokio::sync::{mpsc, oneshot};

use super::{db::Db, queue::guarded, stopped};
use crate::error::Trouble;

/// How many reads may wait; beyond it, callers wait to get in.
const QUEUE: usize = 1024;

/// What a reader is asked for; it ends when it finds nothing in its place.
type Read = Box<dyn FnOnce(Result<&Db, Trouble>) + Send>;
/// Opens a connection that can only read.
pub(super) type Open = Arc<dyn Fn() -> Result<Db, Trouble> + Send + Sync>;

/// Threads that read; they end when this is closed or dropped.
pub(super) struct Readers {
    queue: mpsc::Sender<Option<Read>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// For whoever asks; none in a place once they are closed.
    at_hand: Vec<Mutex<Option<Db>>>,
}

impl Readers {
    /// So many `threads`, and connections `at_hand`.
    pub(super) fn start(open: &Open, threads: usize, at_hand: usize) -> Result<Self, Trouble> {
        let some = |count: usize| (0..count).map(|_| open()).collect::<Result<Vec<_>, _>>();
        let (queue, reads) = mpsc::channel::<Option<Read>>(QUEUE);
        let reads = Arc::new(Mutex::new(reads));
        let mut running = Vec::with_capacity(threads);
        for db in some(threads)? {
            let (reads, open) = (Arc::clone(&reads), Arc::clone(open));
            let thread = thread::Builder::new()
                .name("fugong-reader".to_owned())
                .spawn(move || read_on(&reads, Some(db), &open))
                .map_err(|e| Trouble::Unavailable(format!("no thread can be started: {e}")))?;
            running.push(thread);
        }
        let at_hand = some(at_hand)?.into_iter().map(|db| Mutex::new(Some(db))).collect();
        Ok(Self { queue, threads: running.into(), at_hand })
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (answer, answered) = oneshot::channel();
        let read: Read = Box::new(move |db| {
            let result = db.and_then(|db| guarded(|| job(db)));
            // Whoever asked may have gone.
            let _gone = answer.send(result);
        });
        self.queue.send(Some(read)).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Runs a short `job` here and now, if a connection is free: the way to a thread and back
    /// takes longer than finding a row.
    pub(super) async fn glance<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Db) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        for db in &self.at_hand {
            if let Ok(db) = db.try_lock()
                && let Some(db) = &*db
            {
                return guarded(|| job(db));
            }
        }
        self.run(job).await
    }

    /// Lets what is queued be read, and waits until the connections are closed.
    pub(super) async fn close(&self) {
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for _ in &threads {
            // An error means that they have ended already.
            let _ended = self.queue.send(None).await;
        }
        for thread in threads {
            super::join(thread).await;
        }
        for db in &self.at_hand {
            *db.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

/// Reads what is asked for until the end, on a fresh connection when the old one has broken.
fn read_on(reads: &Mutex<mpsc::Receiver<Option<Read>>>, mut db: Option<Db>, open: &Open) {
    loop {
        let next = reads.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(Some(read)) = next else { break };
        db = db.filter(Db::is_alive);
        let connected = db.take().map_or_else(|| open(), Ok);
        read(connected.as_ref().map_err(Clone::clone));
        db = connected.ok();
    }
}
