//! Events as answers show them.

use fugong_core::{Recorded, keys};
use fugong_domain::registers::withhold_told;
use serde_json::{Map, Value, json};

use crate::{
    counts,
    desk::{DISTRICTS, Desk},
    look::hex,
    schema::alone,
};

/// An event as it is stored: what is sealed stays sealed.
pub fn event_json(event: &Recorded) -> Value {
    written(event, &|value| value)
}

/// An event with its envelope; words about persons are opened for those who may see them.
pub(crate) fn shown(desk: &Desk, event: &Recorded, may_see: bool) -> Value {
    whole(event, &|value| desk.opened(value, may_see), may_see)
}

/// The same as a `CloudEvent` 1.0, whose `data` is all of it; its extension attributes are for those
/// who choose by them.
pub(crate) fn cloud(desk: &Desk, event: &Recorded, may_see: bool) -> Value {
    let (kind, id) = (&event.aggregate_type, &event.aggregate_id);
    let mut cloud = json!({
        "specversion": "1.0",
        "id": event.event_id,
        "source": source(desk),
        "type": event.event_type,
        "subject": format!("{kind}/{id}"),
        "time": event.recorded_at,
        "datacontenttype": "application/json",
        "dataschema": alone::place(&event.event_type, &event.event_version),
        "position": event.position.to_string(),
        "occurredat": event.occurred(),
        "data": shown(desk, event, may_see),
    });
    if let Value::Object(attributes) = &mut cloud {
        let said = ATTRIBUTES.iter().filter_map(|(name, key)| Some((*name, event.meta(key)?)));
        attributes.extend(said.map(|(name, text)| (name.to_owned(), json!(text))));
    }
    cloud
}

/// Where events of this log come from, as `CloudEvents` names it: with the id of one it is unique.
pub(crate) fn source(desk: &Desk) -> String {
    format!("{DISTRICTS}/{}", desk.code())
}

/// What of the metadata is an attribute of a `CloudEvent`, and under which name.
pub(crate) const ATTRIBUTES: [(&str, &str); 8] = [
    ("actorid", keys::ACTOR_ID),
    ("actorunit", keys::ACTOR_UNIT),
    ("actorrole", keys::ACTOR_ROLE),
    ("onbehalfof", keys::ON_BEHALF_OF),
    ("authority", keys::AUTHORITY),
    ("correlationid", keys::CORRELATION_ID),
    ("causationid", keys::CAUSATION_ID),
    ("rulesversion", keys::RULES_VERSION),
];

/// The same for the own copy of these subjects: no words but theirs are opened.
pub(crate) fn copied(desk: &Desk, event: &Recorded, subjects: &[String]) -> Value {
    whole(event, &|value| desk.copied(value, subjects), false)
}

fn whole(event: &Recorded, opened: &dyn Fn(Value) -> Value, may_see: bool) -> Value {
    let mut shown = written(event, opened);
    if !may_see && let Some(data) = shown.get_mut("data") {
        if &*event.aggregate_type == "epidemic" {
            counts::withhold(data);
        }
        if let Value::Object(data) = data {
            withhold_told(data);
        }
    }
    shown
}

fn written(event: &Recorded, opened: &dyn Fn(Value) -> Value) -> Value {
    let data = match serde_json::from_str(&event.payload).unwrap_or_default() {
        Value::Object(tagged) => {
            tagged.into_iter().next().map(|(_, said)| said).unwrap_or_default()
        }
        plain @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)) => plain,
    };
    let mut shown = Map::new();
    let mut say = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    say("event_id", json!(event.event_id));
    say("log", json!(event.log));
    say("position", json!(event.position.to_string()));
    say("aggregate_type", json!(event.aggregate_type));
    say("aggregate_id", json!(event.aggregate_id));
    say("sequence", json!(event.sequence));
    say("event_type", json!(event.event_type));
    say("event_version", json!(event.event_version));
    say("recorded_at", json!(event.recorded_at));
    say("occurred_at", json!(event.occurred()));
    for key in [
        keys::ACTOR_ID,
        keys::ACTOR_UNIT,
        keys::ACTOR_ROLE,
        keys::ON_BEHALF_OF,
        keys::AUTHORITY,
        keys::CORRELATION_ID,
        keys::CAUSATION_ID,
        keys::RULES_VERSION,
    ] {
        if let Some(text) = event.meta(key) {
            say(key, json!(text));
        }
    }
    for key in [keys::NOTE, keys::ATTACHMENTS, keys::TRACE] {
        if let Some(text) = event.meta(key) {
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            say(key, opened(value));
        }
    }
    say("leaf_hash", Value::String(hex(&event.leaf_hash)));
    say("data", opened(data));
    Value::Object(shown)
}
