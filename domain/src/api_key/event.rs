use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Grant;
use crate::{Digest, event_types::event_types};

/// What has happened to a key (接口密钥).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was issued.
    Issued {
        /// What for.
        grant: Grant,
        /// The digest of its text.
        sha256: Digest,
        /// Its last day.
        expires_on: Date,
    },
    /// Another text was put in the place of the one it had.
    Rotated {
        /// The digest of that text.
        sha256: Digest,
        /// Its last day.
        expires_on: Date,
        /// Until when the one before still lets in.
        former_until: DateTime<Utc>,
    },
    /// It lets nobody in any more.
    Withdrawn {
        /// Why.
        reason: Personal,
    },
}

event_types! {
    Event {
        Issued => "api-key-issued",
        Rotated => "api-key-rotated",
        Withdrawn => "api-key-withdrawn",
    }
}
