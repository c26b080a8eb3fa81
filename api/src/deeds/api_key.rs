//! Acts of API keys (接口密钥): issued, exchanged, withdrawn.

use chrono::TimeDelta;
use fugong_domain::{
    ApiKeyId, Ask,
    api_key::{Command, Grant},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    deed::{Deed, Makes, Row},
    door::Door,
    http,
    members::{Day, RoleCode, Text, Unit},
    problem::Problem,
};

/// The most characters of a label.
const LABEL: usize = 100;

/// Issue a key for a program. The receipt has its text as `secret`, this once: keep it where the
/// program finds it. It acts under the name `key-{id}`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ApiKeyIssue)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    /// What has it, in at most 100 characters. It is kept in clear for ever: a program, no person.
    label: Text,
    /// The unit for which it acts.
    unit: Unit,
    /// In which role: one that the unit has, and not admin.
    role: RoleCode,
    /// Whether it only reads.
    #[serde(default)]
    read_only: bool,
    /// The operations that it is for, by their ids in this document; all if none is named.
    #[serde(default)]
    operations: Vec<String>,
    /// Its last day: today to 366 days ahead.
    expires_on: Day,
}

impl Deed for Issue {
    const ROW: Row = Row {
        id: "issue_api_key",
        path: "/v1/api-keys",
        summary: "Issue a key for a program (发放接口密钥)",
        aggregate: "api-key",
        right: "api-key.issue",
        roles: "admin",
        makes: Makes::Thing("/v1/api-keys"),
        decides: false,
        events: &["api-key-issued"],
        example: r#"{"label":"一体化平台","unit":"eic","role":"integrator","read_only":true,"expires_on":"2020-12-31"}"#,
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: ApiKeyId = door.new_named()?;
        let label = self.label.0;
        if LABEL < label.chars().count() {
            return Err(Problem::unfit("/label", format!("send at most {LABEL} characters")));
        }
        for (n, operation) in self.operations.iter().enumerate() {
            if !http::operations().contains(operation.as_str()) {
                let problem = format!("{operation:?} is no operationId of /openapi.json");
                return Err(Problem::unfit(format!("/operations/{n}"), problem));
            }
        }
        let Self { unit, role, read_only, operations, expires_on, .. } = self;
        let (unit, role, expires_on) = (unit.0, role.0, expires_on.0);
        let grant = Grant { label, unit, role, read_only, operations };
        let sha256 = door.secret(&id)?;
        Ok(Ask::ApiKey(id, Command::Issue { grant, sha256, expires_on }))
    }
}

/// Put another text in the place of the one that a key has. The receipt has it as `secret`, this
/// once; the one before still lets in for a while.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ApiKeyRotation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotate {
    /// Its last day: today to 366 days ahead.
    expires_on: Day,
    /// How many hours the one before still lets in: 24 if absent, at most 168; 0 for one that
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
        id: "rotate_api_key",
        path: "/v1/api-keys/{id}/rotations",
        summary: "Exchange the text of a key (更换接口密钥)",
        right: "api-key.rotate",
        makes: Makes::Event,
        decides: true,
        events: &["api-key-rotated"],
        example: r#"{"expires_on":"2020-12-31","overlap_hours":24}"#,
        ..Issue::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: ApiKeyId = door.param("id")?;
        if 168 < self.overlap_hours {
            return Err(Problem::invalid("/overlap_hours", "send at most 168, a week"));
        }
        let overlap = TimeDelta::hours(self.overlap_hours.into());
        let former_until = door.now.checked_add_signed(overlap).unwrap_or(door.now);
        let sha256 = door.secret(&id)?;
        let expires_on = self.expires_on.0;
        Ok(Ask::ApiKey(id, Command::Rotate { sha256, expires_on, former_until }))
    }
}

/// Let nobody in by a key any more, at once.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ApiKeyWithdrawal)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw {
    /// Why; it is sealed.
    reason: Text,
}

impl Deed for Withdraw {
    const ROW: Row = Row {
        id: "withdraw_api_key",
        path: "/v1/api-keys/{id}/withdrawals",
        summary: "Let nobody in by a key any more (停用接口密钥)",
        right: "api-key.withdraw",
        makes: Makes::Event,
        decides: true,
        events: &["api-key-withdrawn"],
        example: r#"{"reason":"平台已停用"}"#,
        ..Issue::ROW
    };

    async fn ask(self, door: &Door<'_>) -> Result<Ask, Problem> {
        let id: ApiKeyId = door.param("id")?;
        let reason = door.words(&id, &self.reason).await?;
        Ok(Ask::ApiKey(id, Command::Withdraw { reason }))
    }
}
