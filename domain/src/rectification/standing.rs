//! What others ask of an order, and the steps from one standing to the next.

use chrono::{Days, NaiveDate as Date};

use super::{Case, Ended, Rectification, Report, Running};
use crate::{Deadline, EnterpriseId, FindingId, Refusal, codes::OrderState, credit::Involved};

impl Rectification {
    /// What it says; none before it was issued.
    pub fn case(&self) -> Option<&Case> {
        match self {
            Self::NotOrdered => None,
            Self::Ordered(case) => Some(case),
            Self::Served(running) | Self::Reported(running) | Self::Lapsed(running) => {
                Some(&running.case)
            }
            Self::Complied(ended)
            | Self::Failed(ended)
            | Self::Superseded(ended)
            | Self::Revoked(ended)
            | Self::Terminated(ended) => Some(&ended.case),
        }
    }

    /// Whom it binds.
    pub fn enterprise(&self) -> Option<&EnterpriseId> {
        self.case().map(|case| &case.enterprise)
    }

    /// What it rests on.
    pub fn findings(&self) -> &[FindingId] {
        self.case().map_or(&[], |case| &case.findings)
    }

    /// Who issued it and who looked again.
    pub fn involved(&self) -> &[Involved] {
        self.case().map_or(&[], |case| &case.involved)
    }

    /// The deadline that runs, or ran last.
    pub fn deadline(&self) -> Option<&Deadline> {
        match self {
            Self::NotOrdered | Self::Ordered(_) => None,
            Self::Served(running) | Self::Reported(running) | Self::Lapsed(running) => {
                running.deadline.as_ref()
            }
            Self::Complied(ended)
            | Self::Failed(ended)
            | Self::Superseded(ended)
            | Self::Revoked(ended)
            | Self::Terminated(ended) => ended.deadline.as_ref(),
        }
    }

    /// Whether something is still to be done about it: a lapsed order is open.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Ordered(_) | Self::Served(_) | Self::Reported(_) | Self::Lapsed(_) => true,
            Self::NotOrdered
            | Self::Complied(_)
            | Self::Failed(_)
            | Self::Superseded(_)
            | Self::Revoked(_)
            | Self::Terminated(_) => false,
        }
    }

    /// The day from which it counts as failed or overdue, once however often it did.
    pub fn counts_as_failed(&self) -> Option<Date> {
        match self {
            Self::NotOrdered | Self::Ordered(_) => None,
            Self::Served(running) | Self::Reported(running) | Self::Lapsed(running) => {
                running.overdue_since
            }
            Self::Complied(ended)
            | Self::Failed(ended)
            | Self::Superseded(ended)
            | Self::Revoked(ended)
            | Self::Terminated(ended) => ended.counts_from,
        }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> OrderState {
        match self {
            Self::NotOrdered => OrderState::NotOrdered,
            Self::Ordered(_) => OrderState::Ordered,
            Self::Served(_) => OrderState::Served,
            Self::Reported(_) => OrderState::Reported,
            Self::Lapsed(_) => OrderState::Lapsed,
            Self::Complied(_) => OrderState::Complied,
            Self::Failed(_) => OrderState::Failed,
            Self::Superseded(_) => OrderState::Superseded,
            Self::Revoked(_) => OrderState::Revoked,
            Self::Terminated(_) => OrderState::Terminated,
        }
    }

    /// The refusal of a step that comes after the end.
    pub(super) fn closed(&self) -> Refusal {
        Refusal::OrderClosed { state: format!("the order is {}", self.state()) }
    }

    pub(super) fn served(&self, on: Date, deadline: Option<&Deadline>) -> Self {
        let Some(case) = self.case() else { return self.clone() };
        Self::Served(Running {
            case: case.clone(),
            served_on: on,
            deadline: deadline.cloned(),
            reported: None,
            overdue_since: None,
        })
    }

    pub(super) fn reported(&self, report: Report) -> Self {
        let reported = self.ran(|running| {
            // A report in time that is only written down later takes the lapse back.
            if !report.late {
                running.overdue_since = None;
            }
            match &mut running.reported {
                Some(earlier) if !earlier.late || report.late => {}
                reported => *reported = Some(report),
            }
        });
        if let Self::Served(running) | Self::Lapsed(running) = reported {
            return Self::Reported(running);
        }
        reported
    }

    pub(super) fn lapsed(&self, due: Date) -> Self {
        let overdue = due.checked_add_days(Days::new(1)).unwrap_or(due);
        let lapsed = self.ran(|running| running.overdue_since = Some(overdue));
        if let Self::Served(running) = lapsed {
            return Self::Lapsed(running);
        }
        lapsed
    }

    /// The same standing with its running part changed.
    pub(super) fn ran(&self, change: impl FnOnce(&mut Running)) -> Self {
        let mut next = self.clone();
        if let Self::Served(running) | Self::Reported(running) | Self::Lapsed(running) = &mut next {
            change(running);
        }
        next
    }

    /// What is left of it at its end; `seen` is the visit that ended it.
    pub(super) fn ended(&self, seen: Option<(Date, &String)>) -> Option<Ended> {
        let mut ended = match self {
            Self::Complied(ended)
            | Self::Failed(ended)
            | Self::Superseded(ended)
            | Self::Revoked(ended)
            | Self::Terminated(ended) => ended.clone(),
            Self::NotOrdered | Self::Ordered(_) => Ended::of(self.case()?.clone()),
            Self::Served(running) | Self::Reported(running) | Self::Lapsed(running) => Ended {
                deadline: running.deadline.clone(),
                in_time: running.reported_in_time(),
                counts_from: running.overdue_since,
                ..Ended::of(running.case.clone())
            },
        };
        if let Some((on, by)) = seen {
            ended.on = Some(on);
            ended
                .case
                .involved
                .push(Involved { actor: by.clone(), part: "reinspector".to_owned() });
        }
        Some(ended)
    }
}

impl Running {
    pub(super) fn reported_in_time(&self) -> bool {
        self.reported.is_some_and(|report| !report.late)
    }

    /// The last day of a deadline that had passed on `day`.
    pub(super) fn expired_on(&self, day: Date) -> Option<Date> {
        let due = self.deadline.as_ref()?.due;
        (due < day || self.overdue_since.is_some()).then_some(due)
    }
}

impl Ended {
    fn of(case: Case) -> Self {
        Self { case, deadline: None, on: None, in_time: false, counts_from: None }
    }
}
