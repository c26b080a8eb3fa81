//! Aggregates as JSON, by the name of their kind.

use cqrs_es::Aggregate;
use fugong_core::Position;
use fugong_domain::{
    Kind, api_key::ApiKey, barrier::Barrier, credit::Credit, data_subject::DataSubject,
    enterprise::Enterprise, epidemic::Epidemic, inspection::Inspection, measure::ControlMeasure,
    officer::Officer, plan::Plan, posting::Posting, rectification::Rectification, regime::Regime,
    report::Report, resumption::Resumption, support::Support, task::Task, webhook::Webhook,
};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, trouble},
    problem::Problem,
};

/// The state of an aggregate and its version; none if nothing ever happened to it.
pub(crate) async fn of(
    desk: &Desk,
    kind: &str,
    id: &str,
    at: Option<Position>,
) -> Result<Option<(Value, u64)>, Problem> {
    match Kind::from_code(kind) {
        Some(Kind::Enterprise) => {
            let (listed, version) = typed::<Enterprise>(desk, id, at).await?;
            Ok((0 < version).then(|| (enterprise(&listed), version)))
        }
        Some(Kind::Resumption) => one::<Resumption>(desk, id, at).await,
        Some(Kind::Plan) => one::<Plan>(desk, id, at).await,
        Some(Kind::Posting) => one::<Posting>(desk, id, at).await,
        Some(Kind::Officer) => one::<Officer>(desk, id, at).await,
        Some(Kind::Inspection) => one::<Inspection>(desk, id, at).await,
        Some(Kind::Rectification) => one::<Rectification>(desk, id, at).await,
        Some(Kind::Credit) => one::<Credit>(desk, id, at).await,
        Some(Kind::Support) => one::<Support>(desk, id, at).await,
        Some(Kind::Barrier) => one::<Barrier>(desk, id, at).await,
        Some(Kind::Epidemic) => one::<Epidemic>(desk, id, at).await,
        Some(Kind::Measure) => one::<ControlMeasure>(desk, id, at).await,
        Some(Kind::Task) => one::<Task>(desk, id, at).await,
        Some(Kind::Regime) => one::<Regime>(desk, id, at).await,
        Some(Kind::DataSubject) => one::<DataSubject>(desk, id, at).await,
        Some(Kind::Report) => one::<Report>(desk, id, at).await,
        Some(Kind::ApiKey) => one::<ApiKey>(desk, id, at).await,
        Some(Kind::Webhook) => one::<Webhook>(desk, id, at).await,
        None => Ok(None),
    }
}

/// Where an enterprise stands in the list, told apart by `state` as everything else is.
pub(crate) fn enterprise(listed: &Enterprise) -> Value {
    let state = listed.listing();
    match listed {
        Enterprise::Unlisted => json!({"state": state}),
        Enterprise::Listed(entry) => json!({"state": state, "entry": entry}),
        Enterprise::Closing { entry, kind } => {
            json!({"state": state, "entry": entry, "kind": kind})
        }
        Enterprise::Closed { entry, kind, on } => {
            json!({"state": state, "entry": entry, "kind": kind, "on": on})
        }
        Enterprise::JoinedTo { listed } => json!({"state": state, "listed": listed}),
        Enterprise::SetAside { reason } => json!({"state": state, "reason": reason}),
    }
}

/// The same as it was after the event at `at`, with what is sealed in it left sealed.
pub(crate) async fn at(
    desk: &Desk,
    kind: &str,
    id: &str,
    at: Position,
) -> Result<Option<Value>, Problem> {
    let found = of(desk, kind, id, Some(at)).await?;
    Ok(found.map(|(state, _)| desk.opened(state, false)))
}

/// An aggregate at the head, or as it was after the event at `at`, with its version.
pub(crate) async fn typed<A: Aggregate + Clone + 'static>(
    desk: &Desk,
    id: &str,
    at: Option<Position>,
) -> Result<(A, u64), Problem> {
    match at {
        None => desk.log().read::<A, _>(id, |state, version| (state.clone(), version)).await,
        Some(at) => desk.log().read_at::<A>(id, at).await,
    }
    .map_err(trouble)
}

async fn one<A: Aggregate + 'static>(
    desk: &Desk,
    id: &str,
    at: Option<Position>,
) -> Result<Option<(Value, u64)>, Problem> {
    let (state, version) = match at {
        None => {
            let look = |state: &A, version| (serde_json::to_value(state), version);
            desk.log().read::<A, _>(id, look).await.map_err(trouble)?
        }
        Some(at) => {
            let (state, version) = desk.log().read_at::<A>(id, at).await.map_err(trouble)?;
            (serde_json::to_value(&state), version)
        }
    };
    let state = state.map_err(Problem::unavailable)?;
    Ok((0 < version).then_some((state, version)))
}
