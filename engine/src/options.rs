//! Where a log lives, and by which clock.

use std::path::{Path, PathBuf};

use fugong_core::LogId;

use crate::ClockMode;

/// Where a log lives and how it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The SQLite file.
    pub database: PathBuf,
    /// The file of keys; beside the database if nothing is said.
    pub keys: Option<PathBuf>,
    /// Which log of the database.
    pub log: LogId,
    /// The clock of a fresh log; a log that exists keeps its own.
    pub clock: ClockMode,
    /// Whether a database that is not there is created.
    pub create: bool,
    /// Whether the log is only read; then another process may be writing it.
    pub read_only: bool,
}

impl Options {
    /// Opens `log` in `database` for writing, by the real clock, and creates what is missing.
    pub fn new(database: impl Into<PathBuf>, log: LogId) -> Self {
        Self {
            database: database.into(),
            keys: None,
            log,
            clock: ClockMode::Real,
            create: true,
            read_only: false,
        }
    }

    /// The path of the key file: `<database>.keys` if nothing else was said.
    pub fn key_file(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| beside(&self.database, "keys"))
    }

    /// The path of the lock file, `<database>.lock`.
    pub fn lock_file(&self) -> PathBuf {
        beside(&self.database, "lock")
    }
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
