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
    Authenticator, Caller, Parts,
    address::Address,
    claim,
    keys::{KeySet, Missing},
    settings::{BadSettings, Issuer},
};
use crate::problem::Problem;

/// Believes the tokens of the providers that are named.
#[derive(Debug)]
pub(super) struct Jwt(Vec<Arc<Tokens>>);

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
    pub(super) fn of(tokens: Vec<Arc<Tokens>>) -> Self {
        Self(tokens)
    }

    async fn caller(&self, token: &str) -> Result<Caller, Problem> {
        let header = header(token)?;
        // Not believed yet: it only says whose keys to try.
        let said: Value =
            insecure_decode_claims(token).map_err(|_| bad("its claims cannot be read"))?;
        let named = said.get("iss").and_then(Value::as_str);
        let issuer = self.0.iter().find(|tokens| named == Some(tokens.issuer.name.as_str()));
        let unknown = || bad("its issuer (iss) is none that this server trusts");
        issuer.ok_or_else(unknown)?.caller(token, &header).await
    }
}

/// What a token has to be, besides well signed by the issuer and of the present.
struct Purpose<'a> {
    /// Of what it says as `aud`, one of these has to be there.
    audiences: &'a [String],
    /// What its header may say as `typ`.
    kinds: &'a [&'a str],
    /// What is said of one of another kind.
    unlike: &'a str,
}

/// What an ID token has to say that was asked for just now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh<'a> {
    /// The client for which it was asked.
    pub(super) client: &'a String,
    pub(super) nonce: &'a str,
    /// When it was asked for, in seconds since 1970.
    pub(super) begun: i64,
}

impl Tokens {
    pub(super) fn of(issuer: Issuer) -> Result<Self, BadSettings> {
        Ok(Self { keys: issuer.keys()?, issuer })
    }

    /// The provider, to the letter.
    pub(super) fn issuer(&self) -> &Address {
        &self.issuer.name
    }

    /// Who has logged in just now, by the ID token that came of it.
    ///
    /// # Errors
    ///
    /// [`Problem::bad_token`] when it cannot be believed; `UNAVAILABLE` when that cannot be told.
    pub(super) async fn identified(
        &self,
        token: &str,
        fresh: Fresh<'_>,
    ) -> Result<Principal, Problem> {
        let audiences = std::slice::from_ref(fresh.client);
        // An access token says who may do what, and not that somebody has just logged in.
        let purpose = Purpose { audiences, kinds: &["jwt"], unlike: "not JWT" };
        let claims = self.believed(token, &header(token)?, &purpose).await?;
        self.check_fresh(&claims, fresh).map_err(bad)?;
        self.named(&claims).map_err(bad)
    }

    async fn caller(&self, token: &str, header: &Header) -> Result<Caller, Problem> {
        let purpose = Purpose {
            audiences: &self.issuer.audiences.0,
            kinds: &["jwt", "at+jwt", "application/at+jwt"],
            unlike: "neither JWT nor at+jwt",
        };
        let claims = self.believed(token, header, &purpose).await?;
        let principal = self.named(&claims).map_err(bad)?;
        Ok(Caller { until: self.until(&claims), ..Caller::from(principal) })
    }

    /// The claims of a token that is believed.
    async fn believed(
        &self,
        token: &str,
        header: &Header,
        purpose: &Purpose<'_>,
    ) -> Result<Value, Problem> {
        // A token for another purpose, such as logging out, is none for this.
        let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
        if kind.is_some_and(|kind| !purpose.kinds.contains(&kind.as_str())) {
            return Err(bad(format!("its type (typ) is {}", purpose.unlike)));
        }
        let key = self.key(header).await?;
        let decoded = decode::<Value>(token, &key, &self.validation(header.alg, purpose.audiences));
        Ok(decoded.map_err(|why| bad(unbelieved(why.kind())))?.claims)
    }

    /// What `OpenID` Connect (Core 1.0, 3.1.3.7) asks of an ID token beyond what holds for every
    /// token.
    fn check_fresh(&self, claims: &Value, fresh: Fresh<'_>) -> Result<(), &'static str> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("nonce") != Some(fresh.nonce) {
            return Err("it was not made for this login (nonce)");
        }
        let several = claims.get("aud").and_then(Value::as_array).is_some_and(|all| 1 < all.len());
        let is_ours = text("azp").map_or(!several, |azp| azp == fresh.client);
        if !is_ours {
            return Err("it was made for another client (azp)");
        }
        let made = claims.get("iat").and_then(Value::as_i64).ok_or("it lacks iat")?;
        let leeway = i64::try_from(self.issuer.leeway_seconds.0).unwrap_or(0);
        let earliest = fresh.begun.saturating_sub(leeway);
        let latest = Utc::now().timestamp().saturating_add(leeway);
        if (earliest..=latest).contains(&made) {
            return Ok(());
        }
        Err("it was not made just now (iat): look at the clocks")
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

    fn validation(&self, algorithm: Algorithm, audiences: &[String]) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = self.issuer.leeway_seconds.0;
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.set_issuer(&[self.issuer.name.as_str()]);
        validation.set_audience(audiences);
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

/// What a token says of itself before it is believed.
fn header(token: &str) -> Result<Header, Problem> {
    let unread = |_| bad("its header is none, or names an algorithm (alg) that nobody may use");
    decode_header(token).map_err(unread)
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
        ErrorKind::InvalidIssuer => "its issuer (iss) is another than was asked",
        ErrorKind::InvalidAudience => "it is for others (aud): ask the issuer for this audience",
        ErrorKind::MissingRequiredClaim(_) => "it lacks one of exp, iss and aud, or cannot be read",
        ErrorKind::InvalidSignature => "its signature is not by the key that it names (kid)",
        _ => "it cannot be checked",
    }
}
