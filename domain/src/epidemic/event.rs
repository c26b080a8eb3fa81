use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, event_types::event_types};

/// What has happened in an incident (疫情). Counts only: no event says who is ill.
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was reported.
    Reported {
        /// Where.
        enterprise: EnterpriseId,
        /// How many persons show signs.
        persons: u32,
        /// The day.
        on: Date,
    },
    /// Persons were isolated.
    Isolated {
        /// How many, in all.
        persons: u32,
        /// The day.
        on: Date,
    },
    /// The disease control centre was told.
    CdcReported {
        /// The day.
        on: Date,
    },
    /// Contacts were traced.
    Traced {
        /// How many, in all.
        contacts: u32,
        /// The day.
        on: Date,
    },
    /// Places were disinfected.
    Disinfected {
        /// How many, in all.
        places: u32,
        /// The day.
        on: Date,
    },
    /// It was none (排除).
    RuledOut {
        /// On what basis.
        basis: Personal,
        /// The day.
        on: Date,
    },
    /// It is over.
    Closed {
        /// The day.
        on: Date,
    },
}

event_types! {
    Event {
        Reported => "epidemic-reported",
        Isolated => "epidemic-isolated",
        CdcReported => "epidemic-cdc-reported",
        Traced => "epidemic-traced",
        Disinfected => "epidemic-disinfected",
        RuledOut => "epidemic-ruled-out",
        Closed => "epidemic-closed",
    }
}
