//! Posting: two seats, two persons, without overlap and without gap.

mod corrections;

use fugong_core::Occurred;
use fugong_domain::{
    Ask, EnterpriseId,
    codes::Seat,
    posting::{Command, Event, Posting},
};
use fugong_fixtures::{
    Desk, by,
    desk::asks::{assign, report},
    given, sealed,
};

const TOWN: &str = "li:500114106:township";
const PARK: &str = "wu:park-zy:park";
const COMMISSION: &str = "zhang:eic:commission";

fn at(text: &str) -> Occurred {
    text.parse().unwrap()
}

fn transfer(id: &EnterpriseId, seat: Seat, to: &str, effective_at: &str) -> Ask {
    let command = Command::Transfer {
        seat,
        to: to.parse().unwrap(),
        effective_at: at(effective_at),
        concurrent_reason: None,
        unit: None,
    };
    Ask::Posting(id.clone(), command)
}

fn substitute(id: &EnterpriseId, who: &str, from: &str, until: &str) -> Ask {
    let (from, until) = (at(from), at(until));
    let seat = Seat::Park;
    let (supersedes, was) = (None, None);
    let substitute = who.parse().unwrap();
    let command = Command::Substitute { seat, substitute, from, until, supersedes, was };
    Ask::Posting(id.clone(), command)
}

fn withdraw(id: &EnterpriseId, seat: Seat, on: &str) -> Ask {
    let reason = Some(sealed("needed elsewhere"));
    let command =
        Command::Withdraw { seat, at: at(on), reason, rule: None, advisories: Vec::new() };
    Ask::Posting(id.clone(), command)
}

fn visit(id: &EnterpriseId, seat: Seat, when: &str, corrects: Option<(&str, &str)>) -> Ask {
    let command = Command::LogVisit {
        seat,
        at: at(when),
        items: vec!["P3".to_owned()],
        notes: None,
        supersedes: corrects.map(|(event, _)| event.to_owned()),
        was: corrects.map(|(_, was)| at(was)),
        visitor: None,
    };
    Ask::Posting(id.clone(), command)
}

/// ENT-001 in the park, with OFF-10 on the park's seat since 22 February.
fn in_park() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-001");
    for officer in ["OFF-04", "OFF-10", "OFF-11", "OFF-12"] {
        desk.enrol(officer);
    }
    desk.at("2020-03-03T18:00:00+08:00");
    desk.given(by(PARK).asks(assign(&id, Seat::Park, "park-zy", "OFF-10", "2020-02-22")));
    (desk, id)
}

#[test]
fn a_mines_second_officer_is_the_commissions_and_not_the_emergency_bureaus() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.enrol("OFF-01");
    desk.enrol("OFF-02");
    desk.at("2020-02-26T09:00:00+08:00");
    desk.when(by(TOWN).asks(assign(&id, Seat::Township, "500114106", "OFF-01", "2020-02-26")))
        .then(&["posting-officer-assigned", "officer-post-taken"])
        .with_advisories(&[]);
    desk.when(by(COMMISSION).asks(assign(&id, Seat::Eic, "emb", "OFF-02", "2020-02-26")))
        .then_refused("SEAT_UNIT_MISMATCH");
    desk.when(by(COMMISSION).asks(assign(&id, Seat::Eic, "eic", "OFF-01", "2020-02-26")))
        .then_refused("SEAT_SAME_OFFICER");
    desk.when(by(COMMISSION).asks(assign(&id, Seat::Eic, "eic", "OFF-02", "2020-02-26")))
        .then(&["posting-officer-assigned", "officer-post-taken"]);
    desk.assert_replay_is_live();
}

#[test]
fn a_unit_fills_its_own_seats() {
    let (mut desk, id) = in_park();
    desk.when(by(COMMISSION).asks(assign(
        &id,
        Seat::Township,
        "500114004",
        "OFF-04",
        "2020-02-26",
    )))
    .then_refused("OUT_OF_JURISDICTION");
    desk.when(by("z:eic:auditor").asks(assign(&id, Seat::Eic, "eic", "OFF-02", "2020-02-26")))
        .then_refused("ROLE_NOT_ALLOWED");
    desk.when(by(PARK).asks(assign(&id, Seat::Park, "park-zy", "OFF-99", "2020-02-26")))
        .then_refused("NOT_FOUND");
}

#[test]
fn a_seat_is_held_by_one_officer_at_a_time() {
    let (mut desk, id) = in_park();
    let again = |officer, from| by(PARK).asks(assign(&id, Seat::Park, "park-zy", officer, from));
    desk.when(again("OFF-11", "2020-03-01")).then_refused("SEAT_OCCUPIED");
    desk.when(again("OFF-11", "2020-02-01")).then_refused("SEAT_OCCUPIED");
    desk.when(again("OFF-10", "2020-02-22")).then(&[]);
}

