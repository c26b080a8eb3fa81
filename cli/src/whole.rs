//! Files that are written whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// Where a file is made before it takes its place; it goes again if it does not.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // After it took its place nothing is there.
        let _gone = fs::remove_file(&self.0);
    }
}

/// Has `make` write to another file beside `file` and puts it in place of what was there.
///
/// # Errors
///
/// What `make` says, and when there is no room; then `file` is as it was.
pub(crate) fn made(
    file: &Path,
    make: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |why| Failure::Unavailable(format!("{} 写不进去：{why}", file.display()));
    // A link stays one; a pipe or a terminal is nothing that could be replaced.
    let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if fs::metadata(&place).is_ok_and(|it| !it.is_file() && !it.is_dir()) {
        return make(&place);
    }
    let mut name = OsString::from(".");
    name.push(place.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = Part(place.with_file_name(name));
    File::create(&part.0).map_err(failed)?;
    make(&part.0)?;
    fs::rename(&part.0, &place).map_err(failed)
}

/// The same for what is written piece by piece.
///
/// # Errors
///
/// As [`made`].
pub(crate) fn written(
    file: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |why| Failure::Unavailable(format!("{} 写不进去：{why}", file.display()));
    made(file, |part| {
        let mut out = File::create(part).map(BufWriter::new).map_err(failed)?;
        write(&mut out)?;
        out.flush().map_err(failed)
    })
}
