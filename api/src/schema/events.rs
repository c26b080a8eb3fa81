//! Schemas of what events say, found out from their types.

use fugong_domain::{
    Kind, api_key, barrier, credit, data_subject, enterprise, epidemic, inspection, measure,
    officer, plan, posting, rectification, regime, report, resumption, support, task, webhook,
};
use serde_json::{Map, Value, json};

use crate::counts::OF_PERSONS;

use super::{
    about, named, of,
    parts::event,
    states::relax,
    text,
    trace::{Shape, trace},
};

/// The stored types of all events.
pub(super) fn types() -> Vec<&'static str> {
    Kind::ALL.iter().flat_map(|kind| kind.about().events).copied().collect()
}

fn shape(kind: Kind) -> Option<Shape> {
    match kind {
        Kind::Enterprise => trace::<enterprise::Event>(),
        Kind::Resumption => trace::<resumption::Event>(),
        Kind::Plan => trace::<plan::Event>(),
        Kind::Posting => trace::<posting::Event>(),
        Kind::Officer => trace::<officer::Event>(),
        Kind::Inspection => trace::<inspection::Event>(),
        Kind::Rectification => trace::<rectification::Event>(),
        Kind::Credit => trace::<credit::Event>(),
        Kind::Support => trace::<support::Event>(),
        Kind::Barrier => trace::<barrier::Event>(),
        Kind::Epidemic => trace::<epidemic::Event>(),
        Kind::Measure => trace::<measure::Event>(),
        Kind::Task => trace::<task::Event>(),
        Kind::Regime => trace::<regime::Event>(),
        Kind::DataSubject => trace::<data_subject::Event>(),
        Kind::Report => trace::<report::Event>(),
        Kind::ApiKey => trace::<api_key::Event>(),
        Kind::Webhook => trace::<webhook::Event>(),
    }
}

/// The schema of what each event says, under its stored type; and of events as answers show them.
pub(super) fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    for kind in Kind::ALL {
        let Some(Shape::Choice(events)) = shape(*kind) else { continue };
        for (tag, said) in events {
            let mut said = said.as_ref().map_or_else(|| json!({"type": "object"}), of);
            if *kind == Kind::Epidemic {
                relax(&mut said, &OF_PERSONS);
            }
            schemas.insert(format!("{kind}-{tag}"), said);
        }
    }
    schemas.insert("EventData".to_owned(), data(&schemas));
    for (name, besides) in [("Event", None), ("TimelineLine", Some(("sentence", text())))] {
        let mut event = event(besides.into_iter().collect());
        if let Value::Object(members) = &mut event {
            members.insert("allOf".to_owned(), json!([named("EventData")]));
        }
        schemas.insert(name.to_owned(), event);
    }
    schemas
}

/// What `data` holds follows from the type of the event.
fn data(events: &Map<String, Value>) -> Value {
    let each: Vec<Value> = events
        .keys()
        .map(|name| {
            json!({
                "if": {"properties": {"event_type": {"const": name}}},
                "then": {"properties": {"data": named(name)}},
            })
        })
        .collect();
    about(json!({"allOf": each}), "What `data` holds, by the type of the event")
}

#[cfg(test)]
mod tests {
    use super::{schemas, types};

    /// A type that reads anything, or checks one member against another, cannot be found out:
    /// then its schema is to be written by hand.
    #[test]
    fn what_every_event_says_is_found_out() {
        let schemas = schemas();
        for name in types() {
            let said = schemas.get(name).unwrap_or_else(|| panic!("{name} has no schema"));
            assert_eq!(said["type"], "object", "{name}");
            assert!(said["properties"].is_object(), "{name}: {said}");
        }
    }
}
