//! What ends with what it rests on: the sites and the open orders of an enterprise that is no
//! more, and the orders that rest on nothing but inspections declared void.
//!
//! Orders are terminated, which is neither compliance nor failure. A flag lives to its term.

use std::collections::BTreeSet;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Policy, Reaction, Recorded, Rows};
use serde::{Deserialize, Serialize};

use super::{id, intent};
use crate::{
    Ask, EnterpriseId, FindingId, Happened, InspectionId, OrderId,
    codes::ClosureKind,
    enterprise, inspection,
    rectification::{Command, Event},
};

const NAME: &str = "closures";

const ORDERS: &str = "orders";
const BY_ENTERPRISE: &str = "by_enterprise";
const BY_INSPECTION: &str = "by_inspection";
const VOID: &str = "void";
const SITES: &str = "sites";

/// The policy that ends sites and orders.
#[derive(Debug)]
pub(super) struct Closures;

/// An open order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    enterprise: EnterpriseId,
    inspections: BTreeSet<InspectionId>,
}

impl Policy for Closures {
    fn name(&self) -> &str {
        NAME
    }

    fn react(&self, rows: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let aggregate = &*event.aggregate_id;
        match Happened::of(event)? {
            Some(Happened::Rectification(told)) => {
                note(rows, aggregate, &told)?;
                Ok(Vec::new())
            }
            Some(Happened::Enterprise(told)) => {
                let id: EnterpriseId = id(aggregate)?;
                note_site(rows, &id)?;
                match &*told {
                    enterprise::Event::Closed { kind, on } => closed(rows, &id, *kind, *on),
                    enterprise::Event::Registered { .. }
                    | enterprise::Event::DetailsCorrected { .. }
                    | enterprise::Event::ScaleReclassified { .. }
                    | enterprise::Event::Relocated { .. }
                    | enterprise::Event::TierAssigned { .. }
                    | enterprise::Event::ListingJoined { .. }
                    | enterprise::Event::JoinedTo { .. }
                    | enterprise::Event::Excluded { .. }
                    | enterprise::Event::Readmitted { .. }
                    | enterprise::Event::ClosureBegun { .. }
                    | enterprise::Event::EarlierPaperRecorded { .. }
                    | enterprise::Event::OtherLawReferenceRecorded { .. }
                    | enterprise::Event::Guided { .. }
                    | enterprise::Event::CodeChanged { .. }
                    | enterprise::Event::SupplyLinkDeclared { .. }
                    | enterprise::Event::KeyProjectMarked { .. }
                    | enterprise::Event::KeyProjectStarted { .. }
                    | enterprise::Event::SetAside { .. } => Ok(Vec::new()),
                }
            }
            // A site may work that nobody has listed.
            Some(Happened::Resumption(_)) => {
                note_site(rows, &id(aggregate)?)?;
                Ok(Vec::new())
            }
            Some(Happened::Inspection(told)) => match &*told {
                inspection::Event::Voided { .. } => {
                    let ending = resting_on(rows, aggregate)?;
                    ending.into_iter().map(|order| terminate(order, "inspection_void")).collect()
                }
                inspection::Event::Opened { .. }
                | inspection::Event::FindingRecorded { .. }
                | inspection::Event::Closed { .. }
                | inspection::Event::FindingOrdered { .. }
                | inspection::Event::OrderDeclined { .. } => Ok(Vec::new()),
            },
            Some(
                Happened::Plan(_)
                | Happened::Posting(_)
                | Happened::Officer(_)
                | Happened::Credit(_)
                | Happened::Support(_)
                | Happened::Barrier(_)
                | Happened::Epidemic(_)
                | Happened::Measure(_)
                | Happened::DataSubject(_)
                | Happened::Report(_)
                | Happened::ApiKey(_)
                | Happened::Webhook(_)
                | Happened::Task(_)
                | Happened::Regime(_),
            )
            | None => Ok(Vec::new()),
        }
    }
}

