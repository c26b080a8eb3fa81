use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Payment;
use crate::{EnterpriseId, SupportCategory, UnitCode, codes::SupportSource};

/// What can be asked of a case of support.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Raise a difficulty.
    Raise {
        /// Whose.
        enterprise: EnterpriseId,
        /// With what.
        category: SupportCategory,
        /// What is lacking.
        text: Personal,
        /// The promised sum, in whole yuan (政策兑现).
        amount_cny: Option<u64>,
        /// Who raises it; by the role of the actor.
        source: SupportSource,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Put it in somebody's hands.
    Assign {
        /// Whose.
        department: UnitCode,
        /// By this day, that day included.
        due: Date,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Hand it on, or set another day.
    Transfer {
        /// To whom.
        department: UnitCode,
        /// By this day; the day so far if none.
        due: Option<Date>,
        /// Why.
        reason: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Note how far it has come.
    NoteProgress {
        /// What was done.
        text: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Say that it is solved.
    Resolve {
        /// How.
        how: Personal,
        /// What was paid (政策兑现).
        paid: Option<Payment>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Say whether the enterprise is content.
    Confirm {
        /// Whether it is.
        satisfied: bool,
        /// What it received (政策兑现).
        paid: Option<Payment>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Raise it again.
    Reopen {
        /// Why.
        reason: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Take it to a higher unit.
    Escalate {
        /// To whom; the next one by the rules of the day if none.
        to: Option<UnitCode>,
        /// Why.
        reason: Option<Personal>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// A day has passed: a timer asks.
    PassDay {
        /// To whom it goes up.
        #[serde(skip)]
        to: Option<UnitCode>,
        /// The day that has begun.
        #[serde(skip)]
        today: Date,
    },
}
