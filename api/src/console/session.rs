//! Sessions: what a browser carries of whoever has logged in.
//!
//! A cookie holds what was shown at the login, such as an API key, sealed under a key of the server
//! ([`SessionKey`]). It says nothing of rights: each request shows it again, and is let in or not by
//! whoever would let it in over the API. So a key that is revoked ends its session. Of somebody
//! who logged in at an identity provider it holds who he is, as a token would until it expires.

use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::{
    HttpRequest,
    http::{header, uri::Authority},
};
use fugong_domain::Principal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::session_key::{SessionKey, drawn};
use crate::problem::Problem;

/// How long one is logged in: a working day.
const LASTS: u64 = 8 * 60 * 60;
/// How long a form of the login may be left open.
const OPEN: u64 = 60 * 60;

/// What a cookie holds.
pub(super) trait Kept: Serialize + DeserializeOwned {
    /// From where a browser sends it: `SameSite`.
    const SITE: &'static str;

    /// Until when it holds, in seconds since 1970.
    fn until(&self) -> u64;
}

/// Somebody's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    /// What shows who it is; none before the login.
    pub(super) shows: Option<Shown>,
    /// What each form has to send back: no other site knows it.
    pub(super) form: String,
    /// Until when it holds, in seconds since 1970.
    until: u64,
}

/// What shows who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Shown {
    /// A key or a token, as an `Authorization` says it.
    Credential(String),
    /// He logged in at the provider of this name, which says that he is this.
    Person { issuer: String, principal: Principal },
}

impl Kept for Session {
    const SITE: &'static str = "Strict";

    fn until(&self) -> u64 {
        self.until
    }
}

impl Session {
    /// One for somebody who has not logged in yet.
    pub(super) fn before_login() -> Self {
        Self { shows: None, form: drawn(), until: now().saturating_add(OPEN) }
    }

    /// One for whoever shows this, until `until` at the latest.
    pub(super) fn of(shows: Shown, until: Option<i64>) -> Self {
        let until = until.map(|until| u64::try_from(until).unwrap_or(0));
        let end = match shows {
            Shown::Credential(_) => now().saturating_add(LASTS),
            // The settings say it.
            Shown::Person { .. } => u64::MAX,
        };
        Self { shows: Some(shows), form: drawn(), until: until.map_or(end, |until| until.min(end)) }
    }

    /// The provider at which he logged in, if he did at one.
    pub(super) fn issuer(&self) -> Option<&str> {
        match self.shows.as_ref()? {
            Shown::Credential(_) => None,
            Shown::Person { issuer, .. } => Some(issuer),
        }
    }
}

/// How a browser reaches us: what the cookies are called, and whether only TLS carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Jar {
    secure: bool,
}

impl Jar {
    /// Over a network, only TLS carries a session; on this machine nothing is in between.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let host = host(request).unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, port)| {
            if port.bytes().all(|c| c.is_ascii_digit()) { name } else { host }
        });
        let here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        let peer = request.peer_addr().is_none_or(|peer| peer.ip().is_loopback());
        let forwarded = ["forwarded", "x-forwarded-proto", "x-forwarded-for"];
        let between = forwarded.iter().any(|name| request.headers().contains_key(*name));
        Self { secure: !here || !peer || between }
    }

    /// Whether only TLS carries a session.
    pub(super) fn is_secure(self) -> bool {
        self.secure
    }

    /// The name of the cookie of whoever has logged in.
    pub(super) fn inside(self) -> &'static str {
        if self.secure { "__Host-fugong" } else { "fugong" }
    }

    /// The name of the cookie of whoever logs in: another, so that nobody is logged out by a page of
    /// the login.
    pub(super) fn outside(self) -> &'static str {
        if self.secure { "__Host-fugong-login" } else { "fugong-login" }
    }

    /// The name of the cookie of a login that goes on at an identity provider.
    pub(super) fn away(self) -> &'static str {
        if self.secure { "__Host-fugong-away" } else { "fugong-away" }
    }

    /// What a request carries under a name, if it still holds.
    pub(super) fn kept<T: Kept>(key: &SessionKey, request: &HttpRequest, name: &str) -> Option<T> {
        let sent = request.headers().get_all(header::COOKIE).filter_map(|it| it.to_str().ok());
        let mut cookies = sent.flat_map(|text| text.split(';')).map(str::trim);
        let text = cookies.find_map(|it| it.strip_prefix(name)?.strip_prefix('='))?;
        key.open(name, text).filter(|kept: &T| now() < kept.until())
    }

    /// The session that a request carries under a name.
    pub(super) fn session(key: &SessionKey, request: &HttpRequest, name: &str) -> Option<Session> {
        Self::kept(key, request, name)
    }

    /// The header that sets a cookie of this name.
    ///
    /// # Errors
    ///
    /// As [`SessionKey::close`].
    pub(super) fn set<T: Kept>(
        self,
        key: &SessionKey,
        name: &str,
        kept: &T,
    ) -> Result<String, Problem> {
        let left = kept.until().saturating_sub(now());
        Ok(self.written(name, &key.close(name, kept)?, left, T::SITE))
    }

    /// The header that takes it away.
    pub(super) fn clear(self, name: &str) -> String {
        self.written(name, "", 0, "Strict")
    }

    fn written(self, name: &str, text: &str, seconds: u64, site: &str) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={site}{secure}")
    }
}

/// The host and port that a browser asked.
pub(super) fn host(request: &HttpRequest) -> Option<&str> {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    named.or_else(|| request.uri().authority().map(Authority::as_str))
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::{Jar, Kept as _, LASTS, OPEN, Session, SessionKey, Shown, now};

    fn until(end: Option<i64>) -> u64 {
        Session::of(Shown::Credential("Bearer x".to_owned()), end).until()
    }

    #[test]
    fn a_session_ends() {
        let key = SessionKey::drawn();
        let carried = |session: &Session| {
            let text = key.close("fugong", session).unwrap();
            let request = TestRequest::get().insert_header(("Cookie", format!("fugong={text}")));
            Jar::session(&key, &request.to_http_request(), "fugong")
        };
        let open = Session::before_login();
        assert_eq!(carried(&open), Some(open));
        assert_eq!(carried(&Session { until: now(), ..Session::before_login() }), None);
        // No longer than what was shown is believed.
        let ends = i64::try_from(now()).unwrap() + 60;
        assert!(until(Some(ends)) <= now() + 60);
        assert_eq!(until(Some(-1)), 0);
        assert!(until(None) <= now() + LASTS && until(Some(i64::MAX)) <= now() + LASTS);
        assert!(Session::before_login().until() <= now() + OPEN);
    }
}
