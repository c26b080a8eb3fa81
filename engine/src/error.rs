//! What can go wrong, and what to do then.

use std::{convert::Infallible, path::PathBuf};

use fugong_core::Failure;

/// Why an act, or a read, gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error<R> {
    /// A rule refused it.
    #[error("refused: {0}")]
    Refused(R),
    /// The subject is not at the version the caller saw: read it again, then decide again.
    #[error("the version is {actual}, not {expected}: read it again and decide again")]
    Conflict {
        /// What the caller expected.
        expected: u64,
        /// What is so.
        actual: u64,
    },
    /// The command id was used for something else: take a new one.
    #[error("this command id was used for another request: take a new id for a new request")]
    KeyReused,
    /// The same command is being carried out: ask again in a moment.
    #[error("the same command is being carried out: repeat it in a moment")]
    InFlight,
    /// An event would be too large to be proved: attach a digest instead.
    #[error("an event of {bytes} bytes is over the limit of 65535: attach large things by digest")]
    TooLarge {
        /// The size of its canonical encoding.
        bytes: usize,
    },
    /// A text holds a NUL character, which no store can keep: leave it out.
    #[error("a text holds a NUL character (U+0000): leave it out")]
    NotText,
    /// Too much is waiting to be written: repeat it, with the same command id, a little later.
    #[error("too many requests are waiting: repeat this one, with the same id, a little later")]
    Overloaded,
    /// The log cannot be used now; nothing is half-written.
    #[error("{0}")]
    Unavailable(String),
    /// The database holds what the engine never wrote.
    #[error("{0}")]
    Corrupt(String),
    /// It took too long. Whether it happened shows when it is repeated with the same command id.
    #[error("it took too long: repeat it with the same id, which shows whether it happened")]
    Timeout,
}

impl Error<Infallible> {
    /// The same, where a refusal is possible.
    pub fn widen<R>(self) -> Error<R> {
        match self {
            Self::Refused(never) => match never {},
            Self::Conflict { expected, actual } => Error::Conflict { expected, actual },
            Self::KeyReused => Error::KeyReused,
            Self::InFlight => Error::InFlight,
            Self::TooLarge { bytes } => Error::TooLarge { bytes },
            Self::NotText => Error::NotText,
            Self::Overloaded => Error::Overloaded,
            Self::Unavailable(why) => Error::Unavailable(why),
            Self::Corrupt(why) => Error::Corrupt(why),
            Self::Timeout => Error::Timeout,
        }
    }
}

/// Why a log could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no such database, and none was to be created.
    #[error("there is no database at {}: create it with `migrate`, or check the path", .0.display())]
    Absent(PathBuf),
    /// What was to be made is there already.
    #[error("{0} exists: nothing is overwritten, name another place")]
    Exists(String),
    /// Another process writes it.
    #[error("{} is being written by process {process}; stop it or open read-only", database.display())]
    Locked {
        /// The database.
        database: PathBuf,
        /// The id of the process that holds the lock, as it wrote it down.
        process: String,
    },
    /// The file is there and cannot be used as it is.
    #[error("{0}")]
    Unavailable(String),
    /// The file is damaged, or not a database of this engine.
    #[error("{0}")]
    Corrupt(String),
    /// The database was written by a newer version of this program.
    #[error("the database has layout {found}, this program knows {known}: use a newer program")]
    Newer {
        /// The layout found.
        found: i64,
        /// The newest layout this program knows.
        known: i64,
    },
    /// The key file is missing or does not fit the log.
    #[error("{0}")]
    Keys(String),
}

/// What went wrong in the store; it becomes an [`Error`] or an [`OpenError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{0}")]
    Unavailable(String),
    #[error("{0}")]
    Corrupt(String),
    #[error("too much is waiting")]
    Overloaded,
    #[error("it took too long")]
    Timeout,
    #[error("a text holds a NUL character")]
    NotText,
    /// The database could not be reached just now: it may work when it is tried again.
    #[error("{0}")]
    Lost(String),
}

impl<R> From<Trouble> for Error<R> {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Unavailable(why) | Trouble::Lost(why) => Self::Unavailable(why),
            Trouble::Corrupt(why) => Self::Corrupt(why),
            Trouble::Overloaded => Self::Overloaded,
            Trouble::NotText => Self::NotText,
            Trouble::Timeout => Self::Timeout,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(Failure(why): Failure) -> Self {
        Self::Unavailable(why)
    }
}

impl From<Trouble> for OpenError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Corrupt(why) => Self::Corrupt(why),
            Trouble::Unavailable(why) | Trouble::Lost(why) => Self::Unavailable(why),
            late @ (Trouble::Overloaded | Trouble::Timeout | Trouble::NotText) => {
                Self::Unavailable(late.to_string())
            }
        }
    }
}
