use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{DocumentNumber, EnterpriseId, UnitCode, codes::MeasureKind, event_types::event_types};

/// What has happened to a measure of control (管控).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was imposed.
    Imposed {
        /// What it is over.
        target: Target,
        /// What kind.
        kind: MeasureKind,
        /// Who imposed it.
        by: UnitCode,
        /// What it says.
        text: Option<Personal>,
        /// The document on which it rests (文号).
        authority: Option<DocumentNumber>,
        /// The day from which it is in force.
        on: Date,
    },
    /// It was relaxed by a step.
    Relaxed {
        /// Which.
        step: Personal,
        /// The day.
        on: Date,
    },
    /// It was looked at and kept.
    Kept {
        /// Why.
        reason: Personal,
        /// The day.
        on: Date,
    },
    /// It was lifted.
    Lifted {
        /// On what basis, if one was stated.
        basis: Option<Personal>,
        /// The day from which it is no more.
        on: Date,
    },
}

/// What a measure is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A township or a park.
    Area(UnitCode),
    /// An enterprise with all of its sites, or one site.
    Enterprise(EnterpriseId),
}

impl Target {
    /// The enterprise, if it is over one.
    pub fn enterprise(&self) -> Option<&EnterpriseId> {
        match self {
            Self::Area(_) => None,
            Self::Enterprise(id) => Some(id),
        }
    }

    /// Whether it is over this enterprise, which lies in these units.
    pub fn covers(
        &self,
        enterprise: &EnterpriseId,
        places: &[UnitCode],
        same: impl Fn(&UnitCode, &UnitCode) -> bool,
    ) -> bool {
        match self {
            Self::Area(area) => places.iter().any(|place| same(place, area)),
            Self::Enterprise(id) => id == enterprise || *id == enterprise.whole(),
        }
    }
}

event_types! {
    Event {
        Imposed => "measure-imposed",
        Relaxed => "measure-relaxed",
        Kept => "measure-kept",
        Lifted => "measure-lifted",
    }
}
