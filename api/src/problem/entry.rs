//! A kind of problem.

use super::LIST;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The stable code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Its Chinese title.
    pub zh: &'static str,
    /// Its English title.
    pub en: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

pub(super) const fn row(
    status: u16,
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    remedy: &'static str,
) -> Entry {
    Entry { code, status, zh, en, remedy }
}

/// The kind of problem with this code.
pub(crate) fn entry(code: &str) -> Option<&'static Entry> {
    LIST.iter().find(|entry| entry.code == code)
}
