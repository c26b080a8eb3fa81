//! What the events of a bundle come to, in one reading.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use chrono::{DateTime, Utc};
use fugong_core::{Decoded, LogId, Metadata, Occurred, Position, Recorded, Rows, keys};
use fugong_domain::{Kind, registers::all, report::Event};
use fugong_verify::{
    Wrong,
    bundle::{self, Hashes},
    leaf::{Leaf, Value as Said},
    policy::Policy,
};
use uuid::Uuid;

use super::{
    told::{Provenance, size},
    unclear, unfolded,
};

/// What came of the events of a bundle.
pub(super) struct Past {
    /// The rows after as many events as a report names.
    wanted: BTreeMap<usize, Folded>,
    /// When each event was recorded.
    pub(super) times: Vec<DateTime<Utc>>,
    /// Every definition that was laid down.
    pub(super) definitions: Vec<Defined>,
    hashes: Hashes,
}

/// A definition that was laid down in the log.
pub(super) struct Defined {
    pub(super) id: String,
    pub(super) version: u64,
    pub(super) position: usize,
    pub(super) at: DateTime<Utc>,
    /// The code of the unit for which it was.
    pub(super) unit: String,
    pub(super) text: String,
    pub(super) sha256: String,
}

/// The rows of every fold.
#[derive(Clone)]
pub(super) struct Folded(BTreeMap<String, Rows>);

impl Folded {
    pub(super) fn of(&self, fold: &str) -> &Rows {
        static NONE: LazyLock<Rows> = LazyLock::new(Rows::complete);
        self.0.get(fold).unwrap_or(&NONE)
    }
}

impl Past {
    /// Reads a bundle for a report that stands on it.
    pub(super) fn read(
        from: &Provenance,
        (folder, policy): (&Path, &Policy),
    ) -> Result<Self, Wrong> {
        let own = (from.log_size.as_str(), from.root.as_deref());
        let beside = from.beside.as_ref().map(|it| (it.log_size.as_str(), it.root.as_deref()));
        let named = [Some(own), beside].into_iter().flatten();
        let sizes = named.map(|(text, root)| Ok((size(text)?, root)));
        let sizes = sizes.collect::<Result<Vec<_>, Wrong>>()?;
        let last = sizes.iter().map(|(size, _)| *size).max().unwrap_or_default();
        let folds = all();
        let fresh = folds.iter().map(|fold| (fold.name().to_owned(), Rows::complete()));
        let mut rows = Folded(fresh.collect());
        let mut wanted = BTreeMap::from([(0, rows.clone())]);
        let (mut times, mut definitions) = (Vec::new(), Vec::new());
        let hashes = bundle::entries(folder, policy, usize::MAX, |position, leaf| {
            let event = recorded(position, leaf)?;
            times.push(event.recorded_at);
            definitions.extend(defined(position, &event)?);
            if last < position {
                return Ok(());
            }
            for fold in &folds {
                if let Some(rows) = rows.0.get_mut(fold.name()) {
                    fold.apply(rows, &event).map_err(|why| unfolded(&why))?;
                    rows.keep();
                    rows.forget_changes();
                }
            }
            if sizes.iter().any(|(size, _)| *size == position) {
                wanted.insert(position, rows.clone());
            }
            Ok(())
        })?;
        let past = Self { wanted, times, definitions, hashes };
        // What was read now is what was checked before.
        if sizes.iter().any(|(size, root)| past.root(*size).as_deref() != *root) {
            return Err(Wrong::Tampered("包中的事件在核对期间被改动".to_owned()));
        }
        Ok(past)
    }

    /// The root over the first so many events, in hexadecimal digits.
    pub(super) fn root(&self, size: usize) -> Option<String> {
        let root = self.hashes.root(size)?;
        Some(root.map(|byte| format!("{byte:02x}")).concat())
    }

    /// The rows after so many events.
    pub(super) fn at(&self, size: usize) -> Result<&Folded, Wrong> {
        self.wanted.get(&size).ok_or_else(|| unclear("包不完整"))
    }
}

/// The definition that an event lays down, if it does.
fn defined(position: usize, event: &Recorded) -> Result<Option<Defined>, Wrong> {
    if *event.aggregate_type != *Kind::Report.code() {
        return Ok(None);
    }
    let unread = |why| unclear(&format!("第 {position} 个事件读不出来：{why}"));
    Ok(match &*event.payload_as::<Event>().map_err(unread)? {
        Event::Withdrawn { .. } => None,
        Event::Defined(definition) => Some(Defined {
            id: event.aggregate_id.to_string(),
            version: event.sequence,
            position,
            at: event.recorded_at,
            unit: event.meta(keys::ACTOR_UNIT).unwrap_or_default().to_owned(),
            text: definition.text.clone(),
            sha256: definition.sha256.as_str().to_owned(),
        }),
    })
}

/// An event as the folds read it.
fn recorded(position: usize, leaf: &Leaf<'_>) -> Result<Recorded, Wrong> {
    let unread = || unclear(&format!("第 {position} 个事件读不出来"));
    let instant = |micros| DateTime::from_timestamp_micros(micros).ok_or_else(unread);
    let mut metadata = Metadata::default();
    for (key, value) in &leaf.metadata {
        let text = match value {
            Said::Text(text) => (*text).to_owned(),
            Said::Instant(micros) => Occurred::At(instant(*micros)?).to_string(),
        };
        metadata.insert((*key).to_owned(), text);
    }
    let (kind, id) = leaf.aggregate;
    Ok(Recorded {
        log: LogId(leaf.log),
        position: Position(u64::try_from(position).map_err(|_| unread())?),
        event_id: Uuid::from_bytes(leaf.event_id),
        aggregate_type: kind.into(),
        aggregate_id: id.into(),
        sequence: leaf.sequence,
        event_type: leaf.event_type.into(),
        event_version: leaf.event_version.into(),
        payload: leaf.payload.into(),
        metadata: metadata.into(),
        recorded_at: instant(leaf.recorded_at)?,
        leaf_hash: [0; 32],
        decoded: Decoded::default(),
    })
}
