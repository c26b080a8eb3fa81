//! Rows put into groups, by what they say in a column.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::{
    cell::Cell,
    conditions::is_empty,
    evaluate::Slices,
    fields::Label,
    measures::NOTHING,
    plan::{Grouping, Place},
};

/// How many groupings may lie in each other.
pub(crate) const DEPTH: usize = 5;

/// The order of a group among the others: empty last, then as the definition says, then by value.
type Rank = (bool, usize, (i64, String));

/// The groups of a grouping, numbered as rows of them are met: while a row is at hand, all that it
/// says is looked at, so that it need not be fetched from memory again for each grouping.
pub(crate) struct Groups<'a, 'p> {
    pub(crate) grouping: &'p Grouping,
    label: &'p Label<'p>,
    ranked: BTreeMap<Rank, usize>,
    called: Vec<String>,
    /// Most rows say what others have said.
    known: HashMap<&'a str, usize>,
}

impl<'a, 'p> Groups<'a, 'p> {
    pub(crate) fn of(grouping: &'p Grouping, label: &'p Label<'p>) -> Self {
        let (ranked, called, known) = (BTreeMap::new(), Vec::new(), HashMap::new());
        Self { grouping, label, ranked, called, known }
    }

    /// The column that it goes by.
    pub(crate) fn place(&self) -> &'p Place {
        &self.grouping.field.place
    }

    /// The number of the group in which a row is that says this.
    pub(crate) fn number(&mut self, value: &'a Value) -> usize {
        let text = value.as_str();
        if let Some(number) = text.and_then(|text| self.known.get(text)) {
            return *number;
        }
        let part = self.grouping.key(value);
        let key = part.as_ref().unwrap_or(value);
        let number = *self.ranked.entry(rank(self.grouping, key)).or_insert_with(|| {
            self.called.push(self.grouping.called(key, self.label));
            self.called.len().saturating_sub(1)
        });
        self.known.extend(text.map(|text| (text, number)));
        number
    }
}

fn rank(grouping: &Grouping, value: &Value) -> Rank {
    let text = plain(value);
    let known = grouping.order.iter().position(|it| *it == text);
    // Whatever is empty is one group, and the last.
    let value = if is_empty(value) { NOTHING } else { value };
    (value.is_null(), known.unwrap_or(grouping.order.len()), value_order(value))
}

/// The groups of `slices`, each below its name, in the order of the definition; `depth` groupings
/// lie around this one.
pub(crate) fn split<'r>(
    groups: &Groups<'_, '_>,
    depth: usize,
    slices: &Slices<'r>,
) -> Vec<(Vec<Cell>, Slices<'r>)> {
    let mut parts: Vec<Slices<'r>> = Vec::new();
    parts.resize_with(groups.called.len(), Slices::default);
    for record in &slices.now {
        if let Some(part) = parts.get_mut(record.number(depth)) {
            part.now.push(record);
        }
    }
    for (day, records) in &slices.earlier {
        for part in &mut parts {
            part.earlier.insert(*day, Vec::new());
        }
        for record in records {
            let part = parts.get_mut(record.number(depth));
            if let Some(earlier) = part.and_then(|part| part.earlier.get_mut(day)) {
                earlier.push(record);
            }
        }
    }
    let part = |number: &usize| {
        // What was there on an earlier day only is no line of today.
        let part = parts.get_mut(*number).filter(|part| !part.now.is_empty())?;
        let called = groups.called.get(*number)?.clone();
        Some((vec![Cell::Text(called)], std::mem::take(part)))
    };
    groups.ranked.values().filter_map(part).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Numbers as numbers, the rest as text; what is empty first.
pub(crate) fn value_order(value: &Value) -> (i64, String) {
    match value {
        Value::Number(number) => (number.as_i64().unwrap_or_default(), String::new()),
        Value::Null => (i64::MIN, String::new()),
        Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => (0, plain(value)),
    }
}
