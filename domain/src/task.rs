//! 待办: a task in somebody's inbox.
//!
//! Policies raise tasks from what happened and close them by the very event that fulfils them. An
//! inbox orders work: nothing looks at a task to decide whether an act may be done.

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, OfficerId, Refusal, UnitCode, codes::TaskState};

/// Where a task stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Task {
    /// Nobody raised it.
    #[default]
    NotRaised,
    /// It waits in an inbox.
    Open(Errand),
    /// Somebody took it on.
    Claimed {
        /// What is to be done.
        #[serde(flatten)]
        errand: Errand,
        /// Who: a pseudonym.
        by: String,
    },
    /// It was late, and lies with a higher unit.
    Escalated(Errand),
    /// The event that fulfils it happened.
    Done(Errand),
    /// Its reason no longer stands.
    Cancelled(Errand),
}

/// What is to be done, by whom, by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// What: the policy's name.
    pub kind: String,
    /// For which enterprise, if one.
    pub enterprise: Option<EnterpriseId>,
    /// What it is about; empty when the enterprise itself.
    pub subject: String,
    /// Whose inbox.
    pub unit: UnitCode,
    /// Whose, within it.
    pub officer: Option<OfficerId>,
    /// By this day, that day included.
    pub due: Option<Date>,
}

impl Task {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] when a person claims what is not there to be claimed; a policy's command that
    /// comes too late changes nothing.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::NotRaised, Command::Raise { kind, enterprise, subject, unit, officer, due }) => {
                Ok(vec![Event::Raised { kind, enterprise, subject, unit, officer, due }])
            }
            (Self::NotRaised, Command::Claim { .. }) => {
                Err(Refusal::NotFound { what: "task", id: "under this id".to_owned() })
            }
            (Self::Done(_) | Self::Cancelled(_), Command::Claim { .. }) => {
                Err(Refusal::OrderClosed { state: format!("the task is {}", self.state()) })
            }
            (Self::Claimed { by: claimer, .. }, Command::Claim { by }) if *claimer == by => {
                Ok(Vec::new())
            }
            // A colleague may take over: an inbox never stands in the way.
            (Self::Open(_) | Self::Claimed { .. } | Self::Escalated(_), Command::Claim { by }) => {
                Ok(vec![Event::Claimed { by }])
            }
            (_, command) => Ok(self.follow(command)),
        }
    }

    /// What a policy's command makes of a task that was raised.
    fn follow(&self, command: Command) -> Vec<Event> {
        let Some(errand) = self.open() else { return Vec::new() };
        match command {
            Command::Raise { .. } | Command::Claim { .. } => Vec::new(),
            Command::Reassign { unit, officer }
                if errand.unit == unit && errand.officer == officer =>
            {
                Vec::new()
            }
            Command::Reassign { unit, officer } => vec![Event::Reassigned { unit, officer }],
            Command::Finish { by } => vec![Event::Done { by }],
            Command::Cancel { by } => vec![Event::Cancelled { by }],
            Command::Escalate { unit } if errand.unit == unit => Vec::new(),
            Command::Escalate { unit } => vec![Event::Escalated { unit }],
        }
    }

    /// What is to be done, while it is.
    pub fn open(&self) -> Option<&Errand> {
        match self {
            Self::Open(errand) | Self::Claimed { errand, .. } | Self::Escalated(errand) => {
                Some(errand)
            }
            Self::NotRaised | Self::Done(_) | Self::Cancelled(_) => None,
        }
    }

    /// What was to be done, open or not.
    pub fn errand(&self) -> Option<&Errand> {
        match self {
            Self::NotRaised => None,
            Self::Open(errand)
            | Self::Claimed { errand, .. }
            | Self::Escalated(errand)
            | Self::Done(errand)
            | Self::Cancelled(errand) => Some(errand),
        }
    }

    /// Where it stands, in a word; a task that nobody raised is as good as cancelled.
    pub fn state(&self) -> TaskState {
        match self {
            Self::Open(_) => TaskState::Open,
            Self::Claimed { .. } => TaskState::Claimed,
            Self::Escalated(_) => TaskState::Escalated,
            Self::Done(_) => TaskState::Done,
            Self::NotRaised | Self::Cancelled(_) => TaskState::Cancelled,
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(&self, event: &Event) -> Self {
        if let Event::Raised { kind, enterprise, subject, unit, officer, due } = event {
            return Self::Open(Errand {
                kind: kind.clone(),
                enterprise: enterprise.clone(),
                subject: subject.clone(),
                unit: unit.clone(),
                officer: officer.clone(),
                due: *due,
            });
        }
        let Some(errand) = self.errand().cloned() else { return self.clone() };
        match event {
            Event::Raised { .. } => self.clone(),
            Event::Claimed { by } => Self::Claimed { errand, by: by.clone() },
            // Another inbox: whoever had taken it on has it no more.
            Event::Reassigned { unit, officer } => {
                Self::Open(Errand { unit: unit.clone(), officer: officer.clone(), ..errand })
            }
            Event::Escalated { unit } => {
                Self::Escalated(Errand { unit: unit.clone(), officer: None, ..errand })
            }
            Event::Done { .. } => Self::Done(errand),
            Event::Cancelled { .. } => Self::Cancelled(errand),
        }
    }
}

impl Aggregate for Task {
    const TYPE: &'static str = "task";
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
