//! What an event says, line by line: members under their names, codes under theirs.

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::shanghai_time;
use fugong_domain::{Kind, UnitCode, regime::Regime};
use serde_json::Value;

use super::super::frame::Here;
use super::labels::{list, member};
use crate::problem::Language;

/// How deep members of members are set in, at most.
const DEEPEST: usize = 4;
/// The most lines of an event: rules and lists of codes are long.
const MOST: usize = 400;

/// A line of what an event says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) depth: usize,
    pub(super) label: String,
    /// The name of the member, as programs know it.
    pub(super) name: String,
    /// None where the lines below say it.
    pub(super) text: Option<String>,
}

/// In whose words it is said.
pub(super) struct Said<'a> {
    pub(super) here: &'a Here,
    pub(super) regime: &'a Regime,
    pub(super) on: Date,
    /// The kind of aggregate to which it happened.
    pub(super) kind: &'a str,
}

/// What an event says.
pub(super) fn lines(said: &Said<'_>, data: &Value) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Value::Object(members) = data {
        for (name, value) in members {
            put(said, &mut lines, (0, name), value);
        }
    }
    lines.truncate(MOST);
    lines
}

fn put(said: &Said<'_>, lines: &mut Vec<Line>, (depth, name): (usize, &str), value: &Value) {
    let label = said.member(name);
    let mut line = |text| {
        lines.push(Line {
            depth: depth.min(DEEPEST),
            label: label.clone(),
            name: name.to_owned(),
            text,
        });
    };
    match value {
        // What was not said is not shown.
        Value::Null => {}
        Value::Object(members) if said.here.words.mark(value).is_empty() => {
            if !members.is_empty() {
                line(None);
            }
            for (name, value) in members {
                put(said, lines, (depth.saturating_add(1), name), value);
            }
        }
        Value::Array(items) if items.iter().any(|item| is_whole(said, item)) => {
            line(None);
            for (number, item) in (1_usize..).zip(items) {
                put(said, lines, (depth.saturating_add(1), &number.to_string()), item);
            }
        }
        Value::Array(items) => {
            let texts: Vec<_> = items.iter().map(|item| said.value(name, item)).collect();
            let between = if said.here.tag() == "en" { ", " } else { "、" };
            line(Some(if texts.is_empty() {
                said.here.words.none.to_owned()
            } else {
                texts.join(between)
            }));
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            line(Some(said.value(name, value)));
        }
    }
}

/// Whether it has members of its own to be shown.
fn is_whole(said: &Said<'_>, value: &Value) -> bool {
    value.is_object() && said.here.words.mark(value).is_empty()
}

impl Said<'_> {
    fn tongue(&self) -> &'static str {
        if self.here.language == Language::English { "en" } else { "zh" }
    }

    /// What a member is called.
    fn member(&self, name: &str) -> String {
        match self.here.language {
            Language::Chinese => member(Kind::from_code(self.kind), name).to_owned(),
            Language::English => name.replace(['_', '-'], " "),
        }
    }

    /// What a code of a list is called.
    pub(super) fn code(&self, list: &str, code: &str) -> String {
        self.regime.label(list, code, self.tongue())
    }

    /// What a unit is called, by its code.
    pub(super) fn unit(&self, code: &str) -> String {
        let unit: Option<UnitCode> = code.parse().ok();
        let found = unit.as_ref().and_then(|unit| self.regime.units().at(unit, self.on).ok());
        found.map_or_else(|| code.to_owned(), |found| found.short().to_owned())
    }

    /// An instant as clocks here show it; a day as it is.
    pub(super) fn moment(text: &str) -> String {
        let at = DateTime::parse_from_rfc3339(text).ok().map(DateTime::<Utc>::from);
        at.map_or_else(
            || text.to_owned(),
            |at| shanghai_time(at).format("%Y-%m-%d %H:%M:%S").to_string(),
        )
    }

    /// Words that may not be told.
    pub(super) fn words(&self, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                self.here.words.mark(other).to_owned()
            }
        }
    }

    fn value(&self, name: &str, value: &Value) -> String {
        let w = self.here.words;
        match value {
            Value::Bool(yes) => if *yes { w.yes } else { w.no }.to_owned(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => self.text(name, text),
            Value::Null => w.none.to_owned(),
            Value::Array(_) | Value::Object(_) => w.mark(value).to_owned(),
        }
    }

    fn text(&self, name: &str, text: &str) -> String {
        if let Some(list) = list(self.kind, name) {
            return self.code(list, text);
        }
        let is_unit = [
            "township",
            "park",
            "unit",
            "department",
            "led_by",
            "joint_with",
            "lead",
            "by",
            "against",
            "area",
        ];
        if is_unit.contains(&name) {
            return self.unit(text);
        }
        Self::moment(text)
    }
}
