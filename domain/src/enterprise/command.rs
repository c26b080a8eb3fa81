use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    Advisory, CreditCode, EnterpriseId, IndustryCode, UnitCode,
    codes::{ClosureKind, ExclusionKind, Scale, SetAsideReason, Tier},
};

/// What can be asked of an enterprise in the list.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// List it (建档).
    Register {
        /// Its registered name.
        name: String,
        /// GB/T 4754-2017.
        industry_code: IndustryCode,
        /// Its township or sub-district.
        township: UnitCode,
        /// Its park, if any.
        park: Option<UnitCode>,
        /// Its size.
        scale: Option<Scale>,
        /// Whole yuan.
        prior_year_revenue_cny: Option<u64>,
        /// Registered staff.
        headcount: Option<u32>,
        /// The firm whose branch it is.
        parent: Option<CreditCode>,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
    },
    /// Put a mistake in its details right.
    CorrectDetails {
        /// Its registered name.
        name: Option<String>,
        /// GB/T 4754-2017.
        industry_code: Option<IndustryCode>,
        /// Whole yuan.
        prior_year_revenue_cny: Option<u64>,
        /// Registered staff.
        headcount: Option<u32>,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
    },
    /// Record a change of size.
    ReclassifyScale {
        /// The new size.
        to: Scale,
        /// From this day.
        effective_on: Date,
        /// On what basis.
        basis: String,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
    },
    /// Record a move inside the district.
    Relocate {
        /// Where to.
        township: UnitCode,
        /// Into which park, if any.
        park: Option<UnitCode>,
        /// From this day.
        effective_on: Date,
    },
    /// Set the order in which it is served.
    AssignTier {
        /// The tier.
        tier: Tier,
        /// On what basis.
        basis: String,
    },
    /// Let what was reported under a provisional id join it.
    JoinListing {
        /// The provisional id.
        provisional: EnterpriseId,
    },
    /// The other side of it: this provisional id joined a listed enterprise.
    JoinTo {
        /// The listed enterprise.
        listed: EnterpriseId,
    },
    /// Leave it out of the base of ratios.
    ExcludeFromBase {
        /// Why.
        kind: ExclusionKind,
        /// From this day.
        from: Date,
        /// To this day.
        until: Option<Date>,
        /// On what basis.
        basis: String,
    },
    /// Take it back into the base.
    Readmit {
        /// From this day.
        from: Date,
        /// On what basis.
        basis: String,
    },
    /// Note that it began to leave.
    BeginClosure {
        /// How.
        kind: ClosureKind,
    },
    /// Confirm that it is gone.
    ConfirmClosed {
        /// How.
        kind: ClosureKind,
        /// Since this day.
        on: Date,
    },
    /// Note a paper of the time of 24号.
    RecordEarlierPaper {
        /// The paper's number or name.
        authority: String,
        /// Its day.
        dated: Date,
        /// What it says.
        summary: Personal,
    },
    /// Note what another authority decided.
    RecordOtherLawReference {
        /// Which authority.
        authority: String,
        /// The day of its decision.
        dated: Date,
        /// What it decided.
        outcome: Personal,
    },
    /// Guide its production plan.
    Guide {
        /// The sector lead.
        lead: UnitCode,
        /// What is advised.
        points: Vec<Personal>,
        /// The production plan that came of it.
        production_plan: Option<Personal>,
    },
    /// Record that it has a new code (统一社会信用代码变更).
    ChangeCode {
        /// The new code.
        to: CreditCode,
        /// The code it has.
        #[serde(skip)]
        was: Option<CreditCode>,
        /// Sites of the new code that somebody may have reported: a hint, each is looked at again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sites: Vec<EnterpriseId>,
    },
    /// Say that it supplies another enterprise (产业链、供应链配套).
    DeclareSupplyLink {
        /// The enterprise that it supplies.
        supplier_of: EnterpriseId,
        /// The last day of the supply, if that is known.
        until: Option<Date>,
    },
    /// Mark one of its projects as a key project (重大工程和重点项目), or put right what was said.
    MarkKeyProject {
        /// What the project is called, by which it is known again.
        name: String,
        /// Its total, in whole yuan.
        investment_cny: Option<u64>,
        /// By which day it is to start.
        starts_by: Option<Date>,
    },
    /// Note that a key project started (开工).
    StartKeyProject {
        /// Its number at the enterprise, from 1.
        number: u32,
        /// On this day.
        on: Date,
    },
    /// Keep it out of the list.
    SetAside {
        /// Why.
        reason: SetAsideReason,
    },
}
