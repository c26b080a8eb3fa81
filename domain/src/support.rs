//! 困难: a difficulty of an enterprise, and who helps with it (§一(四), §二(三)二, §四).
//!
//! 「企业困难解决到位」, 「主动及时协调解决复工复产中用工、原材料、资金、设备等方面存在的困难和问题」:
//! the enterprise, an officer or a unit of its own accord (主动) says what is lacking; a department
//! helps by a day; the enterprise says whether it is content. What is late goes up. Promised money
//! (政策兑现) is such a case, with the amount and the day on which it was paid. Nothing here is
//! asked before work begins (§四).

mod command;
mod event;
mod standing;

pub use command::Command;
pub use event::{Event, Payment};

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, Refusal, SupportCategory, UnitCode, codes::SupportSource};

/// Where one case stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Support {
    /// There is no such case.
    #[default]
    NotRaised,
    /// Raised, or raised again: nobody helps yet.
    Raised(Case),
    /// In somebody's hands.
    Assigned(Handled),
    /// Whoever helped says that it is solved.
    Resolved(Solved),
    /// The enterprise has said whether it is content.
    Confirmed {
        /// What was solved.
        #[serde(flatten)]
        solved: Solved,
        /// Whether it is content.
        satisfied: bool,
    },
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Whose difficulty it is.
    pub enterprise: EnterpriseId,
    /// With what.
    pub category: SupportCategory,
    /// Who raised it.
    pub source: SupportSource,
    /// The day on which it was raised.
    pub raised_on: Date,
    /// The promised sum, in whole yuan (政策兑现).
    pub amount_cny: Option<u64>,
    /// The unit to which it went up.
    pub escalated_to: Option<UnitCode>,
}

/// A case in somebody's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// What it is about.
    #[serde(flatten)]
    pub case: Case,
    /// Who helps.
    pub department: UnitCode,
    /// By this day, that day included.
    pub due: Date,
    /// Whether it went up because that day had passed.
    pub went_up: bool,
}

/// A case that was solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solved {
    /// What it was about.
    #[serde(flatten)]
    pub case: Case,
    /// Who had helped; none when it was solved before anybody was asked to.
    pub department: Option<UnitCode>,
    /// The day on which it was solved.
    pub on: Date,
    /// What was paid (政策兑现).
    pub paid: Option<Payment>,
}

