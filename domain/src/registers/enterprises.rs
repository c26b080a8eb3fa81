//! The fold of everything that happens to an enterprise into its row.

use chrono::NaiveDate as Date;
use cqrs_es::Aggregate;
use fugong_core::{Failure, Occurred, Personal, Recorded, Rows};

use super::{
    daily,
    dossier::{Dated, Dossier, Exclusion, Expected, Listed, Size, Span, StandIn, Tenure},
};
use crate::{
    EnterpriseId, UnitCode,
    codes::{ClosureKind, ProductionState, Seat, SuspensionReason},
    enterprise::{self, Place},
    plan::{self, Revision},
    posting,
    regime::{self, Regime},
    resumption,
};

/// The relation of enterprises, by id.
pub(super) const ENTERPRISES: &str = "enterprises";
/// The relation of the district's rules: one row, the folded Regime.
pub(super) const REGIME: &str = "regime";
/// The key of that row.
pub(super) const DISTRICT: &str = "district";

/// The row of the enterprise to which `event` happened, or an empty one.
pub(super) fn row_of(rows: &mut Rows, id: &str) -> Result<Dossier, Failure> {
    if let Some(row) = rows.get(ENTERPRISES, id)? {
        return Ok(row);
    }
    let enterprise: EnterpriseId =
        id.parse().map_err(|_| Failure(format!("{id:?} is no enterprise id")))?;
    Ok(Dossier::unknown(enterprise))
}

/// Changes the row of the enterprise `id`.
pub(super) fn change(
    rows: &mut Rows,
    id: &str,
    how: impl FnOnce(&mut Dossier),
) -> Result<(), Failure> {
    let mut row = row_of(rows, id)?;
    how(&mut row);
    rows.put(ENTERPRISES, id, &row)
}

/// Takes an event of the district's rules.
pub(super) fn rule(rows: &mut Rows, event: &regime::Event) -> Result<(), Failure> {
    let mut regime: Regime = rows.get(REGIME, DISTRICT)?.unwrap_or_default();
    regime.apply(event.clone());
    rows.put(REGIME, DISTRICT, &regime)
}

/// Takes an event of an enterprise in the list.
pub(super) fn list(
    rows: &mut Rows,
    event: &Recorded,
    happened: &enterprise::Event,
) -> Result<(), Failure> {
    use enterprise::Event as E;
    let id = &*event.aggregate_id;
    let day = event.occurred().day();
    let industry = match happened {
        E::Registered { industry_code, .. } => Some(industry_code),
        E::DetailsCorrected { industry_code, .. } => industry_code.as_ref(),
        E::ScaleReclassified { .. }
        | E::Relocated { .. }
        | E::TierAssigned { .. }
        | E::ListingJoined { .. }
        | E::JoinedTo { .. }
        | E::Excluded { .. }
        | E::Readmitted { .. }
        | E::ClosureBegun { .. }
        | E::Closed { .. }
        | E::EarlierPaperRecorded { .. }
        | E::OtherLawReferenceRecorded { .. }
        | E::Guided { .. }
        | E::CodeChanged { .. }
        | E::SetAside { .. } => None,
        // Kept in rows of their own.
        E::SupplyLinkDeclared { .. } | E::KeyProjectMarked { .. } | E::KeyProjectStarted { .. } => {
            return Ok(());
        }
    };
    let mut row = row_of(rows, id)?;
    if let Some(code) = industry {
        let regime: Regime = rows.get(REGIME, DISTRICT)?.unwrap_or_default();
        row.section = regime.section_of(code).map(|section| section.to_string());
        row.lead = regime.lead_of(code, day).cloned();
        row.industry_code = Some(code.clone());
    }
    listed(&mut row, day, happened);
    rows.put(ENTERPRISES, id, &row)
}

