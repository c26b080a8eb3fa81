//! What is computed of several rows.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::Ratio;
use serde_json::Value;

use crate::{
    cell::{Cell, Share},
    conditions::{Given, Meant, Test},
    evaluate::{Record, Slices},
    fields::{Label, joined},
    form::NumberForm,
    plan::{Place, days_before},
};

/// A measure with everything it names found.
#[derive(Debug, Clone)]
pub(crate) struct Computed {
    pub(crate) name: String,
    pub(crate) heading: String,
    pub(crate) width: Option<u16>,
    pub(crate) hidden: bool,
    pub(crate) form: NumberForm,
    pub(crate) when: Vec<Test>,
    pub(crate) how: How,
}

/// Which measures a row counts for, by their numbers: there are no more than so many bits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts(u64);

impl Counts {
    pub(crate) fn has(self, number: usize) -> bool {
        self.0 & bit(number) != 0
    }
}

fn bit(number: usize) -> u64 {
    u32::try_from(number).ok().and_then(|number| 1_u64.checked_shl(number)).unwrap_or_default()
}

/// What the measures of a plan ask of each row of a day. Several ask the same, which is tried once.
#[derive(Debug)]
pub(crate) struct Questions {
    asked: Vec<Meant>,
    /// The measures that ask each of them.
    askers: Vec<u64>,
    all: u64,
}

impl Questions {
    pub(crate) fn of(measures: &[Computed], given: Given<'_>) -> Self {
        let mut questions = Self { asked: Vec::new(), askers: Vec::new(), all: 0 };
        for (number, measure) in measures.iter().enumerate() {
            questions.all |= bit(number);
            for meant in measure.when.iter().filter_map(|test| test.meant(given)) {
                let known = questions.asked.iter().position(|asked| asked.is_same(&meant));
                if let Some(askers) = known.and_then(|known| questions.askers.get_mut(known)) {
                    *askers |= bit(number);
                } else {
                    questions.asked.push(meant);
                    questions.askers.push(bit(number));
                }
            }
        }
        questions
    }

    /// The measures for which a row counts.
    pub(crate) fn counts(&self, row: &Record<'_>) -> Counts {
        let tried = self.asked.iter().zip(&self.askers);
        let failed = tried.filter(|(asked, _)| !asked.holds(row));
        Counts(failed.fold(self.all, |all, (_, askers)| all & !askers))
    }
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
    let mut known = on_day(measures, &slices.now, label);
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
    label: &Label<'_>,
) -> BTreeMap<String, Cell> {
    let mut known: BTreeMap<String, Cell> = BTreeMap::new();
    for (number, measure) in measures.iter().enumerate() {
        let its = rows.iter().filter(|row| row.counts.has(number));
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
    on_day(measures, rows, label).remove(of)
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
