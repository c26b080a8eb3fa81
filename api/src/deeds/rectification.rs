//! Acts of orders to rectify within a time limit (责令限期整改).

use fugong_core::Occurred;
use fugong_domain::{
    Ask, OrderId,
    rectification::{Command, Superseding},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{
        Day, Enterprise, FindingRef, OrderRef, ReinspectionCode, Sha256, SupersedeCode, Text, When,
    },
    problem::Problem,
};

/// Order findings to be put right.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RectificationOrder)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// Whom it binds.
    enterprise: Enterprise,
    /// What it rests on: at least one finding.
    findings: Vec<FindingRef>,
    /// To this day, that day included; or `working_days`.
    due: Option<Day>,
    /// For so many working days from service; or `due`.
    working_days: Option<u32>,
    /// What is demanded; it is sealed.
    measures: Text,
    /// Who answers for it at the enterprise (整改责任人); it is sealed.
    responsible: Option<Text>,
    /// Who supervises it (督办人): a pseudonym.
    supervisor: Option<Text>,
    /// The order that it replaces.
    supersedes: Option<Replaced>,
}

/// The order that an order replaces.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ReplacedOrder)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replaced {
    /// Which order.
    order: OrderRef,
    /// As a correction its count goes; as a further order a count already incurred stays.
    r#as: SupersedeCode,
}

impl Deed for Order {
    const ROW: Row = Row {
        id: "order_rectification",
        path: "/v1/rectification-orders",
        summary: "Order findings to be put right (责令限期整改)",
        aggregate: "rectification",
        right: "rectification.order",
        roles: "commission",
        makes: Makes::Thing("/v1/rectification-orders"),
        decides: false,
        events: &[
            "rectification-ordered",
            "rectification-superseded",
            "inspection-finding-ordered",
        ],
        example: r#"{"enterprise":"91500114MAYY010106","findings":["01704fae-a400-7000-8000-000000000001.1"],"working_days":3,"measures":"设置测温点并登记","responsible":"张某（副总经理）","supervisor":"OFF-02"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id = door.new_order()?;
        let supersedes =
            self.supersedes.map(|old| Superseding { order: old.order.0, kind: old.r#as.0 });
        let command = Command::Order {
            enterprise: enterprise(&self.enterprise.0).map_err(|e| e.at("/enterprise"))?,
            findings: self.findings.into_iter().map(|finding| finding.0).collect(),
            due: self.due.map(|due| due.0),
            working_days: self.working_days,
            measures: door.words(&id, &self.measures).await?,
            responsible: door.some_words(&id, self.responsible.as_ref()).await?,
            supervisor: self.supervisor.map(|text| text.0),
            issuer: door.by.actor.clone(),
            supersedes,
            on: door.day(),
        };
        Ok(Ask::Rectification(id, command))
    }
}

/// Confirm that an order was served (送达): its time runs from the day of the act.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderService)]
#[serde(deny_unknown_fields)]
pub(crate) struct Serve {}

impl Deed for Serve {
    const ROW: Row = Row {
        id: "serve_order",
        path: "/v1/rectification-orders/{id}/services",
        summary: "Confirm that it was served (送达)",
        aggregate: "rectification",
        right: "rectification.confirm_service",
        roles: "commission",
        makes: Makes::Event,
        decides: true,
        events: &["rectification-served"],
        example: "{}",
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::ConfirmService { on: door.day(), deadline: None };
        Ok(Ask::Rectification(door.param("id")?, command))
    }
}

/// Extend the time limit of an order.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderExtension)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extend {
    /// The new last day.
    due: Day,
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Extend {
    const ROW: Row = Row {
        id: "extend_order",
        path: "/v1/rectification-orders/{id}/extensions",
        summary: "Extend its time limit",
        right: "rectification.extend",
        events: &["rectification-extended"],
        example: r#"{"due":"2020-03-10","reason":"设备采购在途"}"#,
        ..Serve::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: OrderId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        let command = Command::Extend { due: self.due.0, reason, on: door.day() };
        Ok(Ask::Rectification(id, command))
    }
}

/// Report that an order is done; late is recorded, not refused.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CompletionReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportDone {
    /// When it was done; the moment of the act if absent.
    at: Option<When>,
    /// Digests of photographs and papers.
    #[serde(default)]
    evidence: Vec<Sha256>,
}

impl Deed for ReportDone {
    const ROW: Row = Row {
        id: "report_order_done",
        path: "/v1/rectification-orders/{id}/completion-reports",
        summary: "Report that it is done",
        right: "rectification.report_done",
        roles: "enterprise, its township or park, its officer, commission",
        events: &["rectification-reported"],
        example: r#"{"at":"2020-03-04T23:59:59+08:00","evidence":[]}"#,
        ..Serve::ROW
    };

    fn own_date(&self) -> Option<Occurred> {
        self.at.as_ref().map(|at| at.0)
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::ReportDone {
            at: self.at.map_or_else(|| door.moment(), |at| at.0),
            evidence: self.evidence.into_iter().map(|digest| digest.0).collect(),
        };
        Ok(Ask::Rectification(door.param("id")?, command))
    }
}

/// Record what a reinspection found.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Reinspection)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reinspect {
    /// What it found.
    result: ReinspectionCode,
}

impl Deed for Reinspect {
    const ROW: Row = Row {
        id: "reinspect_order",
        path: "/v1/rectification-orders/{id}/reinspections",
        summary: "Record what a reinspection found (销号)",
        right: "rectification.reinspect",
        events: &["rectification-complied", "rectification-failed"],
        example: r#"{"result":"complied"}"#,
        ..Serve::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let by = door.by.actor.clone();
        let command = Command::Reinspect { result: self.result.0, by, on: door.day() };
        Ok(Ask::Rectification(door.param("id")?, command))
    }
}

/// Revoke an order: as if it had never counted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderRevocation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revoke {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Revoke {
    const ROW: Row = Row {
        id: "revoke_order",
        path: "/v1/rectification-orders/{id}/revocations",
        summary: "Revoke it",
        right: "rectification.revoke",
        events: &["rectification-revoked"],
        example: r#"{"reason":"认定事实有误"}"#,
        ..Serve::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: OrderId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Rectification(id, Command::Revoke { reason }))
    }
}

/// End an order without compliance and without failure.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderTermination)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terminate {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Terminate {
    const ROW: Row = Row {
        id: "terminate_order",
        path: "/v1/rectification-orders/{id}/terminations",
        summary: "End it without compliance and without failure",
        right: "rectification.terminate",
        events: &["rectification-terminated"],
        example: r#"{"reason":"生产线已拆除"}"#,
        ..Serve::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: OrderId = door.param("id")?;
        let reason = Some(door.words(&id, &self.reason).await?);
        Ok(Ask::Rectification(id, Command::Terminate { reason, rule: None }))
    }
}
