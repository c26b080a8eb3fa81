//! Carrying out an act: from a request to a receipt. HTTP is a thin skin over this.

mod name;
mod rows;

use fugong_core::{Act as _, Position, Recorded};
use fugong_domain::{Act, DocumentNumber, Kind, Principal, Refusal};
use fugong_engine::{ClockMode, Order, Receipt};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    deed::{Entry, Makes, Row},
    desk::{Desk, trouble},
    door::{Door, Drawn, Params, Seals},
    json, known,
    members::Common,
    path,
    problem::Problem,
    record, spans,
};

pub(crate) use name::Name;
use name::{check_same, fingerprint};
pub(crate) use rows::{perform_row, would_row};

/// A request to do something.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub by: Principal,
    /// The address in the district: `/v1/…`.
    pub path: String,
    /// Names the act for ever.
    pub key: String,
    /// The version it depends on.
    pub if_match: IfMatch,
    /// The JSON text of the body; empty for none.
    pub body: String,
}

/// Which version of the thing it is about an act depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// None was named.
    #[default]
    Absent,
    /// Whatever stands when it is decided.
    Current,
    /// This one, as it was read.
    Version(u64),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// 201 when something happened, 200 when nothing had to.
    pub status: u16,
    /// What was made, or the act itself.
    pub id: String,
    /// The receipt.
    pub receipt: Slip,
    /// Where what was made is found.
    pub location: Option<String>,
    /// Where the log stands after it.
    pub position: Position,
    /// Whether it had been done before, so that this is the first receipt again.
    pub replayed: bool,
}

/// The receipt of an act.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slip {
    /// What was made, or the act itself: the id by which it is read back.
    pub id: String,
    /// The version of the thing it is about, after it.
    pub version: u64,
    /// Where its last event stands.
    pub position: String,
    /// What happened.
    pub events: Vec<Line>,
    /// Remarks; none of them is a condition.
    pub advisories: Vec<String>,
    /// The text of an API key, or the secret of a webhook, that was made or exchanged: told once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Where things stand, when nothing had to happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Value>,
}

/// One event of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its type.
    pub r#type: String,
    /// Its id.
    pub event_id: String,
    /// Where it stands.
    pub position: String,
}

/// Does what `request` asks, once.
///
/// # Errors
///
/// The [`Problem`] to answer with; nothing happened then.
pub(crate) async fn perform(desk: &Desk, request: Request) -> Result<Answer, Problem> {
    let (entry, params, request) = found(desk, request)?;
    perform_deed(desk, entry, &params, request).await
}

pub(crate) async fn perform_deed(
    desk: &Desk,
    entry: &'static Entry,
    params: &Params,
    request: Request,
) -> Result<Answer, Problem> {
    named(desk, entry, params, request, None).await
}

/// The act at the address of a request. What names another district, or none where one must be
/// named, is not carried out here.
fn found(desk: &Desk, request: Request) -> Result<(&'static Entry, Params, Request), Problem> {
    let elsewhere = || Problem::absent(format!("act at {} in this district", request.path));
    let path = desk.within(&request.path).ok_or_else(elsewhere)?;
    let (entry, params) = path::deed(&path)?;
    Ok((entry, params, Request { path, ..request }))
}

async fn named(
    desk: &Desk,
    entry: &'static Entry,
    params: &Params,
    request: Request,
    name: Option<&Name>,
) -> Result<Answer, Problem> {
    let _place = desk.act_place()?;
    let params = known::params(desk, params.clone()).await?;
    let done = desk.bounded(carry_out(desk, entry, &params, request, name));
    let answer = spans::carried_out(desk, entry.row.id, done).await?;
    if entry.row.aggregate == Kind::DataSubject.code() {
        desk.operations().forget_reports();
    }
    let simulated = desk.log().clock_mode() != ClockMode::Real;
    if simulated && desk.settings().settles {
        // Nothing runs by itself there, and whoever acted wants to see what it set off; so does who
        // asks again, since the process may have ended between.
        desk.log().settle().await.map_err(trouble)?;
    }
    Ok(answer)
}

