//! The row of an enterprise: what everything said about it so far comes to.
//!
//! No member depends on today. What holds on a day is worked out when somebody asks for that day.

use std::collections::BTreeSet;

use chrono::NaiveDate as Date;
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{
    CreditCode, EnterpriseId, IndustryCode, OfficerId, UnitCode,
    codes::{
        ClosureKind, ExclusionKind, Listing, ProductionState, Scale, Seat, SetAsideReason,
        SuspensionReason, Tier,
    },
    enterprise::Place,
    plan::Revision,
};

/// An enterprise or one of its sites, listed or not.
///
/// What holds from a day on is kept with that day, in the order in which it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its id.
    pub enterprise: EnterpriseId,
    /// Its name, as far as known.
    pub name: String,
    /// The codes that it got after its first one.
    #[serde(default)]
    pub codes: Vec<Dated<CreditCode>>,
    /// When it was in the list.
    pub listings: Vec<Listed>,
    /// GB/T 4754-2017.
    pub industry_code: Option<IndustryCode>,
    /// The section of its industry.
    pub section: Option<String>,
    /// The unit that leads its sector.
    pub lead: Option<UnitCode>,
    /// Where it lies.
    pub places: Vec<Dated<Place>>,
    /// Its size; of a site, its code has one.
    pub sizes: Vec<Size>,
    /// The order in which it is served, if one was set.
    pub tiers: Vec<Dated<Option<Tier>>>,
    /// Whole yuan.
    pub prior_year_revenue_cny: Option<u64>,
    /// Registered staff.
    pub headcount: Option<u32>,
    /// The firm whose branch it is.
    pub parent: Option<CreditCode>,
    /// How its production went.
    pub production: Vec<Span>,
    /// When it meant to resume, and why not sooner.
    pub intentions: Vec<Expected>,
    /// When it is left out of the base.
    pub exclusions: Vec<Exclusion>,
    /// That a closure has begun.
    pub closing: Option<Dated<ClosureKind>>,
    /// That it no longer exists here.
    pub closures: Vec<Dated<ClosureKind>>,
    /// Why it does not enter the list.
    pub set_aside: Option<Dated<SetAsideReason>>,
    /// The listed enterprise with which it counts.
    pub joined_to: Option<EnterpriseId>,
    /// The revisions of its prevention plan.
    pub drafts: Vec<Dated<Revision>>,
    /// The revisions that were put in place.
    pub placements: Vec<Dated<Revision>>,
    /// Who held its seats.
    pub tenures: Vec<Tenure>,
    /// Who stood in.
    pub substitutions: Vec<StandIn>,
    /// The days on which a sector lead guided its production plan.
    pub guidances: Vec<Date>,
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

/// A time in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The first day.
    pub from: Date,
    /// The day of the closure that ended it.
    pub until: Option<Date>,
}

/// A size from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// The first day.
    pub from: Date,
    /// The day of the act that says so: nobody was late for a day on which it was not known.
    pub known_on: Date,
    /// The size; only industrial enterprises have one.
    pub scale: Option<Scale>,
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
    /// Why it stopped, if it did and said so.
    #[serde(default)]
    pub stopped_for: Option<SuspensionReason>,
}

/// When an enterprise meant to resume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The day.
    pub on: Date,
    /// Why not sooner.
    pub reason: Option<Personal>,
    /// The day on which it said so.
    pub said_on: Date,
    /// The day from which it worked, or was no more.
    pub until: Option<Date>,
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
    /// The moment at which it ended, if it did.
    pub until: Option<Occurred>,
    /// Why he may hold more than one plant, if he does.
    pub concurrent: Option<Personal>,
}

/// Somebody's time in another's place (顶岗).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// On which seat.
    pub seat: Seat,
    /// Who stands in.
    pub officer: OfficerId,
    /// In whose place.
    pub of: OfficerId,
    /// From when.
    pub from: Occurred,
    /// Until when, that day included.
    pub until: Occurred,
}

impl Dossier {
    /// The row of an enterprise of which nothing is known yet.
    pub fn unknown(enterprise: EnterpriseId) -> Self {
        Self {
            enterprise,
            name: String::new(),
            codes: Vec::new(),
            listings: Vec::new(),
            industry_code: None,
            section: None,
            lead: None,
            places: Vec::new(),
            sizes: Vec::new(),
            tiers: Vec::new(),
            prior_year_revenue_cny: None,
            headcount: None,
            parent: None,
            production: Vec::new(),
            intentions: Vec::new(),
            exclusions: Vec::new(),
            closing: None,
            closures: Vec::new(),
            set_aside: None,
            joined_to: None,
            drafts: Vec::new(),
            placements: Vec::new(),
            tenures: Vec::new(),
            substitutions: Vec::new(),
            guidances: Vec::new(),
            papers: Vec::new(),
        }
    }

    /// The code that it has on `day`, if that is no longer its first one.
    pub fn code_on(&self, day: Date) -> Option<CreditCode> {
        held_on(&self.codes, day).copied()
    }

