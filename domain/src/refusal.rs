//! Why an act is refused: one list for the whole domain, with codes that never change.

use chrono::NaiveDate as Date;
use fugong_core::Stop;

use crate::codes::{HoldGround, Role, Seat};

/// Why an act is refused, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not a unified social credit code (统一社会信用代码).
    #[error("{code:?} is not a unified social credit code: {why}")]
    UsccInvalid {
        /// What was sent.
        code: String,
        /// What is wrong with it.
        why: String,
    },
    /// The enterprise is listed already.
    #[error("{0} is listed already; send a correction, a scale change or a relocation instead")]
    EnterpriseExists(String),
    /// No such enterprise. Never said to a resumption.
    #[error("{0} is not listed; list it first with POST /v1/enterprises")]
    EnterpriseUnknown(String),
    /// Its closure is confirmed.
    #[error("{enterprise} was closed on {on}; list it again if it works here again")]
    EnterpriseClosed {
        /// Which one.
        enterprise: String,
        /// Since when.
        on: Date,
    },
    /// No such township or sub-district on that day.
    #[error("there is no township, sub-district or park {code} on {on}; see /v1/code-lists/units")]
    TownshipUnknownAtDate {
        /// The code that was sent.
        code: String,
        /// The day it was asked for.
        on: Date,
    },
    /// Outside the park only sections B, C and D of GB/T 4754 are listed.
    #[error(
        "industry {industry} is not industrial (sections B, C, D); outside the park it is not listed"
    )]
    NotIndustrial {
        /// The industry code.
        industry: String,
    },
    /// The day of resumption lies ahead.
    #[error(
        "resumed_on {on} lies after today, {today}; report it when work has begun, or send a resumption plan"
    )]
    ResumedOnInFuture {
        /// The day that was sent.
        on: Date,
        /// Today in Asia/Shanghai.
        today: Date,
    },
    /// The act claims to have happened later than now, or before what it records.
    #[error("{field} {at} lies {problem}")]
    OccurredOnInFuture {
        /// Which member.
        field: &'static str,
        /// What was sent.
        at: String,
        /// After the clock, or before the fact it records.
        problem: String,
    },
    /// The seat belongs to another unit.
    #[error("the {seat} seat of this enterprise belongs to {owner}, not to {unit}")]
    SeatUnitMismatch {
        /// Which seat.
        seat: Seat,
        /// Who fills it.
        owner: String,
        /// Who was named.
        unit: String,
    },
    /// Somebody sits there.
    #[error("the {seat} seat is held by {officer}; transfer or withdraw him first")]
    SeatOccupied {
        /// Which seat.
        seat: Seat,
        /// Who holds it.
        officer: String,
    },
    /// Nobody sits there.
    #[error("nobody holds the {seat} seat at that time; assign an officer first")]
    NoPostingAtDate {
        /// Which seat, or "any".
        seat: String,
    },
    /// 双驻厂员: the two are different persons.
    #[error("{officer} holds the {seat} seat here already; the two officers are different persons")]
    SeatSameOfficer {
        /// Who.
        officer: String,
        /// The seat he holds.
        seat: Seat,
    },
    /// 一人一厂: one officer, one plant.
    #[error("{officer} is posted at {enterprise}; give concurrent_reason if he must hold both")]
    OfficerAlreadyPosted {
        /// Who.
        officer: String,
        /// Where.
        enterprise: String,
    },
    /// A posted officer cannot judge his own duty.
    #[error("{officer} is posted there and cannot judge his own duty; let another inspect it")]
    InspectorConflict {
        /// Who.
        officer: String,
    },
    /// The finding speaks of an officer's duty, not of the enterprise.
    #[error(
        "finding {finding} is about an officer's duty; it is referred to his unit, not ordered"
    )]
    FindingNotAgainstEnterprise {
        /// Which finding.
        finding: String,
    },
    /// An order rests on findings.
    #[error("an order rests on at least one finding of a valid inspection; {problem}")]
    OrderWithoutFinding {
        /// What is missing.
        problem: String,
    },
    /// An order has a time limit.
    #[error("an order needs either due or working_days, not none and not both")]
    OrderWithoutDeadline,
    /// The limit ends before it begins.
    #[error("the time limit {due} does not lie after {issued}")]
    DeadlineNotAfterIssue {
        /// The limit.
        due: Date,
        /// The day of the order, or the limit so far.
        issued: Date,
    },
    /// A finding is in at most one open order.
    #[error(
        "finding {finding} is in the open order {order}; supersede, revoke or finish that one first"
    )]
    FindingAlreadyOrdered {
        /// Which finding.
        finding: String,
        /// Which order.
        order: String,
    },
    /// The case has ended, or this step does not fit where it stands.
    #[error("this step does not fit: {state}")]
    OrderClosed {
        /// Where it stands.
        state: String,
    },
    /// Time runs from service (送达).
    #[error("the order has not been served; confirm its service first")]
    OrderNotServed,
    /// No calendar for that year.
    #[error("no working-day calendar covers {year}; publish one with POST /v1/regime/calendars")]
    CalendarNotCovered {
        /// The year.
        year: i32,
    },
    /// A flag needs grounds.
    #[error("a flag needs grounds: {problem}")]
    NoGrounds {
        /// What is missing.
        problem: String,
    },
    /// Prior notice comes first.
    #[error("the flag cannot be entered before notice (告知) has been served")]
    FlagBeforeNotice,
    /// The statement period still runs.
    #[error("the enterprise may state its case until {until}, that day included")]
    StatementPeriodRunning {
        /// Its last day.
        until: Date,
    },
    /// Four eyes.
    #[error("{actor} took part in this case as {part}; another person has to enter the flag")]
    FlagDeciderConflict {
        /// Who.
        actor: String,
        /// As what.
        part: String,
    },
    /// The period for objections is over.
    #[error("objections were possible until {until}")]
    ObjectionOutOfTime {
        /// Its last day.
        until: Date,
    },
    /// The flag is gone.
    #[error("flag {flag} has ended ({how}); nothing more can be done to it")]
    FlagAlreadyExpunged {
        /// Which flag.
        flag: String,
        /// How it ended.
        how: String,
    },
    /// 「不能简单一撤了之」.
    #[error(
        "the measure was relaxed by no step; relax it first, or state on what basis it is lifted"
    )]
    LiftWithoutStep,
    /// 依法保存: words about a person may not be erased yet.
    #[error(
        "{by} holds these words since {since}{} ({ground}): they can be erased when it has lifted \
         that; until then keep them without using them, by a restriction",
        .until.map(|day| format!(", as is meant until {day}")).unwrap_or_default()
    )]
    ErasureHeld {
        /// Why.
        ground: HoldGround,
        /// Which unit.
        by: String,
        /// Since when.
        since: Date,
        /// The last day for which it is meant.
        until: Option<Date>,
    },
    /// This role may not do this.
    #[error("role {role} may not do {act}; it is for {allowed}")]
    RoleNotAllowed {
        /// Whose role.
        role: Role,
        /// Which act.
        act: String,
        /// Who may.
        allowed: String,
    },
    /// Another unit's enterprise.
    #[error("{enterprise} is not in the jurisdiction of {unit}")]
    OutOfJurisdiction {
        /// Who asked.
        unit: String,
        /// About whom.
        enterprise: String,
    },
    /// There is no such thing to act on.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A member has a value that the rules of the day do not know.
    #[error("{pointer}: {problem}")]
    InvalidField {
        /// JSON pointer to it.
        pointer: String,
        /// What is wrong and what to send.
        problem: String,
    },
}

