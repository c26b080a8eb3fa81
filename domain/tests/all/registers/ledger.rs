//! R7 整改台账: every order with its course, and the counts.

use chrono::NaiveDate as Date;
use fugong_domain::{
    Ask, EnterpriseId,
    codes::{ReinspectionResult, ResultCode, Subject, SupersedeKind},
    rectification::Command,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::close,
        cases::{
            self, Within, extend, find, finding, order_instead, order_on, reinspect, report_done,
            revoke, serve,
        },
    },
    sealed,
};
use serde_json::{Value, json};

use super::{COMMISSION, Line, lines};

const FEB_28: Date = date(2020, 2, 28);

/// ENT-016 on Friday, 28 February, where inspection 1 found one thing.
fn found() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-016");
    desk.at("2020-02-28T10:00:00+08:00");
    inspect(&mut desk, &id, 1);
    (desk, id)
}

fn inspect(desk: &mut Desk, id: &EnterpriseId, n: u32) {
    desk.given(by(COMMISSION).asks(cases::open(n, id, "inspector", &[Subject::Protection])))
        .given(by(COMMISSION).asks(find(n, "finder", false)))
        .given(by(COMMISSION).asks(cases::close(n, ResultCode::ToOrder)));
}

/// Order `n` on inspection `n`, served at once, for so many working days.
fn ordered(desk: &mut Desk, id: &EnterpriseId, n: u32, days: u32) {
    if 1 < n {
        inspect(desk, id, n);
    }
    let order = order_on(n, id, &[finding(n, 1)], Within::WorkingDays(days));
    desk.given(by(COMMISSION).asks(order)).given(by(COMMISSION).asks(serve(n)));
}

fn row(desk: &Desk, n: u32, on: Date) -> Line {
    let all = lines(desk, "r7", on).into_iter();
    all.clone().find(|line| line["order"] == cases::order(n).as_str()).unwrap_or_default()
}

fn counts(desk: &Desk, on: Date) -> Line {
    lines(desk, "r7-summary", on).remove(0)
}

#[track_caller]
fn assert_shows(line: &Line, expected: &[(&str, Value)]) {
    for (column, value) in expected {
        assert_eq!(line[*column], *value, "{column} of {line:?}");
    }
}

#[test]
fn a_row_tells_the_whole_course_of_an_order() {
    let (mut desk, id) = found();
    let mut ask = order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3));
    if let Ask::Rectification(_, Command::Order { responsible, supervisor, .. }) = &mut ask {
        *responsible = Some(sealed("the deputy manager"));
        *supervisor = Some("eic-wang".to_owned());
    }
    let mut act = by(COMMISSION).asks(ask);
    act.authority = Some("黔江经信责改〔2020〕1号".parse().unwrap());
    act.note = Some(sealed("the second visit this month"));
    desk.given(act).given(by(COMMISSION).asks(serve(1)));
    let open = row(&desk, 1, FEB_28);
    assert_shows(
        &open,
        &[
            ("authority", json!("黔江经信责改〔2020〕1号")),
            ("inspected_on", json!("2020-02-28")),
            ("inspected_by", json!("inspector")),
            ("problems", json!([sealed("no temperature log at the gate")])),
            ("demands", json!(sealed("keep a temperature log"))),
            ("limit", json!("送达后3个工作日")),
            ("due", json!("2020-03-04")),
            ("responsible", json!(sealed("the deputy manager"))),
            ("supervisor", json!("eic-wang")),
            ("state", json!("served")),
            ("complied", json!(false)),
            ("note", json!(sealed("the second visit this month"))),
        ],
    );
    assert!(open["township"].is_string() && open["name"].is_string());
    desk.at("2020-03-05T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(report_done(1, "2020-03-04T23:59:59+08:00")));
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    assert_shows(
        &row(&desk, 1, date(2020, 3, 5)),
        &[
            ("state", json!("complied")),
            ("complied", json!(true)),
            ("reported_on", json!("2020-03-04")),
            ("reinspected_on", json!("2020-03-05")),
            ("reinspected_by", json!("reinspector")),
            ("overdue", json!(false)),
        ],
    );
    let before = row(&desk, 1, date(2020, 3, 4));
    assert_shows(&before, &[("state", json!("reported")), ("reinspected_on", Value::Null)]);
}

/// An order that is not served has a limit and no last day.
#[test]
fn time_runs_from_service() {
    let (mut desk, id) = found();
    let order = order_on(1, &id, &[finding(1, 1)], Within::Due(date(2020, 3, 3)));
    desk.given(by(COMMISSION).asks(order));
    let unserved = [("state", json!("ordered")), ("limit", json!("2020-03-03"))];
    assert_shows(&row(&desk, 1, FEB_28), &unserved);
    assert_eq!(row(&desk, 1, FEB_28)["due"], Value::Null);
    assert_eq!(row(&desk, 1, date(2020, 3, 9))["overdue"], false);
    desk.at("2020-03-02T10:00:00+08:00").given(by(COMMISSION).asks(serve(1)));
    assert_eq!(row(&desk, 1, date(2020, 3, 1))["due"], Value::Null);
    assert_eq!(row(&desk, 1, date(2020, 3, 2))["due"], "2020-03-03");
}

