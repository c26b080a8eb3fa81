//! What is there in development only: the clock of a simulated log, which can be moved, and the way
//! back to the beginning of one that was made to be tried on.

use actix_web::{HttpRequest, HttpResponse, web::Payload};
use chrono::{DateTime, TimeDelta, Utc};
use fugong_engine::{CannotMove, ClockMode};
use serde::Deserialize;
use serde_json::json;

use crate::{
    desk::Desk,
    http::{Method, auth, finished, write},
    json,
    problem::Problem,
};

/// The addresses of development.
pub(crate) fn routes(desk: &Desk) -> Vec<(&'static str, Vec<Method>)> {
    if !desk.settings().dev || simulated(desk).next().is_none() {
        return Vec::new();
    }
    let mut routes = vec![("/dev/clock", vec![Method::Clock, Method::MoveClock])];
    if desk.settings().sandbox {
        routes.push(("/dev/reset", vec![Method::Reset]));
    }
    routes
}

/// The districts whose clock can be moved.
fn simulated(desk: &Desk) -> impl Iterator<Item = Desk> + '_ {
    desk.districts().filter(|desk| matches!(desk.log().clock_mode(), ClockMode::Simulated { .. }))
}

/// How far the clock goes at once: every day on the way has its cut-off, and whoever moves it
/// waits for all of them. A retention of five years fits in.
const FURTHEST: TimeDelta = TimeDelta::days(3_653);

/// Where the clock should stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    now: String,
}

/// Where the clock stands: of several districts, the one that is ahead.
pub(crate) async fn clock(desk: &Desk, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    auth::anybody(desk, request).await?;
    Ok(answer(desk))
}

/// Moves the clock of every district; answers when timers and policies have run up to it.
pub(crate) async fn move_clock(
    desk: &Desk,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    auth::anybody(desk, request).await?;
    let body = json::parse(&write::bytes(request, body).await?)?;
    let moved: Moved = json::decode(body)?;
    let to = instant(&moved.now)?;
    for desk in simulated(desk) {
        check_distance(desk.log().now(), to)?;
    }
    for desk in simulated(desk) {
        desk.log().advance(to).await?;
    }
    Ok(answer(desk))
}

/// Has everything go back to how it began. Whoever is served is served to the end; who asks
/// meanwhile waits until it has begun anew.
pub(crate) async fn reset(desk: &Desk, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    auth::anybody(desk, request).await?;
    desk.reset();
    let mut answer = HttpResponse::Accepted();
    answer.insert_header(("Content-Type", "application/json"));
    Ok(finished(desk, answer.body(json!({"reset": true}).to_string())))
}

/// None of the clocks is moved where one of them would go back or too far.
fn check_distance(stands: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), Problem> {
    if to < stands {
        return Err(CannotMove::Back { now: stands, to }.into());
    }
    if FURTHEST < to.signed_duration_since(stands) {
        let detail = format!("the clock stands at {stands}; move it ten years at most at a time");
        return Err(Problem::invalid("/now", detail));
    }
    Ok(())
}

fn instant(text: &str) -> Result<DateTime<Utc>, Problem> {
    let read = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    read.map_err(|_| {
        let detail = format!("{text:?} is no instant with offset: 2020-03-05T00:00:00+08:00");
        Problem::invalid("/now", detail)
    })
}

fn answer(desk: &Desk) -> HttpResponse {
    let now = simulated(desk).map(|desk| desk.log().now()).max();
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("Content-Type", "application/json"));
    finished(desk, answer.body(json!({"now": now}).to_string()))
}

impl From<CannotMove> for Problem {
    fn from(error: CannotMove) -> Self {
        Self::invalid("/now", error)
    }
}
