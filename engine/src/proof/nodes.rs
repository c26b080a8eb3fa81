//! The tree in the database: leaf hashes stand with the events, and of the levels above them only
//! every eighth is stored, the hash over each full run of 256 below.
//!
//! These rows are beside those of registers, under a name of their own, and like them can be made again from
//! the events. They are what C2SP's tiles consist of. A tree by SM3 is kept likewise, but that the
//! hashes of its leaves are made from the events each time.

use std::{
    collections::HashMap,
    ops::{ControlFlow, Range},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fugong_core::{LogId, Position};

use crate::{
    error::Trouble,
    leaf::Leaf,
    store::{
        db::{Db, odd, values},
        events,
    },
    tree::{self, Hash, Hashing, Subtrees},
};

/// A full tile has so many hashes.
pub const TILE: u64 = 256;
/// The binary levels that a tile spans.
const HEIGHT: u32 = 8;

/// A hash that is to be stored: the tile level, its number there, the hash.
pub(super) type Node = (u32, u64, Hash);

/// Reads the tree of a log, each tile once.
pub(super) struct Nodes<'a> {
    db: &'a Db,
    log: LogId,
    hashing: Hashing,
    tiles: HashMap<(u32, u64), Vec<Hash>>,
}

impl<'a> Nodes<'a> {
    pub(super) fn of(db: &'a Db, log: LogId) -> Self {
        Self::by(Hashing::Sha256, db, log)
    }

    pub(super) fn by(hashing: Hashing, db: &'a Db, log: LogId) -> Self {
        Self { db, log, hashing, tiles: HashMap::new() }
    }

    /// The hashes of a tile, as far as they are there.
    pub(super) fn tile(&mut self, level: u32, n: u64) -> Result<&[Hash], Trouble> {
        if !self.tiles.contains_key(&(level, n)) {
            let tile = read(self.db, self.log, self.hashing, level, wide(n))?;
            self.tiles.insert((level, n), tile);
        }
        Ok(self.tiles.get(&(level, n)).map_or(&[], Vec::as_slice))
    }
}

impl Subtrees for Nodes<'_> {
    type Error = Trouble;

    fn hashing(&self) -> Hashing {
        self.hashing
    }

    fn hash(&mut self, level: u32, n: u64) -> Result<Hash, Trouble> {
        let (tile, above) = (level.div_euclid(HEIGHT), level.rem_euclid(HEIGHT));
        let count = 1_u64 << above;
        let first = n.saturating_mul(count);
        let offset = usize::try_from(first.rem_euclid(TILE)).unwrap_or(usize::MAX);
        let end = offset.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        let hashing = self.hashing;
        let run = self.tile(tile, first.div_euclid(TILE))?.get(offset..end);
        run.map(|run| tree::fold(hashing, run)).ok_or_else(|| torn(tile, first))
    }
}

/// Under which name the rows of a tree are kept.
fn name(hashing: Hashing) -> &'static str {
    match hashing {
        Hashing::Sha256 => "log:tree",
        #[cfg(feature = "gm")]
        Hashing::Sm3 => "log:tree:sm3",
    }
}

fn torn(level: u32, n: u64) -> Trouble {
    Trouble::Corrupt(format!(
        "the tree lacks a hash (level {level}, from number {n}): events or rows of it were \
         deleted; restore a backup"
    ))
}

/// The numbers of the hashes in a full tile.
fn wide(n: u64) -> Range<u64> {
    let first = n.saturating_mul(TILE);
    first..first.saturating_add(TILE)
}

/// The hashes of a tile level with these numbers, from the first on while none is missing.
fn read(
    db: &Db,
    log: LogId,
    hashing: Hashing,
    level: u32,
    numbers: Range<u64>,
) -> Result<Vec<Hash>, Trouble> {
    let mut hashes = Vec::new();
    let mut next = numbers.start;
    let mut take = |number: u64, hash: Hash| {
        if number != next {
            return ControlFlow::Break(());
        }
        next = next.saturating_add(1);
        hashes.push(hash);
        ControlFlow::Continue(())
    };
    if level == 0 && hashing != Hashing::Sha256 {
        let (before, count) = (Position(numbers.start), numbers.end.saturating_sub(numbers.start));
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        events::as_they_are(db, log, before, count, |position, event| {
            let leaf = event.ok().and_then(|event| Leaf::of(&event).encode().ok());
            // Where one is missing, those behind it are not taken either.
            let _missing = leaf.map(|leaf| take(position.0.saturating_sub(1), hashing.leaf(&leaf)));
        })?;
    } else if level == 0 {
        let sql = "SELECT position, leaf_hash FROM events \
                   WHERE log_id = ?1 AND position > ?2 AND position <= ?3 ORDER BY position";
        db.each(sql, values![log.0, numbers.start, numbers.end], |row| {
            Ok(take(row.count(0)?.saturating_sub(1), row.bytes(1)?))
        })?;
    } else {
        let sql = "SELECT row_key, row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                   AND version = 0 AND relation = ?3 AND row_key >= ?4 AND row_key < ?5 \
                   ORDER BY row_key";
        let (level, from, to) = (level.to_string(), key(numbers.start), key(numbers.end));
        db.each(sql, values![log.0, name(hashing), &level, &from, &to], |row| {
            let number = row.text(0)?.parse().map_err(|e| odd(0, &e))?;
            Ok(take(number, hash(row.text(1)?)?))
        })?;
    }
    Ok(hashes)
}

