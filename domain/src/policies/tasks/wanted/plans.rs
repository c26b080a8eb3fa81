//! 「一企一策」 (§二(一)): plans in place, and urged to be completed.

use chrono::NaiveDate as Date;

use super::{Context, Row, View, Wanted, seats::owned_seats};
use crate::{codes::Scale, enterprise::Dated};

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
    if !view.is_listed() || view.plan.as_ref().is_some_and(|plan| plan.in_place) {
        return None;
    }
    let from = above_from(view, context.today)?;
    let known_on = view.scale_known_on?;
    let deadline = context.numbers.plan_deadline;
    let due = if known_on.max(from.unwrap_or(known_on)) <= deadline {
        Some(deadline)
    } else {
        let start = known_on.max(from.unwrap_or(known_on));
        let days = context.numbers.plan_working_days;
        context.calendars.due(start, days, Some(known_on)).ok().map(|counted| counted.due)
    };
    let unit = context.territorial_unit(view);
    let wanted = Wanted::of("plan-in-place", unit, context);
    Some(Wanted { due, from: from.unwrap_or(context.today), ..wanted })
}

/// Whether it is above scale: now, or from a day to come.
#[expect(clippy::option_option, reason = "never, already, or from a day to come")]
fn above_from(view: &View, today: Date) -> Option<Option<Date>> {
    if view.scale_on(today) == Some(Scale::Above) {
        return Some(None);
    }
    let ahead = view.scale.iter().flat_map(Dated::changes).filter(|day| today < *day);
    ahead.filter(|day| view.scale_on(*day) == Some(Scale::Above)).min().map(Some)
}

fn urge_plan(view: &View, context: &Context<'_>) -> Option<Wanted> {
    let complete = view.plan.as_ref().is_some_and(|plan| !plan.has_gaps);
    if view.production.is_none() || complete {
        return None;
    }
    // One officer is enough: the first whose seat is due, the park's before the township's.
    let seats = owned_seats(view, context.today);
    let held = seats.iter().rev().find(|(seat, _)| view.seats.contains_key(seat));
    let Some((seat, unit)) = held.or(seats.last()) else {
        return Some(Wanted::of("urge-plan", context.territorial_unit(view), context));
    };
    let officer = view.seats.get(seat).map(|holder| &holder.officer);
    Some(Wanted::of("urge-plan", unit.clone(), context).for_officer(officer))
}
