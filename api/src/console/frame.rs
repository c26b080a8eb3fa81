//! What stands around each page: where it is, for whom, in which language, for which day.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;
use std::collections::BTreeMap;

use super::{
    files, form,
    session::Session,
    visitor::{Query, Visitor},
    words::{Words, words},
};
use crate::{
    http::text,
    path::encoded,
    problem::{Language, Problem},
};

/// What an address asks of a page and not of its rows.
pub(super) const OWN: [&str; 7] = ["as_of", "lang", "scope", "sort", "page", "column", "value"];

/// Where somebody looks.
pub(super) struct Here {
    /// What stands before our addresses, where we are mounted beneath others.
    base: String,
    /// The page, such as `/registers/r1`; empty for the overview.
    pub(super) path: String,
    /// What the address asks for.
    pub(super) query: BTreeMap<String, String>,
    pub(super) language: Language,
    pub(super) words: &'static Words,
}

impl Here {
    /// The page that a request asks for.
    ///
    /// # Errors
    ///
    /// `MALFORMED` when its query cannot be read.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let mut query = form::fields(request.query_string())?;
        // A column may be asked to be empty; nothing else may.
        query.retain(|name, value| !value.is_empty() || !OWN.contains(&name.as_str()));
        let said = query.get("lang").and_then(|tag| match tag.as_str() {
            "en" => Some(Language::English),
            "zh" => Some(Language::Chinese),
            _ => None,
        });
        let asked = || text(request, &header::ACCEPT_LANGUAGE).map(Language::of);
        let language = said.or_else(asked).unwrap_or_default();
        let (base, path) = place(request.path());
        Ok(Self { base, path, query, language, words: words(language) })
    }

    /// The same where the query cannot be read.
    pub(super) fn plain(request: &HttpRequest) -> Self {
        let (base, path) = place(request.path());
        let language = text(request, &header::ACCEPT_LANGUAGE).map(Language::of);
        let language = language.unwrap_or_default();
        Self { base, path, query: BTreeMap::new(), language, words: words(language) }
    }

    /// The login, in this language if one is said: nothing of what an identity provider put into an
    /// address is kept.
    pub(super) fn at_login(&self, language: Option<&str>) -> Self {
        let said = match language {
            Some("en") => Some(("en", Language::English)),
            Some("zh") => Some(("zh", Language::Chinese)),
            Some(_) | None => None,
        };
        let query = said.map(|(tag, _)| ("lang".to_owned(), tag.to_owned())).into_iter().collect();
        let language = said.map_or(self.language, |(_, language)| language);
        let (base, path) = (self.base.clone(), "/login".to_owned());
        Self { base, path, query, language, words: words(language) }
    }

    /// What the address asks for under a name.
    pub(super) fn asks(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// The tag of the language.
    pub(super) fn tag(&self) -> &'static str {
        if self.language == Language::Chinese { "zh-CN" } else { "en" }
    }

    /// The address of a page, for the same day and in the same language.
    pub(super) fn to(&self, path: &str, query: Query<'_>) -> String {
        let kept = ["as_of", "lang"].map(|name| (name, self.asks(name).unwrap_or_default()));
        let all = query.iter().copied().chain(kept.into_iter().filter(|(_, it)| !it.is_empty()));
        self.address(path, all)
    }

    /// The address of the rows of a register.
    pub(super) fn rows(&self, register: &str, query: Query<'_>) -> String {
        self.to(&format!("/registers/{register}"), query)
    }

    /// The address of the file of an enterprise.
    pub(super) fn enterprise(&self, code: &str) -> String {
        self.to(&format!("/enterprises/{}", encoded(code)), &[])
    }

    /// The address of the page of an event.
    pub(super) fn event(&self, id: &str) -> String {
        self.to(&format!("/events/{}", encoded(id)), &[])
    }

    /// The address of another page of the same enterprise, at the moment at which this one stands.
    pub(super) fn beside(&self, path: &str, query: Query<'_>) -> String {
        let kept =
            ["step", "as_of", "lang"].map(|name| (name, self.asks(name).unwrap_or_default()));
        let kept = kept.into_iter().filter(|(_, value)| !value.is_empty());
        self.address(path, query.iter().copied().chain(kept))
    }

    /// The address of something of the API.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of this page with some of what it asks for put otherwise; what is empty is left
    /// out.
    pub(super) fn again(&self, changed: Query<'_>) -> String {
        let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
        let kept = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let changed = changed.iter().copied().filter(|(_, value)| !value.is_empty());
        self.address(&self.path, kept.filter(|(name, _)| !is_changed(name)).chain(changed))
    }

    /// The address of this page without what it asks for.
    pub(super) fn bare(&self) -> String {
        self.address(&self.path, std::iter::empty())
    }

    /// What a form for another day keeps of what the address asks for.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&String, &String)> {
        self.query.iter().filter(|(name, _)| !matches!(name.as_str(), "as_of" | "page"))
    }

    /// The address of a file that pages load.
    pub(super) fn file(&self, own: &str) -> String {
        format!("{}/console/static/{}", self.base, files::name(own))
    }

    /// This page, as the login leads back to it: without what stands before our addresses.
    pub(super) fn here(&self) -> String {
        let full = self.again(&[]);
        full.strip_prefix(&self.base).map_or_else(|| full.clone(), str::to_owned)
    }

    /// The first page of those to which this one belongs, as the login leads back to it.
    pub(super) fn section(&self) -> String {
        let first = self.path.split('/').nth(1).unwrap_or_default();
        if first.is_empty() { "/".to_owned() } else { format!("/console/{first}") }
    }

    /// Where a login leads to: a page of ours, and none elsewhere.
    pub(super) fn back_to(&self, next: &str) -> String {
        let ours = next == "/" || next.starts_with("/?") || next.starts_with("/console");
        let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let next = if ours && plain { next } else { "/" };
        format!("{}{next}", self.base)
    }

    fn address<'a>(&self, path: &str, query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let page = if path.is_empty() { "/".to_owned() } else { format!("/console{path}") };
        let query = query.map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let query = query.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{page}{mark}{query}", self.base)
    }
}

