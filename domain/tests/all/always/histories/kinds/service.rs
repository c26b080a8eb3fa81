//! What may be asked about difficulties of enterprises, and about what stands in their way.

use chrono::Datelike;
use fugong_domain::codes::BarrierKind;
use fugong_fixtures::desk::help;

use super::{
    super::{
        About, Kind,
        Who::{Commission, Firm, Headquarters},
    },
    kind,
};

/// Who helps with difficulties.
const DEPARTMENTS: [&str; 3] = ["hrss", "traffic", "500114106"];

fn department(a: &About<'_>) -> &'static str {
    DEPARTMENTS[a.day.day() as usize % 3]
}

pub(super) const HELP: &[Kind] = &[
    kind("raise-support", Firm, |a| help::raise(a.n, &a.id)),
    kind("raise-support-for-it", Commission, |a| {
        help::raise_of(a.n, &a.id, "policy_fulfilment", Some(10_000))
    }),
    kind("assign-support", Commission, |a| help::assign(a.n, department(a), a.day)),
    kind("transfer-support", Commission, |a| help::transfer(a.n, department(a), Some(a.day))),
    kind("progress-support", Commission, |a| help::progress(a.n)),
    kind("resolve-support", Commission, |a| help::resolve(a.n)),
    kind("confirm-support", Firm, |a| help::confirm(a.n, a.day.day().is_multiple_of(2))),
    kind("reopen-support", Firm, |a| help::reopen(a.n)),
    kind("escalate-support", Commission, |a| help::escalate(a.n, None)),
];

pub(super) const BARRIERS: &[Kind] = &[
    kind("report-barrier", Firm, |a| {
        let against = [None, Some("500114106"), Some("police")][a.day.day() as usize % 3];
        let kinds = BarrierKind::ALL;
        help::bar(a.n, kinds[a.n as usize % kinds.len()], against, Some(&a.id))
    }),
    kind("assign-barrier", Headquarters, |a| help::assign_barrier(a.n, department(a), a.day)),
    kind("remove-barrier", Headquarters, |a| help::remove(a.n)),
    kind("unfounded-barrier", Commission, |a| help::unfounded(a.n)),
];
