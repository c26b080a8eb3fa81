//! The leaf: one canonical encoding of an event's whole envelope, and its hash.
//!
//! What is written here is final from the first event: stored hashes can never be made again.
//! `docs/leaf-format.md` says the same in prose, and the golden files under `tests/golden/leaf`
//! fix it.
//!
//! # Format
//!
//! A leaf is a version byte `0x01`, followed by *fields*. A field is a tag (one byte), a length
//! (two bytes, big-endian) and as many bytes as the length says. The fields stand in this order,
//! each exactly once:
//!
//! | tag | field | bytes |
//! |---|---|---|
//! | `0x01` | log | `u32`, big-endian |
//! | `0x02` | aggregate type | UTF-8, as stored |
//! | `0x03` | aggregate id | UTF-8, as stored |
//! | `0x04` | sequence | `u64`, big-endian |
//! | `0x05` | event id | the 16 bytes of the UUID |
//! | `0x06` | event type | UTF-8, as stored |
//! | `0x07` | event version | UTF-8, as stored |
//! | `0x08` | payload | UTF-8, as stored |
//! | `0x09` | recorded at | `i64`, big-endian: microseconds since 1970-01-01T00:00:00Z |
//!
//! Then, for each entry of the metadata in bytewise order of its key, two fields: the key (tag
//! `0x0a`, UTF-8) and its value (tag `0x0b`, UTF-8). Only the value of the key `occurred_at` is
//! typed: if it is an instant in canonical text (`2020-02-26T01:30:00.000000Z`: UTC, six
//! decimals, seconds below 60), it is tag `0x0c` with the instant as `i64` microseconds like
//! `recorded at`; if it is a date in canonical text (`2020-02-26`), it is tag `0x0d` with that
//! text; any other value is a text like all the rest.
//!
//! The position is not in the leaf: the event at position p is leaf p − 1 of the tree. A leaf is
//! at most 65,535 bytes long. Its hash is that of RFC 6962: SHA-256 over `0x00` and the leaf.

use chrono::{DateTime, SecondsFormat, Utc};
use fugong_core::{LogId, Metadata, Occurred, Recorded, keys};
use uuid::Uuid;

use crate::tree::Hashing;

/// The length that no leaf exceeds, in bytes.
pub const LONGEST: usize = 65_535;

const VERSION: u8 = 0x01;

/// The tags of the fields, in their order.
mod tag {
    pub(super) const LOG: u8 = 0x01;
    pub(super) const AGGREGATE_TYPE: u8 = 0x02;
    pub(super) const AGGREGATE_ID: u8 = 0x03;
    pub(super) const SEQUENCE: u8 = 0x04;
    pub(super) const EVENT_ID: u8 = 0x05;
    pub(super) const EVENT_TYPE: u8 = 0x06;
    pub(super) const EVENT_VERSION: u8 = 0x07;
    pub(super) const PAYLOAD: u8 = 0x08;
    pub(super) const RECORDED_AT: u8 = 0x09;
    pub(super) const KEY: u8 = 0x0a;
    pub(super) const TEXT: u8 = 0x0b;
    pub(super) const INSTANT: u8 = 0x0c;
    pub(super) const DAY: u8 = 0x0d;
}

/// An event with its whole envelope except its position, as it goes into the log.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'a> {
    /// The log it stands in.
    pub log: LogId,
    /// The kind of aggregate it happened to.
    pub aggregate_type: &'a str,
    /// Which one of that kind.
    pub aggregate_id: &'a str,
    /// Its number in that aggregate's life, from 1.
    pub sequence: u64,
    /// Its own id.
    pub event_id: Uuid,
    /// The noun, such as `account-opened`.
    pub event_type: &'a str,
    /// The version of its stored form.
    pub event_version: &'a str,
    /// Its JSON text, as stored.
    pub payload: &'a str,
    /// When the log took it, in whole microseconds.
    pub recorded_at: DateTime<Utc>,
    /// Who, when, on what authority, why.
    pub metadata: &'a Metadata,
}

