use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::EnterpriseId;

/// What can be asked of an incident.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Report it.
    Report {
        /// Where.
        enterprise: EnterpriseId,
        /// How many persons show signs.
        persons: u32,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Isolate persons.
    Isolate {
        /// How many, in all.
        persons: u32,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Report it to the disease control centre.
    ReportToCdc {
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Trace contacts.
    Trace {
        /// How many, in all.
        contacts: u32,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Disinfect places.
    Disinfect {
        /// How many, in all.
        places: u32,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Rule it out.
    RuleOut {
        /// On what basis.
        basis: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Close it.
    Close {
        /// The day.
        #[serde(skip)]
        on: Date,
    },
}
