//! The rules of the district, as they are published and looked up.

mod published;
mod stored;

use std::collections::BTreeSet;

use chrono::NaiveDate as Date;
use fugong_domain::{
    Calendar, UnitCode,
    codes::{RiskLevel, Role, Scale},
    regime::{Command, Regime},
    rules::RuleSet,
    seats::seats_due,
};
use fugong_fixtures::{data, date, given};

const FEB_05: Date = date(2020, 2, 5);
const FEB_06: Date = date(2020, 2, 6);
const FEB_25: Date = date(2020, 2, 25);
const FEB_26: Date = date(2020, 2, 26);

/// The rules of a fresh log of the district.
fn district() -> Regime {
    let mut regime = Regime::default();
    for command in data::district().unwrap() {
        regime = after(regime, command);
    }
    regime
}

fn after(mut regime: Regime, command: Command) -> Regime {
    for event in regime.decide(command).unwrap() {
        cqrs_es::Aggregate::apply(&mut regime, event);
    }
    regime
}

fn unit(text: &str) -> UnitCode {
    text.parse().unwrap()
}

/// 「按照…〔2020〕24号…要求」: what happened before the notice is judged by what was in force then.
#[test]
fn rules_are_those_of_the_day() {
    let regime = district();
    let version = |day| regime.rules_at(day).unwrap().version.clone();
    assert_eq!(version(FEB_06), "cq-2020-02-06");
    assert_eq!(version(FEB_25), "cq-2020-02-06");
    assert_eq!(version(FEB_26), "qj-2020-02-26");
    // Nothing is left unjudged for want of rules: before all of them, the first hold.
    assert_eq!(version(FEB_05), "cq-2020-02-06");
    assert!(Regime::default().rules_at(FEB_26).is_none());
}

/// 「不得对企业复工复产设置条件」: no rule set speaks of who may resume.
#[test]
fn no_rule_set_hands_out_a_right_to_resume() {
    for rules in data::rule_sets().unwrap() {
        for act in ["resumption.report", "resumption.correct", "resumption.declare_continuous"] {
            assert!(!rules.rights.contains_key(act), "{}: {act}", rules.version);
        }
    }
}

/// [C] of the domain: orders, notices and flags are for 区经信委 alone; auditors only read, and
/// reporters beside what a report is.
#[test]
fn who_may_do_what_is_data() {
    for rules in data::rule_sets().unwrap() {
        for (act, roles) in &rules.rights {
            let defines = ["report.define", "report.withdraw"].contains(&act.as_str());
            assert_eq!(roles.contains(&Role::Reporter), defines, "{act}");
            let reads_only = [Role::Auditor, Role::System];
            assert!(!roles.iter().any(|role| reads_only.contains(role)), "{act}");
        }
        for act in
            ["inspection.open", "rectification.order", "credit.serve_notice", "credit.enter_flag"]
        {
            assert_eq!(rules.rights[act], [Role::Commission], "{act}");
        }
        // A township or the park finds and proposes.
        for act in ["inspection.record_finding", "credit.propose_flag"] {
            let roles = [Role::Commission, Role::Township, Role::Park];
            assert_eq!(rules.rights[act], roles, "{act}");
        }
        assert_eq!(rules.rights["regime.change_risk_level"], [Role::Headquarters]);
    }
}

/// A right under a name that no act bears would be a right that nobody has.
#[test]
fn every_right_is_for_an_act_that_there_is() {
    let acts =
        concat!(include_str!("../../src/act/name.rs"), include_str!("../../src/act/regime.rs"));
    for rules in data::rule_sets().unwrap() {
        for act in rules.rights.keys() {
            assert!(acts.contains(&format!("\"{act}\"")), "{}: {act}", rules.version);
        }
    }
}

/// 「2月25日前全部规上企业落实到位」, 「2月底前」, and the choices that the notice leaves open.
#[test]
fn the_numbers_of_the_notice_are_data() {
    let rules = district().rules_at(FEB_26).cloned().unwrap();
    assert_eq!(rules.scale_threshold_cny, 20_000_000);
    assert_eq!(rules.plan_deadline, FEB_25);
    assert_eq!(rules.month_end_target, date(2020, 2, 29));
    assert_eq!((rules.repeat_threshold, rules.repeat_window_days), (2, 90));
    assert_eq!(rules.plan_sections.len(), 6);
    assert_eq!(rules.five_musts.len(), 5);
}

/// 「区应急局…采矿业」, 「区经信委…制造、电力、燃气等工业领域」
#[test]
fn each_fictional_enterprise_has_the_lead_that_the_reference_data_says() {
    let regime = district();
    for enterprise in data::enterprises().unwrap() {
        let lead = regime.lead_of(&enterprise.industry_code, FEB_26);
        assert_eq!(lead, Some(&enterprise.sector_lead), "{}", enterprise.id);
        assert!(regime.is_industrial(&enterprise.industry_code));
        regime.unit_at(&enterprise.township_code, FEB_26).unwrap();
    }
}

