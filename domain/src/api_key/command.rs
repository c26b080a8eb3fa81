use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Grant;
use crate::Digest;

/// What can be asked of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Issue it.
    Issue {
        /// What for.
        grant: Grant,
        /// The digest of its text.
        sha256: Digest,
        /// Its last day.
        expires_on: Date,
    },
    /// Put another text in the place of the one it has.
    Rotate {
        /// The digest of that text.
        sha256: Digest,
        /// Its last day.
        expires_on: Date,
        /// Until when the one before still lets in.
        former_until: DateTime<Utc>,
    },
    /// Let nobody in by it any more.
    Withdraw {
        /// Why.
        reason: Personal,
    },
}
