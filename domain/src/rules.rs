//! Rule sets: the numbers and choices that the notice leaves open, as dated data.

use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::{DateTime, NaiveDate as Date, NaiveTime, Utc};
use fugong_core::start_of_day;
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
    /// The time of day by which the 日报 is to be there and figures are fixed; the notice asks for
    /// none, and where it is absent none is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_cutoff: Option<TimeOfDay>,
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
    /// Who looks into which kind of barrier (阻碍); of a kind that is not named, and where the report
    /// is against that unit, the first of those to whom barriers go up.
    #[serde(default)]
    pub barrier_units: BTreeMap<String, UnitCode>,
    /// To whom a barrier goes up when it is late: the first of them that the report is not against.
    #[serde(default = "first_the_headquarters")]
    pub barrier_escalates_to: Vec<UnitCode>,
    /// Calendar days after which whoever imposed a measure of control looks at it again.
    #[serde(default = "a_week")]
    pub measure_review_days: u32,
    /// Which roles may do what, by the name of the act; [`Self::granted`] tells it. A report of resumption needs no right and
    /// is never asked for one.
    pub rights: BTreeMap<String, Vec<Role>>,
}

/// Who may do what about the words of persons where a rule set says nothing of it. 个人信息保护法 asks for
/// these acts of whoever keeps such words, also under rules that were published before there were
/// the acts. A rule set that names one, be it with no role, is what counts.
const PERSONS: [(&str, &[Role]); 5] = [
    ("data-subject.erase", &[Role::Commission]),
    ("data-subject.hold", WHO_HOLD),
    ("data-subject.lift_hold", WHO_HOLD),
    ("data-subject.restrict", &[Role::Commission]),
    ("data-subject.lift_restriction", &[Role::Commission]),
];
const WHO_HOLD: &[Role] =
    &[Role::Commission, Role::Emergency, Role::Headquarters, Role::Department];

impl RuleSet {
    /// The roles that may do an act, by its name; none where nothing says it.
    pub fn granted(&self, act: &str) -> Option<&[Role]> {
        let by_law = || PERSONS.iter().find(|(name, _)| *name == act).map(|(_, roles)| *roles);
        self.rights.get(act).map(Vec::as_slice).or_else(by_law)
    }
}

/// What rule sets say that were published before they could say it.
fn first_the_commission() -> Vec<UnitCode> {
    units(["eic", "hq"])
}

fn first_the_headquarters() -> Vec<UnitCode> {
    units(["hq", "eic"])
}

fn units(codes: [&str; 2]) -> Vec<UnitCode> {
    codes.iter().filter_map(|code| code.parse().ok()).collect()
}

/// A time of the day in Asia/Shanghai, to the minute, written `17:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(NaiveTime);

/// A text that is no time of the day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time of the day; send hours and minutes, such as 17:00")]
pub struct InvalidTimeOfDay(String);

impl TimeOfDay {
    /// The instant at which it is this time on `day`.
    pub fn on(self, day: Date) -> DateTime<Utc> {
        let since = self.0.signed_duration_since(NaiveTime::MIN);
        let start = start_of_day(day);
        start.checked_add_signed(since).unwrap_or(start)
    }
}

impl FromStr for TimeOfDay {
    type Err = InvalidTimeOfDay;

    fn from_str(text: &str) -> Result<Self, InvalidTimeOfDay> {
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
        time.map(Self).ok_or_else(|| InvalidTimeOfDay(text.to_owned()))
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = InvalidTimeOfDay;

    fn try_from(text: String) -> Result<Self, InvalidTimeOfDay> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%H:%M"))
    }
}

/// A week.
pub(crate) fn a_week() -> u32 {
    7
}
