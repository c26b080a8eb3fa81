//! What is sent: its id, its text, its signature (Standard Webhooks 1.0).

use std::{fmt, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use fugong_core::{LogId, Position, Recorded};
use fugong_domain::{EnterpriseId, webhook::Payload};
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    desk::Desk,
    event::{self, source},
};

/// A secret that sender and receiver share.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(Vec<u8>);

impl Secret {
    /// The secret in a file: `whsec_` and 24 to 64 bytes as Base64.
    ///
    /// # Errors
    ///
    /// In words, which never say what is in the file.
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let place = file.display();
        let text = std::fs::read_to_string(file).map_err(|why| format!("{place}: {why}"))?;
        Self::parse(&text).ok_or_else(|| {
            format!("{place} holds no secret: whsec_ and 24 to 64 bytes as Base64 are wanted")
        })
    }

    /// The secret that a text is, if it is one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    fn mac(&self, text: &str) -> Vec<u8> {
        // Any length will do for a key.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return Vec::new() };
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// A part of one, from 0 on, that nobody foresees who has not got the secret.
    pub(super) fn chance(&self, text: &str) -> f64 {
        let drawn = self
            .mac(text)
            .into_iter()
            .take(4)
            .fold(0, |sum: u32, byte| sum.wrapping_shl(8) | u32::from(byte));
        f64::from(drawn) / (f64::from(u32::MAX) + 1.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The id of a message: the same however often it is sent.
pub(super) fn id(log: LogId, webhook: &str, position: Position) -> String {
    format!("msg_{log}-{webhook}-{position}")
}

/// The id of a test, which has a name of its own.
pub(super) fn test_id(log: LogId, webhook: &str, name: &str) -> String {
    format!("msg_{log}-{webhook}-test-{name}")
}

/// The text of a test.
pub(super) fn test(at: DateTime<Utc>) -> String {
    json!({"type": "webhook-test", "timestamp": at, "data": {}}).to_string()
}

/// Its signature, by each of the secrets.
pub(super) fn signature(secrets: &[Secret], id: &str, timestamp: u64, body: &str) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let one = |secret: &Secret| format!("v1,{}", STANDARD.encode(secret.mac(&signed)));
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Its text. Words about persons are in none: whoever is to read them follows the link, as himself.
pub(super) fn body(
    desk: &Desk,
    event: &Recorded,
    payload: Payload,
    about: Option<&EnterpriseId>,
) -> String {
    let data: Value = match payload {
        Payload::Full => event::cloud(desk, event, false),
        Payload::Thin => json!({
            "id": event.event_id,
            "position": event.position.to_string(),
            "enterprise": about.map(ToString::to_string),
            "link": format!("{}/events/{}", source(desk), event.event_id),
        }),
    };
    let body = json!({"type": event.event_type, "timestamp": event.recorded_at, "data": data});
    body.to_string()
}