impl From<Refusal> for Stop<Refusal> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Refusal {
    /// That an act of `at` lies before `what`, the past fact that it records.
    pub(crate) fn before(at: Date, what: &str, day: Date) -> Self {
        Self::OccurredOnInFuture {
            field: "occurred_at",
            at: at.to_string(),
            problem: format!("before {what}, {day}"),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UsccInvalid { .. } => "USCC_INVALID",
            Self::EnterpriseExists(_) => "ENTERPRISE_EXISTS",
            Self::EnterpriseUnknown(_) => "ENTERPRISE_UNKNOWN",
            Self::EnterpriseClosed { .. } => "ENTERPRISE_CLOSED",
            Self::TownshipUnknownAtDate { .. } => "TOWNSHIP_UNKNOWN_AT_DATE",
            Self::NotIndustrial { .. } => "NOT_INDUSTRIAL",
            Self::ResumedOnInFuture { .. } => "RESUMED_ON_IN_FUTURE",
            Self::OccurredOnInFuture { .. } => "OCCURRED_ON_IN_FUTURE",
            Self::SeatUnitMismatch { .. } => "SEAT_UNIT_MISMATCH",
            Self::SeatOccupied { .. } => "SEAT_OCCUPIED",
            Self::NoPostingAtDate { .. } => "NO_POSTING_AT_DATE",
            Self::SeatSameOfficer { .. } => "SEAT_SAME_OFFICER",
            Self::OfficerAlreadyPosted { .. } => "OFFICER_ALREADY_POSTED",
            Self::InspectorConflict { .. } => "INSPECTOR_CONFLICT",
            Self::FindingNotAgainstEnterprise { .. } => "FINDING_NOT_AGAINST_ENTERPRISE",
            Self::OrderWithoutFinding { .. } => "ORDER_WITHOUT_FINDING",
            Self::OrderWithoutDeadline => "ORDER_WITHOUT_DEADLINE",
            Self::DeadlineNotAfterIssue { .. } => "DEADLINE_NOT_AFTER_ISSUE",
            Self::FindingAlreadyOrdered { .. } => "FINDING_ALREADY_ORDERED",
            Self::OrderClosed { .. } => "ORDER_CLOSED",
            Self::OrderNotServed => "ORDER_NOT_SERVED",
            Self::CalendarNotCovered { .. } => "CALENDAR_NOT_COVERED",
            Self::NoGrounds { .. } => "NO_GROUNDS",
            Self::FlagBeforeNotice => "FLAG_BEFORE_NOTICE",
            Self::StatementPeriodRunning { .. } => "STATEMENT_PERIOD_RUNNING",
            Self::FlagDeciderConflict { .. } => "FLAG_DECIDER_CONFLICT",
            Self::ObjectionOutOfTime { .. } => "OBJECTION_OUT_OF_TIME",
            Self::FlagAlreadyExpunged { .. } => "FLAG_ALREADY_EXPUNGED",
            Self::LiftWithoutStep => "LIFT_WITHOUT_STEP",
            Self::ErasureHeld { .. } => "ERASURE_HELD",
            Self::RoleNotAllowed { .. } => "ROLE_NOT_ALLOWED",
            Self::OutOfJurisdiction { .. } => "OUT_OF_JURISDICTION",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::InvalidField { .. } => "INVALID_FIELD",
        }
    }
}
