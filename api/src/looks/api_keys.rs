//! API keys, for those who look after them: never their texts.

use fugong_core::Position;
use fugong_domain::{ApiKeyId, Kind, api_key::ApiKey, rights::Action};
use serde_json::{Value, json};

use super::{kinds, things::thing};
use crate::{
    desk::Desk,
    look::{Asked, Found, Look, Page},
    problem::Problem,
    record::typed,
    sight,
};

pub(super) const LOOKS: &[Look] = &[
    Look {
        run: list,
        query: &[],
        roles: ROLES,
        ..thing("list_api_keys", "/v1/api-keys", "The keys that were issued", "ApiKeyList")
    },
    Look {
        run: one,
        roles: ROLES,
        ..thing(
            "read_api_key",
            "/v1/api-keys/{id}",
            "What a key is for, and until when",
            "ApiKeyLine",
        )
    },
];

const ROLES: &str = "admin, auditor";

fn list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::SeeApiKeys)?;
        let head = desk.log().head();
        let ids = kinds::ids(desk, Kind::ApiKey, head).await?;
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            items.extend(line(desk, &id, None).await?.map(|(line, _)| line));
        }
        Ok(Page::json(head, json!({"items": items, "position": head.to_string()})))
    })
}

fn one<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::SeeApiKeys)?;
        asked.reached(desk).await?;
        let (id, at) = (asked.param("id"), asked.stand(desk).await?.at);
        let absent = || Problem::absent(format!("API key {id}"));
        let (line, version) = line(desk, id, at).await?.ok_or_else(absent)?;
        Ok(Page::json(at.unwrap_or_else(|| desk.log().head()), line).version(version))
    })
}

/// A key as it stands or stood, with its version; none if it was not issued.
async fn line(
    desk: &Desk,
    id: &str,
    at: Option<Position>,
) -> Result<Option<(Value, u64)>, Problem> {
    let Ok(id) = id.parse::<ApiKeyId>() else { return Ok(None) };
    let (key, version) = typed::<ApiKey>(desk, id.as_str(), at).await?;
    if version == 0 {
        return Ok(None);
    }
    let state = serde_json::to_value(&key).map_err(Problem::unavailable)?;
    let line = json!({
        "id": id, "version": version, "state": state, "last_used_on": desk.keys().used(&id),
    });
    Ok(Some((line, version)))
}
