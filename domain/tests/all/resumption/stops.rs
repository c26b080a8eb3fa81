//! Stops, and the reports that end them.

use fugong_domain::{EnterpriseId, codes::ProductionState, resumption::Resumption};
use fugong_fixtures::{
    Desk, by, date,
    desk::asks::{close, continuous, correct, plan_resumption, report, suspend},
};

const COMMISSION: &str = "zhang:eic:commission";

/// ENT-011 on 28 February: resumed on the 20th, stopped since the 25th.
fn stopped() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.at("2020-02-25T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-20")));
    desk.given(by(COMMISSION).asks(suspend(&id, "2020-02-25")));
    desk.at("2020-02-28T09:00:00+08:00");
    (desk, id)
}

fn state(desk: &Desk, id: &EnterpriseId, day: u32) -> ProductionState {
    desk.read::<Resumption>(id).state_on(date(2020, 2, day))
}

/// Whoever reports that it works again is heard, be the day he gives before the stop, its day or
/// after it; and is in production already when he says so again.
#[test]
fn a_report_that_is_recorded_counts_whatever_day_it_gives() {
    for day in ["2020-02-20", "2020-02-24", "2020-02-25", "2020-02-26", "2020-02-28"] {
        let (mut desk, id) = stopped();
        assert_eq!(state(&desk, &id, 28), ProductionState::Suspended);
        desk.when(by(COMMISSION).asks(report(&id, day))).then(&["resumption-resumed"]);
        assert_eq!(state(&desk, &id, 28), ProductionState::Resumed, "{day}");
        desk.when(by(COMMISSION).asks(report(&id, day))).then(&[]);
        desk.assert_replay_is_live();
    }
    let (mut desk, id) = stopped();
    desk.given(by(COMMISSION).asks(continuous(&id, "2020-01-20")));
    assert!(state(&desk, &id, 28).in_production());
}

#[test]
fn the_days_of_a_stop_that_was_told_stay_what_they_were() {
    let (mut desk, id) = stopped();
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-27")));
    let days = [24, 25, 26, 27].map(|day| state(&desk, &id, day).in_production());
    assert_eq!(days, [true, false, false, true]);
}

/// To put a day right says nothing of what came later.
#[test]
fn a_correction_leaves_a_later_stop_as_it_is() {
    let (mut desk, id) = stopped();
    let first = desk.last("resumption-resumed").event_id.to_string();
    desk.given(by(COMMISSION).asks(correct(&id, &first, "2020-02-20", "2020-02-19")));
    assert_eq!(state(&desk, &id, 28), ProductionState::Suspended);
}

/// What ends has ended on its day, whatever had been told of the days after it.
#[test]
fn nothing_told_before_outlives_the_enterprise() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.at("2020-02-28T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-26")));
    desk.given(by(COMMISSION).asks(suspend(&id, "2020-03-05")));
    desk.given(by(COMMISSION).asks(close(&id, "2020-02-24")));
    let resumption: Resumption = desk.read(&id);
    for day in [date(2020, 2, 24), date(2020, 2, 28), date(2020, 3, 5)] {
        assert_eq!(resumption.state_on(day), ProductionState::NotResumed, "{day}");
    }
}

#[test]
fn a_plan_to_resume_ends_with_the_enterprise() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.given(by(COMMISSION).asks(plan_resumption(&id, "2020-03-01")));
    desk.given(by(COMMISSION).asks(close(&id, "2020-02-20")));
    assert_eq!(state(&desk, &id, 20), ProductionState::NotResumed);
}
