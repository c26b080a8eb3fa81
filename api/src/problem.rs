//! Problems (RFC 9457): the only form in which this API says no.

mod answer;
mod entry;
mod list;

pub use answer::Language;
pub use entry::Entry;
pub(crate) use entry::entry;
pub use list::LIST;

use std::fmt::Display;

use fugong_core::Position;
use fugong_domain::{Refusal, rights::Rule};
use fugong_engine::Error;
use serde::Serialize;

/// Why a request was not carried out, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind it is; its row stands in [`LIST`].
    pub code: &'static str,
    /// What is wrong with this request.
    pub detail: String,
    /// Which members are wrong.
    pub errors: Vec<Fault>,
    /// What goes with some kinds.
    pub about: Box<About>,
}

/// One member that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// JSON pointer to it in the body, or the name of the parameter or header.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
    /// The line of a text, from 1, where it is one that has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The character in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

/// What a problem says besides its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Another status than the row's: a version conflict without If-Match is 409.
    pub status: Option<u16>,
    /// The version that a conflict met.
    pub version: Option<u64>,
    /// The methods that the address knows.
    pub allow: Option<String>,
    /// Seconds after which asking again makes sense.
    pub retry_after: Option<u64>,
    /// Whether what was sent to show who asks is not believed, and not only absent.
    pub bad_token: bool,
    /// How many bytes there are of which others were asked for.
    pub bytes: Option<u64>,
    /// Where the rows stand, and where they were asked to stand.
    pub behind: Option<(Position, Position)>,
    /// The rule of rights by which it was kept from whoever asked; it is not told him.
    pub rule: Option<Rule>,
}

impl Fault {
    /// That this member is wrong.
    pub fn at(pointer: impl Into<String>, detail: impl Display) -> Self {
        let (pointer, detail) = (pointer.into(), detail.to_string());
        Self { pointer, detail, line: None, column: None }
    }
}

impl Problem {
    /// A problem of this kind.
    pub fn new(code: &'static str, detail: impl Display) -> Self {
        let retry_after =
            matches!(code, "UNAVAILABLE" | "REGISTER_BEHIND" | "RATE_LIMITED" | "IN_FLIGHT");
        Self {
            code,
            detail: detail.to_string(),
            errors: Vec::new(),
            about: Box::new(About { retry_after: retry_after.then_some(1), ..About::default() }),
        }
    }

    /// A member of the body, a parameter or a header is wrong.
    pub fn invalid(pointer: impl Into<String>, detail: impl Display) -> Self {
        Self::naming("INVALID_FIELD", pointer, detail)
    }

    /// A member of the body is what the document allows and cannot be so, as the district stands:
    /// the same code as [`Self::invalid`], and 422.
    pub(crate) fn unfit(pointer: impl Into<String>, detail: impl Display) -> Self {
        let mut problem = Self::invalid(pointer, detail);
        problem.about.status = Some(422);
        problem
    }

    /// Something about a member, a parameter or a header is a problem of this kind.
    pub fn naming(code: &'static str, pointer: impl Into<String>, detail: impl Display) -> Self {
        let pointer = pointer.into();
        // The whole body has the empty pointer.
        let said =
            if pointer.is_empty() { detail.to_string() } else { format!("{pointer}: {detail}") };
        let mut problem = Self::new(code, said);
        problem.errors.push(Fault::at(pointer, detail));
        problem
    }

    /// What was sent to show who asks is not believed.
    pub fn bad_token(why: impl Display) -> Self {
        let mut problem = Self::new("UNAUTHENTICATED", why);
        problem.about.bad_token = true;
        problem
    }

    /// There is no such thing, or not for whoever asks.
    pub fn absent(what: impl Display) -> Self {
        Self::new("NOT_FOUND", format!("there is no {what}, or you may not see it"))
    }

    /// The log cannot be used now.
    pub fn unavailable(why: impl Display) -> Self {
        Self::new("UNAVAILABLE", why)
    }

    /// The same, about this member.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        let detail = self.detail.clone();
        self.errors.push(Fault::at(pointer, detail));
        self
    }

    /// The same, kept from whoever asked by this rule.
    #[must_use]
    pub(crate) fn by(mut self, rule: Rule) -> Self {
        self.about.rule = Some(rule);
        self
    }

    /// `other` in the place of this, kept by the same rule; what cannot be told now stays so.
    pub(crate) fn instead(self, mut other: Self) -> Self {
        if self.status() == 503 {
            return self;
        }
        other.about.rule = self.about.rule;
        other
    }

    /// What kind it is.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong with this request.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The status it is answered with.
    pub fn status(&self) -> u16 {
        self.about.status.or(entry(self.code).map(|entry| entry.status)).unwrap_or(503)
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Self::new(refusal.code(), &refusal);
        if let Refusal::InvalidField { pointer, problem } = refusal {
            return Self::unfit(pointer, problem);
        }
        if let Refusal::OccurredOnInFuture { field, .. } = refusal {
            return problem.at(format!("/{field}"));
        }
        if problem.code == "RESUMED_ON_IN_FUTURE" { problem.at("/resumed_on") } else { problem }
    }
}

impl<R: Into<Self>> From<Error<R>> for Problem {
    fn from(error: Error<R>) -> Self {
        let code = match &error {
            Error::Refused(_)
            | Error::Unavailable(_)
            | Error::Corrupt(_)
            | Error::Overloaded
            | Error::Timeout => "UNAVAILABLE",
            Error::Conflict { .. } => "VERSION_CONFLICT",
            Error::KeyReused => "IDEMPOTENCY_KEY_REUSED",
            Error::InFlight => "IN_FLIGHT",
            Error::TooLarge { .. } => "EVENT_TOO_LARGE",
            Error::NotText => "INVALID_FIELD",
        };
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Conflict { expected, actual } => {
                let detail = format!("the version is {actual}, not {expected}");
                let mut problem = Self::new(code, detail);
                problem.about.version = Some(actual);
                problem
            }
            Error::TooLarge { bytes } => {
                Self::new(code, format!("the event would have {bytes} bytes, over 65535"))
            }
            Error::NotText => Self::new(code, "a text holds a NUL character; leave it out"),
            Error::KeyReused => Self::new(code, "this key was used for another request"),
            Error::InFlight => Self::new(code, "the same act is being carried out"),
            Error::Unavailable(why) | Error::Corrupt(why) => Self::new(code, why),
            Error::Overloaded => Self::new(code, "too many acts are waiting"),
            Error::Timeout => Self::new(code, "it took too long; repeat it with the same key"),
        }
    }
}

impl From<std::convert::Infallible> for Problem {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
