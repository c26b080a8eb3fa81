//! 「企业困难解决到位」 (§一(四)): difficulties are assigned, solved, and looked after when late.

use super::{super::facts::Helped, Context, Row, View, Wanted};
use crate::SupportId;

/// Raised, and nobody helps: the commission puts it in somebody's hands.
pub(super) const ASSIGN_SUPPORT: Row = Row {
    kind: "assign-support",
    wanted: |view, context| {
        of_each(view, |id, helped| {
            let unit = context.numbers.commission.clone();
            let free = helped.by.is_none() && helped.above.is_none();
            free.then(|| about("assign-support", id, unit, context))
        })
    },
    fulfilled_by: &["support-assigned", "support-resolved"],
};

/// In somebody's hands: he helps by the day that was set.
pub(super) const SOLVE_SUPPORT: Row = Row {
    kind: "solve-support",
    wanted: |view, context| {
        of_each(view, |id, helped| {
            let (unit, due) = helped.by.clone()?;
            Some(about("solve-support", id, unit, context).by(due))
        })
    },
    fulfilled_by: &["support-resolved"],
};

/// It went up: the unit above sees that it is solved.
pub(super) const OVERSEE_SUPPORT: Row = Row {
    kind: "oversee-support",
    wanted: |view, context| {
        of_each(view, |id, helped| {
            let unit = helped.above.clone()?;
            Some(about("oversee-support", id, unit, context))
        })
    },
    fulfilled_by: &["support-resolved"],
};

fn of_each(view: &View, wanted: impl Fn(&SupportId, &Helped) -> Option<Wanted>) -> Vec<Wanted> {
    view.supports.iter().filter_map(|(id, helped)| wanted(id, helped)).collect()
}

fn about(
    kind: &'static str,
    id: &SupportId,
    unit: crate::UnitCode,
    context: &Context<'_>,
) -> Wanted {
    Wanted::of(kind, unit, context).about(id)
}
