//! Acts of webhooks (推送地址): created, given another secret, disabled.

use chrono::TimeDelta;
use fugong_domain::{
    Ask, WebhookId,
    webhook::{Command, Payload, Subscription},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::{self, Door},
    filters,
    members::{Enterprise, Text},
    problem::Problem,
};

/// The most characters of a label.
const LABEL: usize = 100;

/// Have events sent to an address, from now on. The receipt has what signs them as `secret`, this
/// once: keep it where the receiver finds it. What is told is what you may see yourself.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookCreation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Create {
    /// Who is there, in at most 100 characters. It is kept in clear for ever: a program, no person.
    label: Text,
    /// Where: https, at a host that who runs the server has named. It is kept in clear for ever.
    url: Text,
    /// How much is sent of an event; words about persons never are.
    #[serde(default)]
    payload: Much,
    /// Only these types of events; all if none is named.
    #[serde(default)]
    types: Vec<String>,
    /// Only what is about this enterprise.
    enterprise: Option<Enterprise>,
}

/// How much is sent of an event: `thin`, that it happened and where it is read; `full`, what it says.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = WebhookPayload)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Much {
    #[default]
    Thin,
    Full,
}

impl From<Much> for Payload {
    fn from(much: Much) -> Self {
        match much {
            Much::Thin => Self::Thin,
            Much::Full => Self::Full,
        }
    }
}

impl Deed for Create {
    const ROW: Row = Row {
        id: "create_webhook",
        path: "/v1/webhooks",
        summary: "Have events sent to an address (设立推送地址)",
        aggregate: "webhook",
        right: "webhook.create",
        roles: "commission, integrator, admin",
        makes: Makes::Thing("/v1/webhooks"),
        decides: false,
        events: &["webhook-created"],
        example: r#"{"label":"一体化平台","url":"https://platform.example.gov.cn/fugong","types":["resumption-resumed"]}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: WebhookId = door.new_named()?;
        let Self { label: Text(label), url: Text(url), payload, types, enterprise } = self;
        if LABEL < label.chars().count() {
            return Err(Problem::unfit("/label", format!("send at most {LABEL} characters")));
        }
        door.desk.check_receiver(&url)?;
        filters::event_types("/types", &types)?;
        let enterprise = enterprise.map(|it| door::enterprise(&it.0)).transpose()?;
        let (unit, role, payload) = (door.unit(), door.by.role, payload.into());
        let subscription = Subscription { label, url, payload, types, enterprise, unit, role };
        let sealed_secret = door.webhook_secret(&id).await?;
        Ok(Ask::Webhook(id, Command::Create { subscription, sealed_secret }))
    }
}

/// Put another secret in the place of the one that signs. The receipt has it as `secret`, this once;
/// the one before still signs beside it for a while.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookRotation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotate {
    /// How many hours the one before still signs: 24 if absent, at most 168; 0 for one that
    /// somebody else may have.
    #[serde(default = "a_day")]
    #[schema(maximum = 168)]
    overlap_hours: u8,
}

fn a_day() -> u8 {
    24
}

impl Deed for Rotate {
    const ROW: Row = Row {
        id: "rotate_webhook",
        path: "/v1/webhooks/{id}/rotations",
        summary: "Exchange the secret of a webhook (更换推送密钥)",
        right: "webhook.rotate",
        makes: Makes::Event,
        decides: true,
        events: &["webhook-rotated"],
        example: r#"{"overlap_hours":24}"#,
        ..Create::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: WebhookId = door.param("id")?;
        if 168 < self.overlap_hours {
            return Err(Problem::invalid("/overlap_hours", "send at most 168, a week"));
        }
        let overlap = TimeDelta::hours(self.overlap_hours.into());
        let former_until = door.now.checked_add_signed(overlap).unwrap_or(door.now);
        let sealed_secret = door.webhook_secret(&id).await?;
        Ok(Ask::Webhook(id, Command::Rotate { sealed_secret, former_until }))
    }
}

/// Have nothing more sent to an address, from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookDisablement)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disable {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Disable {
    const ROW: Row = Row {
        id: "disable_webhook",
        path: "/v1/webhooks/{id}/disablements",
        summary: "Have nothing more sent to an address (停用推送地址)",
        right: "webhook.disable",
        makes: Makes::Event,
        decides: true,
        events: &["webhook-disabled"],
        example: r#"{"reason":"平台已停用"}"#,
        ..Create::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: WebhookId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::Webhook(id, Command::Disable { reason }))
    }
}
