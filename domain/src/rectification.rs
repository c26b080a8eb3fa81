//! 责令限期整改: an order to put findings right within a time limit (§三).
//!
//! 「对企业存在管理松懈、措施落实不到位等情况责令限期整改」. Time runs from service (送达): an order
//! that was not served cannot lapse, fail or count. The enterprise reports, an inspector looks,
//! and the order is struck off (销号), or it failed. Nothing here stops anybody from working.

mod command;
mod event;
mod standing;

pub use command::Command;
pub use event::{Event, Limit, Superseding};

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{
    Advisory, Deadline, Digest, EnterpriseId, FindingId, OrderId, Refusal,
    codes::{ReinspectionResult, SupersedeKind},
    credit::Involved,
};

/// Where one order stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Rectification {
    /// There is no such order.
    #[default]
    NotOrdered,
    /// Issued and not served: no time runs.
    Ordered(Case),
    /// Served.
    Served(Running),
    /// The enterprise says that it is done; nobody has looked.
    Reported(Running),
    /// The last day passed without a report in time; nobody has looked.
    Lapsed(Running),
    /// 销号.
    Complied(Ended),
    /// An inspector saw that it was not done.
    Failed(Ended),
    /// Another order took its place.
    Superseded(Ended),
    /// As if it had never been.
    Revoked(Ended),
    /// Ended without compliance: the enterprise is no more.
    Terminated(Ended),
}

/// What an order says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Whom it binds.
    pub enterprise: EnterpriseId,
    /// What it rests on.
    pub findings: Vec<FindingId>,
    /// The time limit as ordered.
    pub limit: Limit,
    /// The day of the order.
    pub ordered_on: Date,
    /// Who issued it and who looked again.
    pub involved: Vec<Involved>,
}

/// An order whose time runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// What it says.
    #[serde(flatten)]
    pub case: Case,
    /// The day of service.
    pub served_on: Date,
    /// The running deadline; none where the due date lay before service.
    pub deadline: Option<Deadline>,
    /// The first report.
    pub reported: Option<Report>,
    /// The day on which it became overdue, if it did.
    pub overdue_since: Option<Date>,
}

/// A report that the findings are put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When.
    pub at: Occurred,
    /// Whether the deadline had passed.
    pub late: bool,
}

/// An order that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// What it said.
    #[serde(flatten)]
    pub case: Case,
    /// The deadline that ran last.
    pub deadline: Option<Deadline>,
    /// The day of the visit that ended it, if one did.
    pub on: Option<Date>,
    /// Whether it was reported or found done in time.
    pub in_time: bool,
    /// The day from which it counts as failed or overdue, if it does.
    pub counts_from: Option<Date>,
}

