//! What would have been under other rules.

use std::collections::BTreeSet;

use fugong_api::{Desk, History, Otherwise, WhatIf};
use fugong_engine::Loop;
use fugong_fixtures::data;

use crate::story::{Told, told};

async fn under(told: &Told, rules: &str, how: Loop) -> WhatIf {
    let desk = Desk::new(told.log.clone());
    let rules = Otherwise::parse(rules).unwrap();
    History::of(&desk).what_if(&rules, how, told.log.head()).await.unwrap()
}

/// The sentences of what would happen to nobody but under other rules.
fn only_otherwise<'a>(found: &'a WhatIf, word: &str) -> Vec<&'a str> {
    let all = found.treated.iter().flat_map(|it| &it.only_otherwise);
    all.map(String::as_str).filter(|sentence| sentence.contains(word)).collect()
}

#[actix_web::test]
async fn under_the_rules_as_they_were_nobody_is_treated_differently() {
    let told = told().await;
    let same = include_str!("../../fixtures/data/rules/2020-02-26.json");
    for how in [Loop::Open, Loop::Closed] {
        for rules in ["{}", same, r#"{"rules": {"repeat_threshold": 2}}"#] {
            let found = under(&told, rules, how).await;
            assert_eq!(found.treated, vec![], "{how:?} {rules}");
            assert_eq!(found.events, (told.events.len(), told.events.len()));
        }
    }
    let head = told.events.last().unwrap().position;
    assert_eq!(told.log.head(), head, "a thought is written nowhere");
}

/// 「屡教不改」 has no number: with a higher threshold nobody is proposed whom two orders brought up.
#[actix_web::test]
async fn with_another_threshold_others_are_proposed_for_the_credit_record() {
    let told = told().await;
    let proposed_by_rule = |it: &&fugong_core::Recorded| {
        &*it.event_type == "credit-flag-proposed" && it.meta("actor_role") == Some("system")
    };
    let proposed: BTreeSet<String> =
        told.events.iter().filter(proposed_by_rule).map(|it| it.aggregate_id.to_string()).collect();
    assert!(!proposed.is_empty());
    let higher = r#"{"rules": {"repeat_threshold": 9}}"#;
    let found = under(&told, higher, Loop::Closed).await;
    assert_eq!(found.changed, ["repeat_threshold"]);
    let spared: BTreeSet<String> = found
        .treated
        .iter()
        .filter(|it| it.only_then.iter().any(|sentence| sentence.contains("建议纳入诚信记录")))
        .map(|it| it.whom.clone())
        .collect();
    assert_eq!(spared, proposed);
    for it in &found.treated {
        assert_eq!(it.because, ["repeat_threshold"], "{it:?}");
    }
    let named = found.treated.iter().find(|it| proposed.contains(&it.whom)).unwrap();
    assert!(named.name.is_some(), "{named:?}");
    // In the open loop the policy asks for what it did ask, and the rule refuses or finds nothing.
    let open = under(&told, higher, Loop::Open).await;
    let spared_too = open.treated.iter().any(|it| proposed.contains(&it.whom));
    assert!(spared_too, "{open:?}");
    // Nobody's resumption depends on any of it (§四).
    for found in [&found, &open] {
        let said = found.treated.iter().flat_map(|it| it.only_then.iter().chain(&it.refused));
        let hindered: Vec<_> = said.filter(|it| it.contains("复工复产")).collect();
        assert_eq!(hindered, Vec::<&String>::new());
    }
}

/// A deadline by another calendar falls on another day, and what alone does it is told.
#[actix_web::test]
async fn of_several_changes_those_are_named_that_make_the_difference() {
    let told = told().await;
    let mut calendar =
        data::calendars().unwrap().into_iter().find(|it| it.id == "CN-2020-v2").unwrap();
    // A week in March is off.
    for day in 2..=6 {
        let day = chrono::NaiveDate::from_ymd_opt(2020, 3, day).unwrap();
        calendar.holidays.insert(day, "假设放假".to_owned());
    }
    let rules = serde_json::json!({
        "rules": {"repeat_threshold": 2, "measure_review_days": 1},
        "calendars": [calendar],
    });
    let found = under(&told, &rules.to_string(), Loop::Closed).await;
    let because: BTreeSet<_> = found.treated.iter().flat_map(|it| it.because.clone()).collect();
    assert!(!because.contains("repeat_threshold"), "it is as it was: {because:?}");
    assert!(because.contains("CN-2020-v2"), "{because:?}");
    assert!(because.contains("measure_review_days"), "{because:?}");
    let moved = found.treated.iter().flat_map(|it| &it.differently);
    let due = moved.filter(|it| it.changes.to_string().contains("/deadline/due"));
    assert!(0 < due.count(), "no deadline moved");
    assert!(only_otherwise(&found, "复工复产").is_empty());
}

/// What nobody published cannot be replaced, and what is no rule is none.
#[actix_web::test]
async fn rules_that_are_none_are_refused() {
    let told = told().await;
    let desk = Desk::new(told.log.clone());
    let history = History::of(&desk);
    for rules in [
        r#"{"rules": {"repeat_threshold": "many"}}"#,
        r#"{"rules": {"no_such_rule": 1}}"#,
        r#"{"versions": ["cq-1999"], "rules": {"repeat_threshold": 3}}"#,
        r#"{"rules": {"repeat_threshold": 0}}"#,
    ] {
        let rules = Otherwise::parse(rules).unwrap();
        let refused = history.what_if(&rules, Loop::Closed, told.log.head()).await;
        assert_eq!(refused.unwrap_err().code(), "INVALID_FIELD", "{rules:?}");
    }
    for unreadable in ["[]", "{\"rule\": 1}", r#"{"rules": {"version": "x"}}"#] {
        assert!(Otherwise::parse(unreadable).is_err(), "{unreadable}");
    }
}
