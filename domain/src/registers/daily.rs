//! The fold of daily reports (日报): a row for each day of each enterprise of which one stands.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows, Want};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, resumption::DailyReport};

/// The relation of daily reports, by day and enterprise.
pub(super) const REPORTS: &str = "daily_reports";

/// What stands of an enterprise for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyRow {
    /// Of whom it speaks.
    pub enterprise: EnterpriseId,
    /// The event that told it.
    pub event: String,
    /// Who sent it (填报人): a pseudonym.
    pub by: String,
    /// Who sent it (填报单位): a unit.
    pub unit: String,
    /// What it says.
    pub report: DailyReport,
}

/// Takes a report; one that puts another right takes its place.
pub(super) fn take(rows: &mut Rows, event: &Recorded, report: &DailyReport) -> Result<(), Failure> {
    let id = &*event.aggregate_id;
    if let Some(was) = report.was {
        rows.delete(REPORTS, &key(was, id));
    }
    let meta = |name| event.meta(name).unwrap_or_default().to_owned();
    let row = DailyRow {
        enterprise: id.parse().map_err(|_| Failure(format!("{id:?} is no enterprise id")))?,
        event: event.event_id.to_string(),
        by: meta(fugong_core::keys::ACTOR_ID),
        unit: meta(fugong_core::keys::ACTOR_UNIT),
        report: report.clone(),
    };
    rows.put(REPORTS, key(report.date, id), &row)
}

/// All reports, to be read.
pub(super) fn all() -> Want {
    Want::Prefix(REPORTS, String::new())
}

/// The reports of one day, to be read.
pub(super) fn those_of(day: Date) -> Want {
    Want::Prefix(REPORTS, key(day, ""))
}

/// The reports of one day, by enterprise.
pub(super) fn of_day(rows: &Rows, day: Date) -> Result<Vec<DailyRow>, Failure> {
    let its = rows.beginning(REPORTS, &key(day, ""))?;
    Ok(its.into_iter().map(|(_, row)| Arc::unwrap_or_clone(row)).collect())
}

/// Those of one day and one enterprise.
pub(super) fn of_day_and(
    rows: &Rows,
    day: Date,
    enterprise: &EnterpriseId,
) -> Result<Vec<DailyRow>, Failure> {
    // Other sites of a firm begin with the same code.
    let its = rows.beginning::<DailyRow>(REPORTS, &key(day, &enterprise.to_string()))?;
    let its = its.into_iter().map(|(_, row)| Arc::unwrap_or_clone(row));
    Ok(its.filter(|row| row.enterprise == *enterprise).collect())
}

/// The days up to `day` of which each enterprise sent a report, oldest first.
pub(super) fn days(rows: &Rows, day: Date) -> Result<BTreeMap<&str, Vec<Date>>, Failure> {
    let mut days: BTreeMap<&str, Vec<Date>> = BTreeMap::new();
    for (date, enterprise) in rows.keys(REPORTS)?.filter_map(|key| key.split_once('/')) {
        if let Some(date) = date.parse().ok().filter(|date| *date <= day) {
            days.entry(enterprise).or_default().push(date);
        }
    }
    Ok(days)
}

fn key(day: Date, enterprise: &str) -> String {
    format!("{day}/{enterprise}")
}
