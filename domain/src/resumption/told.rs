use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use crate::{
    UnitCode,
    codes::{ProductionState, SuspensionReason},
};

/// What was told of production, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// From this day; that of a stop may lie ahead.
    pub from: Date,
    /// What was told.
    pub what: What,
}

/// How production stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// 持续在产.
    Continuous,
    /// 已复工复产.
    Resumed {
        /// Staff on post.
        on_post: Option<u32>,
        /// Share of capacity in use, 0 to 100.
        capacity_pct: Option<u8>,
    },
    /// 停产.
    Suspended {
        /// Why; not known of what was taken over from a provisional id.
        reason: Option<SuspensionReason>,
    },
    /// The enterprise no longer exists here.
    Ended,
}

/// What a report says of an enterprise that nobody has listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlisted {
    /// Its name.
    pub name: Option<String>,
    /// Where it lies, or the office that was told.
    pub township: Option<UnitCode>,
}

impl What {
    /// It in a word.
    pub fn state(self) -> ProductionState {
        match self {
            Self::Continuous => ProductionState::Continuous,
            Self::Resumed { .. } => ProductionState::Resumed,
            Self::Suspended { .. } => ProductionState::Suspended,
            Self::Ended => ProductionState::NotResumed,
        }
    }
}

impl Told {
    /// Whether it tells of work since `day`: that it never stopped, or else that it began again.
    pub(super) fn is_work_since(&self, day: Date, continuous: bool) -> bool {
        let such = match self.what {
            What::Continuous => continuous,
            What::Resumed { .. } => !continuous,
            What::Suspended { .. } | What::Ended => false,
        };
        such && self.from == day
    }
}
