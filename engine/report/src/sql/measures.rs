//! What is computed of several rows, in the words of a database.

use chrono::NaiveDate as Date;
use fugong_core::Kind;

use super::Dialect;
use crate::{
    Plan,
    measures::{Computed, How},
    plan::{Place, days_before},
};

/// What a measure comes to in an answer: in so many columns.
#[derive(Debug, Clone, Copy)]
pub(super) enum Figures<'a> {
    Number,
    Change,
    /// A sum, and over how many.
    Average,
    /// A JSON array of values.
    Names(&'a Place),
    /// Numerator, base, and perhaps how many are left out of both.
    Ratio {
        excluded: bool,
    },
    /// Numerator and base of the day, and those of the earlier one.
    Points,
}

impl Figures<'_> {
    pub(super) fn columns(self) -> usize {
        match self {
            Self::Number | Self::Change | Self::Names(_) => 1,
            Self::Average | Self::Ratio { excluded: false } => 2,
            Self::Ratio { excluded: true } => 3,
            Self::Points => 4,
        }
    }
}

/// The columns of an answer in which measures stand, counted from 1.
#[derive(Debug)]
pub(super) struct Columns<'a>(Vec<(&'a str, Figures<'a>, usize)>);

impl Columns<'_> {
    pub(super) fn count(&self) -> usize {
        self.0.last().map_or(0, |(_, figures, before)| before.saturating_add(figures.columns()))
    }

    /// What each of the columns holds.
    pub(super) fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.0.iter().flat_map(|(_, figures, _)| {
            let kind =
                if matches!(figures, Figures::Names(_)) { Kind::Text } else { Kind::Integer };
            std::iter::repeat_n(kind, figures.columns())
        })
    }
}

impl Plan {
    pub(super) fn columns(&self) -> Columns<'_> {
        let mut before = 0_usize;
        let columns = self.measures.iter().map(|measure| {
            let figures = self.figures(measure);
            let column = (measure.name.as_str(), figures, before);
            before = before.saturating_add(figures.columns());
            column
        });
        Columns(columns.collect())
    }

    pub(super) fn figures<'a>(&'a self, measure: &'a Computed) -> Figures<'a> {
        let of = |name: &str| self.measure(name).map(|(_, measure)| self.figures(measure));
        match &measure.how {
            How::Count | How::Sum(_) => Figures::Number,
            How::Average(_) => Figures::Average,
            How::Names(place) => Figures::Names(place),
            How::Ratio { excluded, .. } => Figures::Ratio { excluded: excluded.is_some() },
            How::Difference { of: name, .. } => match of(name) {
                Some(Figures::Ratio { .. }) => Figures::Points,
                Some(_) | None => Figures::Change,
            },
            How::Earlier { of: name, .. } => of(name).unwrap_or(Figures::Number),
        }
    }

    /// A measure by its name, with its number.
    fn measure(&self, name: &str) -> Option<(usize, &Computed)> {
        (1_usize..).zip(&self.measures).find(|(_, measure)| measure.name == name)
    }
}

/// Every measure over the rows of a group, as the columns of an answer.
pub(super) fn aggregates(plan: &Plan, dialect: Dialect, days: &[Date], on: Date) -> Vec<String> {
    let group = Aggregates { plan, dialect, days, on };
    let all = plan.measures.iter().flat_map(|measure| group.columns(&measure.name, 0));
    (1_usize..).zip(all).map(|(n, column)| format!("{column} AS p{n}")).collect()
}

struct Aggregates<'a> {
    plan: &'a Plan,
    dialect: Dialect,
    days: &'a [Date],
    on: Date,
}

impl Aggregates<'_> {
    /// A measure over the rows of one day.
    fn columns(&self, name: &str, slice: usize) -> Vec<String> {
        let Some((n, measure)) = self.plan.measure(name) else { return Vec::new() };
        let filter = format!("FILTER (WHERE d = {slice} AND w{n})");
        let sum = format!("CAST(coalesce(sum(x{n}) {filter}, 0) AS bigint)");
        match &measure.how {
            How::Count => vec![format!("count(*) {filter}")],
            How::Sum(_) => vec![sum],
            How::Average(_) => vec![sum, format!("count(x{n}) {filter}")],
            How::Names(_) => vec![self.names(n, slice)],
            How::Ratio { numerator, base, excluded } => {
                let parts = [numerator, base].map(|part| self.columns(part, slice));
                let parts = parts.into_iter().flatten().map(|part| self.not_negative(&part));
                let excluded = excluded.as_ref().map(|part| self.columns(part, slice));
                parts.chain(excluded.into_iter().flatten()).collect()
            }
            How::Difference { of, days } => {
                let (now, then) = (self.columns(of, slice), self.columns(of, self.slice(*days)));
                if let (Figures::Change, [now, then]) = (
                    self.plan.figures(measure),
                    [now.as_slice(), then.as_slice()].map(<[_]>::first),
                ) {
                    return now
                        .zip(then)
                        .map(|(now, then)| format!("{now} - {then}"))
                        .into_iter()
                        .collect();
                }
                now.into_iter().take(2).chain(then.into_iter().take(2)).collect()
            }
            How::Earlier { of, days } => self.columns(of, self.slice(*days)),
        }
    }

    /// The slice of an earlier day.
    fn slice(&self, days: u16) -> usize {
        let day = days_before(self.on, days);
        self.days.iter().position(|it| *it == day).unwrap_or_default()
    }

    /// The values of rows, in their order, as the text of a JSON array.
    fn names(&self, n: usize, slice: usize) -> String {
        let filter = format!("FILTER (WHERE d = {slice} AND w{n} AND x{n} IS NOT NULL)");
        match self.dialect {
            Dialect::Sqlite => format!("json_group_array(json(x{n}) ORDER BY n) {filter}"),
            Dialect::Postgres => format!("(jsonb_agg(x{n}::jsonb ORDER BY n) {filter})::text"),
        }
    }

    fn not_negative(&self, figure: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("max({figure}, 0)"),
            Dialect::Postgres => format!("greatest({figure}, 0)"),
        }
    }
}

/// What groups are sorted by: what a measure comes to as it is printed, cut off.
pub(super) fn order_of(columns: &Columns<'_>, name: &str) -> Option<String> {
    let (_, figures, before) = columns.0.iter().find(|(known, _, _)| *known == name)?;
    let p = |n: usize| format!("p{}", before.saturating_add(n));
    let share = |n: usize| format!("({} * 10000 / nullif({}, 0))", p(n), p(n.saturating_add(1)));
    Some(match figures {
        Figures::Number | Figures::Change | Figures::Names(_) => p(1),
        Figures::Average => format!("({} * 100 / nullif({}, 0))", p(1), p(2)),
        Figures::Ratio { .. } => share(1),
        Figures::Points => format!("({} - {})", share(1), share(3)),
    })
}
