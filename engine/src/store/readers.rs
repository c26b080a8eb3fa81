//! A few threads with connections that can only read.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::stopped;
use crate::error::Trouble;

/// How many reads may wait; beyond it, callers wait to get in.
const QUEUE: usize = 1024;

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Threads that read; they end when this is dropped.
pub(super) struct Readers(mpsc::Sender<Read>);

impl Readers {
    /// One thread for each connection.
    pub(super) fn start(connections: Vec<Connection>) -> Result<Self, std::io::Error> {
        let (queue, reads) = mpsc::channel::<Read>(QUEUE);
        let reads = Arc::new(Mutex::new(reads));
        for db in connections {
            let reads = Arc::clone(&reads);
            thread::Builder::new().name("fugong-reader".to_owned()).spawn(move || {
                loop {
                    let next = reads.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
                    let Some(read) = next else { break };
                    read(&db);
                }
            })?;
        }
        Ok(Self(queue))
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
        self.0.send(read).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}
