//! The HTTP API of Fugong, as an actix-web library.
//!
//! [`configure`] mounts it in any app. Everything it knows stands in two tables, the deeds (what
//! may be done) and the looks (what may be read): routes, the OpenAPI document and the workflow
//! come from them. [`Desk::perform`] does a deed without HTTP. An `if` about enterprises belongs in the
//! domain, not here.

mod access_log;
mod allowed;
mod attachments;
mod authenticate;
mod batch;
mod console;
mod copies;
mod counts;
mod deed;
mod deeds;
mod desk;
mod dev;
pub mod district;
mod door;
mod event;
mod feed;
mod filters;
mod hints;
mod history;
mod http;
mod imports;
mod json;
mod kept;
mod known;
mod look;
mod looks;
mod members;
mod ocel;
mod openapi;
mod operations;
pub mod outward;
mod papers;
mod path;
mod perform;
mod places;
mod private;
mod problem;
mod progress;
mod proofs;
mod rates;
mod rebuild;
mod record;
#[cfg(feature = "nats")]
mod relay;
mod replay;
pub mod reports;
mod results;
mod runs;
mod schema;
mod sentence;
mod sight;
mod spans;
#[cfg(feature = "otel")]
mod telemetry;
mod timeline;
mod veil;
mod views;
mod webhooks;
mod workflow;

pub use authenticate::{Authenticator, BadSettings, Caller, Identity, Logins, Parts, identity};
pub use console::SessionKey;
pub use copies::Copy;
pub use deed::{Makes, Row};
pub use desk::{Desk, Settings};
pub use event::event_json;
pub use history::{
    Differently, Fact, Ground, History, Moment, Otherwise, Place, Stands, Step, Told, Treated,
    UnknownPlace, UnknownWhose, WhatIf, Whose, Why,
};
pub use http::configure;
pub use imports::{BadMapping, Became, Form as LedgerForm, Ledger, Mapping, Outcome, Summary};
pub use ocel::{NotWritten, Ocel, write_ocel};
pub use openapi::text as openapi;
pub use papers::{Form, paper};
pub use perform::{Answer, IfMatch, Line, Request, Slip};
pub use problem::{About, Entry, Fault, LIST, Language, Problem};
pub use progress::Progress;
pub use rates::Rate;
#[cfg(feature = "nats")]
pub use relay::Relay;
#[cfg(feature = "otel")]
pub use telemetry::Telemetry;
pub use webhooks::Webhooks;
pub use workflow::{described as workflow_json, drawn as workflow_mermaid};

/// The JSON Schema of each type of event and version of it, with its envelope, as the feed and
/// webhooks send it.
pub fn event_schemas() -> impl Iterator<Item = (&'static str, &'static str, serde_json::Value)> {
    let schema = |(name, version)| Some((name, version, schema::alone::event(name, version)?));
    schema::alone::all().filter_map(schema)
}

/// Every act that may be asked for, for those who list them.
pub fn acts() -> impl Iterator<Item = &'static Row> {
    deeds::TABLE.iter().map(|entry| &entry.row)
}

/// Somebody as a line of acts names him: `actor:unit:role`.
pub fn principal(text: &str) -> Option<fugong_domain::Principal> {
    let (rest, role) = text.rsplit_once(':')?;
    let (actor, unit) = rest.rsplit_once(':')?;
    authenticate::dev_principal(actor, unit, role)
}
