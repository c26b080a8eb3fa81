//! 「屡教不改的企业将记入诚信记录」 (§三): the system proposes, a person decides.

use super::{super::facts::Flag, Context, Row, View, Wanted, later};
use crate::FlagId;

/// A proposal: the enterprise is told (告知).
pub(super) const SERVE_NOTICE: Row = Row {
    kind: "serve-notice",
    wanted: |view, context| {
        flags("serve-notice", view, context, |flag, task| match flag {
            Flag::Proposed => Some(task),
            Flag::Notified(_) | Flag::Contested(_) => None,
        })
    },
    fulfilled_by: &["credit-notice-served"],
};

/// The statement period is over: enter the flag, or dismiss the proposal.
pub(super) const DECIDE_PROPOSAL: Row = Row {
    kind: "decide-proposal",
    wanted: |view, context| {
        flags("decide-proposal", view, context, |flag, task| match flag {
            Flag::Notified(statement) => {
                Some(task.starting(later(statement.due, 1).max(context.today)))
            }
            Flag::Proposed | Flag::Contested(_) => None,
        })
    },
    fulfilled_by: &["credit-flagged", "credit-proposal-dismissed"],
};

/// An objection is noted at once, and decided within its period.
pub(super) const DECIDE_OBJECTION: Row = Row {
    kind: "decide-objection",
    wanted: |view, context| {
        flags("decide-objection", view, context, |flag, task| match flag {
            Flag::Contested(decide) => Some(task.by(decide.due)),
            Flag::Proposed | Flag::Notified(_) => None,
        })
    },
    fulfilled_by: &["credit-objection-upheld", "credit-objection-rejected"],
};

/// 撤回通知: a flag stands no more, and somebody who was given it does not know.
pub(super) const NOTIFY_WITHDRAWAL: Row = Row {
    kind: "notify-withdrawal",
    wanted: |view, context| {
        let Some(id) = context.id else { return Vec::new() };
        let ended = view.handed_out.iter().filter(|(_, it)| it.ended);
        let untold = ended.flat_map(|(flag, it)| it.untold.iter().map(move |n| (flag, n)));
        untold
            .map(|(flag, disclosure)| {
                let unit = context.numbers.commission.clone();
                let subject = format!("{}.{disclosure}", FlagId::nth(id, *flag));
                Wanted::of("notify-withdrawal", unit, context).about(&subject)
            })
            .collect()
    },
    fulfilled_by: &["credit-withdrawal-notified"],
};

fn flags(
    kind: &'static str,
    view: &View,
    context: &Context<'_>,
    wanted: impl Fn(&Flag, Wanted) -> Option<Wanted>,
) -> Vec<Wanted> {
    let Some(id) = context.id else { return Vec::new() };
    let waiting = view.flags.iter();
    waiting
        .filter_map(|(number, flag)| {
            let task = Wanted::of(kind, context.numbers.commission.clone(), context);
            wanted(flag, task.about(&FlagId::nth(id, *number)))
        })
        .collect()
}
