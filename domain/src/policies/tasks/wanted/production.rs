//! Who looks after an enterprise that works: 行业部门属事责任 (§二(三)).

use super::{Row, Wanted};
/// A mine works: its authority looks at what other law asks, which gates nothing here.
pub(super) const VERIFY_MINE: Row = Row {
    kind: "verify-mine",
    wanted: |view, context| {
        let (Some(production), Some(trade)) = (view.production_on(context.today), &view.trade)
        else {
            return Vec::new();
        };
        let open = trade.mining && view.is_listed() && !production.other_law_noted;
        let lead = trade.lead.clone().filter(|_| open);
        Vec::from_iter(lead.map(|lead| Wanted::of("verify-mine", lead, context)))
    },
    fulfilled_by: &["enterprise-other-law-reference-recorded"],
};

/// 「指导督促…制定生产经营计划」 (§二(三)).
pub(super) const GUIDE_PRODUCTION_PLAN: Row = Row {
    kind: "guide-production-plan",
    wanted: |view, context| {
        let open = view.production_on(context.today).is_some() && view.is_listed() && !view.guided;
        let lead = view.trade.as_ref().and_then(|trade| trade.lead.clone()).filter(|_| open);
        Vec::from_iter(lead.map(|lead| Wanted::of("guide-production-plan", lead, context)))
    },
    fulfilled_by: &["enterprise-guided"],
};
