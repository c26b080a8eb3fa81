//! R15, the inbox (待办): a row for each task.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, OfficerId, UnitCode, codes::TaskState, task};

/// The relation of tasks, by id.
pub(super) const TASKS: &str = "tasks";

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Its id.
    pub task: String,
    /// What is to be done.
    pub kind: String,
    /// For which enterprise, if one.
    pub enterprise: Option<EnterpriseId>,
    /// What it is about.
    pub subject: String,
    /// Whose inbox.
    pub unit: UnitCode,
    /// Whose, within it.
    pub officer: Option<OfficerId>,
    /// By this day.
    pub due: Option<Date>,
    /// The day on which it was raised.
    pub raised_on: Date,
    /// Where it stands.
    pub state: TaskState,
    /// Who took it on: a pseudonym.
    pub claimed_by: Option<String>,
    /// The day on which it ended.
    pub ended_on: Option<Date>,
    /// The id of the event that ended it.
    pub ended_by: Option<String>,
}

impl TaskRow {
    /// Whether it still waits on `day`.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.raised_on <= day && self.ended_on.is_none_or(|ended| day < ended)
    }

    /// Whether its last day is past on `day`.
    pub fn is_overdue_on(&self, day: Date) -> bool {
        self.is_open_on(day) && self.due.is_some_and(|due| due < day)
    }
}

/// Takes an event of a task.
pub(super) fn take(
    rows: &mut Rows,
    event: &Recorded,
    happened: &task::Event,
) -> Result<(), Failure> {
    use task::Event as E;
    let id = &*event.aggregate_id;
    let day = event.occurred().day();
    if let E::Raised { kind, enterprise, subject, unit, officer, due } = happened {
        let row = TaskRow {
            task: id.to_owned(),
            kind: kind.clone(),
            enterprise: enterprise.clone(),
            subject: subject.clone(),
            unit: unit.clone(),
            officer: officer.clone(),
            due: *due,
            raised_on: day,
            state: TaskState::Open,
            claimed_by: None,
            ended_on: None,
            ended_by: None,
        };
        return rows.put(TASKS, id, &row);
    }
    let Some(mut row) = rows.get::<TaskRow>(TASKS, id)? else {
        return Err(Failure(format!("task {id} was never raised")));
    };
    match happened {
        E::Raised { .. } => {}
        E::Claimed { by } => {
            row.state = TaskState::Claimed;
            row.claimed_by = Some(by.clone());
        }
        // Another inbox: whoever had taken it on has it no more.
        E::Reassigned { unit, officer } => {
            row.state = TaskState::Open;
            row.claimed_by = None;
            row.unit = unit.clone();
            row.officer.clone_from(officer);
        }
        E::Done { by } => end(&mut row, TaskState::Done, day, by),
        E::Cancelled { by } => end(&mut row, TaskState::Cancelled, day, by),
        E::Escalated { unit } => {
            row.state = TaskState::Escalated;
            row.claimed_by = None;
            row.unit = unit.clone();
            row.officer = None;
        }
    }
    rows.put(TASKS, id, &row)
}

fn end(row: &mut TaskRow, state: TaskState, day: Date, by: &str) {
    row.state = state;
    row.ended_on = Some(day);
    row.ended_by = Some(by.to_owned());
}
