//! The hash tree of RFC 6962, from what it is made of.

use sha2::{Digest, Sha256, digest::Output};

/// A hash, of either kind.
pub type Hash = [u8; 32];

/// What a tree is hashed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hashing {
    /// SHA-256, as every log is.
    Sha256,
    /// SM3 (GB/T 32905), as a log may be beside that.
    #[cfg(feature = "gm")]
    Sm3,
}

/// SM3, where this program has it.
#[cfg(feature = "gm")]
pub const SM3: Option<Hashing> = Some(Hashing::Sm3);
/// SM3, where this program has it.
#[cfg(not(feature = "gm"))]
pub const SM3: Option<Hashing> = None;

impl Hashing {
    /// The hash of a leaf.
    pub fn leaf(self, leaf: &[u8]) -> Hash {
        self.of([&[0x00], leaf])
    }

    fn node(self, left: &Hash, right: &Hash) -> Hash {
        self.of([&[0x01], left, right])
    }

    fn of<const N: usize>(self, parts: [&[u8]; N]) -> Hash {
        match self {
            Self::Sha256 => digest::<Sha256, N>(parts).into(),
            #[cfg(feature = "gm")]
            Self::Sm3 => digest::<sm3::Sm3, N>(parts).into(),
        }
    }

    /// The root over hashes of one level.
    ///
    /// Full subtrees wait on a stack until their neighbour is full too; what is left is joined from
    /// the right.
    pub fn root(self, hashes: &[Hash]) -> Hash {
        let joined =
            self.full(hashes).into_iter().rev().reduce(|right, left| self.node(&left, &right));
        joined.unwrap_or_else(|| self.of([]))
    }

    /// The same, where a last subtree stands behind them that is not full.
    pub fn root_with_rest(self, hashes: &[Hash], rest: &Hash) -> Hash {
        self.full(hashes).into_iter().rev().fold(*rest, |right, left| self.node(&left, &right))
    }

    /// The full subtrees over hashes of one level, the largest first.
    fn full(self, hashes: &[Hash]) -> Vec<Hash> {
        let mut waiting: Vec<Hash> = Vec::new();
        for (n, hash) in (1_u64..).zip(hashes) {
            let mut hash = *hash;
            for _ in 0..n.trailing_zeros() {
                if let Some(left) = waiting.pop() {
                    hash = self.node(&left, &hash);
                }
            }
            waiting.push(hash);
        }
        waiting
    }

    /// The root that follows if leaf `n` of a tree of `size` has the hash `leaf` and `proof` stands
    /// beside its path, from the bottom up; none if the proof has another length.
    pub fn root_by_inclusion(self, n: u64, size: u64, leaf: Hash, proof: &[Hash]) -> Option<Hash> {
        let mut proof = proof.iter();
        let (mut hash, mut at, mut last) =
            (leaf, n, size.checked_sub(1).filter(|last| n <= *last)?);
        while 0 < last {
            // A node without a neighbour goes up as it is.
            if at.is_multiple_of(2) && at < last {
                hash = self.node(&hash, proof.next()?);
            } else if !at.is_multiple_of(2) {
                hash = self.node(proof.next()?, &hash);
            }
            (at, last) = (at >> 1, last >> 1);
        }
        proof.next().is_none().then_some(hash)
    }
}

fn digest<D: Digest, const N: usize>(parts: [&[u8]; N]) -> Output<D> {
    parts.into_iter().fold(D::new(), Digest::chain_update).finalize()
}
