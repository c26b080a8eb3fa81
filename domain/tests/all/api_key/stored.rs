//! The stored form of every event of an API key.

use cqrs_es::DomainEvent;
use fugong_domain::api_key::{ApiKey, Event};
use fugong_fixtures::{
    desk::api_keys::{digest, grant},
    given, sealed,
};
use serde_json::json;

pub(super) fn all() -> Vec<Event> {
    vec![
        Event::Issued {
            grant: grant("eic", "integrator"),
            sha256: digest(1),
            expires_on: "2020-12-31".parse().unwrap(),
        },
        Event::Rotated {
            sha256: digest(2),
            expires_on: "2021-01-31".parse().unwrap(),
            former_until: "2020-03-05T12:00:00Z".parse().unwrap(),
        },
        Event::Withdrawn { reason: sealed("the platform has another") },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("api_key_events", stored);
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
        let state = given::<ApiKey>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<ApiKey>(&text).unwrap(), state, "{text}");
    }
}
