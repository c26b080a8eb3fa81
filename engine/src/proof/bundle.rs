//! A bundle: everything that somebody without the database needs to check a log, as files.
//!
//! It is written from the tables as they are, also where they were tampered with: what is missing
//! is left empty, and nothing is mended or judged. That is for `fugong-verify`, which shares no
//! code with this.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fugong_core::{LogId, Position};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    Checkpoint,
    nodes::{Nodes, TILE},
    reading::{self, width},
};
use crate::{
    Database, OpenError,
    error::Trouble,
    leaf::Leaf,
    store::{
        self,
        db::{Db, values},
        events,
    },
    tree::Hash,
};

/// What a bundle holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Which log.
    pub log: LogId,
    /// How many events its checkpoint covers; those after it are not in it.
    pub size: u64,
}

/// Writes a bundle of a log into the folder `to`, which must not exist or be empty:
///
/// * `checkpoint`, the last that was signed;
/// * `witnessed`, where there is one: a checkpoint with the signatures of witnesses;
/// * `tile/…` and `tile/entries/…`, as C2SP's tlog-tiles has them; an entry without bytes stands
///   for an event that is missing or cannot be read;
/// * `receipts`, a JSON object a line: `command_id`, `position` of its last event, `events`,
///   `version`, and the SHA-256 of its `fingerprint` and of the `command`'s text, or null where no
///   text was kept;
/// * `policy`, as C2SP's tlog-policy has it: whose signatures count. It is what the caller says,
///   and whoever checks the bundle had better bring his own.
///
/// # Errors
///
/// [`OpenError`] when the log has no checkpoint, or something cannot be read or written.
pub async fn export_bundle(
    from: Database,
    log: LogId,
    to: PathBuf,
    policy: String,
    witnessed: Option<String>,
) -> Result<Exported, OpenError> {
    let write = move || {
        let folder = Folder::fresh(to)?;
        let size = store::reader(&from)?.snapshot(|db| whole(db, log, &folder))?;
        folder.write("policy", policy.as_bytes())?;
        if let Some(note) = witnessed {
            folder.write("witnessed", note.as_bytes())?;
        }
        Ok(Exported { log, size })
    };
    let written = tokio::task::spawn_blocking(write).await;
    written.unwrap_or_else(|lost| Err(OpenError::Unavailable(lost.to_string())))
}

fn whole(db: &Db, log: LogId, folder: &Folder) -> Result<u64, Trouble> {
    let unsealed = || {
        Trouble::Unavailable(format!(
            "log {log} has no checkpoint: make a key with `fugong log init` and sign one with \
             `fugong log checkpoint`"
        ))
    };
    let note = reading::latest(db, log)?.ok_or_else(unsealed)?;
    let size = note.parse::<Checkpoint>().map_or(0, |checkpoint| checkpoint.size);
    folder.write("checkpoint", note.as_bytes())?;
    for n in 0..size.div_ceil(TILE) {
        let width = width(size, 0, n);
        let (hashes, entries) = leaves(db, log, n, width)?;
        folder.write(&tile("0", n, width), &hashes.concat())?;
        folder.write(&tile("entries", n, width), &entries)?;
    }
    let mut tree = Nodes::of(db, log);
    let mut level = 1;
    while 0 < width(size, level, 0) {
        let mut n = 0;
        while 0 < width(size, level, n) {
            let width = width(size, level, n);
            let mut hashes = tree.tile(level, n)?.to_vec();
            hashes.resize(width, Hash::default());
            folder.write(&tile(&level.to_string(), n, width), &hashes.concat())?;
            n = n.saturating_add(1);
        }
        level = level.saturating_add(1);
    }
    receipts(db, log, size, folder)?;
    Ok(size)
}

/// The hashes that are stored with the events of a tile, and the bundle of their leaves.
fn leaves(db: &Db, log: LogId, n: u64, width: usize) -> Result<(Vec<Hash>, Vec<u8>), Trouble> {
    let before = n.saturating_mul(TILE);
    let mut hashes = vec![Hash::default(); width];
    let mut leaves = vec![Vec::new(); width];
    events::as_they_are(db, log, Position(before), width, |position, event| {
        let at = position.0.saturating_sub(before).saturating_sub(1);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        // What cannot be read is not what was recorded.
        let Ok(event) = event else { return };
        if let (Some(hash), Some(leaf)) = (hashes.get_mut(at), leaves.get_mut(at)) {
            *hash = event.leaf_hash;
            *leaf = Leaf::of(&event).encode().unwrap_or_default();
        }
    })?;
    let mut bundle = Vec::new();
    for leaf in leaves {
        bundle.extend_from_slice(&u16::try_from(leaf.len()).unwrap_or_default().to_be_bytes());
        bundle.extend_from_slice(&leaf);
    }
    Ok((hashes, bundle))
}

fn receipts(db: &Db, log: LogId, size: u64, folder: &Folder) -> Result<(), Trouble> {
    let mut out = BufWriter::new(folder.file("receipts")?);
    let hashed = |text: &str| STANDARD.encode(Sha256::digest(text));
    let sql = "SELECT command_id, position, events, version, fingerprint, command FROM commands \
               WHERE log_id = ?1 AND position <= ?2 ORDER BY position, command_id";
    let mut written = Ok(());
    db.each(sql, values![log.0, size], |row| {
        let receipt = json!({
            "command_id": row.text(0)?,
            "position": row.int(1)?,
            "events": row.int(2)?,
            "version": row.int(3)?,
            "fingerprint": hashed(row.text(4)?),
            "command": row.maybe_text(5)?.map(hashed),
        });
        written = writeln!(out, "{receipt}");
        Ok(if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    written.and_then(|()| out.flush()).map_err(|error| folder.unwritable(&error))
}

/// Where a tile lies: `tile/<level>/x001/x234/067`, and with less than 256 hashes `.p/<width>`.
fn tile(level: &str, n: u64, width: usize) -> String {
    let mut path = format!("{:03}", n.rem_euclid(1_000));
    let mut rest = n.div_euclid(1_000);
    while 0 < rest {
        path = format!("x{:03}/{path}", rest.rem_euclid(1_000));
        rest = rest.div_euclid(1_000);
    }
    let full = usize::try_from(TILE).is_ok_and(|tile| tile == width);
    let part = if full { String::new() } else { format!(".p/{width}") };
    format!("tile/{level}/{path}{part}")
}

/// The folder of a bundle.
struct Folder(PathBuf);

impl Folder {
    fn fresh(path: PathBuf) -> Result<Self, OpenError> {
        let folder = Self(path);
        fs::create_dir_all(&folder.0).map_err(|error| folder.unwritable(&error))?;
        let mut there = fs::read_dir(&folder.0).map_err(|error| folder.unwritable(&error))?;
        if there.next().is_some() {
            return Err(OpenError::Exists(folder.0.display().to_string()));
        }
        Ok(folder)
    }

    fn file(&self, name: &str) -> Result<File, Trouble> {
        let path = self.0.join(name);
        let made = fs::create_dir_all(path.parent().unwrap_or(Path::new(".")));
        made.and_then(|()| File::create_new(path)).map_err(|error| self.unwritable(&error))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        self.file(name)?.write_all(bytes).map_err(|error| self.unwritable(&error))
    }

    fn unwritable(&self, error: &io::Error) -> Trouble {
        Trouble::Unavailable(format!("{} cannot be written: {error}", self.0.display()))
    }
}
