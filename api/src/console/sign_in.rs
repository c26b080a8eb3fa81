//! Logging in at an identity provider: there by one page, back by another.
//!
//! What the browser has to bring back, and where it is to go then, it keeps itself, sealed, for ten
//! minutes. The session begins on a page of ours and not by a redirection: a browser that comes from
//! the provider sends no cookie that is for pages of ours alone (`SameSite=Strict`) before that.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Utc;
use serde::{Deserialize, Serialize};

use super::{
    form::same,
    frame::{Frame, Here, answer, led_to},
    login::{Said, Wrong, set, shown},
    session::{Jar, Kept, Session, Shown, now},
    session_key::{drawn, drawn_long},
    visitor::known,
    words::Words,
};
use crate::{
    authenticate::login::{Drawn, Login, Turned, plain},
    desk::Desk,
    path::encoded,
    problem::Problem,
};

/// How long somebody may take at the provider.
const OPEN: u64 = 10 * 60;
/// The most bytes of where he goes afterwards.
const LONGEST: usize = 1_500;

#[derive(Template)]
#[template(path = "console/signed_in.html")]
struct Page<'a> {
    frame: Frame<'a>,
    to: String,
}

/// A login that goes on at a provider.
#[derive(Debug, Serialize, Deserialize)]
struct Away {
    issuer: String,
    drawn: Drawn,
    next: String,
    language: Option<String>,
    until: u64,
}

impl Kept for Away {
    /// The provider leads back to us, from another site.
    const SITE: &'static str = "Lax";

    fn until(&self) -> u64 {
        self.until
    }
}

/// The address at which a login at this provider begins: by the name that the provider knows us by,
/// so that the browser finds there what it kept.
pub(super) fn at(here: &Here, login: &Login, place: usize, next: &str) -> String {
    let language = here.asks("lang").map(|tag| format!("&lang={}", encoded(tag)));
    let language = language.unwrap_or_default();
    login.page(&format!("/console/login/begin?at={place}&next={}{language}", encoded(next)))
}

/// Leads to the provider.
///
/// # Errors
///
/// `NOT_FOUND` when there is no such provider.
pub(super) async fn begin(
    desk: &Desk,
    here: &Here,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let login = here.asks("at").and_then(|place| desk.logins().at(place));
    let login = login.ok_or_else(|| Problem::absent("identity provider at this address"))?;
    let next = here.asks("next").filter(|next| next.len() <= LONGEST).unwrap_or("/");
    let begun = Utc::now().timestamp();
    let drawn = Drawn { state: drawn(), nonce: drawn(), verifier: drawn_long(), begun };
    let at_login = here.at_login(here.asks("lang"));
    let address = match login.begin(&drawn).await {
        Ok(address) => address,
        Err(turned) => {
            let said = Said::wrong(told(at_login.words, turned));
            return shown(desk, &at_login, request, next.to_owned(), said);
        }
    };
    let away = Away {
        issuer: login.issuer().to_owned(),
        drawn,
        next: next.to_owned(),
        language: here.asks("lang").map(str::to_owned),
        until: now().saturating_add(OPEN),
    };
    let jar = Jar::of(request);
    let mut answer = led_to(&address);
    set(&mut answer, jar.set(desk.session_key(), jar.away(), &away)?);
    Ok(answer)
}

/// Lets in whoever comes back from the provider, if it is he who went there.
///
/// # Errors
///
/// When no page can be written.
pub(super) async fn finish(
    desk: &Desk,
    here: &Here,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let jar = Jar::of(request);
    let away: Option<Away> = Jar::kept(desk.session_key(), request, jar.away());
    let at_login = here.at_login(away.as_ref().and_then(|away| away.language.as_deref()));
    let next = away.as_ref().map_or_else(|| "/".to_owned(), |away| away.next.clone());
    let came = match away {
        Some(away) => came_back(desk, (here, at_login.words), request, &away).await,
        None => Err(Wrong::of(400, at_login.words.sign_in_lost)),
    };
    let mut answer = match came {
        Ok(session) => {
            let frame = Frame::alone(&at_login, &session, at_login.words.signed_in);
            let mut answer = answer(&at_login, 200, &Page { frame, to: here.back_to(&next) })?;
            set(&mut answer, jar.set(desk.session_key(), jar.inside(), &session)?);
            set(&mut answer, jar.clear(jar.outside()));
            answer
        }
        Err(wrong) => shown(desk, &at_login, request, next, Said::wrong(wrong))?,
    };
    // Whatever came of it, it does so once.
    set(&mut answer, jar.clear(jar.away()));
    Ok(answer)
}

/// The session of whoever comes back.
async fn came_back(
    desk: &Desk,
    (here, words): (&Here, &'static Words),
    request: &HttpRequest,
    away: &Away,
) -> Result<Session, Wrong> {
    let lost = || Wrong::of(400, words.sign_in_lost);
    let Away { issuer, drawn, .. } = away;
    let state = here.asks("state").unwrap_or_default();
    // A provider may say who it is (RFC 9207), so that one does not pass for another.
    let is_its = here.asks("iss").is_none_or(|iss| iss == issuer);
    if !same(state.as_bytes(), drawn.state.as_bytes()) || !is_its {
        return Err(lost());
    }
    let login = desk.logins().of_issuer(issuer).ok_or_else(lost)?;
    if let Some(error) = here.asks("error") {
        return Err(told(words, Turned::Refused(plain(error).to_owned())));
    }
    let code = here.asks("code").ok_or_else(lost)?;
    let principal = login.finish(code, drawn).await.map_err(|turned| told(words, turned))?;
    let shows = Shown::Person { issuer: issuer.clone(), principal };
    match known(desk, request, &shows).await {
        Ok(_) => Ok(Session::of(shows, Some(login.until()))),
        Err(problem) if problem.code == "OUT_OF_JURISDICTION" => {
            Err(Wrong::of(403, words.not_here))
        }
        Err(_) => Err(told(words, Turned::Away)),
    }
}

/// What somebody is told whom the provider turned away.
fn told(words: &Words, turned: Turned) -> Wrong {
    match turned {
        Turned::Refused(code) if code == "access_denied" => Wrong::of(403, words.sign_in_denied),
        Turned::Refused(code) if code.is_empty() => Wrong::of(403, words.sign_in_odd),
        Turned::Refused(detail) => Wrong { detail, ..Wrong::of(403, words.sign_in_refused) },
        Turned::Unbelieved(detail) => Wrong { detail, ..Wrong::of(403, words.sign_in_unbelieved) },
        Turned::Away => Wrong::of(503, words.sign_in_away),
    }
}
