//! Publishing: once, whole, and without taking away what events may name.

use std::collections::BTreeMap;

use fugong_domain::{
    codes::{RiskLevel, Role},
    regime::{Command, Event, Regime},
    township::Units,
};
use fugong_fixtures::{data, date};

use super::{FEB_25, FEB_26, after, calendar, district, rules, unit};

#[track_caller]
fn refused(regime: &Regime, command: Command, at: &str) {
    let refusal = regime.decide(command).unwrap_err();
    assert_eq!(refusal.code(), "INVALID_FIELD", "{refusal}");
    assert!(refusal.to_string().starts_with(&format!("{at}: ")), "{refusal}");
}

fn units(regime: &Regime) -> Units {
    regime.units().clone()
}

#[test]
fn opening_the_district_twice_publishes_nothing_new() {
    let regime = district();
    for command in data::district().unwrap() {
        assert_eq!(regime.decide(command), Ok(Vec::new()));
    }
}

#[test]
fn a_version_keeps_what_it_said() {
    let regime = district();
    let mut changed = rules("qj-2020-02-26");
    changed.repeat_threshold = 3;
    refused(&regime, Command::PublishRules { rules: Box::new(changed.clone()) }, "/version");
    "qj-2020-04-07".clone_into(&mut changed.version);
    changed.effective_from = date(2020, 4, 7);
    let regime = after(regime, Command::PublishRules { rules: Box::new(changed) });
    assert_eq!(regime.rules_at(date(2020, 4, 6)).unwrap().repeat_threshold, 2);
    assert_eq!(regime.rules_at(date(2020, 4, 7)).unwrap().repeat_threshold, 3);
}

/// 「不得对企业复工复产设置条件」
#[test]
fn a_rule_set_cannot_condition_a_resumption() {
    let mut gate = rules("gate");
    gate.rights.insert("resumption.report".to_owned(), vec![Role::Commission]);
    refused(
        &district(),
        Command::PublishRules { rules: Box::new(gate) },
        "/rights/resumption.report",
    );
}

#[test]
fn a_rule_set_that_counts_to_nothing_is_refused() {
    let mut empty = rules("empty");
    empty.repeat_threshold = 0;
    refused(&district(), Command::PublishRules { rules: Box::new(empty) }, "/repeat_threshold");
    let mut lost = rules("lost");
    lost.sector_leads.insert("Z".to_owned(), unit("eic"));
    refused(&district(), Command::PublishRules { rules: Box::new(lost) }, "/sector_leads/Z");
}

#[test]
fn a_calendar_keeps_its_name_and_its_year() {
    let regime = district();
    let mut changed = calendar("CN-2020-v2");
    changed.holidays.clear();
    refused(&regime, Command::PublishCalendar { calendar: changed }, "/id");

    let mut strayed = calendar("CN-2020-v3");
    strayed.holidays.insert(date(2021, 1, 1), "New Year's Day".to_owned());
    refused(&regime, Command::PublishCalendar { calendar: strayed }, "/holidays/2021-01-01");

    let mut torn = calendar("CN-2020-v3");
    torn.makeup_workdays.insert(date(2020, 5, 1), "Labour Day".to_owned());
    refused(&regime, Command::PublishCalendar { calendar: torn }, "/makeup_workdays/2020-05-01");
}

/// A deadline that runs keeps the version it was counted with.
#[test]
fn a_later_calendar_counts_for_later_starts_only() {
    let running = district().calendars().due(FEB_26, 3, Some(FEB_26)).unwrap();
    let mut third = calendar("CN-2020-v3");
    third.published_on = Some(date(2020, 3, 1));
    third.holidays.insert(date(2020, 3, 2), "made up for this test".to_owned());
    let regime = after(district(), Command::PublishCalendar { calendar: third });

    assert_eq!(running.calendar_version.as_deref(), Some("CN-2020-v2"));
    assert_eq!(regime.calendars().due(FEB_26, 3, Some(FEB_26)), Ok(running));
    let later = regime.calendars().due(FEB_26, 3, Some(date(2020, 3, 1))).unwrap();
    assert_eq!(
        (later.due, later.calendar_version.unwrap().as_str()),
        (date(2020, 3, 3), "CN-2020-v3")
    );
}

