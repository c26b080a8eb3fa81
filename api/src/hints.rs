//! Hints: what an act should look at, before it is decided.
//!
//! A hint is no fact: each thing it names is looked at again when the act is decided. So it may
//! be folded here, from the log itself, and is never stored.

use std::collections::{BTreeMap, BTreeSet};

use fugong_core::Position;
use fugong_domain::{
    CreditCode, EnterpriseId, MeasureId, OrderId,
    codes::MeasureKind,
    measure::{self, Target},
    rectification::Event,
};
use fugong_engine::{Filter, Log};
use tokio::sync::Mutex;

use crate::{desk::trouble, problem::Problem};

/// The events that say whether an order is open.
const TYPES: [&str; 5] = [
    "rectification-ordered",
    "rectification-complied",
    "rectification-superseded",
    "rectification-revoked",
    "rectification-terminated",
];
/// How many events are read at once.
const BATCH: usize = 1000;

/// The events by which a site that nobody has listed becomes known.
const SITES: [&str; 2] = ["resumption-resumed", "resumption-continuous-production-declared"];

/// The open orders of every enterprise, as far as the log has been looked through.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    seen: Mutex<Seen>,
    stops: Mutex<Stops>,
}

/// Every stop order (停工停业) there ever was, as far as the log has been looked through: an act may
/// speak of a day on which one that is lifted was in force.
#[derive(Debug, Default)]
struct Stops {
    upto: Position,
    all: Vec<(MeasureId, Target)>,
}

#[derive(Debug, Default)]
struct Seen {
    upto: Position,
    by_enterprise: BTreeMap<String, BTreeSet<String>>,
    enterprises: BTreeMap<String, String>,
}

/// The sites under a code of which anybody reported that they work.
pub(crate) async fn sites(log: &Log, code: CreditCode) -> Result<Vec<EnterpriseId>, Problem> {
    let ids = (2..100).map(|site| format!("{code}~{site:02}")).collect();
    let types = SITES.map(str::to_owned).to_vec();
    let filter = Filter { types, ids: Some(ids), ..Filter::default() };
    let (mut after, mut found) = (Position::default(), BTreeSet::new());
    loop {
        let events = log.events(after, BATCH, &filter).await.map_err(trouble)?;
        found.extend(events.iter().map(|event| event.aggregate_id.to_string()));
        match events.last() {
            Some(last) if events.len() == BATCH => after = last.position,
            Some(_) | None => break,
        }
    }
    Ok(found.iter().filter_map(|id| id.parse().ok()).collect())
}

impl Hints {
    /// The stop orders that may be in force for an enterprise: those over it, and over any area.
    pub(crate) async fn stop_orders(
        &self,
        log: &Log,
        enterprise: &EnterpriseId,
    ) -> Result<Vec<MeasureId>, Problem> {
        let mut stops = self.stops.lock().await;
        let head = log.head();
        let types = vec!["measure-imposed".to_owned()];
        let filter = Filter { types, upto: Some(head), ..Filter::default() };
        while stops.upto < head {
            let events = log.events(stops.upto, BATCH, &filter).await.map_err(trouble)?;
            let last = events.last().map(|event| event.position);
            for event in &events {
                let told = event.payload_as::<measure::Event>().map_err(Problem::unavailable)?;
                if let measure::Event::Imposed { target, kind: MeasureKind::StopOrder, .. } = &*told
                {
                    let id = event.aggregate_id.parse().map_err(Problem::unavailable)?;
                    stops.all.push((id, target.clone()));
                }
            }
            stops.upto = if events.len() < BATCH { head } else { last.unwrap_or(head) };
        }
        let may = |target: &Target| {
            target.enterprise().is_none_or(|over| over.whole() == enterprise.whole())
        };
        let found = stops.all.iter().filter(|(_, target)| may(target));
        Ok(found.map(|(id, _)| id.clone()).collect())
    }

    /// The orders that may be open for an enterprise.
    pub(crate) async fn open_orders(
        &self,
        log: &Log,
        enterprise: &EnterpriseId,
    ) -> Result<Vec<OrderId>, Problem> {
        let mut seen = self.seen.lock().await;
        let head = log.head();
        let types = TYPES.map(str::to_owned).to_vec();
        let filter = Filter { types, upto: Some(head), ..Filter::default() };
        while seen.upto < head {
            let events = log.events(seen.upto, BATCH, &filter).await.map_err(trouble)?;
            let last = events.last().map(|event| event.position);
            for event in &events {
                let happened = event.payload_as::<Event>().map_err(Problem::unavailable)?;
                seen.take(&event.aggregate_id, &happened);
            }
            seen.upto = if events.len() < BATCH { head } else { last.unwrap_or(head) };
        }
        let orders = seen.by_enterprise.get(&enterprise.to_string());
        Ok(orders.into_iter().flatten().filter_map(|order| order.parse().ok()).collect())
    }
}

impl Seen {
    fn take(&mut self, order: &str, happened: &Event) {
        match happened {
            Event::Ordered { enterprise, .. } => {
                let enterprise = enterprise.to_string();
                self.enterprises.insert(order.to_owned(), enterprise.clone());
                self.by_enterprise.entry(enterprise).or_default().insert(order.to_owned());
            }
            Event::Superseded { .. }
            | Event::Complied { .. }
            | Event::Revoked { .. }
            | Event::Terminated { .. } => {
                let orders = self.enterprises.remove(order);
                if let Some(orders) = orders.and_then(|id| self.by_enterprise.get_mut(&id)) {
                    orders.remove(order);
                }
            }
            Event::Served { .. }
            | Event::Extended { .. }
            | Event::Reported { .. }
            | Event::Failed { .. }
            | Event::Lapsed { .. } => {}
        }
    }
}
