//! The stored form of every event of a credit record.

use cqrs_es::DomainEvent;
use fugong_domain::{
    Deadline,
    credit::{Credit, Event, Involved},
};
use fugong_fixtures::{date, desk::cases::order, given, sealed};
use serde_json::json;

fn period(due: chrono::NaiveDate) -> Deadline {
    Deadline {
        rule: "working-days:3".to_owned(),
        start: date(2020, 3, 12),
        calendar_version: Some("CN-2020-v2".to_owned()),
        due,
    }
}

fn flagged(flag: u32) -> Event {
    Event::Flagged {
        flag,
        decided_by: "decider".to_owned(),
        legal_review: "黔江经信法审〔2020〕3号".to_owned(),
        collective_discussion: "黔江经信会纪〔2020〕7号".to_owned(),
        retention_months: 12,
        on: date(2020, 3, 18),
        until: date(2021, 3, 18),
        objection: period(date(2020, 4, 1)),
    }
}

fn all() -> Vec<Event> {
    let flag = 1;
    vec![
        Event::FlagProposed {
            flag,
            grounds: vec![order(1), order(2)],
            involved: vec![Involved { actor: "issuer".to_owned(), part: "issuer".to_owned() }],
            on: date(2020, 3, 11),
        },
        Event::ProposalWithdrawn { flag, rule: "grounds_lost".to_owned() },
        Event::NoticeServed {
            flag,
            by: "server".to_owned(),
            on: date(2020, 3, 12),
            statement: period(date(2020, 3, 17)),
        },
        Event::StatementRecorded { flag, text: sealed("short of masks") },
        flagged(flag),
        Event::ProposalDismissed { flag, reason: sealed("the flood") },
        flagged(flag),
        Event::ObjectionLodged {
            flag,
            grounds: sealed("in time"),
            on: date(2020, 3, 19),
            decide: period(date(2020, 3, 24)),
        },
        Event::VerificationBegun {
            flag,
            reason: sealed("ask the carrier"),
            on: date(2020, 3, 20),
            decide: period(date(2020, 3, 30)),
        },
        Event::ObjectionRejected { flag, on: date(2020, 3, 23) },
        Event::RepairApplied { flag, evidence: vec!["0f".repeat(32).parse().unwrap()] },
        Event::RepairRefused { flag, on: date(2020, 5, 7) },
        Event::RepairGranted { flag, on: date(2020, 6, 1) },
        Event::Expired { flag, until: date(2021, 3, 18) },
        Event::ObjectionUpheld { flag, on: date(2020, 3, 23) },
        // As they were stored before they carried their day.
        Event::Expunged { flag, reason: None, rule: Some("objection_upheld".to_owned()), on: None },
        Event::Expunged { flag, reason: Some(sealed("wrong code")), rule: None, on: None },
        Event::FlagDisclosed {
            flag,
            disclosure: 1,
            recipient: "信用中国（重庆）".to_owned(),
            basis: "渝府办发〔2019〕91号".to_owned(),
            purpose: sealed("collected there"),
            on: date(2020, 3, 19),
        },
        Event::Expunged {
            flag,
            reason: Some(sealed("wrong code")),
            rule: None,
            on: Some(date(2020, 3, 24)),
        },
        Event::WithdrawalNotified {
            flag,
            disclosure: 1,
            recipient: "信用中国（重庆）".to_owned(),
            on: date(2020, 3, 25),
        },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("credit_events", stored);
}

#[test]
fn every_event_is_read_as_it_was_stored() {
    for event in all() {
        assert_eq!(event.event_version(), "1.0");
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }
}

/// What is kept of a record between events, by the policies among others, is read as it was.
#[test]
fn every_standing_is_read_as_it_was_kept() {
    let mut history = Vec::new();
    for event in all() {
        history.push(event);
        let state = given::<Credit>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Credit>(&text).unwrap(), state, "{text}");
    }
}
