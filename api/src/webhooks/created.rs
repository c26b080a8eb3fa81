//! Webhooks that acts created, as the log has them.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fugong_core::{Position, Unsealed};
use fugong_domain::{
    Principal, WebhookId,
    webhook::{SealedSecret, Webhook as Created},
};
use serde_json::{Value, json};

use super::{Webhook, message::Secret};
use crate::{
    desk::{Desk, trouble},
    problem::Problem,
    record::typed,
};

/// The text of a secret.
pub(crate) fn secret_text(bytes: [u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// Whom it sends to now, with the secrets that sign now; none if it was disabled.
///
/// # Errors
///
/// `UNAVAILABLE` when the log cannot be read, or a secret not be opened.
pub(super) async fn in_use(desk: &Desk, id: &WebhookId) -> Result<Option<Arc<Webhook>>, Problem> {
    let now = desk.log().now();
    let look = |webhook: &Created, _| match webhook {
        Created::InUse(receiver) => {
            let secrets: Vec<_> = receiver.secrets(now).cloned().collect();
            Some((receiver.subscription.clone(), secrets))
        }
        Created::NotCreated | Created::Disabled(_) => None,
    };
    let found = desk.log().read::<Created, _>(id.as_str(), look).await.map_err(trouble)?;
    let Some((told, secrets)) = found else { return Ok(None) };
    let secrets = secrets.iter().map(|secret| opened(desk, id, secret));
    Ok(Some(Arc::new(Webhook {
        id: id.to_string(),
        url: told.url,
        by: Principal { actor: format!("webhook-{id}"), unit: told.unit, role: told.role },
        types: told.types,
        enterprise: told.enterprise.map(|enterprise| enterprise.to_string()),
        payload: told.payload,
        secrets: secrets.collect::<Result<_, _>>()?,
        after: None,
    })))
}

/// Here alone a secret is opened.
fn opened(desk: &Desk, id: &WebhookId, secret: &SealedSecret) -> Result<Secret, Problem> {
    let opened = secret.sealed(id).map(|sealed| desk.log().open(&sealed));
    let text = match opened {
        Some(Ok(Unsealed::Value(text))) => Secret::parse(&text),
        Some(Ok(Unsealed::Erased | Unsealed::Restricted) | Err(_)) | None => None,
    };
    let closed = || format!("the secret of webhook {id} cannot be opened: its key is missing");
    text.ok_or_else(|| Problem::unavailable(closed()))
}

/// A webhook as answers show it, as it stands or stood, with its version; none if it was not
/// created. How far it came is left at where it began.
///
/// # Errors
///
/// `UNAVAILABLE` when the log cannot be read.
pub(crate) async fn line(
    desk: &Desk,
    id: &WebhookId,
    at: Option<Position>,
) -> Result<Option<(Value, u64)>, Problem> {
    let (webhook, version) = typed::<Created>(desk, id.as_str(), at).await?;
    let Some(receiver) = webhook.receiver() else { return Ok(None) };
    let told = &receiver.subscription;
    let history = desk.log().history("webhook", id.as_str()).await.map_err(trouble)?;
    let began = history.first().map_or(Position::START, |event| event.position);
    let line = json!({
        "id": id,
        "label": told.label,
        "url": told.url,
        "payload": told.payload,
        "types": told.types,
        "enterprise": told.enterprise,
        "unit": told.unit,
        "role": told.role,
        "state": webhook.state(),
        "version": version,
        "delivered_to": began.to_string(),
        "failing": null,
        "disabled_at": null,
        "dead_letters": 0,
    });
    Ok(Some((line, version)))
}
