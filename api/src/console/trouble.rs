//! The page that says why something is not shown, from the same problem that the API answers with.

use actix_web::{HttpRequest, HttpResponse, http::header};
use askama::Template;

use super::{
    frame::{Frame, Here, answer},
    session::Session,
    words::remedy,
};
use crate::problem::{Language, Problem, entry};

#[derive(Template)]
#[template(path = "console/trouble.html")]
struct Page<'a> {
    frame: Frame<'a>,
    problem: &'a Problem,
    title: &'static str,
    remedy: &'static str,
    back: String,
}

/// The page of a problem.
pub(super) fn page(here: &Here, request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let about = entry(problem.code);
    let page = Page {
        frame: Frame::alone(here, &Session::before_login(), here.words.title_trouble),
        problem,
        title: about.map_or(problem.code, |entry| entry.title(here.language)),
        remedy: match here.language {
            Language::English => about.map_or("", |entry| entry.remedy),
            Language::Chinese => remedy(problem.code),
        },
        back: here.to("", &[]),
    };
    let said = answer(here, problem.status(), &page);
    let mut said =
        said.unwrap_or_else(|problem| problem.answer(here.language, request.path(), "0"));
    let headers = said.headers_mut();
    if let Some(seconds) = problem.about.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if let Some(Ok(allow)) = problem.about.allow.as_ref().map(|text| text.parse()) {
        headers.insert(header::ALLOW, allow);
    }
    said
}
