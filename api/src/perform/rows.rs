//! Acts that are rows of a ledger: whoever brings it, they happen once.

use serde_json::Value;

use super::{Answer, Name, Request, check_same, fingerprint, found, named, tried};
use crate::{deed::Entry, desk::Desk, door::Params, json, known, problem::Problem};

/// Does what a row of a ledger asks, once, whoever brings it.
///
/// # Errors
///
/// As [`perform`].
pub(crate) async fn perform_row(
    desk: &Desk,
    request: Request,
    name: &Name,
) -> Result<Answer, Problem> {
    let (entry, params, request) = found(desk, request)?;
    named(desk, entry, &params, request, Some(name)).await
}

/// Whether a row of a ledger would be taken in now, with its remarks; none if it was before.
///
/// # Errors
///
/// The problem that it would be answered with.
pub(crate) async fn would_row(
    desk: &Desk,
    request: Request,
    name: &Name,
) -> Result<Option<Vec<String>>, Problem> {
    let (entry, params, request) = found(desk, request)?;
    let params = known::params(desk, params).await?;
    let body = json::parse_texts(&request.body, entry.text)?;
    let Some((receipt, first)) = name.receipt(desk).await? else {
        return tried(desk, entry, (&params, name), &request, body).await.map(Some);
    };
    let asked = fingerprint(desk, &entry.row, &request, &body);
    if !name.is_his(&request.by, &receipt) {
        check_may(desk, entry, (&params, name), &request, body).await?;
    }
    check_same(&first, &asked).map(|()| None)
}

/// That somebody may do what another did before him, so that he is told of it at all. Whatever else would hinder it now is no matter:
/// it was done.
pub(super) async fn check_may(
    desk: &Desk,
    entry: &'static Entry,
    of: (&Params, &Name),
    request: &Request,
    body: Value,
) -> Result<(), Problem> {
    match tried(desk, entry, of, request, body).await {
        Err(problem) if problem.status() == 403 => Err(problem),
        Ok(_) | Err(_) => Ok(()),
    }
}
