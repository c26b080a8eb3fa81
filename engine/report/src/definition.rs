//! What a report is defined by: a text in TOML.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A definition as it is written. What it names need not exist: [`crate::check`] says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its Chinese title, as on paper.
    pub title: Spanned<String>,
    /// Its English title.
    pub title_en: String,
    /// What it is for, in a sentence.
    #[serde(default)]
    pub about: String,
    /// The register from which its rows are.
    pub register: Spanned<String>,
    /// Whether its rows are numbered (序号).
    #[serde(default)]
    pub numbered: bool,
    /// What whoever runs it may choose.
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// Other registers, read along references.
    #[serde(default, rename = "join")]
    pub joins: Vec<Join>,
    /// Which rows: those that meet all of these.
    #[serde(default, rename = "filter")]
    pub filters: Vec<Condition>,
    /// How rows are grouped, outermost first. Then a line is a group.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
    /// What is shown of each row, where rows are not grouped. Then a line is a row.
    #[serde(default, rename = "column")]
    pub columns: Vec<Shown>,
    /// What is computed of each group, and of all rows.
    #[serde(default, rename = "measure")]
    pub measures: Vec<Measure>,
    /// In which order lines stand, inside their group.
    #[serde(default)]
    pub sort: Vec<Sort>,
    /// What the line of all rows is called (合计); without it there is none.
    pub total: Option<String>,
    /// At most so many lines; how many more there are is said.
    pub limit: Option<Spanned<u32>>,
    /// How it lies on paper.
    #[serde(default)]
    pub sheet: Layout,
}

/// What whoever runs a report may choose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in filters and in addresses.
    pub name: Spanned<String>,
    /// What it is.
    pub kind: ParameterKind,
    /// What it is called.
    pub label: String,
    /// What it is if nothing is chosen. Without one, filters by it do not hold then.
    pub default: Option<Literal>,
    /// Whether the report is run only with it.
    #[serde(default)]
    pub required: bool,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
}

/// Another register, read beside each row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// What its columns are called by: `firm` makes `firm.name`.
    #[serde(rename = "as")]
    pub alias: Spanned<String>,
    /// The column that names its rows.
    pub on: Spanned<String>,
}

/// What is asked of a column: one of the members beside its name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub column: Spanned<String>,
    /// It is this.
    pub is: Option<Wanted>,
    /// It is anything else, or empty.
    pub is_not: Option<Wanted>,
    /// It is one of these.
    pub one_of: Option<Vec<Literal>>,
    /// It is this, or more, or later.
    pub at_least: Option<Wanted>,
    /// It is this, or less, or earlier.
    pub at_most: Option<Wanted>,
    /// This is part of its text, or one of its list.
    pub contains: Option<Wanted>,
    /// Whether nothing is in it.
    pub empty: Option<bool>,
}

/// A value to compare with: written down, or chosen by whoever runs the report.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// Chosen.
    Chosen(Chosen),
    /// Written down.
    Written(Literal),
}

/// The value of a parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Its name.
    pub parameter: String,
}

/// A value. Days are text, `YYYY-MM-DD`, or `today`: the day for which the report is run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Anything else.
    Text(String),
}

/// A grouping.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The column whose values make the groups.
    pub column: Spanned<String>,
    /// Its heading; by default the column's.
    pub heading: Option<String>,
    /// What values are called.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// What the group of those is called that have no value.
    pub empty: Option<String>,
    /// Which values come first, in this order.
    #[serde(default)]
    pub order: Vec<String>,
    /// What the line below each of its groups is called (小计); without it there is none.
    pub subtotal: Option<String>,
    /// Its width on a sheet, in characters.
    pub width: Option<u16>,
    /// How the days of a column of days are written; by months or years, they make the groups.
    pub date: Option<Spanned<DateForm>>,
}

/// A column that is shown.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The column.
    pub column: Spanned<String>,
    /// Its heading; by default the column's.
    pub heading: Option<String>,
    /// Its width on a sheet, in characters.
    pub width: Option<u16>,
    /// Whether the same in lines below each other becomes one cell.
    #[serde(default)]
    pub merge: bool,
    /// What values are called.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// How a day is written.
    pub date: Option<DateForm>,
    /// Whether whole numbers are written with separators: 12,345.
    pub thousands: Option<Spanned<bool>>,
}

/// How a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// 2020-02-29.
    Iso,
    /// 2020年2月29日.
    Chinese,
    /// 2月29日.
    Short,
    /// 2020年2月.
    Month,
    /// 2020年.
    Year,
}

/// What is computed of several rows: one of the members beside name, heading and condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its name in other measures; in a list of rows that of the column below which it stands.
    pub name: Spanned<String>,
    /// Its heading; in a list of rows the column's.
    #[serde(default)]
    pub heading: String,
    /// Its width on a sheet, in characters.
    pub width: Option<u16>,
    /// Whether it is left out of the table: it is there for a ratio.
    #[serde(default)]
    pub hidden: bool,
    /// With how many decimals it is written, cut off; by default those of the measure that it looks
    /// back at, else two.
    pub decimals: Option<Spanned<u8>>,
    /// Whether it is written with separators: 12,345; by default as the measure that it looks back at.
    pub thousands: Option<Spanned<bool>>,
    /// Only rows that meet these.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// How many rows.
    pub count: Option<bool>,
    /// The sum of a column.
    pub sum: Option<Spanned<String>>,
    /// The average of a column, over the rows that have a value.
    pub average: Option<Spanned<String>>,
    /// The texts of a column, one after the other.
    pub names: Option<Spanned<String>>,
    /// One measure as a part of another.
    pub ratio: Option<Spanned<Parts>>,
    /// By how much a measure differs from what it was.
    pub difference: Option<Past>,
    /// What a measure was.
    pub earlier: Option<Past>,
}

/// The parts of a ratio: names of measures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// How many of the base.
    pub numerator: Spanned<String>,
    /// Of how many.
    pub base: Option<Spanned<String>>,
    /// How many are left out of both.
    pub excluded: Option<Spanned<String>>,
}

/// A measure on an earlier day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// The measure.
    pub of: Spanned<String>,
    /// How many days before.
    pub days: Spanned<u16>,
}

/// An order of lines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sort {
    /// A column of a row, or a measure of a group.
    pub by: Spanned<String>,
    /// The other way round.
    #[serde(default)]
    pub descending: bool,
}

/// How a report lies on paper. Texts may hold `{as_of}`, `{true_on}`, `{district}`, `{unit}` and
/// `{name}` of a parameter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The line below the title.
    pub subtitle: Option<Spanned<String>>,
    /// What stands above the table: 填报单位, 填报人, 审核人, 截至时间.
    #[serde(default)]
    pub head: Vec<Spanned<String>>,
    /// What stands below it, to be signed.
    #[serde(default)]
    pub signature: Vec<Spanned<String>>,
    /// Remarks below the table.
    #[serde(default)]
    pub notes: Vec<Spanned<String>>,
    /// Whether the page is higher than wide.
    #[serde(default)]
    pub portrait: bool,
    /// The paper; else A4, or A3 for a table that would be too small on it.
    pub paper: Option<Paper>,
    /// A chart of a measure.
    pub chart: Option<Chart>,
}

/// A size of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 210 by 297 millimetres.
    A4,
    /// 297 by 420 millimetres.
    A3,
}

/// A chart of bars: a bar for each line that is no sum.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// The measure.
    pub measure: Spanned<String>,
    /// Its title; by default the measure's heading.
    pub title: Option<String>,
}
