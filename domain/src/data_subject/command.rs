use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    DocumentNumber, UnitCode,
    codes::{ErasureGround, HoldGround, RestrictionGround},
};

/// What can be asked about the words that are kept of a subject.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Erase them.
    Erase {
        /// On which ground of the law.
        ground: ErasureGround,
        /// The document on which it rests: that of the act.
        #[serde(skip)]
        authority: Option<DocumentNumber>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Keep them from being erased.
    Hold {
        /// Why.
        ground: HoldGround,
        /// The same in words.
        reason: Personal,
        /// The last day for which it is meant.
        until: Option<Date>,
        /// The unit that asks.
        by: UnitCode,
        /// The document on which it rests: that of the act.
        #[serde(skip)]
        authority: Option<DocumentNumber>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Keep them no longer.
    LiftHold {
        /// Why.
        reason: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Keep them without using them.
    Restrict {
        /// Why.
        ground: RestrictionGround,
        /// The same in words.
        reason: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Use them again.
    LiftRestriction {
        /// Why.
        reason: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
}
