//! The stored form of every event about the words that are kept of a subject.

use cqrs_es::DomainEvent;
use fugong_domain::{
    codes::{ErasureGround, HoldGround, RestrictionGround},
    data_subject::{DataSubject, Event},
};
use fugong_fixtures::{date, given, sealed};
use serde_json::json;

fn all() -> Vec<Event> {
    let on = date(2020, 4, 1);
    let reason = || sealed("the case is open");
    vec![
        Event::Restricted { ground: RestrictionGround::OnRequest, reason: reason(), on },
        Event::Held {
            ground: HoldGround::RetentionPeriod,
            reason: reason(),
            until: Some(date(2025, 2, 28)),
            by: "emb".parse().unwrap(),
            authority: Some("黔应急发〔2020〕8号".parse().unwrap()),
            on,
        },
        Event::RestrictionLifted { reason: reason(), on },
        Event::HoldLifted { reason: reason(), on },
        Event::Held {
            ground: HoldGround::OpenCase,
            reason: reason(),
            until: None,
            by: "eic".parse().unwrap(),
            authority: None,
            on,
        },
        Event::Restricted { ground: RestrictionGround::CannotBeErased, reason: reason(), on },
        Event::HoldLifted { reason: reason(), on },
        Event::Erased { ground: ErasureGround::PurposeAchieved, authority: None, on },
        Event::Erased {
            ground: ErasureGround::OtherLaw,
            authority: Some("渝网办发〔2021〕5号".parse().unwrap()),
            on,
        },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("data_subject_events", stored);
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
        let state = given::<DataSubject>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<DataSubject>(&text).unwrap(), state, "{text}");
    }
}
