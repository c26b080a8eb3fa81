//! A few threads with connections that can only read.

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
}

impl Readers {
    /// One thread for each connection.
    pub(super) fn start(connections: Vec<Connection>) -> Result<Self, std::io::Error> {
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
        Ok(Self { queue, threads: threads.into() })
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
    }
}
