//! The hash tree over a log, as RFC 6962 has it: roots, proofs, and what checks them.
//!
//! Leaves are numbered from 0: the event at position p is leaf p − 1. A tree of `size` leaves is
//! never stored whole: [`Subtrees`] gives the hash over any full, aligned run of 2^level leaves,
//! and everything else is made of those.

use std::ops::Range;

use sha2::{Digest, Sha256, digest::Output};

/// A hash, of either kind.
pub type Hash = [u8; 32];

/// What RFC 6962 puts before a leaf, and before two nodes, so that neither is taken for the other.
const LEAF_PREFIX: &[u8] = &[0x00];
const NODE_PREFIX: &[u8] = &[0x01];

/// What a tree is hashed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hashing {
    /// SHA-256, as every log is.
    Sha256,
    /// SM3 (GB/T 32905), as a log may be beside that.
    #[cfg(feature = "gm")]
    Sm3,
}

impl Hashing {
    /// The hash of a leaf.
    pub fn leaf(self, leaf: &[u8]) -> Hash {
        self.of([LEAF_PREFIX, leaf])
    }

    /// The hash over two nodes.
    pub fn node(self, left: &Hash, right: &Hash) -> Hash {
        self.of([NODE_PREFIX, left, right])
    }

    /// The root of a tree without leaves.
    pub fn empty(self) -> Hash {
        self.of([])
    }

    fn of<const N: usize>(self, parts: [&[u8]; N]) -> Hash {
        match self {
            Self::Sha256 => digest::<Sha256, N>(parts).into(),
            #[cfg(feature = "gm")]
            Self::Sm3 => digest::<sm3::Sm3, N>(parts).into(),
        }
    }
}

fn digest<D: Digest, const N: usize>(parts: [&[u8]; N]) -> Output<D> {
    parts.into_iter().fold(D::new(), Digest::chain_update).finalize()
}

/// Where the hashes of full subtrees are found.
pub(crate) trait Subtrees {
    type Error;

    /// What they are hashed with.
    fn hashing(&self) -> Hashing;

    /// The hash over the leaves from `n` · 2^`level`, 2^`level` of them.
    fn hash(&mut self, level: u32, n: u64) -> Result<Hash, Self::Error>;
}

/// The hash over two nodes, by SHA-256.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hashing::Sha256.node(left, right)
}

/// The root of a tree without leaves, by SHA-256.
pub fn empty_root() -> Hash {
    Hashing::Sha256.empty()
}

/// The hash over a run of nodes that are one level's, such as a full tile; their number is a power
/// of two.
pub(crate) fn fold(hashing: Hashing, nodes: &[Hash]) -> Hash {
    match nodes {
        [] => hashing.empty(),
        [one] => *one,
        _ => {
            let (left, right) = nodes.split_at(nodes.len() >> 1);
            hashing.node(&fold(hashing, left), &fold(hashing, right))
        }
    }
}

/// The hash over some leaves; they begin where a subtree of their size may begin.
pub(crate) fn root<S: Subtrees>(subtrees: &mut S, leaves: Range<u64>) -> Result<Hash, S::Error> {
    let count = leaves.end.saturating_sub(leaves.start);
    if count == 0 {
        return Ok(subtrees.hashing().empty());
    }
    if count.is_power_of_two() {
        let level = count.ilog2();
        return subtrees.hash(level, leaves.start.checked_shr(level).unwrap_or_default());
    }
    let (left, right) = halves(leaves);
    let (left, right) = (root(subtrees, left)?, root(subtrees, right)?);
    Ok(subtrees.hashing().node(&left, &right))
}

/// The proof that leaf `n` is in the tree over `leaves`, from the bottom up.
pub(crate) fn inclusion<S: Subtrees>(
    subtrees: &mut S,
    n: u64,
    leaves: Range<u64>,
) -> Result<Vec<Hash>, S::Error> {
    if leaves.end.saturating_sub(leaves.start) <= 1 {
        return Ok(Vec::new());
    }
    let (left, right) = halves(leaves);
    let (inside, beside) = if n < left.end { (left, right) } else { (right, left) };
    let mut proof = inclusion(subtrees, n, inside)?;
    proof.push(root(subtrees, beside)?);
    Ok(proof)
}

