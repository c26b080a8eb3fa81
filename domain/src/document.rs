//! Document numbers (文号), such as 渝肺炎组办发〔2020〕24号.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::credit_code::half_width;

/// The number of an official document: who issued it, in which year, and which it was.
///
/// A stray space before or after the number is tolerated, full-width digits likewise; the text
/// that is kept has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber {
    issuer: String,
    year: u16,
    number: u32,
}

/// A text that is no document number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no document number; write it like 渝肺炎组办发〔2020〕24号, with the brackets 〔 and 〕"
)]
pub struct InvalidDocumentNumber(String);

impl DocumentNumber {
    /// The issuer's mark, such as 渝肺炎组办发.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The year in the brackets.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The number within the year.
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl FromStr for DocumentNumber {
    type Err = InvalidDocumentNumber;

    fn from_str(text: &str) -> Result<Self, InvalidDocumentNumber> {
        parts(text.trim()).ok_or_else(|| InvalidDocumentNumber(text.to_owned()))
    }
}

fn parts(text: &str) -> Option<DocumentNumber> {
    let (issuer, rest) = text.rsplit_once('〔')?;
    let (year, rest) = rest.split_once('〕')?;
    let number = rest.strip_suffix('号')?;
    let (issuer, year) = (issuer.trim(), digits(year)?);
    if issuer.is_empty() || year.len() != 4 {
        return None;
    }
    Some(DocumentNumber {
        issuer: issuer.to_owned(),
        year: year.parse().ok()?,
        number: digits(number.trim())?.parse().ok()?,
    })
}

fn digits(text: &str) -> Option<String> {
    let text: String = text.chars().map(half_width).collect();
    text.bytes().all(|c| c.is_ascii_digit()).then_some(text)
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{:04}〕{}号", self.issuer, self.year, self.number)
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = InvalidDocumentNumber;

    fn try_from(text: String) -> Result<Self, InvalidDocumentNumber> {
        text.parse()
    }
}

impl From<DocumentNumber> for String {
    fn from(number: DocumentNumber) -> Self {
        number.to_string()
    }
}
