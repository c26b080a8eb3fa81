//! Whether the events are those that a checkpoint was signed over.

use crate::{
    proof::Checkpoint,
    tree::{Hash, empty_root, node_hash},
};

/// The tree over the leaves so far, as roots of full subtrees, the largest first.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    count: u64,
    /// Level and hash.
    roots: Vec<(u32, Hash)>,
}

impl Leaves {
    /// Adds the next leaf.
    pub(super) fn push(&mut self, leaf: Hash) {
        self.count = self.count.saturating_add(1);
        let (mut level, mut hash) = (0_u32, leaf);
        while let Some((_, left)) = self.roots.pop_if(|(own, _)| *own == level) {
            (level, hash) = (level.saturating_add(1), node_hash(&left, &hash));
        }
        self.roots.push((level, hash));
    }

    fn root(&self) -> Hash {
        let roots = self.roots.iter().rev().map(|(_, hash)| *hash);
        roots.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
    }

    /// Whether the checkpoint, if it is over just these leaves, is over these; none if it is over
    /// another number of them.
    pub(super) fn fit(&self, checkpoint: &Checkpoint) -> Option<bool> {
        (checkpoint.size == self.count).then(|| checkpoint.root == self.root())
    }
}
