//! R11 and the key projects of R18.

use chrono::NaiveDate as Date;
use fugong_core::{Register as _, Rows};
use fugong_domain::registers::{District, Line, table};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::{close, plan_resumption, report},
        economy::{mark, start, supply, supply_until},
        help::raise,
    },
};
use serde_json::json;

use super::{COMMISSION, two};

fn lines(desk: &Desk, name: &str, on: &str) -> Vec<Line> {
    let mut rows = Rows::complete();
    for event in desk.history() {
        District.apply(&mut rows, event).unwrap();
        rows.keep();
    }
    let on: Date = on.parse().unwrap();
    (table(name).unwrap().lines)(&rows, on).unwrap()
}

#[test]
fn a_supplier_holds_back_whom_it_supplies_from_the_day_that_one_works() {
    let (mut desk, supplier, anchor) = two();
    desk.given(by(COMMISSION).on("2020-02-25").asks(supply(&supplier, &anchor)));
    desk.given(by(COMMISSION).asks(report(&anchor, "2020-02-26")));
    desk.given(by(COMMISSION).asks(plan_resumption(&supplier, "2020-03-02")));
    desk.given(by(COMMISSION).asks(raise(1, &supplier)));
    let row = |desk: &Desk, on| lines(desk, "r11", on).into_iter().next();
    assert!(row(&desk, "2020-02-24").is_none(), "nobody had said so");
    assert_eq!(row(&desk, "2020-02-25").unwrap()["holds_back"], false);
    let now = row(&desk, "2020-02-27").unwrap();
    assert_eq!(now["holds_back"], true);
    assert_eq!((&now["anchor"], &now["anchor_since"]), (&json!(anchor), &json!("2020-02-26")));
    assert_eq!((&now["state"], &now["anchor_state"]), (&json!("planned"), &json!("resumed")));
    assert_eq!((&now["expected_on"], &now["difficulties"]), (&json!("2020-03-02"), &json!(1)));
    assert_eq!((&now["unit"], &now["township"]), (&json!("城南街道"), &json!("城南街道")));
    desk.at("2020-03-03T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&supplier, "2020-03-02")));
    let after = row(&desk, "2020-03-02").unwrap();
    assert_eq!((&after["holds_back"], &after["expected_on"]), (&json!(false), &json!(null)));
    assert_eq!(row(&desk, "2020-03-01").unwrap()["holds_back"], true, "the day before");
}

#[test]
fn a_supply_has_its_days() {
    let (mut desk, supplier, anchor) = two();
    desk.given(by(COMMISSION).on("2020-02-25").asks(supply(&supplier, &anchor)));
    desk.at("2020-03-10T10:00:00+08:00");
    let ends = supply_until(&supplier, &anchor, Some(date(2020, 3, 9)));
    desk.given(by(COMMISSION).asks(ends));
    let on = |desk: &Desk, day| lines(desk, "r11", day).len();
    assert_eq!([on(&desk, "2020-03-09"), on(&desk, "2020-03-10")], [1, 0]);
    desk.given(by(COMMISSION).asks(supply(&supplier, &anchor)));
    assert_eq!([on(&desk, "2020-03-10"), on(&desk, "2020-02-25")], [1, 1]);
    desk.at("2020-03-20T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(close(&anchor, "2020-03-15")));
    assert_eq!([on(&desk, "2020-03-14"), on(&desk, "2020-03-15")], [1, 0]);
}

#[test]
fn a_key_project_is_late_the_day_after_it_was_to_start() {
    let (mut desk, id, _) = two();
    desk.given(by(COMMISSION).asks(mark(&id, "二期", Some(date(2020, 2, 28)))));
    desk.at("2020-03-05T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(start(&id, 1, date(2020, 3, 2))));
    let row = |desk: &Desk, on| lines(desk, "r18-projects", on).into_iter().next();
    assert!(row(&desk, "2020-02-26").is_none());
    let overdue = |desk: &Desk, on| row(desk, on).unwrap()["overdue"].clone();
    assert_eq!([overdue(&desk, "2020-02-28"), overdue(&desk, "2020-02-29")], [false, true]);
    let started = row(&desk, "2020-03-02").unwrap();
    assert_eq!((&started["started"], &started["overdue"]), (&json!(true), &json!(false)));
    assert_eq!(
        (&started["project"], &started["investment_cny"], &started["number"]),
        (&json!("二期"), &json!(320_000_000), &json!(1))
    );
    // Said again it keeps its day; with the firm it ends.
    desk.given(by(COMMISSION).asks(mark(&id, "二期", None)));
    assert_eq!(row(&desk, "2020-03-05").unwrap()["marked_on"], "2020-02-27");
    desk.given(by(COMMISSION).asks(close(&id, "2020-03-05")));
    assert!(row(&desk, "2020-03-05").is_none());
    assert!(row(&desk, "2020-03-04").is_some());
}
