use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, OfficerId, OrderId, UnitCode,
    codes::{Category, InspectionKind, ResultCode, Severity, Subject},
    event_types::event_types,
};

/// What has happened in an inspection (§三).
///
/// These names and fields are the stored format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// It was opened.
    Opened {
        /// Whom it looks at.
        enterprise: EnterpriseId,
        /// What led to it.
        kind: InspectionKind,
        /// What it looks at.
        subjects: Vec<Subject>,
        /// The unit that leads it.
        led_by: UnitCode,
        /// Who inspects: a pseudonym.
        inspector: String,
        /// The units that join it.
        joint_with: Vec<UnitCode>,
        /// The seed of the draw (双随机), so that anyone can draw again.
        draw_seed: Option<String>,
        /// The day.
        on: Date,
    },
    /// Something was found.
    FindingRecorded {
        /// Its number in this inspection, from 1.
        number: u32,
        /// Who found it: a pseudonym.
        finder: String,
        /// What it is about.
        subject: Subject,
        /// What kind of thing.
        category: Category,
        /// How bad.
        severity: Severity,
        /// What was seen.
        facts: Personal,
        /// The revision of the plan that stood then.
        plan_revision: Option<u32>,
        /// The officer whose duty it is about.
        officer: Option<OfficerId>,
        /// Put right at once; such a finding never counts.
        fixed_on_spot: bool,
        /// The day of what was seen.
        on: Date,
        /// The number of the finding it corrects.
        supersedes: Option<u32>,
    },
    /// It was closed.
    Closed {
        /// What it came to.
        result_codes: Vec<ResultCode>,
    },
    /// It is void, and so is what rests on it.
    Voided {
        /// Why.
        reason: Personal,
    },
    /// A finding went into an order, in the same commit as the order.
    FindingOrdered {
        /// The finding's number.
        number: u32,
        /// Which order.
        order: OrderId,
    },
    /// 不予责令: the findings that are in no order get none, and those whose order failed no other.
    OrderDeclined {
        /// Which findings.
        numbers: Vec<u32>,
        /// Why.
        reason: Personal,
    },
}

event_types! {
    Event {
        Opened => "inspection-opened",
        FindingRecorded => "inspection-finding-recorded",
        Closed => "inspection-closed",
        Voided => "inspection-voided",
        FindingOrdered => "inspection-finding-ordered",
        OrderDeclined => "inspection-order-declined",
    }
}
