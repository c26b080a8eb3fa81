//! One process writes: the lock file beside the database says which.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{ErrorKind, Read as _, Seek as _, Write as _},
    path::Path,
};

use crate::OpenError;

/// The lock, held until this is dropped or the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(path: &Path, database: &Path) -> Result<Self, OpenError> {
        let unavailable = |e: std::io::Error| {
            let what_to_do = if e.kind() == ErrorKind::NotFound {
                "make the folder, or check the path"
            } else {
                "check the folder's permissions"
            };
            OpenError::Unavailable(format!(
                "the lock file {} cannot be used ({e}): {what_to_do}",
                path.display()
            ))
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                // Not knowing who holds it is no reason to say less than that it is held.
                let _unread = file.read_to_string(&mut process);
                return Err(OpenError::Locked {
                    database: database.to_owned(),
                    process: process.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(e)) => return Err(unavailable(e)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(unavailable)?;
        Ok(Self { _file: file })
    }
}