fn listed(row: &mut Dossier, day: Date, happened: &enterprise::Event) {
    use enterprise::Event as E;
    match happened {
        E::Registered {
            name,
            township,
            park,
            scale,
            prior_year_revenue_cny,
            headcount,
            parent,
            ..
        } => {
            row.name.clone_from(name);
            // What was said of an unlisted one's place gives way to the list.
            if row.listings.is_empty() {
                row.places.clear();
            }
            row.listings.push(Listed { from: day, until: None });
            row.closing = None;
            row.set_aside = None;
            row.places.push(Dated {
                from: day,
                value: Place { township: township.clone(), park: park.clone() },
            });
            row.sizes.push(Size { from: day, known_on: day, scale: *scale });
            row.prior_year_revenue_cny = *prior_year_revenue_cny;
            row.headcount = *headcount;
            row.parent.clone_from(parent);
        }
        E::DetailsCorrected { name, prior_year_revenue_cny, headcount, .. } => {
            if let Some(name) = name {
                row.name.clone_from(name);
            }
            row.prior_year_revenue_cny = prior_year_revenue_cny.or(row.prior_year_revenue_cny);
            row.headcount = headcount.or(row.headcount);
        }
        E::ScaleReclassified { to, effective_on, .. } => {
            let (from, scale) = (not_before_listing(row, *effective_on), Some(*to));
            row.sizes.push(Size { from, known_on: day, scale });
        }
        E::Relocated { township, park, effective_on } => {
            let value = Place { township: township.clone(), park: park.clone() };
            row.places.push(Dated { from: not_before_listing(row, *effective_on), value });
        }
        E::CodeChanged { to, .. } => row.codes.push(Dated { from: day, value: *to }),
        E::TierAssigned { tier, .. } => row.tiers.push(Dated { from: day, value: Some(*tier) }),
        E::JoinedTo { listed } => row.joined_to = Some(listed.clone()),
        E::Excluded { kind, from, until, .. } => {
            row.exclusions.push(Exclusion { kind: *kind, from: *from, until: *until });
        }
        E::Readmitted { from, .. } => end_exclusions(row, *from),
        E::ClosureBegun { kind } => row.closing = Some(Dated { from: day, value: *kind }),
        E::Closed { kind, on } => close(row, *kind, *on),
        E::EarlierPaperRecorded { authority, dated, .. }
        | E::OtherLawReferenceRecorded { authority, dated, .. } => {
            row.papers.push(Dated { from: *dated, value: authority.clone() });
        }
        E::Guided { .. } => row.guidances.push(day),
        E::SetAside { reason } => row.set_aside = Some(Dated { from: day, value: *reason }),
        // The resumption of the same commit tells what joins.
        E::ListingJoined { .. }
        | E::SupplyLinkDeclared { .. }
        | E::KeyProjectMarked { .. }
        | E::KeyProjectStarted { .. } => {}
    }
}

/// Should it come back, it begins afresh.
fn close(row: &mut Dossier, kind: ClosureKind, on: Date) {
    row.closures.push(Dated { from: on, value: kind });
    for listed in row.listings.iter_mut().filter(|listed| listed.until.is_none()) {
        listed.until = Some(on);
    }
    end_exclusions(row, on);
    row.tiers.push(Dated { from: on, value: None });
    // What was to begin later never begins.
    let last = not_before_listing(row, on);
    row.places.retain(|told| told.from <= last);
    row.sizes.retain(|told| told.from <= last);
}

/// A change of earlier days holds from the listing on, whose place and size it puts right.
fn not_before_listing(row: &Dossier, day: Date) -> Date {
    row.listings.last().map_or(day, |listed| day.max(listed.from))
}

/// The day before `from` is the last one out of the base.
fn end_exclusions(row: &mut Dossier, from: Date) {
    row.exclusions.retain(|out| out.from < from);
    for out in &mut row.exclusions {
        if out.until.is_none_or(|until| from <= until) {
            out.until = from.pred_opt();
        }
    }
}

/// Takes an event of production.
pub(super) fn produce(
    rows: &mut Rows,
    event: &Recorded,
    happened: &resumption::Event,
) -> Result<(), Failure> {
    use resumption::Event as E;
    if let E::DailyReported(report) = happened {
        return daily::take(rows, event, report);
    }
    let said_on = event.occurred().day();
    let told = |row: &mut Dossier, from, state, on_post| {
        row.production.push(Span { on_post, ..span(event, from, state) });
        if state.in_production() {
            end_intentions(row, from);
        }
    };
    change(rows, &event.aggregate_id, |row| match happened {
        E::ContinuousProductionDeclared { since, supersedes, .. } => {
            match supersedes {
                Some(old) => row.production.retain(|told| told.event != *old),
                None => take_back_stops_after(row, *since),
            }
            told(row, *since, ProductionState::Continuous, None);
        }
        E::Planned { expected_on, reason } => intend(row, *expected_on, reason.as_ref(), said_on),
        E::Resumed { resumed_on, on_post, name, township, .. } => {
            take_back_stops_after(row, *resumed_on);
            told(row, *resumed_on, ProductionState::Resumed, *on_post);
            call(row, name.as_ref(), township.as_ref(), *resumed_on);
        }
        // Kept in a row of its own.
        E::DailyReported(_) => {}
        E::Suspended { from, reason } => stop(row, event, *from, *reason),
        E::Corrected { supersedes, resumed_on, on_post, .. } => {
            row.production.retain(|old| old.event != *supersedes);
            told(row, *resumed_on, ProductionState::Resumed, *on_post);
        }
        E::Ended { on } => {
            row.production.retain(|told| told.from <= *on);
            told(row, *on, ProductionState::NotResumed, None);
            end_intentions(row, *on);
        }
        E::Joined { state, since, first_resumed_on, name, township, .. } => {
            let day = first_resumed_on.or(*since).unwrap_or(said_on);
            call(row, name.as_ref(), township.as_ref(), day);
            if let Some(first) = first_resumed_on {
                told(row, *first, ProductionState::Resumed, None);
            }
            match (state, since) {
                (ProductionState::NotResumed, _) | (_, None) => {}
                (ProductionState::Planned, Some(expected)) => {
                    if row.expected_on(said_on).is_none() {
                        intend(row, *expected, None, said_on);
                    }
                }
                (
                    ProductionState::Continuous
                    | ProductionState::Resumed
                    | ProductionState::Suspended,
                    Some(since),
                ) => told(row, *since, *state, None),
            }
        }
        E::JoinedTo { listed } => row.joined_to = Some(listed.clone()),
    })
}

