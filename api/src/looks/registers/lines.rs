//! Lines of a register: which are wanted, and in which order.

use fugong_domain::registers::{Line, Table};
use serde_json::Value;

/// Whether a line has what is wanted in each column.
pub(super) fn fits(line: &Line, wanted: &[(String, String)]) -> bool {
    wanted.iter().all(|(name, wanted)| line.get(name).is_some_and(|value| plain(value) == *wanted))
}

/// Whether a text stands in a line, in a column that is not about persons.
pub(super) fn says(line: &Line, table: &Table, text: &str) -> bool {
    let columns = table.relation.columns.iter().filter(|column| !column.personal);
    let told = columns.filter_map(|column| line.get(column.name));
    told.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
        .any(|value| value.as_str().is_some_and(|said| said.contains(text)))
}

/// Puts lines in the order of a column.
pub(super) fn sort(lines: &mut [&Line], by: Option<&str>) {
    let Some(by) = by else { return };
    let column = by.trim_start_matches('-');
    lines.sort_by(|a, b| compare(a.get(column), b.get(column)));
    if by.starts_with('-') {
        lines.reverse();
    }
}

fn compare(a: Option<&Value>, b: Option<&Value>) -> std::cmp::Ordering {
    let number = |value: Option<&Value>| value.and_then(Value::as_i64);
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a.map(plain).cmp(&b.map(plain)),
    }
}

/// A value as it is compared and written.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