#[test]
fn a_unit_ends_but_never_goes() {
    let regime = district();
    let mut fewer = units(&regime);
    fewer.divisions.remove(0);
    refused(&regime, Command::PublishUnits { units: fewer }, "/divisions");

    let mut ended = units(&regime);
    ended.divisions[0].valid_to = Some(FEB_25);
    let code = ended.divisions[0].code.clone();
    let regime = after(regime, Command::PublishUnits { units: ended });
    assert!(regime.unit_at(&code, FEB_25).is_ok());
    assert!(regime.unit_at(&code, FEB_26).is_err());
}

#[test]
fn a_township_has_one_name_a_day() {
    let regime = district();
    let mut twice = units(&regime);
    twice.divisions.push(twice.divisions[0].clone());
    let last = twice.divisions.len() - 1;
    refused(&regime, Command::PublishUnits { units: twice }, &format!("/divisions/{last}/code"));

    let mut backwards = units(&regime);
    backwards.divisions[0].valid_from = Some(FEB_26);
    backwards.divisions[0].valid_to = Some(FEB_25);
    refused(&regime, Command::PublishUnits { units: backwards }, "/divisions/0/valid_to");

    let mut renamed = units(&regime);
    let mut later = renamed.divisions[0].clone();
    renamed.divisions[0].valid_to = Some(FEB_25);
    later.valid_from = Some(FEB_26);
    "新名街道".clone_into(&mut later.name);
    let code = later.code.clone();
    renamed.divisions.push(later);
    let regime = after(regime, Command::PublishUnits { units: renamed });
    assert_eq!(regime.unit_at(&code, FEB_25).unwrap().name(), "城东街道");
    assert_eq!(regime.unit_at(&code, FEB_26).unwrap().name(), "新名街道");
}

#[test]
fn a_label_may_change_but_no_code_goes() {
    let regime = district();
    let mut seats = regime.codes()["seats"].clone();
    "驻厂员".clone_into(&mut seats[0].zh);
    let relabelled = BTreeMap::from([("seats".to_owned(), seats.clone())]);
    let regime = after(regime, Command::PublishCodes { lists: relabelled });
    assert_eq!(regime.label("seats", "township", "zh"), "驻厂员");
    assert_eq!(regime.label("tiers", "T4", "en"), "lower risk, well prepared");

    seats.pop();
    let fewer = BTreeMap::from([("seats".to_owned(), seats)]);
    refused(&regime, Command::PublishCodes { lists: fewer }, "/seats");
}

#[test]
fn no_item_of_a_checklist_goes() {
    let regime = district();
    let mut musts = regime.checklist("five_musts").unwrap().clone();
    musts.items.remove("M4");
    let fewer = BTreeMap::from([("five_musts".to_owned(), musts)]);
    refused(&regime, Command::PublishChecklists { lists: fewer }, "/five_musts/items");
}

#[test]
fn risk_is_said_of_the_district_a_township_or_a_park() {
    let regime = district();
    let change = |area: &str, level| Command::ChangeRiskLevel {
        area: Some(unit(area)),
        level,
        effective_on: FEB_26,
    };
    for area in ["eic", "500114124", "nowhere"] {
        let refusal = regime.decide(change(area, RiskLevel::High)).unwrap_err();
        assert_eq!(refusal.code(), "TOWNSHIP_UNKNOWN_AT_DATE", "{area}");
    }
    assert_eq!(regime.decide(change("park-zy", RiskLevel::Low)).unwrap().len(), 1);
    let regime = after(regime, change("park-zy", RiskLevel::High));
    assert_eq!(regime.decide(change("park-zy", RiskLevel::High)), Ok(Vec::new()));
    let lowered = regime.decide(change("park-zy", RiskLevel::Low)).unwrap();
    assert!(matches!(lowered[..], [Event::RiskLevelChanged { .. }]));
}