/// The day before the last day, the last day, the day after.
#[test]
fn an_order_is_due_soon_on_its_last_day_and_overdue_the_day_after() {
    let (mut desk, id) = found();
    ordered(&mut desk, &id, 1, 3);
    for (day, soon, overdue, state) in [
        (date(2020, 3, 2), 0, 0, "served"),
        (date(2020, 3, 3), 1, 0, "served"),
        (date(2020, 3, 4), 1, 0, "served"),
        (date(2020, 3, 5), 0, 1, "lapsed"),
    ] {
        let counts = counts(&desk, day);
        assert_shows(&counts, &[("due_soon", json!(soon)), ("overdue", json!(overdue))]);
        assert_eq!(row(&desk, 1, day)["state"], state, "{day}");
    }
    // Over a weekend the next working day is Monday.
    ordered(&mut desk, &id, 2, 1);
    assert_eq!(counts(&desk, FEB_28)["due_soon"], 1);
}

#[test]
fn what_was_reported_done_is_no_longer_due_and_a_second_report_changes_nothing() {
    let (mut desk, id) = found();
    ordered(&mut desk, &id, 1, 3);
    desk.at("2020-03-03T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(report_done(1, "2020-03-03")));
    assert_shows(&counts(&desk, date(2020, 3, 3)), &[("due_soon", json!(0)), ("open", json!(1))]);
    desk.at("2020-03-09T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(report_done(1, "2020-03-09")));
    let later = row(&desk, 1, date(2020, 3, 9));
    assert_shows(&later, &[("overdue", json!(false)), ("reported_on", json!("2020-03-03"))]);
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    let counts = counts(&desk, date(2020, 3, 9));
    assert_shows(&counts, &[("complied_on_time", json!(1)), ("complied_late", json!(0))]);
}

/// A lapsed order is still open: it can be reported done late, looked at and struck off.
#[test]
fn a_lapsed_order_is_complied_with_late() {
    let (mut desk, id) = found();
    ordered(&mut desk, &id, 1, 3);
    desk.at("2020-03-06T10:00:00+08:00");
    desk.given(by(COMMISSION).asks(report_done(1, "2020-03-06")));
    let reported = row(&desk, 1, date(2020, 3, 6));
    assert_shows(&reported, &[("state", json!("reported")), ("overdue", json!(true))]);
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    let counts = counts(&desk, date(2020, 3, 6));
    assert_shows(&counts, &[("complied_on_time", json!(0)), ("complied_late", json!(1))]);
    assert_shows(&counts, &[("complied", json!(1)), ("base", json!(1)), ("rate", json!("100%"))]);
}

#[test]
fn an_extension_moves_the_last_day() {
    let (mut desk, id) = found();
    ordered(&mut desk, &id, 1, 3);
    desk.at("2020-03-04T10:00:00+08:00").given(by(COMMISSION).asks(extend(1, date(2020, 3, 10))));
    assert_eq!(row(&desk, 1, date(2020, 3, 4))["due"], "2020-03-10");
    assert_eq!(counts(&desk, date(2020, 3, 4))["due_soon"], 0);
    // The day before nobody knew that there would be one.
    assert_eq!(row(&desk, 1, date(2020, 3, 3))["due"], "2020-03-04");
    assert_eq!(counts(&desk, date(2020, 3, 3))["due_soon"], 1);
    assert_eq!(counts(&desk, date(2020, 3, 10))["overdue"], 0);
    assert_eq!(counts(&desk, date(2020, 3, 11))["overdue"], 1);
}

/// Revoked and corrected orders are as if they had never been, and who is gone has nothing to
/// comply with; they leave numerator and base alike.
#[test]
fn the_rate_carries_its_base_and_what_it_leaves_out() {
    let (mut desk, id) = found();
    assert_shows(&counts(&desk, FEB_28), &[("base", json!(0)), ("rate", json!("—"))]);
    for n in 1..=4 {
        ordered(&mut desk, &id, n, 3);
    }
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    desk.given(by(COMMISSION).asks(revoke(2)));
    let correction = order_instead(5, &id, &[finding(3, 1)], 3, SupersedeKind::Correction);
    desk.given(by(COMMISSION).asks(correction)).given(by(COMMISSION).asks(serve(5)));
    let now = counts(&desk, FEB_28);
    assert_shows(&now, &[("issued", json!(5)), ("served", json!(5)), ("excluded", json!(2))]);
    assert_shows(&now, &[("base", json!(3)), ("complied", json!(1)), ("rate", json!("33.33%"))]);
    desk.given(by(COMMISSION).asks(close(&id, "2020-02-28")));
    let terminate = Command::Terminate { reason: None, rule: Some("enterprise_closed".to_owned()) };
    let ask = Ask::Rectification(cases::order(4), terminate);
    desk.given(by("policy:eic:system").asks(ask));
    let ended = counts(&desk, FEB_28);
    assert_shows(&ended, &[("excluded", json!(3)), ("complied", json!(1)), ("base", json!(2))]);
}

/// 再次责令 answers a failure; it does not undo it.
#[test]
fn an_order_that_failed_stays_counted_when_a_further_one_follows() {
    let (mut desk, id) = found();
    ordered(&mut desk, &id, 1, 3);
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    assert_eq!(counts(&desk, FEB_28)["failed"], 1);
    let further = order_instead(2, &id, &[finding(1, 1)], 1, SupersedeKind::Further);
    desk.given(by(COMMISSION).asks(further));
    assert_eq!(row(&desk, 1, FEB_28)["state"], "superseded_further");
    assert_eq!(counts(&desk, FEB_28)["failed"], 1);
    desk.given(by(COMMISSION).asks(revoke(1)));
    assert_eq!(counts(&desk, FEB_28)["failed"], 0);
}
