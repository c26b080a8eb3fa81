//! Rule sets: the numbers and choices that the notice leaves open, as dated data.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use crate::{UnitCode, codes::Role};

/// One rule set. What happened on a day is judged by the set in force on that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Its name.
    pub version: String,
    /// The first day on which it is in force.
    pub effective_from: Date,
    /// On what it rests.
    pub basis: String,
    /// Revenue from which an enterprise is above designated size, in whole yuan; inclusive.
    pub scale_threshold_cny: u64,
    /// The last day for the plans of enterprises above designated size.
    pub plan_deadline: Date,
    /// Working days for the plan of one that is promoted or listed later.
    pub plan_working_days_if_later: u32,
    /// The day by which all above designated size are meant to work again. A target, no limit.
    pub month_end_target: Date,
    /// Calendar days from resumption to the officers' first visit.
    pub first_visit_days: u32,
    /// Calendar days without a visit after which the officer's duty is looked at.
    pub no_visit_days: u32,
    /// Orders failed or lapsed after which a flag is proposed.
    pub repeat_threshold: u32,
    /// Calendar days within which they count.
    pub repeat_window_days: u32,
    /// Working days to state one's case after notice.
    pub statement_working_days: u32,
    /// Working days in which an objection can be lodged.
    pub objection_working_days: u32,
    /// Working days to decide an objection, from the day on which it was lodged.
    pub objection_decide_working_days: u32,
    /// The same for one that has to be looked into (核查); not fewer.
    pub objection_decide_working_days_complex: u32,
    /// How long a flag may stand, in months.
    pub retention_months_max: u32,
    /// Working days before the due day on which it is brought to mind.
    pub reminder_working_days: u32,
    /// The sections of a plan that are asked for.
    pub plan_sections: Vec<String>,
    /// Whether a plan needs an emergency part (含应急).
    pub plan_emergency: bool,
    /// The 五必须 that are asked for.
    pub five_musts: Vec<String>,
    /// Which unit leads which section of industry.
    pub sector_leads: BTreeMap<String, UnitCode>,
    /// To whom a difficulty goes up when it is late, or is taken: the first of them that does not
    /// have it in hand.
    #[serde(default = "first_the_commission")]
    pub support_escalates_to: Vec<UnitCode>,
    /// Which roles may do what, by the name of the act. A report of resumption needs no right and
    /// is never asked for one.
    pub rights: BTreeMap<String, Vec<Role>>,
}

/// What rule sets say that were published before they could say it.
fn first_the_commission() -> Vec<UnitCode> {
    units(["eic", "hq"])
}

fn units(codes: [&str; 2]) -> Vec<UnitCode> {
    codes.iter().filter_map(|code| code.parse().ok()).collect()
}
