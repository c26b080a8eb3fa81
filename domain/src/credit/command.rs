use chrono::NaiveDate as Date;
use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use super::Involved;
use crate::{
    Deadline, Digest, OrderId,
    codes::{ObjectionResult, RepairResult},
};

/// What can be asked of a credit record; `flag` is the flag's number.
///
/// Members marked `skip` are filled from facts at the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Propose a flag.
    ProposeFlag {
        /// The orders it rests on.
        grounds: Vec<OrderId>,
        /// Who took part so far.
        #[serde(skip)]
        involved: Vec<Involved>,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Withdraw a proposal that lost its grounds.
    WithdrawProposal {
        /// Its number.
        flag: u32,
        /// Which rule.
        rule: String,
    },
    /// Serve prior notice (告知).
    ServeNotice {
        /// Its number.
        flag: u32,
        /// Who serves it.
        by: String,
        /// The day.
        #[serde(skip)]
        on: Date,
        /// The statement period.
        #[serde(skip)]
        statement: Option<Deadline>,
    },
    /// Record what the enterprise says (陈述申辩).
    RecordStatement {
        /// Its number.
        flag: u32,
        /// What it says.
        text: Personal,
    },
    /// Enter the flag.
    EnterFlag {
        /// Its number.
        flag: u32,
        /// Who enters it.
        decided_by: String,
        /// The paper of the 法制审核.
        legal_review: String,
        /// The paper of the 集体讨论.
        collective_discussion: String,
        /// How long it stands, in months.
        retention_months: u32,
        /// Who took part in the orders and inspections it rests on, up to now.
        #[serde(skip)]
        involved: Vec<Involved>,
        /// The day.
        #[serde(skip)]
        on: Date,
        /// The period for objections.
        #[serde(skip)]
        objection: Option<Deadline>,
    },
    /// Dismiss the proposal.
    DismissProposal {
        /// Its number.
        flag: u32,
        /// Why.
        reason: Personal,
    },
    /// Lodge an objection.
    LodgeObjection {
        /// Its number.
        flag: u32,
        /// Why.
        grounds: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
        /// By when it is decided.
        #[serde(skip)]
        decide: Option<Deadline>,
    },
    /// Look into the objection (核查), which takes the longer period to decide it.
    VerifyObjection {
        /// Its number.
        flag: u32,
        /// What has to be looked into.
        reason: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
        /// By when it is decided then.
        #[serde(skip)]
        decide: Option<Deadline>,
    },
    /// Decide the objection.
    DecideObjection {
        /// Its number.
        flag: u32,
        /// How.
        result: ObjectionResult,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Apply for repair (信用修复).
    ApplyRepair {
        /// Its number.
        flag: u32,
        /// Digests of the papers.
        evidence: Vec<Digest>,
    },
    /// Decide on the repair.
    DecideRepair {
        /// Its number.
        flag: u32,
        /// How.
        result: RepairResult,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Record that the flag was handed out.
    DiscloseFlag {
        /// Its number.
        flag: u32,
        /// The platform or department that was given it, by name.
        recipient: String,
        /// The provision or paper on whose basis.
        basis: String,
        /// What for.
        purpose: Personal,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// Record that whoever was given the flag was told that it stands no more (撤回通知).
    NotifyWithdrawal {
        /// Its number.
        flag: u32,
        /// Which disclosure of it.
        disclosure: u32,
        /// The day.
        #[serde(skip)]
        on: Date,
    },
    /// A day has begun: a timer asks whether a flag has come to its term.
    PassDay {
        /// Its number.
        flag: u32,
        /// The day that has begun.
        #[serde(skip)]
        today: Date,
    },
    /// Strike the flag out.
    Expunge {
        /// Its number.
        flag: u32,
        /// Why, in words.
        reason: Option<Personal>,
        /// Why, when a rule does it.
        rule: Option<String>,
        /// The day.
        #[serde(skip)]
        on: Option<Date>,
    },
}
