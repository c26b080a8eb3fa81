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
    conditions::{Given, is_empty},
    definition::Literal,
    fields::Label,
    measures::{Counts, NOTHING, Questions, compute},
    plan::{Field, Form, Grouping, Lines, Order, Place, Plan, Sorted},
    table::{Level, Row, Table},
};

/// A row of the register with the rows it names.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    own: &'a Line,
    joined: Vec<Option<&'a Line>>,
    /// The measures that it counts for.
    pub(crate) counts: Counts,
}

impl<'a> Record<'a> {
    pub(crate) fn value(&self, place: &Place) -> &'a Value {
        self.line(place).and_then(|line| line.get(place.column.name)).unwrap_or(NOTHING)
    }

    /// The same, looked for first where it was in the row before.
    pub(crate) fn value_near(&self, place: &Place, near: &Near) -> &'a Value {
        let (Some(line), name) = (self.line(place), place.column.name) else { return NOTHING };
        if let Some((_, value)) = line.iter().nth(near.0.get()).filter(|(key, _)| *key == name) {
            return value;
        }
        let Some(value) = line.get(name) else { return NOTHING };
        near.0.set(line.keys().position(|key| key == name).unwrap_or_default());
        value
    }

    fn line(&self, place: &Place) -> Option<&'a Line> {
        match place.table.checked_sub(1) {
            None => Some(self.own),
            Some(join) => self.joined.get(join).copied().flatten(),
        }
    }
}

/// Where in a line a column is. Lines of a register mostly have the same members, so it is in the
/// next where it was in the last: to look there takes one comparison, and not one for each member
/// that is passed.
#[derive(Debug, Default)]
pub(crate) struct Near(std::cell::Cell<usize>);

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
    let now = records(plan, given, lines)?;
    let mut before = BTreeMap::new();
    for day in plan.measures.iter().filter_map(|measure| measure.past_day(on)) {
        before.insert(day, records(plan, Given { on: day, chosen }, lines)?);
    }
    let slices = Slices {
        now: now.iter().collect(),
        earlier: before.iter().map(|(day, rows)| (*day, rows.iter().collect())).collect(),
    };
    let work = Work { plan, given, label };
    Ok(match &plan.shape {
        Form::Rows(fields) => work.listed(fields, &slices),
        Form::Groups(groups) => work.grouped(groups, &slices),
    })
}

/// The rows of the register for a day that meet every filter.
fn records<'a>(
    plan: &Plan,
    given: Given<'_>,
    lines: &'a Lines,
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
        let mut record = Record { own, joined: Vec::new(), counts: Counts::default() };
        for (join, index) in plan.joins.iter().zip(&indexes) {
            let named = record.value(&join.on).as_str();
            record.joined.push(named.and_then(|named| index.get(named).copied()));
        }
        if filters.iter().all(|meant| meant.holds(&record)) {
            record.counts = questions.counts(&record);
            found.push(record);
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

    fn grouped(&self, groups: &[Grouping], slices: &Slices<'_>) -> Table {
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
        groups: &[Grouping],
        path: &mut Vec<Cell>,
        slices: &Slices<'_>,
        rows: &mut Vec<Row>,
    ) {
        let Some((group, inner)) = groups.split_first() else {
            return rows.push(self.sums(Level::Detail, path.clone(), slices));
        };
        let mut parts: Vec<(Vec<Cell>, Slices<'_>)> = Vec::new();
        for (key, part) in self.split(group, slices) {
            let called = if key.is_empty() { group.empty.clone() } else { key };
            parts.push((vec![Cell::Text(called)], part));
        }
        if inner.is_empty() {
            self.sort_groups(&mut parts);
        }
        for (cells, part) in parts {
            let depth = path.len();
            path.extend(cells);
            self.group(inner, path, &part, rows);
            if let (Some(subtotal), false) = (&group.subtotal, inner.is_empty()) {
                let mut sum_path = path.clone();
                sum_path.push(Cell::Text(subtotal.clone()));
                sum_path.resize(depth.saturating_add(1).saturating_add(inner.len()), Cell::Empty);
                rows.push(self.sums(Level::Subtotal(depth.saturating_add(1)), sum_path, &part));
            }
            path.truncate(depth);
        }
    }

    /// The groups of `slices` by what they are called, in the order of the definition.
    fn split<'r>(&self, group: &Grouping, slices: &Slices<'r>) -> Vec<(String, Slices<'r>)> {
        let rank = |value: &Value| {
            let text = plain(value);
            let known = group.order.iter().position(|it| *it == text);
            // Whatever is empty is one group, and the last.
            let value = if is_empty(value) { NOTHING } else { value };
            let last = usize::from(value.is_null());
            (last, known.unwrap_or(group.order.len()), value_order(value))
        };
        let (mut ranked, mut parts) = (BTreeMap::new(), Vec::<(String, Slices<'r>)>::new());
        // Most rows say what others have said.
        let mut known: HashMap<&str, usize> = HashMap::new();
        let near = Near::default();
        let mut put = |record: &'r Record<'r>, day: Option<Date>| {
            let value = record.value_near(&group.field.place, &near);
            let text = value.as_str();
            let place = text.and_then(|text| known.get(text).copied()).unwrap_or_else(|| {
                let place = *ranked.entry(rank(value)).or_insert_with(|| {
                    parts.push((group.field.called(value, self.label), Slices::default()));
                    parts.len().saturating_sub(1)
                });
                known.extend(text.map(|text| (text, place)));
                place
            });
            let Some((_, part)) = parts.get_mut(place) else { return };
            match day {
                None => part.now.push(record),
                Some(day) => part.earlier.entry(day).or_default().push(record),
            }
        };
        for record in &slices.now {
            put(record, None);
        }
        for (day, records) in &slices.earlier {
            for record in records {
                put(record, Some(*day));
            }
        }
        let days: Vec<Date> = slices.earlier.keys().copied().collect();
        let mut parts: Vec<_> =
            ranked.into_values().filter_map(|place| taken(&mut parts, place)).collect();
        // What was there on an earlier day only is no line of today.
        parts.retain(|(_, part)| !part.now.is_empty());
        for (_, part) in &mut parts {
            for day in &days {
                part.earlier.entry(*day).or_default();
            }
        }
        parts
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

/// What stands in a place, which is left empty.
fn taken<T: Default>(all: &mut [T], place: usize) -> Option<T> {
    all.get_mut(place).map(std::mem::take)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Numbers as numbers, the rest as text; what is empty first.
fn value_order(value: &Value) -> (i64, String) {
    match value {
        Value::Number(number) => (number.as_i64().unwrap_or_default(), String::new()),
        Value::Null => (i64::MIN, String::new()),
        Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => (0, plain(value)),
    }
}
