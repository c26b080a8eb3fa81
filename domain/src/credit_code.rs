//! Unified social credit codes (统一社会信用代码) and what an enterprise is known by.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ids::uuid_text;

/// The characters of GB 32100-2015 in the order of their values: no I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// 3^i mod 31 for the first 17 characters; the check digit counts once.
const WEIGHTS: [u32; LENGTH] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];

const LENGTH: usize = 18;
const MODULUS: u32 = 31;

/// A unified social credit code: 18 characters of GB 32100-2015 whose check digit fits.
///
/// Full-width characters, small letters, spaces and hyphens are put right on the way in; a letter
/// O is never read as a 0. The region digits name the registrar, not the site: any will do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode([u8; LENGTH]);

/// What is wrong with a text that is no credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCreditCode {
    /// Nothing was sent.
    #[error("it is empty; send the 18 characters on the business licence")]
    Empty,
    /// Too short or too long.
    #[error("it has {found} characters, not 18; compare it with the business licence")]
    Length {
        /// How many there are, without spaces and hyphens.
        found: usize,
    },
    /// A character that these codes do not use.
    #[error(
        "{found:?} at place {place} is not used in these codes (digits and capitals without \
         I, O, S, V, Z); compare that place with the business licence"
    )]
    Character {
        /// Which one, from 1.
        place: usize,
        /// What stands there.
        found: char,
    },
    /// The check digit does not fit the others.
    #[error(
        "its check digit does not fit, so some character is mistyped or two are swapped; compare it with the business licence"
    )]
    CheckDigit,
}

impl CreditCode {
    /// The code as its 18 characters.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The code that begins with these 17 characters: for making examples.
    ///
    /// # Errors
    ///
    /// When they are not 17 characters of the alphabet.
    pub fn from_stem(stem: &str) -> Result<Self, InvalidCreditCode> {
        let mut wrong = InvalidCreditCode::Empty;
        for check in ALPHABET.chars() {
            match format!("{stem}{check}").parse() {
                Ok(code) => return Ok(code),
                Err(error) => wrong = error,
            }
        }
        Err(wrong)
    }
}

impl FromStr for CreditCode {
    type Err = InvalidCreditCode;

    fn from_str(text: &str) -> Result<Self, InvalidCreditCode> {
        let letters: Vec<char> = normalised(text).collect();
        if letters.is_empty() {
            return Err(InvalidCreditCode::Empty);
        }
        if letters.len() != LENGTH {
            return Err(InvalidCreditCode::Length { found: letters.len() });
        }
        let mut code = [0; LENGTH];
        let mut sum = 0_u32;
        for (((place, found), weight), byte) in (1..).zip(letters).zip(WEIGHTS).zip(&mut code) {
            let wrong = InvalidCreditCode::Character { place, found };
            let value = (0_u32..).zip(ALPHABET.chars()).find(|(_, letter)| *letter == found);
            let (value, _) = value.ok_or(wrong)?;
            *byte = u8::try_from(found).map_err(|_| wrong)?;
            sum = sum.saturating_add(value.saturating_mul(weight));
        }
        if sum.is_multiple_of(MODULUS) {
            Ok(Self(code))
        } else {
            Err(InvalidCreditCode::CheckDigit)
        }
    }
}

/// The characters of `text` in half width and capitals, without spaces and hyphens.
fn normalised(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−'))
        .map(|c| c.to_ascii_uppercase())
}

/// The half-width form of a full-width character, or the character itself.
pub(crate) fn half_width(c: char) -> char {
    /// From a full-width character to its ASCII twin.
    const DISTANCE: u32 = 0xFEE0;
    match c {
        '！'..='～' => u32::from(c).checked_sub(DISTANCE).and_then(char::from_u32).unwrap_or(c),
        _ => c,
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({self})")
    }
}

impl TryFrom<String> for CreditCode {
    type Error = InvalidCreditCode;