/// The open orders of an enterprise that is no more end, and with a firm its sites, one by one.
fn closed(
    rows: &mut Rows,
    id: &EnterpriseId,
    kind: ClosureKind,
    on: Date,
) -> Result<Vec<Reaction>, Failure> {
    let orders = of(rows, &id.to_string())?;
    let mut reactions: Vec<Reaction> = orders
        .into_iter()
        .map(|order| terminate(order, "enterprise_closed"))
        .collect::<Result<_, _>>()?;
    if id.whole() != *id {
        return Ok(reactions);
    }
    for (_, site) in rows.range::<EnterpriseId>(SITES, &format!("{id}~"))? {
        let ask = Ask::Enterprise(site, enterprise::Command::ConfirmClosed { kind, on });
        reactions.push(Reaction::Do(intent(NAME, ask)?));
    }
    Ok(reactions)
}

fn terminate(order: OrderId, rule: &str) -> Result<Reaction, Failure> {
    let command = Command::Terminate { reason: None, rule: Some(rule.to_owned()) };
    Ok(Reaction::Do(intent(NAME, Ask::Rectification(order, command))?))
}

/// Keeps which sites were ever spoken of, beside the first one, which is the firm itself.
fn note_site(rows: &mut Rows, id: &EnterpriseId) -> Result<(), Failure> {
    let key = id.to_string();
    if id.whole() == *id || rows.get::<EnterpriseId>(SITES, &key)?.is_some() {
        return Ok(());
    }
    rows.put(SITES, key, id)
}

/// Keeps which orders are open; a lapsed one is.
fn note(rows: &mut Rows, order: &str, told: &Event) -> Result<(), Failure> {
    match told {
        Event::Ordered { enterprise, findings, .. } => {
            let inspections: BTreeSet<_> = findings.iter().map(FindingId::inspection).collect();
            let id: OrderId = id(order)?;
            rows.put(BY_ENTERPRISE, format!("{enterprise}/{order}"), &id)?;
            for inspection in &inspections {
                rows.put(BY_INSPECTION, format!("{inspection}/{order}"), &id)?;
            }
            rows.put(ORDERS, order, &Open { enterprise: enterprise.clone(), inspections })
        }
        Event::Superseded { .. }
        | Event::Complied { .. }
        | Event::Failed { .. }
        | Event::Revoked { .. }
        | Event::Terminated { .. } => {
            let open: Option<Open> = rows.get(ORDERS, order)?;
            if let Some(Open { enterprise, inspections }) = open {
                rows.delete(BY_ENTERPRISE, &format!("{enterprise}/{order}"));
                for inspection in inspections {
                    rows.delete(BY_INSPECTION, &format!("{inspection}/{order}"));
                }
                rows.delete(ORDERS, order);
            }
            Ok(())
        }
        Event::Served { .. }
        | Event::Extended { .. }
        | Event::Reported { .. }
        | Event::Lapsed { .. } => Ok(()),
    }
}

/// The open orders of an enterprise, and of its sites when it is one by its code.
fn of(rows: &mut Rows, enterprise: &str) -> Result<Vec<OrderId>, Failure> {
    let mut orders: Vec<(String, OrderId)> =
        rows.range(BY_ENTERPRISE, &format!("{enterprise}/"))?;
    if id::<EnterpriseId>(enterprise)?.site() == 1 {
        orders.extend(rows.range(BY_ENTERPRISE, &format!("{enterprise}~"))?);
    }
    Ok(orders.into_iter().map(|(_, order)| order).collect())
}

/// The open orders that rest on this void inspection and on no other that stands.
fn resting_on(rows: &mut Rows, inspection: &str) -> Result<Vec<OrderId>, Failure> {
    rows.put(VOID, inspection, &true)?;
    let mut ending = Vec::new();
    for (_, order) in rows.range::<OrderId>(BY_INSPECTION, &format!("{inspection}/"))? {
        let open: Option<Open> = rows.get(ORDERS, order.as_str())?;
        let mut all_void = true;
        for one in open.into_iter().flat_map(|open| open.inspections) {
            all_void &= rows.get::<bool>(VOID, one.as_str())?.is_some();
        }
        if all_void {
            ending.push(order);
        }
    }
    Ok(ending)
}
