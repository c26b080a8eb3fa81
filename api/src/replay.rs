//! Replays of the whole history: operations, since they read all of it. They write nothing.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header::HeaderName, web::Payload};
use fugong_core::Position;
use fugong_domain::{Principal, rights::Action};
use fugong_engine::Loop;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    desk::{Desk, trouble},
    history::{History, Otherwise, lives},
    http::{auth, read, text, write},
    json,
    look::Format,
    operations::{Operation, Passes},
    perform,
    problem::Problem,
    rebuild::{accepted, order},
    sight,
};

/// Begins to decide every act again, and to compare every register with a fresh fold.
pub(crate) async fn verify(
    desk: &Desk,
    path: &str,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(desk, request, body).await?;
    let members = asked.body.as_object().and_then(|members| members.keys().next());
    if let Some(name) = members {
        return Err(Problem::invalid(format!("/{name}"), "a verification has no members"));
    }
    Ok(accepted(desk, &asked.verification(desk, path).await?))
}

/// The same for somebody, under a key.
pub(crate) async fn verification(
    desk: &Desk,
    who: Principal,
    (path, key): (&str, &str),
) -> Result<(Arc<Operation>, bool), Problem> {
    Asked::of(who, key, json!({}))?.verification(desk, path).await
}

/// Begins to live the history again under other rules.
pub(crate) async fn what_if(
    desk: &Desk,
    path: &str,
    request: &HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read(desk, request, body).await?;
    let mut said = asked.body.as_object().cloned().unwrap_or_default();
    let how = match said.remove("loop") {
        None => Loop::Closed,
        Some(Value::String(how)) if how == "closed" => Loop::Closed,
        Some(Value::String(how)) if how == "open" => Loop::Open,
        Some(_) => return Err(Problem::invalid("/loop", "send open or closed")),
    };
    let known = ["rules", "versions", "calendars"];
    if let Some(name) = said.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(Problem::invalid(format!("/{name}"), "there is no such member"));
    }
    let rules = Otherwise::parse(&Value::Object(said).to_string());
    let rules = rules.map_err(|why| Problem::naming("RULES_WRONG", "", why))?;
    let (upto, own) = (desk.log().head(), desk.clone());
    let passes = Passes::of(upto);
    let heard = passes.heard(lives(&rules));
    let work = async move {
        let what_if = History::of(&own).what_if_telling(&rules, how, upto, &passes).await?;
        Ok(json!(what_if))
    };
    Ok(accepted(desk, &asked.begin(desk, ("what-if", path), heard, work).await?))
}

/// What is asked for, by somebody who may.
struct Asked {
    who: Principal,
    key: String,
    body: Value,
}

impl Asked {
    async fn read(desk: &Desk, request: &HttpRequest, body: Payload) -> Result<Self, Problem> {
        let who = auth::principal(desk, request).await?;
        read::format(request, &[Format::Json])?;
        let body = json::parse(&write::bytes(request, body).await?)?;
        let key = text(request, &HeaderName::from_static("idempotency-key")).unwrap_or_default();
        Self::of(who, key, body)
    }

    fn of(who: Principal, key: &str, body: Value) -> Result<Self, Problem> {
        let key = perform::key(key)?.to_owned();
        sight::check_role(&who, Action::Rehearse)?;
        Ok(Self { who, key, body })
    }

    async fn verification(
        self,
        desk: &Desk,
        path: &str,
    ) -> Result<(Arc<Operation>, bool), Problem> {
        let (passes, desk_of_work) = (Passes::of(desk.log().head()), desk.clone());
        let heard = passes.heard(desk.log().register_status().await.len().saturating_add(1));
        let work = async move { verified(&desk_of_work, &passes).await };
        self.begin(desk, ("verification", path), heard, work).await
    }

    async fn begin(
        self,
        desk: &Desk,
        (kind, path): (&'static str, &str),
        heard: (Position, watch::Receiver<Position>),
        work: impl Future<Output = Result<Value, Problem>> + Send + 'static,
    ) -> Result<(Arc<Operation>, bool), Problem> {
        let order = order(desk, &self.who, (kind, path, &self.body.to_string()), &self.key);
        if desk.log().receipt(&order.command_id).await.map_err(trouble)?.is_some() {
            return Err(Problem::new("IDEMPOTENCY_KEY_REUSED", "this key was used for an act"));
        }
        desk.operations().begin(desk, order, heard, work)
    }
}

/// Everything decided again, and every register compared.
pub(crate) async fn verified(desk: &Desk, passes: &Passes) -> Result<Value, Problem> {
    let log = desk.log();
    let found = log.decide_again_telling(log.head(), |at| passes.at(at.0)).await;
    let found = found.map_err(trouble)?;
    passes.passed();
    let (mut registers, mut sound) = (Vec::new(), found.faults.is_empty());
    for status in log.register_status().await {
        let compared = log.compare_afresh(&status.name).await.map_err(trouble)?;
        passes.passed();
        let different = compared.differences.len();
        sound &= different == 0;
        registers.push(json!({
            "name": status.name,
            "position": compared.position.to_string(),
            "different_rows": different,
        }));
    }
    let mut said = json!(found);
    if let Value::Object(members) = &mut said {
        members.insert("registers".to_owned(), json!(registers));
        members.insert("sound".to_owned(), json!(sound));
    }
    Ok(said)
}
