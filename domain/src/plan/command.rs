use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Contents;
use crate::OfficerId;

/// What can be asked of a prevention plan.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Draft a plan; a later one counts as a revision.
    Draft {
        /// What it says.
        plan: Contents,
        /// What the checklists of the day miss in it.
        #[serde(skip)]
        gaps: Vec<String>,
    },
    /// Replace the plan by a new revision.
    Revise {
        /// What it says.
        plan: Contents,
        /// What the checklists of the day miss in it.
        #[serde(skip)]
        gaps: Vec<String>,
    },
    /// Note that the latest revision is in place (落实到位).
    PutInPlace,
    /// Urge to improve it (督促完善).
    UrgeImprovement {
        /// The officer.
        officer: OfficerId,
        /// What to improve.
        points: Vec<Personal>,
    },
}
