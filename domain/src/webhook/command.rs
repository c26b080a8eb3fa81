use chrono::{DateTime, Utc};
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::{SealedSecret, Subscription};

/// What can be asked of a receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Create it.
    Create {
        /// Where, and what.
        subscription: Subscription,
        /// What signs.
        sealed_secret: SealedSecret,
    },
    /// Put another secret in the place of the one it has.
    Rotate {
        /// That secret.
        sealed_secret: SealedSecret,
        /// Until when the one before still signs.
        former_until: DateTime<Utc>,
    },
    /// Send it nothing any more.
    Disable {
        /// Why.
        reason: Personal,
    },
}
