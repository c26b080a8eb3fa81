//! Acts about the words that are kept of a subject (个人信息主体): erased, held, kept without use.

use fugong_domain::{Ask, SubjectId, data_subject::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    copies,
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Day, ErasureCode, HoldCode, RestrictionCode, Text},
    problem::Problem,
};

/// Erase the words about a subject (删除个人信息): the key under which they were sealed is destroyed,
/// in every process before this is answered, and nobody reads them again. The log stays as it is,
/// with every proof.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Erasure)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erase {
    /// On which ground of the law; `other_law` needs an `authority`.
    basis: ErasureCode,
}

impl Deed for Erase {
    const ROW: Row = Row {
        id: "erase_data_subject",
        path: "/v1/data-subjects/{id}/erasures",
        summary: "Erase the words about a subject (删除个人信息)",
        aggregate: "data-subject",
        right: "data-subject.erase",
        roles: "commission",
        makes: Makes::Event,
        decides: false,
        events: &["data-subject-erased"],
        example: r#"{"basis":"retention_over"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let (ground, on) = (self.basis.0, door.day());
        let command = Command::Erase { ground, authority: None, on };
        Ok(Ask::DataSubject(subject(door).await?, command))
    }
}

/// Hold the words about a subject: they are not erased until that is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DataHold)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hold {
    /// Why.
    ground: HoldCode,
    /// The same in words; it is sealed.
    reason: Text,
    /// The last day for which it is meant, if that is known; it ends when it is lifted.
    until: Option<Day>,
}

impl Deed for Hold {
    const ROW: Row = Row {
        id: "hold_data_subject",
        path: "/v1/data-subjects/{id}/holds",
        summary: "Hold the words about a subject, which may not be erased yet (依法保存)",
        right: "data-subject.hold",
        roles: "commission, emergency, headquarters, department",
        events: &["data-subject-held"],
        example: r#"{"ground":"open_case","reason":"举报核查尚未办结"}"#,
        ..Erase::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = subject(door).await?;
        let command = Command::Hold {
            ground: self.ground.0,
            reason: door.words(&id, &self.reason).await?,
            until: self.until.map(|day| day.0),
            by: door.unit(),
            authority: None,
            on: door.day(),
        };
        Ok(Ask::DataSubject(id, command))
    }
}

/// Hold the words no longer: for the unit that holds them.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DataRelease)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiftHold {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for LiftHold {
    const ROW: Row = Row {
        id: "release_data_subject",
        path: "/v1/data-subjects/{id}/releases",
        summary: "Hold them no longer (解除依法保存)",
        right: "data-subject.lift_hold",
        roles: "the unit that holds them",
        events: &["data-subject-hold-lifted"],
        example: r#"{"reason":"案件已办结"}"#,
        ..Erase::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = subject(door).await?;
        let (reason, on) = (door.words(&id, &self.reason).await?, door.day());
        Ok(Ask::DataSubject(id, Command::LiftHold { reason, on }))
    }
}

/// Keep the words without using them (限制处理): no answer, register or export shows them, until
/// that is lifted; the subject's own copy does.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DataRestriction)]
#[serde(deny_unknown_fields)]
pub(crate) struct Restrict {
    /// Why.
    ground: RestrictionCode,
    /// The same in words; it is sealed.
    reason: Text,
}

impl Deed for Restrict {
    const ROW: Row = Row {
        id: "restrict_data_subject",
        path: "/v1/data-subjects/{id}/restrictions",
        summary: "Keep them without using them (限制处理)",
        right: "data-subject.restrict",
        events: &["data-subject-restricted"],
        example: r#"{"ground":"being_verified","reason":"本人对登记的电话有异议"}"#,
        ..Erase::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = subject(door).await?;
        let (ground, on) = (self.ground.0, door.day());
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::DataSubject(id, Command::Restrict { ground, reason, on }))
    }
}

/// Use the words again.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DataRestrictionEnd)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiftRestriction {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for LiftRestriction {
    const ROW: Row = Row {
        id: "unrestrict_data_subject",
        path: "/v1/data-subjects/{id}/restriction-ends",
        summary: "Use them again (恢复处理)",
        right: "data-subject.lift_restriction",
        events: &["data-subject-restriction-lifted"],
        example: r#"{"reason":"已核实并更正"}"#,
        ..Erase::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = subject(door).await?;
        let (reason, on) = (door.words(&id, &self.reason).await?, door.day());
        Ok(Ask::DataSubject(id, Command::LiftRestriction { reason, on }))
    }
}

/// The subject of the address, about whom something is stored.
async fn subject(door: &Door<'_>) -> Result<SubjectId, Problem> {
    let id: SubjectId = door.param("id")?;
    if copies::is_known(door.desk, &id).await? {
        Ok(id)
    } else {
        Err(Problem::absent(format!("word about {id}")))
    }
}
