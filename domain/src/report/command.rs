use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Definition;

/// What can be asked of the definition of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Lay it down, the first under its name or another in its place.
    Define {
        /// The definition; it was checked.
        definition: Definition,
        /// That it stands in the place of a ready report, which has the name.
        instead_of_ready: bool,
    },
    /// Run it no more.
    Withdraw {
        /// Why.
        reason: Personal,
    },
}