impl Rectification {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Order { .. } => self.order(command),
            Command::Supersede { by, kind } => self.supersede(by, kind),
            Command::ConfirmService { on, deadline } => self.confirm_service(on, deadline),
            Command::Extend { due, reason, on } => {
                let deadline = self.extended(due, on)?;
                Ok(vec![Event::Extended { deadline, reason }])
            }
            Command::ReportDone { at, evidence } => self.report_done(at, evidence),
            Command::Reinspect { result, by, on } => self.reinspect(result, by, on),
            Command::PassDay { today } => Ok(self.pass_day(today)),
            // Even an order that has ended: what it counted for is taken back.
            Command::Revoke { reason } => match self {
                Self::NotOrdered => Err(no_such_order()),
                Self::Revoked(_) => Ok(Vec::new()),
                Self::Ordered(_)
                | Self::Served(_)
                | Self::Reported(_)
                | Self::Lapsed(_)
                | Self::Complied(_)
                | Self::Failed(_)
                | Self::Superseded(_)
                | Self::Terminated(_) => Ok(vec![Event::Revoked { reason }]),
            },
            Command::Terminate { reason, rule } => self.terminate(reason, rule),
        }
    }

    fn order(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let Command::Order {
            enterprise,
            findings,
            due,
            working_days,
            measures,
            responsible,
            supervisor,
            issuer,
            supersedes,
            on,
        } = command
        else {
            return Ok(Vec::new());
        };
        if *self != Self::NotOrdered {
            return Err(Refusal::OrderClosed { state: "it has been ordered already".to_owned() });
        }
        if findings.is_empty() {
            return Err(Refusal::OrderWithoutFinding { problem: "none was named".to_owned() });
        }
        let limit = match (due, working_days) {
            (Some(due), None) if due <= on => {
                return Err(Refusal::DeadlineNotAfterIssue { due, issued: on });
            }
            (None, Some(0)) => return Err(Refusal::DeadlineNotAfterIssue { due: on, issued: on }),
            (Some(due), None) => Limit::Due(due),
            (None, Some(days)) => Limit::WorkingDays(days),
            (None, None) | (Some(_), Some(_)) => return Err(Refusal::OrderWithoutDeadline),
        };
        Ok(vec![Event::Ordered {
            enterprise,
            findings,
            limit,
            measures,
            responsible,
            supervisor,
            issuer,
            supersedes,
            on,
        }])
    }

    fn supersede(&self, by: OrderId, kind: SupersedeKind) -> Result<Vec<Event>, Refusal> {
        match self {
            Self::NotOrdered => Err(no_such_order()),
            // 再次责令 is the usual answer to an order that failed.
            Self::Ordered(_)
            | Self::Served(_)
            | Self::Reported(_)
            | Self::Lapsed(_)
            | Self::Failed(_) => Ok(vec![Event::Superseded { by, kind }]),
            Self::Complied(_) | Self::Superseded(_) | Self::Revoked(_) | Self::Terminated(_) => {
                Err(self.closed())
            }
        }
    }

    fn confirm_service(&self, on: Date, deadline: Option<Deadline>) -> Result<Vec<Event>, Refusal> {
        match self {
            Self::NotOrdered => Err(no_such_order()),
            Self::Ordered(case) if on < case.ordered_on => {
                Err(Refusal::before(on, "the day of the order", case.ordered_on))
            }
            Self::Ordered(_) => {
                let advisories = match deadline {
                    Some(_) => Vec::new(),
                    None => vec![Advisory::DueBeforeService],
                };
                Ok(vec![Event::Served { on, deadline, advisories }])
            }
            Self::Served(_) | Self::Reported(_) | Self::Lapsed(_) => Ok(Vec::new()),
            Self::Complied(_)
            | Self::Failed(_)
            | Self::Superseded(_)
            | Self::Revoked(_)
            | Self::Terminated(_) => Err(self.closed()),
        }
    }

    /// The deadline that an extension to `due`, decided `on` that day, gives.
    fn extended(&self, due: Date, on: Date) -> Result<Deadline, Refusal> {
        let running = self.running()?;
        // What has expired cannot be extended, whether or not the timer has said so yet.
        if let Some(over) = running.expired_on(on) {
            let state = format!("the time limit ended on {over}; order again (再次责令)");
            return Err(Refusal::OrderClosed { state });
        }
        let last = running.deadline.as_ref().map_or(on, |deadline| deadline.due.max(on));
        if due <= last {
            return Err(Refusal::DeadlineNotAfterIssue { due, issued: last });
        }
        Ok(Deadline::on(running.served_on, due))
    }

    fn report_done(&self, at: Occurred, evidence: Vec<Digest>) -> Result<Vec<Event>, Refusal> {
        let running = self.running()?;
        if at.day() < running.served_on {
            return Err(Refusal::before(at.day(), "the day of service", running.served_on));
        }
        let late = running.deadline.as_ref().is_some_and(|deadline| deadline.due < at.day());
        Ok(vec![Event::Reported { at, evidence, late }])
    }

    fn reinspect(
        &self,
        result: ReinspectionResult,
        by: String,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let running = self.running()?;
        if on < running.served_on {
            return Err(Refusal::before(on, "the day of service", running.served_on));
        }
        Ok(vec![match result {
            ReinspectionResult::Complied => Event::Complied { on, by },
            ReinspectionResult::Failed => Event::Failed { on, by },
        }])
    }

    /// The clock may knock more than once, and late; only the first knock after the deadline
    /// counts, and only while nothing was reported in time.
    fn pass_day(&self, today: Date) -> Vec<Event> {
        let Ok(running) = self.running() else { return Vec::new() };
        match &running.deadline {
            Some(deadline)
                if deadline.due < today
                    && running.overdue_since.is_none()
                    && !running.reported_in_time() =>
            {
                vec![Event::Lapsed { due: deadline.due }]
            }
            Some(_) | None => Vec::new(),
        }
    }

    fn terminate(
        &self,
        reason: Option<Personal>,
        rule: Option<String>,
    ) -> Result<Vec<Event>, Refusal> {
        match self {
            Self::NotOrdered => Err(no_such_order()),
            Self::Ordered(_) | Self::Served(_) | Self::Reported(_) | Self::Lapsed(_) => {
                Ok(vec![Event::Terminated { reason, rule }])
            }
            Self::Terminated(_) => Ok(Vec::new()),
            Self::Complied(_) | Self::Failed(_) | Self::Superseded(_) | Self::Revoked(_) => {
                // A rule meets what a person did first, and leaves it.
                if rule.is_some() { Ok(Vec::new()) } else { Err(self.closed()) }
            }
        }
    }

    /// The order, if it was served and has not ended.
    fn running(&self) -> Result<&Running, Refusal> {
        match self {
            Self::NotOrdered => Err(no_such_order()),
            Self::Ordered(_) => Err(Refusal::OrderNotServed),
            Self::Served(running) | Self::Reported(running) | Self::Lapsed(running) => Ok(running),
            Self::Complied(_)
            | Self::Failed(_)
            | Self::Superseded(_)
            | Self::Revoked(_)
            | Self::Terminated(_) => Err(self.closed()),
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(&self, event: &Event) -> Self {
        match event {
            Event::Ordered { enterprise, findings, limit, issuer, on, .. } => Self::Ordered(Case {
                enterprise: enterprise.clone(),
                findings: findings.clone(),
                limit: *limit,
                ordered_on: *on,
                involved: vec![Involved { actor: issuer.clone(), part: "issuer".to_owned() }],
            }),
            Event::Served { on, deadline, .. } => self.served(*on, deadline.as_ref()),
            Event::Extended { deadline, .. } => {
                self.ran(|running| running.deadline = Some(deadline.clone()))
            }
            Event::Reported { at, late, .. } => self.reported(Report { at: *at, late: *late }),
            Event::Lapsed { due } => self.lapsed(*due),
            Event::Complied { on, by } => self.ended(Some((*on, by))).map_or_else(
                || self.clone(),
                |mut ended| {
                    ended.in_time |= ended.deadline.as_ref().is_none_or(|limit| *on <= limit.due);
                    Self::Complied(ended)
                },
            ),
            Event::Failed { on, by } => self.ended(Some((*on, by))).map_or_else(
                || self.clone(),
                |mut ended| {
                    // Lapsed and failed on one order count once.
                    ended.counts_from.get_or_insert(*on);
                    Self::Failed(ended)
                },
            ),
            Event::Superseded { kind, .. } => self.ended(None).map_or_else(
                || self.clone(),
                |mut ended| {
                    if *kind == SupersedeKind::Correction {
                        ended.counts_from = None;
                    }
                    Self::Superseded(ended)
                },
            ),
            Event::Revoked { .. } => self.ended(None).map_or_else(
                || self.clone(),
                |ended| Self::Revoked(Ended { counts_from: None, ..ended }),
            ),
            Event::Terminated { .. } => {
                self.ended(None).map_or_else(|| self.clone(), Self::Terminated)
            }
        }
    }
}

impl Aggregate for Rectification {
    const TYPE: &'static str = "rectification";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        *self = self.evolve(&event);
    }
}

fn no_such_order() -> Refusal {
    Refusal::NotFound { what: "rectification order", id: "under this id".to_owned() }
}