    fn try_from(text: String) -> Result<Self, InvalidCreditCode> {
        text.parse()
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.to_string()
    }
}

/// What an enterprise is known by: its code, its code and a further site, or a provisional id.
///
/// Its text is the code, `{code}~02` for a second site, or `p-{uuid}` until the code is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum EnterpriseId {
    /// By its code: the enterprise, and its first site.
    Code(CreditCode),
    /// A further site of an enterprise, with seats, plan, visits and reports of its own.
    Site(CreditCode, Site),
    /// Reported without a code.
    Provisional(ProvisionalId),
}

/// The number of a further site: 2 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site(u8);

/// `p-` and a UUID in its usual text form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProvisionalId(String);

/// A text that names no enterprise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEnterpriseId {
    /// The code is wrong.
    #[error(transparent)]
    Code(#[from] InvalidCreditCode),
    /// What follows the `~` is no further site.
    #[error("{0:?} is no further site; send two digits from 02 to 99 after the ~")]
    Site(String),
    /// A provisional id is `p-` and a UUID.
    #[error("{0:?} is no provisional id; send it as the receipt gave it, p- and a UUID")]
    Provisional(String),
}

impl EnterpriseId {
    /// Its credit code, once it is known.
    pub fn code(&self) -> Option<&CreditCode> {
        match self {
            Self::Code(code) | Self::Site(code, _) => Some(code),
            Self::Provisional(_) => None,
        }
    }

    /// Which site of the enterprise, from 1.
    pub fn site(&self) -> u8 {
        match self {
            Self::Code(_) | Self::Provisional(_) => 1,
            Self::Site(_, Site(number)) => *number,
        }
    }

    /// The enterprise as a whole: scale, base and credit go by it, whatever the site.
    #[must_use]
    pub fn whole(&self) -> Self {
        match self {
            Self::Site(code, _) => Self::Code(*code),
            Self::Code(_) | Self::Provisional(_) => self.clone(),
        }
    }

    /// The same, under another code.
    #[must_use]
    pub fn under(&self, code: CreditCode) -> Self {
        match self {
            Self::Site(_, site) => Self::Site(code, *site),
            Self::Code(_) | Self::Provisional(_) => Self::Code(code),
        }
    }

    /// Whether it stands under a provisional id.
    pub fn is_provisional(&self) -> bool {
        matches!(self, Self::Provisional(_))
    }
}

impl From<CreditCode> for EnterpriseId {
    fn from(code: CreditCode) -> Self {
        Self::Code(code)
    }
}

impl FromStr for EnterpriseId {
    type Err = InvalidEnterpriseId;

    fn from_str(text: &str) -> Result<Self, InvalidEnterpriseId> {
        if let Some(rest) = text.strip_prefix("p-") {
            let uuid = uuid_text(rest);
            let id = uuid.map(|uuid| Self::Provisional(ProvisionalId(format!("p-{uuid}"))));
            return id.ok_or_else(|| InvalidEnterpriseId::Provisional(text.to_owned()));
        }
        let Some((code, site)) = text.split_once('~') else {
            return Ok(Self::Code(text.parse()?));
        };
        let wrong = || InvalidEnterpriseId::Site(site.to_owned());
        if site.len() != 2 || !site.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(wrong());
        }
        match site.parse() {
            Ok(number) if 2 <= number => Ok(Self::Site(code.parse()?, Site(number))),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for EnterpriseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Site(code, Site(number)) => write!(f, "{code}~{number:02}"),
            Self::Provisional(ProvisionalId(text)) => f.write_str(text),
        }
    }
}

impl TryFrom<String> for EnterpriseId {
    type Error = InvalidEnterpriseId;

    fn try_from(text: String) -> Result<Self, InvalidEnterpriseId> {
        text.parse()
    }
}

impl From<EnterpriseId> for String {
    fn from(id: EnterpriseId) -> Self {
        id.to_string()
    }
}
