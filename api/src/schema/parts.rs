//! Schemas that many answers have in them.

use fugong_domain::{Kind, codes::Role};
use serde_json::{Value, json};

use super::{
    about, count, day, formatted, list, maybe, moment, named, object, one_of, position, text, uuid,
    yes,
};
use crate::{event::ATTRIBUTES, problem::LIST};

/// Words about a person, as they are shown.
pub(super) fn words() -> Value {
    let mark = |name: &str, why: &str| {
        let mark = about(json!({"type": "boolean", "const": true}), why);
        object([(name, mark)])
    };
    about(
        json!({"oneOf": [
            text(),
            mark("hidden", "Whoever asks may not see them"),
            mark("erased", "Their key was destroyed: nobody can read them any more"),
            mark("restricted", "They are kept and not used: see the data subject"),
            mark("unreadable", "They do not fit their key"),
        ]}),
        "Words about a person: sealed in the log, opened for those who may see them",
    )
}

/// A deadline as it is stored.
pub(super) fn deadline() -> Value {
    about(
        object([
            ("rule", about(text(), "How it was counted, such as working-days:3")),
            ("start", about(day(), "The day from which it was counted, which does not count")),
            (
                "calendar_version",
                about(maybe(text()), "The calendar that counted; none where nothing was counted"),
            ),
            ("due", about(day(), "The last day, that day included")),
        ]),
        "A deadline with where it came from; a calendar published later does not move it",
    )
}

/// An event as a `CloudEvent`.
pub(super) fn cloud_event() -> Value {
    let mut cloud = object([
        ("specversion", json!({"type": "string", "const": "1.0"})),
        ("id", about(uuid(), "The event's own id")),
        ("source", about(text(), "The log it stands in: with `id` it is unique")),
        ("type", about(one_of(super::events::types()), "What happened")),
        ("subject", about(text(), "To what it happened: its kind and its id")),
        ("time", about(moment(), "When the log took it")),
        ("datacontenttype", json!({"type": "string", "const": "application/json"})),
        ("dataschema", about(text(), "Where the schema of `data` is")),
        ("position", position()),
        ("occurredat", about(named("When"), "When it happened in the world")),
        ("data", named("Event")),
    ]);
    if let Some(Value::Object(members)) = cloud.get_mut("properties") {
        let said = |key: &str| about(text(), &format!("`{key}` of the event"));
        members.extend(ATTRIBUTES.map(|(name, key)| (name.to_owned(), said(key))));
    }
    cloud
}

/// An event with its envelope, and with these members besides.
pub(super) fn event(besides: Vec<(&str, Value)>) -> Value {
    let codes = |codes: Vec<&'static str>| one_of(codes);
    let members = vec![
        ("event_id", uuid()),
        ("log", json!({"type": "integer"})),
        ("position", position()),
        ("aggregate_type", codes(Kind::ALL.iter().map(|kind| kind.code()).collect())),
        ("aggregate_id", text()),
        ("sequence", json!({"type": "integer", "minimum": 1})),
        ("event_type", codes(super::events::types())),
        ("event_version", text()),
        ("recorded_at", moment()),
        ("occurred_at", named("When")),
        ("actor_id?", text()),
        ("actor_unit?", text()),
        ("actor_role?", codes(Role::ALL.iter().map(|role| role.code()).collect())),
        ("on_behalf_of?", text()),
        ("authority?", text()),
        ("correlation_id?", text()),
        ("causation_id?", text()),
        ("rules_version?", text()),
        ("note?", named("Words")),
        ("attachments?", list(named("Sha256"))),
        ("trace?", json!({"type": "object"})),
        ("leaf_hash", json!({"type": "string", "pattern": "^[0-9a-f]{64}$"})),
        ("data", json!({"type": "object"})),
    ];
    object(members.into_iter().chain(besides))
}

/// The receipt of an act.
pub(super) fn receipt() -> Value {
    let event = object([
        ("type", one_of(super::events::types())),
        ("event_id", uuid()),
        ("position", position()),
    ]);
    let states = Kind::ALL.iter().map(|kind| super::answers::state_name(*kind));
    let record = json!({"anyOf": states.map(|name| named(&name)).collect::<Vec<_>>()});
    object([
        ("id", about(text(), "What was made, or the act itself: by it, it is read back")),
        ("version", about(json!({"type": "integer", "minimum": 0}), "Of the thing, after the act")),
        ("position", about(position(), "Where its last event stands")),
        ("events", about(list(event), "What happened; nothing when nothing had to")),
        ("advisories", about(list(text()), "Remarks by their codes; none is a condition")),
        (
            "secret?",
            about(
                text(),
                "The text of an API key or the secret of a webhook, told this once: a repeat does not tell it",
            ),
        ),
        ("record?", about(record, "How the thing stands, when nothing had to happen")),
    ])
}

/// What is wrong (RFC 9457).
pub(super) fn problem() -> Value {
    let fault = object([
        (
            "pointer",
            about(text(), "A JSON pointer into the body, or the name of a parameter or header"),
        ),
        ("detail", text()),
        ("line?", about(count(), "The line of a text, from 1")),
        ("column?", about(count(), "The character in that line, from 1")),
    ]);
    let codes = LIST.iter().map(|entry| entry.code);
    object([
        ("type", about(formatted("uri-reference"), "Where the code is described")),
        ("title", about(text(), "In the language that Accept-Language asks for")),
        ("status", json!({"type": "integer", "minimum": 400, "maximum": 599})),
        ("detail", about(text(), "What is wrong with this request")),
        ("instance", about(text(), "The address that was asked")),
        ("code", about(one_of(codes), "What kind it is, for ever")),
        ("trace_id", about(text(), "Under which the server notes it")),
        ("errors", about(list(fault), "Which members are wrong")),
        ("current_version?", about(text(), "The version that a conflict met")),
        ("position?", about(position(), "Where the rows stand")),
        ("min_position?", about(position(), "Where they were asked to stand")),
    ])
}

/// A page of a list.
pub(super) fn page(items: Value, besides: Vec<(&'static str, Value)>) -> Value {
    let members =
        [("items", list(items)), ("next_cursor", maybe(text())), ("position", position())];
    object(members.into_iter().chain(besides))
}

/// The state of a thing, with its version.
pub(super) fn record(state: Value) -> Value {
    object([
        ("id", text()),
        ("version", json!({"type": "integer", "minimum": 0})),
        ("position", position()),
        ("state", about(state, "How it stands")),
        ("events?", about(list(named("Event")), "The last of what happened to it, oldest first")),
    ])
}

/// A column of a register.
pub(super) fn column() -> Value {
    object([
        ("name", text()),
        ("kind", one_of(["text", "integer", "date", "instant", "boolean", "json"])),
        ("role", one_of(["key", "dimension", "measure", "date"])),
        ("personal", yes()),
        ("references", maybe(text())),
        ("label_zh", text()),
        ("label_en", text()),
    ])
}

/// A line of the inbox, which says besides what is kept of the task what its enterprise, its subject
/// and its officer are called.
pub(super) fn task_line(mut task: Value) -> Value {
    let besides = [
        ("name", about(maybe(text()), "What its enterprise is called")),
        ("about", about(text(), "What its subject is called; empty where that is the enterprise")),
        ("officer_name", about(maybe(named("Words")), "What its officer is called")),
    ];
    for (name, schema) in besides {
        if let Some(Value::Object(members)) = task.get_mut("properties") {
            members.insert(name.to_owned(), schema);
        }
        if let Some(Value::Array(required)) = task.get_mut("required") {
            required.push(json!(name));
        }
    }
    task
}
