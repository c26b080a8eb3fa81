//! The row of an enterprise: what everything said about it so far comes to.
//!
//! No member depends on today. What holds on a day is worked out when somebody asks for that day.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{
    CreditCode, EnterpriseId, IndustryCode, OfficerId, UnitCode,
    codes::{ClosureKind, ExclusionKind, ProductionState, Scale, Seat, SetAsideReason, Tier},
    enterprise::Place,
};

/// An enterprise or one of its sites, listed or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its id.
    pub enterprise: EnterpriseId,
    /// Its name, as far as known.
    pub name: String,
    /// The day on which it was listed.
    pub listed_on: Option<Date>,
    /// GB/T 4754-2017.
    pub industry_code: Option<IndustryCode>,
    /// The section of its industry.
    pub section: Option<String>,
    /// The unit that leads its sector.
    pub lead: Option<UnitCode>,
    /// Where it lies, by the day from which it lies there.
    pub places: Vec<Dated<Place>>,
    /// Its size, by the day from which it has it.
    pub scales: Vec<Dated<Scale>>,
    /// The order in which it is served.
    pub tier: Option<Tier>,
    /// Whole yuan.
    pub prior_year_revenue_cny: Option<u64>,
    /// Registered staff.
    pub headcount: Option<u32>,
    /// The firm whose branch it is.
    pub parent: Option<CreditCode>,
    /// How its production went, in the order in which it was told.
    pub production: Vec<Span>,
    /// When it means to resume, and why not sooner.
    pub expected: Option<Expected>,
    /// When it is left out of the base.
    pub exclusions: Vec<Exclusion>,
    /// Whether a closure has begun.
    pub closing: Option<ClosureKind>,
    /// Since when it no longer exists here.
    pub closed: Option<Dated<ClosureKind>>,
    /// Why it does not enter the list.
    pub set_aside: Option<SetAsideReason>,
    /// The listed enterprise with which it counts.
    pub joined_to: Option<EnterpriseId>,
    /// Its prevention plan.
    pub plan: Option<PlanRow>,
    /// Who held its seats, in the order in which it was told.
    pub tenures: Vec<Tenure>,
    /// Who stood in.
    pub substitutions: Vec<Tenure>,
    /// Visits, the last [`Dossier::VISITS`] of them.
    pub visits: Vec<Visit>,
    /// The day on which a sector lead guided its production plan.
    pub guided_on: Option<Date>,
    /// Where its orders stand.
    pub orders: BTreeMap<String, String>,
    /// Where its flags stand.
    pub flags: BTreeMap<u32, String>,
    /// Papers of other authorities and of earlier days, by day: information only.
    pub papers: Vec<Dated<String>>,
}

/// A value that holds from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// The first day.
    pub from: Date,
    /// The value.
    pub value: T,
}

/// Production from a day on, until the next one says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The event that said so.
    pub event: String,
    /// From this day.
    pub from: Date,
    /// What it was.
    pub state: ProductionState,
    /// Staff on post, if told.
    pub on_post: Option<u32>,
}

/// When an enterprise means to resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The day.
    pub on: Date,
    /// Why not sooner.
    pub reason: Option<Personal>,
    /// The day on which it said so.
    pub said_on: Date,
}

/// A time out of the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Why.
    pub kind: ExclusionKind,
    /// From this day.
    pub from: Date,
    /// To this day, that day included.
    pub until: Option<Date>,
}

/// A prevention plan, as far as reports ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// The latest revision.
    pub revision: u32,
    /// The day of the first draft.
    pub drafted_on: Date,
    /// What the latest revision lacks.
    pub gaps: Vec<String>,
    /// The day on which a revision was first in place.
    pub in_place_on: Option<Date>,
    /// What the revision in place lacks.
    pub in_place_gaps: Vec<String>,
}

/// Somebody's time on a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// Which seat.
    pub seat: Seat,
    /// The unit that fills it.
    pub unit: UnitCode,
    /// Who.
    pub officer: OfficerId,
    /// From when.
    pub from: Occurred,
    /// Until when, if it ended: of a tenure the moment, of a substitution its last day.
    pub until: Option<Occurred>,
    /// Whether a reason was given to hold more than one plant.
    pub concurrent: bool,
}

/// A visit of an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The event that told of it.
    pub event: String,
    /// Which seat.
    pub seat: Seat,
    /// When.
    pub at: Occurred,
}

