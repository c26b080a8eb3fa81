use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Target;
use crate::{DocumentNumber, UnitCode, codes::MeasureKind};

/// What can be asked of a measure of control.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Record that it is imposed.
    Impose {
        /// What it is over.
        target: Target,
        /// What kind.
        kind: MeasureKind,
        /// Who imposes it.
        by: UnitCode,
        /// What it says.
        text: Option<Personal>,
        /// The document on which it rests: that of the act.
        #[serde(skip)]
        authority: Option<DocumentNumber>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Relax it by a step.
    Relax {
        /// Which.
        step: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Look at it and keep it.
    Keep {
        /// Why.
        reason: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Lift it: after a step, or on a stated basis.
    Lift {
        /// On what basis.
        basis: Option<Personal>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
}
