//! Acts of supply chains (产业链、供应链; §四) and of key projects (重大工程和重点项目; §二(三)).

use fugong_core::Occurred;
use fugong_domain::{Ask, enterprise::Command};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{Door, enterprise},
    members::{Day, Enterprise, Text},
    problem::Problem,
};

/// Say that an enterprise supplies another. It orders help, and nothing hangs on it for either.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SupplyLink)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclareSupplyLink {
    /// The code of the enterprise that it supplies.
    supplier_of: Enterprise,
    /// The last day of the supply, if that is known; sent again with it, a link ends.
    until: Option<Day>,
}

impl Deed for DeclareSupplyLink {
    const ROW: Row = Row {
        id: "declare_supply_link",
        path: "/v1/enterprises/{uscc}/supply-links",
        summary: "Say that it supplies another enterprise (产业链、供应链)",
        aggregate: "enterprise",
        right: "enterprise.declare_supply_link",
        roles: "enterprise, its township or park, commission",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-supply-link-declared"],
        example: r#"{"supplier_of":"91500114MAYY01045Q"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let supplier_of =
            enterprise(&self.supplier_of.0).map_err(|problem| problem.at("/supplier_of"))?;
        let until = self.until.map(|day| day.0);
        let command = Command::DeclareSupplyLink { supplier_of, until };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Mark a project as a key project; sent again under its name, what was said is put right.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KeyProject)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkKeyProject {
    /// What the project is called.
    name: Text,
    /// Its total, in whole yuan.
    investment_cny: Option<u64>,
    /// By which day it is to start; it may lie ahead.
    starts_by: Option<Day>,
}

impl Deed for MarkKeyProject {
    const ROW: Row = Row {
        id: "mark_key_project",
        path: "/v1/enterprises/{uscc}/key-projects",
        summary: "Mark a key project (重大工程和重点项目)",
        aggregate: "enterprise",
        right: "enterprise.mark_key_project",
        roles: "commission",
        makes: Makes::Numbered,
        decides: false,
        events: &["enterprise-key-project-marked"],
        example: r#"{"name":"年产2万吨玻璃纤维生产线","investment_cny":320000000,"starts_by":"2020-03-10"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::MarkKeyProject {
            name: self.name.0,
            investment_cny: self.investment_cny,
            starts_by: self.starts_by.map(|day| day.0),
        };
        Ok(Ask::Enterprise(door.enterprise()?, command))
    }
}

/// Note that a key project started.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KeyProjectStart)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartKeyProject {
    /// The day; the day of the act if absent.
    started_on: Option<Day>,
}

impl Deed for StartKeyProject {
    const ROW: Row = Row {
        id: "start_key_project",
        path: "/v1/enterprises/{uscc}/key-projects/{n}/starts",
        summary: "Note that a key project started (开工)",
        aggregate: "enterprise",
        right: "enterprise.start_key_project",
        roles: "enterprise, its township or park, commission",
        makes: Makes::Event,
        decides: false,
        events: &["enterprise-key-project-started"],
        example: r#"{"started_on":"2020-03-09"}"#,
    };

    fn own_date(&self) -> Option<Occurred> {
        self.started_on.map(|day| Occurred::On(day.0))
    }

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let on = self.started_on.map_or_else(|| door.day(), |day| day.0);
        let id = door.enterprise()?;
        Ok(Ask::Enterprise(id, Command::StartKeyProject { number: door.param("n")?, on }))
    }
}
