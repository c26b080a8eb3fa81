//! The log as OCEL 2.0 (object-centric event log), for process mining.
//!
//! Object types are the kinds of aggregates, event types the nouns of events. An event is related to
//! the aggregate it happened to (`subject`), to the enterprise that this is about (`enterprise`), and
//! to whatever its decision looked at (`read`). Its time is when it was recorded, which is the order
//! of the log; when it happened in the world is an attribute. What is sealed stays out, and so does
//! whatever would tell who reported a barrier, what keys and secrets are checked by, and how many at
//! one enterprise have a fever, are in observation or came from Hubei.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use fugong_core::{Position, Recorded, keys};
use fugong_domain::{Kind, registers::GUARDED};
use fugong_engine::{Filter, Log};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    desk::{is_sealed, trouble},
    event::event_json,
    looks::named_in,
    problem::Problem,
};

/// So many events are read at once.
const BATCH: usize = 1_000;

/// Of the envelope, what becomes attributes.
const ENVELOPE: [&str; 10] = [
    "position",
    "occurred_at",
    keys::ACTOR_ID,
    keys::ACTOR_ROLE,
    keys::ACTOR_UNIT,
    keys::AUTHORITY,
    keys::CAUSATION_ID,
    keys::CORRELATION_ID,
    keys::RULES_VERSION,
    "event_version",
];

/// Of an event that would tell who reported a barrier, what is told.
const VEILED: [&str; 5] = ["position", "occurred_at", "event_version", keys::RULES_VERSION, "kind"];

/// Of keys and webhooks, what they are checked by and sign with.
const SECRET: [&str; 2] = ["sha256", "sealed_secret"];

/// Why a log could not be written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// It could not be read.
    #[error("{0}")]
    Unread(#[from] Problem),
    /// The file could not be written.
    #[error("{0}")]
    Unwritten(#[from] io::Error),
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ocel {
    /// How many events.
    pub events: u64,
    /// How many aggregates.
    pub objects: usize,
}

/// Writes a log as OCEL 2.0 JSON. It is read twice, and its events are never all in memory.
///
/// # Errors
///
/// [`NotWritten`].
pub async fn write_ocel(log: &Log, out: &mut impl Write) -> Result<Ocel, NotWritten> {
    let (head, mut found) = (log.head(), Found::default());
    let mut after = Position::START;
    while let Some(batch) = next(log, &mut after, head).await? {
        for event in &batch {
            found.meet(event);
        }
    }
    writeln!(out, "{{\n\"objectTypes\": {},", json!(found.object_types()))?;
    writeln!(out, "\"eventTypes\": {},", json!(found.event_types()))?;
    let mut list = List::begin(out, "objects")?;
    for object in found.objects() {
        list.item(&object)?;
    }
    list.end(",")?;
    let (mut list, mut events) = (List::begin(out, "events")?, 0_u64);
    after = Position::START;
    while let Some(batch) = next(log, &mut after, head).await? {
        for event in &batch {
            list.item(&found.event(event))?;
            events = events.saturating_add(1);
        }
    }
    list.end("\n}")?;
    out.flush()?;
    Ok(Ocel { events, objects: found.about.len() })
}

async fn next(
    log: &Log,
    after: &mut Position,
    head: Position,
) -> Result<Option<Vec<Recorded>>, Problem> {
    let filter = Filter { upto: Some(head), ..Filter::default() };
    let events = log.events(*after, BATCH, &filter).await.map_err(trouble)?;
    let Some(last) = events.last() else { return Ok(None) };
    *after = last.position;
    Ok(Some(events))
}

/// A JSON list, written item by item.
struct List<'a, W> {
    out: &'a mut W,
    first: bool,
}

impl<'a, W: Write> List<'a, W> {
    fn begin(out: &'a mut W, name: &str) -> io::Result<Self> {
        write!(out, "\"{name}\": [")?;
        Ok(Self { out, first: true })
    }

    fn item(&mut self, item: &Value) -> io::Result<()> {
        let comma = if std::mem::take(&mut self.first) { "" } else { "," };
        write!(self.out, "{comma}\n{item}")
    }

    fn end(self, then: &str) -> io::Result<()> {
        writeln!(self.out, "\n]{then}")
    }
}

/// What a first reading finds.
#[derive(Default)]
struct Found {
    /// Each aggregate, by kind and id, with the enterprise that it is about, if it names one.
    about: BTreeMap<(String, String), Option<String>>,
    /// The attributes of each event type, with what is in them.
    types: BTreeMap<String, BTreeMap<String, Holds>>,
}

/// What is in an attribute, as OCEL calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    String,
    Time,
    Integer,
    Boolean,
}

impl Holds {
    fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Time => "time",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
        }
    }
}

/// The facts that a decision noted, with their versions.
#[derive(Default, Deserialize)]
struct Trace {
    #[serde(default)]
    facts: BTreeMap<String, u64>,
}

impl Found {
    fn meet(&mut self, event: &Recorded) {
        let own = (event.aggregate_type.to_string(), event.aggregate_id.to_string());
        let known = self.about.entry(own);
        known.or_insert_with(|| {
            let id = named_in(&event.aggregate_type, &event.aggregate_id, &event.payload);
            id.map(|id| id.to_string())
        });
        let attributes = attributes(event);
        let known = self.types.entry(event.event_type.to_string()).or_default();
        for (name, (_, holds)) in attributes {
            let before = known.entry(name).or_insert(holds);
            if *before != holds {
                *before = Holds::String;
            }
        }
    }

