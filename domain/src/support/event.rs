use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, SupportCategory, UnitCode, codes::SupportSource, event_types::event_types,
};

/// What has happened to a difficulty (困难).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was raised.
    Raised {
        /// Whose it is.
        enterprise: EnterpriseId,
        /// With what.
        category: SupportCategory,
        /// Who raised it.
        source: SupportSource,
        /// What is lacking.
        text: Personal,
        /// The promised sum, in whole yuan (政策兑现).
        amount_cny: Option<u64>,
        /// The day.
        on: Date,
    },
    /// It was put in somebody's hands.
    Assigned {
        /// Whose.
        department: UnitCode,
        /// By this day, that day included.
        due: Date,
        /// The day.
        on: Date,
    },
    /// It was handed on, or another day was set.
    Transferred {
        /// To whom.
        department: UnitCode,
        /// By this day, that day included.
        due: Date,
        /// Why.
        reason: Personal,
        /// The day.
        on: Date,
    },
    /// How far it had come was noted.
    ProgressNoted {
        /// What was done.
        text: Personal,
        /// The day.
        on: Date,
    },
    /// It was solved.
    Resolved {
        /// How.
        how: Personal,
        /// What was paid (政策兑现).
        paid: Option<Payment>,
        /// The day.
        on: Date,
    },
    /// The enterprise said whether it is content.
    Confirmed {
        /// Whether it is.
        satisfied: bool,
        /// What it received (政策兑现).
        paid: Option<Payment>,
        /// The day.
        on: Date,
    },
    /// It was raised again.
    Reopened {
        /// Why.
        reason: Personal,
        /// The day.
        on: Date,
    },
    /// It went up to a higher unit.
    Escalated {
        /// To whom.
        to: UnitCode,
        /// Why, if somebody took it there.
        reason: Option<Personal>,
        /// The last day that had passed, if that is why.
        overdue: Option<Date>,
        /// The day.
        on: Date,
    },
}

/// Promised money that was paid (政策兑现).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// Whole yuan.
    pub amount_cny: u64,
    /// The day of payment.
    pub paid_on: Date,
}

event_types! {
    Event {
        Raised => "support-raised",
        Assigned => "support-assigned",
        Transferred => "support-transferred",
        ProgressNoted => "support-progress-noted",
        Resolved => "support-resolved",
        Confirmed => "support-confirmed",
        Reopened => "support-reopened",
        Escalated => "support-escalated",
    }
}
