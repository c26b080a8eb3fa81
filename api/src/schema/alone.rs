//! The schema of one type of event, which stands alone: for whoever checks what he is sent, and
//! makes types of it.

use std::{collections::BTreeSet, sync::OnceLock};

use serde_json::{Map, Value, json};

use super::events;
use crate::openapi;

/// Where schemas of events are.
pub(crate) const SCHEMA: &str = "/v1/schemas/events/{type}/{version}";
/// The version of the stored form of every event so far.
const VERSION: &str = "1.0";
/// Where the document has what it refers to, and where a schema alone.
const THERE: &str = "#/components/schemas/";
const HERE: &str = "#/$defs/";

/// Where the schema of an event is.
pub(crate) fn place(event_type: &str, version: &str) -> String {
    format!("/v1/schemas/events/{event_type}/{version}")
}

/// The types and versions that have one.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    events::types().into_iter().map(|event_type| (event_type, VERSION))
}

/// The schema of events of this type and version, with their envelope, as the feed and webhooks
/// send them.
pub(crate) fn event(event_type: &str, version: &str) -> Option<Value> {
    let known = schemas();
    let says = known.get(event_type).filter(|_| version == VERSION)?;
    let mut schema = known.get("Event")?.clone();
    let members = schema.as_object_mut()?;
    members.remove("allOf");
    let fixed = |text: &str| json!({"type": "string", "const": text});
    let properties = members.get_mut("properties")?.as_object_mut()?;
    properties.insert("event_type".to_owned(), fixed(event_type));
    properties.insert("event_version".to_owned(), fixed(version));
    properties.insert("data".to_owned(), says.clone());
    members.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    members.insert("$id".to_owned(), json!(place(event_type, version)));
    members.insert("title".to_owned(), json!(event_type));
    let (mut wanted, mut definitions) = (BTreeSet::new(), Map::new());
    brought(&mut schema, &mut wanted);
    while let Some(name) = wanted.pop_first() {
        if !definitions.contains_key(&name) {
            let mut definition = known.get(&name)?.clone();
            brought(&mut definition, &mut wanted);
            definitions.insert(name, definition);
        }
    }
    schema.as_object_mut()?.insert("$defs".to_owned(), definitions.into());
    Some(schema)
}

/// Has references lead to where the schema itself holds what they name, and collects the names.
fn brought(schema: &mut Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref")
                && let Some(name) = target.strip_prefix(THERE).map(str::to_owned)
            {
                *target = format!("{HERE}{name}");
                names.insert(name);
            }
            members.values_mut().for_each(|value| brought(value, names));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| brought(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The schemas of the OpenAPI document.
fn schemas() -> &'static Map<String, Value> {
    static SCHEMAS: OnceLock<Map<String, Value>> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let schemas = openapi::value().pointer("/components/schemas").and_then(Value::as_object);
        schemas.cloned().unwrap_or_default()
    })
}
