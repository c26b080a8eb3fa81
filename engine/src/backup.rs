//! Copies of a log for safe keeping, made while it is written, and the way back.
//!
//! A backup is an SQLite file of the engine's own layout, whichever store the log lives in: with
//! its events, receipts, registers, policies, outbox and timers as they stood at one moment. It
//! is whole or not there: it is written beside its place, read again from the beginning, and only
//! then given its name. Keys are copied apart, by [`copy_keys`]: who keeps them with the backup
//! keeps the names in it readable, also of those who were erased since.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use fugong_core::{LogId, Position};
use tokio::task::spawn_blocking;

use crate::{
    Database, OpenError,
    error::Trouble,
    keys::{Access, KeyError, Keys},
    options::beside,
    source::Randomness,
    store,
};

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Which log.
    pub log: LogId,
    /// Where it ended at that moment.
    pub head: Position,
    /// How many rows it consists of.
    pub rows: u64,
}

/// How far a copy has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many rows are written, then how many events have been read again.
    pub done: u64,
    /// How many there are; both together.
    pub of: u64,
}

/// Copies a log of `from` into the file `to`, which must not exist, and reads it again.
///
/// # Errors
///
/// [`OpenError`], which says what is wrong with either of them. Then there is no file.
pub async fn backup(
    from: Database,
    log: LogId,
    to: PathBuf,
    mut told: impl FnMut(Progress) + Send + 'static,
) -> Result<Copied, OpenError> {
    blocking(move || {
        let source = store::reader(&from)?;
        whole_or_not(&to, |part| store::copy_to_file(&source, part, log, &mut told))
    })
    .await
}

/// Copies the log of the backup `from` into `to`, which must not have it, and reads it again.
///
/// # Errors
///
/// As [`backup`]; and when the backup is not whole, or was made by a newer program.
pub async fn restore(
    from: PathBuf,
    log: LogId,
    to: Database,
    mut told: impl FnMut(Progress) + Send + 'static,
) -> Result<Copied, OpenError> {
    blocking(move || {
        let source = store::reader(&Database::File(from))?;
        match &to {
            Database::File(path) => {
                whole_or_not(path, |part| store::copy_to_file(&source, part, log, &mut told))
            }
            Database::Server(url) => store::copy_to_server(&source, url, log, &mut told),
        }
    })
    .await
}

/// Copies keys to a file that must not exist, readable by its owner alone, or to a server that has
/// none of the log; the keys of a backup are those that were copied after it.
///
/// # Errors
///
/// [`OpenError::Keys`] when they are not those of the log in `backup`.
pub async fn copy_keys(
    from: Database,
    log: LogId,
    backup: PathBuf,
    to: Database,
) -> Result<(), OpenError> {
    blocking(move || {
        let mark = store::keys_mark(&Database::File(backup), log)?;
        let known = Keys::open(&from, log, Access::Read, Randomness::System);
        if mark.as_deref() != Some(known.map_err(|error| keys(&error))?.mark()) {
            let why = format!("the keys at {from} belong to another database");
            return Err(OpenError::Keys(why));
        }
        let copy = |to: &Database| Keys::copy(&from, log, to).map(|_| ()).map_err(|e| keys(&e));
        match &to {
            Database::File(path) => whole_or_not(path, |part| copy(&part.into())),
            Database::Server(_) => {
                if Keys::are_at(&to, log).map_err(|error| keys(&error))? {
                    return Err(OpenError::Keys(format!("{to} has keys of log {log} already")));
                }
                copy(&to)
            }
        }
    })
    .await
}

fn keys(error: &KeyError) -> OpenError {
    OpenError::Keys(error.to_string())
}

/// Lets `write` write a file beside `place`; gives it that name when all went well, and removes
/// it if not. What is at `place` already stays.
fn whole_or_not<T>(
    place: &Path,
    write: impl FnOnce(&Path) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    if place.exists() {
        return Err(exists(place));
    }
    let part = beside(place, "part");
    if part.exists() {
        return Err(OpenError::Unavailable(format!(
            "{} is in the way: another copy is being made, or one was broken off; remove it then",
            part.display()
        )));
    }
    let written = write(&part).and_then(|done| {
        named(&part, place).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return exists(place);
            }
            OpenError::Unavailable(format!("{} cannot be made: {error}", place.display()))
        })?;
        Ok(done)
    });
    // Under its own name now, or of no use.
    let _gone = fs::remove_file(&part);
    written
}

fn exists(place: &Path) -> OpenError {
    OpenError::Exists(place.display().to_string())
}

/// Gives a file its name, durably, unless something has that name.
fn named(part: &Path, place: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    if let Err(error) = fs::hard_link(part, place) {
        if error.kind() == io::ErrorKind::AlreadyExists || place.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // A disk that has no such links.
        fs::rename(part, place)?;
    }
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|lost| Err(Trouble::Unavailable(lost.to_string()).into()))
}
