//! 建档 is our duty: nothing is asked of the enterprise for it.

use super::{Row, Wanted};
use crate::enterprise::Enterprise;

/// Somebody works who is not in the list: the territorial unit lists it, or sets it aside.
pub(super) const LIST_ENTERPRISE: Row = Row {
    kind: "list-enterprise",
    wanted: |view, context| {
        let reported = view.resumption.on(chrono::NaiveDate::MAX).is_some();
        let unlisted = reported && view.enterprise == Enterprise::Unlisted;
        let unit = context.territorial_unit(view);
        Vec::from_iter(unlisted.then(|| Wanted::of("list-enterprise", unit, context)))
    },
    fulfilled_by: &["enterprise-registered", "enterprise-joined-to", "enterprise-set-aside"],
};
