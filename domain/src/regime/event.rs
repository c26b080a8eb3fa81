use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use crate::{
    Calendar, UnitCode, codes::RiskLevel, event_types::event_types, industry::Industries,
    rules::RuleSet, township::Units,
};

/// What has happened to the rules of the district.
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// A rule set was published.
    RulesPublished {
        /// The rule set.
        rules: Box<RuleSet>,
    },
    /// The epidemic risk of an area changed. It changes no production state.
    RiskLevelChanged {
        /// The township or park; the whole district if none.
        area: Option<UnitCode>,
        /// The level.
        level: RiskLevel,
        /// From this day.
        effective_on: Date,
    },
    /// The cut-off passed: the figures of a day are those at the position of this event. What is
    /// told later changes them no more; whoever reads `at_position` finds them as they were given.
    FiguresFixed {
        /// The day.
        date: Date,
    },
    /// A working-day calendar was published. It changes no running deadline by itself.
    CalendarPublished {
        /// The calendar.
        calendar: Calendar,
    },
    /// The units were published; they replace those before.
    UnitsPublished {
        /// Townships, parks and offices.
        units: Units,
    },
    /// The industry classification was published.
    IndustryPublished {
        /// Sections and divisions.
        industries: Industries,
    },
    /// Labels of codes were published, list by list.
    CodesPublished {
        /// The lists, by name.
        lists: BTreeMap<String, Vec<Code>>,
    },
    /// Checklists were published.
    ChecklistsPublished {
        /// The lists, by name.
        lists: BTreeMap<String, Checklist>,
    },
}

/// A code with its labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code.
    pub code: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// What it is called in English.
    pub en: String,
}

/// A checklist of a document; its length is data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// What it is called.
    pub label: String,
    /// Where it stands.
    pub basis: String,
    /// What it asks for: code and text.
    pub items: BTreeMap<String, String>,
}

event_types! {
    Event {
        RulesPublished => "regime-rules-published",
        RiskLevelChanged => "regime-risk-level-changed",
        FiguresFixed => "regime-figures-fixed",
        CalendarPublished => "regime-calendar-published",
        UnitsPublished => "regime-units-published",
        IndustryPublished => "regime-industry-published",
        CodesPublished => "regime-codes-published",
        ChecklistsPublished => "regime-checklists-published",
    }
}
