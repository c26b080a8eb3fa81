//! 待办: an inbox orders work and never stands in the way.

use cqrs_es::DomainEvent;
use fugong_domain::{
    Ask, EnterpriseId, TaskId,
    codes::TaskState,
    task::{Command, Event, Task},
};
use fugong_fixtures::{Desk, by, date, given};
use serde_json::json;

const SYSTEM: &str = "policy:eic:system";
const TOWNSHIP: &str = "li:500114106:township";

fn task() -> TaskId {
    TaskId::of("fill-seat", 7, 1)
}

fn ask(command: Command) -> Ask {
    Ask::Task(task(), command)
}

fn raise() -> Command {
    Command::Raise {
        kind: "fill-seat".to_owned(),
        enterprise: Some(enterprise()),
        subject: "township".to_owned(),
        unit: "500114106".parse().unwrap(),
        officer: None,
        due: None,
    }
}

fn enterprise() -> EnterpriseId {
    "91500114MAYY01045Q".parse().unwrap()
}

fn claim(by: &str) -> Ask {
    ask(Command::Claim { by: by.to_owned() })
}

fn reassign(unit: &str) -> Command {
    let officer = Some("OFF-02".parse().unwrap());
    Command::Reassign { unit: unit.parse().unwrap(), officer }
}

fn raised() -> Desk {
    let mut desk = Desk::open();
    desk.given(by(SYSTEM).asks(ask(raise())));
    desk
}

fn state(desk: &Desk) -> TaskState {
    desk.read::<Task>(task()).state()
}

#[test]
fn a_task_is_raised_once() {
    let mut desk = raised();
    desk.when(by(SYSTEM).asks(ask(raise()))).then(&[]);
    assert_eq!(state(&desk), TaskState::Open);
}

#[test]
fn its_unit_takes_it_on_and_no_other() {
    let mut desk = raised();
    desk.when(by("zhang:eic:commission").asks(claim("zhang"))).then_refused("OUT_OF_JURISDICTION");
    desk.when(by(TOWNSHIP).asks(claim("li"))).then(&["task-claimed"]);
    desk.when(by(TOWNSHIP).asks(claim("li"))).then(&[]);
    desk.when(by("wu:500114106:township").asks(claim("wu"))).then(&["task-claimed"]);
    assert_eq!(state(&desk), TaskState::Claimed);
}

#[test]
fn only_policies_raise_and_close_tasks() {
    let mut desk = raised();
    let by_event = "00000000-0000-7000-8000-000000000001".to_owned();
    for command in [raise(), Command::Finish { by: by_event.clone() }, reassign("eic")] {
        desk.when(by(TOWNSHIP).asks(ask(command))).then_refused("ROLE_NOT_ALLOWED");
    }
    desk.when(by(SYSTEM).asks(ask(Command::Finish { by: by_event }))).then(&["task-done"]);
}

#[test]
fn what_is_done_or_cancelled_is_not_taken_on() {
    for end in [Command::Finish { by: "e".to_owned() }, Command::Cancel { by: "e".to_owned() }] {
        let mut desk = raised();
        desk.given(by(SYSTEM).asks(ask(end.clone())));
        desk.when(by(TOWNSHIP).asks(claim("li"))).then_refused("ORDER_CLOSED");
        // A policy that comes too late changes nothing.
        let unit = "eic".parse().unwrap();
        for late in [end, reassign("eic"), Command::Escalate { unit }, raise()] {
            desk.when(by(SYSTEM).asks(ask(late))).then(&[]);
        }
    }
}

#[test]
fn a_task_follows_the_seat_and_goes_up_when_it_is_late() {
    let mut desk = raised();
    desk.given(by(TOWNSHIP).asks(claim("li")));
    desk.when(by(SYSTEM).asks(ask(reassign("500114107")))).then(&["task-reassigned"]);
    desk.when(by(SYSTEM).asks(ask(reassign("500114107")))).then(&[]);
    assert_eq!(state(&desk), TaskState::Open);
    let escalate = || ask(Command::Escalate { unit: "eic".parse().unwrap() });
    desk.when(by(SYSTEM).asks(escalate())).then(&["task-escalated"]);
    desk.when(by(SYSTEM).asks(escalate())).then(&[]);
    assert_eq!(state(&desk), TaskState::Escalated);
    desk.assert_replay_is_live();
}

#[test]
fn nobody_takes_on_what_was_never_raised() {
    let mut desk = Desk::open();
    desk.when(by(TOWNSHIP).asks(claim("li"))).then_refused("NOT_FOUND");
    desk.when(by(SYSTEM).asks(ask(Command::Cancel { by: "e".to_owned() }))).then(&[]);
}

fn all() -> Vec<Event> {
    let unit: fugong_domain::UnitCode = "500114106".parse().unwrap();
    vec![
        Event::Raised {
            kind: "remind-due".to_owned(),
            enterprise: Some(enterprise()),
            subject: "township".to_owned(),
            unit: unit.clone(),
            officer: Some("OFF-01".parse().unwrap()),
            due: Some(date(2020, 3, 4)),
        },
        Event::Claimed { by: "li".to_owned() },
        Event::Reassigned { unit, officer: None },
        Event::Done { by: "00000000-0000-7000-8000-000000000001".to_owned() },
        Event::Cancelled { by: "00000000-0000-7000-8000-000000000001".to_owned() },
        Event::Escalated { unit: "eic".parse().unwrap() },
    ]
}

#[test]
fn every_event_is_stored_like_this() {
    let stored: Vec<_> = all().iter().map(|event| json!({event.event_type(): event})).collect();
    insta::assert_json_snapshot!("task_events", stored);
}

#[test]
fn every_event_and_standing_is_read_as_it_was_stored() {
    let mut history = Vec::new();
    for event in all() {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        history.push(event);
        let state = given::<Task>(history.clone()).into_state();
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Task>(&text).unwrap(), state, "{text}");
    }
}
