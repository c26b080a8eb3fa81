//! The sealer: extends the tree over what is committed, and signs.
//!
//! It reads after the fact and keeps nothing in memory, so that any process that has the key can
//! go on where another ended. What it signs it first proves to continue what it signed last: the
//! last note is kept beside the key, outside the database, where whoever writes the database does
//! not reach it. Two that seal at once sign two beginnings of the same log, which is no harm.

use std::{
    fs, io, iter,
    path::{Path, PathBuf},
    pin::pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use fugong_core::{LogId, Position};
use signed_note::NoteError;
use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
    time::sleep,
};

use super::{
    Checkpoint, Signer,
    files::replace,
    nodes::{self, Nodes},
    reading,
    signer::signed,
};
use crate::{
    error::Trouble,
    options::beside,
    store::{Store, db::Db},
    tree::{self, Hash, Hashing, Subtrees as _},
};

/// A checkpoint is signed so long after the last at the latest, if anything came since.
const EVERY: Duration = Duration::from_millis(500);
/// Or after so many events.
const EVENTS: u64 = 10_000;
/// How long it waits after it failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Seals one log.
pub(crate) struct Sealer {
    store: Arc<Store>,
    signers: Signers,
    /// Where the last note is kept.
    note: PathBuf,
    /// Held while it seals.
    sealing: tokio::sync::Mutex<()>,
    told: Mutex<Told>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Who signs.
#[derive(Clone)]
pub(crate) struct Signers {
    pub(crate) first: Arc<dyn Signer>,
    pub(crate) second: Option<Second>,
}

/// Who signs as well, and by what the tree is hashed for him too.
pub(crate) type Second = (Arc<dyn Signer>, Hashing);

#[derive(Default)]
struct Told {
    /// How far it has sealed.
    sealed: u64,
    /// Why it does not seal any more.
    trouble: Option<String>,
}

/// What was signed here last.
enum Last {
    /// Nothing is known of it: the key may be another log's.
    Unknown,
    /// Nothing, since the key was made here.
    Nothing,
    Signed(Checkpoint),
}

/// What is about to be signed, and what it was proved against.
struct Next {
    checkpoint: Checkpoint,
    /// The note of the database, if it is as long.
    stands: Option<String>,
}

impl Sealer {
    /// For the log in `store`; `key` is where the signer's key lies, or would.
    pub(crate) fn new(store: Arc<Store>, signers: Signers, key: &Path) -> Self {
        Self {
            store,
            signers,
            note: beside(key, "note"),
            sealing: tokio::sync::Mutex::default(),
            told: Mutex::default(),
            task: Mutex::default(),
        }
    }

    pub(crate) fn signer(&self) -> &Arc<dyn Signer> {
        &self.signers.first
    }

    /// Why the log is not sealed any more, if so.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).trouble.clone()
    }

