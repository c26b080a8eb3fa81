//! The stored form of every event of a measure of control.

use cqrs_es::DomainEvent;
use fugong_domain::{
    codes::MeasureKind,
    measure::{ControlMeasure, Event, Target},
};
use fugong_fixtures::{date, given, sealed};
use serde_json::json;

fn all() -> Vec<Event> {
    let on = date(2020, 2, 27);
    vec![
        Event::Imposed {
            target: Target::Area("500114106".parse().unwrap()),
            kind: MeasureKind::ClosedManagement,
            by: "500114106".parse().unwrap(),
            text: Some(sealed("one gate stays open")),
            authority: None,
            on,
        },
        Event::Imposed {
            target: Target::Enterprise("91500114MAYY01168R".parse().unwrap()),
            kind: MeasureKind::StopOrder,
            by: "hq".parse().unwrap(),
            text: None,
            authority: Some("黔江府发〔2020〕3号".parse().unwrap()),
            on,
        },
        Event::Relaxed { step: sealed("lorries pass again"), on: date(2020, 3, 3) },
        Event::Kept { reason: sealed("one is still observed"), on: date(2020, 3, 10) },
        Event::Lifted { basis: None, on: date(2020, 3, 12) },
        Event::Lifted { basis: Some(sealed("the risk is low")), on: date(2020, 3, 12) },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("measure_events", stored);
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
        let state = given::<ControlMeasure>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<ControlMeasure>(&text).unwrap(), state, "{text}");
    }
}
