//! What the inbox knows of one enterprise: just enough to say which tasks it gives rise to.

mod cases;
mod service;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use cqrs_es::Aggregate;
use fugong_core::Recorded;
use serde::{Deserialize, Serialize};

use super::facts::{
    Barred, Chain, Daily, Ending, Enforced, Flag, HandedOut, Helped, Holder, Inspected, Ordered,
    Planned, Planted, Production, Raised, Trade,
};
use crate::{
    FindingId, Happened, IncidentId, InspectionId, MeasureId, OrderId, SupportId, UnitCode,
    codes::{EnterpriseState, Scale, Seat},
    enterprise,
    enterprise::{Dated, Enterprise},
    plan, posting, resumption,
    resumption::Resumption,
};

/// What has been folded of one enterprise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct View {
    /// What the list says.
    pub(super) enterprise: Enterprise,
    /// Its size: that of the code, whatever the site.
    pub(super) scale: Option<Dated<Option<Scale>>>,
    /// The day on which that size became known.
    pub(super) scale_known_on: Option<Date>,
    /// Its trade, as the classification of the day of its listing has it.
    pub(super) trade: Option<Trade>,
    /// What was told of its production.
    pub(super) resumption: Resumption,
    /// The spell in which it works.
    pub(super) production: Option<Production>,
    /// Its latest plan.
    pub(super) plan: Option<Planned>,
    /// Who holds which seat.
    pub(super) seats: BTreeMap<Seat, Holder>,
    /// When each seat's officer was last there.
    pub(super) visits: BTreeMap<Seat, Date>,
    /// When an inspection last looked at the duty of its officers.
    pub(super) duty_checked_on: Option<Date>,
    /// Inspections whose findings are not all dealt with.
    pub(super) inspections: BTreeMap<InspectionId, Inspected>,
    /// Orders that something is still to be done about.
    pub(super) orders: BTreeMap<OrderId, Ordered>,
    /// Proposals and objections that wait for a decision, by number.
    pub(super) flags: BTreeMap<u32, Flag>,
    /// Whom each flag went to, and whether it stands no more, by number.
    pub(super) handed_out: BTreeMap<u32, HandedOut>,
    /// Findings about duty that wait for the posting unit, with that unit.
    pub(super) referrals: BTreeMap<FindingId, UnitCode>,
    /// Difficulties that are not solved.
    pub(super) supports: BTreeMap<SupportId, Helped>,
    /// The barrier, where the view is that of a report of one.
    pub(super) barrier: Option<Barred>,
    /// The measure of control, where the view is that of one.
    pub(super) measure: Option<Enforced>,
    /// Incidents that are neither ruled out nor closed.
    pub(super) incidents: BTreeSet<IncidentId>,
    /// Stop orders over it; whether it was in production and nobody has told what happened then.
    pub(super) stop_orders: BTreeMap<MeasureId, bool>,
    /// Stop orders under which it works again, with nobody having looked at them since.
    pub(super) resumed_under: BTreeSet<MeasureId>,
    /// Whether the sector lead guided its production plan.
    pub(super) guided: bool,
    /// Whether community, park and production area are linked (三区三联).
    pub(super) linked: bool,
    /// Hazards that are not cleared, by number, with the day by which they are to be.
    pub(super) hazards: BTreeMap<u32, Option<Date>>,
    /// Whether it works, and whether those whom it supplies do.
    pub(super) chain: Chain,
    /// What its 日报 come to.
    pub(super) daily: Daily,
    /// The tasks that are open, by kind and subject.
    pub(super) tasks: BTreeMap<String, Raised>,
    /// The tasks that are to be raised later, by kind and subject.
    pub(super) timers: BTreeMap<String, Planted>,
    /// The open tasks whose reason will end or pass on by itself, with the day.
    pub(super) endings: BTreeMap<String, Ending>,
}

impl View {
    /// Whether it is in the list and has not left it.
    pub(super) fn is_listed(&self) -> bool {
        matches!(self.enterprise.state(), EnterpriseState::Listed | EnterpriseState::Closing)
    }

