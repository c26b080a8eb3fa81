//! The fold of safety at work: a row for each hazard, and what was prepared, watched and taught.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Occurred, Personal, Recorded, Rows};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId,
    codes::{HazardSeverity, Workplace},
    plan::Event,
};

/// The relation of safety, by enterprise.
pub(super) const SAFETY: &str = "safety";

/// What is known of an enterprise's safety at work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyRow {
    /// Whose it is.
    pub enterprise: Option<EnterpriseId>,
    /// When it was prepared, and what the checklist missed then.
    pub prepared: Vec<(Date, Vec<String>)>,
    /// When a workplace was looked at, and whether it was as it should be.
    pub monitored: Vec<(Occurred, Workplace, bool)>,
    /// When staff was taught, and how many.
    pub trained: Vec<(Date, u32)>,
    /// What was found.
    pub hazards: Vec<HazardRow>,
}

/// A hazard (安全风险隐患).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HazardRow {
    /// Its number at the enterprise, from 1.
    pub number: u32,
    /// What makes the workplace dangerous.
    pub workplace: Workplace,
    /// How great it is.
    pub severity: HazardSeverity,
    /// Where.
    pub place: Personal,
    /// What was seen.
    pub facts: Personal,
    /// Who found it: a unit.
    pub found_by: String,
    /// When.
    pub found_on: Date,
    /// By when it is to be cleared.
    pub due: Option<Date>,
    /// When it was cleared, and what was done.
    pub cleared: Option<(Date, Personal)>,
}

/// Takes an event of safety; one of the prevention plan says nothing here.
pub(super) fn take(rows: &mut Rows, event: &Recorded, happened: &Event) -> Result<(), Failure> {
    let id = &*event.aggregate_id;
    let day = event.occurred().day();
    let mut row: SafetyRow = match happened {
        Event::Drafted { .. }
        | Event::Revised { .. }
        | Event::PutInPlace { .. }
        | Event::ImprovementUrged { .. } => return Ok(()),
        Event::SafetyPrepared { .. }
        | Event::HazardMonitored { .. }
        | Event::HazardFound { .. }
        | Event::HazardCleared { .. }
        | Event::TrainingHeld { .. } => rows.get(SAFETY, id)?.unwrap_or_default(),
    };
    row.enterprise = id.parse().ok();
    match happened {
        Event::SafetyPrepared { gaps, .. } => row.prepared.push((day, gaps.clone())),
        Event::HazardMonitored { workplace, at, normal, .. } => {
            row.monitored.push((*at, *workplace, *normal));
        }
        Event::HazardFound { number, workplace, severity, place, facts, found_on, due } => {
            row.hazards.push(HazardRow {
                number: *number,
                workplace: *workplace,
                severity: *severity,
                place: place.clone(),
                facts: facts.clone(),
                found_by: event.meta(fugong_core::keys::ACTOR_UNIT).unwrap_or_default().to_owned(),
                found_on: *found_on,
                due: *due,
                cleared: None,
            });
        }
        Event::HazardCleared { number, on, measures, .. } => {
            for hazard in row.hazards.iter_mut().filter(|hazard| hazard.number == *number) {
                hazard.cleared = Some((*on, measures.clone()));
            }
        }
        Event::TrainingHeld { on, attended, .. } => row.trained.push((*on, *attended)),
        Event::Drafted { .. }
        | Event::Revised { .. }
        | Event::PutInPlace { .. }
        | Event::ImprovementUrged { .. } => {}
    }
    rows.put(SAFETY, id, &row)
}
