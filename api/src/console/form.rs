//! Forms: what a browser sent, and that it was sent from a page of ours.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderName},
    web::Payload,
};

use super::session::{Session, host};
use crate::{
    http::{text, write::bytes_as},
    path::decoded,
    problem::Problem,
};

/// The name of the field that only our own pages can fill.
pub(super) const TOKEN: &str = "form_token";

/// The fields of a form or of a query, in the order of their names; of several of a name the last.
///
/// # Errors
///
/// `MALFORMED` when it cannot be read.
pub(super) fn fields(text: &str) -> Result<BTreeMap<String, String>, Problem> {
    Ok(pairs(text)?.into_iter().collect())
}

/// The same in their order, with all that have the same name.
fn pairs(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut fields = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| decoded(&text.replace('+', " "));
        let (Some(name), Some(value)) = (plain(name), plain(value)) else {
            return Err(Problem::new("MALFORMED", format!("it cannot be read at {pair:?}")));
        };
        fields.push((name, value));
    }
    Ok(fields)
}

/// What somebody filled into a form of ours.
#[derive(Debug, Default)]
pub(super) struct Sent(Vec<(String, String)>);

impl Sent {
    /// What stands in the field of this name, without spaces around it; empty where there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().rev().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// What was chosen of several under a name.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let chosen = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        chosen.map(|(_, value)| value.as_str()).collect()
    }
}

#[cfg(test)]
impl From<&[(&str, &str)]> for Sent {
    fn from(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}

/// What a form of this session says.
///
/// # Errors
///
/// `ROLE_NOT_ALLOWED` when it was not sent from a page of ours, `MALFORMED` when it cannot be read.
pub(super) async fn sent(
    session: &Session,
    request: &HttpRequest,
    body: Payload,
) -> Result<Sent, Problem> {
    check_origin(request)?;
    let text = bytes_as("application/x-www-form-urlencoded", request, body).await?;
    let sent = Sent(pairs(&text)?);
    let token = sent.one(TOKEN);
    if same(token.as_bytes(), session.form.as_bytes()) { Ok(sent) } else { Err(foreign()) }
}

/// That a form was sent from here, by what the browser says of where it was.
fn check_origin(request: &HttpRequest) -> Result<(), Problem> {
    let site = text(request, &HeaderName::from_static("sec-fetch-site"));
    let origin = text(request, &header::ORIGIN);
    let host = host(request).unwrap_or_default();
    let is_own = |origin: &str| origin.split_once("://").is_some_and(|(_, at)| at == host);
    match (site, origin) {
        (Some("same-origin"), _) => Ok(()),
        // Old browsers do not say the site.
        (None, Some(origin)) if is_own(origin) => Ok(()),
        (Some(_) | None, _) => Err(foreign()),
    }
}

fn foreign() -> Problem {
    Problem::new("ROLE_NOT_ALLOWED", "the form was not sent from a page of this session")
}

/// Whether two texts are the same, without telling by the time how much of them is.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn a_form_is_read() {
        let read = fields("who=dev%3Aa&x=a+b&x=%E5%BC%A0&&empty").unwrap();
        let read: Vec<_> = read.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(read, [("empty", ""), ("who", "dev:a"), ("x", "张")]);
        assert_eq!(fields("a=%F").unwrap_err().code, "MALFORMED");
    }
}
