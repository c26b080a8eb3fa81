use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use super::{Checklist, Code};
use crate::{
    Calendar, UnitCode, codes::RiskLevel, industry::Industries, rules::RuleSet, township::Units,
};

/// What can be asked of the rules of the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Publish a rule set.
    PublishRules {
        /// The rule set.
        rules: Box<RuleSet>,
    },
    /// Record a change of the epidemic risk.
    ChangeRiskLevel {
        /// The township or park; the whole district if none.
        area: Option<UnitCode>,
        /// The level.
        level: RiskLevel,
        /// From this day.
        effective_on: Date,
    },
    /// Fix the figures of the day: a timer asks at the cut-off.
    FixFigures {
        /// The day whose cut-off passed last.
        #[serde(skip)]
        date: Date,
    },
    /// Publish a working-day calendar.
    PublishCalendar {
        /// The calendar.
        calendar: Calendar,
    },
    /// Publish the units.
    PublishUnits {
        /// Townships, parks and offices.
        units: Units,
    },
    /// Publish the industry classification.
    PublishIndustry {
        /// Sections and divisions.
        industries: Industries,
    },
    /// Publish labels of codes.
    PublishCodes {
        /// The lists, by name.
        lists: BTreeMap<String, Vec<Code>>,
    },
    /// Publish checklists.
    PublishChecklists {
        /// The lists, by name.
        lists: BTreeMap<String, Checklist>,
    },
}
