use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::DailyReport;
use crate::{
    Advisory, EnterpriseId, MeasureId, OrderId, UnitCode,
    codes::{ProductionState, SuspensionReason},
};

/// What can be said about the production of an enterprise.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// It never stopped (持续在产).
    DeclareContinuous {
        /// In production since this day.
        since: Date,
        /// The event id of the report that this one puts right.
        #[serde(default)]
        supersedes: Option<String>,
        /// The day that report gave.
        #[serde(default)]
        was: Option<Date>,
        /// Whether that report said so too, and not that work began again.
        #[serde(default)]
        was_continuous: bool,
        /// Orders that a register shows as open for it: a hint, each is looked at.
        orders: Vec<OrderId>,
        /// Stop orders that may be in force for it: a hint, each is looked at.
        #[serde(default)]
        stop_orders: Vec<MeasureId>,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
        /// The day of the clock: whether it works already is asked of this day.
        #[serde(skip)]
        today: Date,
    },
    /// It means to resume.
    Plan {
        /// When.
        expected_on: Date,
        /// Why not sooner.
        reason: Option<Personal>,
    },
    /// It works again. Recorded whatever else is so (§四).
    Report {
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
        /// Orders that a register shows as open for it: a hint, each is looked at.
        orders: Vec<OrderId>,
        /// Stop orders that may be in force for it: a hint, each is looked at.
        #[serde(default)]
        stop_orders: Vec<MeasureId>,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
        /// The day of the clock: whether it works already is asked of this day.
        #[serde(skip)]
        today: Date,
    },
    /// Report a day's figures (日报).
    ReportDaily(Box<DailyReport>),
    /// It stopped again.
    Suspend {
        /// From this day.
        from: Date,
        /// Why.
        reason: SuspensionReason,
    },
    /// Put an earlier report of resumption right.
    Correct {
        /// The event id of that report.
        supersedes: String,
        /// The day that report gave: whoever looked it up passes it on.
        was: Date,
        /// Whether that report said that it never stopped.
        #[serde(default)]
        was_continuous: bool,
        /// The day on which work began again.
        resumed_on: Date,
        /// Staff on post.
        on_post: Option<u32>,
        /// Share of capacity in use, 0 to 100.
        capacity_pct: Option<u8>,
        /// Orders that a register shows as open for it: a hint, each is looked at.
        orders: Vec<OrderId>,
        /// Stop orders that may be in force for it: a hint, each is looked at.
        #[serde(default)]
        stop_orders: Vec<MeasureId>,
        /// Remarks.
        #[serde(skip)]
        advisories: Vec<Advisory>,
    },
    /// End it with the enterprise; goes with the confirmed closure, in one commit.
    End {
        /// The day of the closure.
        on: Date,
    },
    /// Take over what was reported under a provisional id.
    Join {
        /// The provisional id.
        provisional: EnterpriseId,
        /// Where its production stood.
        state: ProductionState,
        /// Since this day.
        since: Option<Date>,
        /// The first day on which it worked again.
        first_resumed_on: Option<Date>,
        /// The name that was reported, if what it joins is not listed either.
        #[serde(default)]
        name: Option<String>,
        /// Where it was reported to lie, if what it joins is not listed either.
        #[serde(default)]
        township: Option<UnitCode>,
    },
    /// The other side of it.
    JoinTo {
        /// The listed enterprise.
        listed: EnterpriseId,
    },
}
