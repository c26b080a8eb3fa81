//! Which inboxes a measure of control concerns: that of whoever imposed it, those of the enterprises
//! that work where a stop order comes, and those that work again under it.

use std::collections::BTreeSet;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Reaction, Recorded, Rows, shanghai_day};
use serde::{Deserialize, Serialize};

use super::{
    super::{id, known, owner::Owner},
    VIEWS,
    reconcile::Numbered,
    settle,
    view::View,
};
use crate::{
    Advisory, EnterpriseId, MeasureId, UnitCode,
    codes::MeasureKind,
    measure::{Event, Target},
    resumption,
};

/// The relation of measures in force, by id.
const MEASURES: &str = "measures";

/// A measure in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct InForce {
    target: Target,
    stops: bool,
    /// The enterprises that are known to work again under it.
    under: BTreeSet<EnterpriseId>,
}

/// Lets what happened to a measure reach the enterprises that it concerns.
pub(super) fn reach(
    rows: &mut Rows,
    event: &Recorded,
    told: &Event,
) -> Result<Vec<Reaction>, Failure> {
    let key = &*event.aggregate_id;
    let measure: MeasureId = id(key)?;
    if let Event::Imposed { target, kind, .. } = told {
        let (target, stops) = (target.clone(), *kind == MeasureKind::StopOrder);
        rows.put(MEASURES, key, &InForce { target, stops, under: BTreeSet::new() })?;
    }
    let Some(mut known) = rows.get::<InForce>(MEASURES, key)? else { return Ok(Vec::new()) };
    let today = shanghai_day(event.recorded_at);
    let mut concerned = std::mem::take(&mut known.under);
    if known.stops {
        concerned.extend(match &known.target {
            Target::Enterprise(over) => sites(rows, over)?,
            Target::Area(area) => at_work(rows, area, &measure, (told, today))?,
        });
    }
    match told {
        Event::Imposed { .. } | Event::Relaxed { .. } | Event::Kept { .. } => {
            rows.put(MEASURES, key, &known)?;
        }
        Event::Lifted { .. } => rows.delete(MEASURES, key),
    }
    let stop = |view: &mut View| view.take_stop(&measure, told, today);
    each(rows, concerned.into_iter().map(Owner::Enterprise), event, &stop)
}

/// An enterprise with its sites, or the one site that is named.
fn sites(rows: &mut Rows, over: &EnterpriseId) -> Result<BTreeSet<EnterpriseId>, Failure> {
    let mut all = BTreeSet::from([over.clone()]);
    if over.whole() == *over {
        for (key, _) in rows.range::<View>(VIEWS, &format!("{over}~"))? {
            all.insert(id(&key)?);
        }
    }
    Ok(all)
}

/// Those who work in an area when a stop order over it comes, and afterwards the same.
fn at_work(
    rows: &mut Rows,
    area: &UnitCode,
    measure: &MeasureId,
    (told, today): (&Event, Date),
) -> Result<BTreeSet<EnterpriseId>, Failure> {
    let units = known::units(rows)?;
    let there = |view: &View| match told {
        Event::Imposed { .. } => {
            let mut places = places(view, today).into_iter();
            view.production_on(today).is_some() && places.any(|it| units.same_unit(&it, area))
        }
        Event::Relaxed { .. } | Event::Kept { .. } | Event::Lifted { .. } => {
            view.stop_orders.contains_key(measure)
        }
    };
    let mut all = BTreeSet::new();
    for (key, view) in rows.range::<View>(VIEWS, "")? {
        let owner: Owner = key.parse()?;
        all.extend(owner.enterprise().filter(|_| there(&view)));
    }
    Ok(all)
}

/// The units in which it lies; of an unlisted one, the township that its report named.
fn places(view: &View, today: Date) -> Vec<UnitCode> {
    let place = view.enterprise.place_on(today).map(|place| place.units().cloned().collect());
    place.unwrap_or_else(|| view.resumption.township().cloned().into_iter().collect())
}

/// Notes under which stop orders `enterprise` works again, if it was remarked that it does.
pub(super) fn note_resumed(
    rows: &mut Rows,
    (enterprise, view): (&EnterpriseId, &mut View),
    told: &resumption::Event,
    today: Date,
) -> Result<(), Failure> {
    use resumption::Event as E;
    let (E::Resumed { advisories, .. }
    | E::ContinuousProductionDeclared { advisories, .. }
    | E::Corrected { advisories, .. }) = told
    else {
        return Ok(());
    };
    if !advisories.contains(&Advisory::StopOrderInForce) || view.production_on(today).is_none() {
        return Ok(());
    }
    let (places, units) = (places(view, today), known::units(rows)?);
    for (key, mut known) in rows.range::<InForce>(MEASURES, "")? {
        let over = known.target.covers(enterprise, &places, |a, b| units.same_unit(a, b));
        if known.stops && over {
            view.resumed_under.insert(id(&key)?);
            known.under.insert(enterprise.clone());
            rows.put(MEASURES, key, &known)?;
        }
    }
    Ok(())
}

/// A change of risk in an area: the measures there are looked at again.
pub(super) fn risk_changed(
    rows: &mut Rows,
    area: Option<&UnitCode>,
    effective_on: Date,
    event: &Recorded,
) -> Result<Vec<Reaction>, Failure> {
    let (today, units) = (shanghai_day(event.recorded_at), known::units(rows)?);
    let mut there = Vec::new();
    for (key, known) in rows.range::<InForce>(MEASURES, "")? {
        let lies = match (area, &known.target) {
            (None, _) => true,
            (Some(area), Target::Area(own)) => units.same_unit(area, own),
            (Some(area), Target::Enterprise(over)) => {
                let view: View = rows.get(VIEWS, &over.to_string())?.unwrap_or_default();
                places(&view, today).iter().any(|unit| units.same_unit(unit, area))
            }
        };
        if lies {
            there.push(Owner::Measure(id(&key)?));
        }
    }
    let changed = |view: &mut View| {
        if let Some(reviewed) = &mut view.measure {
            let sooner = reviewed.risk_changed_on.is_none_or(|known| effective_on < known);
            reviewed.risk_changed_on =
                if sooner { Some(effective_on) } else { reviewed.risk_changed_on };
        }
    };
    each(rows, there, event, &changed)
}

/// What is over an enterprise that is no more asks for nothing.
pub(super) fn over_nobody(
    rows: &mut Rows,
    gone: &EnterpriseId,
    event: &Recorded,
) -> Result<Vec<Reaction>, Failure> {
    let mut over = Vec::new();
    for (key, known) in rows.range::<InForce>(MEASURES, "")? {
        let target = known.target.enterprise();
        if target.is_some_and(|target| target == gone || target.whole() == *gone) {
            rows.delete(MEASURES, &key);
            over.push(Owner::Measure(id(&key)?));
        }
    }
    each(rows, over, event, &|view| view.measure = None)
}

/// Changes the views of several, and lets each inbox follow.
fn each(
    rows: &mut Rows,
    owners: impl IntoIterator<Item = Owner>,
    event: &Recorded,
    change: &dyn Fn(&mut View),
) -> Result<Vec<Reaction>, Failure> {
    let mut reactions = Vec::new();
    for (n, owner) in owners.into_iter().enumerate() {
        let key = owner.to_string();
        let mut view: View = rows.get(VIEWS, &key)?.unwrap_or_default();
        change(&mut view);
        let numbered = Numbered::nth(n);
        reactions.extend(settle(rows, &owner, &mut view, (event, numbered))?);
        rows.put(VIEWS, key, &view)?;
    }
    Ok(reactions)
}
