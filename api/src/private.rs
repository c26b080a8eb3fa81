//! Secrets in files of their own, which are for their owner alone.

use std::{fs::File, io::Read as _, path::Path};

/// No secret is longer, in bytes.
const LONGEST: u64 = 4096;

/// The text of a file that holds a secret, without white space around it.
///
/// # Errors
///
/// In words, with the file: that it cannot be read, is longer than 4 KiB, or can be used by others
/// than its owner.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    let told = |why: String| format!("{}: {why}", path.display());
    let file = File::open(path).map_err(|why| told(why.to_string()))?;
    check_owner_alone(&file).map_err(told)?;
    let mut text = String::new();
    let read = file.take(LONGEST.saturating_add(1)).read_to_string(&mut text);
    read.map_err(|why| told(why.to_string()))?;
    if u64::try_from(text.len()).map_or(true, |length| LONGEST < length) {
        return Err(told(format!("it is longer than {LONGEST} bytes")));
    }
    Ok(text.trim().to_owned())
}

/// What is opened is asked, and not its name: nobody puts another file there meanwhile. A file of root
/// may be read by its group, which is how a service is handed one that is not its own.
#[cfg(unix)]
fn check_owner_alone(file: &File) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let about = file.metadata().map_err(|why| why.to_string())?;
    let others = if about.uid() == 0 { 0o037 } else { 0o077 };
    if about.mode() & others == 0 {
        return Ok(());
    }
    Err(format!(
        "others than its owner may use it (mode {:03o}): chmod 600 it",
        about.mode() & 0o777
    ))
}

#[cfg(not(unix))]
fn check_owner_alone(_: &File) -> Result<(), String> {
    Ok(())
}
