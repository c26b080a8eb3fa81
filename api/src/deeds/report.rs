//! Acts of reports of the district's own (报表).

use fugong_domain::{
    Ask, ReportId,
    report::{Command, Definition},
};
use serde::Deserialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr,
        schema::{Schema, Type},
    },
};

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::Text,
    problem::Problem,
    reports::{self, Reports},
};

/// The most bytes of a definition that is kept: with its envelope it has to fit into one event.
const MOST: usize = 48 * 1024;

/// Lay down the definition of a report, the first under its name or another in its place. It is
/// checked first. It is kept in clear for ever: write no names of persons into it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OwnReport)]
#[serde(deny_unknown_fields)]
pub(crate) struct Define {
    /// The definition, in TOML.
    definition: DefinitionText,
    /// Whether it is to be run in the place of the ready report of this name.
    #[serde(default)]
    instead_of_ready: bool,
}

/// The text of a definition.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct DefinitionText(String);

impl PartialSchema for DefinitionText {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::String).max_length(Some(MOST));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for DefinitionText {}

impl Deed for Define {
    const ROW: Row = Row {
        id: "define_report",
        path: "/v1/reports/{id}",
        summary: "Lay down the definition of a report (保存报表定义)",
        aggregate: "report",
        right: "report.define",
        roles: "commission, headquarters, reporter",
        makes: Makes::Named,
        decides: false,
        events: &["report-defined"],
        example: r#"{"definition":"title = \"未销号责令\"\ntitle_en = \"Open orders\"\nregister = \"r7\"\n\n[[group]]\ncolumn = \"township\"\n\n[[measure]]\nname = \"open\"\nheading = \"未销号\"\ncount = true\nwhen = [{ column = \"complied\", is = false }]\n"}"#,
    };
    const TEXT: usize = MOST;

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: ReportId = door.param("id")?;
        let text = self.definition.0;
        let checked = Reports::seen_by(door.desk, door.by).checked(&text);
        let plan = checked.map_err(|found| reports::wrong("/definition", &found))?;
        let sha256 = plan.hash.parse().map_err(Problem::unavailable)?;
        let definition = Definition { title: plan.title, text, sha256 };
        let command = Command::Define { definition, instead_of_ready: self.instead_of_ready };
        Ok(Ask::Report(id, command))
    }
}

/// Run a report of the district's own no more; as of the time when it was run, it still can be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ReportWithdrawal)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Withdraw {
    const ROW: Row = Row {
        id: "withdraw_report",
        path: "/v1/reports/{id}/withdrawals",
        summary: "Run a report of the district's own no more (停用报表)",
        right: "report.withdraw",
        makes: Makes::Event,
        decides: true,
        events: &["report-withdrawn"],
        example: r#"{"reason":"已并入复工复产日报"}"#,
        ..Define::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: ReportId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Report(id, Command::Withdraw { reason }))
    }
}
