//! From the finding to the flag: what each step asks of whom.

use fugong_domain::{
    Ask, Refusal,
    codes::{
        ObjectionResult, ReinspectionResult, ResultCode, Seat, Subject, SupersedeKind, TaskState,
    },
    inspection::Command::RecordFinding,
    officer,
};
use fugong_fixtures::{
    by, date,
    desk::cases::{
        self, Within, decide_objection, decline, dismiss, enter, extend, find_duty, finding,
        inspection, notice, object, order, order_instead, order_on, reinspect, report_done, serve,
    },
    sealed,
};

use super::{
    super::{COMMISSION, count, failed, inspected, open, ordered, states},
    assign, listed, row,
};

#[test]
fn an_inspection_that_found_something_suggests_an_order() {
    let (mut all, id) = listed("ENT-016");
    all.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &[Subject::Protection])));
    all.given(by(COMMISSION).asks(cases::find(1, "finder", false)));
    assert_eq!(open(&all, "suggest-order"), []);
    let close = cases::close(1, ResultCode::ToOrder);
    all.given(by(COMMISSION).asks(close));
    let suggested = [row(inspection(1).as_str(), "eic", None, None)];
    assert_eq!(open(&all, "suggest-order"), suggested);
    all.given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))));
    inspected(&mut all, &id, 2);
    all.given(by(COMMISSION).asks(decline(2)));
    inspected(&mut all, &id, 3);
    all.given(by(COMMISSION).asks(cases::void(3)));
    let ended = [TaskState::Done, TaskState::Done, TaskState::Cancelled];
    assert_eq!(states(&all, "suggest-order"), ended);
}

/// A finding fixed on the spot never counts.
#[test]
fn what_was_put_right_on_the_spot_suggests_nothing() {
    let (mut all, id) = listed("ENT-016");
    all.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &[Subject::Protection])));
    all.given(by(COMMISSION).asks(cases::find(1, "finder", true)));
    let close = cases::close(1, ResultCode::FixedOnSpot);
    all.given(by(COMMISSION).asks(close));
    assert_eq!(open(&all, "suggest-order"), []);
}

/// Due on Wednesday, 4 March: the reminder is for Tuesday.
#[test]
fn the_last_day_is_brought_to_mind_one_working_day_before() {
    let (mut all, id) = listed("ENT-016");
    all.at("2020-02-28T16:00:00+08:00");
    ordered(&mut all, &id, 1);
    all.at("2020-03-02T23:59:59+08:00");
    assert_eq!(open(&all, "remind-due"), []);
    all.at("2020-03-03T00:00:00+08:00");
    let due = [row(order(1).as_str(), "park-zy", None, Some("2020-03-04"))];
    assert_eq!(open(&all, "remind-due"), due);
    all.given(by(COMMISSION).asks(extend(1, date(2020, 3, 9))));
    assert_eq!(states(&all, "remind-due"), [TaskState::Cancelled]);
    // Monday the 9th: the working day before is Friday the 6th.
    all.at("2020-03-05T23:59:59+08:00");
    assert_eq!(open(&all, "remind-due"), []);
    all.at("2020-03-06T00:00:00+08:00");
    assert_eq!(open(&all, "remind-due").len(), 1);
    all.given(by(COMMISSION).asks(report_done(1, "2020-03-06")));
    assert_eq!(states(&all, "remind-due"), [TaskState::Cancelled, TaskState::Done]);
}

#[test]
fn what_is_reported_or_lapsed_is_looked_at_again() {
    let (mut all, id) = listed("ENT-016");
    all.at("2020-02-28T16:00:00+08:00");
    ordered(&mut all, &id, 1);
    ordered(&mut all, &id, 2);
    all.given(by(COMMISSION).asks(report_done(1, "2020-02-28")));
    assert_eq!(open(&all, "reinspect"), [row(order(1).as_str(), "eic", None, None)]);
    all.at("2020-03-05T00:00:00+08:00");
    assert_eq!(open(&all, "reinspect").len(), 2);
    all.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    all.given(by(COMMISSION).asks(reinspect(2, ReinspectionResult::Failed)));
    assert_eq!(states(&all, "reinspect"), [TaskState::Done, TaskState::Done]);
    assert_eq!(open(&all, "suggest-further-order"), [row(order(2).as_str(), "eic", None, None)]);
    let further = SupersedeKind::Further;
    all.given(by(COMMISSION).asks(order_instead(3, &id, &[finding(2, 1)], 2, further)));
    assert_eq!(states(&all, "suggest-further-order"), [TaskState::Done]);
}

