//! The fold of barriers: a row for each report. Who reported is not in it.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{
    BarrierId, EnterpriseId, UnitCode, barrier,
    codes::{BarrierKind, BarrierState},
};

/// The relation of barriers, by id of the report.
pub(super) const BARRIERS: &str = "barriers";

/// A report of a barrier and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarrierRow {
    /// The report.
    pub report: BarrierId,
    /// What kind of barrier.
    pub kind: BarrierKind,
    /// Whom it is against, if a unit.
    pub against: Option<UnitCode>,
    /// Whom it hinders; for the timeline of that enterprise alone.
    pub enterprise: Option<EnterpriseId>,
    /// The day on which it was reported.
    pub reported_on: Date,
    /// By when somebody sees to it, each with the day on which that was set.
    pub due: Vec<(Date, Date)>,
    /// How it ended, and on which day.
    pub ended: Option<(BarrierState, Date)>,
}

impl BarrierRow {
    /// How it had ended by `day`.
    pub fn ended_by(&self, day: Date) -> Option<BarrierState> {
        self.ended.filter(|(_, on)| *on <= day).map(|(how, _)| how)
    }

    /// Whether it is open on `day` and its last day is past.
    pub fn is_overdue_on(&self, day: Date) -> bool {
        let set = self.due.iter().filter(|(on, _)| *on <= day).max_by_key(|(on, _)| *on);
        self.ended_by(day).is_none() && set.is_some_and(|(_, due)| *due < day)
    }
}

/// Takes an event of a report.
pub(super) fn take(
    rows: &mut Rows,
    event: &Recorded,
    happened: &barrier::Event,
) -> Result<(), Failure> {
    use barrier::Event as E;
    let id = &*event.aggregate_id;
    if let E::Reported { kind, against, enterprise, on, .. } = happened {
        let row = BarrierRow {
            report: id.parse().map_err(|_| Failure(format!("{id:?} is no barrier report")))?,
            kind: *kind,
            against: against.clone(),
            enterprise: enterprise.clone(),
            reported_on: *on,
            due: Vec::new(),
            ended: None,
        };
        return rows.put(BARRIERS, id, &row);
    }
    let Some(mut row) = rows.get::<BarrierRow>(BARRIERS, id)? else {
        return Err(Failure(format!("barrier report {id} was never made")));
    };
    match happened {
        // That it went up is in inboxes.
        E::Reported { .. } | E::Escalated { .. } => {}
        E::Assigned { due, on, .. } => row.due.push((*on, *due)),
        E::Removed { on, .. } => row.ended = Some((BarrierState::Removed, *on)),
        E::FoundUnfounded { on, .. } => row.ended = Some((BarrierState::Unfounded, *on)),
    }
    rows.put(BARRIERS, id, &row)
}