#[test]
fn a_seat_that_is_not_due_can_be_filled_with_a_remark() {
    let (mut desk, id) = in_park();
    desk.enrol("OFF-02");
    desk.when(by(COMMISSION).asks(assign(&id, Seat::Eic, "eic", "OFF-02", "2020-03-01")))
        .then(&["posting-officer-assigned", "officer-post-taken"])
        .with_advisories(&["SEAT_NOT_REQUIRED"]);
}

#[test]
fn one_officer_holds_one_plant_unless_a_reason_is_given() {
    let (mut desk, _) = in_park();
    let other = desk.list("ENT-002");
    let ask = assign(&other, Seat::Park, "park-zy", "OFF-10", "2020-03-01");
    desk.when(by(PARK).asks(ask.clone())).then_refused("OFFICER_ALREADY_POSTED");
    let mut ask = ask;
    if let Ask::Posting(_, Command::AssignOfficer { concurrent_reason, .. }) = &mut ask {
        *concurrent_reason = Some(sealed("the plants are neighbours"));
    }
    desk.when(by(PARK).asks(ask)).then(&["posting-officer-assigned", "officer-post-taken"]);
    desk.assert_replay_is_live();
}

#[test]
fn a_transfer_leaves_neither_overlap_nor_gap() {
    let (mut desk, id) = in_park();
    desk.when(by(PARK).asks(transfer(&id, Seat::Park, "OFF-11", "2020-03-04T00:00:00+08:00")))
        .then(&["posting-transferred", "officer-post-left", "officer-post-taken"]);
    let posting: Posting = desk.read(&id);
    for (when, who) in [
        ("2020-02-21", None),
        ("2020-02-22", Some("OFF-10")),
        ("2020-03-03", Some("OFF-10")),
        ("2020-03-03T23:59:59+08:00", Some("OFF-10")),
        ("2020-03-04T00:00:00+08:00", Some("OFF-11")),
        ("2020-03-04", Some("OFF-11")),
    ] {
        let holder = posting.holder_at(Seat::Park, at(when)).map(ToString::to_string);
        assert_eq!(holder.as_deref(), who, "{when}");
    }
    desk.when(by(PARK).asks(transfer(&id, Seat::Park, "OFF-11", "2020-03-05"))).then(&[]);
    desk.when(by(PARK).asks(transfer(&id, Seat::Park, "OFF-12", "2020-02-01")))
        .then_refused("OCCURRED_ON_IN_FUTURE");
    desk.assert_replay_is_live();
}

#[test]
fn a_vacant_seat_cannot_be_passed_on() {
    let (mut desk, id) = in_park();
    desk.when(by("w:500114004:township").asks(transfer(
        &id,
        Seat::Township,
        "OFF-04",
        "2020-03-04",
    )))
    .then_refused("NO_POSTING_AT_DATE");
}

#[test]
fn the_two_officers_are_different_persons() {
    let seated = Event::OfficerAssigned {
        seat: Seat::Park,
        unit: "park-zy".parse().unwrap(),
        officer: "OFF-10".parse().unwrap(),
        from: at("2020-02-22"),
        concurrent_reason: None,
        supersedes: None,
        was: None,
        advisories: Vec::new(),
    };
    given::<Posting>([seated])
        .when(Command::AssignOfficer {
            seat: Seat::Township,
            unit: "500114004".parse().unwrap(),
            officer: "OFF-10".parse().unwrap(),
            from: at("2020-03-01"),
            concurrent_reason: Some(sealed("nobody else")),
            supersedes: None,
            was: None,
            advisories: Vec::new(),
        })
        .then_refused(fugong_domain::Refusal::SeatSameOfficer {
            officer: "OFF-10".to_owned(),
            seat: Seat::Park,
        });
}

#[test]
fn a_substitute_stands_in_to_the_last_day_and_the_clock_ends_it_once() {
    let (mut desk, id) = in_park();
    desk.when(by(PARK).asks(substitute(&id, "OFF-12", "2020-03-02", "2020-03-03")))
        .then(&["posting-substituted"]);
    desk.when(by(PARK).asks(substitute(&id, "OFF-11", "2020-03-03", "2020-03-04")))
        .then_refused("SEAT_OCCUPIED");
    desk.when(by(PARK).asks(substitute(&id, "OFF-04", "2020-03-05", "2020-03-06")))
        .then_refused("SEAT_UNIT_MISMATCH");
    desk.when(by(PARK).asks(substitute(&id, "OFF-11", "2020-03-06", "2020-03-05")))
        .then_refused("INVALID_FIELD");
    let posting: Posting = desk.read(&id);
    let stands_in = |day| posting.substitute_at(Seat::Park, at(day)).is_some();
    assert_eq!(
        ["2020-03-01", "2020-03-02", "2020-03-03", "2020-03-04"].map(stands_in),
        [false, true, true, false]
    );
    let end = Command::EndSubstitution { seat: Seat::Park, today: chrono::NaiveDate::default() };
    let knock = by("timer:eic:system").asks(Ask::Posting(id, end));
    desk.when(knock.clone()).then(&[]);
    desk.at("2020-03-04T00:00:00+08:00");
    desk.when(knock.clone()).then(&["posting-substitution-ended"]);
    desk.when(knock).then(&[]);
    desk.assert_replay_is_live();
}

