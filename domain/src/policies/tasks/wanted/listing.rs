//! 建档 is our duty: nothing is asked of the enterprise for it.

use super::{Row, Wanted};
use crate::{enterprise::Enterprise, resumption::What};

/// Somebody works who is not in the list: the territorial unit lists it, or sets it aside.
pub(super) const LIST_ENTERPRISE: Row = Row {
    kind: "list-enterprise",
    wanted: |view, context| {
        let told = view.resumption.on(chrono::NaiveDate::MAX);
        let reported = told.is_some_and(|told| told.what != What::Ended);
        let unlisted = reported
            && match view.enterprise {
                // A site that closed and works again is to be listed again.
                Enterprise::Unlisted | Enterprise::Closed { .. } => true,
                Enterprise::Listed(_)
                | Enterprise::Closing { .. }
                | Enterprise::JoinedTo { .. }
                | Enterprise::SetAside { .. } => false,
            };
        let unit = context.territorial_unit(view);
        Vec::from_iter(unlisted.then(|| Wanted::of("list-enterprise", unit, context)))
    },
    fulfilled_by: &["enterprise-registered", "enterprise-joined-to", "enterprise-set-aside"],
};
