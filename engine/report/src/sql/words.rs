//! Columns, values and conditions in the words of a database.

use fugong_core::Kind;
use serde_json::{Value, json};

use super::Dialect;
use crate::{
    Literal,
    conditions::{Asks, Given, Test},
    measures::{Computed, How},
    plan::{Grouping, Place},
};

/// Writes parts of a statement, and keeps the values that it names.
#[derive(Debug)]
pub(super) struct Writer {
    dialect: Dialect,
    values: Vec<Value>,
    /// How many parameters stand before that of the values.
    before: usize,
}

impl Writer {
    pub(super) fn new(dialect: Dialect, before: usize) -> Self {
        Self { dialect, values: Vec::new(), before }
    }

    pub(super) fn values(self) -> Value {
        Value::Array(self.values)
    }

    /// The lines of a parameter as a table: each as `j`, with its number as `n`.
    pub(super) fn lines(&self, parameter: usize) -> String {
        match self.dialect {
            Dialect::Sqlite => {
                format!("(SELECT key AS n, value AS j FROM json_each(?{parameter}))")
            }
            Dialect::Postgres => format!(
                "(SELECT n, j FROM jsonb_array_elements((${parameter}::text)::jsonb) \
                 WITH ORDINALITY AS lines(j, n))"
            ),
        }
    }

    /// A member of a line.
    pub(super) fn member(&self, table: usize, name: &str, kind: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("json_extract(t{table}.j, '$.{name}')"),
            Dialect::Postgres => format!("(t{table}.j ->> '{name}')::{kind}"),
        }
    }

    pub(super) fn text(&self, place: &Place) -> String {
        self.member(place.table, place.column.name, "text")
    }

    /// A member as the text of its JSON.
    pub(super) fn json(&self, place: &Place) -> String {
        let (table, name) = (place.table, place.column.name);
        match self.dialect {
            Dialect::Sqlite => format!("(t{table}.j -> '$.{name}')"),
            Dialect::Postgres => format!("(t{table}.j -> '{name}')::text"),
        }
    }

    /// What rows are sorted by: whole numbers, else text.
    pub(super) fn ordered(&self, place: &Place) -> String {
        let text = self.text(place);
        match (self.dialect, place.column.kind) {
            (_, Kind::Integer) => self.member(place.table, place.column.name, "bigint"),
            (Dialect::Sqlite, Kind::Boolean) => {
                format!("CASE {text} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END")
            }
            (Dialect::Sqlite | Dialect::Postgres, _) => text,
        }
    }

    /// What rows are grouped by: the same, and nothing where the text is empty; of days perhaps the
    /// month or the year.
    pub(super) fn key(&self, group: &Grouping) -> String {
        let place = &group.field.place;
        let ordered = self.ordered(place);
        if place.column.kind == Kind::Integer {
            return ordered;
        }
        let whole = format!("nullif({ordered}, '')");
        group
            .common()
            .map_or_else(|| whole.clone(), |common| format!("substr({whole}, 1, {common})"))
    }

    /// What a measure takes of a row.
    pub(super) fn taken(&self, measure: &Computed) -> Option<String> {
        match &measure.how {
            How::Sum(place) | How::Average(place) => {
                Some(self.member(place.table, place.column.name, "bigint"))
            }
            How::Names(place) => Some(self.json(place)),
            How::Count | How::Ratio { .. } | How::Difference { .. } | How::Earlier { .. } => None,
        }
    }

    /// In which order the groups of a grouping stand: those that it names, then the others, and last
    /// what has no value.
    pub(super) fn rank(&mut self, n: usize, group: &Grouping) -> Vec<String> {
        let mut rank = vec![format!("h{n} IS NULL")];
        if !group.order.is_empty() {
            let mut cases = format!("CASE CAST(h{n} AS text)");
            for (at, named) in group.order.iter().enumerate() {
                let value = self.value(Literal::Text(named.clone()), Kind::Text);
                cases.extend([" WHEN ", &value, " THEN ", &at.to_string()]);
            }
            rank.push(format!("{cases} ELSE {} END", group.order.len()));
        }
        rank.push(self.collated(&format!("h{n}"), group.field.place.column.kind));
        rank
    }

    /// Text is compared byte by byte.
    pub(super) fn collated(&self, name: &str, kind: Kind) -> String {
        match (self.dialect, kind) {
            (Dialect::Sqlite, _) | (Dialect::Postgres, Kind::Integer) => name.to_owned(),
            (Dialect::Postgres, _) => format!("{name} COLLATE \"C\""),
        }
    }

    /// The values, as the parameter behind the lines.
    pub(super) fn handed_in(&self) -> String {
        let parameter = self.before.saturating_add(1);
        match self.dialect {
            Dialect::Sqlite => format!("SELECT ?{parameter} AS j"),
            Dialect::Postgres => format!("SELECT (${parameter}::text)::jsonb AS j"),
        }
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

    /// Whether a row meets all of these.
    pub(super) fn all(&mut self, tests: &[Test], given: Given<'_>) -> String {
        let mut words = vec!["true".to_owned()];
        for test in tests {
            words.extend(self.test(test, given));
        }
        words.join(" AND ")
    }

    /// A condition; none if it asks for what was not chosen.
    fn test(&mut self, test: &Test, given: Given<'_>) -> Option<String> {
        let place = &test.place;
        let column = self.compared(place);
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
