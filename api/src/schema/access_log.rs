//! The schema of the access log.

use serde_json::{Map, Value, json};

use super::{about, count, list, maybe, moment, named, object, text};

/// Every one of them.
pub(super) fn schemas() -> Map<String, Value> {
    [("Access", access()), ("AccessLog", page())]
        .map(|(name, schema)| (name.to_owned(), schema))
        .into_iter()
        .collect()
}

fn access() -> Value {
    let who = object([
        ("actor", about(text(), "A pseudonym")),
        ("unit", about(text(), "For which unit")),
        ("role", about(text(), "In which role")),
    ]);
    let kinds = json!({"type": "string", "enum": ["read", "export", "denial"]});
    let mut line = object([
        ("n", about(count(), "Which line of the file, from 1")),
        ("before", about(text(), "The SHA-256 of the line before; of the first, of nothing")),
        ("at", about(moment(), "When, by the clock of the log")),
        (
            "kind",
            about(
                kinds,
                "Words about persons were opened, something was carried away in another form than JSON, or somebody was turned away",
            ),
        ),
        ("who", about(maybe(who), "Who; null where it was not known")),
        ("operation", about(text(), "The operationId")),
        ("of", about(list(text()), "The keys that the address named; ? for what is no key")),
        ("status", about(json!({"type": "integer"}), "How it was answered")),
        ("rule", about(text(), "The rule of rights by which he was turned away")),
    ]);
    // Only of those who were turned away by one.
    if let Some(Value::Array(required)) = line.get_mut("required") {
        required.retain(|name| name != "rule");
    }
    line
}

fn page() -> Value {
    let head = object([
        (
            "file",
            about(text(), "Which file of <database>.access/: each process that serves has one"),
        ),
        ("lines", about(count(), "How many lines it has")),
        ("sha256", about(text(), "The SHA-256 of the last: keep it elsewhere")),
    ]);
    object([
        ("items", about(list(named("Access")), "Lines of this process, the last first")),
        ("head", about(head, "How far the file has come")),
        ("next_cursor", about(maybe(text()), "Where the lines before go on; null at the first")),
    ])
}
