//! R8 诚信记录: a record and not a penalty, from the proposal to the end.

use chrono::NaiveDate as Date;
use fugong_domain::{
    EnterpriseId,
    codes::{ObjectionResult, ReinspectionResult, RepairResult, Subject},
};
use fugong_fixtures::{
    Desk, by, date,
    desk::cases::{
        self, Within, apply_repair, decide_objection, decide_repair, disclose, dismiss, enter,
        expunge, find, finding, notice, notify_withdrawal, object, order_on, propose, reinspect,
        serve, verify_objection,
    },
};
use serde_json::{Value, json};

use super::{COMMISSION, Line, lines};

const MAR_18: Date = date(2020, 3, 18);

/// A flag on two failed orders against ENT-016, proposed on 11 March and noticed on the 12th.
fn noticed() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-016");
    desk.at("2020-03-11T09:00:00+08:00");
    for n in [1, 2] {
        let act = by(COMMISSION).asks(cases::open(n, &id, "inspector", &[Subject::Protection]));
        desk.given(act)
            .given(by(COMMISSION).asks(find(n, "finder", false)))
            .given(by(COMMISSION).asks(order_on(n, &id, &[finding(n, 1)], Within::WorkingDays(3))))
            .given(by(COMMISSION).asks(serve(n)))
            .given(by(COMMISSION).asks(reinspect(n, ReinspectionResult::Failed)));
    }
    desk.given(by(COMMISSION).asks(propose(&id, &[1, 2])));
    desk.at("2020-03-12T09:00:00+08:00").given(by(COMMISSION).asks(notice(&id, 1, "server")));
    (desk, id)
}

/// The same, entered on 18 March for a year.
fn flagged() -> (Desk, EnterpriseId) {
    let (mut desk, id) = noticed();
    desk.at("2020-03-18T09:00:00+08:00").given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    (desk, id)
}

fn shown(desk: &Desk, on: Date) -> Line {
    lines(desk, "r8", on).pop().unwrap_or_default()
}

#[track_caller]
fn assert_shows(line: &Line, expected: &[(&str, Value)]) {
    for (column, value) in expected {
        assert_eq!(line[*column], *value, "{column}");
    }
}

#[test]
fn each_day_shows_what_stood_on_it() {
    let (desk, id) = flagged();
    assert_eq!(lines(&desk, "r8", date(2020, 3, 10)), Vec::<Line>::new());
    for (day, state) in [(11, "proposed"), (12, "notified"), (17, "notified"), (18, "flagged")] {
        assert_eq!(shown(&desk, date(2020, 3, day))["state"], state, "{day} March");
    }
    let row = shown(&desk, MAR_18);
    assert_shows(
        &row,
        &[
            ("flag", json!(format!("{id}.1"))),
            ("grounds", json!([cases::order(1), cases::order(2)])),
            ("statement_until", json!("2020-03-17")),
            ("legal_review", json!("黔江经信法审〔2020〕3号")),
            ("until", json!("2021-03-18")),
            ("standing", json!(true)),
            ("ended_on", Value::Null),
        ],
    );
    assert_eq!(shown(&desk, date(2020, 3, 17))["legal_review"], Value::Null);
}

/// The day before its last day, the last day, the day after: no event is needed.
#[test]
fn a_flag_comes_to_its_term() {
    let (desk, _) = flagged();
    for (day, state, ended) in [
        (date(2021, 3, 17), "flagged", Value::Null),
        (date(2021, 3, 18), "flagged", Value::Null),
        (date(2021, 3, 19), "expired", json!("2021-03-19")),
    ] {
        let row = shown(&desk, day);
        assert_shows(&row, &[("state", json!(state)), ("ended_on", ended)]);
    }
}

