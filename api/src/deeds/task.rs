//! Acts of the inbox (待办).

use fugong_domain::{Ask, task::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    problem::Problem,
};

/// Take a task on. It orders work and blocks nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TaskClaim)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {}

impl Deed for Claim {
    const ROW: Row = Row {
        id: "claim_task",
        path: "/v1/tasks/{id}/claims",
        summary: "Take it on",
        aggregate: "task",
        right: "task.claim",
        roles: "whoever acts for the task's unit",
        makes: Makes::Event,
        decides: false,
        events: &["task-claimed"],
        example: "{}",
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let by = door.by.actor.clone();
        Ok(Ask::Task(door.param("id")?, Command::Claim { by }))
    }
}
