//! The stored form of every event of a difficulty.

use cqrs_es::DomainEvent;
use fugong_domain::{
    codes::SupportSource,
    support::{Event, Payment, Support},
};
use fugong_fixtures::{date, given, sealed};
use serde_json::json;

fn all() -> Vec<Event> {
    let paid = Some(Payment { amount_cny: 150_000, paid_on: date(2020, 3, 2) });
    vec![
        Event::Raised {
            enterprise: "91500114MAYY01168R".parse().unwrap(),
            category: "policy_fulfilment".parse().unwrap(),
            source: SupportSource::Officer,
            text: sealed("the subsidy has not come"),
            amount_cny: Some(200_000),
            on: date(2020, 2, 27),
        },
        Event::Escalated {
            to: "eic".parse().unwrap(),
            reason: Some(sealed("nobody answers")),
            overdue: None,
            on: date(2020, 2, 27),
        },
        Event::Assigned {
            department: "fin".parse().unwrap(),
            due: date(2020, 3, 2),
            on: date(2020, 2, 28),
        },
        Event::Transferred {
            department: "hrss".parse().unwrap(),
            due: date(2020, 3, 2),
            reason: sealed("it is about wages"),
            on: date(2020, 2, 28),
        },
        Event::ProgressNoted { text: sealed("half is on its way"), on: date(2020, 2, 29) },
        Event::Escalated {
            to: "hq".parse().unwrap(),
            reason: None,
            overdue: Some(date(2020, 3, 2)),
            on: date(2020, 3, 3),
        },
        Event::Resolved { how: sealed("paid"), paid: paid.clone(), on: date(2020, 3, 3) },
        Event::Confirmed { satisfied: true, paid, on: date(2020, 3, 4) },
        Event::Reopened { reason: sealed("half is wanting"), on: date(2020, 3, 5) },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("support_events", stored);
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
        let state = given::<Support>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Support>(&text).unwrap(), state, "{text}");
    }
}
