//! An event as the log holds it.

use std::{
    any::Any,
    collections::BTreeMap,
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock},
};

use chrono::{DateTime, Utc};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use uuid::Uuid;

use crate::Occurred;

/// A text that may lie in memory beside others, which is there as long as any of them is.
pub type Text = bytestring::ByteString;

/// The unit of order, proof and distribution: one log per district, by its integer code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogId(pub u32);

/// A place in a log. The first event stands at 1, and no number is ever missing.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The flat map of strings beside an event; its keys are in [`keys`].
pub type Metadata = BTreeMap<String, String>;

/// The keys of [`Metadata`] that the engine writes.
pub mod keys {
    /// When it happened in the world: canonical text of [`crate::Occurred`].
    pub const OCCURRED_AT: &str = "occurred_at";
    /// Who acted: a pseudonym.
    pub const ACTOR_ID: &str = "actor_id";
    /// The unit he acted for.
    pub const ACTOR_UNIT: &str = "actor_unit";
    /// The role in which he acted.
    pub const ACTOR_ROLE: &str = "actor_role";
    /// For whom he acted, if not for himself.
    pub const ON_BEHALF_OF: &str = "on_behalf_of";
    /// The document number (文号) on which the act rests.
    pub const AUTHORITY: &str = "authority";
    /// A remark on it, as the JSON text of a sealed value.
    pub const NOTE: &str = "note";
    /// Papers and photographs that go with it: a JSON list of SHA-256 digests in text.
    pub const ATTACHMENTS: &str = "attachments";
    /// The command that made it happen.
    pub const COMMAND_ID: &str = "command_id";
    /// The command that began the chain.
    pub const CORRELATION_ID: &str = "correlation_id";
    /// The event that caused the command, when a policy gave it.
    pub const CAUSATION_ID: &str = "causation_id";
    /// The rule set under which it was decided.
    pub const RULES_VERSION: &str = "rules_version";
    /// Which rules decided on which versions of what: a JSON object in text.
    pub const TRACE: &str = "trace";
    /// What the receipt of its command says, as a digest in Base64; `docs/leaf-format.md` has it.
    pub const RECEIPT: &str = "receipt_sha256";
    /// What kind of database it was imported from; none of what was recorded here.
    pub const IMPORTED_FROM: &str = "imported_from";
    /// How an imported event came to stand where it stands between those of other aggregates.
    pub const IMPORTED_ORDER: &str = "imported_order";
}

/// One event of a log, with its envelope. Payload and metadata are as stored.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The log it stands in.
    pub log: LogId,
    /// Where it stands.
    pub position: Position,
    /// Its own id.
    pub event_id: Uuid,
    /// The kind of aggregate it happened to.
    pub aggregate_type: Arc<str>,
    /// Which one of that kind.
    pub aggregate_id: Text,
    /// Its number in that aggregate's life, from 1.
    pub sequence: u64,
    /// The noun, such as `account-opened`.
    pub event_type: Arc<str>,
    /// The version of its stored form.
    pub event_version: Arc<str>,
    /// The JSON text of the event, as stored.
    pub payload: Text,
    /// Who, when, on what authority, why.
    pub metadata: Said,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// RFC 6962 leaf hash of its canonical encoding.
    pub leaf_hash: [u8; 32],
    /// The typed payload, decoded once for all who read it.
    pub decoded: Decoded,
}

impl Recorded {
    /// A value of the metadata.
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }

    /// The same without what was said: its payload is no text at all, and nobody is in its metadata.
    #[must_use]
    pub fn head(&self) -> Self {
        Self {
            payload: Text::new(),
            metadata: Said::default(),
            decoded: Decoded::default(),
            ..self.clone()
        }
    }

    /// When it happened in the world; the recording time if nothing was said.
    pub fn occurred(&self) -> Occurred {
        self.meta(keys::OCCURRED_AT)
            .and_then(|text| text.parse().ok())
            .unwrap_or(Occurred::At(self.recorded_at))
    }

    /// The payload as an `E`, decoded at most once for each kind of reader.
    ///
    /// # Errors
    ///
    /// When the payload is not an `E`.
    pub fn payload_as<E>(&self) -> Result<Arc<E>, serde_json::Error>
    where
        E: DeserializeOwned + Send + Sync + 'static,
    {
        read(self.decoded.slot(), &self.payload)
    }
}

