//! Who read what of persons, what was carried out of the house, and who was turned away.
//!
//! It stands beside the log of events and is none: a file of lines, each with the SHA-256 of the line
//! before it, so that nothing in it is changed or taken out unnoticed. What was cut off at its end is
//! noticed by whoever holds a later head. It names keys and never words.
//!
//! A line that a reader is owed is on the disk before he is answered, with those of all who asked
//! meanwhile in one flush; where it cannot be written, he is not answered.

mod file;

use std::{
    cell::Cell,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use chrono::{DateTime, Utc};
use fugong_domain::{Principal, rights::Rule};
use fugong_engine::Log;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
    task_local,
};

pub(crate) use file::{Head, Part};

use crate::problem::Problem;

/// So many lines wait to be written at most; whoever comes then waits too.
const WAITING: usize = 1024;
/// So many are written at once at most.
const MOST: usize = 512;

task_local! {
    /// Whether words about persons were opened for the request that is answered.
    static OPENED: Cell<bool>;
}

/// Says that words about persons were opened for whoever is answered.
pub(crate) fn opened() {
    // What is opened behind no request is told nobody yet.
    let _behind = OPENED.try_with(|opened| opened.set(true));
}

/// What `work` comes to, and whether words about persons were opened in it.
pub(crate) async fn watched<T>(work: impl Future<Output = T>) -> (T, bool) {
    let work = async {
        let done = work.await;
        (done, OPENED.with(Cell::get))
    };
    OPENED.scope(Cell::new(false), work).await
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Words about persons were opened for him.
    Read,
    /// He took it away, in a form other than JSON.
    Export,
    /// He was turned away.
    Denial,
}

/// A line, but for its number and what it continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// When, by the clock of the log.
    pub(crate) at: DateTime<Utc>,
    pub(crate) kind: Kind,
    /// Who; nobody where it was not known.
    pub(crate) who: Option<Who>,
    /// Which operation of the document.
    pub(crate) operation: String,
    /// Of what: keys that the address named, in its order.
    pub(crate) of: Vec<String>,
    /// How it was answered.
    pub(crate) status: u16,
    /// By which rule he was turned away, where rights decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) rule: Option<String>,
}

/// Somebody, by his pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Who {
    actor: String,
    unit: String,
    role: String,
}

impl From<&Principal> for Who {
    fn from(who: &Principal) -> Self {
        let Principal { actor, unit, role } = who;
        Self { actor: actor.clone(), unit: unit.to_string(), role: role.to_string() }
    }
}

impl Entry {
    /// The same, of somebody whom this rule turned away.
    pub(crate) fn by(self, rule: Option<Rule>) -> Self {
        Self { rule: rule.map(|rule| rule.code().to_owned()), ..self }
    }
}

/// A line, or none of who waits for those before; and who waits.
type Sent = (Option<Entry>, Option<oneshot::Sender<bool>>);

/// The access log of a desk. Its file is opened when there is something to write.
#[derive(Debug)]
pub(crate) struct AccessLog {
    folder: PathBuf,
    opened: Mutex<Option<(Writer, JoinHandle<()>)>>,
}

#[derive(Debug, Clone)]
struct Writer {
    path: PathBuf,
    lines: mpsc::Sender<Sent>,
    head: Arc<Mutex<Head>>,
}

impl AccessLog {
    /// In `<database>.access`.
    pub(crate) fn of(log: &Log) -> Self {
        Self { folder: log.beside("access"), opened: Mutex::default() }
    }

    /// Writes a line, and says so when it is on the disk.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` when it cannot be written.
    pub(crate) async fn keep(&self, entry: Entry) -> Result<(), Problem> {
        self.written(Some(entry)).await
    }

    async fn written(&self, entry: Option<Entry>) -> Result<(), Problem> {
        let (told, written) = oneshot::channel();
        let lost = || Problem::unavailable("the access log cannot be written: see the disk");
        self.writer()?.lines.send((entry, Some(told))).await.map_err(|_| lost())?;
        if written.await.unwrap_or(false) { Ok(()) } else { Err(lost()) }
    }

    /// Writes a line soon.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` when it cannot be written.
    pub(crate) async fn note(&self, entry: Entry) -> Result<(), Problem> {
        let lost = |_| Problem::unavailable("the access log cannot be written: see the disk");
        self.writer()?.lines.send((Some(entry), None)).await.map_err(lost)
    }

    /// Lines, the last first, before this place in the file; and the head of it. What was noted before
    /// is there.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` when the file cannot be read, or is not as it was written.
    pub(crate) async fn read(&self, before: Option<u64>, count: usize) -> Result<Part, Problem> {
        self.written(None).await?;
        let Writer { path, head, .. } = self.writer()?;
        let head = head.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let read = spawn_blocking(move || file::last(&path, &head, before, count)).await;
        read.map_err(Problem::unavailable)?.map_err(|why| {
            Problem::unavailable(format!("the access log cannot be read ({why}): check it"))
        })
    }

    fn writer(&self) -> Result<Writer, Problem> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((writer, _)) = &*opened {
            return Ok(writer.clone());
        }
        let chain = file::Chain::open(&self.folder).map_err(|why| {
            Problem::unavailable(format!("the access log cannot be opened ({why}): see the disk"))
        })?;
        let (lines, waiting) = mpsc::channel(WAITING);
        let head = Arc::new(Mutex::new(chain.head().clone()));
        let writer = Writer { path: chain.path().to_owned(), lines, head: Arc::clone(&head) };
        let thread = thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || write(chain, waiting, &head))
            .map_err(Problem::unavailable)?;
        *opened = Some((writer.clone(), thread));
        Ok(writer)
    }
}

impl Drop for AccessLog {
    /// What was noted is written, and the file is another's to write.
    fn drop(&mut self) {
        let opened = self.opened.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((writer, thread)) = opened {
            drop(writer);
            // A writer that died said why.
            let _died = thread.join();
        }
    }
}

/// Writes what comes, until nobody is left who could send anything.
fn write(mut chain: file::Chain, mut waiting: mpsc::Receiver<Sent>, head: &Mutex<Head>) {
    let mut batch: Vec<Sent> = Vec::with_capacity(MOST);
    while 0 < waiting.blocking_recv_many(&mut batch, MOST) {
        let entries: Vec<&Entry> = batch.iter().filter_map(|(entry, _)| entry.as_ref()).collect();
        let written = chain.append(&entries);
        if let Err(why) = &written {
            tracing::error!(%why, "the access log cannot be written");
        }
        *head.lock().unwrap_or_else(PoisonError::into_inner) = chain.head().clone();
        for told in batch.drain(..).filter_map(|(_, told)| told) {
            // Who no longer waits is gone.
            let _gone = told.send(written.is_ok());
        }
    }
}