/// 「各乡镇街道对辖区内全部工业企业」, 「区经信委对园区外规模以上工业企业」, 「正阳工业园区对园区内
/// 全部企业」
#[test]
fn each_fictional_enterprise_has_the_seats_that_the_reference_data_says() {
    let regime = district();
    for enterprise in data::enterprises().unwrap() {
        let industrial = regime.is_industrial(&enterprise.industry_code);
        let scale = if enterprise.above_scale { Scale::Above } else { Scale::Below };
        let due = seats_due(industrial, enterprise.park_id.as_ref(), Some(scale));
        assert_eq!(due, enterprise.required_seats, "{}", enterprise.id);
    }
}

#[test]
fn sections_b_c_and_d_are_industrial_and_no_others() {
    let regime = district();
    let ends = [("05", false), ("06", true), ("12", true), ("13", true), ("43", true)];
    for (code, industrial) in ends.into_iter().chain([("44", true), ("46", true), ("47", false)]) {
        assert_eq!(regime.is_industrial(&code.parse().unwrap()), industrial, "{code}");
    }
    assert_eq!(regime.section_of(&"0610".parse().unwrap()).unwrap().letter(), 'B');
    assert_eq!(regime.section_of(&"98".parse().unwrap()), None);
    assert_eq!(regime.lead_of(&"63".parse().unwrap(), FEB_26), None);
    assert_eq!(regime.division_name(&"1353".parse().unwrap()), Some("农副食品加工业"));
}

#[test]
fn codes_have_labels_in_two_languages() {
    let regime = district();
    assert_eq!(regime.label("seats", "eic", "zh"), "区经信委驻厂员");
    assert_eq!(regime.label("seats", "eic", "en"), "commission officer");
    assert_eq!(regime.label("seats", "nobody", "zh"), "nobody");
}

/// A count is no code, whatever it is a count of.
#[test]
fn no_figure_has_codes() {
    use fugong_core::Kind;
    use fugong_domain::registers::{code_list, tables};
    for table in tables() {
        for column in table.relation.columns {
            let figure = matches!(column.kind, Kind::Integer | Kind::Boolean);
            let codes = code_list(table.relation.name, column.name);
            assert!(!figure || codes.is_none(), "{} {}", table.relation.name, column.name);
        }
    }
}

/// A report is asked for by what a code is called, so whatever can be in a column has a name.
#[test]
fn states_that_registers_have_are_those_that_the_district_names() {
    use fugong_domain::registers::{code_list, codes, tables};
    let regime = district();
    let mut seen = BTreeSet::new();
    for (table, column) in tables().iter().flat_map(|table| {
        table.relation.columns.iter().map(|column| (table.relation.name, column.name))
    }) {
        let Some(can) = codes(table, column).filter(|_| column == "state") else { continue };
        let list = &regime.codes()[code_list(table, column).unwrap()];
        let named: BTreeSet<_> = list.iter().map(|code| &*code.code).collect();
        assert_eq!(can.into_iter().collect::<BTreeSet<_>>(), named, "{table} {column}");
        seen.insert(table);
    }
    assert!(seen.is_superset(&BTreeSet::from(["r7", "r8", "r9", "r15", "r20-measures"])));
}

#[test]
fn risk_is_the_highest_of_the_place_on_that_day() {
    let raise = |area: Option<&str>, level, effective_on| Command::ChangeRiskLevel {
        area: area.map(unit),
        level,
        effective_on,
    };
    let regime = [
        raise(None, RiskLevel::Low, FEB_06),
        raise(Some("500114003"), RiskLevel::Medium, FEB_25),
        raise(Some("park-zy"), RiskLevel::High, FEB_26),
    ]
    .into_iter()
    .fold(district(), after);
    let level = |day, township: &str, park: Option<&str>| {
        regime.risk_level(day, Some(&unit(township)), park.map(unit).as_ref())
    };
    assert_eq!(level(date(2020, 2, 24), "500114003", None), RiskLevel::Low);
    assert_eq!(level(FEB_25, "500114003", None), RiskLevel::Medium);
    assert_eq!(level(FEB_25, "500114004", None), RiskLevel::Low);
    assert_eq!(level(FEB_25, "500114004", Some("park-zy")), RiskLevel::Low);
    assert_eq!(level(FEB_26, "500114004", Some("park-zy")), RiskLevel::High);
    assert_eq!(Regime::default().risk_level(FEB_26, None, None), RiskLevel::Low);
}

/// The stored form of every event of a fresh log gives the same rules when it is read again.
#[test]
fn what_is_stored_is_what_was_published() {
    let mut regime = Regime::default();
    let mut stored = Vec::new();
    for command in data::district().unwrap() {
        for event in regime.decide(command).unwrap() {
            stored.push(serde_json::to_string(&event).unwrap());
            cqrs_es::Aggregate::apply(&mut regime, event);
        }
    }
    for event in &stored {
        assert!(event.len() < 60_000, "{} bytes do not fit a leaf", event.len());
    }
    let read = stored.iter().map(|event| serde_json::from_str(event).unwrap());
    assert_eq!(given::<Regime>(read).into_state(), regime);
}

fn rules(version: &str) -> RuleSet {
    let mut rules = data::rule_sets().unwrap().remove(1);
    version.clone_into(&mut rules.version);
    rules
}

fn calendar(id: &str) -> Calendar {
    let mut calendar = data::calendars().unwrap().remove(2);
    id.clone_into(&mut calendar.id);
    calendar
}
