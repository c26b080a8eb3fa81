use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, OfficerId, UnitCode};

/// What can be asked of a task; all but `Claim` is asked by policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Raise it.
    Raise {
        /// What is to be done: the policy's name.
        kind: String,
        /// For which enterprise, if one.
        enterprise: Option<EnterpriseId>,
        /// What it is about; empty when the enterprise itself.
        subject: String,
        /// Whose inbox.
        unit: UnitCode,
        /// Whose, within it.
        officer: Option<OfficerId>,
        /// By this day.
        due: Option<Date>,
    },
    /// Take it on.
    Claim {
        /// Who.
        by: String,
    },
    /// Let it follow the seat.
    Reassign {
        /// Whose inbox.
        unit: UnitCode,
        /// Whose, within it.
        officer: Option<OfficerId>,
    },
    /// It is fulfilled.
    Finish {
        /// The id of the event that fulfils it.
        by: String,
    },
    /// Its reason no longer stands.
    Cancel {
        /// The id of the event that took the reason away.
        by: String,
    },
    /// It is late: a timer asks.
    Escalate {
        /// To whom.
        unit: UnitCode,
    },
}
