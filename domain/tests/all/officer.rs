//! Officers: one plant each, and what was found about their duty.

use fugong_domain::{
    Ask, OfficerId, Refusal,
    codes::{Role, Seat, Subject},
    officer::{Command, Officer},
    regime::Command::PublishRules,
};
use fugong_fixtures::{
    Desk, by, data, date,
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

fn enrol(unit: &str, name: &str, phone: Option<&str>, supersedes: Option<&str>) -> Ask {
    let command = Command::Enrol {
        name: sealed(name),
        unit: unit.parse().unwrap(),
        title: Some("科长".to_owned()),
        phone: phone.map(sealed),
        supersedes: supersedes.map(str::to_owned),
    };
    Ask::Officer("OFF-90".parse().unwrap(), command)
}

/// Where the refusal points.
fn pointer(refusal: Refusal) -> String {
    let Refusal::InvalidField { pointer, .. } = refusal else { return refusal.to_string() };
    pointer
}

#[test]
fn who_is_enrolled_as_he_was_is_enrolled_already() {
    let mut desk = Desk::open();
    let ask = enrol("park-zy", "name", Some("0-1"), None);
    desk.when(by(COMMISSION).asks(ask.clone())).then(&["officer-enrolled"]);
    desk.when(by(COMMISSION).asks(ask)).then(&[]);
}

#[test]
fn an_id_names_one_officer_and_a_refusal_says_what_is_otherwise() {
    let mut desk = Desk::open();
    desk.given(by(COMMISSION).asks(enrol("park-zy", "name", Some("0-1"), None)));
    for (ask, member) in [
        (enrol("eic", "name", Some("0-1"), None), "/unit"),
        (enrol("park-zy", "another", Some("0-1"), None), "/name"),
        (enrol("park-zy", "name", Some("0-123"), None), "/phone"),
        (enrol("park-zy", "name", None, None), "/phone"),
    ] {
        let refusal = desk.when(by(COMMISSION).asks(ask)).then_refused("INVALID_FIELD");
        assert!(refusal.to_string().contains("supersedes"), "{refusal}");
        assert_eq!(pointer(refusal), member);
    }
}

#[test]
fn what_was_said_wrongly_is_put_right_by_naming_the_enrolment() {
    let mut desk = Desk::open();
    let right = enrol("park-zy", "name", Some("0-123"), Some("an-event"));
    desk.when(by(COMMISSION).asks(right.clone())).then_refused("NOT_FOUND");
    desk.given(by(COMMISSION).asks(enrol("park-zy", "name", Some("0-1"), None)));
    desk.when(by(COMMISSION).asks(right.clone())).then(&["officer-enrolled"]);
    desk.when(by(COMMISSION).asks(right)).then(&[]);
    let officer: Officer = desk.read("OFF-90");
    assert_eq!(officer.roll().unwrap().phone, Some(sealed("0-123")));
    desk.assert_replay_is_live();
}

/// Seats and duty findings stand in the name of the unit for which he held them.
#[test]
fn who_held_a_seat_stays_with_its_unit_and_keeps_what_he_held() {
    let (mut desk, refer) = absent();
    desk.given(by("duty:eic:system").asks(refer));
    let again = |unit: &str| {
        let command = Command::Enrol {
            name: sealed("another name"),
            unit: unit.parse().unwrap(),
            title: None,
            phone: None,
            supersedes: Some("an-event".to_owned()),
        };
        by(COMMISSION).asks(Ask::Officer("OFF-10".parse().unwrap(), command))
    };
    let refusal = desk.when(again("eic")).then_refused("INVALID_FIELD");
    assert_eq!(pointer(refusal), "/unit");
    desk.when(again("park-zy")).then(&["officer-enrolled"]);
    let officer: Officer = desk.read("OFF-10");
    assert_eq!(officer.roll().unwrap().posts.len(), 1);
    assert!(officer.duty(&finding(1, 1)).is_some());
}

/// The rules of 26 February leave it to the commission; others may let units name their own.
#[test]
fn a_unit_that_may_enrol_names_its_own_officers_and_the_commission_any() {
    let mut desk = Desk::open();
    let ask = || enrol("park-zy", "name", None, None);
    desk.when(by("wu:park-zy:park").asks(ask())).then_refused("ROLE_NOT_ALLOWED");
    let mut rules = data::rule_sets().unwrap().pop().unwrap();
    rules.version = "qj-later".to_owned();
    rules.effective_from = date(2020, 2, 27);
    let may = vec![Role::Township, Role::Park, Role::Commission];
    rules.rights.insert("officer.enrol".to_owned(), may);
    let publish = Ask::Regime(PublishRules { rules: Box::new(rules) });
    desk.given(by(COMMISSION).asks(publish)).at("2020-02-27T09:00:00+08:00");
    desk.when(by("li:500114106:township").asks(ask())).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wu:park-zy:park").asks(ask())).then(&["officer-enrolled"]);
}

#[test]
fn each_event_is_stored_like_this() {
    let events = serde_json::json!([
        {"enrolled": {"name": sealed("name"), "unit": "park-zy", "title": null, "phone": null}},
        {"enrolled": {"name": sealed("name"), "unit": "park-zy", "title": "科长", "phone": sealed("0-1"),
            "supersedes": "00000000-0000-7000-8000-000000000001"}},
        {"post-taken": {"enterprise": "91500114MAYY010106", "seat": "park", "from": "2020-02-22"}},
        {"post-left": {"enterprise": "91500114MAYY010106", "seat": "park", "at": "2020-03-04"}},
        {"duty-referred": {"finding": finding(1, 1), "enterprise": "91500114MAYY010106"}},
        {"duty-outcome-recorded": {"finding": finding(1, 1), "outcome": sealed("reprimanded")}},
    ]);
    let read: Vec<fugong_domain::officer::Event> = serde_json::from_value(events.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), events);
    insta::assert_json_snapshot!("officer_events", events);
}