/// What stands before our addresses, and the page.
fn place(path: &str) -> (String, String) {
    match path.split_once("/console") {
        Some((base, rest)) => (base.to_owned(), rest.trim_end_matches('/').to_owned()),
        None => (path.trim_end_matches('/').to_owned(), String::new()),
    }
}

/// An entry of the navigation.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) to: String,
    pub(super) is_here: bool,
}

/// What stands around a page.
pub(super) struct Frame<'a> {
    pub(super) here: &'a Here,
    pub(super) w: &'static Words,
    pub(super) title: String,
    pub(super) entries: Vec<Entry>,
    /// Unit, role and pseudonym; none before the login.
    pub(super) who: Option<[String; 3]>,
    /// What forms send back.
    pub(super) form: String,
    /// The same page in the other language.
    pub(super) otherwise: String,
}

impl<'a> Frame<'a> {
    /// Around a page for somebody.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub(super) async fn of(
        visitor: &Visitor,
        here: &'a Here,
        title: impl Into<String>,
    ) -> Result<Self, Problem> {
        let w = here.words;
        let entry = |name, path: &str| {
            let is_here =
                if path.is_empty() { here.path.is_empty() } else { here.path.starts_with(path) };
            Entry { name, to: here.to(path, &[]), is_here }
        };
        let entries = vec![
            entry(w.overview, ""),
            entry(w.enterprises, "/enterprises"),
            entry(w.registers, "/registers"),
            entry(w.inspections, "/inspections"),
            entry(w.reports, "/reports"),
            entry(w.audit, "/audit"),
        ];
        let who = Some(visitor.named(here.language).await?);
        Ok(Self { entries, who, ..Self::alone(here, &visitor.session, title) })
    }

    /// Around a page for nobody in particular.
    pub(super) fn alone(here: &'a Here, session: &Session, title: impl Into<String>) -> Self {
        let other = if here.language == Language::Chinese { "en" } else { "zh" };
        Self {
            here,
            w: here.words,
            title: title.into(),
            entries: Vec::new(),
            who: None,
            form: session.form.clone(),
            otherwise: here.again(&[("lang", other)]),
        }
    }
}

/// A page as an answer.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn answer(
    here: &Here,
    status: u16,
    page: &impl Template,
) -> Result<HttpResponse, Problem> {
    let text = page.render().map_err(Problem::unavailable)?;
    let status = StatusCode::from_u16(status).map_err(Problem::unavailable)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, here.tag()))
        .insert_header((header::VARY, "Cookie, Accept-Language"))
        .body(text))
}

/// That somebody is led on to another page.
pub(super) fn led_to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}
