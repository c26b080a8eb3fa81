//! A definition that was checked, with everything it names found.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{Days, NaiveDate as Date};
use fugong_core::{Column, Failure};
use serde_json::Value;

use crate::{
    Catalog, Choice, Line, Table,
    cell::called,
    conditions::{Asks, Test, literal_fits},
    definition::{DateForm, Layout, Literal, Parameter, Wanted},
    evaluate,
    measures::{Computed, How},
};

/// A report that can be run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its title.
    pub title: String,
    /// Its English title.
    pub title_en: String,
    /// What it is for.
    pub about: String,
    /// What can be chosen.
    pub parameters: Vec<Parameter>,
    /// How it lies on paper.
    pub layout: Layout,
    /// The text of its definition.
    pub text: String,
    /// The SHA-256 of that, in hexadecimal digits.
    pub hash: String,
    pub(crate) register: &'static str,
    pub(crate) joins: Vec<Joined>,
    pub(crate) filters: Vec<Test>,
    pub(crate) shape: Form,
    pub(crate) measures: Vec<Computed>,
    pub(crate) sort: Vec<Order>,
    pub(crate) total: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) numbered: bool,
}

/// What a line of the table is.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// A row of the register.
    Rows(Vec<Field>),
    /// A group of rows.
    Groups(Vec<Grouping>),
}

/// A column, and of which register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// 0 for the report's own register, else the join, counted from 1.
    pub(crate) table: usize,
    pub(crate) register: &'static str,
    pub(crate) column: &'static Column,
    /// How many columns of the register are before it.
    pub(crate) before: usize,
}

/// A register read beside another.
#[derive(Debug, Clone)]
pub(crate) struct Joined {
    pub(crate) alias: String,
    pub(crate) on: Place,
    pub(crate) register: &'static str,
    /// The column by which its rows are named.
    pub(crate) key: &'static str,
}

/// A column as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) heading: String,
    pub(crate) width: Option<u16>,
    pub(crate) merge: bool,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) date: DateForm,
    pub(crate) thousands: bool,
}

/// A grouping, with its column.
#[derive(Debug, Clone)]
pub(crate) struct Grouping {
    pub(crate) field: Field,
    pub(crate) empty: String,
    pub(crate) order: Vec<String>,
    pub(crate) subtotal: Option<String>,
}

/// An order of lines.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) by: Sorted,
    pub(crate) descending: bool,
}

/// What lines are sorted by.
#[derive(Debug, Clone)]
pub(crate) enum Sorted {
    /// A column of a row.
    Column(Place),
    /// A measure of a group.
    Measure(String),
}

