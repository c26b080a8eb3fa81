use chrono::NaiveDate as Date;
use fugong_core::{Facts, Stop, Touch};

use super::{Asked, REGIME, Verdict, reach};
use crate::{
    Advisory, EnterpriseId, MeasureId, OrderId, Refusal, UnitCode,
    codes::{EnterpriseState, RiskLevel, Role, Seat},
    credit::Credit,
    enterprise::Enterprise,
    industry::Section,
    measure::{ControlMeasure, Target},
    plan::Plan,
    posting::Posting,
    rectification::Rectification,
    regime::Regime,
    resumption::{Command, Resumption},
    seats::seats_due,
};

/// What this act comes to. A report is turned away for a day that has not come, for another
/// unit's enterprise, or for one that no longer exists here; for nothing else (§四).
pub(super) fn decide<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    command: &Command,
    facts: &mut F,
) -> Verdict {
    // What is said of a provisional id that joined the list is said of the listed enterprise.
    let joined = facts.read::<Resumption>(&id.to_string())?.joined_to().cloned();
    let id = &joined.unwrap_or_else(|| id.clone());
    let mut command = command.clone();
    match &mut command {
        Command::Report {
            resumed_on,
            name,
            township,
            orders,
            stop_orders,
            advisories,
            today,
            ..
        } => {
            check_resumed_on(asked, *resumed_on)?;
            check_own(asked, id, township.as_ref(), facts)?;
            reach::check_firm_is_here(id, facts)?;
            if is_listed(id, facts)? {
                (*name, *township) = (None, None);
            } else if township.is_none() {
                *township = told_to(asked, id, facts)?;
            }
            let brought = Brought { orders, stop_orders, township: township.as_ref() };
            *advisories = remarks(asked, id, &brought, facts)?;
            *today = asked.today;
        }
        Command::DeclareContinuous { since, orders, stop_orders, advisories, today, .. } => {
            asked.check_past("since", *since)?;
            check_own(asked, id, None, facts)?;
            reach::check_firm_is_here(id, facts)?;
            let brought = Brought { orders, stop_orders, township: None };
            *advisories = remarks(asked, id, &brought, facts)?;
            *today = asked.today;
        }
        Command::Correct { resumed_on, orders, stop_orders, advisories, .. } => {
            check_resumed_on(asked, *resumed_on)?;
            check_own(asked, id, None, facts)?;
            reach::check_firm_is_here(id, facts)?;
            let brought = Brought { orders, stop_orders, township: None };
            *advisories = remarks(asked, id, &brought, facts)?;
        }
        Command::ReportDaily(report) => {
            asked.check_past("date", report.date)?;
            check_known(asked, id, facts)?;
        }
        Command::Plan { .. } | Command::Suspend { .. } => check_known(asked, id, facts)?,
        // These come with a closure or a listing, never alone.
        Command::End { .. } | Command::Join { .. } | Command::JoinTo { .. } => {
            return Ok(Vec::new());
        }
    }
    Ok(vec![Touch::new::<Resumption>(id.to_string(), command)])
}

/// Of what nobody has listed and nobody has reported to work, nothing more is told.
fn check_known<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    reach::check_firm_is_here(id, facts)?;
    let known = is_listed(id, facts)?;
    if !known && facts.read::<Resumption>(&id.to_string())?.is_blank() {
        return Err(Refusal::EnterpriseUnknown(id.to_string()).into());
    }
    reach::check(asked, id, facts)
}

/// A resumption is a fact: its day has come, and nobody told of it before.
fn check_resumed_on(asked: &Asked, on: Date) -> Result<(), Refusal> {
    if asked.today < on {
        return Err(Refusal::ResumedOnInFuture { on, today: asked.today });
    }
    asked.check_past("resumed_on", on)
}

/// Whether the report comes from the enterprise's own unit.
///
/// Of an enterprise that is not listed, the place is what its reports say, and the first report
/// says where that is; whether it is a tenant of the park, only the park can say.
fn check_own<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    township: Option<&UnitCode>,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    if is_listed(id, facts)? {
        return reach::check(asked, id, facts);
    }
    let mut units = reach::places(asked, id, facts)?;
    if !units.iter().any(UnitCode::is_territorial) {
        let said = township.filter(|unit| unit.is_territorial());
        units.push(said.unwrap_or(&asked.by.unit).clone());
    }
    let first = facts.read::<Resumption>(&id.to_string())?.is_blank();
    match asked.by.role {
        Role::Park => units.push(asked.by.unit.clone()),
        // Whoever has no code yet speaks for himself.
        Role::Enterprise if id.is_provisional() && first => return Ok(()),
        Role::Enterprise
        | Role::Township
        | Role::Officer
        | Role::Commission
        | Role::Emergency
        | Role::Headquarters
        | Role::Department
        | Role::Auditor
        | Role::Reporter
        | Role::Integrator
        | Role::Admin
        | Role::System => {}
    }
    reach::check_units(asked, id, &units, facts)
}

