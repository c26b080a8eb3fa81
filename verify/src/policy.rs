//! Whose signatures count, as C2SP's tlog-policy has it.

use std::collections::{HashMap, HashSet};

use crate::{
    note::{Checkpoint, Key, Note, Signed},
    verdict::Wrong,
};

/// Logs, witnesses, and how many of these it takes.
#[derive(Debug, Default)]
pub struct Policy {
    logs: Vec<Key>,
    witnesses: HashMap<String, Key>,
    groups: HashMap<String, (usize, Vec<String>)>,
    quorum: Option<String>,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// The line that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut policy = Self::default();
        for line in text.lines() {
            let words: Vec<_> = line.split_ascii_whitespace().collect();
            let wrong = || format!("验证策略的这一行不对：{line}");
            match words.as_slice() {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", key] | ["log", key, _] => policy.logs.push(Key::parse(key)?),
                ["witness", name, key] | ["witness", name, key, _] => {
                    policy.new_name(name).ok_or_else(wrong)?;
                    policy.witnesses.insert((*name).to_owned(), Key::parse(key)?);
                }
                ["group", name, least, members @ ..] => {
                    policy.new_name(name).ok_or_else(wrong)?;
                    let least = match *least {
                        "all" => members.len(),
                        "any" => 1,
                        number => number.parse().map_err(|_| wrong())?,
                    };
                    let known = members.iter().all(|member| policy.knows(member));
                    let distinct = members.iter().collect::<HashSet<_>>().len() == members.len();
                    if !known || !distinct || !(1..=members.len()).contains(&least) {
                        return Err(wrong());
                    }
                    let members = members.iter().map(|&member| member.to_owned()).collect();
                    policy.groups.insert((*name).to_owned(), (least, members));
                }
                ["quorum", "none"] => policy.quorum = None,
                ["quorum", name] if policy.knows(name) => policy.quorum = Some((*name).to_owned()),
                _ => return Err(wrong()),
            }
        }
        if policy.logs.is_empty() {
            return Err("验证策略里没有日志的公钥（log …）".to_owned());
        }
        Ok(policy)
    }

    /// One log by its key, and no witnesses.
    ///
    /// # Errors
    ///
    /// When it is no key.
    pub fn of_key(key: &str) -> Result<Self, String> {
        Ok(Self { logs: vec![Key::parse(key)?], ..Self::default() })
    }

    /// The checkpoint of a note that the log signed, and witnesses as many as it takes.
    ///
    /// # Errors
    ///
    /// [`Wrong::Tampered`] when a signature does not fit, [`Wrong::CannotTell`] when one is missing.
    pub fn check(&self, note: &str) -> Result<Checkpoint, Wrong> {
        let checkpoint = self.signed(note)?;
        if self.is_witnessed(note) {
            return Ok(checkpoint);
        }
        Err(Wrong::CannotTell(format!("检查点（{} 个事件）的见证签名不足", checkpoint.size)))
    }

    /// Whether as many witnesses signed a note as it takes.
    pub fn is_witnessed(&self, note: &str) -> bool {
        let Some(quorum) = &self.quorum else { return true };
        Note::parse(note).is_ok_and(|note| self.witnessed(quorum, &note))
    }

    /// The checkpoint of a note that the log signed.
    ///
    /// # Errors
    ///
    /// As [`Self::check`].
    pub fn signed(&self, note: &str) -> Result<Checkpoint, Wrong> {
        let note = Note::parse(note).map_err(Wrong::CannotTell)?;
        let checkpoint = note.checkpoint().map_err(Wrong::CannotTell)?;
        let mut signed = Signed::Absent;
        for key in self.logs.iter().filter(|key| key.name == checkpoint.origin) {
            match note.signed(key) {
                Signed::Absent => {}
                // It stands beside the other, never in its place.
                Signed::Yes if key.is_sm2() => {}
                Signed::Yes => signed = Signed::Yes,
                Signed::Wrong => {
                    return Err(Wrong::Tampered(format!(
                        "检查点（{} 个事件）的签名与内容不符",
                        checkpoint.size
                    )));
                }
            }
        }
        if signed == Signed::Yes {
            return Ok(checkpoint);
        }
        Err(Wrong::CannotTell(format!("检查点没有已知密钥的签名：日志 {}", checkpoint.origin)))
    }

    /// Where the log has keys by SM2, one of them signed a note, with a root by SM3 in it.
    ///
    /// # Errors
    ///
    /// As [`Self::check`].
    pub fn signed_by_sm2(&self, note: &str) -> Result<(), Wrong> {
        let note = Note::parse(note).map_err(Wrong::CannotTell)?;
        let Checkpoint { origin, sm3, .. } = note.checkpoint().map_err(Wrong::CannotTell)?;
        let mut keys = self.logs.iter().filter(|key| key.is_sm2() && key.name == origin).peekable();
        if keys.peek().is_none() {
            return Ok(());
        }
        if sm3.is_some() && keys.any(|key| note.signed(key) == Signed::Yes) {
            return Ok(());
        }
        Err(Wrong::CannotTell(format!("检查点没有国密 SM2 签名或 SM3 根散列：日志 {origin}")))
    }

    fn witnessed(&self, name: &str, note: &Note) -> bool {
        if let Some(key) = self.witnesses.get(name) {
            return note.signed(key) == Signed::Yes;
        }
        let Some((least, members)) = self.groups.get(name) else { return false };
        *least <= members.iter().filter(|member| self.witnessed(member, note)).count()
    }

    fn knows(&self, name: &str) -> bool {
        self.witnesses.contains_key(name) || self.groups.contains_key(name)
    }

    fn new_name(&self, name: &str) -> Option<()> {
        (name != "none" && !self.knows(name)).then_some(())
    }
}
