//! A bundle, as `fugong export bundle` writes it: a checkpoint, tiles, entries, receipts.
//!
//! Nothing in it is believed for its own sake. The root that was signed is compared with the one
//! that follows from the entries; where they differ, the hashes that were kept beside the entries
//! tell which events it is, as far as they lead to the signed root themselves.

mod blame;
pub(crate) mod files;
mod receipts;

use std::path::Path;

use crate::{
    leaf::Leaf,
    note::Checkpoint,
    policy::Policy,
    tree::{Hash, Hashing::Sha256, SM3},
    verdict::{Verdict, Wrong},
};

pub(crate) use files::Files;
use receipts::Receipts;

/// A tile is so wide.
const TILE: usize = 256;
/// So many findings are told; whoever wants more has enough.
const TOLD: usize = 20;

/// What is in a bundle, hashed.
pub(crate) struct Bundle {
    pub(crate) checkpoint: Checkpoint,
    /// An older one with the signatures of witnesses that the last has not got yet.
    pub(crate) witnessed: Option<Checkpoint>,
    /// The hash of each entry; none where there is no entry.
    pub(crate) entries: Vec<Option<Hash>>,
    /// The hash that was kept beside each event.
    pub(crate) kept: Vec<Hash>,
    /// The hash that was kept over each full tile of those.
    pub(crate) above: Vec<Hash>,
    /// The hash of each entry by SM3, where the checkpoint has a root by it and this program can
    /// tell.
    pub(crate) sm3: Option<Vec<Hash>>,
    /// What is wrong with the receipts.
    pub(crate) receipts: Vec<Wrong>,
}

/// Checks the bundle in a folder by itself, against the checkpoint in it.
pub fn check(folder: &Path, policy: &Policy) -> Verdict {
    match Bundle::read(folder, policy) {
        Ok(bundle) => bundle.verdict(Vec::new()),
        Err(wrong) => wrong.into(),
    }
}

/// Checks the bundle in a folder, and that it continues an older checkpoint: a note, or an older
/// bundle, which can tell more.
pub fn check_since(old: &Path, folder: &Path, policy: &Policy) -> Verdict {
    let (bundle, old) = match (Bundle::read(folder, policy), Old::read(old, policy)) {
        (Ok(bundle), Ok(old)) => (bundle, old),
        (Err(wrong), _) | (_, Err(wrong)) => return wrong.into(),
    };
    let mut wrong = old.wrong;
    wrong.extend(bundle.continues(&old.checkpoint, old.kept.as_deref()));
    let Verdict { sound, wrong } = bundle.verdict(wrong);
    let sound = format!("{sound}，并且承接此前的检查点（{} 个事件）", old.checkpoint.size);
    Verdict { sound, wrong }
}

/// The hashes of events that were read.
#[derive(Debug)]
pub struct Hashes(Vec<Hash>);

impl Hashes {
    /// The root of the hash tree over the first so many of them, if there are so many.
    pub fn root(&self, size: usize) -> Option<Hash> {
        self.0.get(..size).map(|first| Sha256.root(first))
    }
}