    /// Seals in the background whatever is appended, until this is dropped.
    pub(crate) fn start(self: &Arc<Self>) {
        let task = tokio::spawn(follow(Arc::downgrade(self), self.store.heads()));
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Ends what runs in the background; what is being sealed is sealed.
    pub(crate) async fn stop(&self) {
        let _sealing = self.sealing.lock().await;
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }

    /// Signs a checkpoint over every event that is durable now, and answers its note.
    pub(crate) async fn seal(&self) -> Result<String, Trouble> {
        let _sealing = self.sealing.lock().await;
        let sealed = self.sealed().await;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match &sealed {
            Ok((size, _)) => *told = Told { sealed: *size, trouble: None },
            Err(trouble @ Trouble::Corrupt(_)) => told.trouble = Some(trouble.to_string()),
            Err(_) => {}
        }
        sealed.map(|(_, note)| note)
    }

    async fn sealed(&self) -> Result<(u64, String), Trouble> {
        self.store.refresh().await?;
        let (log, head) = (self.store.log(), self.store.head().0);
        self.extend(Hashing::Sha256, head).await?;
        if let Some((_, hashing)) = &self.signers.second {
            self.extend(*hashing, head).await?;
        }
        let ours = self.last()?;
        let signers = self.signers.clone();
        let next = self
            .store
            .read(move |db| db.snapshot(|db| next(db, log, head, &signers, &ours)))
            .await?;
        let size = next.checkpoint.size;
        let note = match next.stands {
            Some(note) => note,
            None => self.signers.note(&next.checkpoint).map_err(|error| cannot_sign(&error))?,
        };
        self.keep(note.clone()).await?;
        let kept = note.clone();
        self.store.write_lazily(move |db| reading::keep(db, log, size, &kept)).await?;
        Ok((size, note))
    }

    /// Stores what the tree by `hashing` lacks up to `head`.
    async fn extend(&self, hashing: Hashing, head: u64) -> Result<(), Trouble> {
        let log = self.store.log();
        loop {
            let nodes = self.store.read(move |db| nodes::lacking(db, log, hashing, head)).await?;
            if nodes.is_empty() {
                return Ok(());
            }
            self.store.write_lazily(move |db| nodes::store(db, log, hashing, &nodes)).await?;
        }
    }

    /// The last checkpoint that was signed here.
    fn last(&self) -> Result<Last, Trouble> {
        match fs::read_to_string(&self.note) {
            Ok(note) if note.is_empty() => Ok(Last::Nothing),
            Ok(note) => self.signers.first.read(&note).map(Last::Signed).map_err(|error| {
                let place = self.note.display();
                Trouble::Corrupt(format!(
                    "{place} is not what was signed here ({error}): keep it and the database, and \
                     compare both with a checkpoint that others hold"
                ))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Last::Unknown),
            Err(error) => Err(self.unusable(&error)),
        }
    }

    /// Keeps the note beside the key, durably, before anybody sees it.
    async fn keep(&self, note: String) -> Result<(), Trouble> {
        let place = self.note.clone();
        let written = spawn_blocking(move || replace(&place, &note));
        let written = written.await.map_err(|lost| Trouble::Unavailable(lost.to_string()))?;
        written.map_err(|error| self.unusable(&error))
    }

    fn unusable(&self, error: &io::Error) -> Trouble {
        Trouble::Unavailable(format!("{} cannot be used: {error}", self.note.display()))
    }
}

impl Signers {
    fn note(&self, checkpoint: &Checkpoint) -> Result<String, NoteError> {
        let second = self.second.iter().map(|(signer, _)| &**signer);
        let all: Vec<_> = iter::once(&*self.first).chain(second).collect();
        signed(checkpoint, &all)
    }

    /// Whether all signed a note, over all that is to be signed.
    fn made(&self, note: &str) -> bool {
        self.second.as_ref().is_none_or(|(signer, _)| {
            signer.read(note).is_ok_and(|checkpoint| checkpoint.sm3.is_some())
        })
    }
}

/// The checkpoint over the first `head` events, proved to continue the last that was signed here
/// and the last in the database.
fn next(db: &Db, log: LogId, head: u64, signers: &Signers, ours: &Last) -> Result<Next, Trouble> {
    let signer = &signers.first;
    let latest = reading::latest(db, log)?;
    let ours = match ours {
        Last::Unknown => {
            is_of_this_log(signer.name(), latest.as_deref())?;
            None
        }
        Last::Nothing => None,
        Last::Signed(checkpoint) => Some(checkpoint),
    };
    // A note that somebody else put there is worth nothing.
    let theirs = latest.and_then(|note| Some((signer.read(&note).ok()?, note)));
    // Another process may have sealed what this one has not heard of yet.
    let size = theirs.as_ref().map_or(head, |(known, _)| known.size.max(head));
    let known = || ours.into_iter().chain(theirs.as_ref().map(|(known, _)| known));
    let roots = known().map(|known| (known.size, Some(known.root)));
    let root = grown(Nodes::of(db, log), log, size, roots)?;
    let second = signers.second.as_ref().map(|(_, hashing)| {
        let roots = known().map(|known| (known.size, known.sm3));
        grown(Nodes::by(*hashing, db, log), log, size, roots)
    });
    let (origin, sm3) = (signer.name().to_owned(), second.transpose()?);
    let stands = theirs.filter(|(known, note)| known.size == size && signers.made(note));
    let checkpoint = Checkpoint { origin, size, root, sm3 };
    Ok(Next { checkpoint, stands: stands.map(|(_, note)| note) })
}

/// That a key of which nothing is known is not that of another log: it would sign this one under
/// the other's name.
fn is_of_this_log(name: &str, latest: Option<&str>) -> Result<(), Trouble> {
    let known = latest.and_then(|note| note.parse::<Checkpoint>().ok());
    match known.filter(|known| known.origin != name) {
        None => Ok(()),
        Some(Checkpoint { origin, size, .. }) => Err(Trouble::Corrupt(format!(
            "the log was signed as {origin}, up to event {size}, and the key here is that of {name}: \
             put the right one in its place; to begin anew under another name make a key here, with \
             `fugong log init --origin`"
        ))),
    }
}

/// The root of a tree over the first `size` events, if it continues what is known: so many events
/// with that root.
fn grown(
    mut tree: Nodes<'_>,
    log: LogId,
    size: u64,
    known: impl Iterator<Item = (u64, Option<Hash>)>,
) -> Result<Hash, Trouble> {
    let root = tree.root(size)?;
    for (old, then) in known {
        let Some(then) = then else { continue };
        let proof =
            if old <= size { tree::consistency(&mut tree, old, 0..size)? } else { Vec::new() };
        if !tree.hashing().extends((old, &then), (size, &root), &proof) {
            return Err(Trouble::Corrupt(format!(
                "log {log} is not what was signed: with {size} events it does not continue the \
                 checkpoint of {old} events; keep the database, and restore a backup"
            )));
        }
    }
    Ok(root)
}

fn cannot_sign(error: &NoteError) -> Trouble {
    Trouble::Unavailable(format!("the checkpoint cannot be signed: {error}"))
}

/// Seals every so often, while it is this process's turn; holds the sealer only then, so that a
/// dropped log ends it.
async fn follow(sealer: Weak<Sealer>, mut heads: watch::Receiver<Position>) {
    let mut failed = false;
    loop {
        let mut due = pin!(sleep(if failed { PAUSE } else { EVERY }));
        let Some(this) = sealer.upgrade() else { return };
        let so_far = this.told.lock().unwrap_or_else(PoisonError::into_inner).sealed;
        if this.store.may_seal().await && so_far < heads.borrow_and_update().0 {
            let done = this.seal().await;
            if let Err(trouble) = &done {
                tracing::error!(error = %trouble, "the log could not be sealed");
            }
            failed = done.is_err();
        }
        let enough = so_far.saturating_add(EVENTS);
        drop(this);
        loop {
            tokio::select! {
                () = &mut due => break,
                changed = heads.changed(), if !failed => match changed {
                    Ok(()) if heads.borrow_and_update().0 < enough => {}
                    Ok(()) => break,
                    Err(_) => return,
                },
            }
        }
    }
}
