//! Who asks: the ways by which somebody may show it, one after the other.

mod address;
pub(crate) mod api_keys;
mod claim;
mod dev;
mod discovery;
mod gateway;
mod jwt;
mod keys;
pub(crate) mod login;
mod settings;

use std::{fmt::Debug, net::SocketAddr, sync::Arc};

use actix_web::http::header::{self, HeaderMap};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use fugong_domain::{ApiKeyId, Digest, Principal, api_key::Grant};

pub(crate) use api_keys::ApiKeys;
pub(crate) use dev::{DevTokens, principal as dev_principal};
pub use login::Logins;
pub use settings::{BadSettings, Identity, identity};

use crate::{http::Operation, problem::Problem};

/// A way to show who asks: tokens of an identity provider, or a platform's own scheme.
///
/// A desk tries its ways in their order ([`crate::Desk::knowing`]); the first that knows what was
/// sent decides. The actor it names stands in the log for ever: make it a pseudonym, such as a
/// number of service, never a name or a telephone number.
#[async_trait]
pub trait Authenticator: Debug + Send + Sync {
    /// What it wants to be sent, for whoever is told that he is not known.
    fn wants(&self) -> &'static str;

    /// Who asks; none when what was sent is of another way.
    ///
    /// # Errors
    ///
    /// [`Problem::bad_token`] when it is of this way and cannot be believed; `UNAVAILABLE` when
    /// that cannot be told now.
    async fn authenticate(&self, parts: &Parts<'_>) -> Result<Option<Caller>, Problem>;
}

/// Who asks, and for what he was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub principal: Principal,
    /// What for; none for all that his role may.
    pub grant: Option<Grant>,
    /// Until when what he sent is believed, by the clock of this machine: whoever follows is let go
    /// then. None where that is not known.
    pub until: Option<DateTime<Utc>>,
    /// The key of the log by which he was let in, and the digest of its text.
    pub(crate) key: Option<(ApiKeyId, Digest)>,
}

impl From<Principal> for Caller {
    fn from(principal: Principal) -> Self {
        Self { principal, grant: None, until: None, key: None }
    }
}

impl Caller {
    /// That he was let in for this operation.
    ///
    /// # Errors
    ///
    /// `ROLE_NOT_ALLOWED` when he was not.
    pub(crate) fn check(&self, operation: Operation) -> Result<(), Problem> {
        let Operation { id, reads } = operation;
        match &self.grant {
            Some(grant) if !grant.covers(id, reads) => {
                Err(Problem::new("ROLE_NOT_ALLOWED", format!("this API key is not for {id}")))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// What of a request may show who asks.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// The other end of the connection, which may be a proxy; none where no network is between.
    pub peer: Option<SocketAddr>,
}

impl<'a> Parts<'a> {
    /// The bearer token, if there is exactly one `Authorization` and it is one.
    pub fn bearer(&self) -> Option<&'a str> {
        let mut sent = self.headers.get_all(header::AUTHORIZATION);
        let (Some(only), None) = (sent.next(), sent.next()) else { return None };
        let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    }
}

/// Who asks, by the first of these ways that knows what was sent.
///
/// # Errors
///
/// `UNAUTHENTICATED` when none does, or one does and does not believe it; what a way says when it
/// cannot tell.
pub(crate) async fn first(
    ways: &[Arc<dyn Authenticator>],
    parts: &Parts<'_>,
) -> Result<Caller, Problem> {
    let mut wanted = Vec::new();
    for way in ways {
        if let Some(who) = way.authenticate(parts).await? {
            return Ok(who);
        }
        wanted.push(way.wants());
    }
    if wanted.is_empty() {
        let detail = "this server was given no way to know who asks: see fugong serve --auth";
        return Err(Problem::new("UNAUTHENTICATED", detail));
    }
    let sent = parts.headers.contains_key(header::AUTHORIZATION);
    let said = if sent { "what was sent shows nobody: send" } else { "send" };
    Err(Problem::new("UNAUTHENTICATED", format!("{said} {}", wanted.join(", or "))))
}
