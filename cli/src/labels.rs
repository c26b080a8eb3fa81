//! What codes are called in Chinese, for people who read tables.

use std::collections::BTreeMap;

use fugong_domain::registers;
use fugong_fixtures::data::{self, DataError};

/// The list of what plans may lack, out of the checklists.
const GAPS: &str = "gaps";

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
        all.insert(GAPS.to_owned(), gaps()?);
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
            ("r15", "about") | ("r4", "vacant") | (_, "vacant_seats") => "seats",
            ("r15", "unit") | ("r19", "found_by") => "units",
            (_, "gaps" | "in_place_gaps" | "plan_gaps") => GAPS,
            _ => match registers::code_list(table, column) {
                Some(list) => list,
                None => return code.to_owned(),
            },
        };
        let known = self.0.get(list);
        let called = |code: &str| {
            let known = known.and_then(|codes| codes.get(code));
            known.cloned().unwrap_or_else(|| code.to_owned())
        };
        // A code may have a count behind it.
        let shown = |text: &str| match text.split_once(':') {
            Some((code, count)) => format!("{} {count}", called(code)),
            None => called(text),
        };
        code.split('、').map(shown).collect::<Vec<_>>().join("、")
    }
}

/// What the gaps of plans are called. The five musts are sentences, too long for a table: they go
/// by their number.
fn gaps() -> Result<BTreeMap<String, String>, DataError> {
    let mut called = BTreeMap::from([("emergency".to_owned(), "应急部分".to_owned())]);
    for (name, list) in data::checklists()? {
        let label = list.label;
        called.extend(list.items.into_iter().map(|(code, text)| {
            let shown = if name == "five_musts" { format!("{label}{code}") } else { text };
            (code, shown)
        }));
    }
    Ok(called)
}
