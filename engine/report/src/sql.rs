//! A plan as one statement of SQL, over the same lines handed in as JSON.
//!
//! What a definition asks is asked of a database in the database's own words: filters, joins, groups,
//! and the figures of each group from which ratios are made. No text of a definition stands in the
//! statement: columns are those that registers declare, values are members of one parameter.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::Kind;
use serde_json::{Value, json};

use crate::{
    Literal, Plan,
    conditions::{Asks, Given, Test},
    measures::{Computed, How},
    plan::{Form, Place},
};

/// In whose words a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, with its JSON functions.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A statement with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The statement. It answers a row for each innermost group: its keys as text, in their order,
    /// then two whole numbers for each measure that stands on rows, how many and their sum.
    pub text: String,
    /// The registers whose lines are its first parameters, each as a JSON array.
    pub registers: Vec<&'static str>,
    /// The parameter behind them: the values of the definition, a JSON array.
    pub values: Value,
    /// The names of its measures.
    pub measures: Vec<String>,
}

impl Plan {
    /// The figures of its innermost groups as one statement; none for a plan that lists rows.
    pub fn statement(
        &self,
        on: Date,
        chosen: &BTreeMap<String, Literal>,
        dialect: Dialect,
    ) -> Option<Statement> {
        let Form::Groups(groups) = &self.shape else { return None };
        let registers: Vec<_> = self.registers().collect();
        let given = Given { on, chosen };
        let mut writer = Writer { dialect, given, values: Vec::new(), last: registers.len() };
        let keys: Vec<_> = groups.iter().map(|group| writer.key(&group.field.place)).collect();
        let counted = self.measures.iter().filter(|it| it.stands_on_rows());
        let figures: Vec<_> = counted.clone().map(|it| writer.figure(it)).collect();
        let wanted = writer.all(&self.filters);
        let mut from = format!("{} t0", writer.rows(1));
        for (n, join) in (1_usize..).zip(&self.joins) {
            let parameter = n.saturating_add(1);
            let named = Place { table: n, register: join.register, column: join.on.column };
            let key = writer.member(named.table, join.key, "text");
            let on = writer.text(&join.on);
            from.extend([
                " LEFT JOIN ",
                &writer.rows(parameter),
                &format!(" t{n} ON {key} = {on}"),
            ]);
        }
        let asked: Vec<_> = keys.iter().chain(&figures).map(String::as_str).collect();
        let by: Vec<_> = (1..=keys.len()).map(|n| n.to_string()).collect();
        let group =
            if by.is_empty() { String::new() } else { format!(" GROUP BY {}", by.join(", ")) };
        Some(Statement {
            text: format!(
                "WITH v AS ({}) SELECT {} FROM {from} WHERE {wanted}{group}",
                writer.handed_in(),
                asked.join(", "),
            ),
            registers,
            values: Value::Array(writer.values),
            measures: counted.map(|it| it.name.clone()).collect(),
        })
    }
}

impl Computed {
    /// Whether it is a figure of rows, and not made of other measures.
    fn stands_on_rows(&self) -> bool {
        match self.how {
            How::Count | How::Sum(_) | How::Average(_) => true,
            How::Names(_) | How::Ratio { .. } | How::Difference { .. } | How::Earlier { .. } => {
                false
            }
        }
    }
}

struct Writer<'a> {
    dialect: Dialect,
    given: Given<'a>,
    values: Vec<Value>,
    /// The parameter before that of the values.
    last: usize,
}

