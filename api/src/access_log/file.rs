//! The file of the access log: lines of JSON, each with the SHA-256 of the line before it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Error, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Entry;

/// So many bytes are read at once, from the end backwards.
const BLOCK: u64 = 64 * 1024;
/// So many processes write beside each other at most, each a file.
const FILES: u32 = 64;

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Head {
    /// The file.
    pub(crate) file: String,
    /// How many lines it has.
    pub(crate) lines: u64,
    /// The SHA-256 of the last of them; of none, of nothing.
    pub(crate) sha256: String,
    /// Its bytes.
    #[serde(skip)]
    length: u64,
}

/// A line as it stands.
#[derive(Debug, Serialize, Deserialize)]
struct Line<E> {
    n: u64,
    before: String,
    #[serde(flatten)]
    entry: E,
}

/// Some lines, the last first.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) items: Vec<Value>,
    /// Where to go on.
    pub(crate) next: Option<u64>,
    pub(crate) head: Head,
}

/// A file that this process alone writes.
#[derive(Debug)]
pub(super) struct Chain {
    path: PathBuf,
    file: File,
    head: Head,
}

impl Chain {
    /// The first file of the folder that nobody else writes.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for n in 1..=FILES {
            let name = format!("{n}.ndjson");
            let path = folder.join(&name);
            let file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
            if file.try_lock().is_err() {
                continue;
            }
            File::open(folder)?.sync_all()?;
            let mut chain = Self { head: Head::none(name), path, file };
            chain.head = chain.found()?;
            return Ok(chain);
        }
        Err(Error::other("every file of it is written by another process"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// How far the file has come. What was cut off while it was written, and told to nobody, goes.
    fn found(&mut self) -> io::Result<Head> {
        let length = self.file.metadata()?.len();
        let (at, last) = last_line(&mut self.file, length)?;
        let whole = at.saturating_add(size(&last));
        if whole < length {
            self.file.set_len(whole)?;
            self.file.sync_all()?;
        }
        let Some(text) = last.strip_suffix(b"\n") else {
            return Ok(Head::none(self.head.file.clone()));
        };
        let line: Line<Value> = serde_json::from_slice(text)?;
        let file = self.head.file.clone();
        Ok(Head { file, lines: line.n, sha256: hashed(text), length: whole })
    }

    /// Appends lines, and flushes them once. Where that fails, the file is as it was before.
    pub(super) fn append(&mut self, entries: &[&Entry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let (mut head, mut text) = (self.head.clone(), Vec::new());
        for entry in entries {
            head.lines = head.lines.saturating_add(1);
            let line = Line { n: head.lines, before: head.sha256, entry };
            let line = serde_json::to_vec(&line)?;
            head.sha256 = hashed(&line);
            text.extend(line);
            text.push(b'\n');
        }
        let written = self.file.write_all(&text).and_then(|()| self.file.sync_data());
        if let Err(why) = written {
            self.file.set_len(self.head.length)?;
            return Err(why);
        }
        head.length = head.length.saturating_add(size(&text));
        self.head = head;
        Ok(())
    }
}

impl Head {
    fn none(file: String) -> Self {
        Self { file, lines: 0, sha256: hashed(b""), length: 0 }
    }
}

/// Lines that end before this place, the last first.
pub(super) fn last(
    path: &Path,
    head: &Head,
    before: Option<u64>,
    count: usize,
) -> io::Result<Part> {
    let mut file = File::open(path)?;
    let mut end = before.unwrap_or(head.length).min(head.length);
    let mut items = Vec::new();
    while 0 < end && items.len() < count {
        let (at, line) = last_line(&mut file, end)?;
        if at.saturating_add(size(&line)) != end {
            return Err(Error::other("a page begins within a line"));
        }
        items.push(serde_json::from_slice(&line)?);
        end = at;
    }
    Ok(Part { items, next: (0 < end).then_some(end), head: head.clone() })
}

/// The last whole line that ends at `end` or before it, with its end, and where it begins.
fn last_line(file: &mut File, end: u64) -> io::Result<(u64, Vec<u8>)> {
    let (mut from, mut bytes) = (end, Vec::new());
    loop {
        let step = from.min(BLOCK);
        from = from.saturating_sub(step);
        file.seek(SeekFrom::Start(from))?;
        let mut block = Vec::new();
        (&*file).take(step).read_to_end(&mut block)?;
        block.append(&mut bytes);
        bytes = block;
        let ends = bytes.iter().rposition(|byte| *byte == b'\n');
        let text = ends.and_then(|ends| bytes.get(..ends)).unwrap_or_default();
        let begins = text.iter().rposition(|byte| *byte == b'\n');
        match (ends, begins) {
            (Some(ends), Some(begins)) => {
                let first = begins.saturating_add(1);
                let line = bytes.get(first..=ends).unwrap_or_default().to_vec();
                return Ok((from.saturating_add(u64::try_from(first).unwrap_or_default()), line));
            }
            (Some(ends), None) if from == 0 => {
                return Ok((0, bytes.get(..=ends).unwrap_or_default().to_vec()));
            }
            (None, _) if from == 0 => return Ok((0, Vec::new())),
            _ => {}
        }
    }
}

fn hashed(text: &[u8]) -> String {
    format!("{:x}", Sha256::digest(text))
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
