//! The reasons of the tasks about help, read off the aggregates.

use fugong_domain::{EnterpriseId, support::Support};
use fugong_fixtures::{Desk, desk::help};

use crate::always::histories::CASES;

/// Difficulties that somebody has to deal with.
pub(super) fn helps(desk: &Desk, id: &EnterpriseId, add: &mut impl FnMut(&str, &str)) {
    for n in 1..=CASES {
        let (case, support) = (help::case(n), desk.read::<Support>(help::case(n)));
        let Some(about) = support.case().filter(|about| about.enterprise == *id) else { continue };
        match &support {
            Support::Raised(_) if about.escalated_to.is_none() => {
                add("assign-support", case.as_str());
            }
            Support::Assigned(_) => add("solve-support", case.as_str()),
            Support::NotRaised
            | Support::Raised(_)
            | Support::Resolved(_)
            | Support::Confirmed { .. } => {}
        }
        let open = matches!(&support, Support::Raised(_) | Support::Assigned(_));
        if open && about.escalated_to.is_some() {
            add("oversee-support", case.as_str());
        }
    }
}
