use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use super::{Dated, Event};
use crate::{
    CreditCode, EnterpriseId, IndustryCode, UnitCode,
    codes::{ExclusionKind, Scale, Tier},
};

/// What the list (名录) says of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its registered name.
    pub name: String,
    /// GB/T 4754-2017.
    pub industry: IndustryCode,
    /// Where it lies.
    pub place: Dated<Place>,
    /// Its size, if it is industrial.
    pub scale: Dated<Option<Scale>>,
    /// Revenue of the year before, in whole yuan.
    pub prior_year_revenue_cny: Option<u64>,
    /// Registered staff.
    pub headcount: Option<u32>,
    /// The code of the firm whose branch it is.
    pub parent: Option<CreditCode>,
    /// The order in which it is served.
    pub tier: Option<Tier>,
    /// When it is left out of the base.
    pub exclusions: Vec<Exclusion>,
    /// The provisional ids that joined it, and the codes that it got later.
    pub joined: BTreeSet<EnterpriseId>,
    /// The code it has, if it is no longer its first one.
    #[serde(default)]
    pub code: Option<CreditCode>,
    /// The enterprises that it supplies, each with the last day of the supply, if that is known.
    #[serde(default)]
    pub supplies: BTreeMap<EnterpriseId, Option<Date>>,
    /// Its key projects (重大工程和重点项目), by number.
    #[serde(default)]
    pub projects: BTreeMap<u32, KeyProject>,
    /// How many projects were ever marked, also before it was listed again.
    #[serde(default)]
    pub marked: u32,
}

/// A key project (重大工程和重点项目) of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProject {
    /// What it is called.
    pub name: String,
    /// Its total, in whole yuan.
    pub investment_cny: Option<u64>,
    /// By which day it is to start.
    pub starts_by: Option<Date>,
    /// The day on which it started.
    pub started_on: Option<Date>,
}

/// Where an enterprise lies in the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The township or sub-district.
    pub township: UnitCode,
    /// The park, if it lies in one.
    pub park: Option<UnitCode>,
}

/// A time during which an enterprise is left out of the base of ratios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Why.
    pub kind: ExclusionKind,
    /// From this day.
    pub from: Date,
    /// To this day, if known; that day included.
    pub until: Option<Date>,
}

impl Entry {
    /// What a listing says; none of any other event.
    pub(super) fn of(event: Event) -> Option<Self> {
        let Event::Registered {
            name,
            industry_code,
            township,
            park,
            scale,
            prior_year_revenue_cny,
            headcount,
            parent,
            advisories: _,
        } = event
        else {
            return None;
        };
        Some(Self {
            name,
            industry: industry_code,
            place: Dated::always(Place { township, park }),
            scale: Dated::always(scale),
            prior_year_revenue_cny,
            headcount,
            parent,
            tier: None,
            exclusions: Vec::new(),
            joined: BTreeSet::new(),
            code: None,
            supplies: BTreeMap::new(),
            projects: BTreeMap::new(),
            marked: 0,
        })
    }

    /// Its size on `day`.
    pub fn scale_on(&self, day: Date) -> Option<Scale> {
        *self.scale.on(day)
    }

    /// Why it is left out of the base on `day`: what was recorded last counts.
    pub fn excluded_on(&self, day: Date) -> Option<ExclusionKind> {
        self.exclusions.iter().rfind(|time| time.covers(day)).map(|time| time.kind)
    }

    /// Takes what was said of a key project; that it started stays.
    pub(super) fn mark(&mut self, number: u32, said: KeyProject) {
        let started_on = self.projects.get(&number).and_then(|known| known.started_on);
        self.projects.insert(number, KeyProject { started_on, ..said });
        self.marked = self.marked.max(number);
    }

    /// Ends every exclusion the day before `from`; one that begins later never was.
    pub(super) fn readmit(&mut self, from: Date) {
        self.exclusions.retain(|time| time.from < from);
        for time in self.exclusions.iter_mut().filter(|time| time.reaches(from)) {
            time.until = from.pred_opt();
        }
    }

    /// Whether a readmission from that day would change anything.
    pub(super) fn is_excluded_from(&self, from: Date) -> bool {
        self.exclusions.iter().any(|time| time.reaches(from))
    }
}

impl Place {
    /// Its units: the township, and the park if it lies in one.
    pub fn units(&self) -> impl Iterator<Item = &UnitCode> {
        [&self.township].into_iter().chain(&self.park)
    }
}

impl Exclusion {
    /// Whether it is left out on `day`.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.reaches(day)
    }

    /// Whether it is left out on `day` or on a later one.
    fn reaches(&self, day: Date) -> bool {
        self.until.is_none_or(|until| day <= until)
    }
}
