//! The stored form of every event of a webhook.

use cqrs_es::DomainEvent;
use fugong_domain::webhook::{Event, Webhook};
use fugong_fixtures::{
    desk::webhooks::{secret, subscription},
    given, sealed,
};
use serde_json::json;

pub(super) fn all() -> Vec<Event> {
    vec![
        Event::Created {
            subscription: subscription("eic", "integrator"),
            sealed_secret: secret(1),
        },
        Event::Rotated {
            sealed_secret: secret(2),
            former_until: "2020-03-05T12:00:00Z".parse().unwrap(),
        },
        Event::Disabled { reason: sealed("the platform has another") },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("webhook_events", stored);
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
        let state = given::<Webhook>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Webhook>(&text).unwrap(), state, "{text}");
    }
}