#[test]
fn a_new_order_on_the_finding_answers_the_one_that_failed() {
    let (mut all, id) = listed("ENT-016");
    all.at("2020-02-28T16:00:00+08:00");
    failed(&mut all, &id, 1);
    all.given(by(COMMISSION).asks(order_on(2, &id, &[finding(1, 1)], Within::WorkingDays(3))));
    assert_eq!(states(&all, "suggest-further-order"), [TaskState::Done]);
}

/// A failed order may end in the credit record, or in nothing: then the commission says so.
#[test]
fn no_further_order_is_an_answer_too() {
    let (mut all, id) = listed("ENT-016");
    all.at("2020-02-28T16:00:00+08:00");
    failed(&mut all, &id, 1);
    all.when(by(COMMISSION).asks(decline(1))).then(&["inspection-order-declined"]);
    assert_eq!(states(&all, "suggest-further-order"), [TaskState::Done]);
    all.when(by(COMMISSION).asks(decline(1))).then(&[]);
    // It says nothing against the order that failed: that counts.
    failed(&mut all, &id, 2);
    assert_eq!(count(&all, "credit-flag-proposed"), 1);
}

#[test]
fn what_rests_on_a_void_inspection_asks_for_nothing_more() {
    let (mut all, id) = listed("ENT-001");
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    all.at("2020-03-04T10:00:00+08:00");
    let subjects = [Subject::Protection, Subject::OfficerDuty];
    all.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &subjects)));
    all.given(by(COMMISSION).asks(cases::find(1, "finder", false)));
    all.given(by(COMMISSION).asks(find_duty(1, "finder", Some("OFF-10"))));
    all.given(by(COMMISSION).asks(cases::close(1, ResultCode::ToOrder)));
    all.given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))));
    all.given(by(COMMISSION).asks(serve(1)));
    all.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Failed)));
    assert_eq!(open(&all, "suggest-further-order").len(), 1);
    assert_eq!(open(&all, "decide-duty").len(), 1);
    all.given(by(COMMISSION).asks(cases::void(1)));
    assert_eq!(states(&all, "suggest-further-order"), [TaskState::Cancelled]);
    assert_eq!(states(&all, "decide-duty"), [TaskState::Cancelled]);
}

/// A mistaken duty finding is put right by one that names it: then it is the other's.
#[test]
fn a_corrected_duty_finding_waits_for_the_unit_of_the_one_it_names() {
    let (mut all, id) = listed("ENT-001");
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    assign(&mut all, &id, Seat::Township, "500114004", "OFF-04");
    all.at("2020-03-04T10:00:00+08:00");
    all.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &[Subject::OfficerDuty])));
    all.given(by(COMMISSION).asks(find_duty(1, "finder", Some("OFF-10"))));
    let mut corrected = find_duty(1, "finder", Some("OFF-04"));
    if let Ask::Inspection(_, RecordFinding { supersedes, .. }) = &mut corrected {
        *supersedes = Some(1);
    }
    all.given(by(COMMISSION).asks(corrected));
    let waits = [row(finding(1, 2).as_str(), "500114004", None, None)];
    assert_eq!(open(&all, "decide-duty"), waits);
    assert_eq!(states(&all, "decide-duty"), [TaskState::Cancelled, TaskState::Open]);
}

