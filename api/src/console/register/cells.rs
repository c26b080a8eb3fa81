//! What stands in a cell: codes by their names, yes and no, words as far as they are opened.

use chrono::NaiveDate as Date;
use fugong_core::{Column, Kind};
use fugong_domain::{
    regime::Regime,
    registers::{Table, code_list, label, table},
};
use serde_json::Value;

use super::super::{
    frame::Here,
    visitor::{Listed, Visitor},
};
use crate::problem::{Language, Problem};

/// A cell of a table.
pub(in crate::console) struct Cell {
    pub(in crate::console) text: String,
    /// The way to what it names.
    pub(in crate::console) to: Option<String>,
    pub(in crate::console) is_number: bool,
}

impl Cell {
    /// Whether it needs more than one line.
    pub(in crate::console) fn is_long(&self) -> bool {
        16 < self.text.chars().count() && !self.text.is_ascii()
    }
}

/// The cells of these rows.
///
/// # Errors
///
/// When the log cannot be read.
pub(in crate::console) async fn of(
    visitor: &Visitor,
    here: &Here,
    table: &Table,
    listed: &Listed,
) -> Result<Vec<Vec<Cell>>, Problem> {
    let on = day(visitor, listed.true_on);
    let columns = table.relation.columns;
    let cells = |regime: &Regime| {
        let cell = |column: &Column, item: &Value| Cell {
            text: shown((here, regime, on), (table.relation.name, column), &item[column.name]),
            to: way(here, column, &item[column.name]),
            is_number: column.kind == Kind::Integer,
        };
        let row = |item: &Value| columns.iter().map(|column| cell(column, item)).collect();
        listed.items.iter().map(row).collect()
    };
    visitor.regime(cells).await
}

/// How values of columns are shown.
///
/// # Errors
///
/// When the log cannot be read.
pub(in crate::console) async fn words(
    visitor: &Visitor,
    here: &Here,
    table: &Table,
    values: &[(&str, Value)],
) -> Result<Vec<String>, Problem> {
    let on = day(visitor, None);
    let words = |regime: &Regime| {
        let word = |(name, value): &(&str, Value)| {
            let column = table.relation.columns.iter().find(|column| column.name == *name);
            let shown = |column| shown((here, regime, on), (table.relation.name, column), value);
            column.map(shown).unwrap_or_default()
        };
        values.iter().map(word).collect()
    };
    visitor.regime(words).await
}

/// How the value of a column of a register is shown.
pub(in crate::console) fn named(
    (here, regime, on): (&Here, &Regime, Date),
    (register, column): (&str, &str),
    value: &Value,
) -> String {
    let table = table(register);
    let columns = table.map(|table| table.relation.columns).unwrap_or_default();
    let column = columns.iter().find(|known| known.name == column);
    column.map(|column| shown((here, regime, on), (register, column), value)).unwrap_or_default()
}

/// The value of a column that an address names.
pub(in crate::console) fn read(column: &Column, text: &str) -> Value {
    match (column.kind, text) {
        (Kind::Boolean, "true") => true.into(),
        (Kind::Boolean, "false") => false.into(),
        _ => text.into(),
    }
}

fn day(visitor: &Visitor, on: Option<Date>) -> Date {
    on.unwrap_or_else(|| fugong_core::shanghai_day(visitor.desk.log().now()))
}

fn shown(
    (here, regime, on): (&Here, &Regime, Date),
    (register, column): (&str, &Column),
    value: &Value,
) -> String {
    let called = |code: &str| match here.language {
        Language::Chinese => label(regime, on, (register, column.name), code),
        Language::English => {
            let named = code_list(register, column.name).map(|list| regime.label(list, code, "en"));
            named.filter(|label| label != code)
        }
    };
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { here.words.yes } else { here.words.no }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => called(text).unwrap_or_else(|| text.clone()),
        Value::Array(values) => {
            let each =
                values.iter().map(|value| shown((here, regime, on), (register, column), value));
            each.collect::<Vec<_>>().join(if here.tag() == "en" { ", " } else { "、" })
        }
        Value::Object(_) => match here.words.mark(value) {
            "" => value.to_string(),
            mark => mark.to_owned(),
        },
    }
}

/// The way to the enterprise that a cell names.
fn way(here: &Here, column: &Column, value: &Value) -> Option<String> {
    let code = value.as_str().filter(|code| !code.is_empty())?;
    let names = column.references == Some("r12") && column.name != "parent";
    names.then(|| here.enterprise(code))
}
