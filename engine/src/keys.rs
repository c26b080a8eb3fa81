//! The keys, in a file or on a server: one key per person's pseudonym, and the key of fingerprints.
//!
//! It is a database of its own beside the log, so that it can be kept, backed up and guarded
//! apart. A key is durable before the first value is sealed with it. Destroying a subject's key
//! erases what was sealed under it, while every hash over the stored bytes still holds. What the
//! file system or a backup keeps of a deleted page is beyond this file: encrypt the disk, and
//! let backups of keys expire.
//!
//! A sealed value is base64 of a nonce (12 bytes) and the AES-256-GCM ciphertext with its tag;
//! the subject is the associated data; the plaintext is a salt (32 bytes) and the JSON text of
//! the value; the commitment is the hex SHA-256 of that plaintext.

mod chest;
mod cipher;
mod file;
mod server;

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    thread,
    time::Duration,
};

use fugong_core::{LogId, Personal, Unsealed};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{
    Database,
    source::{NoRandomness, Randomness},
};
use chest::{Chest, Everything, Found, Kept, Live};
use cipher::{Key, hex};
use file::KeyFile;
use server::KeyTable;

/// How long a key on a server is used before it is looked whether it was destroyed meanwhile.
const TRUSTED: Duration = Duration::from_secs(2);
/// After so long no process uses a key that was destroyed: what it had begun has ended, too.
const FORGOTTEN: Duration = TRUSTED.saturating_add(Duration::from_millis(200));
/// How many keys are kept in memory.
const KEPT_KEYS: usize = 100_000;

/// What [`Keys::open`] may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Make the file if there is none: for a log that is made just now.
    Create,
    /// Read and write a file that must be there.
    Write,
    /// Only read a file that must be there.
    Read,
}

/// The keys of one log. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    log: LogId,
    access: Access,
    mark: String,
    fingerprints: Key,
    randomness: Randomness,
    /// Whether another process may destroy a key behind our back.
    shared: bool,
    chest: Mutex<Chest>,
    /// The live keys by subject; written only while `chest` is locked.
    known: RwLock<HashMap<String, Live>>,
}

