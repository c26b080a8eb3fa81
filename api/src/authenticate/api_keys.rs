//! API keys: texts that let programs in, as the log has them.
//!
//! A text is `fgk_` and, as base64url, the id of its key, 32 random bytes, and four bytes by which a
//! slip is told from a key, and a scanner of repositories finds one.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate as Date;
use fugong_core::shanghai_day;
use fugong_domain::{
    ApiKeyId, Digest, Principal,
    api_key::{ApiKey, Grant},
};
use fugong_engine::Log;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Authenticator, Caller, Parts};
use crate::{desk::trouble, problem::Problem};

const PREFIX: &str = "fgk_";
/// The bytes of an id.
const ID: usize = 16;
/// The bytes of an id and of what is secret.
const BODY: usize = ID + 32;

/// Believes the keys of a log.
#[derive(Debug)]
pub(crate) struct ApiKeys {
    log: Log,
    /// The day on which each was used last, since the process began.
    used: Mutex<BTreeMap<ApiKeyId, Date>>,
}

#[async_trait]
impl Authenticator for ApiKeys {
    fn wants(&self) -> &'static str {
        "Bearer fgk_…, an API key"
    }

    async fn authenticate(&self, parts: &Parts<'_>) -> Result<Option<Caller>, Problem> {
        match parts.bearer().filter(|token| token.starts_with(PREFIX)) {
            Some(text) => self.caller(text).await.map(Some),
            None => Ok(None),
        }
    }
}

impl ApiKeys {
    pub(crate) fn of(log: Log) -> Self {
        Self { log, used: Mutex::default() }
    }

    async fn caller(&self, text: &str) -> Result<Caller, Problem> {
        let slip = || Problem::bad_token("the API key is not written as it was told");
        let id = id(text).ok_or_else(slip)?;
        let (sha256, now) = (digest(text)?, self.log.now());
        let grant = self.opened(&id, &sha256).await?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.insert(id.clone(), shanghai_day(now));
        let (actor, unit, role) = (format!("key-{id}"), grant.unit.clone(), grant.role);
        let principal = Principal { actor, unit, role };
        Ok(Caller { grant: Some(grant), key: Some((id, sha256)), ..Caller::from(principal) })
    }

    /// What a text with this digest lets its key do now.
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` when it lets it do nothing, or no longer.
    pub(crate) async fn opened(&self, id: &ApiKeyId, sha256: &Digest) -> Result<Grant, Problem> {
        let now = self.log.now();
        let opens = |key: &ApiKey, _| key.opens(sha256, now).cloned();
        let grant = self.log.read::<ApiKey, _>(id.as_str(), opens).await.map_err(trouble)?;
        let closed = || Problem::bad_token("the API key is none of this district's, or no longer");
        grant.ok_or_else(closed)
    }

    /// The day on which a key was used last, since the process began.
    pub(crate) fn used(&self, id: &ApiKeyId) -> Option<Date> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }
}

/// The text of a key.
pub(crate) fn written(id: &ApiKeyId, secret: [u8; 32]) -> Option<String> {
    let id = Uuid::parse_str(id.as_str()).ok()?;
    let mut bytes = [id.as_bytes().as_slice(), &secret].concat();
    bytes.extend(check(&bytes));
    Some(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The key that a text is of, if it is one.
fn id(text: &str) -> Option<ApiKeyId> {
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
    let (body, end) = bytes.split_at_checked(BODY)?;
    let id = Uuid::from_slice(body.get(..ID)?).ok()?;
    (end == check(body)).then(|| id.to_string().parse().ok())?
}

fn check(body: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(body));
    [a, b, c, d]
}

/// What is kept of a text.
pub(crate) fn digest(text: &str) -> Result<Digest, Problem> {
    let bytes = Sha256::digest(text.as_bytes());
    format!("{bytes:x}").parse().map_err(Problem::unavailable)
}

#[cfg(test)]
mod tests {
    use super::{id, written};

    #[test]
    fn a_text_names_its_key_and_a_slip_none() {
        let key = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let text = written(&key, [7; 32]).unwrap();
        assert_eq!((text.len(), id(&text)), (74, Some(key)));
        for slip in [
            text.replace('c', "d"),
            text.to_lowercase(),
            format!("{text}A"),
            text.chars().take(73).collect(),
            text.replace("fgk_", "fgx_"),
            "fgk_".to_owned(),
        ] {
            assert_eq!(id(&slip), None, "{slip}");
        }
    }
}
