//! Whoever looks: known by what his session shows, and asking what he may.

use std::collections::BTreeMap;

use actix_web::{
    HttpMessage as _, HttpRequest,
    http::header::{self, HeaderMap, HeaderValue},
};
use fugong_domain::{UnitCode, act::REGIME, regime::Regime};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::session::{Jar, Session, Shown, host};
use crate::{
    authenticate::{Caller, Parts},
    desk::{Desk, trouble},
    http::{
        Asks,
        inside::{self, Wanted},
    },
    look::{Content, Format, Page},
    problem::{Language, Problem},
};

/// Whoever looks.
pub(super) struct Visitor {
    pub(super) desk: Desk,
    pub(super) caller: Caller,
    pub(super) session: Session,
    /// Where he found us, as commands name it.
    pub(super) origin: String,
}

/// What is asked of a look, as an address would say it.
pub(super) type Query<'a> = &'a [(&'a str, &'a str)];

impl Visitor {
    /// Whoever the session of a request shows.
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` when there is none, or what it shows is not believed any more.
    pub(super) async fn of(desk: &Desk, request: &HttpRequest) -> Result<Self, Problem> {
        let none = || Problem::new("UNAUTHENTICATED", "log in");
        let name = Jar::of(request).inside();
        let session = Jar::session(desk.session_key(), request, name).ok_or_else(none)?;
        let caller = known(desk, request, session.shows.as_ref().ok_or_else(none)?).await?;
        request.extensions_mut().insert(Asks(caller.principal.clone()));
        Ok(Self { desk: desk.clone(), caller, session, origin: origin(request) })
    }

    /// What a look answers.
    ///
    /// # Errors
    ///
    /// The problem that the API answers with.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        id: &'static str,
        params: &[(&'static str, &str)],
        query: Query<'_>,
    ) -> Result<T, Problem> {
        match self.page(id, params, query, Format::Json).await?.content {
            Content::Json(value) => serde_json::from_value(value).map_err(Problem::unavailable),
            Content::Text(..) | Content::Bytes(..) => Err(Problem::unavailable("no JSON")),
        }
    }

    /// The same, unless it is not for him.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`], but for what says that he may not.
    pub(super) async fn may_ask<T: DeserializeOwned>(
        &self,
        id: &'static str,
        params: &[(&'static str, &str)],
        query: Query<'_>,
    ) -> Result<Option<T>, Problem> {
        match self.ask(id, params, query).await {
            Ok(told) => Ok(Some(told)),
            Err(problem) if matches!(problem.status(), 403 | 404) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// What a look answers, in this format.
    ///
    /// # Errors
    ///
    /// The problem that the API answers with.
    pub(super) async fn page(
        &self,
        id: &'static str,
        params: &[(&'static str, &str)],
        query: Query<'_>,
        format: Format,
    ) -> Result<Page, Problem> {
        let params = params.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let said = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let query: BTreeMap<_, _> = query.iter().map(said).collect();
        inside::ask(&self.desk, &self.caller, Wanted { id, params, query, format }).await
    }

    /// How many events the last checkpoint is over: what came after it has no proof yet.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub(super) async fn sealed(&self) -> Result<u64, Problem> {
        let note = self.desk.log().checkpoint().await.map_err(trouble)?;
        let size = note.as_deref().and_then(|note| note.lines().nth(1)?.parse().ok());
        Ok(size.unwrap_or(0))
    }

    /// What the rules of the district say.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub(super) async fn regime<T>(&self, tell: impl FnOnce(&Regime) -> T) -> Result<T, Problem> {
        self.desk.log().read::<Regime, _>(REGIME, |regime, _| tell(regime)).await.map_err(trouble)
    }

    /// Who he is, in words: his unit, his role, and the pseudonym under which he acts.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub(super) async fn named(&self, language: Language) -> Result<[String; 3], Problem> {
        let who = &self.caller.principal;
        let today = fugong_core::shanghai_day(self.desk.log().now());
        let code = if language == Language::English { "en" } else { "zh" };
        let told = |regime: &Regime| {
            let role = regime.label("roles", who.role.code(), code);
            [unit(regime, &who.unit, today), role, who.actor.clone()]
        };
        self.regime(told).await
    }
}

/// Where a browser found us. What it says may come from anybody: only what a name of a host can be is
/// believed.
fn origin(request: &HttpRequest) -> String {
    let is_plain = |host: &&str| {
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    let host = host(request).filter(is_plain).unwrap_or("localhost");
    let scheme = if Jar::of(request).is_secure() { "https" } else { "http" };
    format!("{scheme}://{host}")
}

fn unit(regime: &Regime, unit: &UnitCode, day: chrono::NaiveDate) -> String {
    let found = regime.units().at(unit, day);
    found.map_or_else(|_| unit.to_string(), |found| found.short().to_owned())
}

/// Who is known by what he shows.
///
/// # Errors
///
/// `UNAUTHENTICATED` when nobody is.
pub(super) async fn known(
    desk: &Desk,
    request: &HttpRequest,
    shows: &Shown,
) -> Result<Caller, Problem> {
    let text = match shows {
        Shown::Credential(text) => text,
        Shown::Person { issuer, principal } => {
            let gone = || Problem::bad_token("nobody logs in at that identity provider any more");
            desk.logins().of_issuer(issuer).ok_or_else(gone)?;
            return inside::person(desk, principal.clone());
        }
    };
    let wrong = |_| Problem::bad_token("what was shown is no key and no token");
    let mut value = HeaderValue::from_str(text).map_err(wrong)?;
    value.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, value);
    inside::caller(desk, &Parts { headers: &headers, peer: request.peer_addr() }).await
}

/// A list as a look answers it.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Listed {
    pub(super) items: Vec<Value>,
    #[serde(default)]
    pub(super) total: usize,
    pub(super) position: String,
    #[serde(default)]
    pub(super) next_cursor: Option<String>,
    #[serde(default)]
    pub(super) true_on: Option<chrono::NaiveDate>,
}
