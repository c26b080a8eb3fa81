//! The prevention plan of an enterprise (一企一策方案, 含应急; §二(一)2), and its safety at work
//! (安全生产; §二(一)3).
//!
//! Each revision is recorded as it is, with what the checklists of the day miss in it: a plan
//! with gaps is a plan, and its gaps are somebody's work. Drafted is not in place (落实到位).

mod command;
mod event;
mod gaps;
mod safety;

pub use command::Command;
pub use event::{Contents, Event};
pub(crate) use gaps::{gaps, safety_gaps};
pub use safety::Safety;

use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{Refusal, codes::PlanState};

/// The plan of one enterprise, or of one of its sites, and what it does against accidents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The prevention plan.
    #[serde(flatten)]
    paper: Paper,
    /// Safety at work.
    safety: Safety,
}

/// Where the prevention plan stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Paper {
    /// There is none.
    #[default]
    Missing,
    /// There is one on paper.
    Drafted {
        /// The latest revision.
        latest: Revision,
    },
    /// 落实到位.
    InPlace {
        /// The latest revision.
        latest: Revision,
        /// The revision that is in place; a later one is still paper.
        in_place: Revision,
    },
}

/// One revision of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// From 1.
    pub number: u32,
    /// What the checklists of its day asked for and it lacks, by code.
    pub gaps: Vec<String>,
}

impl Plan {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when there is no plan to revise or to put in place, or no such hazard.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Draft { .. }
            | Command::Revise { .. }
            | Command::PutInPlace
            | Command::UrgeImprovement { .. } => self.paper.decide(command),
            Command::PrepareSafety { .. }
            | Command::MonitorHazard { .. }
            | Command::FindHazard { .. }
            | Command::ClearHazard { .. }
            | Command::HoldTraining { .. } => self.safety.decide(command),
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(mut self, event: Event) -> Self {
        self.safety.evolve(&event);
        Self { paper: self.paper.evolve(event), safety: self.safety }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> PlanState {
        match &self.paper {
            Paper::Missing => PlanState::Missing,
            Paper::Drafted { .. } => PlanState::Drafted,
            Paper::InPlace { .. } => PlanState::InPlace,
        }
    }

    /// The latest revision, if there is a plan.
    pub fn latest(&self) -> Option<&Revision> {
        self.paper.latest()
    }

    /// The revision that is in place, if one is.
    pub fn in_place(&self) -> Option<&Revision> {
        match &self.paper {
            Paper::Missing | Paper::Drafted { .. } => None,
            Paper::InPlace { in_place, .. } => Some(in_place),
        }
    }

    /// Its safety at work.
    pub fn safety(&self) -> &Safety {
        &self.safety
    }
}

impl Paper {
    /// What `command` makes happen; nothing comes of what concerns safety.
    fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::Missing, Command::Draft { plan, gaps }) => {
                Ok(vec![Event::Drafted { plan, revision: 1, gaps }])
            }
            (
                Self::Drafted { latest } | Self::InPlace { latest, .. },
                Command::Draft { plan, gaps } | Command::Revise { plan, gaps },
            ) => {
                let revision = latest.number.saturating_add(1);
                Ok(vec![Event::Revised { plan, revision, gaps }])
            }
            (Self::InPlace { latest, in_place }, Command::PutInPlace)
                if latest.number == in_place.number =>
            {
                Ok(Vec::new())
            }
            (
                Self::Drafted { latest: Revision { number, gaps } }
                | Self::InPlace { latest: Revision { number, gaps }, .. },
                Command::PutInPlace,
            ) => Ok(vec![Event::PutInPlace { revision: *number, gaps: gaps.clone() }]),
            (Self::Missing, Command::Revise { .. } | Command::PutInPlace) => {
                let id = "of this enterprise; draft one first".to_owned();
                Err(Refusal::NotFound { what: "plan", id })
            }
            // An officer urges also where there is no plan at all (督促完善预控方案).
            (_, Command::UrgeImprovement { officer, points }) => {
                Ok(vec![Event::ImprovementUrged { officer, points }])
            }
            (
                _,
                Command::PrepareSafety { .. }
                | Command::MonitorHazard { .. }
                | Command::FindHazard { .. }
                | Command::ClearHazard { .. }
                | Command::HoldTraining { .. },
            ) => Ok(Vec::new()),
        }
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        match (self, event) {
            (
                Self::InPlace { in_place, .. },
                Event::Drafted { revision: number, gaps, plan: _ }
                | Event::Revised { revision: number, gaps, plan: _ },
            ) => Self::InPlace { latest: Revision { number, gaps }, in_place },
            (
                Self::Missing | Self::Drafted { .. },
                Event::Drafted { revision: number, gaps, plan: _ }
                | Event::Revised { revision: number, gaps, plan: _ },
            ) => Self::Drafted { latest: Revision { number, gaps } },
            (state, Event::PutInPlace { revision: number, gaps }) => {
                let in_place = Revision { number, gaps };
                Self::InPlace { latest: state.latest().unwrap_or(&in_place).clone(), in_place }
            }
            (
                state,
                Event::ImprovementUrged { .. }
                | Event::SafetyPrepared { .. }
                | Event::HazardMonitored { .. }
                | Event::HazardFound { .. }
                | Event::HazardCleared { .. }
                | Event::TrainingHeld { .. },
            ) => state,
        }
    }

    fn latest(&self) -> Option<&Revision> {
        match self {
            Self::Missing => None,
            Self::Drafted { latest } | Self::InPlace { latest, .. } => Some(latest),
        }
    }
}

impl Aggregate for Plan {
    const TYPE: &'static str = "plan";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        *self = std::mem::take(self).evolve(event);
    }
}
