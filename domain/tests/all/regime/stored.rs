//! The stored form of every event of the rules.

use std::collections::BTreeMap;

use cqrs_es::DomainEvent;
use fugong_domain::{
    Calendar, UnitCode,
    codes::{RiskLevel, Role},
    industry::Industries,
    regime::{Checklist, Code, Event},
    rules::RuleSet,
    township::Units,
};
use fugong_fixtures::date;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A value written as JSON, as it would arrive.
fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// Every variant once, small.
fn all() -> Vec<Event> {
    let named = |name: &str| name.to_owned();
    vec![
        Event::RulesPublished { rules: Box::new(rules()) },
        Event::RiskLevelChanged {
            area: Some("500114003".parse::<UnitCode>().unwrap()),
            level: RiskLevel::Medium,
            effective_on: date(2020, 3, 10),
        },
        Event::FiguresFixed { date: date(2020, 2, 28) },
        Event::CalendarPublished { calendar: calendar() },
        Event::UnitsPublished { units: units() },
        Event::IndustryPublished { industries: industries() },
        Event::CodesPublished {
            lists: BTreeMap::from([(
                named("scales"),
                vec![Code { code: named("above"), zh: named("规模以上"), en: named("above") }],
            )]),
        },
        Event::ChecklistsPublished {
            lists: BTreeMap::from([(
                named("plan_priorities"),
                Checklist {
                    label: named("六大工作重点"),
                    basis: named("§二(一)2"),
                    items: BTreeMap::from([(named("P1"), named("组织领导"))]),
                },
            )]),
        },
    ]
}

fn rules() -> RuleSet {
    RuleSet {
        version: "qj-2020-02-26".to_owned(),
        effective_from: date(2020, 2, 26),
        basis: "《黔江区工业企业全面复工复产工作方案》".to_owned(),
        scale_threshold_cny: 20_000_000,
        plan_deadline: date(2020, 2, 25),
        plan_working_days_if_later: 3,
        month_end_target: date(2020, 2, 29),
        first_visit_days: 1,
        no_visit_days: 7,
        repeat_threshold: 2,
        repeat_window_days: 90,
        statement_working_days: 3,
        objection_working_days: 10,
        objection_decide_working_days: 3,
        objection_decide_working_days_complex: 7,
        retention_months_max: 60,
        reminder_working_days: 1,
        daily_cutoff: Some("17:00".parse().unwrap()),
        plan_sections: vec!["P1".to_owned()],
        plan_emergency: true,
        five_musts: vec!["M1".to_owned()],
        sector_leads: BTreeMap::from([("B".to_owned(), "emb".parse().unwrap())]),
        support_escalates_to: vec!["eic".parse().unwrap()],
        barrier_units: BTreeMap::from([("roadblock".to_owned(), "police".parse().unwrap())]),
        barrier_escalates_to: vec!["hq".parse().unwrap()],
        measure_review_days: 7,
        rights: BTreeMap::from([("inspection.open".to_owned(), vec![Role::Commission])]),
    }
}

fn calendar() -> Calendar {
    read(json!({
        "id": "CN-2020-v1", "year": 2020, "published_on": "2019-11-21", "superseded_on": "2020-01-27",
        "holidays": {"2020-01-24": "Spring Festival"},
        "makeup_workdays": {"2020-02-01": "Spring Festival"},
    }))
}

fn units() -> Units {
    read(json!({
        "divisions": [
            {"code": "500114254", "name": "五里乡", "kind": "township", "valid_to": "2020-03-15"},
            {"code": "500114124", "name": "五里镇", "kind": "town", "valid_from": "2020-03-16",
             "replaces": "500114254", "note": "fictional"},
        ],
        "parks": [{"code": "park-zy", "name": "正阳工业园区管理委员会", "short": "正阳工业园区"}],
        "offices": [{"code": "eic", "name": "黔江区经济和信息化委员会", "short": "区经信委"}],
    }))
}

fn industries() -> Industries {
    read(json!({
        "standard": "GB/T 4754-2017",
        "sections": [{"section": "B", "name": "采矿业", "industrial": true,
                      "divisions": {"06": "煤炭开采和洗选业", "12": null}}],
    }))
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("regime_events", stored);
}

#[test]
fn every_event_is_read_as_it_was_stored() {
    for event in all() {
        assert_eq!(event.event_version(), "1.0");
        assert!(event.event_type().starts_with("regime-"));
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }
}

#[test]
fn a_member_that_nobody_knows_is_noticed() {
    let text =
        r#"{"risk-level-changed":{"area":null,"level":"low","effective_on":"2020-02-26","x":1}}"#;
    assert!(serde_json::from_str::<Event>(text).is_err());
}
