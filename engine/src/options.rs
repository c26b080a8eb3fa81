//! Where a log lives, and by which clock.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use fugong_core::LogId;

use crate::{ClockMode, OpenError};

/// What a log lives in.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file: one process writes it.
    File(PathBuf),
    /// A PostgreSQL database, by its URL: several processes may write it.
    Server(String),
}

/// What a role may do on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Serve: append, and move what can be made again; never change or delete an event.
    Serve,
    /// Read everything, keys as well.
    Read,
}

/// Where a log lives and how it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The database.
    pub database: Database,
    /// The keys: a file, or a server, where they have the schema `fugong_keys`. If nothing is said,
    /// a file beside the SQLite file, or the server of the database.
    pub keys: Option<Database>,
    /// Where the key lies that signs checkpoints of the log, with the last of them beside it. If
    /// nothing is said, `<file>.log-key`, or `fugong-<log>.log-key` in the working folder; without
    /// one the log is not sealed.
    pub log_key: Option<PathBuf>,
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
    pub fn new(database: impl Into<Database>, log: LogId) -> Self {
        Self {
            database: database.into(),
            keys: None,
            log_key: None,
            log,
            clock: ClockMode::Real,
            create: true,
            read_only: false,
        }
    }

    /// Where the keys are: in `<database>.keys`, or on the same server, if nothing else was said.
    pub fn key_place(&self) -> Database {
        match (&self.keys, &self.database) {
            (Some(keys), _) => keys.clone(),
            (None, server @ Database::Server(_)) => server.clone(),
            (None, Database::File(_)) => Database::File(self.beside("keys")),
        }
    }

    /// Where the key lies that signs checkpoints.
    pub fn log_key_place(&self) -> PathBuf {
        self.log_key.clone().unwrap_or_else(|| self.beside("log-key"))
    }

    /// The path of something that belongs to the log and does not lie in its database:
    /// `<file>.<ending>`, or `fugong-<log>.<ending>` in the working folder.
    pub fn beside(&self, ending: &str) -> PathBuf {
        match &self.database {
            Database::File(path) => beside(path, ending),
            Database::Server(_) => format!("fugong-{}.{ending}", self.log).into(),
        }
    }
}

/// `<path>.<ending>`.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

impl Database {
    /// The URL of a server; an error for a file, which has no roles and no distribution.
    pub(crate) fn url(&self) -> Result<&str, OpenError> {
        match self {
            Self::Server(url) => Ok(url),
            Self::File(path) => Err(OpenError::Unavailable(format!(
                "{} is a file: roles and distribution are for a database on a server",
                path.display()
            ))),
        }
    }
}

impl From<&str> for Database {
    fn from(place: &str) -> Self {
        let is_url = ["postgres://", "postgresql://"].iter().any(|it| place.starts_with(it));
        if is_url { Self::Server(place.to_owned()) } else { Self::File(place.into()) }
    }
}

impl From<String> for Database {
    fn from(place: String) -> Self {
        place.as_str().into()
    }
}

impl From<&String> for Database {
    fn from(place: &String) -> Self {
        place.as_str().into()
    }
}

impl From<PathBuf> for Database {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for Database {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Database {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

/// The file, or the URL without its password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => f.write_str(&without_password(url)),
        }
    }
}

/// As displayed: a password is never written down.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn without_password(url: &str) -> String {
    let hide = |rest: &str| {
        let (user, place) = rest.rsplit_once('@')?;
        let (user, _) = user.split_once(':')?;
        Some(format!("{user}:…@{place}"))
    };
    let Some((scheme, rest)) = url.split_once("://") else { return "…".to_owned() };
    // A password may also stand among the parameters.
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    format!("{scheme}://{}", hide(rest).unwrap_or_else(|| rest.to_owned()))
}
