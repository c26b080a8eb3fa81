//! A plan carried out over lines in memory.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use chrono::NaiveDate as Date;
use fugong_core::Failure;
use serde_json::Value;

use crate::{
    Line,
    cell::Cell,
    conditions::Given,
    definition::Literal,
    fields::Label,
    groups::{DEPTH, Groups, split, value_order},
    measures::{Counts, NOTHING, Questions, compute},
    plan::{Field, Form, Lines, Order, Place, Plan, Sorted},
    table::{Level, Row, Table},
};

/// A row of the register with the rows it names.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    own: &'a Line,
    joined: Vec<Option<&'a Line>>,
    /// Which of its groups it is in, for each grouping.
    numbers: [usize; DEPTH],
    /// The measures that it counts for.
    pub(crate) counts: Counts,
}

impl<'a> Record<'a> {
    pub(crate) fn value(&self, place: &Place) -> &'a Value {
        let line = self.line(place);
        line.and_then(|line| line.at(place.before, place.column.name)).unwrap_or(NOTHING)
    }

    /// The number of its group in a grouping, around which so many others lie.
    pub(crate) fn number(&self, depth: usize) -> usize {
        self.numbers.get(depth).copied().unwrap_or_default()
    }

    fn line(&self, place: &Place) -> Option<&'a Line> {
        match place.table.checked_sub(1) {
            None => Some(self.own),
            Some(join) => self.joined.get(join).copied().flatten(),
        }
    }
}

/// The rows of one group: on the day, and on the earlier days that measures look at.
#[derive(Debug, Default)]
pub(crate) struct Slices<'a> {
    pub(crate) now: Vec<&'a Record<'a>>,
    pub(crate) earlier: BTreeMap<Date, Vec<&'a Record<'a>>>,
}

pub(crate) fn run(
    plan: &Plan,
    on: Date,
    chosen: &BTreeMap<String, Literal>,
    lines: &Lines,
    label: &Label<'_>,
) -> Result<Table, Failure> {
    let given = Given { on, chosen };
    let mut groups: Vec<_> = plan.groups().iter().map(|group| Groups::of(group, label)).collect();
    let now = records(plan, given, lines, &mut groups)?;
    let mut before = BTreeMap::new();
    for day in plan.measures.iter().filter_map(|measure| measure.past_day(on)) {
        before.insert(day, records(plan, Given { on: day, chosen }, lines, &mut groups)?);
    }
    let slices = Slices {
        now: now.iter().collect(),
        earlier: before.iter().map(|(day, rows)| (*day, rows.iter().collect())).collect(),
    };
    let work = Work { plan, given, label };
    Ok(match &plan.shape {
        Form::Rows(fields) => work.listed(fields, &slices),
        Form::Groups(_) => work.grouped(&groups, &slices),
    })
}

/// The rows of the register for a day that meet every filter.
fn records<'a>(
    plan: &Plan,
    given: Given<'_>,
    lines: &'a Lines,
    groups: &mut [Groups<'a, '_>],
) -> Result<Vec<Record<'a>>, Failure> {
    let of = |register: &'static str| {
        let missing = || Failure(format!("the lines of {register} for {} are missing", given.on));
        lines.get(&(register, given.on)).ok_or_else(missing)
    };
    let mut indexes: Vec<HashMap<&str, &Line>> = Vec::new();
    for join in &plan.joins {
        let rows = of(join.register)?.iter();
        let named = rows.filter_map(|line| Some((line.get(join.key)?.as_str()?, line)));
        indexes.push(named.collect());
    }
    let filters: Vec<_> = plan.filters.iter().filter_map(|test| test.meant(given)).collect();
    let questions = Questions::of(&plan.measures, given);
    let mut found = Vec::new();
    for own in of(plan.register)?.iter() {
        let (mut numbers, counts) = ([0; DEPTH], Counts::default());
        let mut record = Record { own, joined: Vec::new(), numbers, counts };
        for (join, index) in plan.joins.iter().zip(&indexes) {
            let named = record.value(&join.on).as_str();
            record.joined.push(named.and_then(|named| index.get(named).copied()));
        }
        if filters.iter().all(|meant| meant.holds(&record)) {
            record.counts = questions.counts(&record);
            for (groups, number) in groups.iter_mut().zip(&mut numbers) {
                *number = groups.number(record.value(groups.place()));
            }
            found.push(Record { numbers, ..record });
        }
    }
    Ok(found)
}

/// A plan being carried out.
struct Work<'a> {
    plan: &'a Plan,
    given: Given<'a>,
    label: &'a Label<'a>,
}