/// The metadata of an event with the text that is stored, which is read once somebody asks for a
/// value.
#[derive(Clone)]
pub struct Said {
    text: Text,
    read: OnceLock<Arc<Metadata>>,
}

impl Said {
    /// What a store holds.
    ///
    /// # Errors
    ///
    /// When it is no JSON object of texts.
    pub fn stored(text: impl Into<Text>) -> Result<Self, serde_json::Error> {
        let text = text.into();
        serde_json::from_str::<Texts>(&text)?;
        Ok(Self { text, read: OnceLock::new() })
    }

    /// As it is stored.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is stored as it is written: each key once and in order, nothing between. Hashes say
    /// nothing of it, and whoever reads the text of another would believe another value.
    pub fn is_as_written(&self) -> bool {
        serde_json::to_string(&**self).is_ok_and(|text| text == *self.text)
    }
}

impl Default for Said {
    /// Nothing.
    fn default() -> Self {
        Self { text: Text::from_static("{}"), read: OnceLock::new() }
    }
}

impl From<Metadata> for Said {
    fn from(metadata: Metadata) -> Self {
        // A map of strings can always be written.
        let text = serde_json::to_string(&metadata).unwrap_or_default().into();
        Self { text, read: OnceLock::from(Arc::new(metadata)) }
    }
}

impl Deref for Said {
    type Target = Metadata;

    fn deref(&self) -> &Metadata {
        // It was looked through when it came.
        let read = || serde_json::from_str::<Metadata>(&self.text).unwrap_or_default();
        self.read.get_or_init(|| Arc::new(read()))
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An object of texts, of which nothing is kept.
struct Texts;

/// A text of which nothing is kept.
struct Passed;

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Self)
    }
}

impl<'de> Visitor<'de> for Texts {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<Passed, Passed>()?.is_some() {}
        Ok(self)
    }
}

impl<'de> Deserialize<'de> for Passed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Self)
    }
}

impl Visitor<'_> for Passed {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
}

/// A place to keep a decoded payload, one for all copies of an event; made for the first who
/// decodes it or copies it, since most events that are read are only passed by.
#[derive(Default)]
pub struct Decoded(OnceLock<Arc<Slot>>);

impl Decoded {
    fn slot(&self) -> &Arc<Slot> {
        self.0.get_or_init(Arc::default)
    }
}

impl Clone for Decoded {
    fn clone(&self) -> Self {
        Self(OnceLock::from(Arc::clone(self.slot())))
    }
}

/// What a text says, once somebody has read it.
pub(crate) type Slot = OnceLock<Arc<dyn Any + Send + Sync>>;

/// What `text` says, which `slot` belongs to: read at most once for each kind of reader.
pub(crate) fn read<T>(slot: &Slot, text: &str) -> Result<Arc<T>, serde_json::Error>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    if let Some(known) = slot.get().and_then(|any| Arc::clone(any).downcast().ok()) {
        return Ok(known);
    }
    let said = Arc::new(serde_json::from_str::<T>(text)?);
    let any: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&said);
    // Another type may stand there already; then this reader reads for itself.
    let _kept = slot.set(any);
    Ok(said)
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decoded = self.0.get().is_some_and(|slot| slot.get().is_some());
        f.write_str(if decoded { "Decoded" } else { "NotDecoded" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_metadata_are_an_object_of_texts_and_stay_as_they_are() {
        let text = r#"{ "actor_id" : "a\u0062\n", "k\"":"豆" }"#;
        let said = Said::stored(text).unwrap();
        assert_eq!(said.text(), text);
        assert_eq!((said["actor_id"].as_str(), said["k\""].as_str()), ("ab\n", "豆"));
        let same = Said::from(Metadata::clone(&said));
        assert_eq!((same.text(), &*same), (r#"{"actor_id":"ab\n","k\"":"豆"}"#, &*said));
        for other in ["{\"a\":1}", "[]", "", "{\"a\":\"b\"", "{\"a\":null}", "{} {}"] {
            assert!(Said::stored(other).is_err(), "{other}");
        }
    }
}