#[test]
fn a_proposal_is_noticed_and_then_decided() {
    let (mut all, id) = listed("ENT-016");
    all.at("2020-03-11T09:00:00+08:00");
    failed(&mut all, &id, 1);
    failed(&mut all, &id, 2);
    let flag = format!("{id}.1");
    assert_eq!(open(&all, "serve-notice"), [row(&flag, "eic", None, None)]);
    all.at("2020-03-12T09:00:00+08:00");
    all.given(by(COMMISSION).asks(notice(&id, 1, "server")));
    assert_eq!(states(&all, "serve-notice"), [TaskState::Done]);
    all.at("2020-03-17T23:59:59+08:00");
    assert_eq!(open(&all, "decide-proposal"), []);
    all.at("2020-03-18T00:00:00+08:00");
    assert_eq!(open(&all, "decide-proposal"), [row(&flag, "eic", None, None)]);
    all.given(by(COMMISSION).asks(enter(&id, 1, "decider", 12)));
    assert_eq!(states(&all, "decide-proposal"), [TaskState::Done]);
    all.given(by(COMMISSION).asks(object(&id, 1)));
    let due = [row(&flag, "eic", None, Some("2020-03-23"))];
    assert_eq!(open(&all, "decide-objection"), due);
    all.at("2020-03-24T00:00:00+08:00");
    assert_eq!(open(&all, "decide-objection")[0].1, "hq");
    let rejected = ObjectionResult::Rejected;
    all.given(by(COMMISSION).asks(decide_objection(&id, 1, rejected)));
    assert_eq!(states(&all, "decide-objection"), [TaskState::Done]);
}

#[test]
fn a_proposal_dismissed_before_notice_asks_for_nothing_more() {
    let (mut all, id) = listed("ENT-016");
    all.at("2020-03-11T09:00:00+08:00");
    failed(&mut all, &id, 1);
    failed(&mut all, &id, 2);
    all.given(by(COMMISSION).asks(dismiss(&id, 1)));
    assert_eq!(states(&all, "serve-notice"), [TaskState::Cancelled]);
    all.at("2020-04-11T09:00:00+08:00");
    assert_eq!(states(&all, "decide-proposal"), []);
}

/// S12: a duty finding goes to the posting unit at once, and never against the enterprise.
#[test]
fn a_duty_finding_is_the_posting_units_to_decide() {
    let (mut all, id) = listed("ENT-001");
    assign(&mut all, &id, Seat::Park, "park-zy", "OFF-10");
    all.at("2020-03-04T10:00:00+08:00");
    all.given(by(COMMISSION).asks(cases::open(1, &id, "inspector", &[Subject::OfficerDuty])));
    all.given(by(COMMISSION).asks(find_duty(1, "finder", Some("OFF-10"))));
    assert_eq!(count(&all, "officer-duty-referred"), 1);
    assert_eq!(open(&all, "decide-duty"), [row(finding(1, 1).as_str(), "park-zy", None, None)]);
    let refused =
        all.when(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))));
    let refusal = refused.then_refused("FINDING_NOT_AGAINST_ENTERPRISE");
    assert!(matches!(refusal, Refusal::FindingNotAgainstEnterprise { .. }));
    let (finding, outcome) = (finding(1, 1), sealed("talked to"));
    let decided = officer::Command::RecordDutyOutcome { finding, outcome };
    let officer = "OFF-10".parse().unwrap();
    all.given(by("park:park-zy:park").asks(Ask::Officer(officer, decided)));
    assert_eq!(states(&all, "decide-duty"), [TaskState::Done]);
    assert_eq!(count(&all, "credit-flag-proposed"), 0);
}

#[test]
fn an_order_that_was_not_served_is_nobodys_reminder() {
    let (mut all, id) = listed("ENT-016");
    inspected(&mut all, &id, 1);
    let due = Within::Due(date(2020, 2, 25));
    all.given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], due)));
    all.at("2020-03-05T09:00:00+08:00");
    assert_eq!(open(&all, "remind-due"), []);
    all.given(by(COMMISSION).asks(serve(1)));
    assert_eq!(open(&all, "remind-due"), []);
}
