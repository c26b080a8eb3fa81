//! A few threads with connections that can only read, and a few connections at hand.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::stopped;
use crate::error::Trouble;

/// How many reads may wait; beyond it, callers wait to get in.
const QUEUE: usize = 1024;

/// What a reader is asked for; it ends when it finds nothing in its place.
type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Threads that read; they end when this is closed or dropped.
pub(super) struct Readers {
    queue: mpsc::Sender<Option<Read>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// None once they are closed.
    at_hand: Vec<Mutex<Option<Connection>>>,
}

impl Readers {
    /// One thread for each of `connections`; those `at_hand` are for whoever asks.
    pub(super) fn start(
        connections: Vec<Connection>,
        at_hand: Vec<Connection>,
    ) -> Result<Self, std::io::Error> {
        let (queue, reads) = mpsc::channel::<Option<Read>>(QUEUE);
        let reads = Arc::new(Mutex::new(reads));
        let mut threads = Vec::with_capacity(connections.len());
        for db in connections {
            let reads = Arc::clone(&reads);
            let thread =
                thread::Builder::new().name("fugong-reader".to_owned()).spawn(move || {
                    loop {
                        let next =
                            reads.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
                        let Some(Some(read)) = next else { break };
                        read(&db);
                    }
                })?;
            threads.push(thread);
        }
        let at_hand = at_hand.into_iter().map(|db| Mutex::new(Some(db))).collect();
        Ok(Self { queue, threads: threads.into(), at_hand })
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (answer, answered) = oneshot::channel();
        let read: Read = Box::new(move |db| {
            let result = super::writer::guarded(|| job(db));
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
        job: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        for db in &self.at_hand {
            if let Ok(db) = db.try_lock()
                && let Some(db) = &*db
            {
                return super::writer::guarded(|| job(db));
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
