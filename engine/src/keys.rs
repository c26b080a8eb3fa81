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
mod drawn;
mod error;
mod file;
mod halves;
mod inner;
mod server;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use fugong_core::{KeyDeed, LogId, Personal, Position, Unsealed};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{Database, source::Randomness};
pub(crate) use chest::Asked;
use chest::{Chest, Everything, Found, Kept, Live};
use cipher::{Key, hex};
use drawn::Drawn;
pub use drawn::DrawnKeys;
pub use error::KeyError;
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
    /// Keys that are drawn and not stored.
    drawn: Mutex<HashMap<String, Drawn>>,
    /// What events at these positions ask of keys that are only read here and have not followed.
    ahead: RwLock<HashMap<String, (Position, KeyDeed)>>,
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
        Ok(all.mark())
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
            drawn: Mutex::default(),
            ahead: RwLock::default(),
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

    /// `text` sealed for `subject`, to go into an act. Where that takes a new key, it is noted in
    /// `keys` and stored by [`Self::store`]: nothing is, if the act is refused.
    ///
    /// # Errors
    ///
    /// As [`Self::seal`].
    pub(crate) async fn seal_drawing(
        &self,
        keys: &DrawnKeys,
        subject: &str,
        text: &str,
    ) -> Result<Personal, KeyError> {
        if let Some(live) = self.0.recall(subject) {
            return self.0.seal(&live, subject, text);
        }
        let (inner, keys) = (Arc::clone(&self.0), keys.clone());
        let (subject, text) = (subject.to_owned(), text.to_owned());
        self.blocking(move || inner.seal_drawing(&keys, &subject, &text)).await
    }

    /// Stores the keys that were drawn for an act, durably: before it is appended.
    ///
    /// # Errors
    ///
    /// [`KeyError::Overtaken`] when words were sealed under another key meanwhile.
    pub(crate) async fn store(&self, keys: DrawnKeys) -> Result<(), KeyError> {
        if keys.is_empty() {
            return Ok(());
        }
        let inner = Arc::clone(&self.0);
        self.blocking(move || inner.store(&keys)).await
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

    /// The text that was sealed, or the news that its key was destroyed or is not to be used.
    ///
    /// # Errors
    ///
    /// [`KeyError::Altered`] when it is not what was sealed, [`KeyError::Unknown`] when the key
    /// file never knew the subject.
    pub fn open_sealed(&self, personal: &Personal) -> Result<Unsealed<String>, KeyError> {
        Ok(match self.0.open(personal)? {
            (Unsealed::Value(_), true) => Unsealed::Restricted,
            (opened, _) => opened,
        })
    }

    /// The same for what restriction leaves: keeping the words, and the subject's own copy.
    ///
    /// # Errors
    ///
    /// As [`Self::open_sealed`].
    pub fn open_restricted(&self, personal: &Personal) -> Result<Unsealed<String>, KeyError> {
        Ok(self.0.open(personal)?.0)
    }

    /// Whether anything was ever sealed for `subject`.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when the keys cannot be read.
    pub async fn knows(&self, subject: &str) -> Result<bool, KeyError> {
        let (inner, subject) = (Arc::clone(&self.0), subject.to_owned());
        self.blocking(move || {
            let found = inner.chest().find(inner.log, &subject)?;
            Ok(found.live.is_some() || 0 < found.erased)
        })
        .await
    }

    /// The position of the last event that asked something of a key and was obeyed.
    pub(crate) async fn followed(&self) -> Result<Position, KeyError> {
        let inner = Arc::clone(&self.0);
        self.blocking(move || inner.chest().followed(inner.log)).await
    }

    /// Does what events ask of keys, those before and at [`Self::followed`] excepted. When this
    /// returns it is in effect in every process, as with [`Self::erase`].
    pub(crate) async fn follow(&self, asked: Vec<Asked>) -> Result<(), KeyError> {
        let inner = Arc::clone(&self.0);
        self.blocking(move || inner.follow(&asked)).await
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

    /// Heeds what events ask of keys that are only read here, until whoever writes has done it.
    pub(crate) fn heed(&self, asked: Vec<Asked>) {
        let mut ahead = self.0.ahead.write().unwrap_or_else(PoisonError::into_inner);
        for Asked { position, subject, deed } in asked {
            // Keys that were destroyed come to no other use.
            if !matches!(ahead.get(&subject), Some((_, KeyDeed::Destroy))) {
                ahead.insert(subject, (position, deed));
            }
        }
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
