//! Where keys lie, and what is found there.

use std::{path::PathBuf, time::Instant};

use fugong_core::LogId;

use super::{KeyError, cipher::Key, file::KeyFile, server::KeyTable};

/// A subject's key that is in use.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) generation: u64,
    pub(super) key: Key,
    /// When it was read.
    pub(super) read: Instant,
}

impl Live {
    pub(super) fn new(generation: u64, key: Key) -> Self {
        Self { generation, key, read: Instant::now() }
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
    pub(super) mark: Vec<u8>,
    pub(super) fingerprints: Vec<u8>,
    pub(super) subjects: Vec<Kept>,
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
