//! The proof that one event is in a log, as C2SP's tlog-proof has it.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    bundle::Files,
    leaf::Leaf,
    policy::Policy,
    tree::{Hash, Hashing, SM3},
    verdict::{Verdict, Wrong, unread},
};

/// Checks the proof in a file: the leaf in another is the event that it speaks of.
pub fn check(proof: &Path, leaf: &Path, policy: &Policy) -> Verdict {
    let folder = Files::of(Path::new(""));
    let read = || {
        let text = folder.text(&proof.to_string_lossy())?;
        Ok((text, fs::read(leaf).map_err(|error| unread(leaf, &error))?))
    };
    match read().and_then(|(text, leaf)| sound(&text, &leaf, policy)) {
        Ok(sound) => Verdict { sound, wrong: Vec::new() },
        Err(wrong) => wrong.into(),
    }
}

/// What the proof shows.
fn sound(text: &str, leaf: &[u8], policy: &Policy) -> Result<String, Wrong> {
    let odd =
        || Wrong::CannotTell("不是事件证明（c2sp.org/tlog-proof@v1 或 sm3-proof@v1）".to_owned());
    let (head, note) = text.split_once("\n\n").ok_or_else(odd)?;
    let mut lines = head.lines().filter(|line| !line.starts_with("extra "));
    let hashing = match lines.next() {
        Some("c2sp.org/tlog-proof@v1") => Hashing::Sha256,
        Some("sm3-proof@v1") => SM3.ok_or_else(Wrong::without_gm)?,
        Some(_) | None => return Err(odd()),
    };
    let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or_else(odd)?;
    let index: u64 = index.parse().map_err(|_| odd())?;
    let hash = |line: &str| -> Option<Hash> { STANDARD.decode(line).ok()?.try_into().ok() };
    let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>().ok_or_else(odd)?;
    let checkpoint = policy.check(note)?;
    let signed = if hashing == Hashing::Sha256 {
        Some(checkpoint.root)
    } else {
        policy.signed_by_sm2(note)?;
        checkpoint.sm3
    };
    let position = index.saturating_add(1);
    let root = hashing.root_by_inclusion(index, checkpoint.size, hashing.leaf(leaf), &proof);
    if root.is_none() || root != signed {
        return Err(Wrong::Tampered(format!(
            "所给事件不是日志 {} 的第 {position} 号事件，或者证明被改动",
            checkpoint.origin
        )));
    }
    let named = Leaf::parse(leaf);
    let named =
        named.map_or_else(String::new, |leaf| format!("（{}，{}）", leaf.event_type, leaf.uuid()));
    Ok(format!(
        "所给事件{named}是日志 {} 的第 {position} 号事件，检查点共 {} 个事件",
        checkpoint.origin, checkpoint.size
    ))
}
