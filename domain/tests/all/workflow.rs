//! What the workflow says of itself is what the code does.

use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use fugong_domain::{
    Kind, Timer, api_key::ApiKey, barrier::Barrier, credit::Credit, data_subject::DataSubject,
    enterprise::Enterprise, epidemic::Epidemic, inspection::Inspection, measure::ControlMeasure,
    officer::Officer, plan::Plan, policies, posting::Posting, rectification::Rectification,
    regime::Regime, report::Report, resumption::Resumption, support::Support, task::Task,
    webhook::Webhook,
};
use serde::Serialize;
use serde_json::Value;

#[test]
fn every_kind_is_named_as_its_aggregate_is_stored() {
    let stored = [
        Enterprise::TYPE,
        Resumption::TYPE,
        Plan::TYPE,
        Posting::TYPE,
        Officer::TYPE,
        Inspection::TYPE,
        Rectification::TYPE,
        Credit::TYPE,
        Support::TYPE,
        Barrier::TYPE,
        Epidemic::TYPE,
        ControlMeasure::TYPE,
        Task::TYPE,
        Regime::TYPE,
        DataSubject::TYPE,
        Report::TYPE,
        ApiKey::TYPE,
        Webhook::TYPE,
    ];
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(kinds, stored);
}

#[test]
fn every_event_carries_the_noun_of_its_kind_and_none_is_there_twice() {
    let mut seen = BTreeSet::new();
    for kind in Kind::ALL {
        for event in kind.about().events {
            assert!(event.strip_prefix(kind.code()).is_some_and(|verb| verb.starts_with('-')));
            assert!(seen.insert(*event), "{event}");
        }
    }
}

/// What an answer shows as `state` is a word of the list, also before anything has happened.
#[test]
fn a_state_is_written_with_the_word_that_it_is_called_by() {
    fn first<A: Aggregate + Serialize>(kind: Kind, word: &str) {
        let written = serde_json::to_value(A::default()).unwrap();
        assert_eq!(written["state"], Value::from(word), "{kind}");
        assert!(kind.about().states.contains(&word), "{kind}");
    }
    first::<Plan>(Kind::Plan, Plan::default().state().code());
    first::<Officer>(Kind::Officer, Officer::default().state().code());
    first::<Inspection>(Kind::Inspection, Inspection::default().state().code());
    first::<Barrier>(Kind::Barrier, Barrier::default().state().code());
    first::<Epidemic>(Kind::Epidemic, Epidemic::default().state().code());
    first::<ControlMeasure>(Kind::Measure, ControlMeasure::default().state().code());
    first::<Support>(Kind::Support, Support::default().state().code());
    first::<DataSubject>(Kind::DataSubject, DataSubject::default().state().code());
    first::<Report>(Kind::Report, Report::default().state().code());
    first::<ApiKey>(Kind::ApiKey, ApiKey::default().state().code());
    first::<Webhook>(Kind::Webhook, Webhook::default().state().code());
    first::<Rectification>(Kind::Rectification, Rectification::default().state().code());
}

#[test]
fn every_timer_belongs_to_a_policy_and_brings_about_what_there_is() {
    let policies: BTreeSet<_> = policies().iter().map(|policy| policy.name().to_owned()).collect();
    let events: BTreeSet<_> = Kind::ALL.iter().flat_map(|kind| kind.about().events).collect();
    for timer in Timer::ALL {
        assert!(policies.contains(timer.policy()), "{timer}");
        assert!(!timer.events().is_empty(), "{timer}");
        for event in timer.events() {
            assert!(events.contains(event), "{timer}: {event}");
        }
    }
}
