//! The stored form of every event of a report of a barrier.

use cqrs_es::DomainEvent;
use fugong_domain::{
    barrier::{Barrier, Event},
    codes::BarrierKind,
};
use fugong_fixtures::{date, given, sealed};
use serde_json::json;

fn all() -> Vec<Event> {
    vec![
        Event::Reported {
            kind: BarrierKind::FreightBlocked,
            against: Some("500114106".parse().unwrap()),
            place: "S202 线 5 公里处".to_owned(),
            text: Some(sealed("three lorries are held up")),
            enterprise: Some("91500114MAYY01168R".parse().unwrap()),
            reported_by: "91500114MAYY01168R".parse().unwrap(),
            to: Some("traffic".parse().unwrap()),
            on: date(2020, 2, 27),
        },
        Event::Assigned {
            unit: "police".parse().unwrap(),
            due: date(2020, 2, 28),
            on: date(2020, 2, 27),
        },
        Event::Escalated {
            to: "hq".parse().unwrap(),
            overdue: date(2020, 2, 28),
            on: date(2020, 2, 29),
        },
        Event::Removed { how: None, on: date(2020, 2, 29) },
        Event::FoundUnfounded { reason: sealed("nobody was there"), on: date(2020, 2, 29) },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("barrier_events", stored);
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
        let state = given::<Barrier>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Barrier>(&text).unwrap(), state, "{text}");
    }
}
