//! Sessions: what a browser carries of whoever has logged in.
//!
//! A cookie holds what was shown at the login, such as an API key, sealed under a key that this
//! process drew when it began. It says nothing of rights: each request shows it again, and is let in
//! or not by whoever would let it in over the API. So a key that is revoked ends its session.

use std::{
    fmt::Debug,
    time::{SystemTime, UNIX_EPOCH},
};

use actix_web::{
    HttpRequest,
    http::{header, uri::Authority},
};
use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, AeadCore as _, OsRng, Payload, rand_core::RngCore as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{look::hex, problem::Problem};

/// How long one is logged in: a working day.
const LASTS: u64 = 8 * 60 * 60;
/// How long a form of the login may be left open.
const OPEN: u64 = 60 * 60;
/// The bytes of a nonce.
const NONCE: usize = 12;
/// Browsers keep no longer cookie than 4096 bytes, with its name and what is said of it.
const LONGEST: usize = 3_800;

/// The key under which cookies are sealed.
pub(crate) struct Seal(Aes256Gcm);

impl Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

/// What a cookie holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    /// What shows who it is, as an `Authorization` says it; none before the login.
    pub(super) shows: Option<String>,
    /// What each form has to send back: no other site knows it.
    pub(super) form: String,
    /// Until when it holds, in seconds since 1970.
    until: u64,
}

impl Session {
    /// One for somebody who has not logged in yet.
    pub(super) fn before_login() -> Self {
        Self { shows: None, form: drawn(), until: now().saturating_add(OPEN) }
    }

    /// One for whoever shows this, until `until` at the latest.
    pub(super) fn of(shows: String, until: Option<i64>) -> Self {
        let end = now().saturating_add(LASTS);
        let until = until.map(|until| u64::try_from(until).unwrap_or(0));
        Self { shows: Some(shows), form: drawn(), until: until.map_or(end, |until| until.min(end)) }
    }

    /// Seconds that it holds from now on.
    pub(super) fn left(&self) -> u64 {
        self.until.saturating_sub(now())
    }
}

impl Seal {
    /// A key that nobody knows and that ends with the process.
    pub(crate) fn drawn() -> Self {
        Self(Aes256Gcm::new(&Aes256Gcm::generate_key(OsRng)))
    }

    /// The text of a cookie of this name.
    ///
    /// # Errors
    ///
    /// `TOO_LARGE` when what is shown is longer than browsers keep.
    pub(super) fn close(&self, name: &str, session: &Session) -> Result<String, Problem> {
        let text = serde_json::to_vec(session).map_err(Problem::unavailable)?;
        let nonce = Aes256Gcm::generate_nonce(&mut OsRng);
        let payload = Payload { msg: &text, aad: name.as_bytes() };
        let sealed = self.0.encrypt(&nonce, payload);
        let sealed = sealed.map_err(|_| Problem::unavailable("the session cannot be sealed"))?;
        let text = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        if LONGEST < text.len() {
            let detail = "what was shown is longer than a browser keeps: use a shorter token";
            return Err(Problem::new("TOO_LARGE", detail));
        }
        Ok(text)
    }

    /// What the text of a cookie of this name holds, if it was sealed here and still holds.
    pub(super) fn open(&self, name: &str, text: &str) -> Option<Session> {
        if LONGEST < text.len() {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let payload = Payload { msg: sealed, aad: name.as_bytes() };
        let text = self.0.decrypt(Nonce::from_slice(nonce), payload).ok()?;
        let session: Session = serde_json::from_slice(&text).ok()?;
        (now() < session.until).then_some(session)
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

    /// The session that a request carries under a name.
    pub(super) fn session(seal: &Seal, request: &HttpRequest, name: &str) -> Option<Session> {
        let sent = request.headers().get_all(header::COOKIE).filter_map(|it| it.to_str().ok());
        let mut cookies = sent.flat_map(|text| text.split(';')).map(str::trim);
        let text = cookies.find_map(|it| it.strip_prefix(name)?.strip_prefix('='))?;
        seal.open(name, text)
    }

    /// The header that sets a cookie of this name.
    ///
    /// # Errors
    ///
    /// As [`Seal::close`].
    pub(super) fn set(self, seal: &Seal, name: &str, session: &Session) -> Result<String, Problem> {
        Ok(self.written(name, &seal.close(name, session)?, session.left()))
    }

    /// The header that takes it away.
    pub(super) fn clear(self, name: &str) -> String {
        self.written(name, "", 0)
    }

    fn written(self, name: &str, text: &str, seconds: u64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
    }
}

/// The host and port that a browser asked.
pub(super) fn host(request: &HttpRequest) -> Option<&str> {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    named.or_else(|| request.uri().authority().map(Authority::as_str))
}

/// Sixteen bytes that nobody can guess.
pub(super) fn drawn() -> String {
    let mut bytes = [0_u8; 16];
    OsRng.fill_bytes(&mut bytes);
    hex(&bytes)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs())
}

#[cfg(test)]
mod tests {
    use super::{OPEN, Seal, Session, now};

    #[test]
    fn a_cookie_holds_what_was_put_in_and_nothing_else_opens() {
        let seal = Seal::drawn();
        let session = Session::of("Bearer fgk_x".to_owned(), None);
        let text = seal.close("fugong", &session).unwrap();
        assert_eq!(seal.open("fugong", &text), Some(session.clone()));
        assert!(!text.contains("fgk"), "{text}");
        assert_ne!(text, seal.close("fugong", &session).unwrap(), "each is another");
        assert_eq!(seal.open("__Host-fugong", &text), None, "it is another cookie's");
        assert_eq!(Seal::drawn().open("fugong", &text), None, "it is another process's");
        let mut forged = text.clone().into_bytes();
        for at in 0..forged.len() {
            forged[at] ^= 1;
            let text = String::from_utf8(forged.clone()).unwrap();
            assert_eq!(seal.open("fugong", &text), None, "at {at}");
            forged[at] ^= 1;
        }
        let cut: String = text.chars().skip(4).collect();
        for text in ["", "A", "é", &"A".repeat(5000), &cut] {
            assert_eq!(seal.open("fugong", text), None, "{text}");
        }
    }

    #[test]
    fn a_session_ends() {
        let seal = Seal::drawn();
        let over = Session { until: now(), ..Session::before_login() };
        let text = seal.close("fugong", &over).unwrap();
        assert_eq!((seal.open("fugong", &text), over.left()), (None, 0));
        // No longer than what was shown is believed.
        let ends = i64::try_from(now()).unwrap() + 60;
        assert!(Session::of("Bearer x".to_owned(), Some(ends)).left() <= 60);
        assert!(Session::of("Bearer x".to_owned(), Some(-1)).left() == 0);
        assert!(Session::before_login().left() <= OPEN);
    }
}
