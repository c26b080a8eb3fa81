use chrono::NaiveDate as Date;
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use super::Superseding;
use crate::{
    Deadline, Digest, EnterpriseId, FindingId, OrderId,
    codes::{ReinspectionResult, SupersedeKind},
};

/// What can be asked of an order to rectify.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Order the findings to be put right.
    Order {
        /// Whom it binds.
        enterprise: EnterpriseId,
        /// What it rests on.
        findings: Vec<FindingId>,
        /// To this day; or `working_days`.
        due: Option<Date>,
        /// For so many working days from service; or `due`.
        working_days: Option<u32>,
        /// What is demanded.
        measures: Personal,
        /// Who answers for it at the enterprise.
        #[serde(default)]
        responsible: Option<Personal>,
        /// Who supervises it.
        supervisor: Option<String>,
        /// Who issues it.
        issuer: String,
        /// The order it replaces.
        supersedes: Option<Superseding>,
        /// The day of the order.
        #[serde(skip)]
        on: Date,
    },
    /// Give way to another order; goes with that order, in one commit.
    Supersede {
        /// The new order.
        by: OrderId,
        /// As what.
        kind: SupersedeKind,
    },
    /// Confirm that it was served.
    ConfirmService {
        /// The day of service.
        #[serde(skip)]
        on: Date,
        /// The deadline that runs from it.
        #[serde(skip)]
        deadline: Option<Deadline>,
    },
    /// Extend the time limit.
    Extend {
        /// The new last day.
        due: Date,
        /// Why.
        reason: Personal,
        /// The day of the extension.
        #[serde(skip)]
        on: Date,
    },
    /// Report that it is done.
    ReportDone {
        /// When.
        at: Occurred,
        /// Digests of photos and papers.
        evidence: Vec<Digest>,
    },
    /// Record a reinspection.
    Reinspect {
        /// What it found.
        result: ReinspectionResult,
        /// Who looked.
        by: String,
        /// The day of the visit.
        #[serde(skip)]
        on: Date,
    },
    /// A day has begun: a timer asks.
    PassDay {
        /// The day that has begun.
        #[serde(skip)]
        today: Date,
    },
    /// Revoke it.
    Revoke {
        /// Why.
        reason: Personal,
    },
    /// End it without compliance.
    Terminate {
        /// Why, in words.
        reason: Option<Personal>,
        /// Why, when a rule does it.
        rule: Option<String>,
    },
}
