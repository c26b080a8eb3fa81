use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, FindingId, UnitCode, codes::Seat, event_types::event_types};

/// What has happened to a stationed officer (驻厂员).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// His unit named him, or put right what it had said of him.
    Enrolled {
        /// His name.
        name: Personal,
        /// His unit.
        unit: UnitCode,
        /// His title.
        title: Option<String>,
        /// His telephone.
        phone: Option<Personal>,
        /// The event id of the enrolment that this one puts right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supersedes: Option<String>,
    },
    /// He took a seat.
    PostTaken {
        /// At which enterprise.
        enterprise: EnterpriseId,
        /// Which seat.
        seat: Seat,
        /// From when.
        from: Occurred,
    },
    /// He left a seat.
    PostLeft {
        /// At which enterprise.
        enterprise: EnterpriseId,
        /// Which seat.
        seat: Seat,
        /// When.
        at: Occurred,
    },
    /// A finding about his duty was referred to his unit; it never touches the enterprise.
    DutyReferred {
        /// Which finding.
        finding: FindingId,
        /// Where it was made.
        enterprise: EnterpriseId,
    },
    /// His unit decided on it.
    DutyOutcomeRecorded {
        /// Which finding.
        finding: FindingId,
        /// What it decided.
        outcome: Personal,
    },
}

event_types! {
    Event {
        Enrolled => "officer-enrolled",
        PostTaken => "officer-post-taken",
        PostLeft => "officer-post-left",
        DutyReferred => "officer-duty-referred",
        DutyOutcomeRecorded => "officer-duty-outcome-recorded",
    }
}
