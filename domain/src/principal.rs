//! Who acts.

use serde::{Deserialize, Serialize};

use crate::{UnitCode, codes::Role};

/// Somebody who acts: a pseudonym, the unit he acts for, and in which capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Principal {
    /// A pseudonym; an officer's is his officer id.
    pub actor: String,
    /// The unit he acts for; an enterprise acts for its own code.
    pub unit: UnitCode,
    /// The capacity in which he acts.
    pub role: Role,
}
