//! R17 and R19.

use chrono::NaiveDate as Date;
use fugong_core::{Register as _, Rows};
use fugong_domain::registers::{District, Line, table};
use fugong_fixtures::{
    Desk, by,
    desk::{
        asks::report,
        safety::{clear, find, hand_over, link, monitor, prepare, train},
    },
};
use serde_json::json;

use super::{COMMISSION, desk};

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
fn a_hazard_has_its_course_and_its_day() {
    let (mut desk, id) = desk();
    let emergency = by("qin:emb:emergency");
    desk.given(emergency.asks(find(&id, "2020-02-27", Some("2020-02-28"))));
    desk.at("2020-03-02T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(clear(&id, 1, "2020-03-01")));
    let row = |on| lines(&desk, "r19", on).into_iter().next();
    assert!(row("2020-02-26").is_none());
    let open = row("2020-02-28").unwrap();
    assert_eq!((&open["cleared"], &open["overdue"]), (&json!(false), &json!(false)));
    assert_eq!((&open["found_by"], &open["lead"]), (&json!("emb"), &json!("区应急局")));
    assert_eq!(row("2020-02-29").unwrap()["overdue"], true);
    let done = row("2020-03-01").unwrap();
    assert_eq!((&done["cleared_on"], &done["overdue"]), (&json!("2020-03-01"), &json!(false)));
    assert_eq!(done["measures"]["sealed"], "更换");
}

#[test]
fn what_each_does_against_accidents_is_summed_up() {
    let (mut desk, id) = desk();
    for ask in [
        prepare(&id, &["A1"]),
        monitor(&id, "2020-02-27", true),
        monitor(&id, "2020-02-28", false),
        train(&id, "2020-02-26", 30),
        train(&id, "2020-02-28", 56),
        find(&id, "2020-02-28", None),
    ] {
        desk.given(by(COMMISSION).asks(ask));
    }
    let row = lines(&desk, "r19-summary", "2020-02-28").remove(0);
    let said = ["trained", "abnormal", "found", "cleared", "open", "major_open"];
    assert_eq!(said.map(|name| row[name].as_u64().unwrap()), [86, 1, 1, 0, 1, 1]);
    assert_eq!(row["gaps"], json!(["A2", "A3", "A4", "A5", "A6"]));
    assert_eq!(
        (&row["monitored_on"], &row["trained_on"]),
        (&json!("2020-02-28"), &json!("2020-02-28"))
    );
    let before = lines(&desk, "r19-summary", "2020-02-27").remove(0);
    assert_eq!(
        (&before["found"], &before["trained"], &before["abnormal"]),
        (&json!(0), &json!(30), &json!(0))
    );
}

#[test]
fn who_works_is_shown_linked_or_not() {
    let (mut desk, id) = desk();
    let other = desk.list("ENT-001");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-27")));
    desk.given(by(COMMISSION).asks(report(&other, "2020-02-27")));
    desk.given(by(COMMISSION).asks(link(&id, "舟白社区")));
    desk.given(by(COMMISSION).asks(hand_over(&id, "2020-02-28", 40)));
    desk.given(by(COMMISSION).asks(hand_over(&id, "2020-02-28T09:00:00+08:00", 46)));
    let rows = lines(&desk, "r17", "2020-02-28");
    let row = |id: &fugong_domain::EnterpriseId| {
        rows.iter().find(|row| row["enterprise"] == id.to_string()).unwrap()
    };
    let linked = row(&id);
    assert_eq!(
        (&linked["community"], &linked["linked_on"]),
        (&json!("舟白社区"), &json!("2020-02-28"))
    );
    assert_eq!((&linked["handovers"], &linked["workers"]), (&json!(2), &json!(86)));
    assert_eq!((&row(&other)["linked"], &row(&other)["at_work"]), (&json!(false), &json!(true)));
    let before = lines(&desk, "r17", "2020-02-27");
    assert!(before.iter().all(|row| row["linked"] == false && row["handovers"] == 0));
}
