//! The stored form of every event of an incident.

use cqrs_es::DomainEvent;
use fugong_domain::epidemic::{Epidemic, Event};
use fugong_fixtures::{date, given, sealed};
use serde_json::json;

fn all() -> Vec<Event> {
    let on = date(2020, 2, 27);
    vec![
        Event::Reported { enterprise: "91500114MAYY01168R".parse().unwrap(), persons: 1, on },
        Event::Isolated { persons: 3, on },
        Event::CdcReported { on },
        Event::Traced { contacts: 12, on },
        Event::Disinfected { places: 2, on },
        Event::RuledOut { basis: sealed("two tests were negative"), on: date(2020, 2, 28) },
        Event::Closed { on: date(2020, 3, 12) },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("epidemic_events", stored);
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
        let state = given::<Epidemic>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Epidemic>(&text).unwrap(), state, "{text}");
    }
}
