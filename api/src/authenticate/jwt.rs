//! Tokens of identity providers: JWT, signed by a key that the provider publishes.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use fugong_domain::{Principal, codes::Role};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, dangerous::insecure_decode_claims, decode,
    decode_header, errors::ErrorKind,
};
use serde_json::Value;

use super::{
    Authenticator, Caller, Parts, claim,
    keys::{KeySet, Missing},
    settings::{BadSettings, Issuer},
};
use crate::problem::Problem;

/// Believes the tokens of the providers that are named.
#[derive(Debug)]
pub(super) struct Jwt(Vec<Tokens>);

/// The tokens of one provider.
#[derive(Debug)]
pub(super) struct Tokens {
    issuer: Issuer,
    keys: Arc<KeySet>,
}

#[async_trait]
impl Authenticator for Jwt {
    fn wants(&self) -> &'static str {
        "Bearer <token>, a JWT of an issuer that this server trusts"
    }

    async fn authenticate(&self, parts: &Parts<'_>) -> Result<Option<Caller>, Problem> {
        match parts.bearer().filter(|token| token.split('.').count() == 3) {
            Some(token) => self.caller(token).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Jwt {
    pub(super) fn of(tokens: Vec<Tokens>) -> Self {
        Self(tokens)
    }

    async fn caller(&self, token: &str) -> Result<Caller, Problem> {
        let unread = || bad("its header is none, or names an algorithm (alg) that nobody may use");
        let header = decode_header(token).map_err(|_| unread())?;
        // Not believed yet: it only says whose keys to try.
        let said: Value =
            insecure_decode_claims(token).map_err(|_| bad("its claims cannot be read"))?;
        let named = said.get("iss").and_then(Value::as_str);
        let issuer = self.0.iter().find(|tokens| named == Some(tokens.issuer.name.as_str()));
        let unknown = || bad("its issuer (iss) is none that this server trusts");
        issuer.ok_or_else(unknown)?.caller(token, &header).await
    }
}

impl Tokens {
    pub(super) fn of(issuer: Issuer) -> Result<Self, BadSettings> {
        Ok(Self { keys: issuer.keys()?, issuer })
    }

    async fn caller(&self, token: &str, header: &Header) -> Result<Caller, Problem> {
        let key = self.key(header).await?;
        let decoded = decode::<Value>(token, &key, &self.validation(header.alg));
        let claims = decoded.map_err(|why| bad(unbelieved(why.kind())))?.claims;
        let principal = self.named(&claims).map_err(bad)?;
        Ok(Caller { until: self.until(&claims), ..Caller::from(principal) })
    }

    /// Until when the token is believed: it expires, and clocks may be apart.
    fn until(&self, claims: &Value) -> Option<DateTime<Utc>> {
        let expires = DateTime::from_timestamp(claims.get("exp")?.as_i64()?, 0)?;
        let leeway = i64::try_from(self.issuer.leeway_seconds.0).ok()?;
        expires.checked_add_signed(TimeDelta::try_seconds(leeway)?)
    }

    /// The key that the token names, if it is one that may be used so.
    async fn key(&self, header: &Header) -> Result<DecodingKey, Problem> {
        if !self.issuer.algorithms.0.contains(&header.alg) {
            return Err(bad("its algorithm (alg) is none that this issuer may use"));
        }
        // A token for another purpose, such as logging out, is none for this.
        let kinds = ["jwt", "at+jwt", "application/at+jwt"];
        let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
        if kind.is_some_and(|kind| !kinds.contains(&kind.as_str())) {
            return Err(bad("its type (typ) is neither JWT nor at+jwt"));
        }
        if header.crit.is_some() {
            return Err(bad("it demands to be understood in a way (crit) that is unknown here"));
        }
        let unnamed = || bad("its header names no key (kid)");
        let id = header.kid.as_deref().ok_or_else(unnamed)?;
        self.keys.key(id, header.alg).await.map_err(|missing| match missing {
            Missing::Unknown => bad("its key (kid) is none of its issuer's for this algorithm"),
            Missing::Unanswered => {
                Problem::unavailable("the keys of the token's issuer cannot be had at the moment")
            }
        })
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = self.issuer.leeway_seconds.0;
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.set_issuer(&[self.issuer.name.as_str()]);
        validation.set_audience(&self.issuer.audiences.0);
        validation
    }

    /// Whom the claims name.
    fn named(&self, claims: &Value) -> Result<Principal, String> {
        let Issuer { actor, unit, role, .. } = &self.issuer;
        let name = actor.read(claims, |text| Some(text.to_owned()))?;
        let unnamed = || "what it calls the actor is not 1 to 64 letters, digits, '-', '_', '.'";
        let actor = claim::actor(&format!("{}{name}", self.issuer.prefix())).ok_or_else(unnamed)?;
        let unit = unit.read(claims, |text| text.parse().ok())?;
        let role = role.read(claims, Role::from_code)?;
        let who = Principal { actor, unit, role };
        if who.is_consistent() {
            return Ok(who);
        }
        Err(format!("it names a unit in which nobody has the role {role}"))
    }
}

/// A token that is not believed.
fn bad(why: impl std::fmt::Display) -> Problem {
    Problem::bad_token(format!("the token is not accepted: {why}"))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the list is another crate's, and grows")]
/// Why a token is not believed whose key is known.
fn unbelieved(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "it has expired (exp): get another",
        ErrorKind::ImmatureSignature => "it does not hold yet (nbf): look at the clocks",
        ErrorKind::InvalidAudience => "it is for others (aud): ask the issuer for this audience",
        ErrorKind::MissingRequiredClaim(_) => "it lacks one of exp, iss and aud, or cannot be read",
        ErrorKind::InvalidSignature => "its signature is not by the key that it names (kid)",
        _ => "it cannot be checked",
    }
}