/// What the tree still lacks up to `head`: the next full runs of events, at most 256 of them, and
/// what they make full above.
pub(super) fn lacking(
    db: &Db,
    log: LogId,
    hashing: Hashing,
    head: u64,
) -> Result<Vec<Node>, Trouble> {
    let stored = stored(db, log, hashing, 1)?;
    let full = head.div_euclid(TILE).min(stored.saturating_add(TILE));
    let leaves = stored.saturating_mul(TILE)..full.saturating_mul(TILE);
    let leaves = read(db, log, hashing, 0, leaves)?;
    let tile = usize::try_from(TILE).unwrap_or(usize::MAX);
    let runs = leaves.chunks_exact(tile).map(|run| tree::fold(hashing, run));
    let mut nodes: Vec<Node> = (stored..).zip(runs).map(|(n, hash)| (1, n, hash)).collect();
    let mut level = 1;
    while let Some((_, last, _)) = nodes.iter().rfind(|(at, ..)| *at == level) {
        // At most one run of a level above the first becomes full by so many events.
        let run = last.saturating_add(1).div_euclid(TILE).saturating_sub(1);
        let above = level.saturating_add(1);
        if last.saturating_add(1) < TILE || run < self::stored(db, log, hashing, above)? {
            break;
        }
        let mut below = read(db, log, hashing, level, wide(run))?;
        let known =
            run.saturating_mul(TILE).saturating_add(u64::try_from(below.len()).unwrap_or(0));
        let fresh = nodes.iter().filter(|(at, n, _)| *at == level && known <= *n);
        below.extend(fresh.map(|(.., hash)| *hash));
        below.truncate(tile);
        if below.len() != tile {
            return Err(torn(level, run.saturating_mul(TILE)));
        }
        nodes.push((above, run, tree::fold(hashing, &below)));
        level = above;
    }
    Ok(nodes)
}

/// How many hashes of a tile level are stored.
fn stored(db: &Db, log: LogId, hashing: Hashing, level: u32) -> Result<u64, Trouble> {
    let sql = "SELECT row_key FROM register_rows WHERE log_id = ?1 AND register = ?2 \
               AND version = 0 AND relation = ?3 ORDER BY row_key DESC LIMIT 1";
    let last: Option<u64> =
        db.first(sql, values![log.0, name(hashing), &level.to_string()], |row| {
            row.text(0)?.parse().map_err(|e| odd(0, &e))
        })?;
    Ok(last.map_or(0, |last| last.saturating_add(1)))
}

/// Stores hashes; one that is there stays.
pub(super) fn store(db: &Db, log: LogId, hashing: Hashing, nodes: &[Node]) -> Result<(), Trouble> {
    let sql = "INSERT INTO register_rows (log_id, register, version, relation, row_key, row) \
               VALUES (?1, ?2, 0, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    for (level, n, hash) in nodes {
        let (level, key, hash) = (level.to_string(), key(*n), STANDARD.encode(hash));
        db.run(sql, values![log.0, name(hashing), &level, &key, &hash])?;
    }
    Ok(())
}

/// A number as a key that sorts like it.
pub(super) fn key(number: u64) -> String {
    format!("{number:020}")
}

/// A hash as it is stored and sent.
pub(super) fn hash(text: &str) -> Result<Hash, Trouble> {
    let bytes = STANDARD.decode(text).map_err(|e| odd(1, &e))?;
    bytes.try_into().map_err(|_| odd(1, &"no hash"))
}

impl Nodes<'_> {
    /// The root of the tree of so many leaves.
    pub(super) fn root(&mut self, size: u64) -> Result<Hash, Trouble> {
        tree::root(self, 0..size)
    }
}