/// What is not in the list has the name and the place of its reports.
fn call(row: &mut Dossier, name: Option<&String>, township: Option<&UnitCode>, from: Date) {
    if let (true, Some(name)) = (row.listings.is_empty(), name) {
        row.name.clone_from(name);
    }
    if let (true, Some(township)) = (row.places.is_empty(), township) {
        let place = Place { township: township.clone(), park: None };
        row.places.push(Dated { from, value: place });
    }
}

fn span(event: &Recorded, from: Date, state: ProductionState) -> Span {
    Span { event: event.event_id.to_string(), from, state, on_post: None, stopped_for: None }
}

fn stop(row: &mut Dossier, event: &Recorded, from: Date, reason: SuspensionReason) {
    let stopped_for = Some(reason);
    row.production.push(Span { stopped_for, ..span(event, from, ProductionState::Suspended) });
}

fn intend(row: &mut Dossier, on: Date, reason: Option<&Personal>, said_on: Date) {
    row.intentions.push(Expected { on, reason: reason.cloned(), said_on, until: None });
}

/// Who works has nothing left to intend.
fn end_intentions(row: &mut Dossier, day: Date) {
    for said in row.intentions.iter_mut().filter(|said| said.until.is_none()) {
        said.until = Some(day);
    }
}

/// Takes an event of the prevention plan.
pub(super) fn plan(
    rows: &mut Rows,
    event: &Recorded,
    happened: &plan::Event,
) -> Result<(), Failure> {
    use plan::Event as E;
    let (id, day) = (&event.aggregate_id, event.occurred().day());
    match happened {
        E::Drafted { revision, gaps, .. } | E::Revised { revision, gaps, .. } => {
            change(rows, id, |row| row.drafts.push(revised(day, *revision, gaps)))
        }
        E::PutInPlace { revision, gaps } => {
            change(rows, id, |row| row.placements.push(revised(day, *revision, gaps)))
        }
        // Safety is kept in a row of its own.
        E::ImprovementUrged { .. }
        | E::SafetyPrepared { .. }
        | E::HazardMonitored { .. }
        | E::HazardFound { .. }
        | E::HazardCleared { .. }
        | E::TrainingHeld { .. } => Ok(()),
    }
}

fn revised(from: Date, number: u32, gaps: &[String]) -> Dated<Revision> {
    Dated { from, value: Revision { number, gaps: gaps.to_vec() } }
}

/// Takes an event of the seats.
pub(super) fn seat(
    rows: &mut Rows,
    event: &Recorded,
    happened: &posting::Event,
) -> Result<(), Failure> {
    use posting::Event as E;
    if let E::SubstitutionEnded { .. }
    | E::VisitLogged { .. }
    | E::ZonesLinked { .. }
    | E::HandoverLogged { .. } = happened
    {
        // Its last day was told when it began; visits and zones have rows of their own.
        return Ok(());
    }
    change(rows, &event.aggregate_id, |row| match happened {
        E::OfficerAssigned { seat, unit, officer, from, concurrent_reason, was, .. } => {
            if let Some(was) = was {
                end_tenure(row, *seat, was.from);
            }
            row.tenures.push(Tenure {
                seat: *seat,
                unit: unit.clone(),
                officer: officer.clone(),
                from: *from,
                until: None,
                concurrent: concurrent_reason.clone(),
            });
        }
        E::Transferred { seat, unit, to, effective_at, concurrent_reason, .. } => {
            end_tenure(row, *seat, *effective_at);
            row.tenures.push(Tenure {
                seat: *seat,
                unit: unit.clone(),
                officer: to.clone(),
                from: *effective_at,
                until: None,
                concurrent: concurrent_reason.clone(),
            });
        }
        E::Substituted { seat, officer, substitute, from, until, was, .. } => {
            if let Some(was) = was {
                let its = |it: &StandIn| {
                    (it.seat, &it.officer, it.from) == (*seat, &was.officer, was.from)
                };
                let old = row.substitutions.iter().rposition(its);
                old.map(|old| row.substitutions.remove(old));
            }
            row.substitutions.push(StandIn {
                seat: *seat,
                officer: substitute.clone(),
                of: officer.clone(),
                from: *from,
                until: *until,
            });
        }
        E::Withdrawn { seat, at, .. } => end_tenure(row, *seat, *at),
        E::SubstitutionEnded { .. }
        | E::VisitLogged { .. }
        | E::ZonesLinked { .. }
        | E::HandoverLogged { .. } => {}
    })
}

/// Whoever works since `day` says that no stop told before holds after it.
fn take_back_stops_after(row: &mut Dossier, day: Date) {
    row.production.retain(|told| told.from <= day || told.state.in_production());
}

fn end_tenure(row: &mut Dossier, seat: Seat, at: Occurred) {
    let open = row.tenures.iter_mut().rev().find(|t| t.seat == seat && t.until.is_none());
    if let Some(tenure) = open {
        tenure.until = Some(at);
    }
}