/// Why a key file did not serve.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It is not there.
    #[error(
        "the key file {} is missing: restore it from the backup made together with the \
         database, or name the right file; without it nothing about persons can be read", .0.display()
    )]
    Missing(PathBuf),
    /// It cannot be read or written.
    #[error(
        "the key file {} cannot be used ({why}): check its disk and its owner; if it is \
         damaged, restore it from the backup made together with the database", path.display()
    )]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// It knows no key of this subject, so it is older than the log or belongs to another.
    #[error(
        "the key file {} knows no key of {subject}: it is older than the database or belongs to \
         another; restore the one that belongs to it", path.display()
    )]
    Unknown {
        /// Which file.
        path: PathBuf,
        /// Whose key.
        subject: String,
    },
    /// The sealed value is not what was sealed.
    #[error(
        "what was sealed for {subject} has been altered since, or the key file belongs to another database"
    )]
    Altered {
        /// Whose value.
        subject: String,
    },
    /// Keys cannot be made or destroyed here.
    #[error("the key file {} was opened for reading only", .0.display())]
    ReadOnly(PathBuf),
    /// The log they belong to is closed.
    #[error("the log is closed: open it again")]
    Closed,
    /// The system gives no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Keys {
    /// Copies the keys of `log` into a file that does not exist yet, which only its owner may read,
    /// or to a server that does not have them; the mark of them.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when they are not there, or cannot be copied.
    pub(crate) fn copy(from: &Database, log: LogId, to: &Database) -> Result<String, KeyError> {
        let all = match (from, to) {
            (Database::File(from), Database::File(to)) => return KeyFile::copy(from, to),
            (Database::File(from), Database::Server(_)) => KeyFile::everything(from, log)?,
            (Database::Server(url), _) => KeyTable::everything(url, log)?,
        };
        match to {
            Database::File(to) => KeyFile::fill(to, log, &all)?,
            Database::Server(url) => KeyTable::fill(url, log, &all)?,
        }
        Ok(hex(&all.mark))
    }

    /// Whether there are keys of `log`.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when the server cannot be asked.
    pub(crate) fn are_at(place: &Database, log: LogId) -> Result<bool, KeyError> {
        match place {
            Database::File(path) => Ok(path.exists()),
            Database::Server(url) => KeyTable::has(url, log),
        }
    }

    /// The keys of `log` in a file, or in the schema `fugong_keys` on a server.
    ///
    /// # Errors
    ///
    /// [`KeyError`], which says what to restore or check.
    pub fn open(
        place: &Database,
        log: LogId,
        access: Access,
        randomness: Randomness,
    ) -> Result<Self, KeyError> {
        let chest = match place {
            Database::File(path) => Chest::File(KeyFile::open(path, access, &randomness)?),
            Database::Server(url) => Chest::Server(KeyTable::open(url, log, access, &randomness)?),
        };
        let (mark, fingerprints) = chest.about(log)?;
        Ok(Self(Arc::new(Inner {
            log,
            access,
            mark,
            fingerprints,
            randomness,
            shared: chest.is_shared(),
            chest: Mutex::new(chest),
            known: RwLock::default(),
        })))
    }

    /// Tells this key file from every other, so that the log can remember which one is its own.
    pub fn mark(&self) -> &str {
        &self.0.mark
    }

    /// `text` sealed for `subject`. The first value for a subject makes its key, durably.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when there is no key and none can be made.
    pub async fn seal(&self, subject: &str, text: &str) -> Result<Personal, KeyError> {
        if let Some(live) = self.0.recall(subject) {
            return self.0.seal(&live, subject, text);
        }
        let (inner, subject, text) = (Arc::clone(&self.0), subject.to_owned(), text.to_owned());
        self.blocking(move || {
            let live = inner.live(&subject)?;
            inner.seal(&live, &subject, &text)
        })
        .await
    }

    /// Makes the keys of all `subjects` that have none, with one flush: before many values.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when one cannot be made; then none is.
    pub async fn prepare(&self, subjects: Vec<String>) -> Result<(), KeyError> {
        let inner = Arc::clone(&self.0);
        self.blocking(move || inner.make(&subjects)).await
    }

    /// The text that was sealed, or the news that its key was destroyed.
    ///
    /// # Errors
    ///
    /// [`KeyError::Altered`] when it is not what was sealed, [`KeyError::Unknown`] when the key
    /// file never knew the subject.
    pub fn open_sealed(&self, personal: &Personal) -> Result<Unsealed<String>, KeyError> {
        self.0.open(personal)
    }

    /// Destroys the key of `subject` for good; says whether there was one. When this returns, no
    /// process opens what was sealed under it any more: on a server that takes as long as others
    /// trust a key that they have read. A value sealed for the subject later gets a new key, which
    /// opens nothing of what was before.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when the file cannot be written; then the key may still be there.
    pub async fn erase(&self, subject: &str) -> Result<bool, KeyError> {
        let (inner, subject) = (Arc::clone(&self.0), subject.to_owned());
        self.blocking(move || inner.erase(&subject)).await
    }

    /// Hex of the HMAC-SHA-256 of `bytes` under a key of this file: tells whether two requests
    /// are the same without saying what they hold.
    pub fn fingerprint(&self, bytes: &[u8]) -> String {
        match <Hmac<Sha256> as Mac>::new_from_slice(self.0.fingerprints.bytes()) {
            Ok(mac) => hex(&mac.chain_update(bytes).finalize().into_bytes()),
            // A key of any length is taken; nobody shares a key with an empty fingerprint.
            Err(_) => String::new(),
        }
    }

    /// Makes the file all there is to copy, and lets nothing be written to it from here on.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unusable`] when the file fails.
    pub async fn close(&self) -> Result<(), KeyError> {
        let inner = Arc::clone(&self.0);
        if inner.access == Access::Read {
            return Ok(());
        }
        self.blocking(move || inner.chest().close()).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(lost) => Err(self.0.unusable(lost.to_string())),
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("log", &self.0.log).finish_non_exhaustive()
    }
}

