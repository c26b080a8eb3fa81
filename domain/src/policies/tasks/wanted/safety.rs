//! 「做好重大安全风险隐患排查」 (§二(一)3): what was found is cleared.

use super::{Context, Row, View, Wanted};
use crate::UnitCode;

/// A hazard was found: the enterprise clears it.
pub(super) const CLEAR_HAZARD: Row = Row {
    kind: "clear-hazard",
    wanted: |view, context| {
        let own = context.id.and_then(|id| id.to_string().parse().ok());
        of_each("clear-hazard", own, view, context)
    },
    fulfilled_by: &["plan-hazard-cleared"],
};

/// Its sector lead sees that it does.
pub(super) const OVERSEE_HAZARD: Row = Row {
    kind: "oversee-hazard",
    wanted: |view, context| {
        let lead = view.trade.as_ref().and_then(|trade| trade.lead.clone());
        of_each("oversee-hazard", lead, view, context)
    },
    fulfilled_by: &["plan-hazard-cleared"],
};

fn of_each(
    kind: &'static str,
    unit: Option<UnitCode>,
    view: &View,
    context: &Context<'_>,
) -> Vec<Wanted> {
    let Some(unit) = unit.filter(|_| view.is_listed()) else { return Vec::new() };
    let task = |(number, due): (&u32, &Option<_>)| {
        let task = Wanted::of(kind, unit.clone(), context).about(number);
        Wanted { due: *due, ..task }
    };
    view.hazards.iter().map(task).collect()
}
