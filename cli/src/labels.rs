//! What codes are called in Chinese, for people who read tables.

use std::collections::BTreeMap;

use fugong_domain::registers;
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
    /// it is no code of a list. Several stand with 、 between them.
    pub(crate) fn of(&self, table: &str, column: &str, code: &str) -> String {
        let list = match (table, column) {
            ("r15", "subject") | ("r4", "vacant") | (_, "vacant_seats") => "seats",
            ("r15", "unit") | ("r19", "found_by") => "units",
            _ => match registers::code_list(table, column) {
                Some(list) => list,
                None => return code.to_owned(),
            },
        };
        let known = self.0.get(list);
        let called = |code| known.and_then(|codes| codes.get(code)).map_or(code, String::as_str);
        code.split('、').map(called).collect::<Vec<_>>().join("、")
    }
}
