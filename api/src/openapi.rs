//! The OpenAPI 3.1 document, written from the two tables: what is not in them has no route, and
//! what is in them cannot be missing here.

mod operations;
mod others;

use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::{
    deed::Entry,
    deeds,
    http::{ATTACHMENT, ATTACHMENTS, BATCHES, REBUILDS},
    looks,
    members::Common,
    problem::LIST,
};

/// The document, as it is served and kept in `docs/openapi.json`.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let text = serde_json::to_string_pretty(&document()).unwrap_or_default();
        format!("{text}\n")
    })
}

fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut add = |path: &str, method: &str, operation: Value| {
        let item = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(method.to_owned(), operation);
        }
    };
    for entry in deeds::TABLE {
        add(entry.row.path, "post", operations::deed(entry));
    }
    for look in looks::table() {
        add(look.path, "get", operations::look(look));
    }
    add(REBUILDS, "post", operations::rebuild());
    add(BATCHES, "post", others::batch());
    add(ATTACHMENTS, "post", others::attach());
    add(ATTACHMENT, "get", others::attached());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Fugong 复工",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Supervising enterprises that resume work",
            "description": "Every act becomes an event; registers are folds of events. Reporting a \
                resumption needs nobody's consent: it is recorded whatever else is so (§四).",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "With --dev: dev:<actor>:<unit>:<role>, such as dev:zhang:eic:commission",
            }},
            "parameters": operations::parameters(),
            "headers": operations::headers(),
            "responses": operations::responses(),
            "schemas": schemas(),
        },
    })
}

/// Every schema that others name.
pub(crate) fn schemas() -> Map<String, Value> {
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
    schemas.extend(operations::own_schemas());
    schemas.extend(others::schemas());
    schemas
}

/// The schema of a body: the deed's own members, and those that every act may have.
pub(crate) fn body(entry: &Entry) -> Value {
    let mut body = serde_json::to_value((entry.schema)()).unwrap_or_default();
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
        }
    }
    body
}

/// Every code of a problem, for the schema.
fn codes() -> Vec<&'static str> {
    LIST.iter().map(|entry| entry.code).collect()
}
