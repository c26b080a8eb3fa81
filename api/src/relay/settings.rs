//! To which stream is handed on, as a file says it.

use std::path::{Path, PathBuf};

use fugong_domain::Principal;
use serde::Deserialize;

use crate::{filters, kept};

/// What a file of settings says of a relay.
#[derive(Debug, Clone)]
pub struct Relay {
    pub(super) servers: Vec<String>,
    pub(super) tls: bool,
    pub(super) ca: Option<PathBuf>,
    token: Option<PathBuf>,
    pub(super) stream: String,
    /// What subjects begin with; `fugong.{district}` if nothing is said.
    prefix: Option<String>,
    /// Whose rights say what is handed on.
    pub(super) by: Principal,
    pub(super) types: Vec<String>,
    /// After which position it begins; where the log stands, if nothing is said.
    pub(super) after: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    servers: Vec<String>,
    ca: Option<PathBuf>,
    token: Option<PathBuf>,
    stream: String,
    subject: Option<String>,
    r#as: String,
    #[serde(default)]
    types: Vec<String>,
    after: Option<u64>,
}

impl Relay {
    /// What a file in TOML says. In development the server may be on this machine, without TLS.
    ///
    /// # Errors
    ///
    /// In words, for whoever wrote it.
    pub fn read(file: &Path, dev: bool) -> Result<Self, String> {
        kept::settings(file, |text| Self::parse(text, dev))
    }

    /// The same from its text.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn parse(text: &str, dev: bool) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|why| why.to_string())?;
        let Written { servers, ca, token, stream, subject: prefix, r#as: whom, types, after } =
            written;
        if servers.is_empty() {
            return Err("name a server, such as tls://nats.example.gov.cn:4222".to_owned());
        }
        let tls = servers.iter().all(|server| server.starts_with("tls://"));
        let local = |server: &String| {
            let host =
                server.strip_prefix("nats://").and_then(|rest| rest.split([':', '/']).next());
            matches!(host, Some("127.0.0.1" | "localhost"))
        };
        let safe = tls || (dev && servers.iter().all(local));
        if !safe {
            return Err("servers are tls://…; in development also nats://127.0.0.1".to_owned());
        }
        if servers.iter().any(|server| server.contains('@')) {
            return Err("a server holds a name or password; name a file with token".to_owned());
        }
        if !is_word(&stream) {
            return Err(format!("{stream:?} is no name of a stream"));
        }
        if prefix.as_ref().is_some_and(|prefix| !prefix.split('.').all(is_word)) {
            return Err("subject is words with points between, such as fugong.500114".to_owned());
        }
        let by = crate::principal(&whom);
        let by = by.ok_or_else(|| format!("{whom:?} is nobody: write actor:unit:role"))?;
        filters::event_types("types", &types).map_err(|problem| problem.detail)?;
        Ok(Self { servers, tls, ca, token, stream, prefix, by, types, after })
    }

    /// By what it is let in, if the server asks for something.
    pub(super) fn token(&self) -> Result<Option<String>, String> {
        let Some(file) = &self.token else { return Ok(None) };
        let text = std::fs::read_to_string(file)
            .map_err(|why| format!("{} cannot be read: {why}", file.display()))?;
        Ok(Some(text.trim().to_owned()))
    }

    /// Under what an event of this type is published.
    pub(super) fn subject(&self, district: &str, event_type: &str) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}.{event_type}"),
            None => format!("fugong.{district}.{event_type}"),
        }
    }
}

/// Whether it may stand between two points of a subject.
fn is_word(text: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::Relay;

    const GOOD: &str = "servers = [\"tls://nats.example.gov.cn:4222\"]\nstream = \"FUGONG\"\n\
        as = \"robot:eic:integrator\"\n";

    #[test]
    fn subjects_begin_with_the_district_or_with_what_is_said() {
        let relay = Relay::parse(GOOD, false).unwrap();
        assert_eq!(relay.subject("500114", "officer-enrolled"), "fugong.500114.officer-enrolled");
        let relay = Relay::parse(&format!("{GOOD}subject = \"eic.q\"\n"), false).unwrap();
        assert_eq!(relay.subject("500114", "officer-enrolled"), "eic.q.officer-enrolled");
    }

    #[test]
    fn slips_are_told() {
        for (was, is, told) in [
            ("tls://nats", "nats://nats", "servers are tls"),
            ("tls://nats", "tls://a:b@nats", "a name or password"),
            ("\"tls://nats.example.gov.cn:4222\"", "", "name a server"),
            ("FUGONG", "A.B", "no name of a stream"),
            ("eic:integrator", "eic", "is nobody"),
            ("as =", "types = [\"resumed\"]\nas =", "resumed"),
            ("as =", "subject = \"a.*\"\nas =", "points between"),
            ("as =", "subjects = \"a\"\nas =", "subjects"),
        ] {
            let why = Relay::parse(&GOOD.replace(was, is), false).unwrap_err();
            assert!(why.contains(told), "{is}: {why}");
        }
        assert!(
            Relay::parse(&GOOD.replace("tls://nats.example.gov.cn", "nats://127.0.0.1"), true)
                .is_ok()
        );
    }
}