#[test]
fn an_objection_is_noted_at_once_until_it_is_decided() {
    let (mut desk, id) = flagged();
    desk.at("2020-03-19T09:00:00+08:00").given(by(COMMISSION).asks(object(&id, 1)));
    let lodged = shown(&desk, date(2020, 3, 19));
    assert_shows(&lodged, &[("annotated", json!(true)), ("objection_due", json!("2020-03-24"))]);
    assert_eq!(shown(&desk, MAR_18)["annotated"], false);
    desk.given(by(COMMISSION).asks(verify_objection(&id, 1)));
    assert_eq!(shown(&desk, date(2020, 3, 19))["objection_due"], "2020-03-30");
    let reject = decide_objection(&id, 1, ObjectionResult::Rejected);
    desk.at("2020-03-23T09:00:00+08:00").given(by(COMMISSION).asks(reject));
    let decided = shown(&desk, date(2020, 3, 23));
    assert_shows(
        &decided,
        &[
            ("annotated", json!(false)),
            ("objection_result", json!("rejected")),
            ("objection_decided_on", json!("2020-03-23")),
            ("standing", json!(true)),
        ],
    );
}

#[test]
fn an_objection_that_nobody_decided_ends_with_the_flag() {
    let (mut desk, id) = flagged();
    desk.at("2020-03-19T09:00:00+08:00").given(by(COMMISSION).asks(object(&id, 1)));
    desk.given(by(COMMISSION).asks(expunge(&id, 1)));
    let row = shown(&desk, date(2020, 3, 19));
    assert_shows(&row, &[("annotated", json!(false)), ("state", json!("expunged"))]);
}

#[test]
fn an_application_for_repair_after_a_refusal_waits_again() {
    let (mut desk, id) = flagged();
    let refuse = decide_repair(&id, 1, RepairResult::Refused);
    desk.at("2020-05-06T09:00:00+08:00")
        .given(by(COMMISSION).asks(apply_repair(&id, 1)))
        .given(by(COMMISSION).asks(refuse));
    let refused = shown(&desk, date(2020, 5, 6));
    assert_shows(&refused, &[("repair_result", json!("refused")), ("standing", json!(true))]);
    desk.at("2020-06-01T09:00:00+08:00").given(by(COMMISSION).asks(apply_repair(&id, 1)));
    let again = [("repair_applied_on", json!("2020-06-01")), ("repair_result", Value::Null)];
    assert_shows(&shown(&desk, date(2020, 6, 1)), &again);
    let grant = decide_repair(&id, 1, RepairResult::Granted);
    desk.at("2020-06-08T09:00:00+08:00").given(by(COMMISSION).asks(grant));
    let granted = shown(&desk, date(2020, 6, 8));
    let ended = [("state", json!("repaired")), ("ended_on", json!("2020-06-08"))];
    assert_shows(&granted, &ended);
    assert_eq!(granted["repair_decided_on"], "2020-06-08");
}

#[test]
fn what_was_dismissed_never_stood() {
    let (mut desk, id) = noticed();
    desk.given(by(COMMISSION).asks(dismiss(&id, 1)));
    let row = shown(&desk, date(2020, 3, 12));
    assert_shows(&row, &[("state", json!("dismissed")), ("standing", json!(false))]);
    assert_eq!(row["ended_on"], "2020-03-12");
}

#[test]
fn it_names_who_was_given_a_flag_and_who_is_to_be_told_of_its_end() {
    let (mut desk, id) = flagged();
    for (now, to) in [
        ("2020-03-19T09:00:00+08:00", "信用中国（重庆）"),
        ("2020-03-20T09:00:00+08:00", "黔江区人民法院"),
    ] {
        desk.at(now).given(by(COMMISSION).asks(disclose(&id, 1, to)));
    }
    desk.at("2020-03-24T09:00:00+08:00").given(by(COMMISSION).asks(expunge(&id, 1)));
    desk.at("2020-03-25T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(notify_withdrawal(&id, 1, 1)));
    let (first, second) = ("信用中国（重庆）", "黔江区人民法院");
    for (day, given, to_be_told) in [
        (18, json!([]), json!([])),
        (19, json!([first]), json!([])),
        (23, json!([first, second]), json!([])),
        (24, json!([first, second]), json!([first, second])),
        (25, json!([first, second]), json!([second])),
    ] {
        let row = shown(&desk, date(2020, 3, day));
        assert_shows(&row, &[("disclosed_to", given), ("to_be_told", to_be_told)]);
    }
}
