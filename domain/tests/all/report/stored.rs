//! The stored form of every event of a report of the district's own.

use cqrs_es::DomainEvent;
use fugong_domain::report::{Event, Report};
use fugong_fixtures::{desk::reports::definition, given, sealed};
use serde_json::json;

fn all() -> Vec<Event> {
    vec![
        Event::Defined(definition("责令限期整改周报")),
        Event::Withdrawn { reason: sealed("it is not needed any more") },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("report_events", stored);
}

#[test]
fn every_event_is_read_as_it_was_stored() {
    for event in all() {
        assert_eq!(event.event_version(), "1.0");
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }
}

#[test]
fn every_standing_is_read_as_it_was_kept() {
    let mut history = Vec::new();
    for event in all() {
        history.push(event);
        let state = given::<Report>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), state, "{text}");
    }
}
