//! Schemas of what is told of webhooks.

use fugong_domain::codes::Role;
use serde_json::{Map, Value, json};

use super::{about, count, list, maybe, moment, named, object, one_of, position, text, yes};

/// Every one of them.
pub(super) fn schemas() -> Map<String, Value> {
    [
        ("Webhook", webhook()),
        ("WebhookList", object([("items", list(named("Webhook")))])),
        ("DeliveryList", deliveries()),
        ("WebhookTest", test()),
    ]
    .map(|(name, schema)| (name.to_owned(), schema))
    .into_iter()
    .collect()
}

fn webhook() -> Value {
    let failing = object([
        ("position", position()),
        ("attempts", about(count(), "How often it was tried")),
        ("since", about(moment(), "When it was tried first")),
        ("next_at", about(moment(), "When it is tried next")),
        ("why", about(text(), "Why it was not taken")),
    ]);
    object([
        ("id", about(text(), "What it is called: a UUID if an act created it")),
        ("label", about(maybe(text()), "Who is there; null if the settings name it")),
        ("url", about(text(), "Where it is sent to")),
        ("payload", about(one_of(["thin", "full"]), "How much is sent of an event")),
        ("types", about(list(text()), "Only these types of events; all if none is there")),
        ("enterprise", about(maybe(text()), "Only what is about this enterprise")),
        ("unit", about(named("Unit"), "For whom it is sent")),
        (
            "role",
            about(
                one_of(Role::ALL.iter().map(|role| role.code())),
                "Whose rights say what is told",
            ),
        ),
        ("state", about(one_of(["in_use", "disabled"]), "Whether it is sent anything")),
        ("version", about(maybe(count()), "What If-Match wants; null if the settings name it")),
        (
            "delivered_to",
            about(
                position(),
                "Up to here everything was taken or set aside; of a process that does not send, where it began",
            ),
        ),
        ("failing", about(maybe(failing), "The event that is not taken so far")),
        ("disabled_at", about(maybe(moment()), "When the receiver said that he wants no more")),
        ("dead_letters", about(count(), "How many events were set aside")),
    ])
}

fn deliveries() -> Value {
    let attempt = object([
        ("id", about(text(), "The webhook-id, the same at each attempt")),
        ("position", position()),
        ("type", about(text(), "What happened")),
        ("at", about(moment(), "When")),
        ("attempt", about(count(), "The how manieth attempt it was")),
        ("status", about(maybe(json!({"type": "integer"})), "What the receiver answered")),
        ("taken", about(yes(), "Whether he took it")),
        ("why", about(maybe(text()), "Why not")),
    ]);
    let dead = object([
        ("position", position()),
        ("type", about(text(), "What happened")),
        ("attempts", about(count(), "How often it was tried")),
        ("at", about(moment(), "When it was set aside")),
        ("why", about(text(), "Why it was not taken the last time")),
    ]);
    object([
        ("items", about(list(attempt), "The last hundred attempts, the newest last")),
        ("dead_letters", about(list(dead), "What was set aside, until it is sent again and taken")),
    ])
}

fn test() -> Value {
    object([
        ("id", about(text(), "The webhook-id, another for each test")),
        ("at", about(moment(), "When it was sent")),
        ("status", about(maybe(json!({"type": "integer"})), "What the receiver answered")),
        ("taken", about(yes(), "Whether he took it")),
        ("why", about(maybe(text()), "Why not")),
    ])
}
