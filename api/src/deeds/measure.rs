//! Acts about measures of control (管控): imposed, relaxed step by step, looked at, lifted.

use fugong_domain::{
    Ask, MeasureId,
    measure::{Command, Target},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{Enterprise, MeasureCode, Text, Unit},
    problem::Problem,
};

/// Record a measure of control over an area or an enterprise. A stop order (停工停业) is a
/// government's act: its `authority` is needed. It keeps nobody from reporting that he works again.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ControlMeasure)]
#[serde(deny_unknown_fields)]
pub(crate) struct Impose {
    /// The township or park that it is over; or `enterprise`.
    area: Option<Unit>,
    /// The enterprise that it is over; or `area`.
    enterprise: Option<Enterprise>,
    /// What kind.
    kind: MeasureCode,
    /// Who imposes it; the actor's unit if absent.
    by: Option<Unit>,
    /// What it says; it is sealed.
    text: Option<Text>,
}

impl Deed for Impose {
    const ROW: Row = Row {
        id: "impose_measure",
        path: "/v1/control-measures",
        summary: "Record a measure of control (管控)",
        aggregate: "measure",
        right: "measure.impose",
        roles: "headquarters",
        makes: Makes::Thing("/v1/control-measures"),
        decides: false,
        events: &["measure-imposed"],
        example: r#"{"area":"500114106","kind":"closed_management","text":"小区封闭式管理","authority":"黔防控指发〔2020〕10号"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: MeasureId = door.new_named()?;
        let target = match (self.area, self.enterprise) {
            (Some(area), None) => Target::Area(area.0),
            (None, Some(whom)) => {
                Target::Enterprise(enterprise(&whom.0).map_err(|e| e.at("/enterprise"))?)
            }
            (None, None) | (Some(_), Some(_)) => {
                return Err(Problem::naming(
                    "MEMBERS_DISAGREE",
                    "/area",
                    "send either area or enterprise",
                ));
            }
        };
        let command = Command::Impose {
            target,
            kind: self.kind.0,
            by: self.by.map_or_else(|| door.unit(), |unit| unit.0),
            text: door.some_words(&id, self.text.as_ref()).await?,
            authority: None,
            on: door.day(),
        };
        Ok(Ask::Measure(id, command))
    }
}

/// Relax a measure by a step (分步取消).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MeasureRelaxation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relax {
    /// Which step; it is sealed.
    step: Text,
}

impl Deed for Relax {
    const ROW: Row = Row {
        id: "relax_measure",
        path: "/v1/control-measures/{id}/relaxations",
        summary: "Relax it by a step (分步取消)",
        right: "measure.relax",
        roles: "the unit that imposed it, headquarters",
        makes: Makes::Event,
        events: &["measure-relaxed"],
        example: r#"{"step":"恢复货车通行"}"#,
        ..Impose::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: MeasureId = door.param("id")?;
        let step = door.words(&id, &self.step).await?;
        Ok(Ask::Measure(id, Command::Relax { step, on: door.day() }))
    }
}

/// Look at a measure and keep it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MeasureContinuation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keep {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Keep {
    const ROW: Row = Row {
        id: "keep_measure",
        path: "/v1/control-measures/{id}/continuations",
        summary: "Look at it and keep it (继续实施)",
        right: "measure.keep",
        events: &["measure-kept"],
        example: r#"{"reason":"仍有密接人员观察期未满"}"#,
        ..Relax::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: MeasureId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Measure(id, Command::Keep { reason, on: door.day() }))
    }
}

/// Lift a measure: after a step, or on a stated basis.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MeasureLifting)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lift {
    /// On what basis, where it was relaxed by no step; it is sealed.
    basis: Option<Text>,
}

impl Deed for Lift {
    const ROW: Row = Row {
        id: "lift_measure",
        path: "/v1/control-measures/{id}/liftings",
        summary: "Lift it, after a step or on a stated basis (解除)",
        right: "measure.lift",
        events: &["measure-lifted"],
        example: r#"{"basis":"风险等级降为低风险"}"#,
        ..Relax::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: MeasureId = door.param("id")?;
        let basis = door.some_words(&id, self.basis.as_ref()).await?;
        Ok(Ask::Measure(id, Command::Lift { basis, on: door.day() }))
    }
}
