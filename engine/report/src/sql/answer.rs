//! What a database answers, as a table.

use std::collections::BTreeMap;

use fugong_core::{Failure, Kind, Ratio};
use serde_json::{Value, json};

use super::measures::Figures;
use crate::{
    Catalog, Cell, Level, Plan, Row, Share, Table,
    cell::called,
    fields::{Label, joined},
    plan::{Field, Form, Grouping},
};

/// A line of an answer.
type Texts = Vec<Option<String>>;

impl Plan {
    /// The table that the answer of its [`statement`](Self::statement) comes to: the same that
    /// [`run`](Self::run) makes of the same lines.
    ///
    /// # Errors
    ///
    /// When it is no answer of that statement.
    pub fn table(&self, answer: &[Texts], catalog: &dyn Catalog) -> Result<Table, Failure> {
        let label = |register: &str, column: &str, value: &Value| {
            called(value, &|code| catalog.label(register, column, code))
        };
        let (mut rows, mut total, mut all) = (Vec::new(), None, 0_usize);
        for texts in answer {
            let mut line = Line { texts: texts.iter() };
            let level = line.number()?;
            all = line.number()?;
            let row = match &self.shape {
                Form::Rows(fields) => self.row(fields, (level, all), &mut line, &label)?,
                Form::Groups(groups) => self.group_row(groups, level, &mut line, &label)?,
            };
            if level == 0 { total = Some(row) } else { rows.push(row) }
        }
        let cut = all.saturating_sub(rows.len());
        rows.extend(total);
        Ok(self.table_of(rows, cut))
    }

    fn row(
        &self,
        fields: &[Field],
        (level, all): (usize, usize),
        line: &mut Line<'_>,
        label: &Label<'_>,
    ) -> Result<Row, Failure> {
        if level != 0 {
            let cells = fields.iter().map(|field| Ok(field.cell(&line.json()?, label)));
            return Ok(Row { level: Level::Detail, cells: cells.collect::<Result<_, Failure>>()? });
        }
        for _field in fields {
            line.next()?;
        }
        let sums = self.sums(line, label)?;
        let own = |field: &Field| sums.get(&field.name).cloned().unwrap_or(Cell::Empty);
        let mut cells: Vec<_> = fields.iter().map(own).collect();
        if let (Some(first), Some(total)) = (cells.first_mut(), &self.total) {
            *first = Cell::Text(format!("{total}（{all}）"));
        }
        Ok(Row { level: Level::Total, cells })
    }

    fn group_row(
        &self,
        groups: &[Grouping],
        level: usize,
        line: &mut Line<'_>,
        label: &Label<'_>,
    ) -> Result<Row, Failure> {
        let mut cells = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            let key = line.key(group.field.place.column.kind)?;
            let called = group.called(&key, label);
            let sum = at.checked_sub(1).and_then(|above| groups.get(above)?.subtotal.clone());
            cells.push(match at {
                at if at < level => Cell::Text(called),
                at if at == level && 0 < level => Cell::Text(sum.unwrap_or_default()),
                _ => Cell::Empty,
            });
        }
        if let (0, Some(total)) = (level, self.total_line()) {
            cells.resize(groups.len().max(1), Cell::Empty);
            if let Some(first) = cells.first_mut() {
                *first = Cell::Text(total.clone());
            }
        }
        let mut sums = self.sums(line, label)?;
        let shown = self.measures.iter().filter(|measure| !measure.hidden);
        cells.extend(shown.map(|it| sums.remove(&it.name).unwrap_or(Cell::Empty)));
        let level = match level {
            0 => Level::Total,
            level if level == groups.len() => Level::Detail,
            level => Level::Subtotal(level),
        };
        Ok(Row { level, cells })
    }

    fn sums(
        &self,
        line: &mut Line<'_>,
        label: &Label<'_>,
    ) -> Result<BTreeMap<String, Cell>, Failure> {
        let measures = self.measures.iter();
        let read = measures.map(|it| Ok((it.name.clone(), line.cell(self.figures(it), label)?)));
        read.collect()
    }
}

/// What is left of a line.
struct Line<'a> {
    texts: std::slice::Iter<'a, Option<String>>,
}

impl<'a> Line<'a> {
    fn next(&mut self) -> Result<Option<&'a str>, Failure> {
        self.texts.next().map(Option::as_deref).ok_or_else(|| other("a line is too short"))
    }

    fn number<T: std::str::FromStr>(&mut self) -> Result<T, Failure> {
        let text = self.next()?.unwrap_or_default();
        text.parse().map_err(|_| other(&format!("{text:?} is no number")))
    }

    fn json(&mut self) -> Result<Value, Failure> {
        let Some(text) = self.next()? else { return Ok(Value::Null) };
        serde_json::from_str(text).map_err(|problem| other(&problem.to_string()))
    }

    fn key(&mut self, kind: Kind) -> Result<Value, Failure> {
        let Some(text) = self.next()? else { return Ok(Value::Null) };
        Ok(match kind {
            Kind::Boolean => json!(text == "true"),
            Kind::Integer => text.parse().map_or(Value::Null, |number: i64| json!(number)),
            Kind::Text | Kind::Date | Kind::Instant | Kind::Json => json!(text),
        })
    }

    fn cell(&mut self, figures: Figures<'_>, label: &Label<'_>) -> Result<Cell, Failure> {
        Ok(match figures {
            Figures::Number => Cell::Number(self.number()?),
            Figures::Change => Cell::Change(self.number()?),
            Figures::Average => Cell::Average { sum: self.number()?, count: self.number()? },
            Figures::Ratio { excluded } => Cell::Share(Share {
                ratio: self.ratio()?,
                excluded: if excluded { Some(self.number()?) } else { None },
            }),
            Figures::Points => Cell::Points { now: self.ratio()?, then: self.ratio()? },
            Figures::Names(place) => {
                let names = self.json()?;
                let names = names.as_array().map(Vec::as_slice).unwrap_or_default().iter();
                joined(names.map(|name| label(place.register, place.column.name, name)))
            }
        })
    }

    fn ratio(&mut self) -> Result<Ratio, Failure> {
        Ok(Ratio { numerator: self.number()?, base: self.number()? })
    }
}

fn other(what: &str) -> Failure {
    Failure(format!("this is no answer of the report's statement: {what}"))
}
