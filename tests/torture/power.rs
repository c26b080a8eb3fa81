//! A power cut: a small library between the process and the system remembers what each write and
//! truncation replaced until the file is flushed; after the kill, what was never flushed is put
//! back as it was.
//!
//! The library is C, since it stands in for the C library's own functions. A file's length and
//! bytes are what is tracked; a lost rename or a lost directory entry is not.

use std::{
    fs::{self, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::Command,
};

/// The library, built, and the folder of what it remembers.
pub(super) struct Shim {
    folder: tempfile::TempDir,
}

impl Shim {
    /// Builds it with the C compiler that links Rust programs too.
    pub(super) fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("torture/power.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(folder.path().join("power.so"))
            .arg(source)
            .args(["-ldl", "-lpthread"])
            .status()
            .unwrap();
        assert!(built.success());
        fs::create_dir(folder.path().join("undo")).unwrap();
        Self { folder }
    }

    fn undo(&self) -> PathBuf {
        self.folder.path().join("undo")
    }

    /// Lets `command` run with it, for the files in `watched`.
    pub(super) fn load_into(&self, command: &mut Command, watched: &Path) {
        for old in fs::read_dir(self.undo()).unwrap() {
            fs::remove_file(old.unwrap().path()).unwrap();
        }
        command
            .env("LD_PRELOAD", self.folder.path().join("power.so"))
            .env("POWER_WATCH", watched)
            .env("POWER_UNDO", self.undo());
    }

    /// Puts every file back to what was last flushed: how many writes were lost.
    pub(super) fn drop_unsynced(&self) -> usize {
        let journals = fs::read_dir(self.undo()).unwrap();
        journals.map(|entry| undo(&entry.unwrap().path())).sum()
    }
}

/// Takes back the records of one file, the last first. A record is: the offset, the length the
/// file had, how many bytes it replaced, and these bytes.
fn undo(journal: &Path) -> usize {
    let mut bytes = Vec::new();
    fs::File::open(journal).unwrap().read_to_end(&mut bytes).unwrap();
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return 0 };
    let path = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut records = Vec::new();
    let mut at = end + 1;
    while at + 24 <= bytes.len() {
        let number = |n: usize| u64::from_le_bytes(bytes[at + n..at + n + 8].try_into().unwrap());
        let (offset, length, replaced) = (number(0), number(8), number(16));
        let from = at + 24;
        let to = from + usize::try_from(replaced).unwrap();
        // The kill may have cut off the last record: then its write never happened.
        let Some(old) = bytes.get(from..to) else { break };
        records.push((offset, length, old));
        at = to;
    }
    let Ok(mut file) = OpenOptions::new().write(true).open(&path) else { return 0 };
    for (offset, length, old) in records.iter().rev() {
        file.seek(SeekFrom::Start(*offset)).unwrap();
        file.write_all(old).unwrap();
        file.set_len(*length).unwrap();
    }
    records.len()
}
