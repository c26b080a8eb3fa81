//! 「屡教不改的企业将记入诚信记录」 (§三): the system proposes, a person decides.
//!
//! The notice gives no number, so threshold and window are data. Each order counts once, however
//! often it failed; what was decided never counts again; and what loses its grounds is withdrawn
//! or struck out. Everything is counted afresh from the record, so a rebuild counts nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate as Date};
use cqrs_es::Aggregate;
use fugong_core::{Failure, Policy, Reaction, Recorded, Rows, shanghai_day};
use serde::{Deserialize, Serialize};

use super::{
    id, intent,
    known::{self, Numbers},
    owner::Owner,
};
use crate::{
    Ask, Happened, InspectionId, OrderId,
    credit::{Command, Credit, Flag, Standing},
    inspection,
    rectification::Rectification,
};

const NAME: &str = "repeat-offenders";

const RECORDS: &str = "records";

/// The policy that counts.
#[derive(Debug)]
pub(super) struct RepeatOffenders;

/// What counts for and against one enterprise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// Orders that are open or count.
    orders: BTreeMap<OrderId, Rectification>,
    /// Inspections that were declared void.
    void: BTreeSet<InspectionId>,
    /// Its credit record.
    credit: Credit,
}

impl Policy for RepeatOffenders {
    fn name(&self) -> &str {
        NAME
    }

    fn react(&self, rows: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let Some(happened) = Happened::of(event)? else { return Ok(Vec::new()) };
        match &happened {
            Happened::Regime(told) => {
                known::take_regime(rows, told)?;
                return Ok(Vec::new());
            }
            Happened::Rectification(_) | Happened::Inspection(_) | Happened::Credit(_) => {}
            Happened::Enterprise(_)
            | Happened::Resumption(_)
            | Happened::Plan(_)
            | Happened::Posting(_)
            | Happened::Officer(_)
            | Happened::Support(_)
            | Happened::Barrier(_)
            | Happened::Epidemic(_)
            | Happened::Measure(_)
            | Happened::DataSubject(_)
            | Happened::Report(_)
            | Happened::ApiKey(_)
            | Happened::Webhook(_)
            | Happened::Task(_) => return Ok(Vec::new()),
        }
        let owner = known::owner(rows, event, &happened)?;
        let Some(owner) = owner.and_then(Owner::enterprise) else { return Ok(Vec::new()) };
        // The record belongs to the code, whatever the site.
        let whole = owner.whole();
        let key = whole.to_string();
        let mut record: Record = rows.get(RECORDS, &key)?.unwrap_or_default();
        if !record.take(event, &happened)? {
            return Ok(Vec::new());
        }
        rows.put(RECORDS, key, &record)?;
        let Some(numbers) = known::numbers(rows, shanghai_day(event.recorded_at))? else {
            return Ok(Vec::new());
        };
        let asks = record.recount(&numbers).into_iter();
        asks.map(|command| Ok(Reaction::Do(intent(NAME, Ask::Credit(whole.clone(), command))?)))
            .collect()
    }
}

impl Record {
    /// Takes what happened; whether it can matter to the count.
    fn take(&mut self, event: &Recorded, happened: &Happened) -> Result<bool, Failure> {
        match happened {
            Happened::Rectification(told) => {
                let order: OrderId = id(&event.aggregate_id)?;
                let standing = self.orders.entry(order).or_default();
                standing.apply((**told).clone());
                self.orders
                    .retain(|_, order| order.is_open() || order.counts_as_failed().is_some());
            }
            Happened::Inspection(told) => match &**told {
                inspection::Event::Voided { .. } => {
                    self.void.insert(id(&event.aggregate_id)?);
                }
                inspection::Event::Opened { .. }
                | inspection::Event::FindingRecorded { .. }
                | inspection::Event::Closed { .. }
                | inspection::Event::FindingOrdered { .. }
                | inspection::Event::OrderDeclined { .. } => return Ok(false),
            },
            Happened::Credit(told) => self.credit.apply((**told).clone()),
            Happened::Enterprise(_)
            | Happened::Resumption(_)
            | Happened::Plan(_)
            | Happened::Posting(_)
            | Happened::Officer(_)
            | Happened::Support(_)
            | Happened::Barrier(_)
            | Happened::Epidemic(_)
            | Happened::Measure(_)
            | Happened::DataSubject(_)
            | Happened::Report(_)
            | Happened::ApiKey(_)
            | Happened::Webhook(_)
            | Happened::Task(_)
            | Happened::Regime(_) => return Ok(false),
        }
        Ok(true)
    }

    /// What follows from the record as it stands.
    fn recount(&self, numbers: &Numbers) -> Vec<Command> {
        let threshold = usize::try_from(numbers.repeat_threshold).unwrap_or(usize::MAX);
        let counting = self.counting();
        let lost = |flag: &Flag| {
            let left = flag.grounds.iter().filter(|order| counting.contains_key(order)).count();
            // A person may propose on fewer grounds than the rule; then those have to stand.
            left < threshold.min(flag.grounds.len())
        };
        let rule = || "grounds_lost".to_owned();
        let mut asks = Vec::new();
        for (number, flag) in self.credit.flags().iter().filter(|(_, flag)| lost(flag)) {
            if flag.is_open() {
                asks.push(Command::WithdrawProposal { flag: *number, rule: rule() });
            } else if matches!(flag.standing, Standing::Flagged(_)) {
                let (flag, reason, on) = (*number, None, None);
                asks.push(Command::Expunge { flag, reason, rule: Some(rule()), on });
            }
        }
        if self.credit.open_proposal().is_none() {
            let grounds = self.fresh(&counting, numbers.repeat_window_days);
            // A threshold of none at all proposes nothing: a flag rests on something.
            if threshold.max(1) <= grounds.len() {
                let (involved, on) = (Vec::new(), Date::default());
                asks.push(Command::ProposeFlag { grounds, involved, on });
            }
        }
        asks
    }

    /// The orders that failed or lapsed and rest on an inspection that stands, with the day.
    fn counting(&self) -> BTreeMap<&OrderId, Date> {
        let valid = |order: &Rectification| {
            order.findings().iter().any(|finding| !self.void.contains(&finding.inspection()))
        };
        let orders = self.orders.iter().filter(|(_, order)| valid(order));
        orders.filter_map(|(id, order)| Some((id, order.counts_as_failed()?))).collect()
    }

    /// Those of them that no decided proposal used up, within the window that ends with the last.
    fn fresh(&self, counting: &BTreeMap<&OrderId, Date>, window_days: u32) -> Vec<OrderId> {
        let spent = self.credit.spent_orders();
        let fresh = counting.iter().filter(|(order, _)| !spent.contains(**order));
        let fresh: Vec<(&&OrderId, &Date)> = fresh.collect();
        let last = fresh.iter().map(|(_, on)| **on).max().unwrap_or_default();
        let window = Days::new(window_days.into());
        let first = last.checked_sub_days(window).unwrap_or(Date::MIN);
        let within = fresh.into_iter().filter(|(_, on)| first <= **on);
        within.map(|(order, _)| (*order).clone()).collect()
    }
}
