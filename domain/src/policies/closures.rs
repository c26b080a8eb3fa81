//! What ends with what it rests on: the open orders of an enterprise that is no more, and those
//! that rest on nothing but inspections declared void.
//!
//! They are terminated, which is neither compliance nor failure. A flag lives to its term.

use std::collections::BTreeSet;

use fugong_core::{Failure, Policy, Reaction, Recorded, Rows};
use serde::{Deserialize, Serialize};

use super::{id, intent};
use crate::{
    Ask, EnterpriseId, FindingId, Happened, InspectionId, OrderId, enterprise, inspection,
    rectification::{Command, Event},
};

const NAME: &str = "closures";

const ORDERS: &str = "orders";
const BY_ENTERPRISE: &str = "by_enterprise";
const BY_INSPECTION: &str = "by_inspection";
const VOID: &str = "void";

/// The policy that ends orders.
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
        let (rule, ending) = match Happened::of(event)? {
            Some(Happened::Rectification(told)) => {
                note(rows, aggregate, &told)?;
                return Ok(Vec::new());
            }
            Some(Happened::Enterprise(told)) => match &*told {
                enterprise::Event::Closed { .. } => ("enterprise_closed", of(rows, aggregate)?),
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
                | enterprise::Event::SetAside { .. } => return Ok(Vec::new()),
            },
            Some(Happened::Inspection(told)) => match &*told {
                inspection::Event::Voided { .. } => {
                    ("inspection_void", resting_on(rows, aggregate)?)
                }
                inspection::Event::Opened { .. }
                | inspection::Event::FindingRecorded { .. }
                | inspection::Event::Closed { .. }
                | inspection::Event::FindingOrdered { .. }
                | inspection::Event::OrderDeclined { .. } => return Ok(Vec::new()),
            },
            Some(
                Happened::Resumption(_)
                | Happened::Plan(_)
                | Happened::Posting(_)
                | Happened::Officer(_)
                | Happened::Credit(_)
                | Happened::Task(_)
                | Happened::Regime(_),
            )
            | None => return Ok(Vec::new()),
        };
        let terminate = |order| {
            let command = Command::Terminate { reason: None, rule: Some(rule.to_owned()) };
            Ok(Reaction::Do(intent(NAME, Ask::Rectification(order, command))?))
        };
        ending.into_iter().map(terminate).collect()
    }
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
