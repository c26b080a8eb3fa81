//! The fold of visits (到厂): a row for each day on which an officer was at an enterprise or site.
//!
//! They stand apart from the row of the enterprise, which would have to forget old ones: R4 and R13
//! can be asked for any day.

use std::sync::Arc;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, codes::Seat, posting::Event};

/// The relation of visits, by day and enterprise.
pub(super) const VISITS: &str = "visits";

/// The visits of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRow {
    /// At which enterprise or site.
    pub enterprise: EnterpriseId,
    /// On which day.
    pub date: Date,
    /// Each of them, as it stands after corrections.
    pub visits: Vec<Visit>,
}

/// A visit of an officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The event that told of it.
    pub event: String,
    /// For which seat.
    pub seat: Seat,
}

/// Takes an event of the seats; only one tells of a visit, and may put an earlier one right.
pub(super) fn take(rows: &mut Rows, event: &Recorded, happened: &Event) -> Result<(), Failure> {
    let Event::VisitLogged { seat, at, supersedes, was, .. } = happened else { return Ok(()) };
    let id = &*event.aggregate_id;
    if let Some((old, was)) = supersedes.as_ref().zip(*was) {
        let mut row = row_of(rows, was.day(), id)?;
        row.visits.retain(|visit| visit.event != *old);
        if row.visits.is_empty() {
            rows.delete(VISITS, &key(row.date, id));
        } else {
            rows.put(VISITS, key(row.date, id), &row)?;
        }
    }
    let mut row = row_of(rows, at.day(), id)?;
    row.visits.push(Visit { event: event.event_id.to_string(), seat: *seat });
    rows.put(VISITS, key(row.date, id), &row)
}

fn row_of(rows: &mut Rows, date: Date, id: &str) -> Result<VisitRow, Failure> {
    if let Some(row) = rows.get(VISITS, &key(date, id))? {
        return Ok(row);
    }
    let enterprise = id.parse().map_err(|_| Failure(format!("{id:?} is no enterprise id")))?;
    Ok(VisitRow { enterprise, date, visits: Vec::new() })
}

/// The visits of one day, by enterprise.
pub(super) fn of_day(rows: &Rows, day: Date) -> Result<Vec<VisitRow>, Failure> {
    let its = rows.beginning(VISITS, &key(day, ""))?;
    Ok(its.into_iter().map(|(_, row)| Arc::unwrap_or_clone(row)).collect())
}

/// The visits up to a day, oldest first.
pub(super) fn upto(rows: &Rows, day: Date) -> Result<Vec<VisitRow>, Failure> {
    let its = rows.shared::<VisitRow>(VISITS)?.into_iter().map(|(_, row)| row);
    Ok(its.filter(|row| row.date <= day).map(Arc::unwrap_or_clone).collect())
}

fn key(day: Date, enterprise: &str) -> String {
    format!("{day}/{enterprise}")
}
