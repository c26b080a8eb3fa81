use std::collections::BTreeMap;

use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{OfficerId, event_types::event_types};

/// What has happened to the prevention plan (一企一策方案) of an enterprise.
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// A first plan was drafted.
    Drafted {
        /// What it says.
        plan: Contents,
        /// 1.
        revision: u32,
        /// What the checklists of the day ask for and the plan lacks, by code.
        gaps: Vec<String>,
    },
    /// A new revision replaced it.
    Revised {
        /// What it says.
        plan: Contents,
        /// From 2.
        revision: u32,
        /// What the checklists of the day ask for and the plan lacks, by code.
        gaps: Vec<String>,
    },
    /// 落实到位: it was put in place, gaps and all.
    PutInPlace {
        /// Which revision.
        revision: u32,
        /// What that revision lacks.
        gaps: Vec<String>,
    },
    /// 督促完善: an officer urged to improve it.
    ImprovementUrged {
        /// The officer.
        officer: OfficerId,
        /// What to improve.
        points: Vec<Personal>,
    },
}

/// What a plan says. An incomplete one is recorded too, with its gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// The six priorities (六大工作重点), by code `P1` to `P6`.
    pub sections: BTreeMap<String, Personal>,
    /// The emergency part (含应急).
    pub emergency: Option<Personal>,
    /// The codes of the 五必须 that it meets.
    pub five_musts: Vec<String>,
    /// The production plan.
    pub production_plan: Option<Personal>,
}

event_types! {
    Event {
        Drafted => "plan-drafted",
        Revised => "plan-revised",
        PutInPlace => "plan-put-in-place",
        ImprovementUrged => "plan-improvement-urged",
    }
}
