use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    Advisory, CreditCode, EnterpriseId, IndustryCode, UnitCode,
    codes::{ClosureKind, ExclusionKind, Scale, SetAsideReason, Tier},
    event_types::event_types,
};

/// What has happened to an enterprise in the list (名录).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// 建档: it was listed.
    Registered {
        /// Its registered name.
        name: String,
        /// GB/T 4754-2017.
        industry_code: IndustryCode,
        /// The township or sub-district in whose area it lies.
        township: UnitCode,
        /// The park, if it lies in one.
        park: Option<UnitCode>,
        /// Its size; only industrial enterprises have one.
        scale: Option<Scale>,
        /// Revenue of the year before, in whole yuan.
        prior_year_revenue_cny: Option<u64>,
        /// Registered staff.
        headcount: Option<u32>,
        /// The code of the firm whose branch it is.
        parent: Option<CreditCode>,
        /// Remarks.
        advisories: Vec<Advisory>,
    },
    /// A mistake in its details was put right; what is absent stays.
    DetailsCorrected {
        /// Its registered name.
        name: Option<String>,
        /// GB/T 4754-2017.
        industry_code: Option<IndustryCode>,
        /// Revenue of the year before, in whole yuan.
        prior_year_revenue_cny: Option<u64>,
        /// Registered staff.
        headcount: Option<u32>,
        /// Remarks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        advisories: Vec<Advisory>,
    },
    /// Its size changed in the statistical register.
    ScaleReclassified {
        /// The new size.
        to: Scale,
        /// From this day.
        effective_on: Date,
        /// On what basis.
        basis: String,
        /// Remarks.
        advisories: Vec<Advisory>,
    },
    /// It moved inside the district.
    Relocated {
        /// The township or sub-district it moved to.
        township: UnitCode,
        /// The park it moved to, if any.
        park: Option<UnitCode>,
        /// From this day.
        effective_on: Date,
    },
    /// The order in which it is served was set.
    TierAssigned {
        /// The tier.
        tier: Tier,
        /// On what basis.
        basis: String,
    },
    /// What was reported under a provisional id joined it.
    ListingJoined {
        /// The provisional id.
        provisional: EnterpriseId,
    },
    /// What was reported under this provisional id joined a listed enterprise.
    JoinedTo {
        /// The listed enterprise.
        listed: EnterpriseId,
    },
    /// It was left out of the base of ratios.
    Excluded {
        /// Why.
        kind: ExclusionKind,
        /// From this day.
        from: Date,
        /// To this day, if known; that day included.
        until: Option<Date>,
        /// On what basis.
        basis: String,
    },
    /// It came back into the base.
    Readmitted {
        /// From this day.
        from: Date,
        /// On what basis.
        basis: String,
    },
    /// It began to leave the register or the district.
    ClosureBegun {
        /// How.
        kind: ClosureKind,
    },
    /// It no longer exists here.
    Closed {
        /// How.
        kind: ClosureKind,
        /// Since this day.
        on: Date,
    },
    /// A paper of the time of 渝肺炎组办发〔2020〕24号 was noted: information only.
    EarlierPaperRecorded {
        /// The paper's number or name.
        authority: String,
        /// Its day.
        dated: Date,
        /// What it says.
        summary: Personal,
    },
    /// What another authority decided under its own law was noted.
    OtherLawReferenceRecorded {
        /// Which authority.
        authority: String,
        /// The day of its decision.
        dated: Date,
        /// What it decided.
        outcome: Personal,
    },
    /// The sector lead guided its production plan (指导制定生产经营计划).
    Guided {
        /// The sector lead.
        lead: UnitCode,
        /// What was advised.
        points: Vec<Personal>,
        /// The production plan that came of it.
        production_plan: Option<Personal>,
    },
    /// 统一社会信用代码变更: it has a new code; its record goes on under its first one.
    CodeChanged {
        /// The code it had.
        was: CreditCode,
        /// The code it has from now on.
        to: CreditCode,
    },
    /// It supplies another enterprise (产业链、供应链配套).
    SupplyLinkDeclared {
        /// The enterprise that it supplies.
        supplier_of: EnterpriseId,
        /// The last day of the supply, if that is known.
        until: Option<Date>,
    },
    /// One of its projects was marked as a key project (重大工程和重点项目), or what was said of it
    /// was put right.
    KeyProjectMarked {
        /// Its number at the enterprise, from 1.
        number: u32,
        /// What the project is called.
        name: String,
        /// Its total, in whole yuan.
        investment_cny: Option<u64>,
        /// By which day it is to start.
        starts_by: Option<Date>,
    },
    /// A key project started (开工).
    KeyProjectStarted {
        /// Its number at the enterprise, from 1.
        number: u32,
        /// On this day.
        on: Date,
    },
    /// 不纳入名录: it does not enter the list, and counts in no base.
    SetAside {
        /// Why.
        reason: SetAsideReason,
    },
}

event_types! {
    Event {
        Registered => "enterprise-registered",
        DetailsCorrected => "enterprise-details-corrected",
        ScaleReclassified => "enterprise-scale-reclassified",
        Relocated => "enterprise-relocated",
        TierAssigned => "enterprise-tier-assigned",
        ListingJoined => "enterprise-listing-joined",
        JoinedTo => "enterprise-joined-to",
        Excluded => "enterprise-excluded",
        Readmitted => "enterprise-readmitted",
        ClosureBegun => "enterprise-closure-begun",
        Closed => "enterprise-closed",
        EarlierPaperRecorded => "enterprise-earlier-paper-recorded",
        OtherLawReferenceRecorded => "enterprise-other-law-reference-recorded",
        Guided => "enterprise-guided",
        CodeChanged => "enterprise-code-changed",
        SupplyLinkDeclared => "enterprise-supply-link-declared",
        KeyProjectMarked => "enterprise-key-project-marked",
        KeyProjectStarted => "enterprise-key-project-started",
        SetAside => "enterprise-set-aside",
    }
}
