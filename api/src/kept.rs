//! What whoever sends events out keeps beside the log: a folder that one process holds, and in it
//! how far each receiver has come.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use fugong_engine::Log;

/// A folder beside a log, held so that no other process sends from it.
#[derive(Debug)]
pub(crate) struct Folder {
    place: PathBuf,
    _lock: File,
}

impl Folder {
    /// The folder with this ending, which is made where it is missing; `does` is what whoever holds
    /// it does, for the error.
    ///
    /// # Errors
    ///
    /// In words, when another process holds it, or it cannot be used.
    pub(crate) fn of(log: &Log, ending: &str, does: &str) -> Result<Self, String> {
        let place = log.beside(ending);
        let unusable = |why: io::Error| unusable(&place, &why);
        fs::create_dir_all(&place).map_err(unusable)?;
        let lock = File::create(place.join("lock")).map_err(unusable)?;
        let held = |_| format!("another process {does} from {} already", place.display());
        lock.try_lock().map_err(held)?;
        Ok(Self { place, _lock: lock })
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.place.join(name)
    }
}

/// That a place cannot be used.
pub(crate) fn unusable(place: &Path, why: &dyn std::fmt::Display) -> String {
    format!("{} cannot be used: {why}", place.display())
}

/// What is in a file; none if there is none.
///
/// # Errors
///
/// In words, when it cannot be read.
pub(crate) fn read(place: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(place) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(unusable(place, &why)),
    }
}

/// Puts a text into a file, durably: whole or not at all.
///
/// # Errors
///
/// In words, when that fails.
pub(crate) fn write(place: &Path, text: &str) -> Result<(), String> {
    let put = || {
        let part = place.with_extension("part");
        let mut file = File::create(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, place)?;
        File::open(place.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    put().map_err(|why: io::Error| format!("{} cannot be written: {why}", place.display()))
}

/// What a file of settings says, as `parse` understands it.
///
/// # Errors
///
/// In words that name the file.
pub(crate) fn settings<T>(
    file: &Path,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, String> {
    let named = |why: String| format!("{}: {why}", file.display());
    let text = fs::read_to_string(file).map_err(|why| named(why.to_string()))?;
    parse(&text).map_err(named)
}
