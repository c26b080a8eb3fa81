//! Imported events with their envelope.

use std::collections::BTreeMap;

use fugong_core::{Decoded, Metadata, Position, Recorded, keys};
use serde_json::Value;

use super::{Foreign, NotImported};
use crate::{Error, desk::Desk, draft::has_no_nul, leaf::Leaf};

/// What the metadata of an imported event says of where it comes from.
const ORIGIN: &str = "cqrs-es";
/// And of the order in which it stands between the events of other aggregates.
const ORDER: &str = "invented: by aggregate type and id";
/// What the engine says of a command; the original's own words under these names are kept apart.
const ENGINES: [&str; 5] = [
    keys::COMMAND_ID,
    keys::CAUSATION_ID,
    keys::RECEIPT,
    keys::IMPORTED_FROM,
    keys::IMPORTED_ORDER,
];

/// The events, each with what it lacked, in the order in which they come.
pub(super) fn drafts(
    desk: &Desk,
    command_id: &str,
    events: Vec<Foreign>,
) -> Result<Vec<Recorded>, Error<NotImported>> {
    let now = desk.sources.now();
    let one = |(event, n): (Foreign, u64)| {
        let metadata = metadata(&event, command_id)?;
        let sequence = event.number();
        let mut recorded = Recorded {
            log: desk.store.log(),
            position: Position::START,
            event_id: desk.sources.event_id(now, command_id, n),
            aggregate_type: event.kind.into(),
            aggregate_id: event.id.as_str().into(),
            sequence,
            event_type: event.event_type.as_str().into(),
            event_version: event.event_version.as_str().into(),
            payload: event.payload.as_str().into(),
            metadata: metadata.into(),
            recorded_at: now,
            leaf_hash: [0; 32],
            decoded: Decoded::default(),
        };
        recorded.leaf_hash = Leaf::of(&recorded).hash().map_err(|error| event.unfit(&error))?;
        let texts = [event.kind, &event.id, &event.event_type, &event.event_version];
        if !has_no_nul(&texts, &event.payload) || !has_no_nul(&[], recorded.metadata.text()) {
            return Err(event.unfit(&"a text holds a NUL character (U+0000)"));
        }
        Ok(recorded)
    };
    events.into_iter().zip(0..).map(one).collect()
}

/// The original's metadata, and that it was imported.
fn metadata(event: &Foreign, command_id: &str) -> Result<Metadata, Error<NotImported>> {
    let said: BTreeMap<String, Value> = serde_json::from_str(&event.metadata)
        .map_err(|error| event.unfit(&format!("its metadata are no object ({error})")))?;
    let apart = |name: String| {
        if ENGINES.contains(&name.as_str()) { format!("{ORIGIN}.{name}") } else { name }
    };
    let plain = |value: Value| match value {
        Value::String(text) => text,
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    };
    let mut metadata: Metadata =
        said.into_iter().map(|(name, value)| (apart(name), plain(value))).collect();
    let ours = [
        (keys::COMMAND_ID, command_id),
        (keys::IMPORTED_FROM, ORIGIN),
        (keys::IMPORTED_ORDER, ORDER),
    ];
    metadata.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
    Ok(metadata)
}
