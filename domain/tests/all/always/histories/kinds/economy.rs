//! What may be asked of supply chains and of key projects.

use fugong_domain::EnterpriseId;
use fugong_fixtures::desk::{asks::report, economy, enterprise as fictional};

use super::{
    super::{
        About, Kind, LISTED,
        Who::{Commission, Firm},
    },
    kind,
};

/// Whom it supplies: one of those that are listed when a history begins.
fn anchor(a: &About<'_>) -> EnterpriseId {
    EnterpriseId::from(fictional(LISTED[a.n as usize % LISTED.len()]).uscc)
}

pub(super) const ECONOMY: &[Kind] = &[
    kind("supply", Firm, |a| economy::supply(&a.id, &anchor(a))),
    kind("supply-ends", Commission, |a| economy::supply_until(&a.id, &anchor(a), Some(a.day))),
    kind("anchor-works", Commission, |a| report(&anchor(a), &a.text)),
    kind("mark-project", Commission, |a| {
        economy::mark(&a.id, if a.n.is_multiple_of(2) { "二期" } else { "三期" }, Some(a.day))
    }),
    kind("start-project", Firm, |a| economy::start(&a.id, 1 + a.n % 2, a.day)),
];
