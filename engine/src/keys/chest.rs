//! Where keys lie, and what is found there.

use std::{path::PathBuf, time::Instant};

use fugong_core::{KeyDeed, LogId, Position};

use super::{
    KeyError,
    cipher::{Key, hex},
    file::KeyFile,
    server::KeyTable,
};

/// What is said of keys besides: which store it is, and by which key requests are told apart.
pub(super) const MARK: &str = "mark";
pub(super) const FINGERPRINTS: &str = "fingerprints";
/// By what they know the other half of them, where they are halves.
pub(super) const SECRET: &str = "secret";
/// The position of the last event that asked something of a key and was obeyed: 8 bytes, the
/// highest first.
pub(super) const FOLLOWED: &str = "followed";

/// Under which name it is said whether the use of a subject's key is restricted: 1 or 0, a byte.
pub(super) fn restriction(subject: &str) -> String {
    format!("restricted:{subject}")
}

/// That an event asks something of a subject's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) position: Position,
    pub(crate) subject: String,
    pub(crate) deed: KeyDeed,
}

/// A subject's key that is in use.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) generation: u64,
    pub(super) key: Key,
    /// Nothing is to be opened with it.
    pub(super) restricted: bool,
    /// When it was read.
    pub(super) read: Instant,
}

impl Live {
    pub(super) fn new(generation: u64, key: Key) -> Self {
        Self { generation, key, restricted: false, read: Instant::now() }
    }
}

/// What is known of a subject.
pub(super) struct Found {
    /// The key in use.
    pub(super) live: Option<Live>,
    /// The last generation that was erased; 0 if none was.
    pub(super) erased: u64,
}

/// All keys of a log, for a copy.
pub(super) struct Everything {
    /// What is said of them, by name.
    pub(super) about: Vec<(String, Vec<u8>)>,
    pub(super) subjects: Vec<Kept>,
}

impl Everything {
    pub(super) fn mark(&self) -> String {
        let mark = self.about.iter().find(|(name, _)| name == MARK);
        mark.map(|(_, mark)| hex(mark)).unwrap_or_default()
    }
}

/// A position as it is kept.
pub(super) fn kept(position: Position) -> Vec<u8> {
    position.0.to_be_bytes().to_vec()
}

/// A position out of what is kept; the start where there is none yet.
pub(super) fn position(kept: Option<Vec<u8>>) -> Position {
    let bytes = kept.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    Position(bytes.map(u64::from_be_bytes).unwrap_or_default())
}

/// A subject, the generation of its key, and the key unless it was destroyed.
pub(super) type Kept = (String, i64, Option<Vec<u8>>);

/// Where the keys lie.
pub(super) enum Chest {
    File(KeyFile),
    Server(KeyTable),
}

impl Chest {
    pub(super) fn place(&self) -> PathBuf {
        match self {
            Self::File(file) => file.path().to_owned(),
            Self::Server(table) => table.place().into(),
        }
    }

    pub(super) fn about(&self, log: LogId) -> Result<(String, Key), KeyError> {
        match self {
            Self::File(file) => file.about(),
            Self::Server(table) => table.about(log),
        }
    }

    /// A key counts as read when it was asked for: what is destroyed in between is not trusted a
    /// moment longer.
    pub(super) fn find(&self, log: LogId, subject: &str) -> Result<Found, KeyError> {
        let asked = Instant::now();
        let found = match self {
            Self::File(file) => file.find(log, subject),
            Self::Server(table) => table.find(log, subject),
        }?;
        let live = found.live.map(|live| Live { read: asked, ..live });
        Ok(Found { live, ..found })
    }

    /// The key that seals, of one as it is stored.
    pub(super) fn whole(&self, kept: &Key) -> Key {
        match self {
            Self::File(_) => kept.clone(),
            Self::Server(table) => table.whole(kept),
        }
    }

    pub(super) fn insert(&mut self, log: LogId, made: &[(String, Live)]) -> Result<(), KeyError> {
        match self {
            Self::File(file) => file.insert(log, made),
            Self::Server(table) => table.insert(log, made),
        }
    }

    pub(super) fn erase(&mut self, log: LogId, subject: &str) -> Result<bool, KeyError> {
        match self {
            Self::File(file) => file.erase(log, subject),
            Self::Server(table) => table.erase(log, subject),
        }
    }

    /// The position of the last event that was obeyed.
    pub(super) fn followed(&self, log: LogId) -> Result<Position, KeyError> {
        match self {
            Self::File(file) => file.followed(),
            Self::Server(table) => table.followed(log),
        }
    }

    /// Does what events ask, in order, in one transaction with the note of how far that is. Those
    /// that were obeyed are left out: a key that was made since is not what they meant.
    pub(super) fn follow(&mut self, log: LogId, asked: &[Asked]) -> Result<(), KeyError> {
        match self {
            Self::File(file) => file.follow(log, asked),
            Self::Server(table) => table.follow(log, asked),
        }
    }

    pub(super) fn close(&mut self) -> Result<(), KeyError> {
        match self {
            Self::File(file) => file.close(),
            Self::Server(_) => Ok(()),
        }
    }

    /// Whether another process may destroy a key behind our back.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Server(_))
    }
}
