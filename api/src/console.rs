//! The console (控制台): pages for whoever looks with a browser, in the words of officials.
//!
//! A page asks the same looks as the API, in this process and with the same rights
//! ([`crate::http::inside`]); it knows no other way to the rows. It is whole without JavaScript, asks
//! nothing of another host, and shows no words but those that its reader may read.

mod audit;
mod builder;
mod chart;
mod enterprise;
mod enterprises;
mod event;
mod files;
mod form;
mod frame;
mod inspect;
mod login;
mod overview;
mod register;
mod reports;
mod session;
mod session_key;
mod sign_in;
mod trouble;
mod visitor;
mod words;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    web::Payload,
};

use crate::{desk::Desk, problem::Problem};

use form::Sent;
use frame::Here;
use visitor::Visitor;

pub use session_key::SessionKey;

/// What a page may load, and where it may lead: from here and to here alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The answer of the console.
pub(crate) async fn answer(desk: &Desk, request: &HttpRequest, body: Payload) -> HttpResponse {
    let here = Here::of(request);
    let answered = match Here::of(request) {
        Ok(here) => answered(desk, &here, request, body).await,
        Err(problem) => Err(problem),
    };
    let here = here.unwrap_or_else(|_| Here::plain(request));
    let answer = answered.unwrap_or_else(|problem| trouble::page(&here, request, &problem));
    guarded(answer)
}

async fn answered(
    desk: &Desk,
    here: &Here,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let place: Vec<&str> = here.path.split('/').filter(|part| !part.is_empty()).collect();
    let posts = request.method() == Method::POST;
    if !posts && request.method() != Method::GET && request.method() != Method::HEAD {
        let mut problem = Problem::new("METHOD_NOT_ALLOWED", "a page is read, a form is sent");
        problem.about.allow = Some("GET, HEAD, POST".to_owned());
        return Err(problem);
    }
    match (posts, place.as_slice()) {
        (false, ["static", file]) => files::serve(file),
        (false, ["login"]) => login::page(desk, here, request).await,
        (false, ["login", "begin"]) => sign_in::begin(desk, here, request).await,
        (false, ["login", "callback"]) => sign_in::finish(desk, here, request).await,
        (true, ["login"]) => login::log_in(desk, here, request, body).await,
        (true, ["logout"]) => login::log_out(desk, here, request, body).await,
        (false, place) => {
            let visitor = match Visitor::of(desk, request).await {
                Err(problem) if problem.code == "UNAUTHENTICATED" => {
                    return Ok(login::first(here, request));
                }
                visitor => visitor?,
            };
            looked(&visitor, here, place).await
        }
        (true, place) => {
            let visitor = match Visitor::of(desk, request).await {
                Err(problem) if problem.code == "UNAUTHENTICATED" => {
                    return Ok(login::first(here, request));
                }
                visitor => visitor?,
            };
            let sent = form::sent(&visitor.session, request, body).await?;
            done(&visitor, here, place, &sent).await
        }
    }
}

async fn looked(visitor: &Visitor, here: &Here, place: &[&str]) -> Result<HttpResponse, Problem> {
    match place {
        [] => overview::page(visitor, here).await,
        ["enterprises"] => enterprises::page(visitor, here).await,
        ["enterprises", code] => enterprise::page(visitor, here, code).await,
        ["enterprises", code, "why"] => enterprise::why(visitor, here, code).await,
        ["events", id] => event::page(visitor, here, id).await,
        ["events", id, "proof"] => event::proof(visitor, id).await,
        ["registers"] => register::list(visitor, here).await,
        ["registers", name] => match name.split_once('.') {
            None => register::page(visitor, here, name).await,
            Some((name, form)) => register::carried(visitor, here, name, form).await,
        },
        ["reports"] => reports::list(visitor, here).await,
        ["reports", "builder"] => builder::page(visitor, here).await,
        ["reports", id] => match id.split_once('.') {
            None => reports::page(visitor, here, id).await,
            Some(named) => reports::carried(visitor, here, named).await,
        },
        ["inspections", rest @ ..] => inspect::page(visitor, here, rest).await,
        ["audit"] => audit::page(visitor, here).await,
        ["audit", "checkpoint"] => audit::checkpoint(visitor).await,
        ["audit", "webhooks", id] => audit::webhook(visitor, here, id).await,
        _ => Err(absent(here)),
    }
}

/// What a form asks to be done.
async fn done(
    visitor: &Visitor,
    here: &Here,
    place: &[&str],
    sent: &Sent,
) -> Result<HttpResponse, Problem> {
    match place {
        ["reports", "builder"] => builder::sent(visitor, here, sent).await,
        ["inspections", rest @ ..] => inspect::done(visitor, here, rest, sent).await,
        ["audit", "verifications"] => audit::verify(visitor, here, sent).await,
        ["audit", "rebuilds"] => audit::rebuild(visitor, here, sent).await,
        ["audit", "webhooks", id, "replays"] => audit::send_again(visitor, here, id, sent).await,
        _ => Err(absent(here)),
    }
}

fn absent(here: &Here) -> Problem {
    Problem::absent(format!("page {}", here.path))
}

/// The answer with what keeps a page from being used by others.
fn guarded(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        // Files are kept by browsers: their names say what is in them.
        if !headers.contains_key(&name) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    }
    answer
}
