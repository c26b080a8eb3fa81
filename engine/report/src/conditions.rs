//! Conditions on rows: checked against the column's kind once, tried on every row.

use std::{cmp::Ordering, collections::BTreeMap};

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Kind, shanghai_day};
use serde_json::Value;

use crate::{
    definition::{Literal, Parameter, ParameterKind, Wanted},
    evaluate::Record,
    plan::{Place, WrongParameter},
};

/// A condition, with its column.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) place: Place,
    pub(crate) asks: Asks,
}

/// What is asked of a value.
#[derive(Debug, Clone)]
pub(crate) enum Asks {
    Is(Wanted),
    IsNot(Wanted),
    OneOf(Vec<Literal>),
    AtLeast(Wanted),
    AtMost(Wanted),
    Contains(Wanted),
    Empty(bool),
}

/// The day for which a report is run, and what was chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) on: Date,
    pub(crate) chosen: &'a BTreeMap<String, Literal>,
}

/// The word for the day for which a report is run.
pub(crate) const TODAY: &str = "today";

impl Given<'_> {
    /// The value that is meant; none if nothing was chosen.
    pub(crate) fn meant(&self, wanted: &Wanted) -> Option<Literal> {
        match wanted {
            Wanted::Chosen(chosen) => self.chosen.get(&chosen.parameter).map(|it| self.dated(it)),
            Wanted::Written(literal) => Some(self.dated(literal)),
        }
    }

    pub(crate) fn dated(&self, literal: &Literal) -> Literal {
        match literal {
            Literal::Text(text) if text == TODAY => Literal::Text(self.on.to_string()),
            Literal::Flag(_) | Literal::Number(_) | Literal::Text(_) => literal.clone(),
        }
    }
}

impl Test {
    /// What it asks on a day; nothing of what was not chosen.
    pub(crate) fn meant(&self, given: Given<'_>) -> Option<Meant> {
        let asks = match &self.asks {
            Asks::Is(wanted) => Asked::Is(given.meant(wanted)?),
            Asks::IsNot(wanted) => Asked::IsNot(given.meant(wanted)?),
            Asks::OneOf(all) => Asked::OneOf(all.iter().map(|it| given.dated(it)).collect()),
            Asks::AtLeast(wanted) => Asked::AtLeast(given.meant(wanted)?),
            Asks::AtMost(wanted) => Asked::AtMost(given.meant(wanted)?),
            Asks::Contains(wanted) => Asked::Contains(given.meant(wanted)?),
            Asks::Empty(wanted) => Asked::Empty(*wanted),
        };
        Some(Meant { place: self.place, asks })
    }
}

/// A condition with all that it is compared with, for every row of a day.
#[derive(Debug)]
pub(crate) struct Meant {
    place: Place,
    asks: Asked,
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Is(Literal),
    IsNot(Literal),
    OneOf(Vec<Literal>),
    AtLeast(Literal),
    AtMost(Literal),
    Contains(Literal),
    Empty(bool),
}

impl Meant {
    /// Whether another asks the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let column = |it: &Self| (it.place.table, it.place.column.name);
        column(self) == column(other) && self.asks == other.asks
    }

    /// Whether a row meets it.
    pub(crate) fn holds(&self, row: &Record<'_>) -> bool {
        let (value, kind) = (row.value(&self.place), self.place.column.kind);
        let is = |wanted: &Literal| order(value, kind, wanted) == Some(Ordering::Equal);
        match &self.asks {
            Asked::Is(wanted) => is(wanted),
            Asked::IsNot(wanted) => !is(wanted),
            Asked::OneOf(all) => all.iter().any(is),
            Asked::AtLeast(wanted) => order(value, kind, wanted).is_some_and(Ordering::is_ge),
            Asked::AtMost(wanted) => order(value, kind, wanted).is_some_and(Ordering::is_le),
            Asked::Contains(wanted) => contains(value, wanted),
            Asked::Empty(wanted) => is_empty(value) == *wanted,
        }
    }
}

