//! What may be asked about the words that are kept of an enterprise's people.

use fugong_domain::codes::{ErasureGround, HoldGround, RestrictionGround};
use fugong_fixtures::desk::persons;

use super::{
    super::{About, Kind, Who::Commission},
    kind,
};

pub(super) const PERSONS: &[Kind] = &[
    kind("erase", Commission, |a| persons::erase(&words(a), ErasureGround::PurposeAchieved)),
    kind("hold", Commission, |a| persons::hold(&words(a), HoldGround::OpenCase)),
    kind("lift-hold", Commission, |a| persons::lift_hold(&words(a))),
    kind("restrict", Commission, |a| persons::restrict(&words(a), RestrictionGround::OnRequest)),
    kind("lift-restriction", Commission, |a| persons::lift_restriction(&words(a))),
];

/// The words about an enterprise.
fn words(about: &About<'_>) -> String {
    format!("text:{}", about.id)
}
