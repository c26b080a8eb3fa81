//! 日报 and 健康监测: who has sent no report is asked for it, and who is ill is looked after at once.

use super::{Context, Row, View, Wanted, later, seats::in_charge};

/// In production and no report at the cut-off: the officer asks for it or fills it in. It stays a
/// task, and is never a finding.
pub(super) const CHASE_REPORT: Row = Row {
    kind: "daily-report",
    wanted: |view, context| {
        let silent = view.daily.silent_on.filter(|_| view.production_on(context.today).is_some());
        let to = |date| to_officer("daily-report", view, context).about(&date).by(later(date, 1));
        Vec::from_iter(silent.map(to))
    },
    fulfilled_by: &["resumption-daily-reported"],
};

/// Somebody has a fever, or there is an incident: the officer, his unit and the headquarters know
/// at once, in one task an enterprise.
pub(super) const ABNORMAL_HEALTH: Row = Row {
    kind: super::super::ALERT,
    wanted: |view, context| {
        let abnormal = !view.daily.abnormal.is_empty() || !view.incidents.is_empty();
        Vec::from_iter(abnormal.then(|| to_officer(super::super::ALERT, view, context)))
    },
    fulfilled_by: &["epidemic-ruled-out", "epidemic-closed"],
};

fn to_officer(kind: &'static str, view: &View, context: &Context<'_>) -> Wanted {
    let (unit, officer) = in_charge(view, context);
    Wanted::of(kind, unit, context).for_officer(officer)
}
