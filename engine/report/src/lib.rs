//! Reports over registers: defined as text, checked, evaluated exactly, written as tables, sheets
//! and pages.
//!
//! A definition ([`Definition`], TOML) names a register, rows of it, what they are grouped by and
//! what is computed. [`check`] finds what is wrong with it and says where; what it passes is a
//! [`Plan`]. A plan names the registers it reads and the days ([`Plan::needs`]); whoever runs it
//! hands their lines in, only those that he may see, so that a definition reaches nothing else.
//! [`Plan::run`] gives a [`Table`] of exact figures; [`Sheet`] lays it out, and `write` makes text,
//! JSON, NDJSON, CSV, XLSX or HTML of it: the same bytes for the same lines.

mod beside;
mod catalog;
mod cell;
mod check;
mod compare;
mod conditions;
mod definition;
mod evaluate;
mod fields;
mod finding;
mod form;
mod groups;
mod measures;
mod plan;
mod sheet;
mod sql;
mod table;
pub mod write;

pub use catalog::{Catalog, Choice};
pub use cell::{Cell, Share, is_closed, may_be};
pub use check::check;
pub use compare::{Compared, compare, filled_in};
pub use definition::{
    Chart, Chosen, Condition, DateForm, Definition, Group, Join, Layout, Literal, Measure, Paper,
    Parameter, ParameterKind, Parts, Past, Shown, Sort, Wanted,
};
pub use finding::{Finding, nearest};
pub use form::NumberForm;
pub use fugong_core::Line;
pub use plan::{Lines, Plan, WrongParameter};
pub use sheet::{Beside, LaidDown, Reader, Sheet, Stand};
pub use sql::{Dialect, Statement};
pub use table::{Head, Holds, Level, Row, Shape, Table};

/// The JSON Schema of definitions, for editors.
pub const SCHEMA: &str = include_str!("schema.json");
