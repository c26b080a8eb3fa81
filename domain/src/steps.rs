//! From where to where each event leads, as the workflow is drawn. The aggregates themselves say it
//! by evolving; a test compares what they do with these tables, in both directions.

use serde::Serialize;

use crate::Kind;

/// That an event leads from one of some states to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The stored type of the event.
    pub event: &'static str,
    /// Where it finds what it happens to; empty where that begins to be: a flag, a task.
    pub from: &'static [&'static str],
    /// Where it leaves it.
    pub to: &'static str,
}

/// The steps of a kind. An event that is in none leaves what it happens to where it stood.
pub(crate) fn of(kind: Kind) -> &'static [Step] {
    match kind {
        Kind::Enterprise => ENTERPRISE,
        Kind::Resumption => RESUMPTION,
        Kind::Plan => PLAN,
        Kind::Posting => POSTING,
        Kind::Officer => OFFICER,
        Kind::Inspection => INSPECTION,
        Kind::Rectification => RECTIFICATION,
        Kind::Credit => CREDIT,
        Kind::Support => SUPPORT,
        Kind::Barrier => BARRIER,
        Kind::Epidemic => EPIDEMIC,
        Kind::Measure => MEASURE,
        Kind::Task => TASK,
        Kind::Regime => REGIME,
        Kind::DataSubject => DATA_SUBJECT,
        Kind::Report => REPORT,
        Kind::ApiKey => API_KEY,
        Kind::Webhook => WEBHOOK,
    }
}

