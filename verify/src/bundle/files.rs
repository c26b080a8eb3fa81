//! The files of a bundle.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::TILE;
use crate::{
    tree::Hash,
    verdict::{Wrong, unread},
};

/// A folder with a bundle.
pub(crate) struct Files(PathBuf);

/// What a file says.
pub(crate) fn text(path: &Path) -> Result<String, Wrong> {
    fs::read_to_string(path).map_err(|error| unread(path, &error))
}

impl Files {
    pub(crate) fn of(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, Wrong> {
        text(&self.0.join(name))
    }

    /// The hashes of a tile.
    pub(super) fn hashes(&self, level: &str, n: usize, width: usize) -> Result<Vec<Hash>, Wrong> {
        let (name, bytes) = self.tile(level, n, width)?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if hashes.len() == width && rest.is_empty() {
            Ok(hashes.to_vec())
        } else {
            Err(Wrong::CannotTell(format!("{name} 应有 {width} 个散列")))
        }
    }

    /// The leaves of a tile; an empty one stands for an event that is missing.
    pub(super) fn entries(&self, n: usize, width: usize) -> Result<Vec<Vec<u8>>, Wrong> {
        let (name, bytes) = self.tile("entries", n, width)?;
        let torn = || Wrong::CannotTell(format!("{name} 应有 {width} 个完整的事件"));
        let (mut leaves, mut rest) = (Vec::with_capacity(width), bytes.as_slice());
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let length = u16::from_be_bytes(*length).into();
            let (leaf, after) = after.split_at_checked(length).ok_or_else(torn)?;
            leaves.push(leaf.to_vec());
            rest = after;
        }
        if leaves.len() == width && rest.is_empty() { Ok(leaves) } else { Err(torn()) }
    }

    fn tile(&self, level: &str, n: usize, width: usize) -> Result<(String, Vec<u8>), Wrong> {
        let mut place = format!("{:03}", n.rem_euclid(1_000));
        let mut rest = n.div_euclid(1_000);
        while 0 < rest {
            place = format!("x{:03}/{place}", rest.rem_euclid(1_000));
            rest = rest.div_euclid(1_000);
        }
        let part = if width == TILE { String::new() } else { format!(".p/{width}") };
        let name = format!("tile/{level}/{place}{part}");
        let path = self.0.join(&name);
        let bytes = fs::read(&path).map_err(|error| unread(&path, &error))?;
        Ok((name, bytes))
    }
}
