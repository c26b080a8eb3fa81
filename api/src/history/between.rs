//! What changed between two positions.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Position, Role};
use fugong_domain::registers::{Line, Table, tables};
use serde_json::{Map, Value, json};

use super::{History, Moment, Whose};
use crate::problem::Problem;

impl History<'_> {
    /// What became of something between two positions, of one day of the world: for an aggregate or
    /// an enterprise a JSON Patch (RFC 6902) that leads from what was known first to what was known
    /// then, for a register its rows, for the district those of every register that changed.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn diff(
        &self,
        whose: &Whose,
        (from, to): (Position, Position),
        true_on: Date,
    ) -> Result<Value, Problem> {
        let (from, to) = (Moment { known: from, true_on }, Moment { known: to, true_on });
        match whose {
            Whose::Thing(..) | Whose::Enterprise(_) => {
                let (before, after) =
                    (self.as_of(whose, from).await?, self.as_of(whose, to).await?);
                Ok(patch(&before, &after))
            }
            Whose::Register(table) => self.changed_rows(table, from, to).await,
            Whose::District => {
                let mut registers = Map::new();
                for table in tables() {
                    let changed = self.changed_rows(table, from, to).await?;
                    if changed.as_array().is_some_and(|rows| !rows.is_empty()) {
                        registers.insert(table.relation.name.to_owned(), changed);
                    }
                }
                Ok(Value::Object(registers))
            }
        }
    }

    async fn changed_rows(
        &self,
        table: &Table,
        from: Moment,
        to: Moment,
    ) -> Result<Value, Problem> {
        let (before, after) = (self.lines(table, from).await?, self.lines(table, to).await?);
        Ok(json!(changed(table, &before, &after)))
    }
}

/// The JSON Patch that makes `after` of `before`.
pub(super) fn patch(before: &Value, after: &Value) -> Value {
    json!(json_patch::diff(before, after))
}

/// The rows that differ: each by its key, with what it was (null if it was not there) and what it
/// is (null if it is gone).
pub(super) fn changed(table: &Table, before: &[Line], after: &[Line]) -> Vec<Value> {
    let mut rows: BTreeMap<String, (Option<&Line>, Option<&Line>)> = BTreeMap::new();
    for (key, line) in keyed(table, before) {
        rows.entry(key).or_default().0 = Some(line);
    }
    for (key, line) in keyed(table, after) {
        rows.entry(key).or_default().1 = Some(line);
    }
    let differ = rows.into_values().filter(|(before, after)| before != after);
    differ.map(|(before, after)| json!({"before": before, "after": after})).collect()
}

/// Rows by their keys; those of the same key are told apart by their order.
fn keyed<'l>(table: &Table, lines: &'l [Line]) -> BTreeMap<String, &'l Line> {
    let columns = table.relation.columns.iter().filter(|column| column.role == Role::Key);
    let names: Vec<_> = columns.map(|column| column.name).collect();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let key = |line: &Line| {
        let key: Vec<_> = names.iter().map(|name| line.get(name)).collect();
        json!(key).to_string()
    };
    let numbered = |line: &'l Line| {
        let key = key(line);
        let n = seen.entry(key.clone()).or_default();
        *n = n.saturating_add(1);
        (format!("{key}{n:08}"), line)
    };
    lines.iter().map(numbered).collect()
}
