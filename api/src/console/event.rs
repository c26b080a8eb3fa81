//! An event: what it says, what is kept about it, what set it off and what it set off, and its proof.

mod labels;
mod payload;

use actix_web::{HttpResponse, http::header};
use askama::Template;
use chrono::{DateTime, Utc};
use fugong_core::{Recorded, shanghai_day, shanghai_time};
use serde::Deserialize;
use serde_json::Value;

use super::{
    enterprise::{Told, kind},
    frame::{Frame, Here, answer},
    visitor::{Listed, Visitor},
    words::EnterpriseWords,
};
use crate::{
    http::inside,
    look::veiled,
    looks,
    path::encoded,
    problem::Problem,
    sight::{self, Reach},
    timeline,
};
use payload::{Line, Said, lines};

/// So many events after it are looked through for what it set off.
const LOOKED: &str = "100";
/// So many are named.
const NAMED: usize = 10;

#[derive(Template)]
#[template(path = "console/event.html")]
struct Page<'a> {
    frame: Frame<'a>,
    e: &'static EnterpriseWords,
    kind: String,
    recorded: String,
    sentence: String,
    is_proved: bool,
    content: Vec<Line>,
    envelope: Vec<(&'static str, String, bool)>,
    enterprise: Option<String>,
    why: Option<String>,
    cause: Option<Link>,
    looked_at: Vec<String>,
    effects: Vec<Link>,
    next_of_same: Vec<Link>,
    around: [Option<String>; 2],
    proof: String,
    commands: Vec<String>,
}

/// Another event, in a sentence.
struct Link {
    to: String,
    position: String,
    sentence: String,
}

/// An event, as the look tells it.
#[derive(Deserialize)]
struct Read {
    event_id: String,
    position: String,
    aggregate_type: String,
    aggregate_id: String,
    sequence: u64,
    event_type: String,
    event_version: String,
    recorded_at: DateTime<Utc>,
    occurred_at: String,
    actor_id: Option<String>,
    actor_unit: Option<String>,
    actor_role: Option<String>,
    on_behalf_of: Option<String>,
    authority: Option<String>,
    correlation_id: Option<String>,
    causation_id: Option<String>,
    rules_version: Option<String>,
    #[serde(default)]
    note: Value,
    #[serde(default)]
    attachments: Vec<String>,
    #[serde(default)]
    trace: Value,
    leaf_hash: String,
    data: Value,
}

/// The page.
///
/// # Errors
///
/// What the API answers with.
pub(super) async fn page(
    visitor: &Visitor,
    here: &Here,
    id: &str,
) -> Result<HttpResponse, Problem> {
    let e = EnterpriseWords::of(here.language);
    let read: Read = visitor.ask("read_event", &[("event_id", id)], &[]).await?;
    let recorded = looks::event(&visitor.desk, &visitor.caller.principal, id).await?;
    let about =
        looks::enterprise_of(&visitor.desk, &read.aggregate_type, &read.aggregate_id).await?;
    let about = about.map(|about| about.whole().to_string());
    let near = near(visitor, &read, about.as_deref()).await?;
    let cause = match &read.causation_id {
        Some(cause) => told(visitor, here, cause).await?,
        None => None,
    };
    let mut effects = Vec::new();
    let caused = near.iter().filter(|it| it.causation_id.as_deref() == Some(&*read.event_id));
    for effect in caused.take(NAMED) {
        effects.extend(told(visitor, here, &effect.event_id).await?);
    }
    let at: u64 = read.position.parse().unwrap_or(0);
    let (sentence, content, envelope) = visitor
        .regime(|regime| {
            let said = Said {
                here,
                regime,
                on: shanghai_day(read.recorded_at),
                kind: &read.aggregate_type,
            };
            (timeline::said(&recorded, regime), lines(&said, &read.data), envelope(&said, e, &read))
        })
        .await?;
    let fact = fact(&read);
    let why = about
        .as_ref()
        .map(|code| here.to(&format!("/enterprises/{}/why", encoded(code)), &[("fact", &fact)]));
    let page = Page {
        frame: Frame::of(visitor, here, format!("{} #{}", e.event, read.position)).await?,
        kind: kind(here, &read.aggregate_type),
        recorded: shanghai_time(read.recorded_at).format("%Y-%m-%d %H:%M:%S").to_string(),
        is_proved: at <= visitor.sealed().await?,
        enterprise: about.map(|code| here.enterprise(&code)),
        looked_at: looked_at(here, &read.trace),
        next_of_same: next_of_same(visitor, here, &read).await?,
        around: around(here, &near, at),
        proof: here.to(&format!("/events/{}/proof", encoded(id)), &[]),
        commands: commands(visitor, here, &read.event_id),
        sentence,
        content,
        envelope,
        why,
        cause,
        effects,
        e,
    };
    answer(here, 200, &page)
}

/// The proof that it is in the log, as a file.
///
/// # Errors
///
/// What the API answers with.
pub(super) async fn proof(visitor: &Visitor, id: &str) -> Result<HttpResponse, Problem> {
    let proof = inside::proof(&visitor.desk, &visitor.caller, id).await?;
    let file = format!("attachment; filename=\"{}.tlog-proof\"", encoded(id));
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, file))
        .body(proof))
}

/// What of an event near it matters here.
#[derive(Deserialize)]
struct Near {
    event_id: String,
    position: String,
    causation_id: Option<String>,
}

