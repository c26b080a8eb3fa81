//! A plan as one statement of SQL, over the same lines handed in as JSON.
//!
//! What a definition asks is asked of a database in the database's own words: filters, joins, groups
//! with their sums, measures of this day and of earlier ones, order and limit. No text of a
//! definition stands in the statement: columns are those that registers declare, values are members
//! of one parameter.

mod answer;
mod measures;
mod words;

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::Kind;
use serde_json::Value;

use crate::{
    Literal, Plan,
    conditions::Given,
    plan::{Form, Grouping, Place, Sorted},
};

use measures::{Columns, aggregates, order_of};
use words::Writer;

/// In whose words a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, 3.44 or later.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A statement with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The statement. What it answers, texts and nulls, [`Plan::table`] reads.
    pub text: String,
    /// The registers and days whose lines are its first parameters, each as the text of a JSON array.
    pub needs: Vec<(&'static str, Date)>,
    /// The parameter behind them: the values of the definition, a JSON array.
    pub values: Value,
}

impl Plan {
    /// What the plan comes to, run for `on`, as one statement.
    pub fn statement(
        &self,
        on: Date,
        chosen: &BTreeMap<String, Literal>,
        dialect: Dialect,
    ) -> Statement {
        let needs = self.needs(on);
        let mut writer = Writer::new(dialect, needs.len());
        let days = self.days(on);
        let rows: Vec<_> = days
            .iter()
            .enumerate()
            .map(|(slice, day)| self.rows(&mut writer, &needs, (slice, Given { on: *day, chosen })))
            .collect();
        let arms = match &self.shape {
            Form::Rows(_) => self.listed(dialect, &days, on),
            Form::Groups(groups) => self.grouped(groups, dialect, &days, on),
        };
        let (heads, columns) = (self.kinds().len(), self.columns());
        let all = "(SELECT count(*) FROM lines WHERE 0 < level)";
        let mut told = vec!["level".to_owned(), all.to_owned()];
        told.extend((1..=heads).map(|n| format!("h{n}")));
        told.extend((1..=columns.count()).map(|n| format!("p{n}")));
        // Under names of their own: lines are sorted by what they hold, not by its text.
        let told: Vec<_> =
            (1_usize..).zip(told).map(|(n, it)| format!("CAST({it} AS text) AS c{n}")).collect();
        let order = self.line_order(&mut writer, &columns);
        let has_total = self.total_line().is_some();
        let most = self.limit.map(|limit| limit.saturating_add(usize::from(has_total)));
        let text = format!(
            "WITH v AS ({}), r AS ({}), lines AS ({}) \
             SELECT {} FROM lines ORDER BY {}{}",
            writer.handed_in(),
            rows.join(" UNION ALL "),
            arms.join(" UNION ALL "),
            told.join(", "),
            order.join(", "),
            most.map(|most| format!(" LIMIT {most}")).unwrap_or_default(),
        );
        Statement { text, needs, values: writer.values() }
    }

    /// The day for which it is run, then the earlier ones that measures look at.
    fn days(&self, on: Date) -> Vec<Date> {
        let mut days = vec![on];
        for day in self.measures.iter().filter_map(|measure| measure.past_day(on)) {
            if !days.contains(&day) {
                days.push(day);
            }
        }
        days
    }

