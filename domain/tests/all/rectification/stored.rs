//! The stored form of every event of an order.

use cqrs_es::DomainEvent;
use fugong_domain::{
    Advisory, Deadline,
    codes::SupersedeKind,
    rectification::{Event, Limit, Rectification, Superseding},
};
use fugong_fixtures::{
    date,
    desk::cases::{finding, order},
    given, sealed,
};
use serde_json::json;

fn all() -> Vec<Event> {
    let deadline = Deadline {
        rule: "working-days:3".to_owned(),
        start: date(2020, 2, 28),
        calendar_version: Some("CN-2020-v2".to_owned()),
        due: date(2020, 3, 4),
    };
    vec![
        ordered(Limit::WorkingDays(3), None),
        ordered(Limit::Due(date(2020, 3, 4)), Some("the deputy manager")),
        Event::Superseded { by: order(2), kind: SupersedeKind::Further },
        Event::Served {
            on: date(2020, 2, 28),
            deadline: Some(deadline.clone()),
            advisories: Vec::new(),
        },
        Event::Served {
            on: date(2020, 3, 5),
            deadline: None,
            advisories: vec![Advisory::DueBeforeService],
        },
        Event::Extended { deadline, reason: sealed("late parts") },
        Event::Reported {
            at: "2020-03-04T15:59:59Z".parse().unwrap(),
            evidence: vec!["0f".repeat(32).parse().unwrap()],
            late: false,
        },
        Event::Complied { on: date(2020, 3, 5), by: "reinspector".to_owned() },
        Event::Failed { on: date(2020, 3, 5), by: "reinspector".to_owned() },
        Event::Lapsed { due: date(2020, 3, 4) },
        Event::Revoked { reason: sealed("wrong plant") },
        Event::Terminated { reason: None, rule: Some("enterprise_closed".to_owned()) },
    ]
}

fn ordered(limit: Limit, responsible: Option<&str>) -> Event {
    Event::Ordered {
        enterprise: "91500114MAYY01168R".parse().unwrap(),
        findings: vec![finding(1, 1)],
        limit,
        measures: sealed("keep a log"),
        responsible: responsible.map(sealed),
        supervisor: Some("wang".to_owned()),
        issuer: "issuer".to_owned(),
        supersedes: Some(Superseding { order: order(9), kind: SupersedeKind::Correction }),
        on: date(2020, 2, 28),
    }
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("rectification_events", stored);
}

#[test]
fn every_event_is_read_as_it_was_stored() {
    for event in all() {
        assert_eq!(event.event_version(), "1.0");
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }
}

/// What is kept of an order between events, by the policies among others, is read as it was.
#[test]
fn every_standing_is_read_as_it_was_kept() {
    let mut history = Vec::new();
    for event in all() {
        history.push(event);
        let state = given::<Rectification>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Rectification>(&text).unwrap(), state, "{text}");
    }
}
