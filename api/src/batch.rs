//! Several acts in one request, from a phone that was offline: each has its own key and comes to
//! its own receipt or problem, in the order in which they were written.

use actix_web::{HttpRequest, HttpResponse, http::header, web::Payload};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    authenticate::Caller,
    desk::Desk,
    http::{Operation, auth, read, text, write},
    json,
    look::Format,
    path,
    perform::{IfMatch, Request},
    problem::{Language, Problem},
};

/// The most acts of one request.
pub(crate) const MOST: usize = 200;

/// One act, as it would have been sent alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    /// Its idempotency key.
    key: String,
    /// POST; nothing else is an act.
    method: String,
    /// Its address.
    path: String,
    /// The version it depends on; the acts that decide need one.
    if_match: Option<u64>,
    /// Its body.
    #[serde(default)]
    body: Map<String, Value>,
}

/// Carries out each act of the request. What one comes to hinders no other.
pub(crate) async fn perform(
    desk: &Desk,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let caller = auth::caller(desk, request).await?;
    read::format(request, &[Format::Json])?;
    let items = json::parse_any(&write::bytes(request, body).await?).map_err(unsaid)?;
    let items: Vec<Value> = match items {
        Value::Array(items) if items.len() <= MOST => items,
        Value::Array(items) => {
            let detail = format!("{} acts are more than {MOST}; send the rest later", items.len());
            return Err(Problem::new("TOO_LARGE", detail));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            return Err(Problem::new("MALFORMED", "send a list of acts"));
        }
    };
    let language = text(request, &header::ACCEPT_LANGUAGE).map(Language::of).unwrap_or_default();
    // All of them are read before the first is carried out, so that a slip stops the whole.
    let items = items.into_iter().enumerate().map(|(n, item)| read(n, item));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    // The first was counted with the request.
    let more = u32::try_from(items.len()).unwrap_or(u32::MAX).saturating_sub(1);
    desk.charge(&caller.principal.actor, more)?;
    let mut answers = Vec::with_capacity(items.len());
    for Item { key, path, if_match, body, .. } in items {
        let asked = Request {
            by: caller.principal.clone(),
            path: path.clone(),
            key: key.clone(),
            if_match: if_match.map_or(IfMatch::Absent, IfMatch::Version),
            body: Value::Object(body).to_string(),
        };
        let done = match covered(desk, &caller, &path) {
            Ok(()) => desk.perform(asked).await,
            Err(problem) => Err(problem),
        };
        answers.push(match done {
            Ok(done) => json!({
                "key": key, "status": done.status, "replayed": done.replayed,
                "location": done.location, "receipt": done.receipt,
            }),
            Err(problem) => {
                let status = problem.status();
                let told = problem.to_json(language, &path, &desk.trace_id());
                json!({"key": key, "status": status, "problem": told})
            }
        });
    }
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    Ok(answer.body(json!({"items": answers}).to_string()))
}

/// A text or a number that is none for us: of what is in a body, the schema of a batch says nothing.
fn unsaid(mut problem: Problem) -> Problem {
    if problem.code == "INVALID_FIELD" {
        problem.about.status = Some(422);
    }
    problem
}

/// That somebody was let in for the act at an address, and not only for batches; what is no act
/// is told as everywhere.
fn covered(desk: &Desk, caller: &Caller, path: &str) -> Result<(), Problem> {
    let within = desk.within(path).and_then(|path| path::deed(&path).ok());
    let Some((entry, _)) = within else { return Ok(()) };
    caller.check(Operation { id: entry.row.id, reads: false })
}

/// The same problem, with its pointers into the list, and said of which act in it.
fn within(n: usize, mut problem: Problem) -> Problem {
    problem.detail = format!("act {n}, counted from 0: {}", problem.detail);
    for fault in &mut problem.errors {
        fault.pointer = format!("/{n}{}", fault.pointer);
    }
    problem
}

fn read(n: usize, item: Value) -> Result<Item, Problem> {
    let item: Item = json::decode(item).map_err(|problem| within(n, problem))?;
    if item.method == "POST" {
        return Ok(item);
    }
    Err(within(n, Problem::invalid("/method", "send POST: a batch holds acts")))
}