    /// Takes what happened; tasks apart.
    pub(super) fn take(&mut self, event: &Recorded, happened: &Happened) {
        let today = fugong_core::shanghai_day(event.recorded_at);
        match happened {
            Happened::Enterprise(told) => self.take_enterprise(told, today),
            Happened::Resumption(told) => {
                self.take_resumption(told, today);
                self.answer_stops(told);
            }
            Happened::Plan(told) => self.take_plan(told),
            Happened::Posting(told) => self.take_posting(told),
            Happened::Inspection(told) => {
                if let Ok(id) = event.aggregate_id.parse() {
                    self.take_inspection(id, told, today);
                }
            }
            Happened::Rectification(told) => {
                if let Ok(id) = event.aggregate_id.parse() {
                    self.take_order(id, told);
                }
            }
            Happened::Credit(told) => self.take_credit(told),
            Happened::Barrier(told) => {
                if let Ok(id) = event.aggregate_id.parse() {
                    self.take_barrier(id, told);
                }
            }
            Happened::Epidemic(told) => {
                if let Ok(id) = event.aggregate_id.parse() {
                    self.take_incident(id, told);
                }
            }
            Happened::Measure(told) => {
                if let Ok(id) = event.aggregate_id.parse() {
                    self.take_measure(id, told);
                }
            }
            Happened::Support(told) => {
                if let Ok(id) = event.aggregate_id.parse() {
                    self.take_support(id, told);
                }
            }
            Happened::Officer(_)
            | Happened::Task(_)
            | Happened::Regime(_)
            | Happened::DataSubject(_)
            | Happened::Report(_)
            | Happened::ApiKey(_)
            | Happened::Webhook(_) => {}
        }
    }

    fn take_enterprise(&mut self, told: &enterprise::Event, today: Date) {
        use enterprise::Event as E;
        self.enterprise.apply(told.clone());
        match told {
            E::Registered { .. } | E::ScaleReclassified { .. } => {
                self.scale = self.enterprise.entry().map(|entry| entry.scale.clone());
                self.scale_known_on = Some(today);
            }
            E::OtherLawReferenceRecorded { .. } => {
                if let Some(production) = &mut self.production {
                    production.other_law_noted = true;
                }
            }
            E::Guided { .. } => self.guided = true,
            E::Closed { .. } | E::JoinedTo { .. } | E::SetAside { .. } => self.leave(),
            E::DetailsCorrected { .. }
            | E::Relocated { .. }
            | E::TierAssigned { .. }
            | E::ListingJoined { .. }
            | E::Excluded { .. }
            | E::Readmitted { .. }
            | E::ClosureBegun { .. }
            | E::EarlierPaperRecorded { .. }
            | E::CodeChanged { .. }
            | E::SupplyLinkDeclared { .. }
            | E::KeyProjectMarked { .. }
            | E::KeyProjectStarted { .. } => {}
        }
    }

    /// What is gone asks for nothing; a flag lives to its term, and who is ill is ill still.
    fn leave(&mut self) {
        *self = Self {
            enterprise: std::mem::take(&mut self.enterprise),
            resumption: std::mem::take(&mut self.resumption),
            flags: std::mem::take(&mut self.flags),
            handed_out: std::mem::take(&mut self.handed_out),
            incidents: std::mem::take(&mut self.incidents),
            referrals: std::mem::take(&mut self.referrals),
            linked: self.linked,
            hazards: std::mem::take(&mut self.hazards),
            tasks: std::mem::take(&mut self.tasks),
            timers: std::mem::take(&mut self.timers),
            endings: std::mem::take(&mut self.endings),
            ..Self::default()
        };
    }

    /// A site has the size of its code, and ends with it.
    pub(super) fn follow_whole(&mut self, whole: &Self) {
        if whole.enterprise.state() == EnterpriseState::Closed {
            return self.leave();
        }
        self.scale.clone_from(&whole.scale);
        self.scale_known_on = whole.scale_known_on.max(self.scale_known_on);
    }

    /// Whether one of its tasks is counted in working days: a plan's, or an order's.
    pub(super) fn counts_working_days(&self) -> bool {
        let planned = self.plan.as_ref().is_some_and(|plan| plan.in_place);
        let sized = self.scale.is_some() && !planned;
        sized || self.orders.values().any(|order| order.due.is_some())
    }

