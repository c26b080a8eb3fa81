//! What only some may do with the log itself: move a simulated clock, rebuild a register.

use actix_web::{HttpRequest, HttpResponse, web::Payload};
use chrono::{DateTime, FixedOffset};
use fugong_domain::{codes::Role, registers::table};
use fugong_engine::{CannotMove, ClockMode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, trouble},
    door::Params,
    http::{Method, auth, finished, write},
    json,
    problem::Problem,
};

/// The addresses that stand in no table.
pub(crate) fn routes(desk: &Desk) -> Vec<(&'static str, Vec<Method>)> {
    let mut routes = vec![("/v1/registers/{name}/rebuilds", vec![Method::Rebuild])];
    let simulated = matches!(desk.log().clock_mode(), ClockMode::Simulated { .. });
    if desk.settings().dev && simulated {
        routes.push(("/dev/clock", vec![Method::Clock, Method::MoveClock]));
    }
    routes
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

/// Folds a register afresh, compares it with what stood, and repairs it.
pub(crate) async fn rebuild(
    desk: &Desk,
    params: &Params,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let who = auth::principal(desk, request)?;
    if !matches!(who.role, Role::Commission | Role::Admin) {
        let detail =
            format!("role {} may not rebuild a register; commission and admin may", who.role);
        return Err(Problem::new("ROLE_NOT_ALLOWED", detail));
    }
    let name = params.get("name").map(String::as_str).unwrap_or_default();
    let folds = desk.log().register_status().await;
    let fold = table(name).map_or(name, |table| table.source);
    if folds.iter().all(|known| known.name != fold) {
        return Err(Problem::absent(format!("register {name}; see /v1/registers")));
    }
    let rebuilt = desk.log().rebuild(fold).await.map_err(trouble)?;
    let differences: Vec<Value> = rebuilt.differences.iter().map(|found| json!(found)).collect();
    Ok(answer(
        desk,
        &json!({
            "register": name,
            "fold": fold,
            "events": rebuilt.events,
            "rows": rebuilt.rows,
            "differences": differences,
        }),
    ))
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
