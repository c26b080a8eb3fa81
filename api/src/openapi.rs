//! The OpenAPI 3.1 document, written from the two tables: what is not in them has no route, and
//! what is in them cannot be missing here.

mod access;
mod imports;
mod operations;
mod others;
mod parameters;
mod proofs;
mod runs;
mod tags;
mod webhooks;

use std::sync::OnceLock;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::{
    deed::Entry,
    deeds,
    http::{
        ATTACHMENT, ATTACHMENTS, BATCHES, CHECKPOINT, IMPORTS, OPERATION, PROOF, REBUILDS, REPLAYS,
        RESULT, RUNS, TESTS, TILE, VERIFICATIONS, WHAT_IFS,
    },
    json, looks,
    members::Common,
    schema::answers,
};

/// The document, as it is served and kept in `docs/openapi.json`.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let text = serde_json::to_string_pretty(&JsonFirst(&document())).unwrap_or_default();
        format!("{text}\n")
    })
}

/// The same as a value.
pub(crate) fn value() -> &'static Value {
    static VALUE: OnceLock<Value> = OnceLock::new();
    VALUE.get_or_init(document)
}

/// A value in which, of several forms of one answer, JSON stands first: generators of clients take the
/// first for the one that is asked for.
struct JsonFirst<'a>(&'a Value);

impl Serialize for JsonFirst<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        const JSON: &str = "application/json";
        match self.0 {
            Value::Object(members) => {
                let first = members.get_key_value(JSON).into_iter();
                let rest = members.iter().filter(|(name, _)| *name != JSON);
                to.collect_map(first.chain(rest).map(|(name, value)| (name, Self(value))))
            }
            Value::Array(items) => to.collect_seq(items.iter().map(Self)),
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                plain.serialize(to)
            }
        }
    }
}

fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut add = |path: &str, method: &str, mut operation: Value| {
        tags::complete(&mut operation, path);
        access::tell(&mut operation);
        let item = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(method.to_owned(), operation);
        }
    };
    for entry in deeds::TABLE {
        add(entry.row.path, &entry.row.method().to_lowercase(), operations::deed(entry));
    }
    for look in looks::table() {
        add(look.path, "get", operations::look(look));
    }
    add(REPLAYS, "post", webhooks::replay());
    add(TESTS, "post", webhooks::test());
    add(REBUILDS, "post", operations::rebuild());
    add(RUNS, "post", runs::run());
    add(OPERATION, "delete", runs::cancel());
    add(RESULT, "get", runs::result());
    add(VERIFICATIONS, "post", others::verification());
    add(WHAT_IFS, "post", others::what_if());
    add(BATCHES, "post", others::batch());
    add(IMPORTS, "post", imports::import());
    add(ATTACHMENTS, "post", others::attach());
    add(ATTACHMENT, "get", others::attached());
    add(CHECKPOINT, "get", proofs::checkpoint());
    add(&TILE.replace(":.*", ""), "get", proofs::tile());
    add(PROOF, "get", proofs::proof());
    let tags = tags::tags(&paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Fugong 复工",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Supervising enterprises that resume work",
            "description": "Every act becomes an event; registers are folds of events. Reporting a \
                resumption needs nobody's consent: it is recorded whatever else is so (§四). Every address /v1/… is that of the first \
                district; /v1/districts/{code}/… in its place is that of each, see /v1/districts.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "Whoever runs this server; of the program itself, see its README"},
        },
        "tags": tags,
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "x-access-words": access::words(),
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "A JWT of an issuer that the server trusts (docs/integrating.md). With \
                    --dev: dev:<actor>:<unit>:<role>, such as dev:zhang:eic:commission",
            }},
            "parameters": operations::parameters(),
            "headers": operations::headers(),
            "responses": operations::responses(),
            "schemas": schemas(),
        },
    })
}

/// Every schema that others name.
fn schemas() -> Map<String, Value> {
    let mut schemas = body_schemas();
    schemas.extend(answers::schemas());
    schemas.extend(others::schemas());
    schemas
}

/// Every schema that those of bodies name.
pub(crate) fn body_schemas() -> Map<String, Value> {
    let mut found: Vec<(String, RefOr<Schema>)> = Vec::new();
    Common::schemas(&mut found);
    for entry in deeds::TABLE {
        (entry.schemas)(&mut found);
    }
    let mut schemas: Map<String, Value> = found
        .into_iter()
        .filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?)))
        .collect();
    for entry in deeds::TABLE {
        schemas.insert((entry.name)(), body(entry));
    }
    schemas
}

/// The schema of a deed's own members; one that has those of another deed has them itself.
fn own_body(entry: &Entry) -> Value {
    let body = serde_json::to_value((entry.schema)()).unwrap_or_default();
    let other = body.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    let other = other.and_then(|name| deeds::TABLE.iter().find(|entry| (entry.name)() == name));
    let mut body = match other {
        Some(other) => serde_json::to_value((other.schema)()).unwrap_or_default(),
        None => return body,
    };
    if let Value::Object(members) = &mut body {
        members.insert("description".to_owned(), json!(entry.row.summary));
    }
    body
}

/// The schema of a body: the deed's own members, and those that every act may have.
pub(crate) fn body(entry: &Entry) -> Value {
    let mut body = own_body(entry);
    let common = serde_json::to_value(Common::schema()).unwrap_or_default();
    let others = common.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Value::Object(members) = &mut body {
        members.insert("additionalProperties".to_owned(), json!(false));
        members.insert("type".to_owned(), json!("object"));
        let own = members.entry("properties").or_insert_with(|| json!({}));
        if let Value::Object(own) = own {
            for (name, schema) in others {
                own.entry(name).or_insert(schema);
            }
            own.values_mut().for_each(bound);
        }
    }
    body
}

/// Says of a whole number how large it may be: one of 32 bits, or what every reader has exactly.
fn bound(schema: &mut Value) {
    let most = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => u32::MAX.into(),
        Some("int64") => json::LARGEST,
        Some(_) | None => return,
    };
    if let Value::Object(members) = schema {
        members.entry("maximum").or_insert_with(|| json!(most));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{answers, body_schemas, others};

    /// One would silently take the other's place.
    #[test]
    fn no_two_schemas_have_one_name() {
        let all = [body_schemas(), answers::schemas(), others::schemas()];
        let names: Vec<_> = all.iter().flat_map(|schemas| schemas.keys()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }
}
