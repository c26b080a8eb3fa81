//! What stands in the columns of a table, however its lines were found.

use fugong_core::Kind;
use serde_json::Value;

use crate::{
    cell::Cell,
    form::NumberForm,
    measures::{Computed, How},
    plan::{Field, Form, Grouping, Plan},
    table::{Head, Holds, Level, Row, Shape, Table},
};

/// What a value in a column of a register is called.
pub(crate) type Label<'a> = dyn Fn(&str, &str, &Value) -> String + 'a;

impl Field {
    /// A value as it is shown.
    pub(crate) fn cell(&self, value: &Value, label: &Label<'_>) -> Cell {
        match value {
            Value::Null => Cell::Empty,
            Value::Number(number) => {
                number.as_i64().map_or_else(|| Cell::Text(number.to_string()), Cell::Number)
            }
            Value::String(text) if self.place.column.kind == Kind::Date => text
                .parse()
                .map_or_else(|_| Cell::Text(text.clone()), |day| Cell::Date(day, self.date)),
            Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                let text = self.called(value, label);
                if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
            }
        }
    }

    /// What a value is called: by the definition, else as everywhere.
    pub(crate) fn called(&self, value: &Value, label: &Label<'_>) -> String {
        let own = match value {
            Value::String(text) => self.labels.get(text),
            Value::Bool(yes) => self.labels.get(if *yes { "true" } else { "false" }),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let place = &self.place;
        own.cloned().unwrap_or_else(|| label(place.register, place.column.name, value))
    }

    fn head(&self, holds: Holds) -> Head {
        let shape = if self.merge { Shape::Merged } else { Shape::Plain };
        let (name, heading) = (self.name.clone(), self.heading.clone());
        let form = NumberForm { thousands: self.thousands, ..NumberForm::PLAIN };
        Head { name, heading, width: self.width, shape, holds, form }
    }

    fn holds(&self) -> Holds {
        match self.place.column.kind {
            Kind::Integer => Holds::Number,
            Kind::Date => Holds::Day,
            Kind::Text | Kind::Instant | Kind::Boolean | Kind::Json => Holds::Words,
        }
    }
}

impl Grouping {
    /// What of a value makes the group: of a day perhaps its month or year.
    pub(crate) fn key(&self, value: &Value) -> Option<Value> {
        let common = value.as_str()?.get(..self.common()?)?;
        Some(common.into())
    }

    /// How many characters of a day make the group, if not the whole does.
    pub(crate) fn common(&self) -> Option<usize> {
        let is_day = self.field.place.column.kind == Kind::Date;
        self.field.date.common().filter(|_| is_day)
    }

    /// What the group is called of which this is the key.
    pub(crate) fn called(&self, key: &Value, label: &Label<'_>) -> String {
        let text = key.as_str().filter(|text| !self.field.labels.contains_key(*text));
        let is_day = self.field.place.column.kind == Kind::Date;
        let day = text.filter(|_| is_day).and_then(|it| self.field.date.written_common(it));
        let called = day.unwrap_or_else(|| self.field.called(key, label));
        if called.is_empty() { self.empty.clone() } else { called }
    }
}

impl Plan {
    /// What the line of all is called; none if there is no such line.
    pub(crate) fn total_line(&self) -> Option<&String> {
        let only_line = match &self.shape {
            Form::Groups(groups) => groups.is_empty(),
            Form::Rows(_) => false,
        };
        self.total.as_ref().or(only_line.then_some(&self.title))
    }

    /// What a measure comes to.
    fn holds(&self, measure: &Computed) -> Holds {
        let of = |name: &String| self.measures.iter().find(|measure| measure.name == *name);
        match &measure.how {
            How::Count | How::Sum(_) => Holds::Number,
            How::Average(_) => Holds::Average,
            How::Names(_) => Holds::Words,
            How::Ratio { excluded, .. } => Holds::Share { excluded: excluded.is_some() },
            How::Difference { of: name, .. } => match of(name).map(|it| self.holds(it)) {
                Some(Holds::Share { .. }) => Holds::Points,
                Some(_) | None => Holds::Number,
            },
            How::Earlier { of: name, .. } => of(name).map_or(Holds::Words, |it| self.holds(it)),
        }
    }

    /// The head of a column, below which a measure of its name may stand in the line of all.
    fn listed_head(&self, field: &Field) -> Head {
        let mut head = field.head(field.holds());
        let sum = self.measures.iter().find(|it| it.name == field.name);
        head.form.decimals = sum.map_or(head.form.decimals, |it| it.form.decimals);
        head
    }

    /// The table of these lines, of which `cut` are left out.
    pub(crate) fn table_of(&self, rows: Vec<Row>, cut: usize) -> Table {
        let mut heads: Vec<Head> = match &self.shape {
            Form::Rows(fields) => fields.iter().map(|field| self.listed_head(field)).collect(),
            // Groups go by what they are called.
            Form::Groups(groups) => {
                groups.iter().map(|group| group.field.head(Holds::Words)).collect()
            }
        };
        if let Form::Groups(groups) = &self.shape {
            if groups.is_empty() {
                heads.push(Head {
                    name: "all".to_owned(),
                    heading: String::new(),
                    width: None,
                    shape: Shape::Plain,
                    holds: Holds::Words,
                    form: NumberForm::PLAIN,
                });
            }
            heads.extend(self.measures.iter().filter(|it| !it.hidden).map(|it| Head {
                name: it.name.clone(),
                heading: it.heading.clone(),
                width: it.width,
                shape: Shape::Measure,
                holds: self.holds(it),
                form: it.form,
            }));
        }
        let mut table = Table { heads, rows, cut };
        if self.numbered {
            number(&mut table);
        }
        table
    }
}

/// Puts a number before each row.
fn number(table: &mut Table) {
    let heading = "序号".to_owned();
    let (name, shape, holds) = ("number".to_owned(), Shape::Plain, Holds::Number);
    let form = NumberForm::PLAIN;
    let head = Head { name, heading, width: Some(6), shape, holds, form };
    table.heads.insert(0, head);
    let mut next = 0_i64;
    for row in &mut table.rows {
        let cell = if row.level == Level::Detail {
            next = next.saturating_add(1);
            Cell::Number(next)
        } else {
            Cell::Empty
        };
        row.cells.insert(0, cell);
    }
}

/// Names, one after the other; those that say nothing are left out.
pub(crate) fn joined(names: impl Iterator<Item = String>) -> Cell {
    let said: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    if said.is_empty() { Cell::Empty } else { Cell::Text(said.join("、")) }
}
