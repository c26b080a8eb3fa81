//! What may be asked of reports of the district's own.

use fugong_fixtures::desk::reports;

use super::{
    super::{Kind, Who::Commission},
    kind,
};

pub(super) const REPORTS: &[Kind] = &[
    kind("define-report", Commission, |_| reports::define("weekly-orders", "责令限期整改周报")),
    kind("redefine-report", Commission, |_| reports::define("weekly-orders", "整改周报")),
    kind("withdraw-report", Commission, |_| reports::withdraw("weekly-orders")),
];
