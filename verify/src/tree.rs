//! The hash tree of RFC 6962, from what it is made of.

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// The hash of a leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(leaf).finalize().into()
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over hashes of one level.
///
/// Full subtrees wait on a stack until their neighbour is full too; what is left is joined from
/// the right.
pub fn root(hashes: &[Hash]) -> Hash {
    let joined = full(hashes).into_iter().rev().reduce(|right, left| node_hash(&left, &right));
    joined.unwrap_or_else(|| Sha256::digest([]).into())
}

/// The same, where a last subtree stands behind them that is not full.
pub fn root_with_rest(hashes: &[Hash], rest: &Hash) -> Hash {
    full(hashes).into_iter().rev().fold(*rest, |right, left| node_hash(&left, &right))
}

/// The full subtrees over hashes of one level, the largest first.
fn full(hashes: &[Hash]) -> Vec<Hash> {
    let mut waiting: Vec<Hash> = Vec::new();
    for (n, hash) in (1_u64..).zip(hashes) {
        let mut hash = *hash;
        for _ in 0..n.trailing_zeros() {
            if let Some(left) = waiting.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        waiting.push(hash);
    }
    waiting
}

/// The root that follows if leaf `n` of a tree of `size` has the hash `leaf` and `proof` stands
/// beside its path, from the bottom up; none if the proof has another length.
pub fn root_by_inclusion(n: u64, size: u64, leaf: Hash, proof: &[Hash]) -> Option<Hash> {
    let mut proof = proof.iter();
    let (mut hash, mut at, mut last) = (leaf, n, size.checked_sub(1).filter(|last| n <= *last)?);
    while 0 < last {
        // A node without a neighbour goes up as it is.
        if at.is_multiple_of(2) && at < last {
            hash = node_hash(&hash, proof.next()?);
        } else if !at.is_multiple_of(2) {
            hash = node_hash(proof.next()?, &hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    proof.next().is_none().then_some(hash)
}
