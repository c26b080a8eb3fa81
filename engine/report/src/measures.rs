//! What is computed of several rows.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::Ratio;
use serde_json::Value;

use crate::{
    cell::{Cell, Share},
    conditions::{Given, Test},
    evaluate::{Record, Slices},
    fields::{Label, joined},
    plan::{Place, days_before},
};

/// A measure with everything it names found.
#[derive(Debug, Clone)]
pub(crate) struct Computed {
    pub(crate) name: String,
    pub(crate) heading: String,
    pub(crate) width: Option<u16>,
    pub(crate) hidden: bool,
    pub(crate) when: Vec<Test>,
    pub(crate) how: How,
}

/// How it is computed.
#[derive(Debug, Clone)]
pub(crate) enum How {
    Count,
    Sum(Place),
    Average(Place),
    Names(Place),
    Ratio { numerator: String, base: String, excluded: Option<String> },
    Difference { of: String, days: u16 },
    Earlier { of: String, days: u16 },
}

impl Computed {
    /// The earlier day that it looks at, if it does.
    pub(crate) fn past_day(&self, on: Date) -> Option<Date> {
        match &self.how {
            How::Difference { days, .. } | How::Earlier { days, .. } => {
                Some(days_before(on, *days))
            }
            How::Count | How::Sum(_) | How::Average(_) | How::Names(_) | How::Ratio { .. } => None,
        }
    }
}

/// Every measure of one group, by name. Measures name only those above them.
pub(crate) fn compute(
    measures: &[Computed],
    slices: &Slices<'_>,
    given: Given<'_>,
    label: &Label<'_>,
) -> BTreeMap<String, Cell> {
    let mut known = on_day(measures, &slices.now, given, label);
    for measure in measures {
        let cell = match &measure.how {
            How::Difference { of, days } => {
                difference(known.get(of), earlier(measures, slices, given, label, (of, *days)))
            }
            How::Earlier { of, days } => earlier(measures, slices, given, label, (of, *days)),
            How::Count | How::Sum(_) | How::Average(_) | How::Names(_) | How::Ratio { .. } => None,
        };
        known.extend(cell.map(|cell| (measure.name.clone(), cell)));
    }
    known
}

/// The measures that look at one day.
fn on_day(
    measures: &[Computed],
    rows: &[&Record<'_>],
    given: Given<'_>,
    label: &Label<'_>,
) -> BTreeMap<String, Cell> {
    let mut known: BTreeMap<String, Cell> = BTreeMap::new();
    for measure in measures {
        let meets = |row: &&&Record<'_>| {
            measure.when.iter().all(|test| test.holds(row.value(&test.place), given))
        };
        let its = rows.iter().filter(meets);
        let cell = match &measure.how {
            How::Count => Cell::Number(figure(its.count())),
            How::Sum(place) => Cell::Number(numbers(its, place).fold(0, i64::saturating_add)),
            How::Average(place) => {
                let all: Vec<i64> = numbers(its, place).collect();
                let sum = all.iter().copied().fold(0, i64::saturating_add);
                Cell::Average { sum, count: figure(all.len()) }
            }
            How::Names(place) => {
                joined(its.map(|row| label(place.register, place.column.name, row.value(place))))
            }
            How::Ratio { numerator, base, excluded } => {
                let number = |name: &String| known.get(name).and_then(whole);
                let part = |name| number(name).and_then(|it| usize::try_from(it).ok());
                let ratio = Ratio {
                    numerator: part(numerator).unwrap_or_default(),
                    base: part(base).unwrap_or_default(),
                };
                Cell::Share(Share { ratio, excluded: excluded.as_ref().and_then(number) })
            }
            How::Difference { .. } | How::Earlier { .. } => continue,
        };
        known.insert(measure.name.clone(), cell);
    }
    known
}

fn earlier(
    measures: &[Computed],
    slices: &Slices<'_>,
    given: Given<'_>,
    label: &Label<'_>,
    (of, days): (&str, u16),
) -> Option<Cell> {
    let day = days_before(given.on, days);
    let rows = slices.earlier.get(&day)?;
    on_day(measures, rows, Given { on: day, ..given }, label).remove(of)
}

/// Ratios differ in percentage points, numbers in themselves.
fn difference(now: Option<&Cell>, then: Option<Cell>) -> Option<Cell> {
    match (now?, then?) {
        (Cell::Share(now), Cell::Share(then)) => {
            Some(Cell::Points { now: now.ratio, then: then.ratio })
        }
        (Cell::Number(now), Cell::Number(then)) => Some(Cell::Change(now.saturating_sub(then))),
        _ => None,
    }
}

fn numbers<'a>(
    rows: impl Iterator<Item = &'a &'a Record<'a>>,
    place: &Place,
) -> impl Iterator<Item = i64> {
    rows.filter_map(|row| row.value(place).as_i64())
}

fn whole(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Empty
        | Cell::Text(_)
        | Cell::Date(..)
        | Cell::Share(_)
        | Cell::Points { .. }
        | Cell::Change(_)
        | Cell::Average { .. } => None,
    }
}

fn figure(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A row without the column has nothing in it.
pub(crate) const NOTHING: &Value = &Value::Null;