    fn object_types(&self) -> Vec<Value> {
        let kinds: BTreeSet<&str> = self.about.keys().map(|(kind, _)| kind.as_str()).collect();
        kinds.into_iter().map(|kind| json!({"name": kind, "attributes": []})).collect()
    }

    fn event_types(&self) -> Vec<Value> {
        let attribute =
            |(name, holds): (&String, &Holds)| json!({"name": name, "type": holds.word()});
        let types = self.types.iter().map(|(name, attributes)| {
            let attributes: Vec<Value> = attributes.iter().map(attribute).collect();
            json!({"name": name, "attributes": attributes})
        });
        types.collect()
    }

    fn objects(&self) -> impl Iterator<Item = Value> {
        self.about.iter().map(|((kind, id), about)| {
            let enterprise = about.as_deref().and_then(|about| self.enterprise(kind, about));
            let related: Vec<Value> =
                enterprise.map(|id| related(&id, "enterprise")).into_iter().collect();
            json!({"id": format!("{kind}/{id}"), "type": kind, "relationships": related})
        })
    }

    fn event(&self, event: &Recorded) -> Value {
        let (kind, id) = (&*event.aggregate_type, &*event.aggregate_id);
        let own = format!("{kind}/{id}");
        let mut relations = vec![related(&own, "subject")];
        let about = self.about.get(&(kind.to_owned(), id.to_owned()));
        let enterprise = about.and_then(Option::as_deref).and_then(|it| self.enterprise(kind, it));
        relations.extend(enterprise.iter().map(|id| related(id, "enterprise")));
        if kind != Kind::Barrier.code() {
            let trace = event.meta(keys::TRACE).map(serde_json::from_str::<Trace>);
            let facts = trace.and_then(Result::ok).unwrap_or_default().facts;
            // Each object once: readers keep one relation to it.
            let is_new = |fact: &&String| **fact != own && Some(*fact) != enterprise.as_ref();
            let looked_at = facts.keys().filter(|fact| is_new(fact) && self.has(fact));
            relations.extend(looked_at.map(|fact| related(fact, "read")));
        }
        let attributes: Vec<Value> = attributes(event)
            .into_iter()
            .map(|(name, (value, _))| json!({"name": name, "value": value}))
            .collect();
        json!({
            "id": event.event_id,
            "type": event.event_type,
            "time": event.recorded_at,
            "attributes": attributes,
            "relationships": relations,
        })
    }

    /// The object of an enterprise, for others than itself; none of one that was never listed.
    fn enterprise(&self, kind: &str, id: &str) -> Option<String> {
        let object = format!("{}/{id}", Kind::Enterprise.code());
        (kind != Kind::Enterprise.code() && self.has(&object)).then_some(object)
    }

    fn has(&self, object: &str) -> bool {
        let parts = object.split_once('/');
        parts.is_some_and(|(kind, id)| self.about.contains_key(&(kind.to_owned(), id.to_owned())))
    }
}

fn related(object: &str, qualifier: &str) -> Value {
    json!({"objectId": object, "qualifier": qualifier})
}

/// What an event says, by name: always as text, and what it is.
fn attributes(event: &Recorded) -> BTreeMap<String, (String, Holds)> {
    let mut shown = event_json(event);
    let data = shown.get_mut("data").map(Value::take).unwrap_or_default();
    let mut said = BTreeMap::new();
    for name in ENVELOPE {
        if let Some(Value::String(text)) = shown.get(name) {
            let holds = match name {
                "occurred_at" => Holds::Time,
                "position" => Holds::Integer,
                _ => Holds::String,
            };
            said.insert(name.to_owned(), (text.clone(), holds));
        }
    }
    flatten("", &data, &mut said);
    if &*event.aggregate_type == Kind::Barrier.code() {
        said.retain(|name, _| VEILED.contains(&name.as_str()));
    }
    if [Kind::ApiKey, Kind::Webhook].iter().any(|kind| *event.aggregate_type == *kind.code()) {
        said.retain(|name, _| !SECRET.contains(&name.as_str()));
    }
    said.retain(|name, _| !GUARDED.contains(&name.as_str()));
    said
}

/// Puts what a value says under its name; members of members go by `outer.inner`, plain lists by
/// their entries with commas between them.
fn flatten(name: &str, value: &Value, said: &mut BTreeMap<String, (String, Holds)>) {
    let mut say = |text: String, holds| said.insert(name.to_owned(), (text, holds));
    match value {
        Value::Null => {}
        Value::Bool(it) => drop(say(it.to_string(), Holds::Boolean)),
        Value::Number(it) if it.is_i64() || it.is_u64() => {
            say(it.to_string(), Holds::Integer);
        }
        Value::Number(it) => drop(say(it.to_string(), Holds::String)),
        Value::String(text) => drop(say(text.clone(), Holds::String)),
        Value::Array(items) => {
            let plain: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            if let Some(plain) = plain.filter(|plain| !plain.is_empty()) {
                say(plain.join(","), Holds::String);
            }
        }
        Value::Object(members) if is_sealed(members) => {}
        Value::Object(members) => {
            for (inner, value) in members {
                let inner = if name.is_empty() { inner.clone() } else { format!("{name}.{inner}") };
                flatten(&inner, value, said);
            }
        }
    }
}
