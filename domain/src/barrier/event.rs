use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, UnitCode, codes::BarrierKind, event_types::event_types};

/// What has happened to a report of a barrier (阻碍).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was reported.
    Reported {
        /// What kind of barrier.
        kind: BarrierKind,
        /// Whom it is against, if a unit: it is not told who reported.
        against: Option<UnitCode>,
        /// Where.
        place: String,
        /// What happened there.
        text: Option<Personal>,
        /// Whom it hinders.
        enterprise: Option<EnterpriseId>,
        /// Who reported it.
        reported_by: UnitCode,
        /// Who looks into it by the rules of the day.
        to: Option<UnitCode>,
        /// The day.
        on: Date,
    },
    /// It was put in somebody's hands.
    Assigned {
        /// Whose.
        unit: UnitCode,
        /// By this day, that day included.
        due: Date,
        /// The day.
        on: Date,
    },
    /// Its last day passed: it went up.
    Escalated {
        /// To whom.
        to: UnitCode,
        /// The last day that had passed.
        overdue: Date,
        /// The day.
        on: Date,
    },
    /// The barrier is gone.
    Removed {
        /// How.
        how: Option<Personal>,
        /// The day.
        on: Date,
    },
    /// There was none.
    FoundUnfounded {
        /// Why.
        reason: Personal,
        /// The day.
        on: Date,
    },
}

event_types! {
    Event {
        Reported => "barrier-reported",
        Assigned => "barrier-assigned",
        Escalated => "barrier-escalated",
        Removed => "barrier-removed",
        FoundUnfounded => "barrier-found-unfounded",
    }
}
