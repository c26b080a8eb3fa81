//! 「分步取消各类防控措施」, 「不能简单一撤了之、一放了之」 (§一(三)): measures of control are looked at
//! again and again, and what becomes of those who are told to stop is reported.

use super::{super::HEADQUARTERS, Row, Wanted, later};
use crate::UnitCode;

/// Whoever imposed a measure looks at it after some days, and whenever the risk changes.
pub(super) const REVIEW_MEASURE: Row = Row {
    kind: "review-measure",
    wanted: |view, context| {
        let Some(reviewed) = &view.measure else { return Vec::new() };
        let regular = later(reviewed.reviewed_on, context.numbers.measure_review_days);
        let from = reviewed.risk_changed_on.map_or(regular, |changed| changed.min(regular));
        let task = Wanted::of("review-measure", reviewed.by.clone(), context);
        vec![task.about(&reviewed.measure).starting(from.max(context.today))]
    },
    fulfilled_by: &["measure-relaxed", "measure-kept", "measure-lifted"],
};

/// A stop order met one that works: the territorial unit says what happened.
pub(super) const REPORT_STOP: Row = Row {
    kind: "report-stop",
    wanted: |view, context| {
        let unanswered = view.stop_orders.iter().filter(|(_, unanswered)| **unanswered);
        let unit = || context.territorial_unit(view);
        unanswered.map(|(id, _)| Wanted::of("report-stop", unit(), context).about(id)).collect()
    },
    fulfilled_by: &["resumption-suspended", "measure-lifted"],
};

/// It works again under a stop order, which was recorded all the same: the headquarters look.
pub(super) const RESUMED_UNDER_STOP: Row = Row {
    kind: "resumed-under-stop",
    wanted: |view, context| {
        let Ok(unit) = HEADQUARTERS.parse::<UnitCode>() else { return Vec::new() };
        let orders = view.resumed_under.iter();
        let task = |id| Wanted::of("resumed-under-stop", unit.clone(), context).about(id);
        orders.map(task).collect()
    },
    fulfilled_by: &["measure-relaxed", "measure-kept", "measure-lifted", "resumption-suspended"],
};
