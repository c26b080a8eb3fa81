//! A supplier is helped, a key project is got going.

use fugong_domain::{EnterpriseId, codes::TaskState};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised,
        asks::{close, continuous, report, suspend},
        economy::{mark, start, supply, supply_until},
        help::{raise, resolve},
        registering,
    },
};

use super::COMMISSION;

fn two() -> (Supervised, EnterpriseId, EnterpriseId) {
    let mut all = Supervised::open();
    let (supplier, anchor) = (all.desk.list("ENT-011"), all.desk.list("ENT-016"));
    all.at("2020-02-27T10:00:00+08:00");
    all.given(by(COMMISSION).asks(supply(&supplier, &anchor)));
    (all, supplier, anchor)
}

fn went(all: &Supervised, kind: &str) -> Vec<(String, TaskState)> {
    let told = all.tasks_of(kind).into_iter();
    told.map(|task| (task.unit.to_string(), task.state)).collect()
}

fn helped(all: &Supervised) -> Vec<TaskState> {
    went(all, "help-supplier").into_iter().map(|(_, state)| state).collect()
}

/// “推动“上下游”企业同时全面复工复产”
#[test]
fn a_supplier_that_holds_its_anchor_back_is_its_own_units_to_help() {
    let (mut all, supplier, anchor) = two();
    assert_eq!(helped(&all), []);
    all.given(by(COMMISSION).asks(report(&anchor, "2020-02-27")));
    assert_eq!(went(&all, "help-supplier"), [("500114002".to_owned(), TaskState::Open)]);
    all.given(by(COMMISSION).asks(report(&supplier, "2020-02-27")));
    assert_eq!(helped(&all), [TaskState::Done]);
    // It stops again while the other works on.
    all.given(by(COMMISSION).asks(suspend(&supplier, "2020-02-27")));
    assert_eq!(helped(&all), [TaskState::Done, TaskState::Open]);
    // A stop of the other one leaves nothing to help for.
    all.given(by(COMMISSION).asks(suspend(&anchor, "2020-02-27")));
    assert_eq!(helped(&all)[1], TaskState::Cancelled);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn a_difficulty_that_was_raised_says_what_it_lacks() {
    let (mut all, supplier, anchor) = two();
    all.given(by(COMMISSION).asks(continuous(&anchor, "2020-01-20")));
    all.given(by(COMMISSION).asks(raise(1, &supplier)));
    assert_eq!(helped(&all), [TaskState::Done]);
    all.given(by(COMMISSION).asks(resolve(1)));
    assert_eq!(helped(&all), [TaskState::Done, TaskState::Open], "solved, and still it waits");
}

#[test]
fn two_that_wait_for_one_supplier_are_one_cause() {
    let (mut all, supplier, anchor) = two();
    let other = all.desk.list("ENT-013");
    all.given(by(COMMISSION).asks(supply(&supplier, &other)));
    for id in [&anchor, &other] {
        all.given(by(COMMISSION).asks(report(id, "2020-02-27")));
    }
    assert_eq!(helped(&all), [TaskState::Open]);
    all.given(by(COMMISSION).asks(suspend(&anchor, "2020-02-27")));
    assert_eq!(helped(&all), [TaskState::Open], "the other one waits still");
    // And a firm that several supply has them all helped, each by its own unit.
    let third = all.desk.list("ENT-015");
    all.given(by(COMMISSION).asks(supply(&third, &other)));
    assert_eq!(went(&all, "help-supplier")[1], ("500114117".to_owned(), TaskState::Open));
    all.given(by(COMMISSION).asks(suspend(&other, "2020-02-27")));
    all.given(by(COMMISSION).asks(report(&other, "2020-02-27")));
    let open = all.inbox().into_iter().filter(|task| task.kind == "help-supplier").count();
    assert_eq!(open, 2);
}

#[test]
fn a_supply_that_ends_asks_for_nothing_after_its_last_day() {
    let (mut all, supplier, anchor) = two();
    all.given(by(COMMISSION).asks(report(&anchor, "2020-02-27")));
    let ends = supply_until(&supplier, &anchor, Some(date(2020, 2, 29)));
    all.given(by(COMMISSION).asks(ends));
    all.at("2020-02-29T23:59:59+08:00");
    assert_eq!(helped(&all), [TaskState::Open]);
    all.at("2020-03-01T00:00:00+08:00");
    assert_eq!(helped(&all), [TaskState::Cancelled]);
}

/// A firm works when any of its sites does, whichever end of the chain it is.
#[test]
fn sites_work_for_their_firm() {
    let (mut all, supplier, anchor) = two();
    let site = |id: &EnterpriseId| format!("{id}~02").parse::<EnterpriseId>().unwrap();
    for (short, id) in [("ENT-011", &supplier), ("ENT-016", &anchor)] {
        let mut register = registering(fugong_fixtures::desk::enterprise(short));
        if let fugong_domain::enterprise::Command::Register { scale, .. } = &mut register {
            *scale = None;
        }
        all.given(by(COMMISSION).asks(fugong_domain::Ask::Enterprise(site(id), register)));
    }
    all.given(by(COMMISSION).asks(report(&site(&anchor), "2020-02-27")));
    assert_eq!(helped(&all), [TaskState::Open]);
    all.given(by(COMMISSION).asks(report(&site(&supplier), "2020-02-27")));
    assert_eq!(helped(&all), [TaskState::Done]);
    all.given(by(COMMISSION).asks(suspend(&site(&supplier), "2020-02-27")));
    assert_eq!(helped(&all).len(), 2);
    all.given(by(COMMISSION).asks(close(&anchor, "2020-02-27")));
    assert_eq!(helped(&all)[1], TaskState::Cancelled);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

/// “推动重大工程和重点项目尽早开工”
#[test]
fn a_key_project_is_the_commissions_until_it_starts() {
    let (mut all, id, _) = two();
    all.given(by(COMMISSION).asks(mark(&id, "二期", Some(date(2020, 3, 10)))));
    let task = all.tasks_of("start-project").remove(0);
    assert_eq!((task.unit.as_str(), task.subject.as_str()), ("eic", "1"));
    assert_eq!(task.due, Some(date(2020, 3, 10)));
    all.given(by(COMMISSION).asks(start(&id, 1, date(2020, 2, 27))));
    all.given(by(COMMISSION).asks(mark(&id, "三期", None)));
    all.given(by(COMMISSION).asks(close(&id, "2020-02-27")));
    let states = went(&all, "start-project").into_iter().map(|(_, state)| state);
    assert_eq!(states.collect::<Vec<_>>(), [TaskState::Done, TaskState::Cancelled]);
}