/// Hands each of the first `size` events of a bundle to `each`, in order, or all if it has not so
/// many, and gives the hashes of what it handed out: whoever knows the root over them knows that
/// these are the events. All of them are those that were signed.
///
/// # Errors
///
/// When they cannot be read, or are not those that were signed; or what `each` says.
pub fn entries(
    folder: &Path,
    policy: &Policy,
    size: usize,
    mut each: impl FnMut(usize, &Leaf<'_>) -> Result<(), Wrong>,
) -> Result<Hashes, Wrong> {
    let files = Files::of(folder);
    let signed = policy.signed(&files.text("checkpoint")?)?;
    let whole = usize::try_from(signed.size);
    let whole = whole.map_err(|_| Wrong::CannotTell("检查点的事件数过大".to_owned()))?;
    let mut hashes = Vec::new();
    for n in 0..whole.div_ceil(TILE) {
        let width = whole.saturating_sub(n.saturating_mul(TILE)).min(TILE);
        for leaf in files.entries(n, width)? {
            if size <= hashes.len() {
                return Ok(Hashes(hashes));
            }
            let position = hashes.len().saturating_add(1);
            let unread = || Wrong::CannotTell(format!("第 {position} 个事件不合编码格式"));
            each(position, &Leaf::parse(&leaf).ok_or_else(unread)?)?;
            hashes.push(Sha256.leaf(&leaf));
        }
    }
    if hashes.len() == whole && Sha256.root(&hashes) != signed.root {
        return Err(Wrong::Tampered("包中的事件与检查点不符".to_owned()));
    }
    Ok(Hashes(hashes))
}

/// What is known from before.
struct Old {
    checkpoint: Checkpoint,
    /// The hash of each event, where a whole bundle is at hand.
    kept: Option<Vec<Hash>>,
    wrong: Vec<Wrong>,
}

impl Old {
    fn read(path: &Path, policy: &Policy) -> Result<Self, Wrong> {
        if !path.is_dir() {
            // Who kept it elsewhere is its witness.
            let checkpoint = policy.signed(&files::text(path)?)?;
            return Ok(Self { checkpoint, kept: None, wrong: Vec::new() });
        }
        let bundle = Bundle::read(path, policy)?;
        let kept = bundle.proven().map(<[Hash]>::to_vec);
        let wrong = match kept {
            Some(_) => Vec::new(),
            None => vec![Wrong::CannotTell("旧包自身与其检查点不符，不能逐条比对".to_owned())],
        };
        Ok(Self { checkpoint: bundle.checkpoint, kept, wrong })
    }
}

impl Bundle {
    pub(crate) fn read(folder: &Path, policy: &Policy) -> Result<Self, Wrong> {
        let files = Files::of(folder);
        let note = files.text("checkpoint")?;
        let checkpoint = policy.signed(&note)?;
        policy.signed_by_sm2(&note)?;
        let witnessed = if policy.is_witnessed(&note) {
            None
        } else {
            Some(policy.check(&files.text("witnessed")?)?)
        };
        let mut receipts = Receipts::read(&files)?;
        let size = usize::try_from(checkpoint.size)
            .map_err(|_| Wrong::CannotTell("检查点的事件数过大".to_owned()))?;
        let (mut entries, mut kept) = (Vec::new(), Vec::new());
        let hashing = checkpoint.sm3.and(SM3);
        let mut sm3 = hashing.map(|_| Vec::new());
        for n in 0..size.div_ceil(TILE) {
            let width = size.saturating_sub(n.saturating_mul(TILE)).min(TILE);
            kept.extend(files.hashes("0", n, width)?);
            for leaf in files.entries(n, width)? {
                let position = entries.len().saturating_add(1);
                receipts.meet(position, Leaf::parse(&leaf).as_ref());
                if let (Some(hashing), Some(sm3)) = (hashing, &mut sm3) {
                    sm3.push(hashing.leaf(&leaf));
                }
                entries.push((!leaf.is_empty()).then(|| Sha256.leaf(&leaf)));
            }
        }
        let mut above = Vec::new();
        let full = size.div_euclid(TILE);
        for n in 0..full.div_ceil(TILE) {
            let width = full.saturating_sub(n.saturating_mul(TILE)).min(TILE);
            above.extend(files.hashes("1", n, width)?);
        }
        let receipts = receipts.end();
        Ok(Self { checkpoint, witnessed, entries, kept, above, sm3, receipts })
    }

    /// The hash of each event, if they lead to the root that was signed.
    pub(crate) fn proven(&self) -> Option<&[Hash]> {
        (Sha256.root(&self.kept) == self.checkpoint.root).then_some(&self.kept)
    }

    /// The hash of each entry, if none is missing.
    pub(crate) fn whole(&self) -> Option<Vec<Hash>> {
        self.entries.iter().copied().collect()
    }

    /// What comes of it, with what was found out before.
    fn verdict(self, mut wrong: Vec<Wrong>) -> Verdict {
        let Checkpoint { origin, size, .. } = &self.checkpoint;
        let mut sound = format!("日志 {origin} 的 {size} 个事件与检查点一致，回执与事件相符");
        let mut found = self.blame();
        if self.sm3.is_some() {
            sound = format!("{sound}，国密 SM3 根散列也一致");
            found.extend(self.unlike_by_sm3(&self.checkpoint));
        }
        if let Some(witnessed) = &self.witnessed {
            sound = format!("{sound}，前 {} 个事件有见证", witnessed.size);
            found.extend(self.continues(witnessed, None));
        }
        for found in found {
            if !wrong.contains(&found) {
                wrong.push(found);
            }
        }
        wrong.extend(self.receipts);
        let more = wrong.len().saturating_sub(TOLD);
        wrong.truncate(TOLD);
        if 0 < more {
            wrong.push(Wrong::Tampered(format!("另有 {more} 处，未逐一列出")));
        }
        Verdict { sound, wrong }
    }
}
