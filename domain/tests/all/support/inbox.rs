//! What difficulties ask of inboxes, and that they go up when they are late.

use fugong_domain::{EnterpriseId, codes::TaskState};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised,
        asks::close,
        help::{assign, case, escalate, raise, reopen, resolve, transfer},
    },
};

use super::{COMMISSION, LABOUR, MAR_02};

fn raised() -> (Supervised, EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-016");
    all.at("2020-02-27T09:00:00+08:00");
    all.given(by(COMMISSION).asks(raise(1, &id)));
    (all, id)
}

fn assigned() -> (Supervised, EnterpriseId) {
    let (mut all, id) = raised();
    all.given(by(COMMISSION).asks(assign(1, "hrss", MAR_02)));
    (all, id)
}

/// The open tasks of this kind about case 1: unit and last day.
fn open(all: &Supervised, kind: &str) -> Vec<(String, Option<String>)> {
    let about = case(1).to_string();
    let tasks = all.inbox().into_iter().filter(|task| task.kind == kind && task.subject == about);
    tasks.map(|task| (task.unit.to_string(), task.due.map(|due| due.to_string()))).collect()
}

fn states(all: &Supervised, kind: &str) -> Vec<TaskState> {
    all.tasks_of(kind).into_iter().map(|task| task.state).collect()
}

fn escalations(all: &Supervised) -> usize {
    let events = all.desk.history().iter();
    events.filter(|event| &*event.event_type == "support-escalated").count()
}

#[test]
fn a_difficulty_is_the_commissions_to_assign_and_the_departments_to_solve() {
    let (mut all, _) = raised();
    assert_eq!(open(&all, "assign-support"), [("eic".to_owned(), None)]);
    all.given(by(COMMISSION).asks(assign(1, "hrss", MAR_02)));
    assert_eq!(states(&all, "assign-support"), [TaskState::Done]);
    let due = Some("2020-03-02".to_owned());
    assert_eq!(open(&all, "solve-support"), [("hrss".to_owned(), due.clone())]);
    all.given(by(LABOUR).asks(transfer(1, "traffic", None)));
    assert_eq!(open(&all, "solve-support"), [("traffic".to_owned(), due)]);
    all.given(by("wu:traffic:department").asks(resolve(1)));
    assert_eq!(states(&all, "solve-support"), [TaskState::Done]);
    all.given(by(COMMISSION).asks(reopen(1)));
    assert_eq!(open(&all, "assign-support").len(), 1);
}

/// The day before, the day, the day after.
#[test]
fn it_goes_up_when_its_last_day_is_over_and_not_before() {
    let (mut all, _) = assigned();
    all.at("2020-03-01T23:59:59+08:00");
    assert_eq!(escalations(&all), 0);
    all.at("2020-03-02T23:59:59+08:00");
    assert_eq!(escalations(&all), 0);
    all.at("2020-03-03T00:00:00+08:00");
    assert_eq!(escalations(&all), 1);
    assert_eq!(open(&all, "oversee-support"), [("eic".to_owned(), None)]);
    assert_eq!(open(&all, "solve-support").len(), 1, "who has it in hand still has it");
    all.at("2020-03-20T00:00:00+08:00");
    assert_eq!(escalations(&all), 1, "once for each day that was set");
    all.given(by(LABOUR).asks(resolve(1)));
    assert_eq!(states(&all, "oversee-support"), [TaskState::Done]);
    assert_eq!(states(&all, "solve-support"), [TaskState::Done]);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn what_is_solved_on_the_last_day_does_not_go_up() {
    let (mut all, _) = assigned();
    all.at("2020-03-02T23:59:00+08:00");
    all.given(by(LABOUR).asks(resolve(1)));
    all.at("2020-03-20T00:00:00+08:00");
    assert_eq!(escalations(&all), 0);
}

#[test]
fn another_day_is_another_chance() {
    let (mut all, _) = assigned();
    all.at("2020-03-03T09:00:00+08:00");
    assert_eq!(escalations(&all), 1);
    all.given(by(LABOUR).asks(transfer(1, "hrss", Some(date(2020, 3, 6)))));
    all.at("2020-03-06T23:59:59+08:00");
    assert_eq!(escalations(&all), 1);
    all.at("2020-03-07T00:00:00+08:00");
    assert_eq!(escalations(&all), 2);
}

#[test]
fn what_the_commission_itself_has_late_goes_to_the_headquarters() {
    let (mut all, _) = raised();
    all.given(by(COMMISSION).asks(assign(1, "eic", MAR_02)));
    all.at("2020-03-03T00:00:00+08:00");
    assert_eq!(open(&all, "oversee-support"), [("hq".to_owned(), None)]);
}

/// What somebody took up waits for nobody to assign it first.
#[test]
fn what_was_taken_up_is_the_higher_units_work() {
    let (mut all, _) = raised();
    all.given(by(COMMISSION).asks(escalate(1, Some("hq"))));
    assert_eq!(states(&all, "assign-support"), [TaskState::Cancelled]);
    assert_eq!(open(&all, "oversee-support"), [("hq".to_owned(), None)]);
}

#[test]
fn who_is_closed_needs_no_help() {
    let (mut all, id) = assigned();
    all.at("2020-02-28T09:00:00+08:00");
    all.given(by(COMMISSION).asks(close(&id, "2020-02-28")));
    assert_eq!(states(&all, "solve-support"), [TaskState::Cancelled]);
    all.at("2020-03-20T00:00:00+08:00");
    assert_eq!(escalations(&all), 0);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}
