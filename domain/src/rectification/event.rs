use chrono::NaiveDate as Date;
use fugong_core::{Occurred, Personal};
use serde::{Deserialize, Serialize};

use crate::{
    Advisory, Deadline, Digest, EnterpriseId, FindingId, OrderId, codes::SupersedeKind,
    event_types::event_types,
};

/// What has happened to an order to rectify within a time limit (责令限期整改).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The enterprise was ordered to put the findings right.
    Ordered {
        /// Whom it binds.
        enterprise: EnterpriseId,
        /// What it rests on.
        findings: Vec<FindingId>,
        /// The time limit.
        limit: Limit,
        /// What is demanded.
        measures: Personal,
        /// Who answers for it at the enterprise (整改责任人).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        responsible: Option<Personal>,
        /// Who supervises it (督办人): a pseudonym.
        supervisor: Option<String>,
        /// Who issued it: a pseudonym.
        issuer: String,
        /// The order it replaces.
        supersedes: Option<Superseding>,
        /// The day of the order.
        on: Date,
    },
    /// Another order took its place, in the same commit.
    Superseded {
        /// The new order.
        by: OrderId,
        /// As what.
        kind: SupersedeKind,
    },
    /// 送达: time runs from here.
    Served {
        /// The day of service.
        on: Date,
        /// The running deadline; none where the due date lay before service.
        deadline: Option<Deadline>,
        /// Remarks.
        advisories: Vec<Advisory>,
    },
    /// The time limit was extended.
    Extended {
        /// The new deadline.
        deadline: Deadline,
        /// Why.
        reason: Personal,
    },
    /// The enterprise reported that it is done.
    Reported {
        /// When.
        at: Occurred,
        /// Digests of photos and papers.
        evidence: Vec<Digest>,
        /// After the deadline: recorded, not refused.
        late: bool,
    },
    /// 销号: an inspector saw that it is done.
    Complied {
        /// The day of the visit.
        on: Date,
        /// Who looked: a pseudonym.
        by: String,
    },
    /// An inspector saw that it is not done.
    Failed {
        /// The day of the visit.
        on: Date,
        /// Who looked: a pseudonym.
        by: String,
    },
    /// The deadline passed without a report in time.
    Lapsed {
        /// The last day on which a report would have been in time.
        due: Date,
    },
    /// It was revoked: as if it had never counted.
    Revoked {
        /// Why.
        reason: Personal,
    },
    /// It ended without compliance and without failure.
    Terminated {
        /// Why, in words.
        reason: Option<Personal>,
        /// Why, when a rule did it: the enterprise closed.
        rule: Option<String>,
    },
}

/// How the time limit was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Limit {
    /// To this day, that day included.
    Due(Date),
    /// For so many working days from service.
    WorkingDays(u32),
}

/// The order that an order replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Superseding {
    /// Which order.
    pub order: OrderId,
    /// As what.
    #[serde(rename = "as")]
    pub kind: SupersedeKind,
}

event_types! {
    Event {
        Ordered => "rectification-ordered",
        Superseded => "rectification-superseded",
        Served => "rectification-served",
        Extended => "rectification-extended",
        Reported => "rectification-reported",
        Complied => "rectification-complied",
        Failed => "rectification-failed",
        Lapsed => "rectification-lapsed",
        Revoked => "rectification-revoked",
        Terminated => "rectification-terminated",
    }
}
