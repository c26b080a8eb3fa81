//! 「严禁擅自设卡拦截、阻断货运通道等违法行为」 (§四): barriers are looked into, never by the unit that
//! they are laid to.

use super::{super::facts::Barred, Context, Row, View, Wanted};
use crate::UnitCode;

/// Reported: whoever has it, or is to have it by the rules, sees that it goes.
pub(super) const CLEAR_BARRIER: Row = Row {
    kind: "clear-barrier",
    wanted: |view, context| {
        let barred = view.barrier.as_ref();
        let task = |barred: &Barred| {
            let wanted = about("clear-barrier", barred, barred.unit.clone()?, context);
            Some(Wanted { due: barred.due, ..wanted })
        };
        Vec::from_iter(barred.and_then(task))
    },
    fulfilled_by: &["barrier-removed", "barrier-found-unfounded"],
};

/// It went up: the unit above sees that it goes.
pub(super) const OVERSEE_BARRIER: Row = Row {
    kind: "oversee-barrier",
    wanted: |view: &View, context| {
        let barred = view.barrier.as_ref();
        let task = |barred: &Barred| {
            Some(about("oversee-barrier", barred, barred.above.clone()?, context))
        };
        Vec::from_iter(barred.and_then(task))
    },
    fulfilled_by: &["barrier-removed", "barrier-found-unfounded"],
};

fn about(kind: &'static str, barred: &Barred, unit: UnitCode, context: &Context<'_>) -> Wanted {
    Wanted::of(kind, unit, context).about(&barred.report)
}
