//! Files beside a key.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use crate::{OpenError, options::beside};

/// Writes a file that is not there yet.
pub(super) fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _everywhere_else = mode;
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| unusable(path, &error))
}

/// Puts a text in place of what a file holds, durably: whole or not at all.
pub(super) fn replace(place: &Path, text: &str) -> io::Result<()> {
    let part = beside(place, "part");
    let mut file = File::create(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&part, place)?;
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> OpenError {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return OpenError::Exists(path.display().to_string());
    }
    OpenError::Keys(format!("{} cannot be used: {error}", path.display()))
}
