//! Whose inbox something concerns: an enterprise's, or that of a thing that is no enterprise's.

use std::{fmt, str::FromStr};

use fugong_core::Failure;
use serde::{Deserialize, Serialize};

use super::id;
use crate::{BarrierId, EnterpriseId, MeasureId};

/// What tasks are kept for, stored as text: an enterprise's id, or the kind of thing and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) enum Owner {
    /// An enterprise or one of its sites.
    Enterprise(EnterpriseId),
    /// A report of a barrier: who made it, and whom it hinders, stays out of inboxes.
    Barrier(BarrierId),
    /// A measure of control, which may be over an area.
    Measure(MeasureId),
}

const BARRIER: &str = "barrier/";
const MEASURE: &str = "measure/";

impl Owner {
    /// Whom a task of this kind about `subject` concerns.
    pub(super) fn of_task(
        kind: &str,
        subject: &str,
        enterprise: Option<&EnterpriseId>,
    ) -> Result<Option<Self>, Failure> {
        match kind {
            "clear-barrier" | "oversee-barrier" => id(subject).map(|id| Some(Self::Barrier(id))),
            "review-measure" => id(subject).map(|id| Some(Self::Measure(id))),
            _ => Ok(enterprise.cloned().map(Self::Enterprise)),
        }
    }

    /// The enterprise, if it is one.
    pub(super) fn enterprise(self) -> Option<EnterpriseId> {
        match self {
            Self::Enterprise(id) => Some(id),
            Self::Barrier(_) | Self::Measure(_) => None,
        }
    }

    /// The same, looked at.
    pub(super) fn as_enterprise(&self) -> Option<&EnterpriseId> {
        match self {
            Self::Enterprise(id) => Some(id),
            Self::Barrier(_) | Self::Measure(_) => None,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enterprise(id) => write!(f, "{id}"),
            Self::Barrier(id) => write!(f, "{BARRIER}{id}"),
            Self::Measure(id) => write!(f, "{MEASURE}{id}"),
        }
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        owner.to_string()
    }
}

impl FromStr for Owner {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        if let Some(barrier) = text.strip_prefix(BARRIER) {
            return id(barrier).map(Self::Barrier);
        }
        match text.strip_prefix(MEASURE) {
            Some(measure) => id(measure).map(Self::Measure),
            None => id(text).map(Self::Enterprise),
        }
    }
}

impl TryFrom<String> for Owner {
    type Error = Failure;

    fn try_from(text: String) -> Result<Self, Failure> {
        text.parse()
    }
}