const fn step(event: &'static str, from: &'static [&'static str], to: &'static str) -> Step {
    Step { event, from, to }
}

const ENTERPRISE: &[Step] = &[
    step("enterprise-registered", &["unlisted", "set_aside", "closed"], "listed"),
    step("enterprise-joined-to", &["unlisted", "set_aside"], "joined_to"),
    step("enterprise-set-aside", &["unlisted"], "set_aside"),
    step("enterprise-closure-begun", &["listed"], "closing"),
    step("enterprise-closed", &["listed", "closing"], "closed"),
];

/// As it was told of the latest day; a correction of an earlier one leaves that as it is.
const RESUMPTION: &[Step] = &[
    step("resumption-planned", &["not_resumed"], "planned"),
    step("resumption-resumed", &["not_resumed", "planned", "suspended"], "resumed"),
    step(
        "resumption-continuous-production-declared",
        &["not_resumed", "planned", "resumed", "suspended"],
        "continuous",
    ),
    step("resumption-joined", &["not_resumed", "planned", "continuous", "suspended"], "resumed"),
    step("resumption-suspended", &["resumed", "continuous"], "suspended"),
    step("resumption-ended", &["planned", "resumed", "continuous", "suspended"], "not_resumed"),
    step("resumption-corrected", &["not_resumed", "continuous", "suspended"], "resumed"),
    step("resumption-corrected", &["resumed"], "suspended"),
    step("resumption-corrected", &["resumed"], "not_resumed"),
];

const PLAN: &[Step] = &[
    step("plan-drafted", &["missing"], "drafted"),
    step("plan-put-in-place", &["drafted"], "in_place"),
];

/// Of a seat, as it was told last.
const POSTING: &[Step] = &[
    step("posting-officer-assigned", &["vacant"], "held"),
    step("posting-substituted", &["held"], "substituted"),
    step("posting-substitution-ended", &["substituted"], "held"),
    step("posting-transferred", &["substituted"], "held"),
    step("posting-withdrawn", &["held", "substituted"], "vacant"),
];

const OFFICER: &[Step] = &[step("officer-enrolled", &["unknown"], "enrolled")];

const INSPECTION: &[Step] = &[
    step("inspection-opened", &["not_opened"], "open"),
    step("inspection-closed", &["open"], "closed"),
    step("inspection-voided", &["open", "closed"], "void"),
];

const RECTIFICATION: &[Step] = &[
    step("rectification-ordered", &["not_ordered"], "ordered"),
    step("rectification-served", &["ordered"], "served"),
    step("rectification-lapsed", &["served"], "lapsed"),
    step("rectification-reported", &["served", "lapsed"], "reported"),
    step("rectification-complied", &["served", "reported", "lapsed"], "complied"),
    step("rectification-failed", &["served", "reported", "lapsed"], "failed"),
    step(
        "rectification-superseded",
        &["ordered", "served", "reported", "lapsed", "failed"],
        "superseded",
    ),
    step("rectification-terminated", &["ordered", "served", "reported", "lapsed"], "terminated"),
    step(
        "rectification-revoked",
        &[
            "ordered",
            "served",
            "reported",
            "lapsed",
            "complied",
            "failed",
            "superseded",
            "terminated",
        ],
        "revoked",
    ),
];

/// Of a flag.
const CREDIT: &[Step] = &[
    step("credit-flag-proposed", &[], "proposed"),
    step("credit-notice-served", &["proposed"], "notified"),
    step("credit-flagged", &["notified"], "flagged"),
    step("credit-proposal-dismissed", &["proposed", "notified"], "dismissed"),
    step("credit-proposal-withdrawn", &["proposed", "notified"], "withdrawn"),
    step("credit-repair-granted", &["flagged"], "repaired"),
    step("credit-expired", &["flagged"], "expired"),
    step("credit-objection-upheld", &["flagged"], "expunged"),
    step("credit-expunged", &["flagged"], "expunged"),
];

const SUPPORT: &[Step] = &[
    step("support-raised", &["not_raised"], "raised"),
    step("support-assigned", &["raised"], "assigned"),
    step("support-resolved", &["raised", "assigned"], "resolved"),
    step("support-confirmed", &["resolved"], "confirmed"),
    step("support-reopened", &["resolved", "confirmed"], "raised"),
];

const BARRIER: &[Step] = &[
    step("barrier-reported", &["not_reported"], "reported"),
    step("barrier-assigned", &["reported"], "assigned"),
    step("barrier-removed", &["reported", "assigned"], "removed"),
    step("barrier-found-unfounded", &["reported", "assigned"], "unfounded"),
];

const EPIDEMIC: &[Step] = &[
    step("epidemic-reported", &["not_reported"], "open"),
    step("epidemic-ruled-out", &["open"], "ruled_out"),
    step("epidemic-closed", &["open"], "closed"),
];

const MEASURE: &[Step] = &[
    step("measure-imposed", &["not_imposed"], "in_force"),
    step("measure-lifted", &["in_force"], "lifted"),
];

const TASK: &[Step] = &[
    step("task-raised", &[], "open"),
    step("task-claimed", &["open", "escalated"], "claimed"),
    step("task-reassigned", &["claimed", "escalated"], "open"),
    step("task-escalated", &["open", "claimed"], "escalated"),
    step("task-done", &["open", "claimed", "escalated"], "done"),
    step("task-cancelled", &["open", "claimed", "escalated"], "cancelled"),
];

const REGIME: &[Step] = &[step("regime-rules-published", &["unpublished"], "published")];

const DATA_SUBJECT: &[Step] = &[
    step("data-subject-erased", &["in_use", "restricted"], "erased"),
    step("data-subject-held", &["in_use", "restricted", "erased"], "held"),
    step("data-subject-hold-lifted", &["held"], "in_use"),
    step("data-subject-hold-lifted", &["held"], "restricted"),
    step("data-subject-restricted", &["in_use", "erased"], "restricted"),
    step("data-subject-restriction-lifted", &["restricted"], "in_use"),
];

const REPORT: &[Step] = &[
    step("report-defined", &["not_defined", "withdrawn"], "in_use"),
    step("report-withdrawn", &["in_use"], "withdrawn"),
];

const API_KEY: &[Step] = &[
    step("api-key-issued", &["not_issued"], "in_use"),
    step("api-key-withdrawn", &["in_use"], "withdrawn"),
];

const WEBHOOK: &[Step] = &[
    step("webhook-created", &["not_created"], "in_use"),
    step("webhook-disabled", &["in_use"], "disabled"),
];
