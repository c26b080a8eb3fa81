//! Acts about barriers (阻碍): roadblocks, freight routes cut, conditions set on resuming (§四).

use fugong_domain::{Ask, BarrierId, barrier::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{BarrierCode, Day, Enterprise, Text, Unit},
    problem::Problem,
};

/// Report a barrier: against an authority, or anybody. Who reports it is nowhere told to the unit
/// that it is against.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BarrierReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    /// What kind of barrier.
    kind: BarrierCode,
    /// The unit that it is against, if it is one.
    against_unit: Option<Unit>,
    /// Where; it is not sealed, so name no person.
    place: Text,
    /// Whom it hinders; an enterprise that reports speaks of itself.
    enterprise: Option<Enterprise>,
    /// What happened there; it is sealed.
    text: Option<Text>,
}

impl Deed for Report {
    const ROW: Row = Row {
        id: "report_barrier",
        path: "/v1/barrier-reports",
        summary: "Report a barrier (设卡拦截、阻断货运、设置条件)",
        aggregate: "barrier",
        right: "barrier.report",
        roles: "enterprise, officer, township, park, commission, emergency, headquarters, department",
        makes: Makes::Thing("/v1/barrier-reports"),
        decides: false,
        events: &["barrier-reported"],
        example: r#"{"kind":"roadblock","against_unit":"500114106","place":"黔江示例镇S202线5公里处"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: BarrierId = door.new_named()?;
        let whom = self.enterprise.as_ref().map(|whom| enterprise(&whom.0)).transpose();
        let command = Command::Report {
            kind: self.kind.0,
            against: self.against_unit.map(|unit| unit.0),
            place: self.place.0,
            text: door.some_words(&id, self.text.as_ref()).await?,
            enterprise: whom.map_err(|e| e.at("/enterprise"))?,
            reported_by: door.unit(),
            to: None,
            on: door.day(),
        };
        Ok(Ask::Barrier(id, command))
    }
}

/// Put a barrier in somebody's hands; never those of the unit that it is against.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BarrierAssignment)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assign {
    /// Whose.
    unit: Unit,
    /// By this day, that day included.
    due: Day,
}

impl Deed for Assign {
    const ROW: Row = Row {
        id: "assign_barrier",
        path: "/v1/barrier-reports/{id}/assignments",
        summary: "Put it in somebody's hands (交办)",
        aggregate: "barrier",
        right: "barrier.assign",
        roles: "commission, headquarters, never the unit that it is against",
        makes: Makes::Event,
        decides: false,
        events: &["barrier-assigned"],
        example: r#"{"unit":"police","due":"2020-02-28"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Assign { unit: self.unit.0, due: self.due.0, on: door.day() };
        Ok(Ask::Barrier(door.param("id")?, command))
    }
}

/// Confirm that a barrier is gone.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BarrierRemoval)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmRemoved {
    /// How; it is sealed.
    text: Option<Text>,
}

impl Deed for ConfirmRemoved {
    const ROW: Row = Row {
        id: "confirm_barrier_removed",
        path: "/v1/barrier-reports/{id}/removals",
        summary: "Confirm that it is gone (排除)",
        right: "barrier.confirm_removed",
        roles: "whoever has it in hand, commission, headquarters, never the unit that it is against",
        events: &["barrier-removed"],
        example: r#"{"text":"路障已拆除，货车放行"}"#,
        ..Assign::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: BarrierId = door.param("id")?;
        let how = door.some_words(&id, self.text.as_ref()).await?;
        Ok(Ask::Barrier(id, Command::ConfirmRemoved { how, on: door.day() }))
    }
}

/// Find that there was no barrier.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BarrierUnfounded)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindUnfounded {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for FindUnfounded {
    const ROW: Row = Row {
        id: "find_barrier_unfounded",
        path: "/v1/barrier-reports/{id}/unfounded-findings",
        summary: "Find that there was none (查无此事)",
        right: "barrier.find_unfounded",
        events: &["barrier-found-unfounded"],
        example: r#"{"reason":"现场无卡点"}"#,
        ..ConfirmRemoved::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: BarrierId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Barrier(id, Command::FindUnfounded { reason, on: door.day() }))
    }
}