impl Dossier {
    /// How many visits a row keeps.
    pub const VISITS: usize = 60;

    /// The row of an enterprise of which nothing is known yet.
    pub fn unknown(enterprise: EnterpriseId) -> Self {
        Self {
            enterprise,
            name: String::new(),
            listed_on: None,
            industry_code: None,
            section: None,
            lead: None,
            places: Vec::new(),
            scales: Vec::new(),
            tier: None,
            prior_year_revenue_cny: None,
            headcount: None,
            parent: None,
            production: Vec::new(),
            expected: None,
            exclusions: Vec::new(),
            closing: None,
            closed: None,
            set_aside: None,
            joined_to: None,
            plan: None,
            tenures: Vec::new(),
            substitutions: Vec::new(),
            visits: Vec::new(),
            guided_on: None,
            orders: BTreeMap::new(),
            flags: BTreeMap::new(),
            papers: Vec::new(),
        }
    }

    /// Where it lies on `day`; where it lay first, if `day` comes before.
    pub fn place_on(&self, day: Date) -> Option<&Place> {
        held_on(&self.places, day).or_else(|| self.places.first().map(|dated| &dated.value))
    }

    /// Its size on `day`; its first one, if `day` comes before.
    pub fn scale_on(&self, day: Date) -> Option<Scale> {
        held_on(&self.scales, day)
            .or_else(|| self.scales.first().map(|dated| &dated.value))
            .copied()
    }

    /// How production stands on `day`: what was told last of the latest day up to then.
    pub fn production_on(&self, day: Date) -> ProductionState {
        let told = self.span_on(day).map_or(ProductionState::NotResumed, |span| span.state);
        let planned = self.expected.as_ref().is_some_and(|expected| expected.said_on <= day);
        if told == ProductionState::NotResumed && planned {
            return ProductionState::Planned;
        }
        told
    }

    /// What was said of production on `day`.
    pub fn span_on(&self, day: Date) -> Option<&Span> {
        self.production.iter().filter(|span| span.from <= day).max_by_key(|span| span.from)
    }

    /// Whether it had worked at any time up to `day` (累计复工).
    pub fn ever_worked_by(&self, day: Date) -> bool {
        self.production.iter().any(|span| span.from <= day && span.state.in_production())
    }

    /// The reason that leaves it out of the base on `day`, if any.
    pub fn exclusion_on(&self, day: Date) -> Option<ExclusionKind> {
        self.exclusions
            .iter()
            .rev()
            .find(|out| out.from <= day && out.until.is_none_or(|until| day <= until))
            .map(|out| out.kind)
    }

    /// Whether it is in the list on `day`.
    pub fn is_listed_on(&self, day: Date) -> bool {
        self.listed_on.is_some_and(|listed| listed <= day)
            && self.set_aside.is_none()
            && self.joined_to.is_none()
            && !self.is_closed_on(day)
    }

    /// Whether it no longer exists here on `day`.
    pub fn is_closed_on(&self, day: Date) -> bool {
        self.closed.as_ref().is_some_and(|closed| closed.from <= day)
    }

    /// Whether its industry is in section B, C or D.
    pub fn is_industrial(&self) -> bool {
        matches!(self.section.as_deref(), Some("B" | "C" | "D"))
    }

    /// Who holds `seat` at the end of `day`.
    pub fn holder_on(&self, seat: Seat, day: Date) -> Option<&Tenure> {
        self.tenures.iter().rev().find(|tenure| {
            tenure.seat == seat
                && tenure.from.day() <= day
                && tenure.until.is_none_or(|until| day < until.day())
        })
    }

    /// Who stands in on `seat` on `day`.
    pub fn substitute_on(&self, seat: Seat, day: Date) -> Option<&Tenure> {
        self.substitutions.iter().rev().find(|tenure| {
            tenure.seat == seat
                && tenure.from.day() <= day
                && tenure.until.is_none_or(|until| day <= until.day())
        })
    }

    /// How many of its orders are open.
    pub fn open_orders(&self) -> usize {
        let open = ["ordered", "served", "reported", "lapsed"];
        self.orders.values().filter(|state| open.contains(&state.as_str())).count()
    }
}

/// The value that holds on `day`: of those that began, the one that began last, and of several
/// of one day the one told last.
fn held_on<T>(values: &[Dated<T>], day: Date) -> Option<&T> {
    values.iter().filter(|dated| dated.from <= day).max_by_key(|dated| dated.from).map(|d| &d.value)
}