impl Writer<'_> {
    /// The lines of a parameter as a table with one column `j`.
    fn rows(&self, parameter: usize) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("(SELECT value AS j FROM json_each(?{parameter}))"),
            Dialect::Postgres => {
                format!(
                    "(SELECT value AS j FROM jsonb_array_elements((${parameter}::text)::jsonb))"
                )
            }
        }
    }

    /// A member of a line.
    fn member(&self, table: usize, name: &str, kind: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("json_extract(t{table}.j, '$.{name}')"),
            Dialect::Postgres => format!("(t{table}.j ->> '{name}')::{kind}"),
        }
    }

    fn text(&self, place: &Place) -> String {
        self.member(place.table, place.column.name, "text")
    }

    /// A value of the definition, as what its column holds.
    fn value(&mut self, literal: Literal, kind: Kind) -> String {
        let at = self.values.len();
        self.values.push(match literal {
            Literal::Flag(yes) => json!(yes),
            Literal::Number(number) => json!(number),
            Literal::Text(text) => json!(text),
        });
        match self.dialect {
            Dialect::Sqlite => format!("json_extract((SELECT j FROM v), '$[{at}]')"),
            Dialect::Postgres => format!("((SELECT j FROM v) ->> {at})::{}", postgres(kind)),
        }
    }

    /// The values, as the parameter behind the registers.
    fn handed_in(&self) -> String {
        let parameter = self.last.saturating_add(1);
        match self.dialect {
            Dialect::Sqlite => format!("SELECT ?{parameter} AS j"),
            Dialect::Postgres => format!("SELECT (${parameter}::text)::jsonb AS j"),
        }
    }

    /// A group's key, as text; days and words are compared byte by byte.
    fn key(&self, place: &Place) -> String {
        let text = self.text(place);
        match (self.dialect, place.column.kind) {
            (Dialect::Sqlite, Kind::Boolean) => {
                format!("CASE {text} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END")
            }
            (Dialect::Sqlite, _) => format!("nullif(CAST({text} AS text), '')"),
            (Dialect::Postgres, _) => format!("nullif({text}, '')"),
        }
    }

    /// How many rows a measure stands on, and their sum.
    fn figure(&mut self, measure: &Computed) -> String {
        let when = self.all(&measure.when);
        let column = match &measure.how {
            How::Sum(place) | How::Average(place) => {
                Some(self.member(place.table, place.column.name, "bigint"))
            }
            How::Count
            | How::Names(_)
            | How::Ratio { .. }
            | How::Difference { .. }
            | How::Earlier { .. } => None,
        };
        let counted = column.as_deref().unwrap_or("1");
        let summed = column.as_deref().unwrap_or("0");
        let whole = match self.dialect {
            Dialect::Sqlite => "integer",
            Dialect::Postgres => "bigint",
        };
        format!(
            "count({counted}) FILTER (WHERE {when}), \
             CAST(coalesce(sum({summed}) FILTER (WHERE {when}), 0) AS {whole})"
        )
    }

    fn all(&mut self, tests: &[Test]) -> String {
        let mut words = vec!["true".to_owned()];
        for test in tests {
            words.extend(self.test(test));
        }
        words.join(" AND ")
    }

    /// A condition; none if it asks for what was not chosen.
    fn test(&mut self, test: &Test) -> Option<String> {
        let place = &test.place;
        let column = self.compared(place);
        let given = self.given;
        let mut against = |wanted: Option<Literal>, sign: &str| {
            let value = self.value(wanted?, place.column.kind);
            Some(format!("coalesce({column} {sign} {value}, false)"))
        };
        match &test.asks {
            Asks::Is(wanted) => against(given.meant(wanted), "="),
            Asks::IsNot(wanted) => against(given.meant(wanted), "=").map(|is| format!("NOT {is}")),
            Asks::AtLeast(wanted) => against(given.meant(wanted), ">="),
            Asks::AtMost(wanted) => against(given.meant(wanted), "<="),
            Asks::OneOf(all) => {
                let mut any = vec!["false".to_owned()];
                for literal in all {
                    any.extend(against(Some(given.dated(literal)), "="));
                }
                Some(format!("({})", any.join(" OR ")))
            }
            Asks::Contains(wanted) => {
                let literal = given.meant(wanted)?;
                let value = self.value(literal, Kind::Text);
                Some(self.contains(place, &value))
            }
            Asks::Empty(empty) => {
                let no = if *empty { "" } else { "NOT " };
                Some(format!("{no}({})", self.nothing(place)))
            }
        }
    }

    /// A column as it is compared: an instant by its day.
    fn compared(&self, place: &Place) -> String {
        let kind = place.column.kind;
        let member = self.member(place.table, place.column.name, postgres(kind));
        match (self.dialect, kind) {
            (Dialect::Sqlite, Kind::Instant) => format!("date({member}, '+8 hours')"),
            (Dialect::Postgres, Kind::Instant) => {
                let text = self.text(place);
                format!(
                    "(({text})::timestamptz AT TIME ZONE 'Asia/Shanghai')::date::text COLLATE \"C\""
                )
            }
            (Dialect::Postgres, Kind::Text | Kind::Date) => format!("{member} COLLATE \"C\""),
            (Dialect::Sqlite | Dialect::Postgres, _) => member,
        }
    }

    fn contains(&self, place: &Place, value: &str) -> String {
        let (table, name) = (place.table, place.column.name);
        match (self.dialect, place.column.kind) {
            (Dialect::Sqlite, Kind::Json) => format!(
                "EXISTS (SELECT 1 FROM json_each(t{table}.j, '$.{name}') WHERE value = {value})"
            ),
            (Dialect::Postgres, Kind::Json) => {
                format!("coalesce((t{table}.j -> '{name}') ? {value}, false)")
            }
            (Dialect::Sqlite, _) => {
                format!("coalesce(instr({}, {value}) > 0, false)", self.text(place))
            }
            (Dialect::Postgres, _) => {
                format!("coalesce(strpos({}, {value}) > 0, false)", self.text(place))
            }
        }
    }

    fn nothing(&self, place: &Place) -> String {
        let text = self.text(place);
        format!("coalesce({text}, '') IN ('', '[]')")
    }
}

/// The type of a column in PostgreSQL.
fn postgres(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Date | Kind::Instant | Kind::Json => "text",
        Kind::Integer => "bigint",
        Kind::Boolean => "boolean",
    }
}
