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
    /// Its id, as a UUID is written.
    pub event_id: [u8; 16],
    /// Under which command it was recorded.
    pub command_id: Option<&'a str>,
    /// Which rules decided on which versions of what, as JSON.
    pub trace: Option<&'a str>,
    /// What the receipt of its command says, as a digest in Base64.
    pub receipt: Option<&'a str>,
}

/// The tags, in their order; the metadata follows.
const FIELDS: [u8; 9] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09];
const KEY: u8 = 0x0a;
const VALUES: [u8; 3] = [0x0b, 0x0c, 0x0d];

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
        for text in [version, payload] {
            std::str::from_utf8(text).ok()?;
        }
        if recorded_at.len() != 8 {
            return None;
        }
        let Told { command_id, trace, receipt } = metadata(rest).ok()?;
        Some(Self {
            log: u32::from_be_bytes(log.try_into().ok()?),
            aggregate: (std::str::from_utf8(kind).ok()?, std::str::from_utf8(id).ok()?),
            sequence: u64::from_be_bytes(sequence.try_into().ok()?),
            event_type: std::str::from_utf8(event_type).ok()?,
            event_id: event_id.try_into().ok()?,
            command_id,
            trace,
            receipt,
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

/// What of the metadata is needed, where it is there.
#[derive(Default)]
struct Told<'a> {
    command_id: Option<&'a str>,
    trace: Option<&'a str>,
    receipt: Option<&'a str>,
}

fn metadata(mut rest: &[u8]) -> Result<Told<'_>, OutOfOrder> {
    let (mut before, mut told): (Option<&str>, _) = (None, Told::default());
    while !rest.is_empty() {
        let (tag, key, after) = field_of(rest).ok_or(OutOfOrder)?;
        let (kind, value, after) = field_of(after).ok_or(OutOfOrder)?;
        let key = std::str::from_utf8(key).map_err(|_| OutOfOrder)?;
        if tag != KEY || !VALUES.contains(&kind) || before.is_some_and(|before| key <= before) {
            return Err(OutOfOrder);
        }
        let text = std::str::from_utf8(value).map_err(|_| OutOfOrder);
        match key {
            "command_id" => told.command_id = Some(text?),
            "trace" => told.trace = Some(text?),
            "receipt_sha256" => told.receipt = Some(text?),
            _ => {}
        }
        (before, rest) = (Some(key), after);
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
