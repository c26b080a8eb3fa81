//! Acts of the district's rules (规则).

use std::borrow::Cow;

use fugong_domain::{Ask, Calendar, regime::Command, rules::RuleSet};
use serde::Deserialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    members::{Day, RiskCode, Unit},
    problem::Problem,
    schema::answers,
};

/// Publish a rule set: numbers and choices that the notice leaves open, from a day on.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct PublishRules(RuleSet);

impl Deed for PublishRules {
    const ROW: Row = Row {
        id: "publish_rules",
        path: "/v1/regime/rules",
        summary: "Publish a rule set",
        aggregate: "regime",
        right: "regime.publish_rules",
        roles: "commission, admin",
        makes: Makes::Event,
        decides: false,
        events: &["regime-rules-published"],
        example: r#"{"version":"2020-03","effective_from":"2020-03-01","basis":"区防控指挥部","scale_threshold_cny":20000000,"plan_deadline":"2020-02-25","plan_working_days_if_later":3,"month_end_target":"2020-02-29","first_visit_days":1,"no_visit_days":3,"repeat_threshold":2,"repeat_window_days":90,"statement_working_days":3,"objection_working_days":10,"objection_decide_working_days":3,"objection_decide_working_days_complex":7,"retention_months_max":60,"reminder_working_days":1,"daily_cutoff":"17:00","plan_sections":["P1","P2","P3","P4","P5","P6"],"plan_emergency":true,"five_musts":["M1","M2","M3","M4","M5"],"sector_leads":{"B":"emb","C":"eic","D":"eic"},"rights":{"rectification.order":["commission"]}}"#,
    };

    async fn ask(self, _door: &Door<'_>) -> Result<Ask, Problem> {
        Ok(Ask::Regime(Command::PublishRules { rules: Box::new(self.0) }))
    }
}

/// Record a change of the epidemic risk. It changes no production state.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RiskLevelChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeRiskLevel {
    /// The township or park; the whole district if absent.
    area: Option<Unit>,
    /// The level.
    level: RiskCode,
    /// From this day; it may lie ahead.
    effective_on: Day,
}

impl Deed for ChangeRiskLevel {
    const ROW: Row = Row {
        id: "change_risk_level",
        path: "/v1/regime/risk-levels",
        summary: "Record a change of the epidemic risk",
        aggregate: "regime",
        right: "regime.change_risk_level",
        roles: "headquarters",
        makes: Makes::Event,
        decides: false,
        events: &["regime-risk-level-changed"],
        example: r#"{"level":"medium","effective_on":"2020-03-02"}"#,
    };

    async fn ask(self, _door: &Door<'_>) -> Result<Ask, Problem> {
        let command = Command::ChangeRiskLevel {
            area: self.area.map(|area| area.0),
            level: self.level.0,
            effective_on: self.effective_on.0,
        };
        Ok(Ask::Regime(command))
    }
}

/// Publish a working-day calendar. It changes no running deadline by itself.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct PublishCalendar(Calendar);

impl Deed for PublishCalendar {
    const ROW: Row = Row {
        id: "publish_calendar",
        path: "/v1/regime/calendars",
        summary: "Publish a working-day calendar",
        aggregate: "regime",
        right: "regime.publish_calendar",
        roles: "commission, admin",
        makes: Makes::Event,
        decides: false,
        events: &["regime-calendar-published"],
        example: r#"{"id":"CN-2022","year":2022,"published_on":"2021-10-25","holidays":{"2022-01-01":"元旦"},"makeup_workdays":{}}"#,
    };

    async fn ask(self, _door: &Door<'_>) -> Result<Ask, Problem> {
        Ok(Ask::Regime(Command::PublishCalendar { calendar: self.0 }))
    }
}

impl PartialSchema for PublishRules {
    fn schema() -> RefOr<Schema> {
        serde_json::from_value(answers::traced_body::<RuleSet>(Self::ROW.example))
            .unwrap_or_default()
    }
}

impl ToSchema for PublishRules {
    fn name() -> Cow<'static, str> {
        "RuleSet".into()
    }
}

impl PartialSchema for PublishCalendar {
    fn schema() -> RefOr<Schema> {
        serde_json::from_value(answers::traced_body::<Calendar>(Self::ROW.example))
            .unwrap_or_default()
    }
}

impl ToSchema for PublishCalendar {
    fn name() -> Cow<'static, str> {
        "Calendar".into()
    }
}
