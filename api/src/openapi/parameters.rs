//! What a parameter of an address or of a query is like.

use serde_json::{Value, json};

use crate::{look::Query, path};

/// Those of an address.
pub(super) fn in_path(pattern: &str) -> Vec<Value> {
    path::parameters(pattern)
        .map(|name| {
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": in_an_address(name),
                "schema": schema(name),
            })
        })
        .collect()
}

/// Those of a query.
pub(super) fn in_query(query: &[Query]) -> impl Iterator<Item = Value> {
    query.iter().map(|(name, description)| {
        // `<column>`: by any name.
        if name.starts_with('<') {
            return json!({
                "name": format!("{}s", name.trim_matches(['<', '>'])),
                "in": "query",
                "required": false,
                "description": description,
                "style": "form",
                "explode": true,
                "schema": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
                    "additionalProperties": {"type": "string"},
                },
            });
        }
        json!({
            "name": name,
            "in": "query",
            "required": *name == "from",
            "description": description,
            "schema": if ["format", "form"].contains(name) { forms(description) } else { schema(name) },
        })
    })
}

fn in_an_address(name: &str) -> &'static str {
    match name {
        "uscc" => "The unified social credit code (统一社会信用代码) of an enterprise",
        "act" => "The event by which the act began, as the Location of its receipt names it",
        "event_id" => "The id of an event",
        "position" => "The position of an event",
        "sha256" => "The SHA-256 of the bytes, in hexadecimal digits",
        "n" => "Its number in that enterprise or order, from 1",
        "seat" => "A seat of the posting, such as station_chief",
        "type" => "The type of an event, such as enterprise-registered",
        "version" => "The version of its stored form, such as 1.0",
        "code" => "The code of a problem, such as NOT_FOUND",
        "name" => "Its name, as the list of them has it",
        "of" => "A kind of what has a history, such as enterprise",
        "level" => "The level of the tree, from 0; or `entries`",
        "tile" => "The number of the tile, by threes: x001/234; `.p/N` for one that is not full",
        _ => "The id of what it is about",
    }
}

/// The text that a parameter of this name may be. A `moment` is an instant (RFC 3339) or a day; where
/// the description says so, a position too. A `cursor` is one that an answer gave.
pub(super) fn schema(name: &str) -> Value {
    match name {
        "bom" => json!({"type": "boolean", "default": false}),
        "limit" => json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
        "n" => json!({"type": "integer", "minimum": 1}),
        "true_on" | "due_before" => json!({"type": "string", "format": "date"}),
        "as_of" | "from" | "to" | "beside" => json!({"type": "string", "format": "moment"}),
        "after" | "at_position" | "position" | "Min-Position" => {
            json!({"type": "string", "format": "position", "pattern": "^[0-9]{1,18}$"})
        }
        "sha256" | "definition" => json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        "Idempotency-Key" => json!({"type": "string", "pattern": "^[!-~]{1,255}$"}),
        "cursor" => json!({"type": "string", "format": "cursor"}),
        "If-Match" => json!({"type": "string", "format": "etag"}),
        _ => json!({"type": "string"}),
    }
}

/// One of the words that stand between backticks.
fn forms(description: &str) -> Value {
    let words: Vec<_> = description.split('`').skip(1).step_by(2).collect();
    json!({"type": "string", "enum": words})
}