async fn carry_out(
    desk: &Desk,
    entry: &'static Entry,
    params: &Params,
    request: Request,
    name: Option<&Name>,
) -> Result<Answer, Problem> {
    let row = &entry.row;
    let name = name.map_or_else(|| Name::own(&request), |name| Ok(name.clone()))?;
    let command_id = name.id.clone();
    let body = json::parse_texts(&request.body, entry.text)?;
    let fingerprint = fingerprint(desk, row, &request, &body);
    if let Some((receipt, first)) = name.receipt(desk).await? {
        if !name.is_his(&request.by, &receipt) {
            let of = (params, &name);
            // Seldom met, and large.
            Box::pin(rows::check_may(desk, entry, of, &request, body.clone())).await?;
        }
        check_same(&first, &fingerprint)?;
        let receipt = Receipt { replayed: true, ..receipt };
        // What nothing happened to is named by the act alone.
        let again = if receipt.events.is_empty() {
            act(desk, entry, (params, &command_id, Seals::Not), &request, body).await.ok()
        } else {
            None
        };
        return answer(desk, (row, params), &request, &receipt, again.as_ref()).await;
    }
    let expected_version = expected(row, request.if_match)?;
    let drawn = Drawn::default();
    let act = act(desk, entry, (params, &command_id, Seals::With(&drawn)), &request, body).await?;
    let order =
        Order { command_id, fingerprint, expected_version, keep_no_op: true, ..Order::default() };
    let done = desk.log().act_sealed(&act, order, &drawn.keys).await;
    let receipt = done.map_err(|error| refused(error, expected_version, (row, &act)))?;
    let answer = answer(desk, (row, params), &request, &receipt, Some(&act)).await?;
    let is_new = answer.status == 201 && !answer.replayed;
    let secret = drawn.secret.into_inner().filter(|_| is_new);
    Ok(Answer { receipt: Slip { secret, ..answer.receipt }, ..answer })
}

fn refused(
    error: fugong_engine::Error<Refusal>,
    expected: Option<u64>,
    (row, act): (&Row, &Act),
) -> Problem {
    let mut problem = Problem::from(error);
    if problem.code != "VERSION_CONFLICT" {
        return problem;
    }
    if row.makes == Makes::Named && expected == Some(0) {
        let detail = "there is one under this name: send the ETag of what you read as If-Match, to \
                      put another in its place";
        let version = problem.about.version;
        problem = Problem::new("IF_MATCH_REQUIRED", detail);
        problem.about.version = version;
        return problem;
    }
    if expected.is_none() {
        problem.about.status = Some(409);
    } else if problem.about.version == Some(0) && row.path.contains("/{id}/") {
        // It has no version because nothing by that id was ever made: reading it again would not
        // help, as a stale version would let one think.
        return Problem::absent(format!("{} {}", row.aggregate, act.subject().id));
    }
    problem
}

/// What an act would come to if it were carried out now: its remarks. Nothing is kept of it.
///
/// # Errors
///
/// The [`Problem`] that it would be answered with.
async fn tried(
    desk: &Desk,
    entry: &'static Entry,
    (params, name): (&Params, &Name),
    request: &Request,
    body: Value,
) -> Result<Vec<String>, Problem> {
    let act = act(desk, entry, (params, &name.id, Seals::Not), request, body).await?;
    let tried = desk.log().would(&act).await;
    tried.map_err(|error| refused(error, None, (&entry.row, &act)))
}

/// The key, if it can be one.
pub(crate) fn key(key: &str) -> Result<&str, Problem> {
    let key = key.trim();
    if key.is_empty() {
        return Err(Problem::new("IDEMPOTENCY_KEY_REQUIRED", "send an Idempotency-Key header"));
    }
    let fits = key.len() <= 255 && key.bytes().all(|c| c.is_ascii_graphic());
    let wrong = || Problem::invalid("Idempotency-Key", "send 1 to 255 visible ASCII characters");
    fits.then_some(key).ok_or_else(wrong)
}

fn expected(row: &Row, if_match: IfMatch) -> Result<Option<u64>, Problem> {
    match if_match {
        IfMatch::Version(version) => Ok(Some(version)),
        // What is there already is not written over by somebody who has not seen it.
        IfMatch::Absent if row.makes == Makes::Named => Ok(Some(0)),
        IfMatch::Absent if row.decides => {
            Err(Problem::new("IF_MATCH_REQUIRED", "send the ETag of what you read as If-Match"))
        }
        IfMatch::Absent | IfMatch::Current => Ok(None),
    }
}

