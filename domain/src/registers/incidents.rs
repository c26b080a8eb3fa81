//! The fold of incidents: a row for each, with the days of its steps. Persons are not counted here.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{EnterpriseId, IncidentId, codes::EpidemicState, epidemic};

/// The relation of incidents, by id.
pub(super) const INCIDENTS: &str = "incidents";

/// An incident and what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRow {
    /// Its id.
    pub incident: IncidentId,
    /// Where.
    pub enterprise: EnterpriseId,
    /// The day of the report.
    pub reported_on: Date,
    /// What was done, each with its day.
    pub(super) steps: Vec<(Date, Step)>,
    /// How it ended, and on which day.
    pub ended: Option<(EpidemicState, Date)>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    Isolated,
    CdcReported,
    Traced,
    Disinfected,
}

impl IncidentRow {
    /// The first day on which a step was taken, if that was by `day`.
    pub(super) fn first(&self, step: Step, day: Date) -> Option<Date> {
        let taken = self.steps.iter().filter(|(on, taken)| *taken == step && *on <= day);
        taken.map(|(on, _)| *on).min()
    }

    /// How it had ended by `day`, and when.
    pub fn ended_by(&self, day: Date) -> Option<(EpidemicState, Date)> {
        self.ended.filter(|(_, on)| *on <= day)
    }
}

/// Takes an event of an incident.
pub(super) fn take(
    rows: &mut Rows,
    event: &Recorded,
    happened: &epidemic::Event,
) -> Result<(), Failure> {
    use epidemic::Event as E;
    let id = &*event.aggregate_id;
    if let E::Reported { enterprise, on, .. } = happened {
        let row = IncidentRow {
            incident: id.parse().map_err(|_| Failure(format!("{id:?} is no incident")))?,
            enterprise: enterprise.clone(),
            reported_on: *on,
            steps: Vec::new(),
            ended: None,
        };
        return rows.put(INCIDENTS, id, &row);
    }
    let Some(mut row) = rows.get::<IncidentRow>(INCIDENTS, id)? else {
        return Err(Failure(format!("incident {id} was never reported")));
    };
    match happened {
        E::Reported { .. } => {}
        E::Isolated { on, .. } => row.steps.push((*on, Step::Isolated)),
        E::CdcReported { on } => row.steps.push((*on, Step::CdcReported)),
        E::Traced { on, .. } => row.steps.push((*on, Step::Traced)),
        E::Disinfected { on, .. } => row.steps.push((*on, Step::Disinfected)),
        E::RuledOut { on, .. } => row.ended = Some((EpidemicState::RuledOut, *on)),
        E::Closed { on } => row.ended = Some((EpidemicState::Closed, *on)),
    }
    rows.put(INCIDENTS, id, &row)
}
