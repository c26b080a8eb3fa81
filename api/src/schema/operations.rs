//! Schemas of operations and of what they come to.

use serde_json::{Value, json};

use super::{about, count, formatted, history, list, maybe, object, one_of, position, text, uuid};

/// Work in the background.
pub(super) fn operation() -> Value {
    let why = object([("code", text()), ("detail", text())]);
    let of = about(count(), "How many events there were when it began");
    let events = object([("events", about(count(), "How many it has read")), ("of", of)]);
    let lines = object([
        ("lines_read", about(count(), "How many lines of registers it has read")),
        ("lines_written", about(maybe(count()), "How many lines it has written")),
        ("of", about(maybe(count()), "How many lines it will have, once that is known")),
    ]);
    let progress = json!({"oneOf": [events, lines]});
    about(
        object([
            ("id", uuid()),
            ("kind", one_of(["import", "rebuild", "report", "verification", "what-if"])),
            ("state", one_of(["running", "done", "failed", "cancelled"])),
            ("started_at", formatted("date-time")),
            ("finished_at?", formatted("date-time")),
            ("progress?", about(progress, "How far it has come, while it runs")),
            ("result?", history::result()),
            ("problem?", about(why, "Why it failed")),
        ]),
        "Work in the background. It is forgotten when the process ends; nothing is half-written \
         then, and the same request begins it anew.",
    )
}

/// What a rebuild came to.
pub(super) fn rebuilt() -> Value {
    let difference = object([
        ("relation", text()),
        ("key", text()),
        ("stood", about(maybe(text()), "The row as it stood")),
        ("rebuilt", about(maybe(text()), "The row as the events have it")),
    ]);
    object([
        ("register", about(text(), "What was to be rebuilt")),
        ("fold", about(text(), "The fold that keeps its rows")),
        ("events", about(count(), "How many events were folded")),
        ("rows", about(count(), "How many rows they came to")),
        ("different_rows", about(count(), "How many rows were not what the events say")),
        ("differences", about(list(difference), "The first hundred of them; they are repaired")),
    ])
}

/// What a report that was run came to.
pub(super) fn made() -> Value {
    object([
        ("report", about(text(), "Which report")),
        ("title", text()),
        ("media_type", about(text(), "What it is")),
        ("bytes", about(count(), "Its length")),
        ("sha256", text()),
        ("lines", about(count(), "How many lines its table has")),
        ("position", position()),
        ("kept_seconds", about(count(), "How long it can be fetched, at …/result")),
    ])
}

/// What a ledger that was taken in came to.
pub(super) fn imported() -> Value {
    let rows = |what: &str| about(count(), what);
    object([
        ("import", about(text(), "The name of its mapping")),
        ("rows", rows("How many rows it has")),
        ("recorded", rows("Those that stand in the log now, and did not before")),
        ("unchanged", rows("Those for which nothing had to happen")),
        ("repeated", rows("Those that were taken in before")),
        ("would_record", rows("Those that would be recorded, where it was only tried")),
        ("refused", rows("Those that a rule refused")),
        ("wrong", rows("Those with a cell that is not what it should be")),
        ("media_type", about(text(), "What each row came to: a line each, at …/result")),
        ("bytes", about(count(), "Its length")),
        ("sha256", text()),
        ("position", position()),
        ("kept_seconds", about(count(), "How long it can be fetched, at …/result")),
    ])
}
