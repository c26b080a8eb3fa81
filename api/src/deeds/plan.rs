//! Acts of the prevention plan (一企一策方案).

use std::collections::BTreeMap;

use fugong_domain::{
    Ask, EnterpriseId,
    plan::{Command, Contents},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Officer, Text},
    problem::Problem,
};

const EXAMPLE: &str = r#"{"sections":{"P1":"成立防控领导小组","P2":"返岗人员排查登记","P3":"口罩、测温、消毒到位","P4":"每日两次测温","P5":"隔离室与上报流程","P6":"张贴宣传资料"},"emergency":"发现发热人员立即隔离并上报","five_musts":["M1","M2","M3","M4","M5"]}"#;

/// Draft a plan. What it lacks is recorded with it and stops nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PlanDraft)]
#[serde(deny_unknown_fields)]
pub(crate) struct Draft {
    /// The six priorities, by code `P1` to `P6`.
    #[serde(default)]
    sections: BTreeMap<String, Text>,
    /// The emergency part (含应急).
    emergency: Option<Text>,
    /// The codes of the 五必须 that it meets.
    #[serde(default)]
    five_musts: Vec<String>,
    /// The production plan.
    production_plan: Option<Text>,
}

impl Draft {
    async fn contents(self, id: &EnterpriseId, door: &Door<'_>) -> Result<Contents, Problem> {
        let mut sections = BTreeMap::new();
        for (code, text) in &self.sections {
            sections.insert(code.clone(), door.words(id, text).await?);
        }
        Ok(Contents {
            sections,
            emergency: door.some_words(id, self.emergency.as_ref()).await?,
            five_musts: self.five_musts,
            production_plan: door.some_words(id, self.production_plan.as_ref()).await?,
        })
    }
}

impl Deed for Draft {
    const ROW: Row = Row {
        id: "draft_plan",
        path: "/v1/enterprises/{uscc}/plans",
        summary: "Draft its prevention plan",
        aggregate: "plan",
        right: "plan.draft",
        roles: "enterprise, its township or park, its officer, commission",
        makes: Makes::Event,
        decides: false,
        events: &["plan-drafted", "plan-revised"],
        example: EXAMPLE,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let plan = self.contents(&id, door).await?;
        Ok(Ask::Plan(id, Command::Draft { plan, gaps: Vec::new() }))
    }
}

/// Replace the plan by a new revision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PlanRevision)]
#[serde(transparent)]
pub(crate) struct Revise(Draft);

impl Deed for Revise {
    const ROW: Row = Row {
        id: "revise_plan",
        path: "/v1/enterprises/{uscc}/plans/revisions",
        summary: "Replace the plan by a new revision",
        right: "plan.revise",
        events: &["plan-revised"],
        ..Draft::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let plan = self.0.contents(&id, door).await?;
        Ok(Ask::Plan(id, Command::Revise { plan, gaps: Vec::new() }))
    }
}

/// Note that the latest revision is in place (落实到位).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PlanPlacement)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutInPlace {}

impl Deed for PutInPlace {
    const ROW: Row = Row {
        id: "put_plan_in_place",
        path: "/v1/enterprises/{uscc}/plans/placements",
        summary: "Note that the latest revision is in place (落实到位)",
        aggregate: "plan",
        right: "plan.put_in_place",
        roles: "enterprise, its township or park, its officer, commission",
        makes: Makes::Event,
        decides: false,
        events: &["plan-put-in-place"],
        example: "{}",
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        Ok(Ask::Plan(door.enterprise()?, Command::PutInPlace))
    }
}

/// Urge an enterprise to improve its plan (督促完善).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PlanUrging)]
#[serde(deny_unknown_fields)]
pub(crate) struct Urge {
    /// The officer.
    officer: Officer,
    /// What to improve.
    points: Vec<Text>,
}

impl Deed for Urge {
    const ROW: Row = Row {
        id: "urge_plan_improvement",
        path: "/v1/enterprises/{uscc}/plans/urgings",
        summary: "Urge it to improve its plan (督促完善)",
        aggregate: "plan",
        right: "plan.urge_improvement",
        roles: "its officer, its township or park, commission",
        makes: Makes::Event,
        decides: false,
        events: &["plan-improvement-urged"],
        example: r#"{"officer":"OFF-01","points":["补充疫情处置流程"]}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.enterprise()?;
        let points = door.all_words(&id, &self.points).await?;
        Ok(Ask::Plan(id, Command::UrgeImprovement { officer: self.officer.0, points }))
    }
}
