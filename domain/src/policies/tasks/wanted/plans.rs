//! 「一企一策」 (§二(一)): plans in place, and urged to be completed.

use super::{Context, Row, View, Wanted, seats::in_charge};
use crate::codes::Scale;

/// Above scale and no plan in place: a reminder, and nothing more.
pub(super) const PLAN_IN_PLACE: Row = Row {
    kind: "plan-in-place",
    wanted: |view, context| Vec::from_iter(plan_in_place(view, context)),
    fulfilled_by: &["plan-put-in-place"],
};

/// 「督促企业完善预控方案」: in production, of any size, and the plan is missing or has gaps.
pub(super) const URGE_PLAN: Row = Row {
    kind: "urge-plan",
    wanted: |view, context| Vec::from_iter(urge_plan(view, context)),
    fulfilled_by: &["plan-drafted", "plan-revised"],
};

fn plan_in_place(view: &View, context: &Context<'_>) -> Option<Wanted> {
    let above = view.is_listed() && view.scale_on(context.today) == Some(Scale::Above);
    if !above || view.plan.as_ref().is_some_and(|plan| plan.in_place) {
        return None;
    }
    // Who was not above scale, or not known to be, on the last day has some days from then.
    let deadline = context.numbers.plan_deadline;
    let known_on = view.scale_known_on?.max(view.scale_since(context.today));
    let due = if known_on <= deadline {
        Some(deadline)
    } else {
        let days = context.numbers.plan_working_days;
        context.calendars.due(known_on, days, Some(known_on)).ok().map(|counted| counted.due)
    };
    let wanted = Wanted::of("plan-in-place", context.territorial_unit(view), context);
    Some(Wanted { due, ..wanted })
}

fn urge_plan(view: &View, context: &Context<'_>) -> Option<Wanted> {
    let complete = view.plan.as_ref().is_some_and(|plan| !plan.has_gaps);
    if view.production_on(context.today).is_none() || complete {
        return None;
    }
    let (unit, officer) = in_charge(view, context);
    Some(Wanted::of("urge-plan", unit, context).for_officer(officer))
}
