//! The registers: what the events come to, for the day asked.

mod called;
mod daily;
mod days;
mod flags;
mod ledger;
mod officers;
mod supervision;
mod wholes;

use chrono::NaiveDate as Date;
use fugong_core::{Register, Rows};
use fugong_domain::{
    Ask, EnterpriseId,
    codes::{ExclusionKind, Scale},
    enterprise,
    registers::{District, Inbox, Line, Table, table, tables},
};
use fugong_fixtures::{
    Desk, by, date,
    desk::asks::{close, continuous, correct, draft, put_in_place, report, suspend, whole_plan},
};
use serde_json::Value;

const COMMISSION: &str = "zhang:eic:commission";
const FEB_26: Date = date(2020, 2, 26);
const FEB_29: Date = date(2020, 2, 29);

/// The rows that a desk's history comes to.
fn folded(desk: &Desk, register: &dyn Register) -> Rows {
    let mut rows = Rows::complete();
    for event in desk.history() {
        register.apply(&mut rows, event).unwrap();
        assert!(rows.take_wants().is_empty(), "a complete set wants nothing");
        rows.keep();
    }
    rows
}

fn lines(desk: &Desk, name: &str, on: Date) -> Vec<Line> {
    let table = table(name).unwrap();
    let rows = match table.source {
        "inbox" => folded(desk, &Inbox),
        _ => folded(desk, &District),
    };
    (table.lines)(&rows, on).unwrap()
}

fn group(desk: &Desk, by: &str, group: &str, on: Date) -> Line {
    let all = lines(desk, "r1", on);
    all.into_iter().find(|line| line["by"] == by && line["group"] == group).unwrap()
}

/// The line of a table about `id`.
#[track_caller]
fn line_of(desk: &Desk, name: &str, id: &EnterpriseId, on: Date) -> Line {
    let all = lines(desk, name, on);
    all.into_iter().find(|line| line["enterprise"] == id.to_string()).unwrap()
}

fn ask(id: &EnterpriseId, command: enterprise::Command) -> Ask {
    Ask::Enterprise(id.clone(), command)
}

fn exclude(id: &EnterpriseId, kind: ExclusionKind, from: Date) -> Ask {
    let basis = "统计".to_owned();
    ask(id, enterprise::Command::ExcludeFromBase { kind, from, until: None, basis })
}

/// Four of the reference enterprises: a mine above scale, silk and food in the park, a workshop.
fn four() -> (Desk, [EnterpriseId; 4]) {
    let mut desk = Desk::open();
    let ids = ["ENT-004", "ENT-001", "ENT-003", "ENT-011"].map(|short| desk.list(short));
    desk.at("2020-02-29T20:00:00+08:00");
    (desk, ids)
}

/// A line that says something else than the columns in their order cannot be made.
#[test]
fn every_table_says_what_its_columns_are() {
    let (mut desk, [mine, ..]) = four();
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-26")));
    let made = |table: &&Table| !lines(&desk, table.relation.name, FEB_29).is_empty();
    let of_district = tables().iter().filter(|table| table.source == "district");
    assert!(10 < of_district.filter(made).count());
}

#[test]
fn both_denominators_stand_beside_each_other() {
    let (mut desk, [mine, silk, food, workshop]) = four();
    desk.given(by(COMMISSION).asks(report(&silk, "2020-02-26")));
    desk.given(by(COMMISSION).asks(continuous(&food, "2020-01-20")));
    desk.given(by(COMMISSION).asks(exclude(&workshop, ExclusionKind::LongStop, FEB_26)));
    let all = group(&desk, "all", "all", FEB_29);
    assert_eq!(all["total"], 4);
    assert_eq!(all["excluded"], 1);
    assert_eq!(all["base"], 3);
    assert_eq!(all["resumed"], 2);
    assert_eq!(all["continuous"], 1);
    assert_eq!(all["not_resumed"], 2);
    assert_eq!(all["rate_all"], "50.00%");
    assert_eq!(all["rate"], "66.66%");
    assert_eq!(lines(&desk, "r2", FEB_29)[0]["enterprise"], mine.to_string());
}

#[test]
fn an_excluded_enterprise_leaves_numerator_and_base_alike() {
    let (mut desk, [_, silk, ..]) = four();
    desk.given(by(COMMISSION).asks(report(&silk, "2020-02-26")));
    desk.given(by(COMMISSION).asks(exclude(&silk, ExclusionKind::PolicyStop, FEB_26)));
    let all = group(&desk, "all", "all", FEB_29);
    assert_eq!((&all["base"], &all["rate"]), (&Value::from(3), &Value::from("0.00%")));
}

#[test]
fn leaving_the_statistical_register_counts_only_in_the_base_of_above_scale() {
    let (mut desk, [mine, ..]) = four();
    desk.given(by(COMMISSION).asks(exclude(&mine, ExclusionKind::LeftRegister, FEB_26)));
    assert_eq!(group(&desk, "all", "all", FEB_29)["excluded"], 0);
    assert_eq!(group(&desk, "scale", "above", FEB_29)["excluded"], 1);
    assert_eq!(lines(&desk, "r14", FEB_29)[0]["base"], 1);
}

