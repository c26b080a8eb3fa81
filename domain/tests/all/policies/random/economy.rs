//! The reasons of the tasks about supply chains and key projects, read off the aggregates.

use chrono::NaiveDate as Date;
use fugong_domain::{
    EnterpriseId, codes::EnterpriseState, enterprise::Enterprise, resumption::Resumption,
    support::Support,
};
use fugong_fixtures::{Desk, desk::help};

use crate::always::histories::{CASES, enterprises};

/// Suppliers for which somebody waits, and projects that have not started.
pub(super) fn waits(desk: &Desk, id: &EnterpriseId, today: Date, add: &mut impl FnMut(&str, &str)) {
    let enterprise: Enterprise = desk.read(id);
    let listed = matches!(enterprise.state(), EnterpriseState::Listed | EnterpriseState::Closing);
    let Some(entry) = enterprise.entry().filter(|_| listed) else { return };
    let mut supplied = entry.supplies.iter();
    let waited_for = supplied.any(|(anchor, until)| {
        until.is_none_or(|until| today <= until) && works(desk, anchor, today)
    });
    if waited_for && !works(desk, id, today) && !has_difficulty(desk, id) {
        add("help-supplier", "");
    }
    for number in entry.projects.iter().filter(|(_, it)| it.started_on.is_none()).map(|(n, _)| n) {
        add("start-project", &number.to_string());
    }
}

/// Whether the firm or one of its sites works.
fn works(desk: &Desk, firm: &EnterpriseId, today: Date) -> bool {
    let sites = enterprises().into_iter().filter(|id| id.whole() == *firm);
    sites.map(|id| desk.read::<Resumption>(&id)).any(|told| told.state_on(today).in_production())
}

fn has_difficulty(desk: &Desk, firm: &EnterpriseId) -> bool {
    (1..=CASES).any(|n| {
        let support: Support = desk.read(help::case(n));
        let its = support.case().is_some_and(|case| case.enterprise.whole() == *firm);
        its && matches!(support, Support::Raised(_) | Support::Assigned(_))
    })
}
