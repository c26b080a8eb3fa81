//! The relations of the two folds, and which events touch which of them.

mod district;
mod inbox;

use fugong_core::{Column, Kind, Role, Touches};

use super::{
    barriers, daily, economy, enterprises, figures, flags, incidents, inspections, measures,
    orders, people, safety, supports, table::column, visits, zones,
};

pub(super) use district::DISTRICT;
pub(super) use inbox::INBOX;

/// Which relations of `district` an event touches, by the beginning of its type. Most events are
/// daily reports, visits and tasks, of which most tables show nothing; what is not named touches none.
pub(super) const TOUCHED: &[Touches] = &[
    ("resumption-daily-reported", &[daily::REPORTS]),
    ("resumption-", &[enterprises::ENTERPRISES]),
    ("posting-visit-logged", &[visits::VISITS]),
    ("posting-zones-linked", &[zones::ZONES]),
    ("posting-handover-logged", &[zones::ZONES]),
    ("posting-substitution-ended", &[]),
    ("posting-", &[enterprises::ENTERPRISES]),
    ("plan-drafted", &[enterprises::ENTERPRISES]),
    ("plan-revised", &[enterprises::ENTERPRISES]),
    ("plan-put-in-place", &[enterprises::ENTERPRISES]),
    ("plan-improvement-urged", &[]),
    ("plan-", &[safety::SAFETY]),
    ("enterprise-supply-link-declared", &[economy::SUPPLIES]),
    ("enterprise-key-project-", &[economy::PROJECTS]),
    ("enterprise-closed", &[enterprises::ENTERPRISES, economy::SUPPLIES, economy::PROJECTS]),
    ("enterprise-", &[enterprises::ENTERPRISES, enterprises::REGIME]),
    ("officer-", &[people::OFFICERS]),
    ("inspection-", &[inspections::INSPECTIONS]),
    ("rectification-", &[orders::ORDERS, inspections::INSPECTIONS]),
    ("credit-", &[flags::FLAGS]),
    ("support-", &[supports::SUPPORTS]),
    ("barrier-", &[barriers::BARRIERS]),
    ("epidemic-", &[incidents::INCIDENTS]),
    ("measure-", &[measures::MEASURES]),
    ("regime-", &[enterprises::REGIME, figures::FIXED]),
];

/// What a person is called, sealed.
const NAME: Column =
    Column { personal: true, ..column("name", Kind::Text, Role::Dimension, "姓名", "name") };
