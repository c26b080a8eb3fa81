//! 持续在产 and 已复工复产 are both reports; each can be put right as the other.

use fugong_domain::{EnterpriseId, codes::ProductionState, resumption::Resumption};
use fugong_fixtures::{
    Desk, by, date,
    desk::asks::{continuous, continuous_instead, correct_work, report, suspend},
};

const COMMISSION: &str = "zhang:eic:commission";

fn declared() -> (Desk, EnterpriseId, String) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.at("2020-03-02T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(continuous(&id, "2020-01-24")));
    let event = desk.last("resumption-continuous-production-declared").event_id.to_string();
    (desk, id, event)
}

fn state(desk: &Desk, id: &EnterpriseId, day: u32) -> ProductionState {
    desk.read::<Resumption>(id).state_on(date(2020, 2, day))
}

#[test]
fn who_was_said_never_to_have_stopped_did_and_resumed() {
    let (mut desk, id, event) = declared();
    let was = (event, date(2020, 1, 24), true);
    desk.when(by(COMMISSION).asks(correct_work(&id, &was, "2020-02-20")))
        .then(&["resumption-corrected"]);
    assert_eq!(state(&desk, &id, 19), ProductionState::NotResumed);
    assert_eq!(state(&desk, &id, 20), ProductionState::Resumed);
    let told: Resumption = desk.read(&id);
    assert_eq!(told.first_resumed_on(), Some(date(2020, 2, 20)));
    // What was put right is no more.
    desk.when(by(COMMISSION).asks(correct_work(&id, &was, "2020-02-21"))).then_refused("NOT_FOUND");
    desk.assert_replay_is_live();
}

#[test]
fn who_was_said_to_have_resumed_never_stopped() {
    let (mut desk, id) = (Desk::open(), "91500114MAYY01117H".parse().unwrap());
    desk.list("ENT-011");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-18")));
    let was = (desk.last("resumption-resumed").event_id.to_string(), date(2020, 2, 18), false);
    desk.when(by(COMMISSION).asks(continuous_instead(&id, &was, "2020-01-24")))
        .then(&["resumption-continuous-production-declared"])
        .with_advisories(&["PLAN_MISSING", "SEAT_VACANT:township"]);
    assert_eq!(state(&desk, &id, 1), ProductionState::Continuous);
    assert_eq!(desk.read::<Resumption>(&id).first_resumed_on(), None);
    let kind = (was.0, was.1, true);
    desk.when(by(COMMISSION).asks(continuous_instead(&id, &kind, "2020-01-20")))
        .then_refused("NOT_FOUND");
}

#[test]
fn the_day_of_a_declaration_is_put_right_and_a_stop_after_it_stays() {
    let (mut desk, id, event) = declared();
    desk.given(by(COMMISSION).asks(suspend(&id, "2020-02-10")));
    let was = (event, date(2020, 1, 24), true);
    desk.given(by(COMMISSION).asks(continuous_instead(&id, &was, "2020-02-03")));
    assert_eq!(state(&desk, &id, 2), ProductionState::NotResumed);
    assert_eq!(state(&desk, &id, 3), ProductionState::Continuous);
    assert_eq!(state(&desk, &id, 10), ProductionState::Suspended);
    let ahead = by(COMMISSION).asks(continuous_instead(&id, &was, "2020-03-03"));
    desk.when(ahead).then_refused("OCCURRED_ON_IN_FUTURE");
}
