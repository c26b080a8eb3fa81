//! R9 and R18: what was raised, solved, late, and paid, for the day asked.

use chrono::NaiveDate as Date;
use fugong_core::{Register, Rows};
use fugong_domain::registers::{District, Line, table};
use fugong_fixtures::{
    Desk, by, date,
    desk::help::{assign, confirm, raise, raise_of, reopen, resolve, resolve_by},
};

use super::{COMMISSION, LABOUR, MAR_02, MONEY, assigned, listed};

fn lines(desk: &Desk, name: &str, on: Date) -> Vec<Line> {
    let mut rows = Rows::complete();
    for event in desk.history() {
        District.apply(&mut rows, event).unwrap();
        rows.keep();
    }
    (table(name).unwrap().lines)(&rows, on).unwrap()
}

fn group(desk: &Desk, by: &str, group: &str, on: Date) -> Line {
    let all = lines(desk, "r9-summary", on).into_iter();
    all.clone().find(|line| line["by"] == by && line["group"] == group).unwrap()
}

#[test]
fn a_case_shows_where_it_stands_on_the_day_asked() {
    let (mut desk, _) = assigned();
    desk.at("2020-03-05T09:00:00+08:00");
    desk.given(by(LABOUR).asks(resolve(1)));
    desk.at("2020-03-06T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(reopen(1)));
    let stood = |on| {
        let line = lines(&desk, "r9", on).remove(0);
        (line["state"].clone(), line["overdue"].clone(), line["department"].clone())
    };
    assert_eq!(lines(&desk, "r9", date(2020, 2, 26)), Vec::new());
    let help = "区人力社保局";
    assert_eq!(stood(MAR_02), ("assigned".into(), false.into(), help.into()));
    assert_eq!(stood(date(2020, 3, 3)), ("assigned".into(), true.into(), help.into()));
    assert_eq!(stood(date(2020, 3, 5)), ("resolved".into(), false.into(), help.into()));
    assert_eq!(stood(date(2020, 3, 6)).0, "raised");
}

#[test]
fn the_counts_stand_by_category_and_by_department() {
    let (mut desk, id) = listed();
    for n in [1, 2, 3] {
        desk.given(by(COMMISSION).asks(raise(n, &id)));
        desk.given(by(COMMISSION).asks(assign(n, "hrss", MAR_02)));
    }
    desk.given(by(COMMISSION).asks(raise_of(4, &id, "transport", None)));
    for n in [1, 2] {
        desk.given(by(LABOUR).asks(resolve(n)));
        desk.given(by(COMMISSION).asks(confirm(n, n == 1)));
    }
    let labour = group(&desk, "category", "labour", date(2020, 3, 3));
    assert_eq!(labour["label"], "用工");
    assert_eq!((&labour["raised"], &labour["resolved"]), (&3.into(), &2.into()));
    assert_eq!((&labour["open"], &labour["overdue"]), (&1.into(), &1.into()));
    assert_eq!((&labour["rate"], &labour["satisfaction"]), (&"66.66%".into(), &"50.00%".into()));
    let nobody = group(&desk, "department", "unassigned", date(2020, 3, 3));
    assert_eq!((&nobody["raised"], &nobody["satisfaction"]), (&1.into(), &"—".into()));
    assert_eq!(group(&desk, "department", "hrss", MAR_02)["overdue"], 0);
    assert_eq!(group(&desk, "all", "all", MAR_02)["raised"], 4);
    // Whoever does not work is shown with what keeps him from it.
    assert_eq!(lines(&desk, "r2", MAR_02)[0]["difficulties"], 2);
}

#[test]
fn promised_money_stands_beside_what_was_paid() {
    let (mut desk, id) = listed();
    desk.given(by(COMMISSION).asks(raise_of(1, &id, "policy_fulfilment", Some(200_000))));
    desk.given(by(COMMISSION).asks(raise(2, &id)));
    desk.given(by(COMMISSION).asks(assign(1, "fin", MAR_02)));
    desk.at("2020-03-03T09:00:00+08:00");
    desk.given(by(MONEY).asks(resolve_by(1, Some((150_000, MAR_02)))));
    let [line] = <[Line; 1]>::try_from(lines(&desk, "r18-fulfilment", MAR_02)).unwrap();
    assert_eq!((&line["promised_cny"], &line["paid_cny"]), (&200_000.into(), &().into()));
    let [line] = <[Line; 1]>::try_from(lines(&desk, "r18-fulfilment", date(2020, 3, 3))).unwrap();
    assert_eq!((&line["paid_cny"], &line["paid_on"]), (&150_000.into(), &"2020-03-02".into()));
    assert_eq!(line["department"], "区财政局");
}
