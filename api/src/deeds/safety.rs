//! Acts of safety at work (安全生产; §二(一)3).

use fugong_core::Occurred;
use fugong_domain::{Ask, plan::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Day, HazardCode, Sha256, Text, When, WorkplaceCode},
    problem::Problem,
};

const ROLES: &str = "enterprise, its township or park, commission, emergency";

/// Prepare for safety at work. What it lacks is recorded with it and stops nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SafetyPlan)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrepareSafety {
    /// The codes of the safety checklist that it has dealt with, `A1` to `A6`.
    #[serde(default)]
    items: Vec<String>,
    /// Who answers for it at the enterprise.
    responsible: Text,
    /// What is done in an emergency (应急处置预案).
    emergency: Option<Text>,
}

impl Deed for PrepareSafety {
    const ROW: Row = Row {
        id: "prepare_safety",
        path: "/v1/enterprises/{uscc}/safety-plans",
        summary: "Prepare for safety at work (安全生产)",
        aggregate: "plan",
        right: "plan.prepare_safety",
        roles: ROLES,
        makes: Makes::Event,
        decides: false,
        events: &["plan-safety-prepared"],
        example: r#"{"items":["A1","A2","A3","A4","A5","A6"],"responsible":"安全总监王某","emergency":"停机、疏散、报告、救援"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::PrepareSafety {
            items: self.items,
            gaps: Vec::new(),
            responsible: door.words(&id, &self.responsible).await?,
            emergency: door.some_words(&id, self.emergency.as_ref()).await?,
        };
        Ok(Ask::Plan(id, command))
    }
}

/// Record that a dangerous workplace was looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HazardMonitoring)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonitorHazard {
    /// What makes it dangerous.
    workplace: WorkplaceCode,
    /// Where.
    place: Text,
    /// When; not in the future.
    at: When,
    /// Whether it was as it should be.
    normal: bool,
    /// What was seen.
    notes: Option<Text>,
}

impl Deed for MonitorHazard {
    const ROW: Row = Row {
        id: "monitor_hazard",
        path: "/v1/enterprises/{uscc}/monitorings",
        summary: "Record that a dangerous workplace was looked at (监测防护)",
        aggregate: "plan",
        right: "plan.monitor_hazard",
        roles: "enterprise, its officer, its township or park, commission, emergency",
        makes: Makes::Event,
        decides: false,
        events: &["plan-hazard-monitored"],
        example: r#"{"workplace":"flammable","place":"油漆库","at":"2020-02-28T09:00:00+08:00","normal":true}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        Some(self.at.0)
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::MonitorHazard {
            workplace: self.workplace.0,
            place: door.words(&id, &self.place).await?,
            at: self.at.0,
            normal: self.normal,
            notes: door.some_words(&id, self.notes.as_ref()).await?,
        };
        Ok(Ask::Plan(id, command))
    }
}

/// Record a hazard that was found.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Hazard)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindHazard {
    /// What makes the workplace dangerous.
    workplace: WorkplaceCode,
    /// How great it is.
    severity: HazardCode,
    /// Where.
    place: Text,
    /// What was seen.
    facts: Text,
    /// When; the day of the act if absent.
    found_on: Option<Day>,
    /// By when it is to be cleared, that day included.
    due: Option<Day>,
}

impl Deed for FindHazard {
    const ROW: Row = Row {
        id: "find_hazard",
        path: "/v1/enterprises/{uscc}/hazards",
        summary: "Record a hazard (安全风险隐患)",
        aggregate: "plan",
        right: "plan.find_hazard",
        roles: "enterprise, its officer, its township or park, commission, emergency",
        makes: Makes::Numbered,
        decides: false,
        events: &["plan-hazard-found"],
        example: r#"{"workplace":"flammable","severity":"major","place":"油漆库","facts":"可燃气体报警器失灵","due":"2020-03-03"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        self.found_on.map(|day| Occurred::On(day.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::FindHazard {
            workplace: self.workplace.0,
            severity: self.severity.0,
            place: door.words(&id, &self.place).await?,
            facts: door.words(&id, &self.facts).await?,
            found_on: self.found_on.map_or_else(|| door.day(), |day| day.0),
            due: self.due.map(|day| day.0),
        };
        Ok(Ask::Plan(id, command))
    }
}

/// Record that a hazard is cleared.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HazardClearance)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClearHazard {
    /// When; the day of the act if absent.
    on: Option<Day>,
    /// What was done.
    measures: Text,
    /// Papers and photographs, by their digests.
    #[serde(default)]
    evidence: Vec<Sha256>,
}

impl Deed for ClearHazard {
    const ROW: Row = Row {
        id: "clear_hazard",
        path: "/v1/enterprises/{uscc}/hazards/{n}/clearances",
        summary: "Record that a hazard is cleared (隐患消除)",
        aggregate: "plan",
        right: "plan.clear_hazard",
        roles: ROLES,
        makes: Makes::Event,
        decides: false,
        events: &["plan-hazard-cleared"],
        example: r#"{"measures":"更换报警器并试验"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        self.on.map(|day| Occurred::On(day.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::ClearHazard {
            number: door.param("n")?,
            on: self.on.map_or_else(|| door.day(), |day| day.0),
            measures: door.words(&id, &self.measures).await?,
            evidence: self.evidence.into_iter().map(|digest| digest.0).collect(),
        };
        Ok(Ask::Plan(id, command))
    }
}

/// Record a training.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SafetyTraining)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldTraining {
    /// When; the day of the act if absent.
    on: Option<Day>,
    /// Of what.
    topic: Text,
    /// How many attended.
    attended: u32,
}

impl Deed for HoldTraining {
    const ROW: Row = Row {
        id: "hold_training",
        path: "/v1/enterprises/{uscc}/trainings",
        summary: "Record a training (安全警示教育)",
        aggregate: "plan",
        right: "plan.hold_training",
        roles: ROLES,
        makes: Makes::Event,
        decides: false,
        events: &["plan-training-held"],
        example: r#"{"on":"2020-02-28","topic":"复工安全警示教育","attended":86}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        self.on.map(|day| Occurred::On(day.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let command = Command::HoldTraining {
            on: self.on.map_or_else(|| door.day(), |day| day.0),
            topic: door.words(&id, &self.topic).await?,
            attended: self.attended,
        };
        Ok(Ask::Plan(id, command))
    }
}
