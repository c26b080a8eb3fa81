use chrono::NaiveDate as Date;
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use super::Contents;
use crate::{
    Digest, OfficerId,
    codes::{HazardSeverity, Workplace},
};

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
    /// Prepare for safety at work (安全生产应急处置预案).
    PrepareSafety {
        /// The codes of the safety checklist that it has dealt with.
        items: Vec<String>,
        /// What the checklist of the day misses in it.
        #[serde(skip)]
        gaps: Vec<String>,
        /// Who answers for it at the enterprise.
        responsible: Personal,
        /// What is done in an emergency.
        emergency: Option<Personal>,
    },
    /// Look at a dangerous workplace (监测防护).
    MonitorHazard {
        /// What makes it dangerous.
        workplace: Workplace,
        /// Where.
        place: Personal,
        /// When.
        at: Occurred,
        /// Whether it was as it should be.
        normal: bool,
        /// What was seen.
        notes: Option<Personal>,
    },
    /// Record a hazard (安全风险隐患).
    FindHazard {
        /// What makes the workplace dangerous.
        workplace: Workplace,
        /// How great it is.
        severity: HazardSeverity,
        /// Where.
        place: Personal,
        /// What was seen.
        facts: Personal,
        /// When.
        found_on: Date,
        /// By when it is to be cleared.
        due: Option<Date>,
    },
    /// Record that a hazard is cleared.
    ClearHazard {
        /// Which one.
        number: u32,
        /// When.
        on: Date,
        /// What was done.
        measures: Personal,
        /// Papers and photographs.
        evidence: Vec<Digest>,
    },
    /// Record a training (安全警示教育).
    HoldTraining {
        /// When.
        on: Date,
        /// Of what.
        topic: Personal,
        /// How many attended.
        attended: u32,
    },
}
