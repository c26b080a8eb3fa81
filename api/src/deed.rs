//! A deed: one act that may be asked for, with everything that is said about it anywhere.
//!
//! Routes, the OpenAPI document, the workflow and lines of acts all come from the one table of
//! deeds, so that none of them can know an act that another does not.

use std::{future::Future, pin::Pin};

use fugong_core::Occurred;
use fugong_domain::Ask;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::{door::Door, json, problem::Problem};

/// What is said about an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its operation id.
    pub id: &'static str,
    /// Its address, with `{parameters}`.
    pub path: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// The aggregate it is mainly about.
    pub aggregate: &'static str,
    /// The name by which the rules of the day grant it to roles.
    pub right: &'static str,
    /// Who may by the rules that the district starts with.
    pub roles: &'static str,
    /// What its receipt's id names.
    pub makes: Makes,
    /// Whether it needs If-Match: a decision on an existing act.
    pub decides: bool,
    /// The events it may make happen.
    pub events: &'static [&'static str],
    /// A body.
    pub example: &'static str,
}

impl Row {
    /// The HTTP method by which it is asked for.
    pub fn method(&self) -> &'static str {
        if self.makes == Makes::Named { "PUT" } else { "POST" }
    }
}

/// What the id in the receipt of an act names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Makes {
    /// A thing of its own, found under this address and its id.
    Thing(&'static str),
    /// The thing that the address names, which may be there already: asked for by PUT.
    Named,
    /// The act itself: its first event, found under the act's address and that event's id.
    Event,
    /// The n-th finding of an inspection.
    Finding,
    /// The n-th flag of an enterprise.
    Flag,
    /// The n-th of its kind at an enterprise, from 1: a number.
    Numbered,
}

/// A body from which an act is made.
pub(crate) trait Deed: DeserializeOwned + ToSchema + Send + 'static {
    /// What is said about it.
    const ROW: Row;
    /// Members that every act may have and that mean something of its own here.
    const OWN: &'static [&'static str] = &[];
    /// The most bytes of one text of its body.
    const TEXT: usize = json::TEXT_BYTES;

    /// Its own date or moment, if it says when it was done.
    fn own_date(&self) -> Option<Occurred> {
        None
    }

    /// What is asked of which aggregate.
    fn ask(self, door: &Door<'_>) -> impl Future<Output = Result<Ask, Problem>> + Send;
}

type Run = for<'a> fn(
    &'a Door<'a>,
    Value,
) -> Pin<Box<dyn Future<Output = Result<Ask, Problem>> + Send + 'a>>;

type Schemas = Vec<(String, RefOr<Schema>)>;

/// A row of the table, with what runs and describes it.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) row: Row,
    pub(crate) own: &'static [&'static str],
    pub(crate) text: usize,
    pub(crate) own_date: fn(&Value) -> Option<Occurred>,
    pub(crate) run: Run,
    pub(crate) name: fn() -> String,
    pub(crate) schema: fn() -> RefOr<Schema>,
    pub(crate) schemas: fn(&mut Schemas),
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Entry").field(&self.row).finish()
    }
}

/// The entry of a deed.
pub(crate) const fn entry<D: Deed>() -> Entry {
    Entry {
        row: D::ROW,
        own: D::OWN,
        text: D::TEXT,
        own_date: |body| D::deserialize(body).ok().and_then(|deed| deed.own_date()),
        run: |door, body| {
            Box::pin(async move {
                let deed: D = json::decode(body)?;
                deed.ask(door).await
            })
        },
        name: || D::name().into_owned(),
        schema: D::schema,
        schemas: D::schemas,
    }
}
