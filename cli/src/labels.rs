//! What codes are called in Chinese, for people who read tables.

use std::collections::BTreeMap;

use fugong_fixtures::data::{self, DataError};

/// The labels of codes, by list and code.
#[derive(Debug, Default)]
pub(crate) struct Labels(BTreeMap<String, BTreeMap<String, String>>);

impl Labels {
    /// The labels that the binary carries.
    ///
    /// # Errors
    ///
    /// When the data file does not hold what it should.
    pub(crate) fn carried() -> Result<Self, DataError> {
        let lists = data::code_lists()?.into_iter().map(|(name, codes)| {
            (name, codes.into_iter().map(|code| (code.code, code.zh)).collect())
        });
        let mut all: BTreeMap<_, BTreeMap<_, _>> = lists.collect();
        let units = data::units()?;
        let offices = units.parks.into_iter().chain(units.offices);
        let names = offices.map(|office| (office.code.to_string(), office.short));
        let divisions = units.divisions.into_iter().map(|d| (d.code.to_string(), d.name));
        all.insert("units".to_owned(), names.chain(divisions).collect());
        Ok(Self(all))
    }

    /// What the unit of this code is called.
    pub(crate) fn unit(&self, code: &str) -> String {
        let known = self.0.get("units").and_then(|units| units.get(code));
        known.cloned().unwrap_or_else(|| code.to_owned())
    }

    /// What `code` in the column `column` of the table `table` is called; the code itself where
    /// it is no code of a list.
    pub(crate) fn of(&self, table: &str, column: &str, code: &str) -> String {
        let list = match (table, column) {
            (_, "seat" | "second_seat") | ("r15", "subject") => "seats",
            ("r10" | "r15", "unit") | ("r19", "found_by") => "units",
            (_, "scale") => "scales",
            (_, "workplace") => "workplace_kinds",
            ("r19", "severity") => "hazard_severities",
            (_, "tier") => "tiers",
            ("r20-measures", "kind") => "control_measure_kinds",
            (_, "kind") => "task_kinds",
            ("r7", "state") => "order_states",
            ("r8", "state") => "flag_states",
            ("r9" | "r18-fulfilment", "state") => "support_states",
            ("r9", "source") => "support_sources",
            ("r20-incidents", "state") => "epidemic_states",
            ("r20-measures", "state") => "measure_states",
            ("r15", "state") => "task_states",
            (_, "state" | "anchor_state" | "production") => "production_states",
            (_, "excluded") => "exclusion_kinds",
            (_, "stopped_for") => "suspension_reasons",
            _ => return code.to_owned(),
        };
        let known = self.0.get(list).and_then(|codes| codes.get(code));
        known.cloned().unwrap_or_else(|| code.to_owned())
    }
}
