//! An event as it was hashed, taken apart: `docs/leaf-format.md` says how it is made.

use std::fmt::Write as _;

/// What a leaf says, as far as it is needed here.
#[derive(Debug, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// The log.
    pub log: u32,
    /// What it happened to: kind and id.
    pub aggregate: (&'a str, &'a str),
    /// Its number in the life of that.
    pub sequence: u64,
    /// The noun of the event.
    pub event_type: &'a str,
    /// The version of its stored form.
    pub event_version: &'a str,
    /// Its JSON text, as it is stored.
    pub payload: &'a str,
    /// When it was recorded, in microseconds since 1970-01-01T00:00:00Z.
    pub recorded_at: i64,
    /// Its metadata, in the order of the keys.
    pub metadata: Vec<(&'a str, Value<'a>)>,
    /// Its id, as a UUID is written.
    pub event_id: [u8; 16],
    /// Under which command it was recorded.
    pub command_id: Option<&'a str>,
    /// Which rules decided on which versions of what, as JSON.
    pub trace: Option<&'a str>,
    /// What the receipt of its command says, as a digest in Base64.
    pub receipt: Option<&'a str>,
}

/// A value of the metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text, or a day.
    Text(&'a str),
    /// An instant, in microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
}

impl<'a> Value<'a> {
    fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Instant(_) => None,
        }
    }
}

/// The tags, in their order; the metadata follows.
const FIELDS: [u8; 9] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09];
const KEY: u8 = 0x0a;
const TEXT: u8 = 0x0b;
const INSTANT: u8 = 0x0c;
const DAY: u8 = 0x0d;

impl<'a> Leaf<'a> {
    /// Takes a leaf apart; none if it is not what the format allows.
    pub fn parse(leaf: &'a [u8]) -> Option<Self> {
        let mut rest = leaf.strip_prefix(&[0x01])?;
        let mut fields = [[].as_slice(); 9];
        for (tag, field) in FIELDS.iter().zip(&mut fields) {
            let (found, value, after) = field_of(rest)?;
            if found != *tag {
                return None;
            }
            (*field, rest) = (value, after);
        }
        let [log, kind, id, sequence, event_id, event_type, version, payload, recorded_at] = fields;
        let metadata = metadata(rest).ok()?;
        let said = |name: &str| {
            let value = metadata.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            value.and_then(Value::text)
        };
        Some(Self {
            log: u32::from_be_bytes(log.try_into().ok()?),
            aggregate: (std::str::from_utf8(kind).ok()?, std::str::from_utf8(id).ok()?),
            sequence: u64::from_be_bytes(sequence.try_into().ok()?),
            event_type: std::str::from_utf8(event_type).ok()?,
            event_version: std::str::from_utf8(version).ok()?,
            payload: std::str::from_utf8(payload).ok()?,
            recorded_at: i64::from_be_bytes(recorded_at.try_into().ok()?),
            event_id: event_id.try_into().ok()?,
            command_id: said("command_id"),
            trace: said("trace"),
            receipt: said("receipt_sha256"),
            metadata,
        })
    }

    /// The id of the event, as a UUID is written.
    pub fn uuid(&self) -> String {
        let mut text = String::new();
        for (n, byte) in self.event_id.iter().enumerate() {
            if matches!(n, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            // Writing to a text cannot fail.
            let _infallible = write!(text, "{byte:02x}");
        }
        text
    }
}

/// The metadata is not what the format allows.
struct OutOfOrder;

fn metadata(mut rest: &[u8]) -> Result<Vec<(&str, Value<'_>)>, OutOfOrder> {
    let mut told: Vec<(&str, Value<'_>)> = Vec::new();
    while !rest.is_empty() {
        let (tag, key, after) = field_of(rest).ok_or(OutOfOrder)?;
        let (kind, value, after) = field_of(after).ok_or(OutOfOrder)?;
        let key = std::str::from_utf8(key).map_err(|_| OutOfOrder)?;
        if tag != KEY || told.last().is_some_and(|(before, _)| key <= *before) {
            return Err(OutOfOrder);
        }
        let value = match kind {
            TEXT | DAY => Value::Text(std::str::from_utf8(value).map_err(|_| OutOfOrder)?),
            INSTANT => {
                let bytes = value.try_into().map_err(|_| OutOfOrder)?;
                Value::Instant(i64::from_be_bytes(bytes))
            }
            _ => return Err(OutOfOrder),
        };
        told.push((key, value));
        rest = after;
    }
    Ok(told)
}

/// The first field: its tag, its value, and what follows it.
fn field_of(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (value, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    Some((*tag, value, rest))
}