/// The proof that the tree of `old` leaves is the beginning of the tree over `leaves`.
pub(crate) fn consistency<S: Subtrees>(
    subtrees: &mut S,
    old: u64,
    leaves: Range<u64>,
) -> Result<Vec<Hash>, S::Error> {
    if old == leaves.end {
        // Whoever checks it knows the root of the old tree.
        return if leaves.start == 0 { Ok(Vec::new()) } else { Ok(vec![root(subtrees, leaves)?]) };
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (left, right) = halves(leaves);
    let (inside, beside) = if old <= left.end { (left, right) } else { (right, left) };
    let mut proof = consistency(subtrees, old, inside)?;
    proof.push(root(subtrees, beside)?);
    Ok(proof)
}

/// Whether `proof` shows that leaf `n` with the hash `leaf` is in the tree of `size` leaves with
/// this `root`, by SHA-256.
pub fn includes(root: &Hash, size: u64, n: u64, leaf: Hash, proof: &[Hash]) -> bool {
    Hashing::Sha256.includes((size, root), n, leaf, proof)
}

/// Whether `proof` shows that the tree `old` (its size and root) is the beginning of the tree
/// `new`, by SHA-256.
pub fn extends(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
    Hashing::Sha256.extends(old, new, proof)
}

impl Hashing {
    /// As [`includes`]; the tree by its size and root.
    pub fn includes(self, tree: (u64, &Hash), n: u64, leaf: Hash, proof: &[Hash]) -> bool {
        n < tree.0 && self.climb(n, 0..tree.0, leaf, proof).is_some_and(|found| found == *tree.1)
    }

    /// As [`extends`].
    pub fn extends(self, old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
        if old.0 == 0 {
            return proof.is_empty() && *old.1 == self.empty();
        }
        let found = (old.0 <= new.0).then(|| self.both(old.0, 0..new.0, *old.1, proof)).flatten();
        found.is_some_and(|(then, now)| then == *old.1 && now == *new.1)
    }

    fn climb(self, n: u64, leaves: Range<u64>, leaf: Hash, proof: &[Hash]) -> Option<Hash> {
        if leaves.end.saturating_sub(leaves.start) <= 1 {
            return proof.is_empty().then_some(leaf);
        }
        let ((beside, proof), (left, right)) = (proof.split_last()?, halves(leaves));
        Some(if n < left.end {
            self.node(&self.climb(n, left, leaf, proof)?, beside)
        } else {
            self.node(beside, &self.climb(n, right, leaf, proof)?)
        })
    }

    /// The roots that follow for the old tree and for the new one.
    fn both(
        self,
        old: u64,
        leaves: Range<u64>,
        root: Hash,
        proof: &[Hash],
    ) -> Option<(Hash, Hash)> {
        if old == leaves.end {
            return match proof {
                [] if leaves.start == 0 => Some((root, root)),
                [common] if leaves.start != 0 => Some((*common, *common)),
                _ => None,
            };
        }
        let ((beside, proof), (left, right)) = (proof.split_last()?, halves(leaves));
        Some(if old <= left.end {
            let (then, now) = self.both(old, left, root, proof)?;
            (then, self.node(&now, beside))
        } else {
            let (then, now) = self.both(old, right, root, proof)?;
            (self.node(beside, &then), self.node(beside, &now))
        })
    }
}

/// More than one leaf, parted where RFC 6962 parts them: the left is the largest power of two that
/// is less than their number.
fn halves(leaves: Range<u64>) -> (Range<u64>, Range<u64>) {
    let count = leaves.end.saturating_sub(leaves.start);
    let half = count.saturating_sub(1).checked_ilog2().map_or(0, |level| 1_u64 << level);
    let middle = leaves.start.saturating_add(half);
    (leaves.start..middle, middle..leaves.end)
}
