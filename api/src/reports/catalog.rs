//! The registers as reports name them, and what their codes are called.

use chrono::NaiveDate as Date;
use fugong_core::Relation;
use fugong_domain::{
    regime::Regime,
    registers::{code_list, table, tables},
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
}

impl Catalog for Registers<'_> {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        Schema.relation(name)
    }

    fn names(&self) -> Vec<&'static str> {
        Schema.names()
    }

    fn label(&self, register: &str, column: &str, code: &str) -> Option<String> {
        let list = match (register, column) {
            ("r15", "about") | ("r4", "vacant") | (_, "vacant_seats") => "seats",
            ("r12", "flags") => "flag_states",
            ("r3" | "r15", "unit") | ("r19", "found_by") => return self.unit(code),
            (_, "territory") => return self.territory(code),
            (_, "gaps" | "in_place_gaps" | "plan_gaps") => return self.gap(code),
            _ => code_list(register, column)?,
        };
        let label = self.regime.label(list, code, "zh");
        (label != code).then_some(label)
    }
}

impl Registers<'_> {
    fn unit(&self, code: &str) -> Option<String> {
        let found = self.regime.units().at(&code.parse().ok()?, self.on).ok()?;
        Some(found.short().to_owned())
    }

    /// What a township is called on the day, by its first code.
    fn territory(&self, code: &str) -> Option<String> {
        let units = self.regime.units();
        Some(units.territory(&code.parse().ok()?, self.on)?.name.clone())
    }

    /// What plans may lack. The five musts are sentences, too long for a table: they go by their
    /// number.
    fn gap(&self, code: &str) -> Option<String> {
        if code == "emergency" {
            return Some("应急部分".to_owned());
        }
        let musts = self.regime.checklist("five_musts");
        let must = musts.filter(|list| list.items.contains_key(code));
        let must = must.map(|list| format!("{}{code}", list.label));
        must.or_else(|| {
            let lists = ["plan_priorities", "safety", "service_eight"].into_iter();
            let mut found = lists.filter_map(|name| self.regime.checklist(name));
            found.find_map(|list| list.items.get(code).cloned())
        })
    }
}
