//! Schemas of what is looked back at.

use serde_json::{Map, Value, json};

use super::{about, count, day, list, maybe, named, object, one_of, parts, position, text};
use fugong_domain::Kind;

/// Every one, by name.
pub(super) fn schemas() -> Map<String, Value> {
    let state = object([
        ("of", of()),
        ("position", position()),
        ("true_on", day()),
        (
            "state",
            any(
                "The state of the aggregate; of a register its rows; of the district those of each register",
            ),
        ),
    ]);
    let diff = object([
        ("of", of()),
        ("from", about(position(), "From what was known here")),
        ("position", position()),
        ("true_on", day()),
        ("changes", changes()),
    ]);
    let step = object([
        ("event", named("TimelineLine")),
        ("before", any("How it stood; of a register, the rows that changed")),
        ("after", any("How it stands")),
        ("changes", changes()),
    ]);
    let stands = object([
        ("pointer", about(text(), "The JSON pointer to it")),
        ("label", about(text(), "What officials call it, in Chinese")),
        ("value", any("What stands there")),
        ("value_label", about(maybe(text()), "What officials call the value, where it is a code")),
    ]);
    let fact = object([
        ("kind", one_of(Kind::ALL.iter().map(|kind| kind.code()))),
        ("id", text()),
        ("stands", about(list(stands), "What stands at which places of its state")),
    ]);
    let ground = object([
        ("event", named("TimelineLine")),
        ("rests_on", about(list(position()), "Which of the others it rests on, by positions")),
        ("rules", about(list(text()), "The rules that decided, by name")),
        ("rules_version", maybe(text())),
    ]);
    let why = object([
        ("fact", about(fact, "What is so")),
        ("events", about(list(ground), "The fewest from which it follows, in order")),
        ("position", position()),
    ]);
    let steps = parts::page(named("Step"), vec![("true_on", day())]);
    let named_ones = [
        ("HistoryState", state),
        ("HistoryDiff", diff),
        ("Step", step),
        ("StepList", steps),
        ("Why", why),
        ("Verified", verified()),
        ("WhatIf", what_if()),
    ];
    named_ones.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn any(what: &str) -> Value {
    about(json!({}), what)
}

fn changes() -> Value {
    any(
        "A JSON Patch (RFC 6902); of a register the rows that differ, each with what it was and is; \
         of the district those of each register that changed",
    )
}

fn verified() -> Value {
    let fault = object([
        ("position", json!({"type": "integer", "minimum": 0})),
        ("command_id", about(maybe(text()), "Which command")),
        ("detail", text()),
    ]);
    let register = object([
        ("name", text()),
        ("position", position()),
        ("different_rows", about(count(), "How many rows are not what the events say")),
    ]);
    object([
        ("events", about(count(), "How many there are")),
        ("commands", about(count(), "How many were decided again")),
        ("idle", about(count(), "How many of them found nothing to do, then and now")),
        ("undecided", about(count(), "How many events have no command that is kept")),
        (
            "sealed",
            about(
                maybe(json!({"type": "integer"})),
                "Up to which event they are those of the last checkpoint",
            ),
        ),
        ("faults", about(list(fault), "What did not come out as it stands")),
        ("registers", about(list(register), "Each fold, compared with one from the first event")),
        ("sound", about(json!({"type": "boolean"}), "Whether nothing is wrong")),
    ])
}

fn what_if() -> Value {
    let texts = |what: &str| about(list(text()), what);
    let differently = object([
        ("then", about(text(), "How it was")),
        ("otherwise", about(text(), "How it would have been")),
        ("changes", changes()),
    ]);
    let treated = object([
        ("whom", about(text(), "The enterprise; else an aggregate")),
        ("name", maybe(text())),
        ("only_then", texts("What happened and would not have")),
        ("only_otherwise", texts("What did not happen and would have")),
        ("refused", texts("Why acts of then would have been refused")),
        ("differently", about(list(differently), "What would have happened otherwise")),
        ("because", texts("Which of the changes alone would do this")),
    ]);
    object([
        ("loop", about(one_of(["open", "closed"]), "Whether policies react anew")),
        ("changed", texts("What is other about the rules")),
        ("events", about(list(count()), "How many there were, and how many there would have been")),
        ("treated", about(list(treated), "Who would have been treated differently")),
    ])
}

/// What an operation comes to, by its kind.
pub(super) fn result() -> Value {
    let results = ["Imported", "Made", "Rebuilt", "Verified", "WhatIf"].map(named);
    about(json!({"anyOf": results}), "What came of it, by its kind")
}

fn of() -> Value {
    about(text(), "What is looked back at: district, register/…, enterprise/…, or a kind and an id")
}
