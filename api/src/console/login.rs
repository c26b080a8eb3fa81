//! Logging in and out: what somebody shows goes into a sealed cookie, if it shows somebody.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    web::Payload,
};
use askama::Template;

use super::{
    form,
    frame::{Frame, Here, answer, led_to},
    session::{Jar, Session, Shown},
    sign_in,
    visitor::known,
};
use crate::{desk::Desk, problem::Problem};

/// Whom the demonstration offers: an actor, a unit and a role each.
const OFFERED: [(&str, &str, &str); 8] = [
    ("zhang:eic:commission", "区经信委", "commission"),
    ("qin:hq:headquarters", "区防控指挥部", "headquarters"),
    ("deng:emb:emergency", "区应急局", "emergency bureau"),
    ("he:500114106:township", "乡镇街道（500114106）", "township 500114106"),
    ("pang:park-zy:park", "正阳工业园区", "park"),
    ("91500114MAYY010106:91500114MAYY010106:enterprise", "企业（示例）", "an enterprise"),
    ("luo:eic:reporter", "报表", "report clerk"),
    ("tan:eic:auditor", "审计", "auditor"),
];

#[derive(Template)]
#[template(path = "console/login.html")]
struct Page<'a> {
    frame: Frame<'a>,
    action: String,
    next: String,
    /// What is wrong.
    wrong: Option<Wrong>,
    /// Whether it is what was shown.
    wrong_key: bool,
    /// Where somebody who has logged out here logs out of his identity provider.
    there: Option<String>,
    /// The identity providers: where each login begins, and what people call it.
    logins: Vec<(String, &'a str)>,
    /// Whom the demonstration offers: what each shows, and what he is called.
    offered: Vec<(&'static str, String)>,
}

/// What is wrong with a login.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) status: u16,
    pub(super) said: &'static str,
    /// For whoever runs the server; empty where that says it all.
    pub(super) detail: String,
}

impl Wrong {
    pub(super) fn of(status: u16, said: &'static str) -> Self {
        Self { status, said, detail: String::new() }
    }
}

/// To the login, and from there back to the page that was asked for.
pub(super) fn first(here: &Here, request: &HttpRequest) -> HttpResponse {
    // What was sent is not sent again: whoever has logged in begins where its form stands.
    let next = if request.method() == Method::POST { here.section() } else { here.here() };
    let login = here.to("/login", &[("next", &next)]);
    if request.headers().contains_key("hx-request") {
        // A part of a page cannot be led elsewhere, the page can.
        return HttpResponse::Ok().insert_header(("HX-Redirect", login)).finish();
    }
    led_to(&login)
}

/// The page of the login.
///
/// # Errors
///
/// When it cannot be written.
pub(super) async fn page(
    desk: &Desk,
    here: &Here,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let next = here.asks("next").unwrap_or("/").to_owned();
    let there = match here.asks("left").and_then(|place| desk.logins().at(place)) {
        Some(login) => login.end().await,
        None => None,
    };
    shown(desk, here, request, next, Said { there, ..Said::default() })
}

/// What the page of the login says besides.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) wrong: Option<Wrong>,
    /// Whether that is what was shown.
    wrong_key: bool,
    there: Option<String>,
}

impl Said {
    pub(super) fn wrong(wrong: Wrong) -> Self {
        Self { wrong: Some(wrong), ..Self::default() }
    }

    fn wrong_key(status: u16, said: &'static str) -> Self {
        Self { wrong_key: true, ..Self::wrong(Wrong::of(status, said)) }
    }
}

/// The page of the login, which leads to `next` afterwards.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn shown(
    desk: &Desk,
    here: &Here,
    request: &HttpRequest,
    next: String,
    said: Said,
) -> Result<HttpResponse, Problem> {
    // A new session each time: who has this one gets nobody else's.
    let session = Session::before_login();
    let called = |(shows, zh, en): &(&'static str, &str, &str)| {
        let name = if here.tag() == "en" { *en } else { *zh };
        (*shows, name.to_owned())
    };
    let offered = if desk.settings().dev { &OFFERED[..] } else { &[] };
    let logins = desk.logins().all().enumerate();
    let status = said.wrong.as_ref().map_or(200, |wrong| wrong.status);
    let page = Page {
        frame: Frame::alone(here, &session, here.words.log_in),
        action: here.to("/login", &[]),
        wrong: said.wrong,
        wrong_key: said.wrong_key,
        there: said.there,
        logins: logins.map(|(at, it)| (sign_in::at(here, it, at, &next), it.name())).collect(),
        next,
        offered: offered.iter().map(called).collect(),
    };
    let mut answer = answer(here, status, &page)?;
    let jar = Jar::of(request);
    set(&mut answer, jar.set(desk.session_key(), jar.outside(), &session)?);
    Ok(answer)
}

/// Lets somebody in.
///
/// # Errors
///
/// What is wrong with the form; `UNAVAILABLE` when it cannot be told who it is.
pub(super) async fn log_in(
    desk: &Desk,
    here: &Here,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let (jar, w) = (Jar::of(request), here.words);
    let Some(before) = Jar::session(desk.session_key(), request, jar.outside()) else {
        let said = Said::wrong_key(403, w.stale_form);
        return shown(desk, here, request, "/".to_owned(), said);
    };
    let sent = form::sent(&before, request, body).await?;
    let field = |name: &str| sent.one(name);
    let next = field("next").to_owned();
    let shows = Shown::Credential(match field("who") {
        "" => format!("Bearer {}", field("credential")),
        who => format!("Bearer dev:{who}"),
    });
    let caller = match known(desk, request, &shows).await {
        Ok(caller) => caller,
        Err(problem) if problem.code == "UNAUTHENTICATED" => {
            return shown(desk, here, request, next, Said::wrong_key(401, w.not_known));
        }
        Err(problem) if problem.code == "OUT_OF_JURISDICTION" => {
            return shown(desk, here, request, next, Said::wrong_key(403, w.not_here));
        }
        Err(problem) => return Err(problem),
    };
    let session = Session::of(shows, caller.until.map(|until| until.timestamp()));
    let mut answer = led_to(&here.back_to(&next));
    set(&mut answer, jar.set(desk.session_key(), jar.inside(), &session)?);
    set(&mut answer, jar.clear(jar.outside()));
    Ok(answer)
}

/// Takes the session away.
///
/// # Errors
///
/// What is wrong with the form.
pub(super) async fn log_out(
    desk: &Desk,
    here: &Here,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let jar = Jar::of(request);
    let mut left = String::new();
    if let Some(session) = Jar::session(desk.session_key(), request, jar.inside()) {
        form::sent(&session, request, body).await?;
        // Where he logged in he is logged in still: the next page says how he logs out there.
        let place = session.issuer().and_then(|issuer| desk.logins().place(issuer));
        left = place.map_or_else(String::new, |place| place.to_string());
    }
    let said = [("left", left.as_str())];
    let mut answer = led_to(&here.to("/login", if left.is_empty() { &[] } else { &said }));
    set(&mut answer, jar.clear(jar.inside()));
    Ok(answer)
}

/// Beside what is set already.
pub(super) fn set(answer: &mut HttpResponse, cookie: String) {
    if let Ok(value) = header::HeaderValue::try_from(cookie) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
}
