use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Definition;
use crate::event_types::event_types;

/// What has happened to the definition of a report (报表).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was laid down, the first under its name or another in its place.
    Defined(Definition),
    /// It is run no more.
    Withdrawn {
        /// Why.
        reason: Personal,
    },
}

event_types! {
    Event {
        Defined => "report-defined",
        Withdrawn => "report-withdrawn",
    }
}
