//! The registers as reports name them, and what their codes are called.

use chrono::NaiveDate as Date;
use fugong_core::Relation;
use fugong_domain::{
    regime::Regime,
    registers::{codes, label, table, tables},
};
use fugong_report::Catalog;

/// The registers, without what codes are called: enough to check a definition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schema;

/// The registers, with the codes of a district.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registers<'a> {
    pub(super) regime: &'a Regime,
    pub(super) on: Date,
}

impl Catalog for Schema {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        table(name).map(|table| &table.relation)
    }

    fn names(&self) -> Vec<&'static str> {
        tables().iter().map(|table| table.relation.name).collect()
    }

    fn label(&self, _register: &str, _column: &str, _code: &str) -> Option<String> {
        None
    }

    fn codes(&self, register: &str, column: &str) -> Option<Vec<&'static str>> {
        codes(register, column)
    }
}

impl Catalog for Registers<'_> {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        Schema.relation(name)
    }

    fn names(&self) -> Vec<&'static str> {
        Schema.names()
    }

    fn label(&self, register: &str, column: &str, code: &str) -> Option<String> {
        label(self.regime, self.on, (register, column), code)
    }

    fn codes(&self, register: &str, column: &str) -> Option<Vec<&'static str>> {
        Schema.codes(register, column)
    }
}
