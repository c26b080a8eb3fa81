use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, OfficerId, UnitCode, event_types::event_types};

/// What has happened to a task (待办). An inbox orders work; it never blocks an act.
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// A policy raised it.
    Raised {
        /// What is to be done: the policy's name.
        kind: String,
        /// For which enterprise, if one.
        enterprise: Option<EnterpriseId>,
        /// What it is about: a seat, an order, a flag, a finding; empty when the enterprise itself.
        subject: String,
        /// Whose inbox.
        unit: UnitCode,
        /// Whose, within it.
        officer: Option<OfficerId>,
        /// By this day, that day included.
        due: Option<Date>,
    },
    /// Somebody took it on.
    Claimed {
        /// Who: a pseudonym.
        by: String,
    },
    /// It followed the seat to another.
    Reassigned {
        /// Whose inbox.
        unit: UnitCode,
        /// Whose, within it.
        officer: Option<OfficerId>,
    },
    /// The event that fulfils it happened.
    Done {
        /// That event's id.
        by: String,
    },
    /// Its reason no longer stands.
    Cancelled {
        /// The id of the event that took the reason away.
        by: String,
    },
    /// It was late, and went up.
    Escalated {
        /// Whose inbox now.
        unit: UnitCode,
    },
}

event_types! {
    Event {
        Raised => "task-raised",
        Claimed => "task-claimed",
        Reassigned => "task-reassigned",
        Done => "task-done",
        Cancelled => "task-cancelled",
        Escalated => "task-escalated",
    }
}