/// The leaf would be longer than [`LONGEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the event is {bytes} bytes long with its envelope, the longest allowed is {LONGEST}: \
     store large attachments outside and name them by their digest"
)]
pub struct TooLong {
    /// How long it would be.
    pub bytes: usize,
}

impl<'a> Leaf<'a> {
    /// The leaf of an event that the log holds.
    pub fn of(event: &'a Recorded) -> Self {
        Self {
            log: event.log,
            aggregate_type: &event.aggregate_type,
            aggregate_id: &event.aggregate_id,
            sequence: event.sequence,
            event_id: event.event_id,
            event_type: &event.event_type,
            event_version: &event.event_version,
            payload: &event.payload,
            recorded_at: event.recorded_at,
            metadata: &event.metadata,
        }
    }

    /// Its canonical bytes.
    ///
    /// # Errors
    ///
    /// [`TooLong`] when there are more than [`LONGEST`] of them.
    pub fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let mut fields = Fields(Vec::with_capacity(self.about_bytes()));
        fields.0.push(VERSION);
        fields.push(tag::LOG, &self.log.0.to_be_bytes());
        fields.push(tag::AGGREGATE_TYPE, self.aggregate_type.as_bytes());
        fields.push(tag::AGGREGATE_ID, self.aggregate_id.as_bytes());
        fields.push(tag::SEQUENCE, &self.sequence.to_be_bytes());
        fields.push(tag::EVENT_ID, self.event_id.as_bytes());
        fields.push(tag::EVENT_TYPE, self.event_type.as_bytes());
        fields.push(tag::EVENT_VERSION, self.event_version.as_bytes());
        fields.push(tag::PAYLOAD, self.payload.as_bytes());
        fields.push(tag::RECORDED_AT, &self.recorded_at.timestamp_micros().to_be_bytes());
        for (key, value) in self.metadata {
            fields.push(tag::KEY, key.as_bytes());
            match (key == keys::OCCURRED_AT).then(|| canonical(value)).flatten() {
                Some(Occurred::At(at)) => {
                    fields.push(tag::INSTANT, &at.timestamp_micros().to_be_bytes());
                }
                Some(Occurred::On(_)) => fields.push(tag::DAY, value.as_bytes()),
                None => fields.push(tag::TEXT, value.as_bytes()),
            }
        }
        let bytes = fields.0.len();
        if LONGEST < bytes { Err(TooLong { bytes }) } else { Ok(fields.0) }
    }

    /// The hash of its canonical bytes, as stored with the event.
    ///
    /// # Errors
    ///
    /// [`TooLong`] as [`Self::encode`].
    pub fn hash(&self) -> Result<[u8; 32], TooLong> {
        self.encode().map(|leaf| leaf_hash(&leaf))
    }

    fn about_bytes(&self) -> usize {
        let metadata =
            self.metadata.iter().map(|(key, value)| key.len().saturating_add(value.len()));
        [self.aggregate_type, self.aggregate_id, self.event_type, self.event_version, self.payload]
            .iter()
            .map(|text| text.len())
            .chain(metadata.map(|bytes| bytes.saturating_add(6)))
            .fold(64_usize, usize::saturating_add)
    }
}

/// The hash of a leaf, as RFC 6962 has it: SHA-256 over `0x00` and the leaf.
pub fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    Hashing::Sha256.leaf(leaf)
}

struct Fields(Vec<u8>);

impl Fields {
    /// A field longer than its length can say makes the leaf longer than [`LONGEST`], so it is
    /// never hashed, whatever its length says.
    fn push(&mut self, tag: u8, bytes: &[u8]) {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.0.push(tag);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }
}

/// The moment that `text` names, if it is the one text that names it.
fn canonical(text: &str) -> Option<Occurred> {
    let occurred: Occurred = text.parse().ok()?;
    let same = match occurred {
        // A leap second would share its microseconds with the second after it.
        Occurred::At(at) => {
            at.timestamp_subsec_nanos() < 1_000_000_000
                && text.len() == "2020-02-26T01:30:00.000000Z".len()
                && at.to_rfc3339_opts(SecondsFormat::Micros, true) == text
        }
        Occurred::On(day) => day.to_string() == text,
    };
    same.then_some(occurred)
}
