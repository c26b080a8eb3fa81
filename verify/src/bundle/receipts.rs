//! The receipts of commands: they and the events say the same.
//!
//! Each event names its command, and is hashed with that name. So which receipts there are, and for
//! which events each stands, follows from the events. The version that it names is that of what the
//! command was about: one that it left behind, or one that it was decided on.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

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
}

/// The receipts of a bundle, while its events are gone through.
pub(super) struct Receipts {
    /// Those that stand for events, by the position of the last.
    by_end: BTreeMap<u64, Receipt>,
    /// Of the command that is being gone through: how many events were met, and the versions that
    /// it leaves behind.
    met: (u64, HashMap<(String, String), u64>),
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
        Ok(Self { by_end, met: (0, HashMap::new()), wrong })
    }

    /// Holds an event against its receipt; what cannot be read is found by its hash.
    pub(super) fn meet(&mut self, position: usize, leaf: Option<&Leaf<'_>>) {
        let Some(leaf) = leaf else { return };
        let position = u64::try_from(position).unwrap_or(u64::MAX);
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
    pub(super) fn end(self) -> Vec<Wrong> {
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
