//! What can be asked of a log: an act of a domain, or one command for one plain aggregate.

use std::{error::Error, marker::PhantomData};

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use fugong_core::{Act, Decision, Envelope, Ref, Stop, Touch};

use crate::{keys::DrawnKeys, locks::View};

/// Something asked of a log.
pub(crate) trait Ask: Send {
    type Refusal: Error + Send + 'static;

    fn subject(&self) -> Ref;
    fn envelope(&self) -> Envelope;
    fn decide(
        &self,
        now: DateTime<Utc>,
        facts: &mut View<'_>,
    ) -> Result<Decision<Self::Refusal>, Stop<Self::Refusal>>;
    /// Kind and body for the receipt, if it can be written down.
    fn text(&self) -> Result<Option<String>, serde_json::Error>;
    /// The keys that were drawn for its words.
    fn keys(&self) -> Option<&DrawnKeys> {
        None
    }
}

/// An act of a domain.
pub(crate) struct Acted<'a, X> {
    pub(crate) act: &'a X,
    pub(crate) keys: Option<&'a DrawnKeys>,
}

impl<X: Act> Ask for Acted<'_, X> {
    type Refusal = X::Refusal;

    fn subject(&self) -> Ref {
        self.act.subject()
    }

    fn envelope(&self) -> Envelope {
        self.act.envelope()
    }

    fn decide(
        &self,
        now: DateTime<Utc>,
        facts: &mut View<'_>,
    ) -> Result<Decision<X::Refusal>, Stop<X::Refusal>> {
        self.act.decide(now, facts)
    }

    fn text(&self) -> Result<Option<String>, serde_json::Error> {
        let (kind, body) = (serde_json::to_string(X::KIND)?, serde_json::to_string(self.act)?);
        Ok(Some(format!(r#"{{"kind":{kind},"body":{body}}}"#)))
    }

    fn keys(&self) -> Option<&DrawnKeys> {
        self.keys
    }
}

/// One command for one plain aggregate.
pub(crate) struct Plain<A: Aggregate> {
    id: String,
    command: A::Command,
    envelope: Envelope,
    kind: PhantomData<fn() -> A>,
}

impl<A: Aggregate> Plain<A> {
    pub(crate) fn new(id: &str, command: A::Command, envelope: Envelope) -> Self {
        Self { id: id.to_owned(), command, envelope, kind: PhantomData }
    }
}

impl<A> Ask for Plain<A>
where
    A: Aggregate + 'static,
    A::Command: Clone + Send + 'static,
    A::Services: 'static,
    A::Error: Send + 'static,
{
    type Refusal = A::Error;

    fn subject(&self) -> Ref {
        Ref::to::<A>(&self.id)
    }

    fn envelope(&self) -> Envelope {
        self.envelope.clone()
    }

    fn decide(
        &self,
        _now: DateTime<Utc>,
        _facts: &mut View<'_>,
    ) -> Result<Decision<A::Error>, Stop<A::Error>> {
        Ok(Decision::of([Touch::new::<A>(&self.id, self.command.clone())]))
    }

    fn text(&self) -> Result<Option<String>, serde_json::Error> {
        // A command need not be serialisable.
        Ok(None)
    }
}
