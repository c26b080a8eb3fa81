//! Whom may be sent to, as who runs the server says.

use std::collections::BTreeSet;

use actix_web::http::Uri;

/// The hosts that may be sent to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hosts {
    names: BTreeSet<String>,
    /// Whether a receiver may be on this machine, without TLS.
    dev: bool,
}

impl Hosts {
    pub(crate) fn new(names: BTreeSet<String>, dev: bool) -> Self {
        Self { names, dev }
    }

    /// The address that a text is, if it may be sent to.
    ///
    /// # Errors
    ///
    /// In words, when it is none, is no https, or of another host.
    pub(crate) fn address(&self, text: &str) -> Result<Uri, String> {
        let url: Uri = text.parse().map_err(|why| format!("{text}: {why}"))?;
        let host = url.host().unwrap_or_default();
        let local = self.dev && matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        if url.scheme_str() != Some("https") && !(local && url.scheme_str() == Some("http")) {
            return Err(format!("{url} is no https address"));
        }
        if url.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(format!("{url} holds a name or password; they would be seen"));
        }
        if !local && !self.names.contains(host) {
            return Err(format!("{host} is not among the hosts that may be sent to"));
        }
        Ok(url)
    }
}
