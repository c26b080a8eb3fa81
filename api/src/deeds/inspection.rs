//! Acts of inspections (§三).

use fugong_domain::{Ask, InspectionId, inspection::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{
        CategoryCode, Enterprise, FindingRef, InspectionCode, Officer, ResultCode, SeverityCode,
        SubjectCode, Text, Unit,
    },
    problem::Problem,
};

/// Open an inspection; the actor's unit leads it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InspectionOpening)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    /// Whom it looks at.
    enterprise: Enterprise,
    /// What led to it.
    kind: InspectionCode,
    /// What it looks at.
    subjects: Vec<SubjectCode>,
    /// The units that join it.
    #[serde(default)]
    joint_with: Vec<Unit>,
    /// The seed of the draw (双随机), so that anyone can draw again.
    draw_seed: Option<Text>,
}

impl Deed for Open {
    const ROW: Row = Row {
        id: "open_inspection",
        path: "/v1/inspections",
        summary: "Open an inspection",
        aggregate: "inspection",
        right: "inspection.open",
        roles: "commission, with park and territory",
        makes: Makes::Thing("/v1/inspections"),
        decides: false,
        events: &["inspection-opened"],
        example: r#"{"enterprise":"91500114MAYY010106","kind":"full","subjects":["protection","responsibility"],"joint_with":["500114106"]}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Open {
            enterprise: enterprise(&self.enterprise.0).map_err(|e| e.at("/enterprise"))?,
            kind: self.kind.0,
            subjects: self.subjects.into_iter().map(|code| code.0).collect(),
            led_by: door.unit(),
            inspector: door.by.actor.clone(),
            joint_with: self.joint_with.into_iter().map(|unit| unit.0).collect(),
            draw_seed: self.draw_seed.map(|seed| seed.0),
            on: door.day(),
        };
        Ok(Ask::Inspection(door.new_inspection()?, command))
    }
}

/// Record a finding.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FindingRecord)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordFinding {
    /// What it is about.
    subject: SubjectCode,
    /// What kind of thing.
    category: CategoryCode,
    /// How bad.
    severity: SeverityCode,
    /// What was seen; it is sealed.
    facts: Text,
    /// The officer whose duty it is about.
    officer: Option<Officer>,
    /// Put right at once; such a finding never counts.
    #[serde(default)]
    fixed_on_spot: bool,
    /// The finding of the same inspection that this one puts right.
    supersedes: Option<FindingRef>,
}

impl Deed for RecordFinding {
    const ROW: Row = Row {
        id: "record_finding",
        path: "/v1/inspections/{id}/findings",
        summary: "Record a finding",
        aggregate: "inspection",
        right: "inspection.record_finding",
        roles: "commission, township, park",
        makes: Makes::Finding,
        decides: false,
        events: &["inspection-finding-recorded", "officer-duty-referred"],
        example: r#"{"subject":"protection","category":"measures_not_in_place","severity":"ordinary","facts":"车间未测温"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: InspectionId = door.param("id")?;
        let supersedes = match self.supersedes {
            Some(FindingRef(finding)) if finding.inspection() == id => Some(finding.number()),
            Some(_) => return Err(Problem::unfit("/supersedes", "it is of another inspection")),
            None => None,
        };
        let facts = door.words(&id, &self.facts).await?;
        let command = Command::RecordFinding {
            finder: door.by.actor.clone(),
            subject: self.subject.0,
            category: self.category.0,
            severity: self.severity.0,
            facts,
            officer: self.officer.map(|officer| officer.0),
            fixed_on_spot: self.fixed_on_spot,
            supersedes,
            plan_revision: None,
            on: door.day(),
        };
        Ok(Ask::Inspection(id, command))
    }
}

/// Close an inspection.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InspectionClosure)]
#[serde(deny_unknown_fields)]
pub(crate) struct Close {
    /// What it came to; an order and a referral may stand together.
    result_codes: Vec<ResultCode>,
}

impl Deed for Close {
    const ROW: Row = Row {
        id: "close_inspection",
        path: "/v1/inspections/{id}/closures",
        summary: "Close it",
        aggregate: "inspection",
        right: "inspection.close",
        roles: "commission",
        makes: Makes::Event,
        decides: true,
        events: &["inspection-closed"],
        example: r#"{"result_codes":["to_order"]}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let result_codes = self.result_codes.into_iter().map(|code| code.0).collect();
        Ok(Ask::Inspection(door.param("id")?, Command::Close { result_codes }))
    }
}

/// Declare an inspection void, and what rests on it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InspectionVoiding)]
#[serde(deny_unknown_fields)]
pub(crate) struct Void {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Void {
    const ROW: Row = Row {
        id: "void_inspection",
        path: "/v1/inspections/{id}/voidings",
        summary: "Declare it void",
        aggregate: "inspection",
        right: "inspection.void",
        roles: "commission",
        makes: Makes::Event,
        decides: false,
        events: &["inspection-voided"],
        example: r#"{"reason":"检查程序不当"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: InspectionId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Inspection(id, Command::Void { reason }))
    }
}

/// Order nothing for the findings that are in no order (不予责令).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NoOrderDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclineToOrder {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for DeclineToOrder {
    const ROW: Row = Row {
        id: "decline_to_order",
        path: "/v1/inspections/{id}/no-order-decisions",
        summary: "Order nothing for what is in no order (不予责令)",
        aggregate: "inspection",
        right: "inspection.decline_to_order",
        roles: "commission",
        makes: Makes::Event,
        decides: false,
        events: &["inspection-order-declined"],
        example: r#"{"reason":"已自行整改到位"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: InspectionId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Inspection(id, Command::DeclineToOrder { reason, failed: Vec::new() }))
    }
}
