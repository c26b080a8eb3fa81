//! Industries of GB/T 4754-2017. Which division lies in which section is data.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A division, group or class of GB/T 4754-2017: two, three or four digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndustryCode(String);

/// A text that is no industry code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no industry code; send 2 to 4 digits of GB/T 4754-2017 without the section's letter"
)]
pub struct InvalidIndustryCode(String);

impl IndustryCode {
    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The division (大类): its first two digits.
    pub fn division(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
}

impl FromStr for IndustryCode {
    type Err = InvalidIndustryCode;

    fn from_str(text: &str) -> Result<Self, InvalidIndustryCode> {
        let fits = (2..=4).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        fits.then(|| Self(text.to_owned())).ok_or_else(|| InvalidIndustryCode(text.to_owned()))
    }
}

impl TryFrom<String> for IndustryCode {
    type Error = InvalidIndustryCode;

    fn try_from(text: String) -> Result<Self, InvalidIndustryCode> {
        text.parse()
    }
}

impl From<IndustryCode> for String {
    fn from(code: IndustryCode) -> Self {
        code.0
    }
}

impl fmt::Display for IndustryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A section (门类) of GB/T 4754-2017: a letter from A to T.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Section(char);

/// A text that is no section.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no section of GB/T 4754-2017; send one letter from A to T")]
pub struct InvalidSection(String);

impl Section {
    /// Mining (采矿业): under other law as well, whose authorities stay as they are.
    pub const MINING: Self = Self('B');

    /// Its letter.
    pub fn letter(self) -> char {
        self.0
    }
}

impl FromStr for Section {
    type Err = InvalidSection;

    fn from_str(text: &str) -> Result<Self, InvalidSection> {
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter @ 'A'..='T'), None) => Ok(Self(letter)),
            _ => Err(InvalidSection(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Section {
    type Error = InvalidSection;

    fn try_from(text: String) -> Result<Self, InvalidSection> {
        text.parse()
    }
}

impl From<Section> for String {
    fn from(section: Section) -> Self {
        section.0.into()
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The classification as published: its sections, each with its divisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Industries {
    /// The standard, such as GB/T 4754-2017.
    pub standard: String,
    /// Its sections.
    pub sections: Vec<SectionEntry>,
}

/// One section of the classification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionEntry {
    /// Its letter.
    pub section: Section,
    /// Its name.
    pub name: String,
    /// Whether its enterprises are industrial (工业企业): B, C and D.
    pub industrial: bool,
    /// Its divisions by their two digits, with their names where the list knows them.
    pub divisions: BTreeMap<String, Option<String>>,
}

impl Industries {
    /// The section in which `code` lies, if the classification has its division.
    pub fn section_of(&self, code: &IndustryCode) -> Option<&SectionEntry> {
        self.sections.iter().find(|entry| entry.divisions.contains_key(code.division()))
    }

    /// The name of the division of `code`, if the list knows it.
    pub fn division_name(&self, code: &IndustryCode) -> Option<&str> {
        self.section_of(code)?.divisions.get(code.division())?.as_deref()
    }
}
