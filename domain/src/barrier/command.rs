use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, UnitCode, codes::BarrierKind};

/// What can be asked of a report of a barrier.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Report a barrier.
    Report {
        /// What kind.
        kind: BarrierKind,
        /// Whom it is against, if a unit.
        against: Option<UnitCode>,
        /// Where.
        place: String,
        /// What happened there.
        text: Option<Personal>,
        /// Whom it hinders; the enterprise itself where it reports.
        enterprise: Option<EnterpriseId>,
        /// Who reports it: the actor's unit.
        reported_by: UnitCode,
        /// Who looks into it by the rules of the day.
        #[serde(skip)]
        to: Option<UnitCode>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Put it in somebody's hands; never those of the unit that it is against.
    Assign {
        /// Whose.
        unit: UnitCode,
        /// By this day, that day included.
        due: Date,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Confirm that it is gone.
    ConfirmRemoved {
        /// How.
        how: Option<Personal>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Find that there was none.
    FindUnfounded {
        /// Why.
        reason: Personal,
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
