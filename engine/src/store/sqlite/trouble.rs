//! What SQLite says when it cannot.

use rusqlite::ErrorCode;

use crate::error::Trouble;

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        if code == Some(ErrorCode::NotADatabase) {
            return Self::Corrupt(format!(
                "this is no database ({error}): check the path; if it is the right one, keep the \
                 file and restore a backup"
            ));
        }
        if code == Some(ErrorCode::DatabaseCorrupt) || is_foreign(&error) {
            return Self::Corrupt(format!(
                "the database is damaged ({error}): stop, keep the file, and restore a backup"
            ));
        }
        let what_to_do = match code {
            Some(ErrorCode::DiskFull) => "the disk is full: free some space",
            Some(ErrorCode::ReadOnly) => {
                "the database is read-only: check the permissions of the file, of its folder, and \
                 of the files -wal and -shm beside it"
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "another program holds the database: stop it"
            }
            Some(ErrorCode::SystemIoFailure) => "the disk failed: check it",
            Some(ErrorCode::CannotOpen) => "the file cannot be opened: check path and permissions",
            _ => "the database refused",
        };
        Self::Unavailable(format!("{what_to_do} ({error})"))
    }
}

/// Whether a value in the database is none that was ever written there.
fn is_foreign(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    )
}
