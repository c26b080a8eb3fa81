//! 安全生产 (§二(一)3): what is prepared, watched, found and taught against accidents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Command, Event};
use crate::Refusal;

/// Where an enterprise, or one of its sites, stands with its safety at work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// How often it was prepared: the number of the latest revision.
    revision: u32,
    /// The hazards found (安全风险隐患), by number, and whether each is cleared.
    hazards: BTreeMap<u32, bool>,
}

impl Safety {
    /// What `command` makes happen, or why it is refused; nothing comes of what concerns the plan.
    pub(super) fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            Command::PrepareSafety { items, gaps, responsible, emergency } => {
                let revision = self.revision.saturating_add(1);
                Event::SafetyPrepared { revision, items, gaps, responsible, emergency }
            }
            Command::MonitorHazard { workplace, place, at, normal, notes } => {
                Event::HazardMonitored { workplace, place, at, normal, notes }
            }
            Command::FindHazard { workplace, severity, place, facts, found_on, due } => {
                if let Some(due) = due.filter(|due| *due < found_on) {
                    let problem = format!("{due} lies before the day on which it was found");
                    return Err(Refusal::InvalidField { pointer: "/due".to_owned(), problem });
                }
                let number = self.hazards.len().saturating_add(1);
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                Event::HazardFound { number, workplace, severity, place, facts, found_on, due }
            }
            Command::ClearHazard { number, on, measures, evidence } => {
                match self.hazards.get(&number) {
                    None => {
                        let id = format!("{number} of this enterprise");
                        return Err(Refusal::NotFound { what: "hazard", id });
                    }
                    Some(true) => return Ok(Vec::new()),
                    Some(false) => Event::HazardCleared { number, on, measures, evidence },
                }
            }
            Command::HoldTraining { on, topic, attended } => {
                Event::TrainingHeld { on, topic, attended }
            }
            Command::Draft { .. }
            | Command::Revise { .. }
            | Command::PutInPlace
            | Command::UrgeImprovement { .. } => return Ok(Vec::new()),
        };
        Ok(vec![event])
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    pub(super) fn evolve(&mut self, event: &Event) {
        match event {
            Event::SafetyPrepared { revision, .. } => self.revision = *revision,
            Event::HazardFound { number, .. } => {
                self.hazards.insert(*number, false);
            }
            Event::HazardCleared { number, .. } => {
                self.hazards.insert(*number, true);
            }
            Event::HazardMonitored { .. }
            | Event::TrainingHeld { .. }
            | Event::Drafted { .. }
            | Event::Revised { .. }
            | Event::PutInPlace { .. }
            | Event::ImprovementUrged { .. } => {}
        }
    }

    /// The numbers of the hazards that are not cleared.
    pub fn open_hazards(&self) -> impl Iterator<Item = u32> {
        self.hazards.iter().filter(|(_, cleared)| !**cleared).map(|(number, _)| *number)
    }
}
