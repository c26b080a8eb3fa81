//! The fold of difficulties: a row for each case, with its steps.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, SupportCategory, SupportId, UnitCode,
    codes::{SupportSource, SupportState},
    support::{self, Payment},
};

/// The relation of difficulties, by id.
pub(super) const SUPPORTS: &str = "supports";

/// A difficulty and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportRow {
    /// Its id.
    pub case: SupportId,
    /// Whose.
    pub enterprise: EnterpriseId,
    /// With what.
    pub category: SupportCategory,
    /// Who raised it.
    pub source: SupportSource,
    /// What is lacking.
    pub text: Personal,
    /// The promised sum, in whole yuan.
    pub amount_cny: Option<u64>,
    /// The day on which it was raised.
    pub raised_on: Date,
    /// What happened then, each with its day.
    pub(super) steps: Vec<(Date, Step)>,
}

/// What happened to a difficulty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// In whose hands it was put, and by when.
    Assigned(UnitCode, Date),
    /// It was solved.
    Resolved(Option<Payment>),
    /// Whether the enterprise was content.
    Confirmed(bool, Option<Payment>),
    /// It was raised again.
    Reopened,
    /// It went up.
    Escalated(UnitCode),
}

/// Where a difficulty stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    /// In a word.
    pub state: SupportState,
    /// In whose hands, and by when.
    pub hands: Option<(&'a UnitCode, Date)>,
    /// The unit to which it went up.
    pub above: Option<&'a UnitCode>,
    /// When it was solved.
    pub resolved_on: Option<Date>,
    /// Whether the enterprise is content.
    pub satisfied: Option<bool>,
    /// What was paid.
    pub paid: Option<&'a Payment>,
    on: Date,
}

impl SupportRow {
    /// Where it stands on `day`.
    pub fn on(&self, day: Date) -> Standing<'_> {
        let mut standing = Standing {
            state: SupportState::Raised,
            hands: None,
            above: None,
            resolved_on: None,
            satisfied: None,
            paid: None,
            on: day,
        };
        let mut steps: Vec<_> = self.steps.iter().filter(|(on, _)| *on <= day).collect();
        steps.sort_by_key(|(on, _)| *on);
        for (on, step) in steps {
            standing.take(*on, step);
        }
        standing
    }
}

impl<'a> Standing<'a> {
    fn take(&mut self, on: Date, step: &'a Step) {
        match step {
            Step::Assigned(unit, due) => {
                self.state = SupportState::Assigned;
                self.hands = Some((unit, *due));
            }
            Step::Resolved(paid) => {
                self.state = SupportState::Resolved;
                self.resolved_on = Some(on);
                self.paid = paid.as_ref().or(self.paid);
            }
            Step::Confirmed(satisfied, paid) => {
                self.state = SupportState::Confirmed;
                self.satisfied = Some(*satisfied);
                self.paid = paid.as_ref().or(self.paid);
            }
            // What was paid stays paid.
            Step::Reopened => {
                let (on, paid) = (self.on, self.paid);
                *self = Self {
                    state: SupportState::Raised,
                    hands: None,
                    above: None,
                    resolved_on: None,
                    satisfied: None,
                    paid,
                    on,
                };
            }
            Step::Escalated(to) => self.above = Some(to),
        }
    }

    /// Whether somebody still has to do something about it.
    pub fn is_open(&self) -> bool {
        self.resolved_on.is_none()
    }

    /// Whether it is open and its last day is past.
    pub fn is_overdue(&self) -> bool {
        self.is_open() && self.hands.is_some_and(|(_, due)| due < self.on)
    }
}

/// Takes an event of a difficulty.
pub(super) fn take(
    rows: &mut Rows,
    event: &Recorded,
    happened: &support::Event,
) -> Result<(), Failure> {
    use support::Event as E;
    let id = &*event.aggregate_id;
    if let E::Raised { enterprise, category, source, text, amount_cny, on } = happened {
        let row = SupportRow {
            case: id.parse().map_err(|_| Failure(format!("{id:?} is no support case")))?,
            enterprise: enterprise.clone(),
            category: category.clone(),
            source: *source,
            text: text.clone(),
            amount_cny: *amount_cny,
            raised_on: *on,
            steps: Vec::new(),
        };
        return rows.put(SUPPORTS, id, &row);
    }
    let Some(mut row) = rows.get::<SupportRow>(SUPPORTS, id)? else {
        return Err(Failure(format!("support case {id} was never raised")));
    };
    match happened {
        E::Raised { .. } | E::ProgressNoted { .. } => {}
        E::Assigned { department, due, on } | E::Transferred { department, due, on, .. } => {
            row.steps.push((*on, Step::Assigned(department.clone(), *due)));
        }
        E::Resolved { paid, on, .. } => row.steps.push((*on, Step::Resolved(paid.clone()))),
        E::Confirmed { satisfied, paid, on } => {
            row.steps.push((*on, Step::Confirmed(*satisfied, paid.clone())));
        }
        E::Reopened { on, .. } => row.steps.push((*on, Step::Reopened)),
        E::Escalated { to, on, .. } => row.steps.push((*on, Step::Escalated(to.clone()))),
    }
    rows.put(SUPPORTS, id, &row)
}
