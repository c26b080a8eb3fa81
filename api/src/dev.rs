//! What is there in development only: the clock of a simulated log, which can be moved.

use actix_web::{HttpRequest, HttpResponse, web::Payload};
use chrono::{DateTime, FixedOffset};
use fugong_engine::{CannotMove, ClockMode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    http::{Method, auth, finished, write},
    json,
    problem::Problem,
};

/// The addresses of development.
pub(crate) fn routes(desk: &Desk) -> Vec<(&'static str, Vec<Method>)> {
    let simulated = matches!(desk.log().clock_mode(), ClockMode::Simulated { .. });
    let offered = desk.settings().dev && simulated;
    offered.then(|| ("/dev/clock", vec![Method::Clock, Method::MoveClock])).into_iter().collect()
}

/// Where the clock should stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    now: DateTime<FixedOffset>,
}

/// Where the clock stands.
pub(crate) fn clock(desk: &Desk, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    auth::principal(desk, request)?;
    Ok(answer(desk, &json!({"now": desk.log().now()})))
}

/// Moves the clock; answers when timers and policies have run up to it.
pub(crate) async fn move_clock(
    desk: &Desk,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    auth::principal(desk, request)?;
    let body = json::parse(&write::bytes(request, body).await?)?;
    let moved: Moved = json::decode(body)?;
    desk.log().advance(moved.now.to_utc()).await?;
    Ok(answer(desk, &json!({"now": desk.log().now()})))
}

fn answer(desk: &Desk, body: &Value) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("Content-Type", "application/json"));
    finished(desk, answer.body(body.to_string()))
}

impl From<CannotMove> for Problem {
    fn from(error: CannotMove) -> Self {
        Self::invalid("/now", error)
    }
}
