use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::DailyReport;
use crate::{
    Advisory, EnterpriseId, UnitCode,
    codes::{ProductionState, SuspensionReason},
    event_types::event_types,
};

/// What has happened to the production of an enterprise. A resumption is a fact, never a request.
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// 持续在产: it never stopped.
    ContinuousProductionDeclared {
        /// In production since this day.
        since: Date,
        /// The event id of the report that this one puts right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supersedes: Option<String>,
        /// The day that report gave.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<Date>,
        /// Whether that report said so too, and not that work began again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        was_continuous: bool,
        /// Remarks.
        advisories: Vec<Advisory>,
    },
    /// 拟复工: it means to resume.
    Planned {
        /// When.
        expected_on: Date,
        /// Why not sooner.
        reason: Option<Personal>,
    },
    /// 已复工复产.
    Resumed {
        /// The day on which work began again.
        resumed_on: Date,
        /// Staff on post.
        on_post: Option<u32>,
        /// Share of capacity in use, 0 to 100.
        capacity_pct: Option<u8>,
        /// Its name, if it is not listed.
        name: Option<String>,
        /// Where it lies, if it is not listed.
        township: Option<UnitCode>,
        /// Remarks; none of them is a condition (§四).
        advisories: Vec<Advisory>,
    },
    /// 日报: a day's figures were reported.
    DailyReported(Box<DailyReport>),
    /// 停产: it stopped again.
    Suspended {
        /// From this day.
        from: Date,
        /// Why.
        reason: SuspensionReason,
    },
    /// A report of resumption was put right; both stay in history.
    Corrected {
        /// The event id of the report it corrects.
        supersedes: String,
        /// The day that report gave.
        was: Date,
        /// Whether that report said that it never stopped.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        was_continuous: bool,
        /// The day on which work began again.
        resumed_on: Date,
        /// Staff on post.
        on_post: Option<u32>,
        /// Share of capacity in use, 0 to 100.
        capacity_pct: Option<u8>,
        /// Remarks.
        advisories: Vec<Advisory>,
    },
    /// Its closure was confirmed: what stood here ends with it. Listed again, it starts afresh.
    Ended {
        /// The day of the closure.
        on: Date,
    },
    /// What was reported under a provisional id, or under a code that it got later, joined it.
    Joined {
        /// That id.
        provisional: EnterpriseId,
        /// Where its production stood.
        state: ProductionState,
        /// Since this day.
        since: Option<Date>,
        /// The first day on which it worked again, if it did.
        first_resumed_on: Option<Date>,
        /// The name that was reported, if what it joins is not listed either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Where it was reported to lie, if what it joins is not listed either.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        township: Option<UnitCode>,
    },
    /// What was reported under this provisional id now counts with a listed enterprise.
    JoinedTo {
        /// The listed enterprise.
        listed: EnterpriseId,
    },
}

event_types! {
    Event {
        ContinuousProductionDeclared => "resumption-continuous-production-declared",
        Planned => "resumption-planned",
        Resumed => "resumption-resumed",
        DailyReported => "resumption-daily-reported",
        Suspended => "resumption-suspended",
        Corrected => "resumption-corrected",
        Ended => "resumption-ended",
        Joined => "resumption-joined",
        JoinedTo => "resumption-joined-to",
    }
}