/// The events from just before it on, of all that the reader may see in their order.
async fn near(visitor: &Visitor, read: &Read, about: Option<&str>) -> Result<Vec<Near>, Problem> {
    let at: u64 = read.position.parse().unwrap_or(0);
    let after = at.saturating_sub(2).to_string();
    let mut query = vec![("after", after.as_str()), ("limit", LOOKED)];
    if sight::reach(&visitor.caller.principal) != Reach::District {
        let Some(about) = about else { return Ok(Vec::new()) };
        query.push(("enterprise", about));
    }
    let listed: Option<Listed> = visitor.may_ask("list_events", &[], &query).await?;
    let items = listed.map(|listed| listed.items).unwrap_or_default();
    Ok(items.into_iter().filter_map(|item| Near::deserialize(item).ok()).collect())
}

/// The events before and after it.
fn around(here: &Here, near: &[Near], at: u64) -> [Option<String>; 2] {
    let position = |it: &&Near| it.position.parse::<u64>().unwrap_or(0);
    let before = near.iter().rfind(|it| position(it) < at);
    let after = near.iter().find(|it| at < position(it));
    [before, after].map(|found| found.map(|it| here.event(&it.event_id)))
}

/// An event in a sentence, if the reader may see it. What set an event off may be an act, which is
/// none.
async fn told(visitor: &Visitor, here: &Here, id: &str) -> Result<Option<Link>, Problem> {
    let found = looks::event(&visitor.desk, &visitor.caller.principal, id).await;
    let event: Recorded = match found {
        Err(problem) if matches!(problem.status(), 403 | 404) => return Ok(None),
        found => found?,
    };
    let sentence = visitor.regime(|regime| timeline::said(&event, regime)).await?;
    let (to, position) = (here.event(&event.event_id.to_string()), event.position.to_string());
    Ok(Some(Link { to, position, sentence }))
}

/// What happened next to the same thing.
async fn next_of_same(visitor: &Visitor, here: &Here, read: &Read) -> Result<Vec<Link>, Problem> {
    let params = [("of", read.aggregate_type.as_str()), ("id", read.aggregate_id.as_str())];
    let cursor = veiled(&read.position);
    let query = [("cursor", cursor.as_str()), ("limit", "5")];
    let listed: Option<Listed> = visitor.may_ask("read_history_timeline", &params, &query).await?;
    let items = listed.map(|listed| listed.items).unwrap_or_default();
    let told = items.into_iter().filter_map(|item| Told::deserialize(item).ok());
    let link = |told: Told| Link {
        to: here.event(&told.event_id),
        position: told.position,
        sentence: told.sentence,
    };
    Ok(told.map(link).collect())
}

/// The fact that it is about, as reasons are asked for it.
fn fact(read: &Read) -> String {
    let flag = read.data.get("flag").and_then(Value::as_u64);
    match (read.aggregate_type.as_str(), flag) {
        ("credit", Some(number)) => format!("flag/{}.{number}", read.aggregate_id),
        (kind, _) => format!("{kind}/{}", read.aggregate_id),
    }
}

/// What its decision looked at: each thing with the number of its last event.
fn looked_at(here: &Here, trace: &Value) -> Vec<String> {
    let facts = trace.get("facts").and_then(Value::as_object).into_iter().flatten();
    let told = facts.map(|(fact, version)| {
        let (of, id) = fact.split_once('/').unwrap_or((fact, ""));
        format!("{} {id} @{version}", kind(here, of))
    });
    told.collect()
}

/// What is kept about it: each with its name, and whether it is a code.
fn envelope(
    said: &Said<'_>,
    e: &EnterpriseWords,
    read: &Read,
) -> Vec<(&'static str, String, bool)> {
    let unit = read.actor_unit.as_deref().map(|unit| said.unit(unit)).unwrap_or_default();
    let role = read.actor_role.as_deref().map(|role| said.code("roles", role));
    let actor = [Some(unit), role, read.actor_id.clone()].into_iter().flatten();
    let actor: Vec<_> = actor.filter(|part| !part.is_empty()).collect();
    let recorded = shanghai_time(read.recorded_at).format("%Y-%m-%d %H:%M:%S").to_string();
    let aggregate = format!("{} {}", kind(said.here, &read.aggregate_type), read.aggregate_id);
    let note = said.words(&read.note);
    let all = [
        (e.occurred_at, Some(Said::moment(&read.occurred_at)), false),
        (e.recorded_at, Some(recorded), false),
        (e.actor, Some(actor.join(" · ")), false),
        (e.on_behalf_of, read.on_behalf_of.clone(), false),
        (e.authority, read.authority.clone(), false),
        (e.note, Some(note), false),
        (e.aggregate, Some(aggregate), false),
        (e.sequence, Some(read.sequence.to_string()), false),
        (e.event_type, Some(format!("{} {}", read.event_type, read.event_version)), true),
        (e.rules_version, read.rules_version.clone(), true),
        (e.attachments, Some(read.attachments.join(" ")), true),
        (e.event_id, Some(read.event_id.clone()), true),
        (e.correlation, read.correlation_id.clone(), true),
        (e.leaf_hash, Some(read.leaf_hash.clone()), true),
    ];
    let told = all.into_iter().filter_map(|(name, text, is_code)| Some((name, text?, is_code)));
    told.filter(|(_, text, _)| !text.is_empty()).collect()
}

/// How the same is got on a command line.
fn commands(visitor: &Visitor, here: &Here, id: &str) -> Vec<String> {
    let event = here.api(&format!("/v1/events/{}", encoded(id)));
    let get = |path: &str, more: &str| {
        let origin = &visitor.origin;
        format!("curl -H \"Authorization: Bearer $TOKEN\" {origin}{path}{more}")
    };
    vec![
        get(&event, ""),
        get(&format!("{event}/proof"), &format!(" -o {}.tlog-proof", encoded(id))),
    ]
}