/// The act that a request asks for.
pub(crate) async fn act(
    desk: &Desk,
    entry: &'static Entry,
    (params, command_id, seals): (&Params, &str, Seals<'_>),
    request: &Request,
    body: Value,
) -> Result<Act, Problem> {
    let (common, own) = split(body, entry.own);
    let common: Common = json::decode(Value::Object(common))?;
    let (by, now) = (&request.by, desk.log().now());
    let said = common.occurred_at.map(|when| when.0);
    let mut door = Door { desk, by, params, command_id, seals, now, occurred: said };
    // The date of the act itself stands for the moment, unless the clock forbids it: then the
    // rule about that date speaks, not the one about the moment.
    let own_date = (entry.own_date)(&own).filter(|own| !own.is_after(now));
    door.occurred = said.or(own_date);
    let ask = known::ask(desk, (entry.run)(&door, own).await?).await?;
    let note = match common.note {
        Some(note) => Some(door.words(path::about(params, by), &note).await?),
        None => None,
    };
    let authority: Option<DocumentNumber> = common.authority.map(|document| document.0);
    Ok(Act {
        by: by.clone(),
        on_behalf_of: common.on_behalf_of.map(|whom| whom.0),
        authority,
        note,
        attachments: common.attachments.into_iter().map(|paper| paper.0).collect(),
        occurred: door.occurred,
        ask,
    })
}

/// The members that every act may have, and the deed's own.
fn split(body: Value, own: &[&str]) -> (Map<String, Value>, Value) {
    let Value::Object(members) = body else { return (Map::new(), body) };
    let is_common = |name: &str| Common::MEMBERS.contains(&name) && !own.contains(&name);
    let (common, own): (Map<_, _>, Map<_, _>) =
        members.into_iter().partition(|(name, _)| is_common(name));
    (common, Value::Object(own))
}

async fn answer(
    desk: &Desk,
    (row, params): (&Row, &Params),
    request: &Request,
    receipt: &Receipt,
    act: Option<&Act>,
) -> Result<Answer, Problem> {
    let about = receipt.events.iter().find(|event| &*event.aggregate_type == row.aggregate);
    let subject = match (about, act) {
        (Some(event), _) => event.aggregate_id.to_string(),
        (None, Some(act)) => act.subject().id,
        (None, None) => path::subject(row, params).unwrap_or_default(),
    };
    let id = match about {
        Some(event) => made(row, event)?,
        None => subject.clone(),
    };
    let happened = !receipt.events.is_empty();
    let record = if happened {
        None
    } else {
        record::at(desk, row.aggregate, &subject, receipt.position).await?
    };
    let location = happened.then(|| desk.address(&location(row, &request.path, &id)));
    let position = desk.log().head();
    Ok(Answer {
        status: if happened { 201 } else { 200 },
        id: id.clone(),
        receipt: Slip {
            id,
            version: receipt.version,
            position: receipt.position.to_string(),
            events: receipt.events.iter().map(line).collect(),
            advisories: receipt.events.iter().flat_map(advisories).collect(),
            secret: None,
            record,
        },
        location,
        position,
        replayed: receipt.replayed,
    })
}

fn made(row: &Row, event: &Recorded) -> Result<String, Problem> {
    let number = |member| {
        let payload: Value = serde_json::from_str(&event.payload).map_err(Problem::unavailable)?;
        let number = inner(&payload).and_then(|said| said.get(member)).and_then(Value::as_u64);
        Ok(format!("{}.{}", event.aggregate_id, number.unwrap_or_default()))
    };
    match row.makes {
        Makes::Thing(_) | Makes::Named => Ok(event.aggregate_id.to_string()),
        Makes::Event => Ok(event.event_id.to_string()),
        Makes::Finding => number("number"),
        Makes::Flag => number("flag"),
        Makes::Numbered => number("number").map(|id| last_of(&id).to_owned()),
    }
}

/// The number that an id ends with.
fn last_of(id: &str) -> &str {
    id.rsplit_once('.').map_or(id, |(_, number)| number)
}

/// What an event says, without its tag.
pub(crate) fn inner(payload: &Value) -> Option<&Value> {
    payload.as_object().and_then(|tagged| tagged.values().next())
}

fn location(row: &Row, path: &str, id: &str) -> String {
    match row.makes {
        Makes::Thing(collection) => format!("{collection}/{id}"),
        Makes::Named => path.to_owned(),
        Makes::Event | Makes::Finding | Makes::Flag | Makes::Numbered => format!("{path}/{id}"),
    }
}

fn line(event: &Recorded) -> Line {
    Line {
        r#type: event.event_type.to_string(),
        event_id: event.event_id.to_string(),
        position: event.position.to_string(),
    }
}

fn advisories(event: &Recorded) -> Vec<String> {
    let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
    let said = inner(&payload).and_then(|said| said.get("advisories")).and_then(Value::as_array);
    said.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