    /// Whether it is but a later code of another row's firm.
    pub fn is_later_code(&self) -> bool {
        self.joined_to.is_some() && !self.enterprise.is_provisional()
    }

    /// The codes that it had before the one of `day`.
    pub fn former_codes(&self, day: Date) -> BTreeSet<CreditCode> {
        let now = self.code_on(day);
        let later = self.codes.iter().filter(|code| code.from <= day).map(|code| code.value);
        let all = self.enterprise.code().copied().into_iter().chain(later);
        all.filter(|code| now.is_some_and(|now| now != *code)).collect()
    }

    /// Where it lies on `day`; where it lay first, if `day` comes before.
    pub fn place_on(&self, day: Date) -> Option<&Place> {
        held_on(&self.places, day).or_else(|| self.places.first().map(|dated| &dated.value))
    }

    /// Its own size on `day`; its first one, if `day` comes before.
    pub fn size_on(&self, day: Date) -> Option<Size> {
        let begun = self.sizes.iter().filter(|size| size.from <= day);
        begun.max_by_key(|size| size.from).or(self.sizes.first()).copied()
    }

    /// The order in which it is served on `day`.
    pub fn tier_on(&self, day: Date) -> Option<Tier> {
        held_on(&self.tiers, day).copied().flatten()
    }

    /// How production stands on `day`: what was told last of the latest day up to then.
    pub fn production_on(&self, day: Date) -> ProductionState {
        let told = self.span_on(day).map_or(ProductionState::NotResumed, |span| span.state);
        if told == ProductionState::NotResumed && self.expected_on(day).is_some() {
            return ProductionState::Planned;
        }
        told
    }

    /// What was said of production on `day`.
    pub fn span_on(&self, day: Date) -> Option<&Span> {
        self.production.iter().filter(|span| span.from <= day).max_by_key(|span| span.from)
    }

    /// When it meant to resume, as said last up to `day`, while it did not work.
    pub fn expected_on(&self, day: Date) -> Option<&Expected> {
        let holds = |said: &&Expected| said.said_on <= day && said.until.is_none_or(|on| day < on);
        self.intentions.iter().rfind(holds)
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

    /// Where it stands in the list on `day`.
    pub fn listing_on(&self, day: Date) -> Listing {
        let begun = |from: Date| from <= day;
        if self.joined_to.is_some() {
            Listing::JoinedTo
        } else if self.is_listed_on(day) {
            let closing = self.closing.as_ref().is_some_and(|closing| begun(closing.from));
            if closing { Listing::Closing } else { Listing::Listed }
        } else if self.closures.iter().any(|closed| begun(closed.from)) {
            Listing::Closed
        } else if self.set_aside.as_ref().is_some_and(|aside| begun(aside.from)) {
            Listing::SetAside
        } else {
            Listing::Unlisted
        }
    }

    /// Whether it is in the list on `day`.
    pub fn is_listed_on(&self, day: Date) -> bool {
        self.listed_since(day).is_some()
    }

    /// The first day of the time in the list of which `day` is a part.
    pub fn listed_since(&self, day: Date) -> Option<Date> {
        let covers =
            |listed: &&Listed| listed.from <= day && listed.until.is_none_or(|until| day < until);
        self.listings.iter().rfind(covers).map(|listed| listed.from)
    }

    /// Whether its industry is in section B, C or D.
    pub fn is_industrial(&self) -> bool {
        matches!(self.section.as_deref(), Some("B" | "C" | "D"))
    }

    /// The revision of its plan that stands on `day`.
    pub fn draft_on(&self, day: Date) -> Option<&Revision> {
        held_on(&self.drafts, day)
    }

    /// The revision of its plan that is in place on `day`.
    pub fn placement_on(&self, day: Date) -> Option<&Revision> {
        held_on(&self.placements, day)
    }

    /// Who holds `seat` at the end of `day`.
    pub fn holder_on(&self, seat: Seat, day: Date) -> Option<&Tenure> {
        self.tenures.iter().rev().find(|tenure| {
            tenure.seat == seat
                && tenure.from.day() <= day
                && tenure.until.is_none_or(|until| day < until.day())
        })
    }

    /// Who stands in on `seat` at the end of `day`: he leaves with the one in whose place he stands.
    pub fn substitute_on(&self, seat: Seat, day: Date) -> Option<&StandIn> {
        let holder = &self.holder_on(seat, day)?.officer;
        self.substitutions.iter().rev().find(|it| {
            (it.seat, &it.of) == (seat, holder) && it.from.day() <= day && day <= it.until.day()
        })
    }
}

/// The first day of all.
pub(super) fn first_day<T>(values: &[Dated<T>]) -> Option<Date> {
    values.iter().map(|dated| dated.from).min()
}

/// The value that holds on `day`: of those that began, the one that began last, and of several
/// of one day the one told last.
pub(super) fn held_on<T>(values: &[Dated<T>], day: Date) -> Option<&T> {
    values.iter().filter(|dated| dated.from <= day).max_by_key(|dated| dated.from).map(|d| &d.value)
}
