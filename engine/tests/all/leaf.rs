//! The leaf encoding never changes: stored hashes can never be made again.

use std::{collections::BTreeMap, fs, path::PathBuf};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use fugong_engine::{
    core::{LogId, Metadata},
    leaf::{LONGEST, Leaf, leaf_hash},
};
use proptest::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// An envelope, owned, as a golden file writes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Envelope {
    log: u32,
    aggregate_type: String,
    aggregate_id: String,
    sequence: u64,
    event_id: Uuid,
    event_type: String,
    event_version: String,
    payload: String,
    recorded_at: DateTime<Utc>,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Golden {
    event: Envelope,
    leaf: String,
    hash: String,
}

impl Envelope {
    fn leaf(&self) -> Leaf<'_> {
        Leaf {
            log: LogId(self.log),
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence,
            event_id: self.event_id,
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: &self.payload,
            recorded_at: self.recorded_at,
            metadata: &self.metadata,
        }
    }

    fn plain() -> Self {
        Self {
            log: 7,
            aggregate_type: "letter".to_owned(),
            aggregate_id: "a".to_owned(),
            sequence: 1,
            event_id: Uuid::nil(),
            event_type: "letter-posted".to_owned(),
            event_version: "1.0".to_owned(),
            payload: String::new(),
            recorded_at: DateTime::UNIX_EPOCH,
            metadata: Metadata::new(),
        }
    }
}

fn golden() -> Vec<(PathBuf, Golden)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/leaf");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let golden = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path, golden)
    };
    files.into_iter().map(read).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Reads a leaf back, by the text of `docs/leaf-format.md` alone.
fn decode(leaf: &[u8]) -> Envelope {
    let (&version, mut rest) = leaf.split_first().unwrap();
    assert_eq!(version, 1);
    let mut fields = Vec::new();
    while let [tag, high, low, after @ ..] = rest {
        let (bytes, next) = after.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        fields.push((*tag, bytes.to_vec()));
        rest = next;
    }
    assert!(rest.is_empty());
    let text = |n: usize| String::from_utf8(fields[n].1.clone()).unwrap();
    let number = |bytes: &[u8]| i64::from_be_bytes(bytes.try_into().unwrap());
    let instant = |bytes: &[u8]| DateTime::from_timestamp_micros(number(bytes)).unwrap();
    assert!(fields[..9].iter().map(|(tag, _)| *tag).eq(1..=9));
    let mut metadata = BTreeMap::new();
    for pair in fields[9..].chunks(2) {
        let [(0x0a, key), (kind, value)] = pair else { panic!("not a pair: {pair:?}") };
        let value = match kind {
            0x0b | 0x0d => String::from_utf8(value.clone()).unwrap(),
            0x0c => instant(value).to_rfc3339_opts(SecondsFormat::Micros, true),
            other => panic!("tag {other}"),
        };
        metadata.insert(String::from_utf8(key.clone()).unwrap(), value);
    }
    Envelope {
        log: u32::from_be_bytes(fields[0].1.clone().try_into().unwrap()),
        aggregate_type: text(1),
        aggregate_id: text(2),
        sequence: u64::from_be_bytes(fields[3].1.clone().try_into().unwrap()),
        event_id: Uuid::from_slice(&fields[4].1).unwrap(),
        event_type: text(5),
        event_version: text(6),
        payload: text(7),
        recorded_at: instant(&fields[8].1),
        metadata,
    }
}

#[test]
fn every_golden_envelope_has_the_bytes_and_the_hash_it_was_given() {
    let golden = golden();
    assert_eq!(golden.len(), 11, "a golden file is missing");
    for (path, golden) in golden {
        let leaf = golden.event.leaf().encode().unwrap();
        assert_eq!(hex(&leaf), golden.leaf, "{}", path.display());
        assert_eq!(hex(&leaf_hash(&leaf)), golden.hash, "{}", path.display());
        assert_eq!(hex(&golden.event.leaf().hash().unwrap()), golden.hash);
        assert_eq!(decode(&leaf), golden.event, "{}", path.display());
    }
}

#[test]
fn the_hash_is_that_of_bytes_put_together_by_hand() {
    let mut event = Envelope::plain();
    event.metadata.insert("occurred_at".to_owned(), "2020-02-29".to_owned());
    let bytes = [
        b"\0".as_slice(),
        b"\x01",
        b"\x01\x00\x04\x00\x00\x00\x07",
        b"\x02\x00\x06letter",
        b"\x03\x00\x01a",
        b"\x04\x00\x08\x00\x00\x00\x00\x00\x00\x00\x01",
        b"\x05\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        b"\x06\x00\x0dletter-posted",
        b"\x07\x00\x031.0",
        b"\x08\x00\x00",
        b"\x09\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00",
        b"\x0a\x00\x0boccurred_at",
        b"\x0d\x00\x0a2020-02-29",
    ]
    .concat();
    let expected: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(event.leaf().hash().unwrap(), expected);
}

#[test]
fn a_leaf_is_at_most_65535_bytes_long() {
    let mut event = Envelope::plain();
    let around = event.leaf().encode().unwrap().len();
    event.payload = "x".repeat(LONGEST - around);
    assert_eq!(event.leaf().encode().unwrap().len(), LONGEST);
    event.payload.push('x');
    assert_eq!(event.leaf().encode().unwrap_err().bytes, LONGEST + 1);
    event.payload = "x".repeat(1_000_000);
    assert_eq!(event.leaf().hash().unwrap_err().bytes, 1_000_000 + around);
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just("occurred_at".to_owned()),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        (any::<i32>(), 0..1_000_000_u32).prop_map(|(s, n)| {
            DateTime::from_timestamp(i64::from(s), n * 1000).unwrap().to_rfc3339()
        }),
    ]
}

fn any_occurred() -> impl Strategy<Value = String> {
    let instant = (-62_167_219_200_i64..253_402_300_800, 0..1_000_000_u32).prop_map(|(s, n)| {
        let at = DateTime::from_timestamp(s, n * 1000).unwrap();
        at.to_rfc3339_opts(SecondsFormat::Micros, true)
    });
    let day = (0..3_652_425_i32)
        .prop_map(|n| NaiveDate::from_num_days_from_ce_opt(n).unwrap().to_string());
    prop_oneof![instant, day, any_text()]
}

prop_compose! {
    fn any_envelope()(
        (log, sequence, id, micros) in (any::<u32>(), any::<u64>(), any::<u128>(), any::<i32>()),
        texts in prop::array::uniform5(any_text()),
        mut metadata in prop::collection::btree_map(any_text(), any_text(), 0..4),
        occurred in prop::option::of(any_occurred()),
    ) -> Envelope {
        let [aggregate_type, aggregate_id, event_type, event_version, payload] = texts;
        if let Some(occurred) = occurred {
            metadata.insert("occurred_at".to_owned(), occurred);
        }
        let recorded_at = DateTime::from_timestamp_micros(i64::from(micros) * 1_000_003).unwrap();
        let event_id = Uuid::from_u128(id);
        Envelope {
            log, aggregate_type, aggregate_id, sequence, event_id, event_type, event_version,
            payload, recorded_at, metadata,
        }
    }
}

proptest! {
    /// So two envelopes that differ never share a leaf.
    #[test]
    fn a_leaf_says_its_whole_envelope(event in any_envelope()) {
        let leaf = event.leaf().encode().unwrap();
        prop_assert_eq!(decode(&leaf), event);
    }
}
