//! 阻碍: a roadblock, a freight route cut, or a condition set on resuming, and its removal (§四).
//!
//! 「严禁擅自设卡拦截、阻断货运通道等违法行为」, 「不得对企业复工复产设置条件」: whoever meets one
//! reports it, against an authority or anybody. It is never put in the hands of the unit that it is
//! against, and that unit is nowhere told who reported it. What is late goes up.

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, Refusal, UnitCode,
    codes::{BarrierKind, BarrierState},
};

/// Where one report stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Barrier {
    /// There is no such report.
    #[default]
    NotReported,
    /// Reported: the unit that the rules name looks into it.
    Reported(Case),
    /// In somebody's hands, by a day.
    Assigned(Handled),
    /// The barrier is gone.
    Removed(Case),
    /// There was none.
    Unfounded(Case),
}

/// What was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What kind of barrier.
    pub kind: BarrierKind,
    /// Whom it is against, if a unit: it is not told who reported.
    pub against: Option<UnitCode>,
    /// Where.
    pub place: String,
    /// Whom it hinders, if one enterprise; not for the unit that it is against.
    pub enterprise: Option<EnterpriseId>,
    /// Who reported it; not for the unit that it is against.
    pub reported_by: UnitCode,
    /// The day on which it was reported.
    pub reported_on: Date,
    /// Who looks into it by the rules of the day.
    pub to: Option<UnitCode>,
    /// The unit to which it went up.
    pub escalated_to: Option<UnitCode>,
}

/// A report in somebody's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// What was reported.
    #[serde(flatten)]
    pub case: Case,
    /// Who sees to it.
    pub unit: UnitCode,
    /// By this day, that day included.
    pub due: Date,
    /// Whether it went up because that day had passed.
    pub went_up: bool,
}

impl Barrier {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (
                Self::NotReported,
                Command::Report { kind, against, place, text, enterprise, reported_by, to, on },
            ) => Ok(vec![Event::Reported {
                kind,
                against,
                place,
                text,
                enterprise,
                reported_by,
                to,
                on,
            }]),
            (Self::Assigned(held), Command::Assign { unit, due, .. })
                if held.unit == unit && held.due == due =>
            {
                Ok(Vec::new())
            }
            (Self::Reported(_) | Self::Assigned(_), Command::Assign { unit, due, on }) => {
                if due < on {
                    return Err(Refusal::DeadlineNotAfterIssue { due, issued: on });
                }
                Ok(vec![Event::Assigned { unit, due, on }])
            }
            (Self::Reported(_) | Self::Assigned(_), Command::ConfirmRemoved { how, on }) => {
                Ok(vec![Event::Removed { how, on }])
            }
            (Self::Reported(_) | Self::Assigned(_), Command::FindUnfounded { reason, on }) => {
                Ok(vec![Event::FoundUnfounded { reason, on }])
            }
            (Self::Assigned(held), Command::PassDay { to: Some(to), today })
                if held.due < today && !held.went_up =>
            {
                Ok(vec![Event::Escalated { to, overdue: held.due, on: today }])
            }
            // Of two who see that it is gone, the second has nothing to add.
            (_, Command::PassDay { .. })
            | (Self::Removed(_), Command::ConfirmRemoved { .. })
            | (Self::Unfounded(_), Command::FindUnfounded { .. }) => Ok(Vec::new()),
            (
                Self::Reported(_) | Self::Assigned(_) | Self::Removed(_) | Self::Unfounded(_),
                Command::Report { .. },
            )
            | (Self::NotReported | Self::Removed(_) | Self::Unfounded(_), Command::Assign { .. })
            | (Self::NotReported | Self::Removed(_), Command::FindUnfounded { .. })
            | (Self::NotReported | Self::Unfounded(_), Command::ConfirmRemoved { .. }) => {
                Err(self.does_not_fit())
            }
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        match event {
            Event::Reported { kind, against, place, enterprise, reported_by, to, on, text: _ } => {
                Self::Reported(Case {
                    kind,
                    against,
                    place,
                    enterprise,
                    reported_by,
                    reported_on: on,
                    to,
                    escalated_to: None,
                })
            }
            Event::Assigned { unit, due, on: _ } => {
                // Another day is another chance to be in time.
                let went_up =
                    matches!(&self, Self::Assigned(held) if held.went_up && held.due == due);
                let handled = |case| Self::Assigned(Handled { case, unit, due, went_up });
                self.into_case().map_or(Self::NotReported, handled)
            }
            Event::Escalated { to, overdue: _, on: _ } => match self {
                Self::Assigned(mut held) => {
                    held.case.escalated_to = Some(to);
                    Self::Assigned(Handled { went_up: true, ..held })
                }
                Self::NotReported | Self::Reported(_) | Self::Removed(_) | Self::Unfounded(_) => {
                    self
                }
            },
            Event::Removed { how: _, on: _ } => {
                self.into_case().map_or(Self::NotReported, Self::Removed)
            }
            Event::FoundUnfounded { reason: _, on: _ } => {
                self.into_case().map_or(Self::NotReported, Self::Unfounded)
            }
        }
    }

    /// What was reported, if anything was.
    pub fn case(&self) -> Option<&Case> {
        match self {
            Self::NotReported => None,
            Self::Reported(case) | Self::Removed(case) | Self::Unfounded(case) => Some(case),
            Self::Assigned(held) => Some(&held.case),
        }
    }

    fn into_case(self) -> Option<Case> {
        match self {
            Self::NotReported => None,
            Self::Reported(case) | Self::Removed(case) | Self::Unfounded(case) => Some(case),
            Self::Assigned(held) => Some(held.case),
        }
    }

    /// Whose work it is: the unit that has it in hand, else the one that the rules name; and the
    /// one to which it went up.
    pub fn hands(&self) -> impl Iterator<Item = &UnitCode> {
        let given = match self {
            Self::Assigned(held) => Some(&held.unit),
            Self::NotReported | Self::Reported(_) | Self::Removed(_) | Self::Unfounded(_) => None,
        };
        let case = self.case();
        let first = given.or(case.and_then(|case| case.to.as_ref()));
        first.into_iter().chain(case.and_then(|case| case.escalated_to.as_ref()))
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> BarrierState {
        match self {
            Self::NotReported => BarrierState::NotReported,
            Self::Reported(_) => BarrierState::Reported,
            Self::Assigned(_) => BarrierState::Assigned,
            Self::Removed(_) => BarrierState::Removed,
            Self::Unfounded(_) => BarrierState::Unfounded,
        }
    }

    fn does_not_fit(&self) -> Refusal {
        Refusal::OrderClosed { state: format!("the barrier report is {}", self.state()) }
    }
}

impl Aggregate for Barrier {
    const TYPE: &'static str = "barrier";
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