impl Support {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Raise { .. } => self.raise(command),
            Command::Assign { department, due, on } => self.assign(department, due, on),
            Command::Transfer { department, due, reason, on } => {
                self.transfer(department, due, reason, on)
            }
            Command::NoteProgress { text, on } => match self {
                Self::Assigned(_) => Ok(vec![Event::ProgressNoted { text, on }]),
                Self::NotRaised | Self::Raised(_) | Self::Resolved(_) | Self::Confirmed { .. } => {
                    Err(self.does_not_fit())
                }
            },
            Command::Resolve { how, paid, on } => self.resolve(how, paid, on),
            Command::Confirm { satisfied, paid, on } => self.confirm(satisfied, paid, on),
            Command::Reopen { reason, on } => match self {
                Self::Resolved(_) | Self::Confirmed { .. } => {
                    Ok(vec![Event::Reopened { reason, on }])
                }
                Self::NotRaised | Self::Raised(_) | Self::Assigned(_) => Err(self.does_not_fit()),
            },
            Command::Escalate { to, reason, on } => self.escalate(to, reason, on),
            Command::PassDay { to, today } => Ok(self.pass_day(to, today)),
        }
    }

    fn raise(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let (
            Self::NotRaised,
            Command::Raise { enterprise, category, text, amount_cny, source, on },
        ) = (self, command)
        else {
            return Err(self.does_not_fit());
        };
        if amount_cny.is_some() && !category.is_policy_fulfilment() {
            return Err(no_money("/amount_cny"));
        }
        Ok(vec![Event::Raised { enterprise, category, source, text, amount_cny, on }])
    }

    fn assign(&self, department: UnitCode, due: Date, on: Date) -> Result<Vec<Event>, Refusal> {
        match self {
            Self::Raised(_) => {
                check_limit(due, on)?;
                Ok(vec![Event::Assigned { department, due, on }])
            }
            Self::Assigned(held) if held.department == department && held.due == due => {
                Ok(Vec::new())
            }
            Self::NotRaised | Self::Assigned(_) | Self::Resolved(_) | Self::Confirmed { .. } => {
                Err(self.does_not_fit())
            }
        }
    }

    /// The next one goes by the day of the last unless another is set.
    fn transfer(
        &self,
        department: UnitCode,
        due: Option<Date>,
        reason: Personal,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let Self::Assigned(held) = self else { return Err(self.does_not_fit()) };
        if let Some(due) = due {
            check_limit(due, on)?;
        }
        let due = due.unwrap_or(held.due);
        if held.department == department && held.due == due {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Transferred { department, due, reason, on }])
    }

    fn resolve(
        &self,
        how: Personal,
        paid: Option<Payment>,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let (Self::Raised(case) | Self::Assigned(Handled { case, .. })) = self else {
            return Err(self.does_not_fit());
        };
        check_payment(case, paid.as_ref())?;
        Ok(vec![Event::Resolved { how, paid, on }])
    }

    /// Who was content may think again, and the other way round.
    fn confirm(
        &self,
        satisfied: bool,
        paid: Option<Payment>,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let (Self::Resolved(solved) | Self::Confirmed { solved, .. }) = self else {
            return Err(self.does_not_fit());
        };
        check_payment(&solved.case, paid.as_ref())?;
        let so = matches!(self, Self::Confirmed { satisfied: said, .. } if *said == satisfied);
        if so && (paid.is_none() || paid == solved.paid) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Confirmed { satisfied, paid, on }])
    }

    fn escalate(
        &self,
        to: Option<UnitCode>,
        reason: Option<Personal>,
        on: Date,
    ) -> Result<Vec<Event>, Refusal> {
        let (Self::Raised(case) | Self::Assigned(Handled { case, .. })) = self else {
            return Err(self.does_not_fit());
        };
        let Some(to) = to.filter(|to| self.department() != Some(to)) else {
            let problem = "it is in that unit's hands already; name a unit above it".to_owned();
            return Err(Refusal::InvalidField { pointer: "/to".to_owned(), problem });
        };
        if case.escalated_to.as_ref() == Some(&to) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Escalated { to, reason, overdue: None, on }])
    }

    /// Its last day is over: it goes up, once for each day that was set.
    fn pass_day(&self, to: Option<UnitCode>, today: Date) -> Vec<Event> {
        let (Self::Assigned(held), Some(to)) = (self, to) else { return Vec::new() };
        if held.went_up || today <= held.due {
            return Vec::new();
        }
        vec![Event::Escalated { to, reason: None, overdue: Some(held.due), on: today }]
    }
}

impl Aggregate for Support {
    const TYPE: &'static str = "support";
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

/// The last day of help may be the day itself.
fn check_limit(due: Date, on: Date) -> Result<(), Refusal> {
    if due < on {
        return Err(Refusal::DeadlineNotAfterIssue { due, issued: on });
    }
    Ok(())
}

/// Money is paid on promises, in whole yuan.
fn check_payment(case: &Case, paid: Option<&Payment>) -> Result<(), Refusal> {
    match paid {
        Some(_) if !case.category.is_policy_fulfilment() => Err(no_money("/amount_cny")),
        Some(_) | None => Ok(()),
    }
}

fn no_money(pointer: &str) -> Refusal {
    let problem = "only a case of policy_fulfilment (政策兑现) carries money; leave it out";
    Refusal::InvalidField { pointer: pointer.to_owned(), problem: problem.to_owned() }
}
