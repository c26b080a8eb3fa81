//! Which events it is.

use super::{Bundle, TILE};
use crate::{
    note::Checkpoint,
    tree::{Hash, Hashing::Sha256, SM3},
    verdict::Wrong,
};

impl Bundle {
    /// What in the bundle is not what its own checkpoint says.
    pub(super) fn blame(&self) -> Vec<Wrong> {
        let root = self.checkpoint.root;
        let entries = self.whole();
        if entries.as_ref().is_some_and(|entries| Sha256.root(entries) == root) {
            // Every event is what was signed; what was kept beside them may not be.
            return self.kept_wrong(&entries.unwrap_or_default());
        }
        if let Some(kept) = self.proven() {
            return differences(&self.entries, kept);
        }
        if self.leads_to_root() {
            return self.tiles_wrong();
        }
        // Nothing that is left leads to the root. What does not even fit together is suspect.
        let mut wrong = differences(&self.entries, &self.kept);
        wrong.push(Wrong::Tampered(format!(
            "第 1 至 {} 号事件整体与检查点的根散列不符，包内没有可据以逐条比对的散列",
            self.checkpoint.size
        )));
        wrong
    }

    /// What in the bundle does not continue an older checkpoint; `kept` are the hashes of the
    /// events that it covers, where they are known.
    pub(super) fn continues(&self, old: &Checkpoint, kept: Option<&[Hash]>) -> Vec<Wrong> {
        let Checkpoint { origin, size, root, .. } = &self.checkpoint;
        if *origin != old.origin {
            let what = format!("两个检查点不是同一日志的：{} 与 {origin}", old.origin);
            return vec![Wrong::CannotTell(what)];
        }
        let mut wrong = Vec::new();
        if *size < old.size {
            let from = size.saturating_add(1);
            wrong.push(Wrong::Tampered(format!(
                "日志被截短：此前的检查点有 {} 个事件，现在只有 {size} 个，缺第 {from} 至 {} 号",
                old.size, old.size
            )));
        }
        let covered = usize::try_from(old.size).unwrap_or(usize::MAX).min(self.entries.len());
        let now: Option<Vec<Hash>> = self.entries.iter().take(covered).copied().collect();
        wrong.extend(self.unlike_by_sm3(old));
        if now.is_some_and(|now| Sha256.root(&now) == old.root) {
            return wrong;
        }
        if let Some(kept) = kept {
            wrong.extend(differences(self.entries.get(..covered).unwrap_or_default(), kept));
        } else if old.size < *size || (old.size == *size && *root != old.root) {
            wrong.push(Wrong::Tampered(format!(
                "第 1 至 {} 号事件中有与此前的检查点不符的",
                old.size
            )));
        }
        wrong
    }

    /// What is wrong if the events that a checkpoint covers do not lead to its root by SM3; nothing
    /// where that cannot be told.
    pub(super) fn unlike_by_sm3(&self, checkpoint: &Checkpoint) -> Option<Wrong> {
        let (root, sm3, hashing) = (checkpoint.sm3?, self.sm3.as_ref()?, SM3?);
        let covered = sm3.get(..usize::try_from(checkpoint.size).ok()?)?;
        (hashing.root(covered) != root).then(|| {
            let size = checkpoint.size;
            Wrong::Tampered(format!("第 1 至 {size} 号事件与检查点的国密 SM3 根散列不符"))
        })
    }

    /// Whether the hashes over full tiles, with those of the last tile, lead to the root.
    fn leads_to_root(&self) -> bool {
        let full = self.above.len().saturating_mul(TILE);
        let last = self.kept.get(full..).unwrap_or_default();
        let joined = match (self.above.is_empty(), last.is_empty()) {
            (true, _) => Sha256.root(last),
            (false, true) => Sha256.root(&self.above),
            // Full tiles are a power of two wide: the tree over them is joined with the last as
            // the tree over everything is.
            (false, false) => Sha256.root_with_rest(&self.above, &Sha256.root(last)),
        };
        joined == self.checkpoint.root
    }

    /// The hashes over full tiles are what was signed: which tiles are not.
    fn tiles_wrong(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let tiles = self.entries.chunks(TILE).zip(self.kept.chunks(TILE));
        for (n, (entries, kept)) in tiles.enumerate() {
            let before = n.saturating_mul(TILE);
            let whole: Option<Vec<Hash>> = entries.iter().copied().collect();
            let above = self.above.get(n);
            let true_to_it = above.is_none_or(|above| Sha256.root(kept) == *above);
            if true_to_it {
                wrong.extend(differences_after(before, entries, kept));
                continue;
            }
            wrong.extend(differences_after(before, entries, &[]));
            if whole.is_none_or(|whole| Some(Sha256.root(&whole)) != above.copied()) {
                let (from, to) = (before.saturating_add(1), before.saturating_add(entries.len()));
                wrong.push(Wrong::Tampered(format!("第 {from} 至 {to} 号事件中有与检查点不符的")));
            }
        }
        wrong
    }

    /// The events are what was signed: which hashes beside them are not.
    fn kept_wrong(&self, entries: &[Hash]) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for (n, (entry, kept)) in (1_u64..).zip(entries.iter().zip(&self.kept)) {
            if entry != kept {
                wrong.push(Wrong::Tampered(format!("第 {n} 号事件未变，但库中存的散列被改动")));
            }
        }
        for (n, (tile, above)) in (1_u64..).zip(entries.chunks(TILE).zip(&self.above)) {
            if Sha256.root(tile) != *above {
                wrong.push(Wrong::Tampered(format!("事件未变，但第 {n} 组上层散列被改动")));
            }
        }
        wrong
    }
}

/// The events that are missing, or not what `kept` says where it says something.
fn differences(entries: &[Option<Hash>], kept: &[Hash]) -> Vec<Wrong> {
    differences_after(0, entries, kept)
}

fn differences_after(before: usize, entries: &[Option<Hash>], kept: &[Hash]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for (n, entry) in entries.iter().enumerate() {
        let position = before.saturating_add(n).saturating_add(1);
        match (entry, kept.get(n)) {
            (None, _) => {
                wrong.push(Wrong::Tampered(format!("第 {position} 号事件缺失或无法读取")));
            }
            (Some(entry), Some(kept)) if entry != kept => {
                wrong.push(Wrong::Tampered(format!("第 {position} 号事件与原记录不符")));
            }
            (Some(_), _) => {}
        }
    }
    wrong
}
