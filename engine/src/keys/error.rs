use std::path::PathBuf;

use crate::source::NoRandomness;

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
    /// Words were sealed under a key that is not the subject's any more.
    #[error(
        "the key of {subject} was made or destroyed while this act was asked for: repeat it under \
         the same id"
    )]
    Overtaken {
        /// Whose key.
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
