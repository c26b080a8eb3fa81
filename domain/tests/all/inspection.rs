//! Inspection: opened, found, closed, void.

use fugong_domain::{
    Ask, EnterpriseId,
    codes::{ResultCode, Seat, Subject},
    inspection::{Command, Inspection},
};
use fugong_fixtures::{
    Desk, by,
    desk::{
        asks::assign,
        cases::{close, decline, find, find_duty, inspection, open, void},
    },
};

const COMMISSION: &str = "zhang:eic:commission";

fn desk() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-001");
    desk.enrol("OFF-10");
    desk.at("2020-03-04T10:00:00+08:00");
    (desk, id)
}

fn seated() -> (Desk, EnterpriseId) {
    let (mut desk, id) = desk();
    let seat = assign(&id, Seat::Park, "park-zy", "OFF-10", "2020-02-22");
    desk.given(by("wu:park-zy:park").asks(seat));
    (desk, id)
}

#[test]
fn an_enterprise_that_never_resumed_can_be_inspected_but_duty_needs_a_posting() {
    let (mut desk, id) = desk();
    desk.when(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::OfficerDuty])))
        .then_refused("NO_POSTING_AT_DATE");
    desk.when(by(COMMISSION).asks(open(1, &id, "zhang", &[]))).then_refused("INVALID_FIELD");
    desk.when(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::Protection])))
        .then(&["inspection-opened"]);
}

#[test]
fn a_posted_officer_cannot_judge_his_own_duty() {
    let (mut desk, id) = seated();
    let subjects = [Subject::OfficerDuty];
    desk.when(by("OFF-10:eic:commission").asks(open(1, &id, "OFF-10", &subjects)))
        .then_refused("INSPECTOR_CONFLICT");
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &subjects)));
    desk.when(by("OFF-10:park-zy:park").asks(find_duty(1, "OFF-10", None)))
        .then_refused("INSPECTOR_CONFLICT");
}

#[test]
fn a_finding_is_about_what_is_looked_at() {
    let (mut desk, id) = seated();
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::Responsibility])));
    desk.when(by(COMMISSION).asks(find(1, "zhang", false))).then_refused("INVALID_FIELD");
    desk.when(by(COMMISSION).asks(find(2, "zhang", false))).then_refused("NOT_FOUND");
}

#[test]
fn a_result_needs_a_finding_that_bears_it_out() {
    let (mut desk, id) = seated();
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::Protection])));
    for code in [ResultCode::FixedOnSpot, ResultCode::ToOrder, ResultCode::Referred] {
        desk.when(by(COMMISSION).asks(close(1, code))).then_refused("INVALID_FIELD");
    }
    desk.given(by("wu:park-zy:park").asks(find(1, "wu", false)));
    desk.when(by(COMMISSION).asks(close(1, ResultCode::Nothing))).then_refused("INVALID_FIELD");
    desk.when(by(COMMISSION).asks(close(1, ResultCode::ToOrder))).then(&["inspection-closed"]);
}

#[test]
fn of_two_who_close_at_once_the_second_is_told_so_and_nothing_more_is_found() {
    let (mut desk, id) = seated();
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::Protection])));
    desk.given(by(COMMISSION).asks(close(1, ResultCode::Nothing)));
    desk.when(by(COMMISSION).asks(close(1, ResultCode::Nothing))).then_refused("ORDER_CLOSED");
    desk.when(by(COMMISSION).asks(find(1, "zhang", false))).then_refused("ORDER_CLOSED");
    desk.when(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::Protection])))
        .then_refused("ORDER_CLOSED");
    desk.when(by(COMMISSION).asks(void(1))).then(&["inspection-voided"]);
    desk.when(by(COMMISSION).asks(void(1))).then(&[]);
    desk.when(by(COMMISSION).asks(decline(1))).then_refused("ORDER_CLOSED");
    assert!(desk.read::<Inspection>(inspection(1)).is_void());
    desk.assert_replay_is_live();
}

#[test]
fn only_what_waits_for_an_order_is_declined() {
    let (mut desk, id) = seated();
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::Protection])));
    desk.given(by(COMMISSION).asks(find(1, "zhang", true)));
    desk.when(by(COMMISSION).asks(decline(1))).then(&[]);
    desk.given(by(COMMISSION).asks(find(1, "zhang", false)));
    assert_eq!(
        desk.when(by(COMMISSION).asks(decline(1))).payload("numbers"),
        serde_json::json!([2])
    );
}

#[test]
fn a_corrected_finding_gives_way_and_stays_in_history() {
    let (mut desk, id) = seated();
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::Protection])));
    desk.given(by(COMMISSION).asks(find(1, "zhang", false)));
    let Ask::Inspection(at, mut again) = find(1, "li", false) else { panic!("another ask") };
    if let Command::RecordFinding { supersedes, .. } = &mut again {
        *supersedes = Some(1);
    }
    desk.given(by(COMMISSION).asks(Ask::Inspection(at.clone(), again.clone())));
    desk.when(by(COMMISSION).asks(Ask::Inspection(at.clone(), again))).then_refused("NOT_FOUND");
    let inspection: Inspection = desk.read(at);
    assert!(inspection.finding(1).is_none());
    assert_eq!(inspection.findings().len(), 2);
    assert_eq!(inspection.involved().len(), 3);
}

#[test]
fn each_event_is_stored_like_this() {
    let words = fugong_fixtures::sealed("words");
    let events = serde_json::json!([
        {"opened": {
            "enterprise": "91500114MAYY010106", "kind": "random", "subjects": ["officer_duty"],
            "led_by": "eic", "inspector": "zhang", "joint_with": ["park-zy"],
            "draw_seed": "2020022801", "on": "2020-02-28",
        }},
        {"finding-recorded": {
            "number": 1, "finder": "zhang", "subject": "officer_duty",
            "category": "officer_absent", "severity": "ordinary", "facts": words,
            "plan_revision": 2, "officer": "OFF-10", "fixed_on_spot": false,
            "on": "2020-02-28", "supersedes": null,
        }},
        {"closed": {"result_codes": ["none"]}},
        {"voided": {"reason": words}},
        {"finding-ordered": {"number": 1, "order": "00000000-0000-7000-8000-222200000001"}},
        {"order-declined": {"numbers": [1], "reason": words}},
    ]);
    let read: Vec<fugong_domain::inspection::Event> =
        serde_json::from_value(events.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), events);
    insta::assert_json_snapshot!("inspection_events", events);
}
