//! What happens by itself, when it happens, and that it happens once.

mod daily;
mod inbox;
mod offenders;
mod random;
mod seats;
mod sites;
mod timers;

use fugong_domain::{
    EnterpriseId,
    codes::{ReinspectionResult, ResultCode, Subject, TaskState},
};
use fugong_fixtures::{
    by,
    desk::{
        Supervised,
        cases::{self, Within, find, finding, order_on, reinspect, serve},
    },
};

const COMMISSION: &str = "zhang:eic:commission";

/// The n-th inspection finds one thing against `id` and is closed.
fn inspected(all: &mut Supervised, id: &EnterpriseId, n: u32) {
    all.given(by(COMMISSION).asks(cases::open(n, id, "inspector", &[Subject::Protection])));
    all.given(by(COMMISSION).asks(find(n, "finder", false)));
    all.given(by(COMMISSION).asks(cases::close(n, ResultCode::ToOrder)));
}

/// Order `n` on the n-th inspection, served at once, for three working days.
fn ordered(all: &mut Supervised, id: &EnterpriseId, n: u32) {
    inspected(all, id, n);
    all.given(by(COMMISSION).asks(order_on(n, id, &[finding(n, 1)], Within::WorkingDays(3))));
    all.given(by(COMMISSION).asks(serve(n)));
}

/// The same, and it is found not to be done.
fn failed(all: &mut Supervised, id: &EnterpriseId, n: u32) {
    ordered(all, id, n);
    all.given(by(COMMISSION).asks(reinspect(n, ReinspectionResult::Failed)));
}

/// The open tasks of one kind: subject, unit, officer, due.
fn open(all: &Supervised, kind: &str) -> Vec<(String, String, Option<String>, Option<String>)> {
    let tasks = all.inbox().into_iter().filter(|task| task.kind == kind);
    tasks
        .map(|task| {
            let (unit, officer) = (task.unit.to_string(), task.officer.map(|id| id.to_string()));
            (task.subject, unit, officer, task.due.map(|due| due.to_string()))
        })
        .collect()
}

/// The states that the tasks of one kind came to, oldest first.
fn states(all: &Supervised, kind: &str) -> Vec<TaskState> {
    all.tasks_of(kind).into_iter().map(|task| task.state).collect()
}

/// How often this type of event happened.
fn count(all: &Supervised, event_type: &str) -> usize {
    all.desk.history().iter().filter(|event| &*event.event_type == event_type).count()
}
