use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    DocumentNumber, UnitCode,
    codes::{ErasureGround, HoldGround, RestrictionGround},
    event_types::event_types,
};

/// What has happened to the words that are kept of a subject (个人信息主体).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// They were erased: every key under which they were sealed until then is destroyed.
    Erased {
        /// On which ground of the law.
        ground: ErasureGround,
        /// The document on which it rests (文号).
        authority: Option<DocumentNumber>,
        /// The day.
        on: Date,
    },
    /// They may not be erased.
    Held {
        /// Why.
        ground: HoldGround,
        /// The same in words.
        reason: Personal,
        /// The last day for which it is meant.
        until: Option<Date>,
        /// The unit that asked.
        by: UnitCode,
        /// The document on which it rests (文号).
        authority: Option<DocumentNumber>,
        /// The day.
        on: Date,
    },
    /// They may be erased again.
    HoldLifted {
        /// Why.
        reason: Personal,
        /// The day.
        on: Date,
    },
    /// They are kept and not used.
    Restricted {
        /// Why.
        ground: RestrictionGround,
        /// The same in words.
        reason: Personal,
        /// The day.
        on: Date,
    },
    /// They are used again.
    RestrictionLifted {
        /// Why.
        reason: Personal,
        /// The day.
        on: Date,
    },
}

event_types! {
    Event {
        Erased => "data-subject-erased",
        Held => "data-subject-held",
        HoldLifted => "data-subject-hold-lifted",
        Restricted => "data-subject-restricted",
        RestrictionLifted => "data-subject-restriction-lifted",
    }
}
