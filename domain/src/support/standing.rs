use super::{Case, Event, Handled, Solved, Support};
use crate::{EnterpriseId, Refusal, UnitCode, codes::SupportState};

impl Support {
    /// Where things stand once `event` has happened. Events are facts: this never fails.
    pub(super) fn evolve(self, event: Event) -> Self {
        match event {
            Event::Raised { enterprise, category, source, amount_cny, on, text: _ } => {
                let (raised_on, escalated_to) = (on, None);
                Self::Raised(Case {
                    enterprise,
                    category,
                    source,
                    raised_on,
                    amount_cny,
                    escalated_to,
                })
            }
            Event::Assigned { department, due, on: _ }
            | Event::Transferred { department, due, reason: _, on: _ } => {
                // Another day is another chance to be in time.
                let went_up =
                    matches!(&self, Self::Assigned(held) if held.went_up && held.due == due);
                let handled = |case| Self::Assigned(Handled { case, department, due, went_up });
                self.into_case().map_or(Self::NotRaised, handled)
            }
            Event::ProgressNoted { text: _, on: _ } => self,
            Event::Resolved { paid, on, how: _ } => {
                let department = self.department().cloned();
                let solved = |case| Self::Resolved(Solved { case, department, on, paid });
                self.into_case().map_or(Self::NotRaised, solved)
            }
            Event::Confirmed { satisfied, paid, on: _ } => match self {
                Self::Resolved(mut solved) | Self::Confirmed { mut solved, .. } => {
                    solved.paid = paid.or(solved.paid);
                    Self::Confirmed { solved, satisfied }
                }
                Self::NotRaised | Self::Raised(_) | Self::Assigned(_) => self,
            },
            Event::Reopened { reason: _, on: _ } => {
                let raised = |case| Self::Raised(Case { escalated_to: None, ..case });
                self.into_case().map_or(Self::NotRaised, raised)
            }
            Event::Escalated { to, overdue, reason: _, on: _ } => {
                self.went_up(to, overdue.is_some())
            }
        }
    }

    fn went_up(mut self, to: UnitCode, overdue: bool) -> Self {
        match &mut self {
            Self::Raised(case) => case.escalated_to = Some(to),
            Self::Assigned(held) => {
                held.case.escalated_to = Some(to);
                held.went_up |= overdue;
            }
            Self::NotRaised | Self::Resolved(_) | Self::Confirmed { .. } => {}
        }
        self
    }

    /// What it is about, if there is one.
    pub fn case(&self) -> Option<&Case> {
        match self {
            Self::NotRaised => None,
            Self::Raised(case) => Some(case),
            Self::Assigned(held) => Some(&held.case),
            Self::Resolved(solved) | Self::Confirmed { solved, .. } => Some(&solved.case),
        }
    }

    fn into_case(self) -> Option<Case> {
        match self {
            Self::NotRaised => None,
            Self::Raised(case) => Some(case),
            Self::Assigned(held) => Some(held.case),
            Self::Resolved(solved) | Self::Confirmed { solved, .. } => Some(solved.case),
        }
    }

    /// Whose difficulty it is.
    pub fn enterprise(&self) -> Option<&EnterpriseId> {
        self.case().map(|case| &case.enterprise)
    }

    /// Who helps, or helped last.
    pub fn department(&self) -> Option<&UnitCode> {
        match self {
            Self::NotRaised | Self::Raised(_) => None,
            Self::Assigned(held) => Some(&held.department),
            Self::Resolved(solved) | Self::Confirmed { solved, .. } => solved.department.as_ref(),
        }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> SupportState {
        match self {
            Self::NotRaised => SupportState::NotRaised,
            Self::Raised(_) => SupportState::Raised,
            Self::Assigned(_) => SupportState::Assigned,
            Self::Resolved(_) => SupportState::Resolved,
            Self::Confirmed { .. } => SupportState::Confirmed,
        }
    }

    /// The refusal of a step that is not the next.
    pub(super) fn does_not_fit(&self) -> Refusal {
        let state = match self {
            Self::NotRaised => "the case was not raised".to_owned(),
            Self::Raised(_) => "nobody helps with the case yet; assign it".to_owned(),
            Self::Assigned(held) => {
                format!("the case is in the hands of {}; transfer or resolve it", held.department)
            }
            Self::Resolved(_) | Self::Confirmed { .. } => {
                "the case is solved; reopen it if it is not".to_owned()
            }
        };
        Refusal::OrderClosed { state }
    }
}
