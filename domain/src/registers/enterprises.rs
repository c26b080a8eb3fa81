//! The fold of everything that happens to an enterprise into its row.

use chrono::NaiveDate as Date;
use cqrs_es::Aggregate;
use fugong_core::{Failure, Occurred, Recorded, Rows};

use super::dossier::{Dated, Dossier, Exclusion, Expected, PlanRow, Span, Tenure, Visit};
use crate::{
    EnterpriseId,
    codes::{ProductionState, Seat},
    enterprise::{self, Place},
    plan, posting,
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
        | E::SetAside { .. } => None,
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
            row.listed_on = Some(day);
            row.closed = None;
            row.closing = None;
            row.set_aside = None;
            row.places.clear();
            row.places.push(Dated {
                from: day,
                value: Place { township: township.clone(), park: park.clone() },
            });
            row.scales = scale.iter().map(|scale| Dated { from: day, value: *scale }).collect();
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
            row.scales.push(Dated { from: *effective_on, value: *to });
        }
        E::Relocated { township, park, effective_on } => row.places.push(Dated {
            from: *effective_on,
            value: Place { township: township.clone(), park: park.clone() },
        }),
        E::TierAssigned { tier, .. } => row.tier = Some(*tier),
        E::JoinedTo { listed } => row.joined_to = Some(listed.clone()),
        E::Excluded { kind, from, until, .. } => {
            row.exclusions.push(Exclusion { kind: *kind, from: *from, until: *until });
        }
        E::Readmitted { from, .. } => end_exclusions(row, *from),
        E::ClosureBegun { kind } => row.closing = Some(*kind),
        E::Closed { kind, on } => row.closed = Some(Dated { from: *on, value: *kind }),
        E::EarlierPaperRecorded { authority, dated, .. }
        | E::OtherLawReferenceRecorded { authority, dated, .. } => {
            row.papers.push(Dated { from: *dated, value: authority.clone() });
        }
        E::Guided { .. } => row.guided_on = Some(day),
        E::SetAside { reason } => row.set_aside = Some(*reason),
        // What joins is told by the resumption of the same commit.
        E::ListingJoined { .. } => {}
    }
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
    let said_on = event.occurred().day();
    let span =
        |from, state, on_post| Span { event: event.event_id.to_string(), from, state, on_post };
    change(rows, &event.aggregate_id, |row| match happened {
        E::ContinuousProductionDeclared { since, .. } => {
            take_back_stops_after(row, *since);
            row.production.push(span(*since, ProductionState::Continuous, None));
        }
        E::Planned { expected_on, reason } => {
            row.expected = Some(Expected { on: *expected_on, reason: reason.clone(), said_on });
        }
        E::Resumed { resumed_on, on_post, name, township, .. } => {
            take_back_stops_after(row, *resumed_on);
            row.production.push(span(*resumed_on, ProductionState::Resumed, *on_post));
            if let (true, Some(name)) = (row.listed_on.is_none(), name) {
                row.name.clone_from(name);
            }
            if let (true, Some(township)) = (row.places.is_empty(), township) {
                let place = Place { township: township.clone(), park: None };
                row.places.push(Dated { from: *resumed_on, value: place });
            }
        }
        E::Suspended { from, .. } => {
            row.production.push(span(*from, ProductionState::Suspended, None));
        }
        E::Corrected { supersedes, resumed_on, on_post, .. } => {
            row.production.retain(|old| old.event != *supersedes);
            row.production.push(span(*resumed_on, ProductionState::Resumed, *on_post));
        }
        E::Ended { on } => {
            row.production.retain(|told| told.from <= *on);
            row.production.push(span(*on, ProductionState::NotResumed, None));
        }
        E::Joined { state, since, first_resumed_on, .. } => {
            let first = first_resumed_on.map(|on| span(on, ProductionState::Resumed, None));
            let last = since.map(|since| span(since, *state, None));
            row.production.extend(first);
            row.production.extend(last);
        }
        E::JoinedTo { listed } => row.joined_to = Some(listed.clone()),
    })
}

/// Takes an event of the prevention plan.
pub(super) fn plan(
    rows: &mut Rows,
    event: &Recorded,
    happened: &plan::Event,
) -> Result<(), Failure> {
    use plan::Event as E;
    let day = event.occurred().day();
    change(rows, &event.aggregate_id, |row| match happened {
        E::Drafted { revision, gaps, .. } | E::Revised { revision, gaps, .. } => {
            let plan = row.plan.get_or_insert_with(|| PlanRow {
                revision: 0,
                drafted_on: day,
                gaps: Vec::new(),
                in_place_on: None,
                in_place_gaps: Vec::new(),
            });
            plan.revision = *revision;
            plan.gaps.clone_from(gaps);
        }
        E::PutInPlace { gaps, .. } => {
            if let Some(plan) = &mut row.plan {
                plan.in_place_on = plan.in_place_on.or(Some(day));
                plan.in_place_gaps.clone_from(gaps);
            }
        }
        E::ImprovementUrged { .. } => {}
    })
}

/// Takes an event of the seats.
pub(super) fn seat(
    rows: &mut Rows,
    event: &Recorded,
    happened: &posting::Event,
) -> Result<(), Failure> {
    use posting::Event as E;
    change(rows, &event.aggregate_id, |row| match happened {
        E::OfficerAssigned { seat, unit, officer, from, concurrent_reason, .. } => {
            row.tenures.push(Tenure {
                seat: *seat,
                unit: unit.clone(),
                officer: officer.clone(),
                from: *from,
                until: None,
                concurrent: concurrent_reason.is_some(),
            });
        }
        E::Transferred { seat, unit, to, effective_at, .. } => {
            end_tenure(row, *seat, *effective_at);
            row.tenures.push(Tenure {
                seat: *seat,
                unit: unit.clone(),
                officer: to.clone(),
                from: *effective_at,
                until: None,
                concurrent: false,
            });
        }
        E::Substituted { seat, substitute, from, until, .. } => {
            let unit = row.holder_on(*seat, from.day()).map(|tenure| tenure.unit.clone());
            row.substitutions.extend(unit.map(|unit| Tenure {
                seat: *seat,
                unit,
                officer: substitute.clone(),
                from: *from,
                until: Some(*until),
                concurrent: true,
            }));
        }
        E::Withdrawn { seat, at, .. } => end_tenure(row, *seat, *at),
        E::VisitLogged { seat, at, supersedes, .. } => {
            if let Some(old) = supersedes {
                row.visits.retain(|visit| visit.event != *old);
            }
            if Dossier::VISITS <= row.visits.len() {
                row.visits.remove(0);
            }
            row.visits.push(Visit { event: event.event_id.to_string(), seat: *seat, at: *at });
        }
        // Its last day was told when it began.
        E::SubstitutionEnded { .. } => {}
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
