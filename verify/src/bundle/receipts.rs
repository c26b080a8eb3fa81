//! The receipts of commands: they and the events say the same.
//!
//! Each event names its command, and is hashed with that name. So which receipts there are, and for
//! which events each stands, follows from the events. Each event also has a digest of what else the
//! receipt says. Older ones have not: there the version that it names is at least that of something
//! that the command left behind, or was decided on.

use std::collections::{BTreeMap, HashMap, HashSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Files;
use crate::{leaf::Leaf, verdict::Wrong};

/// A receipt, as a line of the bundle has it.
#[derive(Debug, Deserialize)]
struct Receipt {
    command_id: String,
    /// Of its last event.
    position: u64,
    /// How many.
    events: u64,
    /// Of what it was about.
    version: u64,
    /// The SHA-256 of what tells a repeat from another request.
    #[serde(default)]
    fingerprint: Option<String>,
    /// The SHA-256 of the text of the command, where it was kept.
    #[serde(default)]
    command: Option<String>,
}

impl Receipt {
    /// The digest that its events have; none if it does not say enough.
    fn digest(&self) -> Option<String> {
        let hash = |text: &String| STANDARD.decode(text).ok().filter(|hash| hash.len() == 32);
        let mut all = Sha256::new();
        all.update(self.version.to_be_bytes());
        all.update(hash(self.fingerprint.as_ref()?)?);
        if let Some(command) = &self.command {
            all.update(hash(command)?);
        }
        Some(STANDARD.encode(all.finalize()))
    }
}

/// The receipts of a bundle, while its events are gone through.
pub(super) struct Receipts {
    /// Those that stand for events, by the position of the last.
    by_end: BTreeMap<u64, Receipt>,
    /// Of the command that is being gone through: how many events were met, and the versions that
    /// it leaves behind.
    met: (u64, HashMap<(String, String), u64>),
    /// The last event that was met.
    last: u64,
    wrong: Vec<Wrong>,
}

impl Receipts {
    pub(super) fn read(files: &Files) -> Result<Self, Wrong> {
        let (mut by_end, mut wrong) = (BTreeMap::new(), Vec::new());
        let mut seen = HashSet::new();
        for line in files.text("receipts")?.lines() {
            let receipt: Receipt = serde_json::from_str(line)
                .map_err(|error| Wrong::CannotTell(format!("回执无法读取（{error}）：{line}")))?;
            if !seen.insert(receipt.command_id.clone()) {
                wrong.push(tampered(&receipt, "重复"));
            }
            if receipt.position < receipt.events {
                wrong.push(tampered(&receipt, "的事件数不对"));
            } else if receipt.events != 0
                && let Some(other) = by_end.insert(receipt.position, receipt)
            {
                wrong.push(tampered(&other, "与另一回执指向同一事件"));
            }
        }
        Ok(Self { by_end, met: (0, HashMap::new()), last: 0, wrong })
    }

    /// Holds an event against its receipt; what cannot be read is found by its hash.
    pub(super) fn meet(&mut self, position: usize, leaf: Option<&Leaf<'_>>) {
        let position = u64::try_from(position).unwrap_or(u64::MAX);
        self.last = self.last.max(position);
        let Some(leaf) = leaf else { return };
        let receipt = self.by_end.range(position..).next().map(|(_, receipt)| receipt);
        let of_receipt = receipt.filter(|receipt| {
            position <= receipt.position
                && receipt.position.saturating_sub(receipt.events) < position
        });
        match (of_receipt, leaf.command_id) {
            (Some(receipt), Some(command)) if receipt.command_id == command => {
                let (count, versions) = &mut self.met;
                let (kind, id) = leaf.aggregate;
                versions.insert((kind.to_owned(), id.to_owned()), leaf.sequence);
                *count = count.saturating_add(1);
                if receipt.position == position {
                    let (count, versions) = std::mem::take(&mut self.met);
                    let left = versions.into_values().any(|at| at == receipt.version);
                    if count != receipt.events {
                        self.wrong.push(tampered(receipt, &format!("只有 {count} 个事件")));
                    } else if let Some(said) = leaf.receipt {
                        match receipt.digest() {
                            Some(digest) if digest == said => {}
                            Some(_) => self.wrong.push(tampered(receipt, "的内容与事件所记不符")),
                            None => self.wrong.push(Wrong::CannotTell(format!(
                                "回执 {} 缺少核对所需的摘要",
                                receipt.command_id
                            ))),
                        }
                    } else if !left && !facts(leaf).contains(&receipt.version) {
                        self.wrong.push(tampered(receipt, "的版本与事件不符"));
                    }
                }
            }
            (Some(receipt), Some(_) | None) => {
                let wrong = tampered(receipt, &format!("与第 {position} 号事件不符"));
                self.wrong.push(wrong);
            }
            (None, Some(command)) => self.wrong.push(Wrong::Tampered(format!(
                "第 {position} 号事件（{}，{}）没有回执：{command}",
                leaf.event_type,
                leaf.uuid()
            ))),
            (None, None) => {}
        }
    }

    /// What is wrong with them.
    pub(super) fn end(mut self) -> Vec<Wrong> {
        let behind = self.by_end.range(self.last.saturating_add(1)..);
        self.wrong.extend(behind.map(|(_, receipt)| tampered(receipt, "所称的事件不存在")));
        self.wrong
    }
}

/// The versions of what the command was decided on.
fn facts(leaf: &Leaf<'_>) -> Vec<u64> {
    #[derive(Default, Deserialize)]
    struct Trace {
        #[serde(default)]
        facts: HashMap<String, u64>,
    }
    let trace: Option<Trace> = leaf.trace.and_then(|trace| serde_json::from_str(trace).ok());
    trace.unwrap_or_default().facts.into_values().collect()
}

fn tampered(receipt: &Receipt, what: &str) -> Wrong {
    Wrong::Tampered(format!(
        "回执 {}（第 {} 号事件止，共 {} 个）{what}",
        receipt.command_id, receipt.position, receipt.events
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found of a receipt of this version, where the event has no digest of it.
    fn found(version: u64) -> Vec<Wrong> {
        let receipt = Receipt {
            command_id: "c/1".to_owned(),
            position: 1,
            events: 1,
            version,
            fingerprint: None,
            command: None,
        };
        let by_end = BTreeMap::from([(1, receipt)]);
        let met = (0, HashMap::new());
        let mut receipts = Receipts { by_end, met, last: 0, wrong: Vec::new() };
        let leaf = Leaf {
            log: 7,
            aggregate: ("jar", "1"),
            sequence: 4,
            event_type: "told",
            event_version: "1.0",
            payload: "{}",
            recorded_at: 0,
            metadata: Vec::new(),
            event_id: [0; 16],
            command_id: Some("c/1"),
            trace: Some(r#"{"facts":{"jar/2":9}}"#),
            receipt: None,
        };
        receipts.meet(1, Some(&leaf));
        receipts.end()
    }

    #[test]
    fn a_receipt_of_events_that_there_are_none_of_is_found() {
        let of = |position, events| Receipt {
            command_id: format!("c/{position}"),
            position,
            events,
            version: 1,
            fingerprint: None,
            command: None,
        };
        let by_end = BTreeMap::from([(1, of(1, 1)), (9, of(9, 2))]);
        let met = (0, HashMap::new());
        let mut receipts = Receipts { by_end, met, last: 0, wrong: Vec::new() };
        receipts.meet(1, None);
        let found = receipts.end();
        assert!(
            matches!(found.as_slice(), [Wrong::Tampered(what)] if what.contains("c/9")),
            "{found:?}"
        );
    }

    #[test]
    fn a_version_that_an_older_event_has_no_digest_of_is_one_of_those_it_rests_on() {
        assert_eq!((found(4), found(9)), (Vec::new(), Vec::new()));
        assert!(matches!(found(5).as_slice(), [Wrong::Tampered(_)]));
    }
}
