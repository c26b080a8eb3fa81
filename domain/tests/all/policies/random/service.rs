//! The reasons of the tasks about help, read off the aggregates.

use std::collections::BTreeSet;

use fugong_domain::{EnterpriseId, barrier::Barrier, support::Support};
use fugong_fixtures::{
    Desk,
    desk::{Supervised, help},
};
use proptest::prelude::*;

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

/// A barrier that is not gone is in the inbox of those who have it, once each, and says of whom it
/// is to nobody.
pub(super) fn check_barriers(all: &Supervised) -> Result<(), TestCaseError> {
    for n in 1..=CASES {
        let report = help::report_id(n);
        let barrier: Barrier = all.desk.read(&report);
        let open = matches!(&barrier, Barrier::Reported(_) | Barrier::Assigned(_));
        let mut expected = BTreeSet::new();
        if open {
            expected.extend(barrier.hands().next().map(|unit| ("clear-barrier", unit.clone())));
            let above = barrier.case().and_then(|case| case.escalated_to.clone());
            expected.extend(above.map(|unit| ("oversee-barrier", unit)));
        }
        let tasks: Vec<_> =
            all.inbox().into_iter().filter(|task| task.subject == report.as_str()).collect();
        let found: BTreeSet<_> =
            tasks.iter().map(|task| (task.kind.as_str(), task.unit.clone())).collect();
        prop_assert_eq!(found.len(), tasks.len());
        prop_assert_eq!(found, expected);
        prop_assert!(tasks.iter().all(|task| task.enterprise.is_none()));
        let against = barrier.case().and_then(|case| case.against.clone());
        prop_assert!(tasks.iter().all(|task| Some(&task.unit) != against.as_ref()));
    }
    Ok(())
}
