use chrono::{DateTime, Utc};
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::{SealedSecret, Subscription};
use crate::event_types::event_types;

/// What has happened to a receiver (推送地址).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was created: from here on it is sent what happens.
    Created {
        /// Where, and what.
        subscription: Subscription,
        /// What signs.
        sealed_secret: SealedSecret,
    },
    /// Another secret was put in the place of the one it had.
    Rotated {
        /// That secret.
        sealed_secret: SealedSecret,
        /// Until when the one before still signs.
        former_until: DateTime<Utc>,
    },
    /// It is sent nothing any more.
    Disabled {
        /// Why.
        reason: Personal,
    },
}

event_types! {
    Event {
        Created => "webhook-created",
        Rotated => "webhook-rotated",
        Disabled => "webhook-disabled",
    }
}