    /// The rows of one day that meet every filter: what they are listed or grouped by, whether each
    /// measure counts them (`w`), and what it takes of them (`x`).
    fn rows(
        &self,
        writer: &mut Writer,
        needs: &[(&'static str, Date)],
        (slice, given): (usize, Given<'_>),
    ) -> String {
        let parameter = |register| {
            let at = needs.iter().position(|need| *need == (register, given.on));
            at.unwrap_or_default().saturating_add(1)
        };
        let mut asked = vec![format!("{slice} AS d"), "t0.n AS n".to_owned()];
        let heads: Vec<_> = match &self.shape {
            Form::Rows(fields) => fields.iter().map(|it| writer.json(&it.place)).collect(),
            Form::Groups(groups) => groups.iter().map(|it| writer.key(it)).collect(),
        };
        asked.extend((1..=heads.len()).zip(heads).map(|(n, head)| format!("{head} AS h{n}")));
        let sorted = self.sorted_columns().map(|(place, _)| writer.ordered(place));
        asked.extend((1_usize..).zip(sorted).map(|(n, by)| format!("{by} AS o{n}")));
        for (n, measure) in (1_usize..).zip(&self.measures) {
            asked.push(format!("{} AS w{n}", writer.all(&measure.when, given)));
            asked.extend(writer.taken(measure).map(|taken| format!("{taken} AS x{n}")));
        }
        let mut from = format!("{} t0", writer.lines(parameter(self.register)));
        for (n, join) in (1_usize..).zip(&self.joins) {
            let lines = writer.lines(parameter(join.register));
            let (key, on) = (writer.member(n, join.key, "text"), writer.text(&join.on));
            from.extend([" LEFT JOIN ", &lines, &format!(" t{n} ON {key} = {on}")]);
        }
        let wanted = writer.all(&self.filters, given);
        format!("SELECT {} FROM {from} WHERE {wanted}", asked.join(", "))
    }

    /// A line for each row, and one for all of them.
    fn listed(&self, dialect: Dialect, days: &[Date], on: Date) -> Vec<String> {
        let columns = self.columns();
        let heads = self.kinds();
        let by: Vec<_> = self.sorted_columns().map(|(place, _)| place.column.kind).collect();
        let mut line = vec!["1 AS level".to_owned()];
        line.extend((1..=heads.len()).map(|n| format!("h{n}")));
        line.extend((1_usize..).zip(columns.kinds()).map(|(n, kind)| nothing("p", n, kind)));
        line.extend((1..=by.len()).map(|n| format!("o{n}")));
        let mut arms = vec![format!("SELECT {}, n FROM r WHERE d = 0", line.join(", "))];
        if self.total.is_some() {
            let mut all = vec!["0 AS level".to_owned()];
            all.extend((1_usize..).zip(heads).map(|(n, kind)| nothing("h", n, kind)));
            all.extend(aggregates(self, dialect, days, on));
            all.extend((1_usize..).zip(by).map(|(n, kind)| nothing("o", n, kind)));
            arms.push(format!("SELECT {}, count(*) AS n FROM r", all.join(", ")));
        }
        arms
    }

    /// A line for each innermost group, for each group that has a sum, and for all of them. A group
    /// that was there on an earlier day only is no line.
    fn grouped(
        &self,
        groups: &[Grouping],
        dialect: Dialect,
        days: &[Date],
        on: Date,
    ) -> Vec<String> {
        let kinds = self.kinds();
        let figures = aggregates(self, dialect, days, on);
        let arm = |level: usize| {
            let mut line = vec![format!("{level} AS level")];
            line.extend((1_usize..).zip(&kinds).map(|(n, kind)| {
                if n <= level { format!("h{n}") } else { nothing("h", n, *kind) }
            }));
            line.extend(figures.iter().cloned());
            let by: Vec<_> = (1..=level).map(|n| format!("h{n}")).collect();
            let group =
                format!(" GROUP BY {} HAVING 0 < count(*) FILTER (WHERE d = 0)", by.join(", "));
            let group = if level == 0 { "" } else { &group };
            format!("SELECT {} FROM r{group}", line.join(", "))
        };
        let sums = (1_usize..)
            .zip(groups)
            .filter(|(n, group)| *n == groups.len() || group.subtotal.is_some());
        let mut levels: Vec<_> = sums.map(|(n, _)| n).collect();
        levels.extend(self.total_line().map(|_| 0));
        levels.into_iter().map(arm).collect()
    }

    /// In which order lines come: the line of all first, so that no limit cuts it off; the sum of a
    /// group behind its lines.
    fn line_order(&self, writer: &mut Writer, columns: &Columns<'_>) -> Vec<String> {
        let mut order = vec!["level = 0 DESC".to_owned()];
        match &self.shape {
            Form::Rows(_) => {
                for (n, (place, descending)) in (1_usize..).zip(self.sorted_columns()) {
                    let by = writer.collated(&format!("o{n}"), place.column.kind);
                    order.extend(ordered(&by, descending));
                }
                order.push("n".to_owned());
            }
            Form::Groups(groups) => {
                for (n, group) in (1_usize..).zip(groups) {
                    order.push(format!("level < {n}"));
                    if n == groups.len() {
                        order.extend(self.sorted_measures(columns));
                    }
                    order.extend(writer.rank(n, group));
                }
            }
        }
        order
    }

    fn sorted_columns(&self) -> impl Iterator<Item = (&Place, bool)> {
        self.sort.iter().filter_map(|order| match &order.by {
            Sorted::Column(place) => Some((place, order.descending)),
            Sorted::Measure(_) => None,
        })
    }

    fn sorted_measures(&self, columns: &Columns<'_>) -> Vec<String> {
        let by = self.sort.iter().filter_map(|order| match &order.by {
            Sorted::Measure(name) => Some((order_of(columns, name)?, order.descending)),
            Sorted::Column(_) => None,
        });
        by.flat_map(|(by, descending)| ordered(&by, descending)).collect()
    }

    /// What the first columns of the answer hold: what is shown of rows is JSON.
    fn kinds(&self) -> Vec<Kind> {
        match &self.shape {
            Form::Rows(fields) => fields.iter().map(|_| Kind::Json).collect(),
            Form::Groups(groups) => groups.iter().map(|it| it.field.place.column.kind).collect(),
        }
    }
}

/// What is empty counts least.
fn ordered(by: &str, descending: bool) -> [String; 2] {
    let way = if descending { " DESC" } else { "" };
    [format!("{by} IS NOT NULL{way}"), format!("{by}{way}")]
}

/// An empty cell of a column.
fn nothing(column: &str, n: usize, kind: Kind) -> String {
    let kind = if kind == Kind::Integer { "bigint" } else { "text" };
    format!("CAST(NULL AS {kind}) AS {column}{n}")
}
