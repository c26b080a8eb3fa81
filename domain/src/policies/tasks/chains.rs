//! 「推动“上下游”企业同时全面复工复产」 (§四): what happens to one firm concerns those that supply it.

use std::collections::{BTreeMap, BTreeSet};

use fugong_core::{Failure, Reaction, Recorded, Rows};

use super::{super::owner::Owner, VIEWS, facts::Works, reconcile::Numbered, settle, view::View};
use crate::{EnterpriseId, Happened, enterprise, resumption};

/// The relation of those that supply a firm, by the firm.
const SUPPLIERS: &str = "suppliers";

/// Lets what happened to `owner`, a firm or one of its sites, change what its supply asks for,
/// and the supply of those that supply it.
pub(super) fn follow(
    rows: &mut Rows,
    owner: &EnterpriseId,
    event: &Recorded,
    happened: &Happened,
) -> Result<Vec<Reaction>, Failure> {
    let whole = owner.whole();
    if let Happened::Enterprise(told) = happened
        && let enterprise::Event::SupplyLinkDeclared { supplier_of, .. } = &**told
    {
        return link(rows, &whole, supplier_of, event);
    }
    if !concerns_supply(happened) {
        return Ok(Vec::new());
    }
    let mut reactions = Vec::new();
    let key = whole.to_string();
    let its: Option<View> = rows.get(VIEWS, &key)?;
    if let Some(mut view) = its.filter(supplies) {
        let before = view.chain.clone();
        (view.chain.works, view.chain.has_difficulty) = firm(rows, &whole)?;
        if view.chain != before {
            let firm = Owner::Enterprise(whole.clone());
            reactions.extend(settle(rows, &firm, &mut view, (event, Numbered::site(&firm)))?);
            rows.put(VIEWS, key.clone(), &view)?;
        }
    }
    let suppliers: Option<BTreeSet<EnterpriseId>> = rows.get(SUPPLIERS, &key)?;
    let Some(suppliers) = suppliers else { return Ok(reactions) };
    let (works, _) = firm(rows, &whole)?;
    for (n, supplier) in suppliers.iter().enumerate() {
        let mut view: View = rows.get(VIEWS, &supplier.to_string())?.unwrap_or_default();
        let links = |view: &View| {
            view.enterprise.entry().is_some_and(|entry| entry.supplies.contains_key(&whole))
        };
        if links(&view)
            && view.chain.anchors.insert(whole.clone(), works.clone()).as_ref() != Some(&works)
        {
            let numbered = Numbered::supplier(n);
            let owner = Owner::Enterprise(supplier.clone());
            reactions.extend(settle(rows, &owner, &mut view, (event, numbered))?);
            rows.put(VIEWS, supplier.to_string(), &view)?;
        }
    }
    Ok(reactions)
}

/// From now on what happens to `anchor` concerns `supplier`.
fn link(
    rows: &mut Rows,
    supplier: &EnterpriseId,
    anchor: &EnterpriseId,
    event: &Recorded,
) -> Result<Vec<Reaction>, Failure> {
    let mut known: BTreeSet<EnterpriseId> =
        rows.get(SUPPLIERS, &anchor.to_string())?.unwrap_or_default();
    known.insert(supplier.clone());
    rows.put(SUPPLIERS, anchor.to_string(), &known)?;
    let key = supplier.to_string();
    let mut view: View = rows.get(VIEWS, &key)?.unwrap_or_default();
    (view.chain.works, view.chain.has_difficulty) = firm(rows, supplier)?;
    let (works, _) = firm(rows, anchor)?;
    view.chain.anchors.insert(anchor.clone(), works);
    let owner = Owner::Enterprise(supplier.clone());
    let reactions = settle(rows, &owner, &mut view, (event, Numbered::site(&owner)))?;
    rows.put(VIEWS, key, &view)?;
    Ok(reactions)
}

fn concerns_supply(happened: &Happened) -> bool {
    match happened {
        Happened::Resumption(told) => !matches!(**told, resumption::Event::DailyReported(_)),
        Happened::Support(_) => true,
        Happened::Enterprise(_)
        | Happened::Plan(_)
        | Happened::Posting(_)
        | Happened::Officer(_)
        | Happened::Inspection(_)
        | Happened::Rectification(_)
        | Happened::Credit(_)
        | Happened::Barrier(_)
        | Happened::Epidemic(_)
        | Happened::Measure(_)
        | Happened::DataSubject(_)
        | Happened::Report(_)
        | Happened::ApiKey(_)
        | Happened::Webhook(_)
        | Happened::Task(_)
        | Happened::Regime(_) => false,
    }
}

fn supplies(view: &View) -> bool {
    view.enterprise.entry().is_some_and(|entry| !entry.supplies.is_empty())
}

/// Whether a firm works, from each day on, and whether it has a difficulty: all of its sites
/// together.
fn firm(rows: &mut Rows, whole: &EnterpriseId) -> Result<(Works, bool), Failure> {
    let main: View = rows.get(VIEWS, &whole.to_string())?.unwrap_or_default();
    let sites: Vec<(String, View)> = rows.range(VIEWS, &format!("{whole}~"))?;
    let all: Vec<View> = sites.into_iter().map(|(_, view)| view).chain([main]).collect();
    let days: BTreeSet<_> = all.iter().flat_map(|view| view.resumption.changes()).collect();
    let works = |day| all.iter().any(|view| view.resumption.state_on(day).in_production());
    let has_difficulty = all.iter().any(|view| !view.supports.is_empty());
    Ok((days.into_iter().map(|day| (day, works(day))).collect::<BTreeMap<_, _>>(), has_difficulty))
}
