//! Acts in incidents (疫情): counts only, and no word about who is ill.

use fugong_domain::{Ask, IncidentId, epidemic::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{Enterprise, Text},
    problem::Problem,
};

/// Report an incident at an enterprise. Counts only: no name of anybody who is ill.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    /// Where.
    enterprise: Enterprise,
    /// How many persons show signs; 1 or more.
    persons: u32,
}

impl Deed for Report {
    const ROW: Row = Row {
        id: "report_incident",
        path: "/v1/epidemic-incidents",
        summary: "Report an incident (疫情)",
        aggregate: "epidemic",
        right: "epidemic.report",
        roles: "enterprise, officer, township, park, commission, emergency, headquarters, department",
        makes: Makes::Thing("/v1/epidemic-incidents"),
        decides: false,
        events: &["epidemic-reported"],
        example: r#"{"enterprise":"91500114MAYY010106","persons":1}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Report {
            enterprise: enterprise(&self.enterprise.0).map_err(|e| e.at("/enterprise"))?,
            persons: self.persons,
            on: door.day(),
        };
        Ok(Ask::Epidemic(door.new_named()?, command))
    }
}

/// Record that persons were isolated (隔离).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentIsolation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Isolate {
    /// How many, in all.
    persons: u32,
}

impl Deed for Isolate {
    const ROW: Row = Row {
        id: "isolate_persons",
        path: "/v1/epidemic-incidents/{id}/isolations",
        summary: "Record that persons were isolated (隔离)",
        right: "epidemic.isolate",
        roles: "enterprise, its officer, its township or park, headquarters, department",
        makes: Makes::Event,
        events: &["epidemic-isolated"],
        example: r#"{"persons":3}"#,
        ..Report::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Isolate { persons: self.persons, on: door.day() };
        Ok(Ask::Epidemic(door.param("id")?, command))
    }
}

/// Record that the disease control centre was told (报告疾控机构).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentCdcReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportToCdc {}

impl Deed for ReportToCdc {
    const ROW: Row = Row {
        id: "report_incident_to_cdc",
        path: "/v1/epidemic-incidents/{id}/cdc-reports",
        summary: "Record that the disease control centre was told (报告疾控机构)",
        right: "epidemic.report_to_cdc",
        events: &["epidemic-cdc-reported"],
        example: "{}",
        ..Isolate::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        Ok(Ask::Epidemic(door.param("id")?, Command::ReportToCdc { on: door.day() }))
    }
}

/// Record that contacts were traced (流调追踪).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentTracing)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trace {
    /// How many, in all.
    contacts: u32,
}

impl Deed for Trace {
    const ROW: Row = Row {
        id: "trace_contacts",
        path: "/v1/epidemic-incidents/{id}/tracings",
        summary: "Record that contacts were traced (流调追踪)",
        right: "epidemic.trace",
        events: &["epidemic-traced"],
        example: r#"{"contacts":12}"#,
        ..Isolate::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Trace { contacts: self.contacts, on: door.day() };
        Ok(Ask::Epidemic(door.param("id")?, command))
    }
}

/// Record that places were disinfected (消毒).
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentDisinfection)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disinfect {
    /// How many, in all.
    places: u32,
}

impl Deed for Disinfect {
    const ROW: Row = Row {
        id: "disinfect_places",
        path: "/v1/epidemic-incidents/{id}/disinfections",
        summary: "Record that places were disinfected (消毒)",
        right: "epidemic.disinfect",
        events: &["epidemic-disinfected"],
        example: r#"{"places":2}"#,
        ..Isolate::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::Disinfect { places: self.places, on: door.day() };
        Ok(Ask::Epidemic(door.param("id")?, command))
    }
}

/// Rule an incident out: it was none.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentRulingOut)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleOut {
    /// On what basis, without a name; it is sealed.
    basis: Text,
}

impl Deed for RuleOut {
    const ROW: Row = Row {
        id: "rule_incident_out",
        path: "/v1/epidemic-incidents/{id}/rulings-out",
        summary: "Rule it out on a stated basis (排除)",
        right: "epidemic.rule_out",
        roles: "headquarters",
        decides: true,
        events: &["epidemic-ruled-out"],
        example: r#"{"basis":"两次核酸检测阴性"}"#,
        ..Isolate::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: IncidentId = door.param("id")?;
        let basis = door.words(&id, &self.basis).await?;
        Ok(Ask::Epidemic(id, Command::RuleOut { basis, on: door.day() }))
    }
}

/// Close an incident once the four steps are recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IncidentClosure)]
#[serde(deny_unknown_fields)]
pub(crate) struct Close {}

impl Deed for Close {
    const ROW: Row = Row {
        id: "close_incident",
        path: "/v1/epidemic-incidents/{id}/closures",
        summary: "Close it, once the four steps are recorded",
        right: "epidemic.close",
        roles: "headquarters",
        decides: true,
        events: &["epidemic-closed"],
        example: "{}",
        ..Isolate::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        Ok(Ask::Epidemic(door.param("id")?, Command::Close { on: door.day() }))
    }
}