/// The lines of registers that whoever runs a report may see, by register and day.
pub type Lines = BTreeMap<(&'static str, Date), Arc<Vec<Line>>>;

/// What was chosen does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongParameter {
    /// There is no such parameter.
    #[error("该报表没有参数「{0}」")]
    Unknown(String),
    /// It has to be chosen.
    #[error("参数「{name}」（{label}）必须给出")]
    Missing {
        /// Its name.
        name: String,
        /// What it is called.
        label: String,
    },
    /// It is something else.
    #[error("参数「{name}」的值「{value}」不是{wanted}")]
    Unfit {
        /// Its name.
        name: String,
        /// What was chosen.
        value: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// It is nothing that can be in the column: by it nothing is ever found.
    #[error("参数「{name}」没有「{value}」{}", instead(.nearest.as_ref(), .can))]
    Never {
        /// Its name.
        name: String,
        /// What was chosen.
        value: String,
        /// What was probably meant.
        nearest: Option<String>,
        /// What can be chosen; nothing where that is too much to say.
        can: Vec<String>,
    },
}

/// What can be chosen in the place of what cannot.
fn instead(nearest: Option<&String>, can: &[String]) -> String {
    let near = nearest.map(|nearest| format!("，是否指「{nearest}」？")).unwrap_or_default();
    let before = if near.is_empty() { "，" } else { "" };
    let all = if can.is_empty() {
        String::new()
    } else {
        format!("{before}可选：{}", can.join("、"))
    };
    near + &all
}

impl Plan {
    /// The registers and days whose lines it wants, run for `on`.
    pub fn needs(&self, on: Date) -> Vec<(&'static str, Date)> {
        let mut days: Vec<Date> = self.measures.iter().filter_map(|it| it.past_day(on)).collect();
        days.push(on);
        days.sort_unstable();
        days.dedup();
        let mut needs: Vec<_> =
            self.registers().flat_map(|it| days.iter().map(move |day| (it, *day))).collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    /// Whether a line of its table is a group, not a row of the register.
    pub fn is_grouped(&self) -> bool {
        matches!(self.shape, Form::Groups(_))
    }

    /// The groupings, the outermost first.
    pub(crate) fn groups(&self) -> &[Grouping] {
        match &self.shape {
            Form::Groups(groups) => groups,
            Form::Rows(_) => &[],
        }
    }

    /// The columns of its table with words about persons, by their names.
    pub fn personal_columns(&self) -> Vec<&str> {
        match &self.shape {
            Form::Groups(_) => Vec::new(),
            Form::Rows(fields) => {
                let personal = fields.iter().filter(|field| field.place.column.personal);
                personal.map(|field| field.name.as_str()).collect()
            }
        }
    }

    /// Whether one of these columns is shown in its table as it stands in a row.
    pub fn shows(&self, columns: &[&str]) -> bool {
        match &self.shape {
            Form::Groups(_) => false,
            Form::Rows(fields) => {
                fields.iter().any(|field| columns.contains(&field.place.column.name))
            }
        }
    }

    /// Whether it filters, groups, sorts or computes by one of these columns.
    pub fn rests_on(&self, columns: &[&str]) -> bool {
        let is = |place: &Place| columns.contains(&place.column.name);
        let asked = self.measures.iter().flat_map(|measure| &measure.when).chain(&self.filters);
        let computed = self.measures.iter().any(|measure| match &measure.how {
            How::Sum(place) | How::Average(place) | How::Names(place) => is(place),
            How::Count | How::Ratio { .. } | How::Difference { .. } | How::Earlier { .. } => false,
        });
        let sorted = self.sort.iter().any(|order| match &order.by {
            Sorted::Column(place) => is(place),
            Sorted::Measure(_) => false,
        });
        let grouped = self.groups().iter().any(|group| is(&group.field.place));
        computed || sorted || grouped || asked.into_iter().any(|test| is(&test.place))
    }

    /// The registers that it reads.
    pub fn registers(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.register).chain(self.joins.iter().map(|join| join.register))
    }

    /// What was chosen, read as what it has to be; with what was not chosen but has a default.
    ///
    /// # Errors
    ///
    /// [`WrongParameter`] when there is no such parameter, or it is something else.
    pub fn chosen(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Literal>, WrongParameter> {
        let known = |name: &String| self.parameters.iter().any(|it| it.name.get_ref() == name);
        if let Some(name) = given.keys().find(|name| !known(name)) {
            return Err(WrongParameter::Unknown(name.clone()));
        }
        let mut chosen = BTreeMap::new();
        for parameter in &self.parameters {
            let name = parameter.name.get_ref();
            let value = match given.get(name) {
                Some(text) => Some(literal_fits(parameter, text)?),
                None => parameter.default.clone(),
            };
            if parameter.required && value.is_none() {
                let (name, label) = (name.clone(), parameter.label.clone());
                return Err(WrongParameter::Missing { name, label });
            }
            chosen.extend(value.map(|value| (name.clone(), value)));
        }
        Ok(chosen)
    }

    /// Whether something was chosen for one of these columns.
    pub fn asks_for(&self, given: &BTreeMap<String, String>, columns: &[&str]) -> bool {
        self.choices().any(|(place, parameter)| {
            columns.contains(&place.column.name) && given.contains_key(parameter)
        })
    }

    /// The columns of which a value is chosen, each with the parameter by which it is.
    fn choices(&self) -> impl Iterator<Item = (&Place, &str)> {
        let whens = self.measures.iter().flat_map(|measure| &measure.when);
        self.filters.iter().chain(whens).filter_map(|test| match &test.asks {
            Asks::Is(Wanted::Chosen(by)) | Asks::IsNot(Wanted::Chosen(by)) => {
                Some((&test.place, by.parameter.as_str()))
            }
            Asks::Is(_)
            | Asks::IsNot(_)
            | Asks::OneOf(_)
            | Asks::AtLeast(_)
            | Asks::AtMost(_)
            | Asks::Contains(_)
            | Asks::Empty(_) => None,
        })
    }

    /// What was chosen, with the codes of what was chosen by its name: `lapsed` for 逾期.
    ///
    /// # Errors
    ///
    /// [`WrongParameter::Never`] when a column that it is compared with never has it.
    pub fn coded(
        &self,
        mut given: BTreeMap<String, String>,
        catalog: &dyn Catalog,
    ) -> Result<BTreeMap<String, String>, WrongParameter> {
        for (place, parameter) in self.choices() {
            let (register, column) = (place.register, place.column.name);
            let Some(value) = given.get_mut(parameter) else { continue };
            match catalog.choice(register, column, value) {
                Choice::Any => (),
                Choice::Is(meant) => *value = meant,
                Choice::Never { nearest, can } => {
                    let (name, value) = (parameter.to_owned(), value.clone());
                    return Err(WrongParameter::Never { name, value, nearest, can });
                }
            }
        }
        Ok(given)
    }

    /// The table for `on`, of these lines.
    ///
    /// # Errors
    ///
    /// When lines are missing that it [`needs`](Self::needs).
    pub fn run(
        &self,
        on: Date,
        chosen: &BTreeMap<String, Literal>,
        lines: &Lines,
        catalog: &dyn Catalog,
    ) -> Result<Table, Failure> {
        let label = |register: &str, column: &str, value: &Value| {
            called(value, &|code| catalog.label(register, column, code))
        };
        evaluate::run(self, on, chosen, lines, &label)
    }
}

/// The day so many days before.
pub(crate) fn days_before(on: Date, days: u16) -> Date {
    on.checked_sub_days(Days::new(days.into())).unwrap_or(on)
}
