use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, OfficerId, OrderId, UnitCode,
    codes::{Category, InspectionKind, ResultCode, Severity, Subject},
};

/// What can be asked of an inspection.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Open it.
    Open {
        /// Whom it looks at.
        enterprise: EnterpriseId,
        /// What led to it.
        kind: InspectionKind,
        /// What it looks at.
        subjects: Vec<Subject>,
        /// The unit that leads it: the actor's.
        led_by: UnitCode,
        /// Who inspects.
        inspector: String,
        /// The units that join it.
        joint_with: Vec<UnitCode>,
        /// The seed of the draw.
        draw_seed: Option<String>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Record a finding.
    RecordFinding {
        /// Who found it.
        finder: String,
        /// What it is about.
        subject: Subject,
        /// What kind of thing.
        category: Category,
        /// How bad.
        severity: Severity,
        /// What was seen.
        facts: Personal,
        /// The officer whose duty it is about; of a duty finding that names none, the one who
        /// held the seat of the actor's choosing on that day is taken from the posting.
        officer: Option<OfficerId>,
        /// Put right at once.
        fixed_on_spot: bool,
        /// The number of the finding it corrects.
        supersedes: Option<u32>,
        /// The revision of the plan that stands.
        #[serde(skip)]
        plan_revision: Option<u32>,
        /// The day of what was seen.
        #[serde(skip)]
        on: Date,
    },
    /// Close it.
    Close {
        /// What it came to.
        result_codes: Vec<ResultCode>,
    },
    /// Declare it void.
    Void {
        /// Why.
        reason: Personal,
    },
    /// Note that a finding went into an order; goes with the order, in one commit.
    NoteOrder {
        /// The finding's number.
        number: u32,
        /// Which order.
        order: OrderId,
    },
    /// Order nothing for the findings that are in no order, and nothing further for those whose
    /// last order failed.
    DeclineToOrder {
        /// Why.
        reason: Personal,
        /// The numbers of the findings whose last order failed.
        #[serde(skip)]
        failed: Vec<u32>,
    },
}