impl Work<'_> {
    fn listed(&self, fields: &[Field], slices: &Slices<'_>) -> Table {
        let mut rows: Vec<&Record<'_>> = slices.now.clone();
        self.sort_records(&mut rows);
        let kept = self.plan.limit.unwrap_or(usize::MAX);
        let cut = rows.len().saturating_sub(kept);
        let line = |record: &&Record<'_>| Row {
            level: Level::Detail,
            cells: fields
                .iter()
                .map(|field| field.cell(record.value(&field.place), self.label))
                .collect(),
        };
        let mut lines: Vec<Row> = rows.iter().take(kept).map(line).collect();
        if let Some(total) = &self.plan.total {
            let sums = compute(&self.plan.measures, slices, self.given, self.label);
            let mut cells: Vec<Cell> = fields
                .iter()
                .map(|field| sums.get(&field.name).cloned().unwrap_or(Cell::Empty))
                .collect();
            if let Some(first) = cells.first_mut() {
                *first = Cell::Text(format!("{total}（{}）", slices.now.len()));
            }
            lines.push(Row { level: Level::Total, cells });
        }
        self.plan.table_of(lines, cut)
    }

    fn sort_records(&self, rows: &mut [&Record<'_>]) {
        // The first order counts most, so it comes last: sorting keeps what is equal in place.
        for Order { by, descending } in self.plan.sort.iter().rev() {
            let Sorted::Column(place) = by else { continue };
            let key = |record: &&Record<'_>| value_order(record.value(place));
            if *descending {
                rows.sort_by_cached_key(|record| Reverse(key(record)));
            } else {
                rows.sort_by_cached_key(key);
            }
        }
    }

    fn grouped(&self, groups: &[Groups<'_, '_>], slices: &Slices<'_>) -> Table {
        let mut rows = Vec::new();
        self.group(groups, &mut Vec::new(), slices, &mut rows);
        let kept = self.plan.limit.unwrap_or(usize::MAX);
        let cut = rows.len().saturating_sub(kept);
        rows.truncate(kept);
        if groups.is_empty() {
            rows.clear();
        }
        if let Some(total) = self.plan.total_line() {
            let mut path = vec![Cell::Text(total.clone())];
            path.resize(groups.len().max(1), Cell::Empty);
            rows.push(self.sums(Level::Total, path, slices));
        }
        self.plan.table_of(rows, cut)
    }

    /// The lines of the groups of `slices`, below what already stands in `path`.
    fn group(
        &self,
        groups: &[Groups<'_, '_>],
        path: &mut Vec<Cell>,
        slices: &Slices<'_>,
        rows: &mut Vec<Row>,
    ) {
        let depth = path.len();
        let Some((group, inner)) = groups.split_first() else {
            return rows.push(self.sums(Level::Detail, path.clone(), slices));
        };
        let mut parts = split(group, depth, slices);
        if inner.is_empty() {
            self.sort_groups(&mut parts);
        }
        for (cells, part) in parts {
            path.extend(cells);
            self.group(inner, path, &part, rows);
            if let (Some(subtotal), false) = (&group.grouping.subtotal, inner.is_empty()) {
                let mut sum_path = path.clone();
                sum_path.push(Cell::Text(subtotal.clone()));
                sum_path.resize(depth.saturating_add(1).saturating_add(inner.len()), Cell::Empty);
                rows.push(self.sums(Level::Subtotal(depth.saturating_add(1)), sum_path, &part));
            }
            path.truncate(depth);
        }
    }

    fn sort_groups(&self, parts: &mut [(Vec<Cell>, Slices<'_>)]) {
        for Order { by, descending } in self.plan.sort.iter().rev() {
            let Sorted::Measure(name) = by else { continue };
            let key = |part: &(Vec<Cell>, Slices<'_>)| {
                let known = compute(&self.plan.measures, &part.1, self.given, self.label);
                known.get(name).map(Cell::order)
            };
            if *descending {
                parts.sort_by_cached_key(|part| Reverse(key(part)));
            } else {
                parts.sort_by_cached_key(key);
            }
        }
    }

    fn sums(&self, level: Level, mut cells: Vec<Cell>, slices: &Slices<'_>) -> Row {
        let mut known = compute(&self.plan.measures, slices, self.given, self.label);
        let shown = self.plan.measures.iter().filter(|measure| !measure.hidden);
        cells.extend(shown.map(|it| known.remove(&it.name).unwrap_or(Cell::Empty)));
        Row { level, cells }
    }
}
