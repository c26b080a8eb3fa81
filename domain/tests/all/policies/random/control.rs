//! The reasons of the tasks about incidents and measures of control, read off the aggregates.

use chrono::{Days, NaiveDate as Date};
use fugong_core::shanghai_day;
use fugong_domain::{
    EnterpriseId, MeasureId,
    codes::MeasureKind,
    epidemic::Epidemic,
    measure::{ControlMeasure, Terms},
};
use fugong_fixtures::{
    Desk,
    desk::{InInbox, Supervised, control},
};
use proptest::prelude::*;

use crate::always::histories::CASES;

/// Days after which whoever imposed a measure looks at it again, by the rules of both days.
const REVIEW_DAYS: Days = Days::new(7);

/// An incident that is dealt with is one alert of its enterprise; a measure in force is looked at
/// in time by whoever imposed it, and one that is not is nobody's work.
pub(super) fn check(all: &Supervised) -> Result<(), TestCaseError> {
    let (desk, inbox, today) = (&all.desk, all.inbox(), shanghai_day(all.desk.now()));
    for n in 1..=CASES {
        if let Epidemic::Open(course) = desk.read(control::incident(n)) {
            let its = |task: &&InInbox| task.enterprise.as_ref() == Some(&course.enterprise);
            let alerts = inbox.iter().filter(its).filter(|task| task.kind == "abnormal-health");
            prop_assert_eq!(alerts.count(), 1, "incident {} of {}", n, course.enterprise);
        }
        let id = control::measure(n);
        let its: Vec<_> = inbox.iter().filter(|task| task.subject == id.as_str()).collect();
        match desk.read::<ControlMeasure>(&id) {
            ControlMeasure::InForce(terms) => in_force(desk, (&id, &terms), &its, today)?,
            ControlMeasure::NotImposed | ControlMeasure::Lifted { .. } => {
                prop_assert!(its.is_empty(), "{its:?}");
            }
        }
    }
    Ok(())
}

fn in_force(
    desk: &Desk,
    (id, terms): (&MeasureId, &Terms),
    tasks: &[&InInbox],
    today: Date,
) -> Result<(), TestCaseError> {
    let (reviews, others): (Vec<&InInbox>, Vec<&InInbox>) =
        tasks.iter().copied().partition(|task| task.kind == "review-measure");
    prop_assert!(reviews.len() <= 1, "{reviews:?}");
    let its = |task: &&InInbox| task.unit == terms.by && task.enterprise.is_none();
    prop_assert!(reviews.iter().all(its), "{reviews:?}");
    if terms.target.enterprise().is_some_and(|over| has_closed(desk, id, over)) {
        prop_assert!(reviews.is_empty(), "{reviews:?}");
    } else if terms.reviewed_on + REVIEW_DAYS <= today {
        prop_assert_eq!(reviews.len(), 1, "{} is to be looked at", id);
    }
    prop_assert!(others.is_empty() || terms.kind == MeasureKind::StopOrder, "{others:?}");
    Ok(())
}

/// Whether the enterprise, or the code that it is a site of, closed after the measure came.
fn has_closed(desk: &Desk, measure: &MeasureId, over: &EnterpriseId) -> bool {
    let ids = [over.to_string(), over.whole().to_string()];
    let imposed = |id: &str| id == measure.as_str();
    let mut since = desk.history().iter().skip_while(|event| !imposed(&event.aggregate_id));
    since.any(|event| {
        &*event.event_type == "enterprise-closed"
            && ids.iter().any(|id| **id == *event.aggregate_id)
    })
}