#[test]
fn who_leaves_a_plant_at_work_without_successor_is_remarked_upon() {
    let (mut desk, id) = in_park();
    desk.given(by(COMMISSION).asks(report(&id, "2020-03-01")));
    desk.when(by(PARK).asks(withdraw(&id, Seat::Park, "2020-03-03")))
        .then(&["posting-withdrawn", "officer-post-left"])
        .with_advisories(&["WITHDRAWN_WITHOUT_SUCCESSOR"]);
    desk.when(by(PARK).asks(withdraw(&id, Seat::Park, "2020-03-03")))
        .then_refused("NO_POSTING_AT_DATE");
}

#[test]
fn who_leaves_a_plant_at_rest_is_not_remarked_upon() {
    let (mut desk, id) = in_park();
    desk.when(by(PARK).asks(withdraw(&id, Seat::Park, "2020-03-03")))
        .then(&["posting-withdrawn", "officer-post-left"])
        .with_advisories(&[]);
}

#[test]
fn a_visit_is_logged_by_whoever_held_the_seat_then() {
    let (mut desk, id) = in_park();
    let officer = || by("OFF-10:park-zy:officer");
    let when = "2020-02-27T10:00:00+08:00";
    desk.when(officer().asks(visit(&id, Seat::Park, when, None))).then(&["posting-visit-logged"]);
    let first = desk.last("posting-visit-logged").event_id.to_string();
    desk.when(officer().asks(visit(&id, Seat::Park, "2020-02-21T10:00:00+08:00", None)))
        .then_refused("NO_POSTING_AT_DATE");
    desk.when(by("OFF-12:park-zy:officer").asks(visit(&id, Seat::Park, when, None)))
        .then_refused("NO_POSTING_AT_DATE");
    desk.when(officer().asks(visit(&id, Seat::Park, "2020-03-03T18:00:01+08:00", None)))
        .then_refused("OCCURRED_ON_IN_FUTURE");
    let later = "2020-02-27T10:40:00+08:00";
    let corrected = visit(&id, Seat::Park, later, Some((&first, when)));
    desk.when(officer().asks(corrected.clone())).then(&["posting-visit-logged"]);
    desk.when(officer().asks(corrected)).then_refused("NOT_FOUND");
    let posting: Posting = desk.read(&id);
    assert_eq!(posting.visits().len(), 1);
    assert_eq!(posting.last_visit(Seat::Park), Some(at(later)));
    desk.assert_replay_is_live();
}

#[test]
fn each_event_is_stored_like_this() {
    let (seat, officer, unit) = (Seat::Park, "OFF-10".parse().unwrap(), "park-zy".parse().unwrap());
    let events = r#"[
      {"transferred":{"seat":"park","unit":"park-zy","officer":"OFF-10","to":"OFF-11","effective_at":"2020-03-03T16:00:00.000000Z","concurrent_reason":null}},
      {"substituted":{"seat":"park","officer":"OFF-10","substitute":"OFF-12","from":"2020-03-02","until":"2020-03-03"}},
      {"substituted":{"seat":"park","officer":"OFF-10","substitute":"OFF-11","from":"2020-03-02","until":"2020-03-04","supersedes":"00000000-0000-7000-8000-000000000001","was":{"officer":"OFF-12","from":"2020-03-02"}}},
      {"substitution-ended":{"seat":"park","substitute":"OFF-12"}},
      {"withdrawn":{"seat":"park","officer":"OFF-10","at":"2020-03-03","reason":null,"rule":"seat_passed_on","advisories":["WITHDRAWN_WITHOUT_SUCCESSOR"]}},
      {"visit-logged":{"seat":"park","officer":"OFF-10","at":"2020-02-27","items":["P3"],"notes":null,"supersedes":null,"was":null}},
      {"officer-assigned":{"seat":"park","unit":"park-zy","officer":"OFF-12","from":"2020-02-24","concurrent_reason":null,"supersedes":"00000000-0000-7000-8000-000000000001","was":{"officer":"OFF-11","from":"2020-02-22"},"advisories":[]}},
      {"officer-assigned":{"seat":"park","unit":"park-zy","officer":"OFF-10","from":"2020-02-22","concurrent_reason":null,"advisories":[]}}
    ]"#;
    let read: Vec<Event> = serde_json::from_str(events).unwrap();
    let assigned = Event::OfficerAssigned {
        seat,
        unit,
        officer,
        from: at("2020-02-22"),
        concurrent_reason: None,
        supersedes: None,
        was: None,
        advisories: Vec::new(),
    };
    assert_eq!(read.last(), Some(&assigned));
    let stored: serde_json::Value = serde_json::from_str(events).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), stored);
    insta::assert_json_snapshot!("posting_events", stored);
}