#[test]
fn what_is_new_today_is_compared_with_yesterday() {
    let (mut desk, [mine, silk, ..]) = four();
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-28")));
    desk.given(by(COMMISSION).asks(report(&silk, "2020-02-29")));
    let today = group(&desk, "all", "all", FEB_29);
    assert_eq!((&today["new_today"], &today["delta_pp"]), (&1.into(), &"+25.00".into()));
    let yesterday = group(&desk, "all", "all", date(2020, 2, 28));
    assert_eq!((&yesterday["resumed"], &yesterday["new_today"]), (&1.into(), &1.into()));
}

#[test]
fn stopping_again_lowers_the_rate_and_not_what_ever_resumed() {
    let (mut desk, [mine, ..]) = four();
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-26")));
    desk.given(by(COMMISSION).asks(suspend(&mine, "2020-02-28")));
    let all = group(&desk, "all", "all", FEB_29);
    assert_eq!((&all["resumed"], &all["suspended"]), (&0.into(), &1.into()));
    assert_eq!(all["ever_resumed"], 1);
}

#[test]
fn a_corrected_day_moves_the_figure_to_that_day() {
    let (mut desk, [mine, ..]) = four();
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-26")));
    let first = desk.last("resumption-resumed").event_id.to_string();
    desk.given(by(COMMISSION).asks(correct(&mine, &first, "2020-02-26", "2020-02-29")));
    assert_eq!(group(&desk, "all", "all", date(2020, 2, 28))["resumed"], 0);
    assert_eq!(group(&desk, "all", "all", FEB_29)["resumed"], 1);
}

#[test]
fn a_tenant_of_the_park_that_is_not_industrial_has_a_line_of_its_own() {
    let (mut desk, _) = four();
    let id: EnterpriseId = "91500114MAYY01168R".parse().unwrap();
    let command = enterprise::Command::Register {
        name: "园区示例物流".to_owned(),
        industry_code: "59".parse().unwrap(),
        township: "500114004".parse().unwrap(),
        park: Some("park-zy".parse().unwrap()),
        scale: None,
        prior_year_revenue_cny: None,
        headcount: None,
        parent: None,
        advisories: Vec::new(),
    };
    desk.given(by(COMMISSION).asks(ask(&id, command)));
    assert_eq!(group(&desk, "all", "all", FEB_29)["total"], 4);
    assert_eq!(group(&desk, "park_non_industrial", "all", FEB_29)["total"], 1);
    let seats = lines(&desk, "r4-seats", FEB_29);
    let own: Vec<_> = seats.iter().filter(|line| line["enterprise"] == id.to_string()).collect();
    assert_eq!(own.len(), 1, "the park's seat only");
    assert_eq!(own[0]["seat"], "park");
}

#[test]
fn a_size_that_begins_later_is_counted_from_its_day_on() {
    let (mut desk, [.., workshop]) = four();
    let command = enterprise::Command::ReclassifyScale {
        to: Scale::Above,
        effective_on: date(2020, 3, 2),
        basis: "统计名录库".to_owned(),
        advisories: Vec::new(),
    };
    desk.given(by(COMMISSION).asks(ask(&workshop, command)));
    assert_eq!(group(&desk, "scale", "above", date(2020, 3, 1))["total"], 2);
    assert_eq!(group(&desk, "scale", "above", date(2020, 3, 2))["total"], 3);
}

/// 「2月25日前全部规上企业落实到位」
#[test]
fn a_plan_in_place_on_the_last_day_is_in_time_and_one_a_day_later_is_late() {
    let (mut desk, [mine, silk, food, _]) = four();
    for (id, day) in [(&mine, "2020-02-25"), (&silk, "2020-02-26")] {
        let who = format!("firm:{id}:enterprise");
        desk.given(by(&who).on(day).asks(draft(id, whole_plan())));
        desk.given(by(&who).on(day).asks(put_in_place(id)));
    }
    let rows = lines(&desk, "r5", FEB_29);
    let state = |id: &EnterpriseId| {
        rows.iter().find(|line| line["enterprise"] == id.to_string()).unwrap()["state"].clone()
    };
    assert_eq!(state(&mine), "in_time");
    assert_eq!(state(&silk), "late");
    assert_eq!(state(&food), "missing");
}

#[test]
fn a_closed_enterprise_is_in_no_base() {
    let (mut desk, [mine, ..]) = four();
    desk.given(by(COMMISSION).asks(close(&mine, "2020-02-28")));
    assert_eq!(group(&desk, "all", "all", date(2020, 2, 27))["total"], 4);
    assert_eq!(group(&desk, "all", "all", date(2020, 2, 28))["total"], 3);
}

#[test]
fn no_base_prints_as_a_dash() {
    let desk = Desk::open();
    assert_eq!(lines(&desk, "r14", FEB_29)[0]["rate"], "—");
}

#[test]
fn what_works_without_being_listed_has_a_line_with_all_its_counts() {
    let mut desk = Desk::open();
    let [held, began] = ["ENT-004", "ENT-001"].map(|short| {
        fugong_fixtures::desk::enterprise(short).uscc.to_string().parse::<EnterpriseId>().unwrap()
    });
    desk.at("2020-02-26T20:00:00+08:00");
    desk.given(by(COMMISSION).asks(continuous(&held, "2020-01-20")));
    desk.given(by(COMMISSION).asks(report(&began, "2020-02-26")));
    let waiting = group(&desk, "unlisted", "all", FEB_26);
    let counts = ["total", "resumed", "continuous", "new_today", "base"];
    assert_eq!(counts.map(|column| waiting[column].as_u64()), [2, 2, 1, 1, 0].map(Some));
}
