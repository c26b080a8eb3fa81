//! Events with their whole envelope, before they have a position.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fugong_core::{
    Decoded, Envelope, LogId, Metadata, Position, Recorded, Ref, Said, Written, keys,
};
use serde::Serialize;

use crate::{Order, leaf::Leaf, leaf::TooLong, source::Sources};

/// Why events cannot be stored as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// A text holds a NUL character.
    NotText,
    /// The canonical encoding is too long.
    TooLong(usize),
}

impl From<TooLong> for Unfit {
    fn from(TooLong { bytes }: TooLong) -> Self {
        Self::TooLong(bytes)
    }
}

/// What all events of one command have in common.
pub(crate) struct Drafting<'a> {
    pub(crate) log: LogId,
    pub(crate) now: DateTime<Utc>,
    pub(crate) sources: &'a Sources,
    pub(crate) order: &'a Order,
    pub(crate) metadata: Metadata,
}

/// Which rules decided on which versions of what.
#[derive(Serialize)]
struct Trace<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facts: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    rules: &'a [String],
}

/// The metadata of a command's events.
pub(crate) fn metadata(envelope: &Envelope, order: &Order) -> Metadata {
    let occurred = envelope.occurred_at.map(|at| at.to_string());
    [
        (keys::ACTOR_ID, Some(envelope.actor_id.as_str())),
        (keys::ACTOR_UNIT, Some(envelope.actor_unit.as_str())),
        (keys::ACTOR_ROLE, Some(envelope.actor_role.as_str())),
        (keys::ON_BEHALF_OF, envelope.on_behalf_of.as_deref()),
        (keys::AUTHORITY, envelope.authority.as_deref()),
        (keys::NOTE, envelope.note.as_deref()),
        (keys::ATTACHMENTS, envelope.attachments.as_deref()),
        (keys::OCCURRED_AT, occurred.as_deref()),
        (keys::COMMAND_ID, Some(order.command_id.as_str())),
        (keys::CORRELATION_ID, order.correlation_id.as_deref()),
        (keys::CAUSATION_ID, order.causation_id.as_deref()),
    ]
    .into_iter()
    .filter_map(|(key, value)| {
        value.filter(|text| !text.is_empty()).map(|text| (key.to_owned(), text.to_owned()))
    })
    .collect()
}

/// The trace of a decision that read `facts` and touched `touched`; none if it says nothing.
pub(crate) fn trace(
    facts: &BTreeMap<Ref, u64>,
    touched: &[Ref],
    rules: &[String],
) -> Option<String> {
    let facts: BTreeMap<String, u64> = facts
        .iter()
        .filter(|(read, _)| !touched.contains(read))
        .map(|(read, version)| (format!("{}/{}", read.kind, read.id), *version))
        .collect();
    if facts.is_empty() && rules.is_empty() {
        return None;
    }
    serde_json::to_string(&Trace { facts, rules }).ok()
}

impl Drafting<'_> {
    /// `written` with envelopes; each stands under its aggregate and its number there.
    pub(crate) fn drafts(self, written: Vec<(Ref, u64, Written)>) -> Result<Vec<Recorded>, Unfit> {
        let nul = |(key, value): (&String, &String)| key.contains('\0') || value.contains('\0');
        if self.metadata.iter().any(nul) {
            return Err(Unfit::NotText);
        }
        let metadata = Said::from(self.metadata);
        let (log, now, order, sources) = (self.log, self.now, self.order, self.sources);
        written
            .into_iter()
            .zip(0_u64..)
            .map(|((target, sequence, written), n)| {
                if !is_text(&target, &written) {
                    return Err(Unfit::NotText);
                }
                let mut event = Recorded {
                    log,
                    position: Position::START,
                    event_id: sources.event_id(now, &order.command_id, n),
                    aggregate_type: target.kind.into(),
                    aggregate_id: target.id.into(),
                    sequence,
                    event_type: written.event_type.into(),
                    event_version: written.event_version.into(),
                    payload: written.payload.into(),
                    metadata: metadata.clone(),
                    recorded_at: now,
                    leaf_hash: [0; 32],
                    decoded: Decoded::default(),
                };
                event.leaf_hash = Leaf::of(&event).hash()?;
                Ok(event)
            })
            .collect()
    }
}

fn is_text(target: &Ref, written: &Written) -> bool {
    has_no_nul(&[&target.id, &written.event_type, &written.event_version], &written.payload)
}

/// Whether neither these texts nor the JSON `payload` hold a NUL, which no store can keep.
pub(crate) fn has_no_nul(texts: &[&str], payload: &str) -> bool {
    !texts.iter().any(|text| text.contains('\0'))
        && !payload.contains('\0')
        && !escapes_nul(payload)
}

/// Whether a JSON text holds a NUL as an escape: an odd number of backslashes before `u0000`.
fn escapes_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| {
        let before = json.get(..at).unwrap_or_default();
        let slashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
        slashes.is_multiple_of(2)
    })
}
