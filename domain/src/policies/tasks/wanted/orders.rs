//! 责令限期整改 (§三): from the finding to the order, and from the order to its end.

use super::{super::facts::Stage, Context, Row, View, Wanted};
/// Findings against the enterprise, not put right on the spot: order, or decline to.
pub(super) const SUGGEST_ORDER: Row = Row {
    kind: "suggest-order",
    wanted: |view, context| {
        let closed = view.inspections.iter().filter(|(_, inspected)| inspected.closed);
        closed
            .filter(|(_, inspected)| !inspected.undecided.is_empty())
            .map(|(id, _)| to_commission("suggest-order", context).about(id))
            .collect()
    },
    fulfilled_by: &["inspection-finding-ordered", "inspection-order-declined"],
};

/// The day before the last day, in working days.
pub(super) const REMIND_DUE: Row = Row {
    kind: "remind-due",
    wanted: remind_due,
    fulfilled_by: &["rectification-reported", "rectification-complied"],
};

/// Reported or lapsed: somebody looks.
pub(super) const REINSPECT: Row = Row {
    kind: "reinspect",
    wanted: |view, context| at_stage("reinspect", Stage::ToReinspect, view, context),
    fulfilled_by: &["rectification-complied", "rectification-failed"],
};

/// It failed: order again (再次责令).
pub(super) const SUGGEST_FURTHER_ORDER: Row = Row {
    kind: "suggest-further-order",
    wanted: |view, context| at_stage("suggest-further-order", Stage::Failed, view, context),
    fulfilled_by: &[
        "rectification-superseded",
        "inspection-finding-ordered",
        "inspection-order-declined",
    ],
};

fn remind_due(view: &View, context: &Context<'_>) -> Vec<Wanted> {
    let running = view.orders.iter().filter(|(_, order)| order.stage == Stage::Running);
    running
        .filter_map(|(id, order)| {
            let due = order.due.filter(|due| context.today <= *due)?;
            let from = context.working_days_before(due);
            let wanted = Wanted::of("remind-due", context.territorial_unit(view), context);
            Some(wanted.about(id).by(due).starting(from.max(context.today)))
        })
        .collect()
}

fn at_stage(kind: &'static str, stage: Stage, view: &View, context: &Context<'_>) -> Vec<Wanted> {
    let orders = view.orders.iter().filter(|(_, order)| order.stage == stage);
    orders.map(|(id, _)| to_commission(kind, context).about(id)).collect()
}

fn to_commission(kind: &'static str, context: &Context<'_>) -> Wanted {
    Wanted::of(kind, context.numbers.commission.clone(), context)
}
