use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::{Deadline, Digest, OrderId, event_types::event_types};

/// What has happened in the credit record (诚信记录) of an enterprise: a record, not a penalty.
///
/// Each flag has a number, from 1; its id is `{uscc}.{n}`. These names and fields are the stored
/// format: rename nothing, add an upcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// A flag was proposed; a person decides.
    FlagProposed {
        /// Its number.
        flag: u32,
        /// The orders failed or lapsed that it rests on.
        grounds: Vec<OrderId>,
        /// Who took part so far, as what: they may not enter it (four eyes).
        involved: Vec<Involved>,
        /// The day.
        on: Date,
    },
    /// The proposal lost its grounds.
    ProposalWithdrawn {
        /// Its number.
        flag: u32,
        /// Which rule.
        rule: String,
    },
    /// 告知: prior notice was served, and the statement period runs.
    NoticeServed {
        /// Its number.
        flag: u32,
        /// Who served it: a pseudonym.
        by: String,
        /// The day.
        on: Date,
        /// The statement period.
        statement: Deadline,
    },
    /// 陈述申辩: the enterprise stated its case.
    StatementRecorded {
        /// Its number.
        flag: u32,
        /// What it said.
        text: Personal,
    },
    /// The flag was entered.
    Flagged {
        /// Its number.
        flag: u32,
        /// Who entered it: a pseudonym.
        decided_by: String,
        /// The paper of the 法制审核.
        legal_review: String,
        /// The paper of the 集体讨论.
        collective_discussion: String,
        /// How long it stands, in months.
        retention_months: u32,
        /// The day.
        on: Date,
        /// The last day on which it stands.
        until: Date,
        /// The last day for an objection.
        objection: Deadline,
    },
    /// The proposal was dismissed.
    ProposalDismissed {
        /// Its number.
        flag: u32,
        /// Why.
        reason: Personal,
    },
    /// An objection was lodged: the flag is annotated at once (异议标注).
    ObjectionLodged {
        /// Its number.
        flag: u32,
        /// Why.
        grounds: Personal,
        /// The day.
        on: Date,
        /// By when it is decided.
        decide: Deadline,
    },
    /// 核查: the objection has to be looked into, so that the longer period to decide it holds.
    VerificationBegun {
        /// Its number.
        flag: u32,
        /// What has to be looked into.
        reason: Personal,
        /// The day.
        on: Date,
        /// By when it is decided now, counted from the day of the objection.
        decide: Deadline,
    },
    /// The objection was upheld.
    ObjectionUpheld {
        /// Its number.
        flag: u32,
        /// The day.
        on: Date,
    },
    /// The objection was rejected.
    ObjectionRejected {
        /// Its number.
        flag: u32,
        /// The day.
        on: Date,
    },
    /// 信用修复: repair was applied for.
    RepairApplied {
        /// Its number.
        flag: u32,
        /// Digests of the papers.
        evidence: Vec<Digest>,
    },
    /// Repair was granted: the flag ends.
    RepairGranted {
        /// Its number.
        flag: u32,
        /// The day.
        on: Date,
    },
    /// Repair was refused.
    RepairRefused {
        /// Its number.
        flag: u32,
        /// The day.
        on: Date,
    },
    /// The flag was handed out: from now on somebody else has it as well.
    FlagDisclosed {
        /// Its number.
        flag: u32,
        /// Which disclosure of it, from 1.
        disclosure: u32,
        /// The platform or department that was given it, by name.
        recipient: String,
        /// The provision or paper on whose basis.
        basis: String,
        /// What for.
        purpose: Personal,
        /// The day.
        on: Date,
    },
    /// 撤回通知: whoever was given the flag was told that it stands no more.
    WithdrawalNotified {
        /// Its number.
        flag: u32,
        /// Which disclosure of it.
        disclosure: u32,
        /// Who was told, by name.
        recipient: String,
        /// The day.
        on: Date,
    },
    /// The flag came to its term.
    Expired {
        /// Its number.
        flag: u32,
        /// Its last day.
        until: Date,
    },
    /// The flag was struck out.
    Expunged {
        /// Its number.
        flag: u32,
        /// Why, in words.
        reason: Option<Personal>,
        /// Why, when a rule did it.
        rule: Option<String>,
        /// The day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<Date>,
    },
}

/// Somebody who took part in a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Involved {
    /// Who: a pseudonym.
    pub actor: String,
    /// As what: `inspector`, `finder`, `issuer`, `reinspector`, `notice_server`.
    pub part: String,
}

event_types! {
    Event {
        FlagProposed => "credit-flag-proposed",
        ProposalWithdrawn => "credit-proposal-withdrawn",
        NoticeServed => "credit-notice-served",
        StatementRecorded => "credit-statement-recorded",
        Flagged => "credit-flagged",
        ProposalDismissed => "credit-proposal-dismissed",
        ObjectionLodged => "credit-objection-lodged",
        VerificationBegun => "credit-verification-begun",
        ObjectionUpheld => "credit-objection-upheld",
        ObjectionRejected => "credit-objection-rejected",
        RepairApplied => "credit-repair-applied",
        RepairGranted => "credit-repair-granted",
        RepairRefused => "credit-repair-refused",
        FlagDisclosed => "credit-flag-disclosed",
        WithdrawalNotified => "credit-withdrawal-notified",
        Expired => "credit-expired",
        Expunged => "credit-expunged",
    }
}
