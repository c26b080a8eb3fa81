//! The fold of the cut-offs: at which position the figures of a day were fixed.

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Failure, Line, Recorded, Relation, Rows};
use serde::{Deserialize, Serialize};

use super::table::{Table, date, key, text};
use crate::regime::Event;

/// The relation of fixed figures, by day.
pub(super) const FIXED: &str = "fixed_figures";

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r1-fixed",
        label_zh: "每日截止",
        label_en: "daily cut-offs",
        columns: &[
            key("date", "日期", "date"),
            text("position", "截至位置", "position"),
            text("fixed_at", "截至时间", "fixed at"),
            date("fixed_on", "记录日期", "fixed on"),
        ],
    },
    lines,
};

/// Where the figures of a day stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FixedRow {
    /// The day.
    date: Date,
    /// The position of the log at which they were fixed.
    position: String,
    /// When.
    fixed_at: DateTime<Utc>,
}

/// Takes an event of the rules; only a cut-off says something of figures.
pub(super) fn take(rows: &mut Rows, event: &Recorded, happened: &Event) -> Result<(), Failure> {
    match happened {
        Event::FiguresFixed { date } => {
            let row = FixedRow {
                date: *date,
                position: event.position.to_string(),
                fixed_at: event.recorded_at,
            };
            rows.put(FIXED, date.to_string(), &row)
        }
        Event::RulesPublished { .. }
        | Event::RiskLevelChanged { .. }
        | Event::CalendarPublished { .. }
        | Event::UnitsPublished { .. }
        | Event::IndustryPublished { .. }
        | Event::CodesPublished { .. }
        | Event::ChecklistsPublished { .. } => Ok(()),
    }
}

/// One line: the figures of a day are those of R1 for that day at this position.
#[derive(Debug, Serialize)]
struct Row {
    date: Date,
    position: String,
    fixed_at: DateTime<Utc>,
    fixed_on: Date,
}

fn lines(rows: &Rows, on: Date) -> Result<Vec<Line>, Failure> {
    let fixed = rows.all::<FixedRow>(FIXED)?.into_iter().map(|(_, row)| row);
    fixed
        .filter(|row| row.date <= on)
        .map(|FixedRow { date, position, fixed_at }| {
            let fixed_on = fugong_core::shanghai_day(fixed_at);
            TABLE.line(&Row { date, position, fixed_at, fixed_on })
        })
        .collect()
}
