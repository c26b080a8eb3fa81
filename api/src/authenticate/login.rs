//! Logging in with a browser at an identity provider, for the console: the authorization code flow
//! of `OpenID` Connect (Core 1.0, 3.1) with PKCE (RFC 7636).

mod settings;

use std::sync::Arc;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{TimeDelta, Utc};
use fugong_domain::Principal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::{
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{
    discovery::{Discovery, json},
    jwt::{Fresh, Tokens},
};
use crate::{outward::Client, path::encoded, places::Places, problem::Problem};

pub(super) use settings::{Console, Offered};

/// How old a discovery document may be before it is asked for again.
const FRESH: Duration = Duration::from_mins(10);
/// How long nothing is asked after a provider did not answer.
const RETRY: Duration = Duration::from_secs(5);
/// How many codes are exchanged at once with one provider.
const AT_ONCE: usize = 16;

/// The identity providers at which people log in to the console; none by default.
#[derive(Debug, Default)]
pub struct Logins(Vec<Login>);

/// One provider, and what it knows the console as.
#[derive(Debug)]
pub(crate) struct Login {
    tokens: Arc<Tokens>,
    client: Client,
    offered: Offered,
    /// Where browsers reach the console, without a `/` at its end.
    address: String,
    held: Mutex<Option<Held>>,
    exchanges: Places,
}

/// What a provider said of itself, or that it did not answer, and until when that does.
#[derive(Debug)]
struct Held {
    said: Option<Arc<Discovery>>,
    until: Instant,
}

/// What one login is known by: drawn when it begins, kept by the browser until it comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Drawn {
    /// Comes back in the address: that it is this browser that began.
    pub(crate) state: String,
    /// Comes back in the token: that it was made for this login.
    pub(crate) nonce: String,
    /// Shown for the token: that whoever asks for it is who began.
    pub(crate) verifier: String,
    /// When it began, in seconds since 1970.
    pub(crate) begun: i64,
}

/// Why nobody is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turned {
    /// The provider does not give a token: its code of an error, where it is plain.
    Refused(String),
    /// It gave one that is not believed.
    Unbelieved(String),
    /// It does not answer, or asks for patience.
    Away,
}

impl Logins {
    pub(super) fn of(logins: Vec<Login>) -> Self {
        Self(logins)
    }

    /// All of them, in the order of the settings.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Login> {
        self.0.iter()
    }

    /// The one at this place of the order.
    pub(crate) fn at(&self, place: &str) -> Option<&Login> {
        self.0.get(place.parse::<usize>().ok()?)
    }

    /// The one at the provider of this name.
    pub(crate) fn of_issuer(&self, issuer: &str) -> Option<&Login> {
        self.all().find(|login| login.issuer() == issuer)
    }

    /// Its place in the order.
    pub(crate) fn place(&self, issuer: &str) -> Option<usize> {
        self.all().position(|login| login.issuer() == issuer)
    }
}

impl Login {
    pub(super) fn of(tokens: Arc<Tokens>, client: Client, console: &Console, how: Offered) -> Self {
        Self {
            tokens,
            client,
            offered: how,
            address: console.address(),
            held: Mutex::new(None),
            exchanges: Places::new(AT_ONCE),
        }
    }

    /// The provider, to the letter.
    pub(crate) fn issuer(&self) -> &str {
        self.tokens.issuer().as_str()
    }

    /// What people call it, where there are several.
    pub(crate) fn name(&self) -> &str {
        self.offered.name.as_deref().unwrap_or_default()
    }

    /// Where browsers reach a page of the console, by its path.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Until when somebody who logs in now is logged in, in seconds since 1970.
    pub(crate) fn until(&self) -> i64 {
        let lasts = TimeDelta::try_minutes(self.offered.session_minutes.0).unwrap_or_default();
        Utc::now().timestamp().saturating_add(lasts.num_seconds())
    }

