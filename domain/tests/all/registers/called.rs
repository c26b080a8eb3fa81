//! What tasks and flags speak of is called as officials call it: 文号 and names, not numbers of ours.

use fugong_core::{Personal, keys, shanghai_day};
use fugong_domain::{
    EnterpriseId,
    codes::{ReinspectionResult, ResultCode, Seat, Subject},
    measure::Target,
    registers::Inbox,
};
use fugong_fixtures::{
    by,
    desk::{
        By, Supervised, asks,
        cases::{self, Within, close, find, finding, open, order_on, propose, reinspect, serve},
        control::{self, stop},
        help, safety,
    },
};
use serde_json::{Value, json};

use super::{COMMISSION, Desk, folded, lines};

const NUMBER: &str = "黔经信责改〔2020〕12号";

fn commission() -> By {
    by(COMMISSION)
}

/// An order under a document number, and one without, both served and failed.
fn ordered() -> (Supervised, EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-03-02T09:00:00+08:00");
    for n in [1, 2] {
        all.given(commission().asks(open(n, &id, "inspector", &[Subject::Protection])));
        all.given(commission().asks(find(n, "finder", false)));
        let mut order =
            commission().asks(order_on(n, &id, &[finding(n, 1)], Within::WorkingDays(3)));
        order.authority = (n == 1).then(|| NUMBER.parse().unwrap());
        all.given(order);
        all.given(commission().asks(serve(n)));
        all.given(commission().asks(reinspect(n, ReinspectionResult::Failed)));
    }
    (all, id)
}

/// What the open tasks of a kind are about, by what they are called and by id.
fn about(desk: &Desk, kind: &str) -> Vec<(Value, Value)> {
    let day = shanghai_day(desk.now());
    let all = lines(desk, "r15", day).into_iter().filter(|line| line["kind"] == kind);
    all.map(|line| (line["about"].clone(), line["subject"].clone())).collect()
}

#[test]
fn a_task_about_an_order_names_its_document() {
    let (all, _) = ordered();
    let further = about(&all.desk, "suggest-further-order");
    let expected = [(NUMBER, 1), ("2020-03-02责令限期整改（无文号）", 2)];
    assert_eq!(further, expected.map(|(called, n)| (json!(called), json!(cases::order(n)))));
}

#[test]
fn a_flag_names_the_documents_that_it_rests_on() {
    let (mut all, id) = ordered();
    all.given(commission().asks(propose(&id, &[1, 2])));
    let row = lines(&all.desk, "r8", shanghai_day(all.desk.now())).remove(0);
    assert_eq!(row["orders"], json!([NUMBER, "2020-03-02责令限期整改（无文号）"]));
    assert_eq!(row["grounds"], json!([cases::order(1), cases::order(2)]));
    let notice = about(&all.desk, "serve-notice");
    assert_eq!(notice, [(json!("诚信记录第1项"), json!(format!("{id}.1")))]);
}

#[test]
fn every_other_case_is_called_by_what_it_is_and_its_day() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-004");
    all.at("2020-03-02T09:00:00+08:00");
    all.given(commission().asks(open(1, &id, "inspector", &[Subject::Protection])));
    all.given(commission().asks(find(1, "finder", false)));
    all.given(commission().asks(close(1, ResultCode::ToOrder)));
    all.given(commission().asks(help::raise(1, &id)));
    all.given(commission().asks(safety::find(&id, "2020-03-02", None)));
    all.given(commission().asks(asks::report(&id, "2020-03-02")));
    all.given(stop(1, Target::Enterprise(id.clone())));
    let called = |kind| about(&all.desk, kind).into_iter().map(|(called, _)| called);
    for (kind, expected) in [
        ("suggest-order", "2020-03-02检查"),
        ("assign-support", "2020-03-02提出的困难"),
        ("clear-hazard", "第1项"),
        ("guide-production-plan", ""),
        ("fill-seat", "township"),
    ] {
        assert!(
            called(kind).any(|called| called == expected),
            "{kind}: {:?}",
            called(kind).collect::<Vec<_>>()
        );
    }
    let stopped: Vec<_> = about(&all.desk, "report-stop");
    let authority = all.desk.last("measure-imposed").meta(keys::AUTHORITY).unwrap();
    assert_eq!(stopped, [(json!(authority), json!(control::measure(1)))]);
}

/// A name is sealed in the rows, and opened, or not, for who reads.
#[test]
fn a_task_in_an_officers_hands_shows_his_name_sealed() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-011");
    all.at("2020-03-02T09:00:00+08:00");
    all.desk.enrol("OFF-13");
    let seat = asks::assign(&id, Seat::Township, "500114002", "OFF-13", "2020-03-02");
    all.given(by("policy:eic:system").asks(seat));
    all.given(commission().asks(asks::report(&id, "2020-03-02")));
    let day = shanghai_day(all.desk.now());
    let visit = lines(&all.desk, "r15", day).into_iter().find(|line| line["kind"] == "first-visit");
    let visit = visit.unwrap();
    assert_eq!(visit["officer"], "OFF-13");
    let sealed: Personal = serde_json::from_value(visit["officer_name"].clone()).unwrap();
    let rows = folded(&all.desk, &Inbox);
    let (id, row) = rows.texts("people").unwrap().remove(0);
    let row: Value = serde_json::from_str(row).unwrap();
    assert_eq!((id, row), ("OFF-13", json!({"name": sealed})));
}
