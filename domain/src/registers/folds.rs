//! The two folds that keep the rows.

use std::sync::Arc;

use fugong_core::{Failure, Keys, Recorded, Register, Relation, Rows, Touches, touched};

use super::{
    barriers, called, daily, economy, enterprises, figures, flags, inbox, incidents, inspections,
    measures, names, orders, people,
    relations::{DISTRICT, INBOX, TOUCHED},
    safety, supports, visits, zones,
};
use crate::Happened;

/// Every fold of the domain.
pub fn all() -> Vec<Arc<dyn Register>> {
    vec![Arc::new(District), Arc::new(Inbox)]
}

/// Enterprises, officers, inspections, orders, flags and the rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct District;

/// Tasks, and what the enterprises and cases that they are about and the officers who have them are
/// called.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inbox;

impl Register for District {
    fn name(&self) -> &'static str {
        "district"
    }

    fn version(&self) -> u32 {
        9
    }

    fn relations(&self) -> &[Relation] {
        DISTRICT
    }

    fn dated(&self) -> &[&'static str] {
        &[daily::REPORTS]
    }

    fn touches(&self) -> &'static [Touches] {
        TOUCHED
    }

    fn keys(&self, event: &Recorded) -> Keys {
        let id = || event.aggregate_id.to_string();
        let mut keys = match &*event.aggregate_type {
            "enterprise" | "resumption" | "plan" | "posting" | "credit" => {
                vec![(enterprises::ENTERPRISES, id())]
            }
            "officer" => vec![(people::OFFICERS, id())],
            "inspection" => vec![(inspections::INSPECTIONS, id())],
            "rectification" => vec![(orders::ORDERS, id())],
            "support" => vec![(supports::SUPPORTS, id())],
            "barrier" => vec![(barriers::BARRIERS, id())],
            "epidemic" => vec![(incidents::INCIDENTS, id())],
            "measure" => vec![(measures::MEASURES, id())],
            "regime" => vec![(enterprises::REGIME, enterprises::DISTRICT.to_owned())],
            _ => Vec::new(),
        };
        let touched = touched(TOUCHED, &event.event_type).unwrap_or_default();
        keys.retain(|(relation, _)| touched.contains(relation));
        Keys(keys)
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        match Happened::of(event)? {
            Some(Happened::Enterprise(happened)) => {
                economy::take(rows, event, &happened)?;
                enterprises::list(rows, event, &happened)
            }
            Some(Happened::Resumption(happened)) => enterprises::produce(rows, event, &happened),
            Some(Happened::Plan(happened)) => {
                safety::take(rows, event, &happened)?;
                enterprises::plan(rows, event, &happened)
            }
            Some(Happened::Posting(happened)) => {
                zones::take(rows, event, &happened)?;
                visits::take(rows, event, &happened)?;
                enterprises::seat(rows, event, &happened)
            }
            Some(Happened::Officer(happened)) => people::take(rows, event, &happened),
            Some(Happened::Inspection(happened)) => inspections::inspect(rows, event, &happened),
            Some(Happened::Rectification(happened)) => orders::order(rows, event, &happened),
            Some(Happened::Credit(happened)) => flags::flag(rows, event, &happened),
            Some(Happened::Support(happened)) => supports::take(rows, event, &happened),
            Some(Happened::Barrier(happened)) => barriers::take(rows, event, &happened),
            Some(Happened::Epidemic(happened)) => incidents::take(rows, event, &happened),
            Some(Happened::Measure(happened)) => measures::take(rows, event, &happened),
            Some(Happened::Regime(happened)) => {
                figures::take(rows, event, &happened)?;
                enterprises::rule(rows, &happened)
            }
            Some(
                Happened::Task(_)
                | Happened::DataSubject(_)
                | Happened::Report(_)
                | Happened::ApiKey(_)
                | Happened::Webhook(_),
            )
            | None => Ok(()),
        }
    }
}

impl Register for Inbox {
    fn name(&self) -> &'static str {
        "inbox"
    }

    fn version(&self) -> u32 {
        4
    }

    fn relations(&self) -> &[Relation] {
        INBOX
    }

    fn keys(&self, event: &Recorded) -> Keys {
        let relation = match &*event.aggregate_type {
            "task" => inbox::TASKS,
            "enterprise" => names::NAMES,
            _ => return Keys::default(),
        };
        Keys(vec![(relation, event.aggregate_id.to_string())])
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        match Happened::of(event)? {
            Some(Happened::Task(happened)) => inbox::take(rows, event, &happened),
            Some(Happened::Enterprise(happened)) => names::list(rows, event, &happened),
            Some(Happened::Resumption(happened)) => names::report(rows, event, &happened),
            Some(Happened::Officer(happened)) => called::officer(rows, event, &happened),
            Some(
                Happened::Inspection(_)
                | Happened::Rectification(_)
                | Happened::Support(_)
                | Happened::Barrier(_)
                | Happened::Measure(_),
            ) => called::case(rows, event),
            Some(
                Happened::Plan(_)
                | Happened::Posting(_)
                | Happened::Credit(_)
                | Happened::Epidemic(_)
                | Happened::Regime(_)
                | Happened::DataSubject(_)
                | Happened::Report(_)
                | Happened::ApiKey(_)
                | Happened::Webhook(_),
            )
            | None => Ok(()),
        }
    }
}
