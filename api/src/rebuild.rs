//! Rebuilding a register: an operation, since it reads the whole log.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::Payload,
};
use fugong_core::Position;
use fugong_domain::{Principal, registers::table, rights::Action};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    desk::{Desk, trouble},
    door::Params,
    http::{auth, read, text, write},
    json,
    look::Format,
    operations::{Operation, Order},
    perform,
    problem::Problem,
    sight,
};

/// How many differences an operation shows; it counts all of them.
const SHOWN: usize = 100;

/// Begins to fold a register afresh, to compare it with what stands, and to repair it.
pub(crate) async fn begin(
    desk: &Desk,
    (path, params): (&str, &Params),
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let who = auth::principal(desk, request).await?;
    read::format(request, &[Format::Json])?;
    check_empty(&json::parse(&write::bytes(request, body).await?)?)?;
    let key = text(request, &HeaderName::from_static("idempotency-key")).unwrap_or_default();
    let name = params.get("name").map(String::as_str).unwrap_or_default();
    Ok(accepted(desk, &asked(desk, &who, (path, name), key).await?))
}

/// The same for somebody, under a key.
pub(crate) async fn asked(
    desk: &Desk,
    who: &Principal,
    (path, name): (&str, &str),
    key: &str,
) -> Result<(Arc<Operation>, bool), Problem> {
    let order = order(desk, who, ("rebuild", path, "{}"), perform::key(key)?);
    sight::check_role(who, Action::Rebuild)?;
    let fold = fold(desk, name).await?;
    if desk.log().receipt(&order.command_id).await.map_err(trouble)?.is_some() {
        return Err(Problem::new("IDEMPOTENCY_KEY_REUSED", "this key was used for an act"));
    }
    let told = watch::Sender::default();
    let read = (desk.log().head(), told.subscribe());
    let work = rebuilt(desk.clone(), name.to_owned(), fold, told);
    desk.operations().begin(desk, order, read, work)
}

/// The answer that an operation has begun, or had begun before.
pub(crate) fn accepted(
    desk: &Desk,
    (operation, replayed): &(Arc<Operation>, bool),
) -> HttpResponse {
    let mut answer = HttpResponse::Accepted();
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    answer.insert_header((header::LOCATION, desk.address(&operation.location())));
    answer.insert_header((header::RETRY_AFTER, "1"));
    if *replayed {
        answer.insert_header(("Idempotency-Replayed", "true"));
    }
    answer.body(operation.to_json().to_string())
}

/// A rebuild takes no members.
fn check_empty(body: &Value) -> Result<(), Problem> {
    let members = body.as_object().and_then(|members| members.keys().next());
    let known = |name: &String| Problem::invalid(format!("/{name}"), "a rebuild has no members");
    members.map_or(Ok(()), |name| Err(known(name)))
}

/// The order for an operation of this kind, asked for at an address with a body.
pub(crate) fn order(
    desk: &Desk,
    who: &Principal,
    (kind, path, body): (&'static str, &str, &str),
    key: &str,
) -> Order {
    Order {
        kind,
        command_id: format!("http/{}/{key}", who.actor),
        fingerprint: desk.log().fingerprint(format!("POST\n{path}\n{body}").as_bytes()),
        actor: who.actor.clone(),
    }
}

/// The fold that keeps the rows of a register, which may itself be named.
async fn fold(desk: &Desk, name: &str) -> Result<String, Problem> {
    let fold = table(name).map_or(name, |table| table.source);
    let known = desk.log().register_status().await.into_iter().any(|known| known.name == fold);
    let absent = || Problem::absent(format!("register {name}; see /v1/registers"));
    known.then(|| fold.to_owned()).ok_or_else(absent)
}

async fn rebuilt(
    desk: Desk,
    register: String,
    fold: String,
    told: watch::Sender<Position>,
) -> Result<Value, Problem> {
    let rebuilt = desk.log().rebuild_telling(&fold, told).await.map_err(trouble)?;
    let differences: Vec<Value> =
        rebuilt.differences.iter().take(SHOWN).map(|found| json!(found)).collect();
    Ok(json!({
        "register": register,
        "fold": fold,
        "events": rebuilt.events,
        "rows": rebuilt.rows,
        "different_rows": rebuilt.differences.len(),
        "differences": differences,
    }))
}
