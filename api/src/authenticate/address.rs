//! Where a provider is asked: over HTTPS, or on this machine.

use hyper::Uri;
use serde::Deserialize;

/// An absolute address that may be asked: https, or http where it does not leave this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Address(String);

impl Address {
    /// As it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no address that may be asked: write https://…");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let host = uri.host().ok_or_else(wrong)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let here = bare == "localhost"
            || bare.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
        match uri.scheme_str() {
            Some("https") => Ok(Self(text)),
            Some("http") if here => Ok(Self(text)),
            Some(_) | None => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        for (text, may) in [
            ("https://id.example.gov.cn/realms/qj", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.8.8.8/", true),
            ("http://[::1]:8080/keys", true),
            ("http://localhost:4000", true),
            ("http://id.example.gov.cn", false),
            ("http://localhost.example.org", false),
            ("http://127.0.0.1@example.org/", false),
            ("http://10.0.0.1/", false),
            ("ftp://127.0.0.1/", false),
            ("/keys", false),
            ("id.example.gov.cn", false),
            ("", false),
        ] {
            assert_eq!(Address::try_from(text.to_owned()).is_ok(), may, "{text}");
        }
    }
}