    /// The spell in which it works on `day`, a day not before the last event.
    pub(super) fn production_on(&self, day: Date) -> Option<&Production> {
        let works = self.resumption.state_on(day).in_production();
        self.production.as_ref().filter(|_| works)
    }

    /// Whether the cut-off of `date` changes who is asked for a 日报.
    pub(super) fn pass_cut_off(&mut self, date: Date, today: Date) -> bool {
        let works = self.is_listed() && self.production_on(today).is_some();
        self.daily.pass_cut_off(date, works)
    }

    /// The days after `today` from which something is known to be otherwise.
    pub(super) fn changes_ahead(&self, today: Date) -> BTreeSet<Date> {
        let places = self.enterprise.entry().into_iter().flat_map(|entry| entry.place.changes());
        let sizes = self.scale.iter().flat_map(Dated::changes);
        let supplies = self.chain.changes(self.enterprise.entry());
        let all = places.chain(sizes).chain(self.resumption.changes()).chain(supplies);
        all.filter(|day| today < *day).collect()
    }

    /// The day from which it has the size that it has on `day`; long ago if it never changed.
    pub(super) fn scale_since(&self, day: Date) -> Date {
        let changes = self.scale.iter().flat_map(Dated::changes);
        changes.filter(|change| *change <= day).max().unwrap_or_default()
    }

    /// Its size on `day`.
    pub(super) fn scale_on(&self, day: Date) -> Option<Scale> {
        self.scale.as_ref().and_then(|scale| *scale.on(day))
    }

    fn take_resumption(&mut self, told: &resumption::Event, today: Date) {
        if let resumption::Event::DailyReported(report) = told {
            self.daily.take(report, today);
            return;
        }
        // A stop that was told ahead may have ended the last spell without an event.
        let spell = self.production_on(today).cloned();
        self.resumption.apply(told.clone());
        // What joined the list is looked after there.
        let works = self.resumption.state_on(today).in_production()
            && self.resumption.joined_to().is_none();
        let since = self.resumption.since(today).filter(|_| works);
        self.production = match (since, spell) {
            (None, _) => None,
            (Some(since), Some(spell)) => Some(Production { since, ..spell }),
            (Some(since), None) => {
                Some(Production { since, known_on: today, other_law_noted: false })
            }
        };
    }

    fn take_plan(&mut self, told: &plan::Event) {
        use plan::Event as E;
        match told {
            E::Drafted { gaps, .. } | E::Revised { gaps, .. } => {
                let in_place = self.plan.as_ref().is_some_and(|plan| plan.in_place);
                self.plan = Some(Planned { has_gaps: !gaps.is_empty(), in_place });
            }
            E::PutInPlace { .. } => {
                if let Some(plan) = &mut self.plan {
                    plan.in_place = true;
                }
            }
            E::HazardFound { number, due, .. } => {
                self.hazards.insert(*number, *due);
            }
            E::HazardCleared { number, .. } => {
                self.hazards.remove(number);
            }
            E::ImprovementUrged { .. }
            | E::SafetyPrepared { .. }
            | E::HazardMonitored { .. }
            | E::TrainingHeld { .. } => {}
        }
    }

    fn take_posting(&mut self, told: &posting::Event) {
        use posting::Event as E;
        match told {
            E::OfficerAssigned { seat, unit, officer, from, .. } => {
                let (officer, unit, since) = (officer.clone(), unit.clone(), from.day());
                self.seats.insert(*seat, Holder { officer, unit, since });
            }
            E::Transferred { seat, unit, to, effective_at, .. } => {
                let (officer, unit, since) = (to.clone(), unit.clone(), effective_at.day());
                self.seats.insert(*seat, Holder { officer, unit, since });
            }
            E::Withdrawn { seat, .. } => {
                self.seats.remove(seat);
            }
            E::VisitLogged { seat, at, was, .. } => {
                let last = self.visits.entry(*seat).or_insert_with(|| at.day());
                let corrected = was.is_some_and(|was| was.day() == *last);
                *last = if corrected { at.day() } else { at.day().max(*last) };
            }
            E::ZonesLinked { .. } => self.linked = true,
            E::Substituted { .. } | E::SubstitutionEnded { .. } | E::HandoverLogged { .. } => {}
        }
    }
}