/// Where an unlisted enterprise is taken to lie when its report does not say: where it was said
/// to lie before, else with the unit that told, else with the commission.
fn told_to<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    facts: &mut F,
) -> Result<Option<UnitCode>, Stop<Refusal>> {
    let known = reach::places(asked, id, facts)?.into_iter().find(UnitCode::is_territorial);
    let told = facts.read::<Resumption>(&id.to_string())?.township();
    if let Some(known) = known.as_ref().or(told) {
        return Ok(Some(known.clone()));
    }
    let unit = &asked.by.unit;
    Ok(if unit.is_territorial() { Some(unit.clone()) } else { Seat::Eic.code().parse().ok() })
}

/// Whether it is in the list; a site that closed is not, should it work again.
fn is_listed<F: Facts>(id: &EnterpriseId, facts: &mut F) -> Result<bool, Stop<Refusal>> {
    Ok(match facts.read::<Enterprise>(&id.to_string())?.state() {
        EnterpriseState::Listed | EnterpriseState::Closing => true,
        EnterpriseState::Unlisted | EnterpriseState::Closed => false,
    })
}

/// What a report brings along for the remarks on it.
struct Brought<'a> {
    /// Orders that may be open for it.
    orders: &'a [OrderId],
    /// Stop orders that may be in force for it.
    stop_orders: &'a [MeasureId],
    /// Where an unlisted one lies, as the report has it.
    township: Option<&'a UnitCode>,
}

/// What is worth saying along with a resumption. None of it is a condition.
fn remarks<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    brought: &Brought<'_>,
    facts: &mut F,
) -> Result<Vec<Advisory>, Stop<Refusal>> {
    let (site, whole) = (id.to_string(), id.whole().to_string());
    let mut remarks = Vec::new();
    if !is_listed(id, facts)? {
        remarks.push(Advisory::EnterpriseUnlisted);
    }
    match facts.read::<Plan>(&site)?.latest() {
        None => remarks.push(Advisory::PlanMissing),
        Some(latest) if !latest.gaps.is_empty() => remarks.push(Advisory::PlanIncomplete),
        Some(_) => {}
    }
    remarks.extend(vacant(asked, id, facts)?.into_iter().map(Advisory::SeatVacant));
    for order in brought.orders {
        let case = facts.read::<Rectification>(order.as_str())?;
        if case.is_open() && case.enterprise().is_some_and(|bound| bound.whole() == id.whole()) {
            remarks.push(Advisory::OrderOpen);
            break;
        }
    }
    if facts.read::<Credit>(&whole)?.is_flagged_on(asked.day) {
        remarks.push(Advisory::CreditFlagged);
    }
    let known = facts.read::<Resumption>(&site)?.township();
    let reported = brought.township.or(known).cloned();
    let enterprise = facts.read::<Enterprise>(&site)?.clone();
    let regime = facts.read::<Regime>(REGIME)?;
    let place = enterprise.place_on(asked.day);
    let township = place.map(|place| &place.township).or(reported.as_ref());
    let park = place.and_then(|place| place.park.as_ref());
    let level = regime.risk_level(asked.day, township, park);
    if level > RiskLevel::Low {
        remarks.push(Advisory::RiskLevel(level));
    }
    if is_stopped(asked, id, (brought.stop_orders, reported), facts)? {
        remarks.push(Advisory::StopOrderInForce);
    }
    let regime = facts.read::<Regime>(REGIME)?;
    let section = enterprise.entry().and_then(|entry| regime.section_of(&entry.industry));
    if section == Some(Section::MINING) {
        remarks.push(Advisory::OtherLawApplies);
    }
    Ok(remarks)
}

/// Whether a stop order (停工停业) is in force for it, as an enterprise or where it lies. It is
/// recorded all the same: what the order asks stays with the authority that made it.
fn is_stopped<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    (stop_orders, reported): (&[MeasureId], Option<UnitCode>),
    facts: &mut F,
) -> Result<bool, Stop<Refusal>> {
    let enterprise = facts.read::<Enterprise>(&id.to_string())?;
    let place = enterprise.place_on(asked.day).map(|place| place.units().cloned().collect());
    let places: Vec<UnitCode> = place.unwrap_or_else(|| reported.into_iter().collect());
    for measure in stop_orders {
        let measure = facts.read::<ControlMeasure>(measure.as_str())?.clone();
        let units = facts.read::<Regime>(REGIME)?.units();
        let over = |target: &Target| target.covers(id, &places, |a, b| units.same_unit(a, b));
        if measure.stops_on(asked.day).is_some_and(over) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The seats that this enterprise needs and nobody holds.
fn vacant<F: Facts>(
    asked: &Asked,
    id: &EnterpriseId,
    facts: &mut F,
) -> Result<Vec<Seat>, Stop<Refusal>> {
    if !is_listed(id, facts)? {
        return Ok(Vec::new());
    }
    let scale = facts.read::<Enterprise>(&id.whole().to_string())?.scale_on(asked.day);
    let enterprise = facts.read::<Enterprise>(&id.to_string())?.clone();
    let (Some(entry), Some(place)) = (enterprise.entry(), enterprise.place_on(asked.day)) else {
        return Ok(Vec::new());
    };
    let industrial = facts.read::<Regime>(REGIME)?.is_industrial(&entry.industry);
    let due = seats_due(industrial, place.park.as_ref(), scale);
    let posting = facts.read::<Posting>(&id.to_string())?;
    let vacant = |seat: &&Seat| posting.holder_at(**seat, asked.occurred).is_none();
    Ok(due.iter().filter(vacant).copied().collect())
}
