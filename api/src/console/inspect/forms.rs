//! Acts that have a form: what is asked for, and what each field is called.
//!
//! The members are those of the act's body over the API, and nothing is decided here: what cannot be so
//! is said by the same rules, at the field.

mod table;

use super::things::Thing;
use crate::problem::Language;
use table::{BARRIER, BEGIN, CASE, INSPECTION, ORDER};

/// A text in both languages.
pub(super) type Both = (&'static str, &'static str);

/// A form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// The operation id of the act.
    pub(super) id: &'static str,
    /// What it is about; none where it begins something.
    pub(super) of: Option<Thing>,
    /// What it begins, if it does.
    pub(super) makes: Option<Thing>,
    /// The states of the thing in which it is offered.
    pub(super) states: &'static [&'static str],
    pub(super) title: Both,
    pub(super) about: Both,
    pub(super) fields: &'static [Field],
}

/// A field of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// The member of the body.
    pub(super) name: &'static str,
    pub(super) label: Both,
    pub(super) hint: Both,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A line of text.
    Line,
    /// A text of several lines; sealed in the log.
    Words,
    Day,
    Number,
    /// Yes, if it is ticked.
    Tick,
    /// Yes or no.
    Answer,
    /// One of a list of codes.
    One(&'static str),
    /// Some of a list of codes.
    Some(&'static str),
    /// A unit.
    Unit,
    /// Some units.
    Units,
    /// Findings of the inspection that are in no order.
    Findings,
}

/// In this language.
pub(super) fn said((zh, en): Both, language: Language) -> &'static str {
    if language == Language::Chinese { zh } else { en }
}

/// The operations of all forms.
pub(super) const IDS: &[&str] = &[
    "report_resumption",
    "report_unlisted_resumption",
    "open_inspection",
    "raise_support_case",
    "report_barrier",
    "record_finding",
    "close_inspection",
    "order_rectification",
    "decline_to_order",
    "void_inspection",
    "serve_order",
    "report_order_done",
    "reinspect_order",
    "extend_order",
    "revoke_order",
    "terminate_order",
    "assign_support_case",
    "note_support_progress",
    "resolve_support_case",
    "transfer_support_case",
    "confirm_support_case",
    "reopen_support_case",
    "escalate_support_case",
    "assign_barrier",
    "confirm_barrier_removed",
    "find_barrier_unfounded",
];

/// Every form, those first that begin something.
pub(super) fn all() -> impl Iterator<Item = &'static Form> {
    [BEGIN, INSPECTION, ORDER, CASE, BARRIER].into_iter().flatten()
}

/// The form of this operation.
pub(super) fn named(id: &str) -> Option<&'static Form> {
    all().find(|form| form.id == id)
}

#[cfg(test)]
mod tests;