    /// The address at the provider at which this login goes on.
    ///
    /// # Errors
    ///
    /// That the provider does not answer.
    pub(crate) async fn begin(&self, drawn: &Drawn) -> Result<String, Turned> {
        let at = self.usable(self.discovered().await?.authorization())?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(drawn.verifier.as_bytes()));
        let (callback, scope) = (self.callback(), self.offered.scopes.0.join(" "));
        let fields = [
            ("response_type", "code"),
            ("client_id", self.offered.client.as_str()),
            ("redirect_uri", callback.as_str()),
            ("scope", scope.as_str()),
            ("state", drawn.state.as_str()),
            ("nonce", drawn.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        Ok(with(at.as_str(), &fields))
    }

    /// Who has logged in, by the code with which the provider sent him back.
    ///
    /// # Errors
    ///
    /// Why that cannot be told.
    pub(crate) async fn finish(&self, code: &str, drawn: &Drawn) -> Result<Principal, Turned> {
        let _place = self.exchanges.take().map_err(|_| Turned::Away)?;
        let token = self.exchanged(code, drawn).await?;
        let (client, nonce, begun) = (&self.offered.client, drawn.nonce.as_str(), drawn.begun);
        let known = self.tokens.identified(&token, Fresh { client, nonce, begun }).await;
        known.map_err(|problem| {
            tracing::warn!(issuer = self.issuer(), why = problem.detail, "nobody is logged in");
            match problem {
                Problem { code: "UNAUTHENTICATED", detail, .. } => Turned::Unbelieved(detail),
                _ => Turned::Away,
            }
        })
    }

    /// Where somebody logs out of the provider itself, if it has such a place; then he comes back
    /// to the login.
    pub(crate) async fn end(&self) -> Option<String> {
        let at = self.discovered().await.ok()?.end_session()?;
        let back = self.page("/console/login");
        let client = self.offered.client.as_str();
        let fields = [("client_id", client), ("post_logout_redirect_uri", back.as_str())];
        Some(with(at.as_str(), &fields))
    }

    /// Where the provider sends back to: to the letter what it knows of the client.
    fn callback(&self) -> String {
        self.page("/console/login/callback")
    }

    /// The ID token for a code (RFC 6749, 4.1.3).
    async fn exchanged(&self, code: &str, drawn: &Drawn) -> Result<String, Turned> {
        let said = self.discovered().await?;
        let at = self.usable(said.token())?;
        let (at, callback, client) = (at.as_str(), self.callback(), self.offered.client.as_str());
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", callback.as_str()),
            ("code_verifier", drawn.verifier.as_str()),
        ];
        let mut shown = None;
        match self.offered.secret.as_ref().map(settings::Secret::text) {
            Some(secret) if said.takes_secret_in_form() => {
                fields.extend([("client_id", client), ("client_secret", secret)]);
            }
            Some(secret) => {
                let pair = format!("{}:{}", encoded(client), encoded(secret));
                shown = Some(format!("Basic {}", STANDARD.encode(pair)));
            }
            None => fields.push(("client_id", client)),
        }
        let answered = self.client.fill_in(at, form(&fields), shown.as_deref()).await;
        let (status, body) = answered.map_err(|why| self.away(&why))?;
        let said: Value = json(at, &body).unwrap_or_default();
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        match (status, text("id_token")) {
            (200, Some(token)) => Ok(token.to_owned()),
            (400..=499, _) if status != 429 => {
                let why = plain(text("error").unwrap_or_default());
                tracing::warn!(issuer = self.issuer(), status, why, "it gives no token for a code");
                Err(Turned::Refused(why.to_owned()))
            }
            (200, None) => Err(Turned::Unbelieved("the provider sent no id_token".to_owned())),
            (_, _) => Err(self.away(&format!("{at}: it answered {status}"))),
        }
    }

    /// What the provider says of itself, asked for again now and then.
    async fn discovered(&self) -> Result<Arc<Discovery>, Turned> {
        let mut held = self.held.lock().await;
        let said = match held.take() {
            Some(Held { said, until }) if Instant::now() < until => {
                *held = Some(Held { said: said.clone(), until });
                said
            }
            before => {
                let asked = Discovery::of(self.tokens.issuer(), &self.client).await;
                let (said, holds) = match asked {
                    Ok(said) => (Some(Arc::new(said)), FRESH),
                    Err(why) => {
                        // What it said before may still do.
                        drop(self.away(&why));
                        (before.and_then(|held| held.said), RETRY)
                    }
                };
                let now = Instant::now();
                let until = now.checked_add(holds).unwrap_or(now);
                *held = Some(Held { said: said.clone(), until });
                said
            }
        };
        said.ok_or(Turned::Away)
    }

    fn usable<T>(&self, found: Result<T, String>) -> Result<T, Turned> {
        found.map_err(|why| self.away(&why))
    }

    fn away(&self, why: &str) -> Turned {
        tracing::warn!(issuer = self.issuer(), why, "nobody can log in there");
        Turned::Away
    }
}

/// An address with these fields in its query.
fn with(address: &str, fields: &[(&str, &str)]) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{}", form(fields))
}

fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    fields.collect::<Vec<_>>().join("&")
}

/// A code of an error as RFC 6749 writes them; nothing of what somebody else may have put there.
pub(crate) fn plain(code: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if code.len() <= 40 && code.bytes().all(is_plain) { code } else { "" }
}

#[cfg(test)]
mod tests {
    use super::{plain, with};

    #[test]
    fn an_address_keeps_the_query_that_it_has() {
        let fields = [("scope", "openid a"), ("state", "1&2")];
        let asked = "scope=openid%20a&state=1%262";
        assert_eq!(with("https://id/a", &fields), format!("https://id/a?{asked}"));
        assert_eq!(with("https://id/a?p=1", &fields), format!("https://id/a?p=1&{asked}"));
    }

    #[test]
    fn of_an_error_a_plain_code_is_told_and_nothing_else() {
        for (said, told) in [
            ("access_denied", "access_denied"),
            ("<b>", ""),
            ("Call 13800000000", ""),
            ("拨打电话", ""),
            (&"a".repeat(41), ""),
        ] {
            assert_eq!(plain(said), told, "{said}");
        }
    }
}
