//! 管控: a measure of control over an area or an enterprise, lifted step by step (§一(三)).
//!
//! 「分步取消各类防控措施」, 「不能简单一撤了之、一放了之」: a measure is relaxed by steps and lifted
//! after a step or on a stated basis, and whoever imposed it looks at it again and again. A stop
//! order (停工停业) is one kind: the act of a government, recorded with its document number. It
//! gates no report of resumption: that is recorded, with a remark (§四).

mod command;
mod event;

pub use command::Command;
pub use event::{Event, Target};

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{
    Refusal, UnitCode,
    codes::{MeasureKind, MeasureState},
};

/// Where one measure stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ControlMeasure {
    /// There is no such measure.
    #[default]
    NotImposed,
    /// In force.
    InForce(Terms),
    /// Lifted.
    Lifted {
        /// What it was.
        #[serde(flatten)]
        terms: Terms,
        /// The day from which it is no more.
        on: Date,
    },
}

/// What a measure is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What it is over.
    pub target: Target,
    /// What kind.
    pub kind: MeasureKind,
    /// Who imposed it.
    pub by: UnitCode,
    /// The day from which it is in force.
    pub imposed_on: Date,
    /// By how many steps it was relaxed.
    pub steps: u32,
    /// When it was last looked at: imposed, relaxed or kept.
    pub reviewed_on: Date,
}

impl ControlMeasure {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (
                Self::NotImposed,
                Command::Impose { kind: MeasureKind::StopOrder, authority: None, .. },
            ) => {
                let problem = "a stop order is a government's act: name its document number (文号)";
                Err(Refusal::InvalidField {
                    pointer: "/authority".to_owned(),
                    problem: problem.to_owned(),
                })
            }
            (Self::NotImposed, Command::Impose { target, kind, by, text, authority, on }) => {
                Ok(vec![Event::Imposed { target, kind, by, text, authority, on }])
            }
            (Self::InForce(_), Command::Relax { step, on }) => {
                Ok(vec![Event::Relaxed { step, on }])
            }
            (Self::InForce(_), Command::Keep { reason, on }) => {
                Ok(vec![Event::Kept { reason, on }])
            }
            (Self::InForce(terms), Command::Lift { basis, on }) => {
                if terms.steps == 0 && basis.is_none() {
                    return Err(Refusal::LiftWithoutStep);
                }
                Ok(vec![Event::Lifted { basis, on }])
            }
            (Self::Lifted { .. }, Command::Lift { .. }) => Ok(Vec::new()),
            (Self::InForce(_) | Self::Lifted { .. }, Command::Impose { .. })
            | (
                Self::NotImposed | Self::Lifted { .. },
                Command::Relax { .. } | Command::Keep { .. },
            )
            | (Self::NotImposed, Command::Lift { .. }) => {
                let state = format!("the measure is {}", self.state());
                Err(Refusal::OrderClosed { state })
            }
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(mut self, event: Event) -> Self {
        match event {
            Event::Imposed { target, kind, by, on, text: _, authority: _ } => {
                Self::InForce(Terms { target, kind, by, imposed_on: on, steps: 0, reviewed_on: on })
            }
            Event::Relaxed { step: _, on } => {
                if let Self::InForce(terms) = &mut self {
                    terms.steps = terms.steps.saturating_add(1);
                    terms.reviewed_on = terms.reviewed_on.max(on);
                }
                self
            }
            Event::Kept { reason: _, on } => {
                if let Self::InForce(terms) = &mut self {
                    terms.reviewed_on = terms.reviewed_on.max(on);
                }
                self
            }
            Event::Lifted { basis: _, on } => match self {
                Self::InForce(terms) => Self::Lifted { terms, on },
                Self::NotImposed | Self::Lifted { .. } => self,
            },
        }
    }

    /// What it is, or was.
    pub fn terms(&self) -> Option<&Terms> {
        match self {
            Self::NotImposed => None,
            Self::InForce(terms) | Self::Lifted { terms, .. } => Some(terms),
        }
    }

    /// What it is over, if it is a stop order in force on `day`.
    pub fn stops_on(&self, day: Date) -> Option<&Target> {
        let until = match self {
            Self::NotImposed | Self::InForce(_) => None,
            Self::Lifted { on, .. } => Some(*on),
        };
        let terms = self.terms().filter(|terms| terms.kind == MeasureKind::StopOrder)?;
        let in_force = terms.imposed_on <= day && until.is_none_or(|until| day < until);
        in_force.then_some(&terms.target)
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> MeasureState {
        match self {
            Self::NotImposed => MeasureState::NotImposed,
            Self::InForce(_) => MeasureState::InForce,
            Self::Lifted { .. } => MeasureState::Lifted,
        }
    }
}

impl Aggregate for ControlMeasure {
    const TYPE: &'static str = "measure";
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
        *self = std::mem::take(self).evolve(event);
    }
}