/// Whether nothing is in it.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// How a value compares with what is written in definitions; an instant counts by its day. Nothing
/// compares with what it is not: the checker leaves no such condition.
fn order(value: &Value, kind: Kind, wanted: &Literal) -> Option<Ordering> {
    match (value, wanted) {
        (Value::Bool(yes), Literal::Flag(wanted)) => Some(yes.cmp(wanted)),
        (Value::Number(number), Literal::Number(wanted)) => Some(number.as_i64()?.cmp(wanted)),
        (Value::String(text), Literal::Text(wanted)) if kind == Kind::Instant => {
            let at: DateTime<Utc> = text.parse().ok()?;
            Some(shanghai_day(at).to_string().as_str().cmp(wanted))
        }
        (Value::String(text), Literal::Text(wanted)) => Some(text.as_str().cmp(wanted)),
        (
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_),
            _,
        ) => None,
    }
}

fn contains(value: &Value, wanted: &Literal) -> bool {
    let Literal::Text(wanted) = wanted else { return false };
    match value {
        Value::String(text) => text.contains(wanted.as_str()),
        Value::Array(items) => items.iter().any(|item| item.as_str() == Some(wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Whether a literal can stand in a column of this kind.
pub(crate) fn fits(kind: Kind, literal: &Literal) -> bool {
    match (kind, literal) {
        (Kind::Text | Kind::Json, Literal::Text(_))
        | (Kind::Integer, Literal::Number(_))
        | (Kind::Boolean, Literal::Flag(_)) => true,
        (Kind::Date | Kind::Instant, Literal::Text(text)) => is_day(text),
        (
            Kind::Text | Kind::Json | Kind::Date | Kind::Instant | Kind::Integer | Kind::Boolean,
            _,
        ) => false,
    }
}

/// Whether a parameter of this kind can be compared with a column of that one.
pub(crate) fn parameter_fits(kind: Kind, parameter: ParameterKind) -> bool {
    match parameter {
        ParameterKind::Text => matches!(kind, Kind::Text | Kind::Json),
        ParameterKind::Integer => kind == Kind::Integer,
        ParameterKind::Date => matches!(kind, Kind::Date | Kind::Instant),
        ParameterKind::Boolean => kind == Kind::Boolean,
    }
}

/// Whether a parameter can have this value.
pub(crate) fn default_fits(parameter: ParameterKind, literal: &Literal) -> bool {
    match (parameter, literal) {
        (ParameterKind::Text, Literal::Text(_))
        | (ParameterKind::Integer, Literal::Number(_))
        | (ParameterKind::Boolean, Literal::Flag(_)) => true,
        (ParameterKind::Date, Literal::Text(text)) => is_day(text),
        (
            ParameterKind::Text
            | ParameterKind::Date
            | ParameterKind::Integer
            | ParameterKind::Boolean,
            _,
        ) => false,
    }
}

/// A day as it is compared: as text, so it must have all its digits.
fn is_day(text: &str) -> bool {
    let parsed = text.parse::<Date>().ok();
    text == TODAY || parsed.is_some_and(|day| day.to_string() == text)
}

/// What was chosen, as the parameter has it.
pub(crate) fn literal_fits(parameter: &Parameter, text: &str) -> Result<Literal, WrongParameter> {
    let (literal, wanted) = match parameter.kind {
        ParameterKind::Text => (Some(Literal::Text(text.to_owned())), "文字"),
        ParameterKind::Integer => (text.parse().ok().map(Literal::Number), "整数"),
        ParameterKind::Date => {
            (is_day(text).then(|| Literal::Text(text.to_owned())), "日期（YYYY-MM-DD）")
        }
        ParameterKind::Boolean => {
            let yes = match text {
                "true" | "是" => Some(true),
                "false" | "否" => Some(false),
                _ => None,
            };
            (yes.map(Literal::Flag), "是或否（true 或 false）")
        }
    };
    let name = parameter.name.get_ref().clone();
    literal.ok_or(WrongParameter::Unfit { name, value: text.to_owned(), wanted })
}
