use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{
    Digest, OfficerId,
    codes::{HazardSeverity, Workplace},
    event_types::event_types,
};

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
    /// 安全生产: what is done against accidents was prepared, or prepared anew.
    SafetyPrepared {
        /// From 1.
        revision: u32,
        /// The codes of the safety checklist that it deals with.
        items: Vec<String>,
        /// What the checklist of the day asks for and it lacks, by code.
        gaps: Vec<String>,
        /// Who answers for it at the enterprise.
        responsible: Personal,
        /// What is done in an emergency (应急处置预案).
        emergency: Option<Personal>,
    },
    /// 监测防护: a dangerous workplace was looked at.
    HazardMonitored {
        /// What makes it dangerous.
        workplace: Workplace,
        /// Where.
        place: Personal,
        /// When.
        at: Occurred,
        /// Whether it was as it should be.
        normal: bool,
        /// What was seen.
        notes: Option<Personal>,
    },
    /// 隐患排查: a hazard was found.
    HazardFound {
        /// Its number at this enterprise, from 1.
        number: u32,
        /// What makes the workplace dangerous.
        workplace: Workplace,
        /// How great it is.
        severity: HazardSeverity,
        /// Where.
        place: Personal,
        /// What was seen.
        facts: Personal,
        /// When.
        found_on: Date,
        /// By when it is to be cleared.
        due: Option<Date>,
    },
    /// A hazard was cleared.
    HazardCleared {
        /// Which one.
        number: u32,
        /// When.
        on: Date,
        /// What was done.
        measures: Personal,
        /// Papers and photographs.
        evidence: Vec<Digest>,
    },
    /// 安全警示教育: staff was taught.
    TrainingHeld {
        /// When.
        on: Date,
        /// Of what.
        topic: Personal,
        /// How many attended.
        attended: u32,
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
        SafetyPrepared => "plan-safety-prepared",
        HazardMonitored => "plan-hazard-monitored",
        HazardFound => "plan-hazard-found",
        HazardCleared => "plan-hazard-cleared",
        TrainingHeld => "plan-training-held",
    }
}