impl Inner {
    fn recall(&self, subject: &str) -> Option<Live> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(subject).filter(|live| !self.shared || live.read.elapsed() < TRUSTED).cloned()
    }

    fn chest(&self) -> MutexGuard<'_, Chest> {
        self.chest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a key in memory, unless it is read beside the process that may destroy it.
    fn remember(&self, _chest: &Chest, subject: &str, live: &Live) {
        if self.access != Access::Read {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if KEPT_KEYS <= known.len() {
                known.clear();
            }
            known.insert(subject.to_owned(), live.clone());
        }
    }

    /// The key of `subject` that is in use, made if there is none.
    fn live(&self, subject: &str) -> Result<Live, KeyError> {
        let one = [subject.to_owned()];
        self.make(&one)?;
        let found = self.chest().find(self.log, subject)?;
        found.live.ok_or_else(|| self.unknown(subject))
    }

    fn make(&self, subjects: &[String]) -> Result<(), KeyError> {
        if self.access == Access::Read {
            return Err(KeyError::ReadOnly(self.chest().place()));
        }
        let mut file = self.chest();
        let mut made = Vec::new();
        for subject in subjects.iter().collect::<BTreeSet<_>>() {
            let Found { live: None, erased } = file.find(self.log, subject)? else { continue };
            let generation = erased.saturating_add(1);
            let context =
                [&self.log.0.to_be_bytes(), subject.as_bytes(), &generation.to_be_bytes()[..]];
            let key = Key::new(self.randomness.bytes("key", &context)?);
            made.push((subject.clone(), Live::new(generation, key)));
        }
        file.insert(self.log, &made)?;
        for (subject, live) in &made {
            // Another process may have been faster.
            let stored = if self.shared { file.find(self.log, subject)?.live } else { None };
            self.remember(&file, subject, stored.as_ref().unwrap_or(live));
        }
        drop(file);
        Ok(())
    }

    fn seal(&self, live: &Live, subject: &str, text: &str) -> Result<Personal, KeyError> {
        let generation = live.generation.to_be_bytes();
        let log = self.log.0.to_be_bytes();
        let context: [&[u8]; 4] = [&log, subject.as_bytes(), &generation, text.as_bytes()];
        let salt = self.randomness.bytes("salt", &context)?;
        let nonce = self.randomness.bytes("nonce", &context)?;
        cipher::seal(&live.key, subject, text, salt, nonce)
            .ok_or_else(|| KeyError::Altered { subject: subject.to_owned() })
    }

    fn open(&self, personal: &Personal) -> Result<Unsealed<String>, KeyError> {
        let subject = personal.subject.as_str();
        if let Some(live) = self.recall(subject)
            && let Some(text) = cipher::open(&live.key, personal)
        {
            return Ok(Unsealed::Value(text));
        }
        let file = self.chest();
        let Found { live, erased } = file.find(self.log, subject)?;
        if let Some(live) = &live {
            self.remember(&file, subject, live);
        }
        drop(file);
        match live {
            Some(live) => match cipher::open(&live.key, personal) {
                Some(text) => Ok(Unsealed::Value(text)),
                None if 0 < erased => Ok(Unsealed::Erased),
                None => Err(KeyError::Altered { subject: subject.to_owned() }),
            },
            None if 0 < erased => Ok(Unsealed::Erased),
            None => Err(self.unknown(subject)),
        }
    }

    fn erase(&self, subject: &str) -> Result<bool, KeyError> {
        if self.access == Access::Read {
            return Err(KeyError::ReadOnly(self.chest().place()));
        }
        let mut file = self.chest();
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(subject);
        let erased = file.erase(self.log, subject)?;
        drop(file);
        if self.shared {
            // Also where it was gone: whoever destroyed it may have been cut off while he waited.
            thread::sleep(FORGOTTEN);
        }
        Ok(erased)
    }

    fn unknown(&self, subject: &str) -> KeyError {
        KeyError::Unknown { path: self.chest().place(), subject: subject.to_owned() }
    }

    fn unusable(&self, why: String) -> KeyError {
        KeyError::Unusable { path: self.chest().place(), why }
    }
}
