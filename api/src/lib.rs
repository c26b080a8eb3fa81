//! The HTTP API of Fugong, as an actix-web library.
//!
//! [`configure`] mounts it in any app. Everything it knows stands in two tables, the deeds (what
//! may be done) and the looks (what may be read): routes, the OpenAPI document and the workflow
//! come from them. [`perform`] does a deed without HTTP. An `if` about enterprises belongs in the
//! domain, not here.

mod deed;
mod deeds;
mod desk;
mod dev;
mod door;
mod event;
mod hints;
mod http;
mod json;
mod look;
mod looks;
mod members;
mod openapi;
mod path;
mod perform;
mod places;
mod problem;
mod record;
mod sentence;
mod sight;
mod timeline;
mod workflow;

pub use deed::{Makes, Row};
pub use desk::{Desk, Settings};
pub use http::configure;
pub use openapi::text as openapi;
pub use perform::{Answer, IfMatch, Line, Request, Slip, perform};
pub use problem::{About, Entry, Fault, LIST, Language, Problem};
pub use workflow::{described as workflow, drawn as workflow_diagram};

/// Every act that may be asked for, for those who list them.
pub fn acts() -> impl Iterator<Item = &'static Row> {
    deeds::TABLE.iter().map(|entry| &entry.row)
}
