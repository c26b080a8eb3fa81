//! What is answered about the workflow.

use fugong_domain::Kind;
use serde_json::{Value, json};

use super::{about, list, map, named, object, one_of, text, yes};

/// Aggregates, policies, timers and registers.
pub(super) fn workflow() -> Value {
    let schema = || json!({"type": "object"});
    let command = object([
        ("id", text()),
        ("method", one_of(["POST", "PUT"])),
        ("path", text()),
        ("summary", text()),
        ("right", about(text(), "The name by which the rules of the day grant it")),
        ("roles", text()),
        ("needs_if_match", yes()),
        ("events", list(text())),
        ("schema", about(schema(), "The JSON Schema of its body")),
    ]);
    let step = object([
        ("event", about(text(), "The type of the event")),
        ("from", about(list(text()), "Where it finds it; empty where something begins")),
        ("to", about(text(), "Where it leaves it")),
    ]);
    let aggregate = object([
        ("kind", one_of(Kind::ALL.iter().map(|kind| kind.code()))),
        ("label_zh", text()),
        ("id", text()),
        ("states", list(text())),
        ("commands", list(command)),
        ("events", list(text())),
        ("steps", about(list(step), "From where to where they lead")),
    ]);
    let timer = object([
        ("name", text()),
        ("label_zh", text()),
        ("policy", text()),
        ("due", about(text(), "When it wakes")),
        ("events", about(list(text()), "The events it may bring about")),
    ]);
    let register = object([
        ("name", text()),
        ("label_zh", text()),
        ("label_en", text()),
        ("source", text()),
        ("fed_by", about(list(text()), "The events that can change a line of it")),
        ("columns", list(named("Column"))),
    ]);
    object([
        ("aggregates", list(aggregate)),
        ("policies", list(text())),
        ("timers", list(timer)),
        ("registers", list(register)),
        ("schemas", about(map(schema()), "The schemas that those of bodies name")),
    ])
}
