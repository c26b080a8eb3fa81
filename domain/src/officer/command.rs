use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, FindingId, UnitCode, codes::Seat};

/// What can be asked of an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Enrol him, or put right what was said when he was enrolled.
    Enrol {
        /// His name; under the same seal, it is the same name.
        name: Personal,
        /// His unit.
        unit: UnitCode,
        /// His title.
        title: Option<String>,
        /// His telephone; under the same seal, it is the same number.
        phone: Option<Personal>,
        /// The event id of the enrolment that this one puts right.
        #[serde(default)]
        supersedes: Option<String>,
    },
    /// Take a seat; goes with the posting, in one commit.
    TakePost {
        /// At which enterprise.
        enterprise: EnterpriseId,
        /// Which seat.
        seat: Seat,
        /// From when.
        from: Occurred,
        /// Whether a reason was given to hold more than one plant.
        concurrent: bool,
    },
    /// Leave a seat; goes with the posting, in one commit.
    LeavePost {
        /// At which enterprise.
        enterprise: EnterpriseId,
        /// Which seat.
        seat: Seat,
        /// When.
        at: Occurred,
    },
    /// Refer a finding about his duty to his unit.
    ReferDuty {
        /// Which finding.
        finding: FindingId,
        /// Where it was made.
        enterprise: EnterpriseId,
    },
    /// Record what his unit decided.
    RecordDutyOutcome {
        /// Which finding.
        finding: FindingId,
        /// What it decided.
        outcome: Personal,
    },
}
