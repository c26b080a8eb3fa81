//! What things and persons are called. Each is parsed at the door and trusted inside.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{CreditCode, EnterpriseId};

/// A text that does not name what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}; send {form}")]
pub struct InvalidId {
    /// What it should name.
    pub what: &'static str,
    /// How that looks.
    pub form: &'static str,
    /// What was sent.
    pub text: String,
}

/// Defines an id that is kept as its canonical text.
macro_rules! ids {
    ($($(#[$about:meta])* $name:ident: $what:literal, $form:literal, $canonical:expr;)+) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let canonical: fn(&str) -> Option<String> = $canonical;
                canonical(text).map(Self).ok_or_else(|| InvalidId {
                    what: $what,
                    form: $form,
                    text: text.to_owned(),
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

ids! {
    /// An officer (人员): a pseudonym such as `OFF-01`, never a name or a telephone number.
    OfficerId: "officer id", "1 to 64 letters, digits, '-', '_' or '.', such as OFF-01", officer;

    /// Whose words are kept (个人信息主体): a pseudonym such as an officer's, or `text:` and the id of
    /// the thing of which free words speak.
    SubjectId: "data subject", "an officer's id, or text: and an id of up to 128 letters, digits, '-', '_', '.', '~' or ':'", subject;

    /// An inspection (检查): a UUID.
    InspectionId: "inspection id", "the UUID of its receipt", uuid_text;

    /// A rectification order (责令限期整改): a UUID.
    OrderId: "order id", "the UUID of its receipt", uuid_text;

    /// A finding: the n-th of its inspection, from 1.
    FindingId: "finding id", "{inspection}.{n}, as its receipt gave it", finding;

    /// A case of support (困难): a UUID.
    SupportId: "support case id", "the UUID of its receipt", uuid_text;

    /// A report of a barrier (阻碍): a UUID.
    BarrierId: "barrier report id", "the UUID of its receipt", uuid_text;

    /// An incident (疫情): a UUID.
    IncidentId: "incident id", "the UUID of its receipt", uuid_text;

    /// A measure of control (管控): a UUID.
    MeasureId: "control measure id", "the UUID of its receipt", uuid_text;

    /// With what an enterprise has a difficulty: the categories are data.
    SupportCategory: "support category", "a code of /v1/code-lists/support_categories", code;

    /// A flag in the credit record (诚信记录): the n-th of its enterprise, from 1.
    FlagId: "flag id", "{code}.{n}, as its receipt gave it", flag;

    /// A report (报表) of the district's own, by its name.
    ReportId: "report name", "1 to 64 small letters, digits and '-', such as weekly-resumption", |text| slug(text).then(|| text.to_owned());

    /// An API key (接口密钥): a UUID.
    ApiKeyId: "API key id", "the UUID of its receipt", uuid_text;

    /// A webhook (推送地址): a UUID.
    WebhookId: "webhook id", "the UUID of its receipt", uuid_text;

    /// A task (待办): the policy, the position of its cause, and which of them.
    TaskId: "task id", "{policy}.{position}.{n}, as the inbox shows it", task;

    /// Somebody that acts or is in charge: a township `500114106`, the park `park-zy`, an office
    /// such as `eic`, or an enterprise by its code.
    UnitCode: "unit", "a code of /v1/code-lists/units, or an enterprise's code", unit;

    /// The SHA-256 of a paper or a photograph, as 64 small hexadecimal digits.
    Digest: "SHA-256 digest", "64 hexadecimal digits", sha256;
}

impl FindingId {
    /// The `n`-th finding of `inspection`.
    pub fn nth(inspection: &InspectionId, n: u32) -> Self {
        Self(format!("{inspection}.{n}"))
    }

    /// The inspection that found it.
    pub fn inspection(&self) -> InspectionId {
        InspectionId(head(&self.0).to_owned())
    }

    /// Its number in that inspection, from 1.
    pub fn number(&self) -> u32 {
        ordinal_of(&self.0)
    }
}

impl SupportCategory {
    /// Whether it is about promised money (政策兑现), the only one that carries sums.
    pub fn is_policy_fulfilment(&self) -> bool {
        self.0 == "policy_fulfilment"
    }
}

impl FlagId {
    /// The `n`-th flag of `enterprise`.
    pub fn nth(enterprise: &EnterpriseId, n: u32) -> Self {
        Self(format!("{}.{n}", enterprise.whole()))
    }

    /// The text of the enterprise's id.
    pub fn enterprise(&self) -> &str {
        head(&self.0)
    }

    /// Its number in that enterprise's record, from 1.
    pub fn number(&self) -> u32 {
        ordinal_of(&self.0)
    }
}

impl TaskId {
    /// The `n`-th task that `policy` raised at `position`; the policy's name is kebab-case.
    pub fn of(policy: &str, position: u64, n: u32) -> Self {
        Self(format!("{policy}.{position}.{n}"))
    }
}

impl UnitCode {
    /// The enterprise it names, if it is one's code.
    pub fn enterprise(&self) -> Option<EnterpriseId> {
        self.0.parse().ok()
    }

    /// Whether it has an area of its own: a township, a sub-district or a park.
    pub fn is_territorial(&self) -> bool {
        let digits = self.0.len() == 9 && self.0.bytes().all(|c| c.is_ascii_digit());
        digits || self.0.starts_with("park-")
    }
}

impl From<CreditCode> for UnitCode {
    fn from(code: CreditCode) -> Self {
        Self(code.to_string())
    }
}

/// What stands before the last point.
fn head(text: &str) -> &str {
    text.rsplit_once('.').map_or(text, |(head, _)| head)
}

/// The number behind the last point; it was checked when the id was read.
fn ordinal_of(text: &str) -> u32 {
    text.rsplit_once('.').and_then(|(_, n)| n.parse().ok()).unwrap_or_default()
}

fn officer(text: &str) -> Option<String> {
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    ((1..=64).contains(&text.len()) && text.bytes().all(fits)).then(|| text.to_owned())
}

fn subject(text: &str) -> Option<String> {
    let Some(about) = text.strip_prefix("text:") else { return officer(text) };
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b'~' | b':');
    ((1..=128).contains(&about.len()) && about.bytes().all(fits)).then(|| text.to_owned())
}

fn finding(text: &str) -> Option<String> {
    let (inspection, n) = text.rsplit_once('.')?;
    Some(format!("{}.{}", uuid_text(inspection)?, ordinal(n)?))
}

fn flag(text: &str) -> Option<String> {
    let (enterprise, n) = text.rsplit_once('.')?;
    Some(format!("{}.{}", enterprise.parse::<EnterpriseId>().ok()?, ordinal(n)?))
}

fn task(text: &str) -> Option<String> {
    let (cause, n) = text.rsplit_once('.')?;
    let (policy, position) = cause.rsplit_once('.')?;
    let fits = slug(policy) && number(position).is_some() && number(n).is_some();
    fits.then(|| text.to_owned())
}

fn unit(text: &str) -> Option<String> {
    if slug(text) {
        return Some(text.to_owned());
    }
    text.parse::<EnterpriseId>().ok().map(String::from)
}

/// 1 to 64 small letters, digits and low lines, beginning with a letter.
fn code(text: &str) -> Option<String> {
    let fits = text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
    fits.then(|| text.to_owned())
}

fn sha256(text: &str) -> Option<String> {
    let fits = text.len() == 64 && text.bytes().all(|c| c.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}

/// Whether `text` is 1 to 64 small letters, digits and hyphens, beginning with one of the former.
fn slug(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
}

/// A whole number without sign or leading zeros.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn ordinal(text: &str) -> Option<u64> {
    number(text).filter(|n| 1 <= *n)
}

/// The usual text form of a UUID: small hexadecimal digits in groups of 8-4-4-4-12.
pub(crate) fn uuid_text(text: &str) -> Option<String> {
    let groups = [8, 4, 4, 4, 12];
    let mut found = text.split('-');
    let fits =
        |group: &str, length| group.len() == length && group.bytes().all(|c| c.is_ascii_hexdigit());
    let all = groups.iter().all(|length| found.next().is_some_and(|group| fits(group, *length)));
    (all && found.next().is_none()).then(|| text.to_ascii_lowercase())
}
