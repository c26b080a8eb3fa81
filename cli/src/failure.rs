//! How a command ends that does not end well.

use std::io::ErrorKind;

use fugong_engine::{Error, OpenError};

/// Why a command did not do what was asked. Its exit code says which kind it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A rule refused it: exit code 1.
    #[error("{0}")]
    Refused(String),
    /// It was called wrongly: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The database, a file or a port is not to be had: exit code 3.
    #[error("{0}")]
    Unavailable(String),
    /// Another process writes the database: exit code 3.
    #[error("{0}")]
    Locked(String),
    /// Whoever read what is printed has read enough, such as `head`: nothing went wrong.
    #[error("nobody reads on")]
    Unread,
}

impl Failure {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::Unavailable(_) | Self::Locked(_) => 3,
            Self::Unread => 0,
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let said = error.to_string();
        match error {
            OpenError::Exists(_) => Self::Usage(said),
            OpenError::Locked { .. } => Self::Locked(said),
            OpenError::Absent(_)
            | OpenError::Unavailable(_)
            | OpenError::Corrupt(_)
            | OpenError::Newer { .. }
            | OpenError::Keys(_) => Self::Unavailable(said),
        }
    }
}

impl<R: std::fmt::Display> From<Error<R>> for Failure {
    fn from(error: Error<R>) -> Self {
        match &error {
            Error::Refused(why) => Self::Refused(why.to_string()),
            Error::Conflict { .. } | Error::KeyReused | Error::TooLarge { .. } | Error::NotText => {
                Self::Refused(error.to_string())
            }
            Error::InFlight
            | Error::Overloaded
            | Error::Unavailable(_)
            | Error::Corrupt(_)
            | Error::Timeout => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<fugong_api::Problem> for Failure {
    fn from(problem: fugong_api::Problem) -> Self {
        let detail = in_chinese(&problem);
        match problem.code() {
            "UNAVAILABLE" | "REGISTER_BEHIND" => Self::Unavailable(detail),
            "INVALID_FIELD"
            | "MALFORMED"
            | "CODE_UNKNOWN"
            | "MEMBERS_DISAGREE"
            | "MOMENT_UNKNOWN"
            | "REPORT_PARAMETER_WRONG"
            | "RULES_WRONG" => Self::Usage(detail),
            _ => Self::Refused(detail),
        }
    }
}

/// What is wrong, the code's Chinese title first where its detail is in English.
fn in_chinese(problem: &fugong_api::Problem) -> String {
    let detail = problem.detail();
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let entry = fugong_api::LIST.iter().find(|entry| entry.code == problem.code());
    match entry.filter(|_| !is_chinese(detail)) {
        Some(entry) => format!("{}：{detail}", entry.title(fugong_api::Language::Chinese)),
        None => detail.to_owned(),
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            return Self::Unread;
        }
        Self::Unavailable(error.to_string())
    }
}

impl From<fugong_fixtures::data::DataError> for Failure {
    fn from(error: fugong_fixtures::data::DataError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<fugong_core::Failure> for Failure {
    fn from(error: fugong_core::Failure) -> Self {
        Self::Unavailable(format!("a register row cannot be read: {error}"))
    }
}
