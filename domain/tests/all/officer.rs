//! Officers: one plant each, and what was found about their duty.

use fugong_domain::{
    Ask, OfficerId,
    codes::{Seat, Subject},
    officer::Command,
};
use fugong_fixtures::{
    Desk, by,
    desk::{
        asks::assign,
        cases::{find_duty, finding, open},
    },
    sealed,
};

const COMMISSION: &str = "zhang:eic:commission";

fn outcome(id: &str) -> Ask {
    let (finding, outcome) = (finding(1, 1), sealed("reprimanded"));
    Ask::Officer(id.parse().unwrap(), Command::RecordDutyOutcome { finding, outcome })
}

/// OFF-10 was not there, says finding 1 of inspection 1.
fn absent() -> (Desk, Ask) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-001");
    desk.enrol("OFF-10");
    desk.enrol("OFF-11");
    desk.at("2020-03-04T10:00:00+08:00");
    desk.given(by("wu:park-zy:park").asks(assign(
        &id,
        Seat::Park,
        "park-zy",
        "OFF-10",
        "2020-02-22",
    )));
    desk.given(by(COMMISSION).asks(open(1, &id, "zhang", &[Subject::OfficerDuty])));
    desk.given(by(COMMISSION).asks(find_duty(1, "zhang", Some("OFF-10"))));
    let refer = Command::ReferDuty { finding: finding(1, 1), enterprise: id };
    let officer: OfficerId = "OFF-10".parse().unwrap();
    (desk, Ask::Officer(officer, refer))
}

#[test]
fn a_duty_finding_is_referred_once_and_his_unit_decides_once() {
    let (mut desk, refer) = absent();
    desk.when(by("wu:park-zy:park").asks(outcome("OFF-10"))).then_refused("NOT_FOUND");
    desk.when(by("duty:eic:system").asks(refer.clone())).then(&["officer-duty-referred"]);
    desk.when(by("duty:eic:system").asks(refer)).then(&[]);
    desk.when(by(COMMISSION).asks(outcome("OFF-10"))).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wu:park-zy:park").asks(outcome("OFF-11"))).then_refused("NOT_FOUND");
    desk.when(by("wu:park-zy:park").asks(outcome("OFF-10")))
        .then(&["officer-duty-outcome-recorded"]);
    desk.when(by("wu:park-zy:park").asks(outcome("OFF-10"))).then_refused("ORDER_CLOSED");
    desk.assert_replay_is_live();
}

#[test]
fn an_id_names_one_officer_for_ever() {
    let mut desk = Desk::open();
    desk.enrol("OFF-10");
    let before = desk.history().len();
    desk.enrol("OFF-10");
    assert_eq!(desk.history().len(), before, "the same again is no news");
    let enrol = Command::Enrol {
        name: sealed("somebody else"),
        unit: "eic".parse().unwrap(),
        title: None,
        phone: None,
    };
    desk.when(by(COMMISSION).asks(Ask::Officer("OFF-10".parse().unwrap(), enrol)))
        .then_refused("INVALID_FIELD");
}

#[test]
fn each_event_is_stored_like_this() {
    let events = serde_json::json!([
        {"enrolled": {"name": sealed("name"), "unit": "park-zy", "title": null, "phone": null}},
        {"post-taken": {"enterprise": "91500114MAYY010106", "seat": "park", "from": "2020-02-22"}},
        {"post-left": {"enterprise": "91500114MAYY010106", "seat": "park", "at": "2020-03-04"}},
        {"duty-referred": {"finding": finding(1, 1), "enterprise": "91500114MAYY010106"}},
        {"duty-outcome-recorded": {"finding": finding(1, 1), "outcome": sealed("reprimanded")}},
    ]);
    let read: Vec<fugong_domain::officer::Event> = serde_json::from_value(events.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), events);
    insta::assert_json_snapshot!("officer_events", events);
}
