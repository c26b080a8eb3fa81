//! An objection is decided within the plain period, or within the longer one if it is looked into.

use fugong_domain::{
    Ask, EnterpriseId,
    codes::ObjectionResult,
    credit::{Credit, Flagged, Objection, Standing},
    regime::Command,
};
use fugong_fixtures::{
    Desk, by, data, date,
    desk::{
        Supervised,
        cases::{decide_objection, object, verify_objection},
    },
};

use super::{COMMISSION, flagged};

/// An objection lodged on Thursday, 19 March 2020: the plain period ends on Tuesday the 24th, the
/// longer one on Monday the 30th.
fn contested() -> (Desk, EnterpriseId) {
    let (mut desk, id) = flagged();
    desk.at("2020-03-19T09:00:00+08:00");
    desk.given(by(&format!("boss:{id}:enterprise")).asks(object(&id, 1)));
    (desk, id)
}

fn decided_by(desk: &Desk, id: &EnterpriseId) -> String {
    let standing = desk.read::<Credit>(id).flag(1).unwrap().standing.clone();
    let Standing::Flagged(Flagged { objection: Some(Objection::Lodged { decide, .. }), .. }) =
        standing
    else {
        return format!("{standing:?}");
    };
    assert_eq!(decide.start, date(2020, 3, 19), "it runs from the day of the objection");
    decide.due.to_string()
}

#[test]
fn a_plain_objection_has_three_working_days_and_one_that_is_looked_into_seven() {
    let (mut desk, id) = contested();
    assert_eq!(decided_by(&desk, &id), "2020-03-24");
    desk.at("2020-03-20T09:00:00+08:00");
    desk.when(by(COMMISSION).asks(verify_objection(&id, 1))).then(&["credit-verification-begun"]);
    assert_eq!(decided_by(&desk, &id), "2020-03-30");
    desk.when(by(COMMISSION).asks(verify_objection(&id, 1))).then(&[]);
    desk.assert_replay_is_live();
}

/// The day before the plain period ends, its last day, the day after.
#[test]
fn the_longer_period_is_taken_while_the_shorter_one_runs() {
    for (now, runs) in [
        ("2020-03-23T09:00:00+08:00", true),
        ("2020-03-24T23:59:59+08:00", true),
        ("2020-03-25T00:00:00+08:00", false),
    ] {
        let (mut desk, id) = contested();
        let answer = desk.at(now).when(by(COMMISSION).asks(verify_objection(&id, 1)));
        if runs {
            let _events = answer.then(&["credit-verification-begun"]);
        } else {
            answer.then_refused("ORDER_CLOSED");
        }
    }
}

#[test]
fn only_what_was_objected_to_is_looked_into() {
    let (mut desk, id) = flagged();
    desk.when(by(COMMISSION).asks(verify_objection(&id, 1))).then_refused("ORDER_CLOSED");
    desk.when(by(COMMISSION).asks(verify_objection(&id, 2))).then_refused("NOT_FOUND");
    let (mut desk, id) = contested();
    desk.when(by(COMMISSION).on("2020-03-18").asks(verify_objection(&id, 1)))
        .then_refused("OCCURRED_ON_IN_FUTURE");
    let reject = decide_objection(&id, 1, ObjectionResult::Rejected);
    desk.given(by(COMMISSION).asks(reject));
    desk.when(by(COMMISSION).asks(verify_objection(&id, 1))).then_refused("ORDER_CLOSED");
}

/// It gives the commission more time, so it is not for the enterprise to take.
#[test]
fn the_commission_takes_the_longer_period() {
    let (mut desk, id) = contested();
    for who in [format!("boss:{id}:enterprise"), "li:500114004:township".to_owned()] {
        desk.when(by(&who).asks(verify_objection(&id, 1))).then_refused("ROLE_NOT_ALLOWED");
    }
}

#[test]
fn the_task_has_the_longer_period_and_goes_up_when_that_is_over() {
    let (desk, id) = contested();
    let mut all = Supervised::over(desk);
    let due = |all: &Supervised| {
        let tasks = all.inbox().into_iter().filter(|task| task.kind == "decide-objection");
        tasks.map(|task| (task.due.unwrap().to_string(), task.unit.to_string())).collect::<Vec<_>>()
    };
    let at = |day: &str, unit: &str| vec![(day.to_owned(), unit.to_owned())];
    assert_eq!(due(&all), at("2020-03-24", "eic"));
    all.given(by(COMMISSION).asks(verify_objection(&id, 1)));
    assert_eq!(due(&all), at("2020-03-30", "eic"));
    all.at("2020-03-30T23:59:59+08:00");
    assert_eq!(due(&all), at("2020-03-30", "eic"));
    all.at("2020-03-31T00:00:00+08:00");
    assert_eq!(due(&all), at("2020-03-30", "hq"));
    let upheld = decide_objection(&id, 1, ObjectionResult::Upheld);
    all.given(by(COMMISSION).asks(upheld));
    assert_eq!(due(&all), []);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn both_periods_are_data_and_the_longer_is_not_the_shorter() {
    let mut rules = data::rule_sets().unwrap().pop().unwrap();
    rules.version = "qj-later".to_owned();
    rules.effective_from = date(2020, 3, 19);
    rules.objection_decide_working_days = 5;
    rules.objection_decide_working_days_complex = 4;
    let publish = |rules| Ask::Regime(Command::PublishRules { rules: Box::new(rules) });
    let (mut desk, id) = flagged();
    let refused = desk.when(by(COMMISSION).asks(publish(rules.clone())));
    let refusal = refused.then_refused("INVALID_FIELD").to_string();
    assert!(refusal.starts_with("/objection_decide_working_days_complex: "), "{refusal}");
    rules.objection_decide_working_days_complex = 10;
    desk.given(by(COMMISSION).asks(publish(rules)));
    desk.at("2020-03-19T09:00:00+08:00").given(by(COMMISSION).asks(object(&id, 1)));
    assert_eq!(decided_by(&desk, &id), "2020-03-26");
    desk.given(by(COMMISSION).asks(verify_objection(&id, 1)));
    assert_eq!(decided_by(&desk, &id), "2020-04-02");
}
