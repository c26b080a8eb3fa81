//! Acts: what somebody asks for, decided on facts.

use std::{any::Any, error::Error, fmt, future::Future, marker::PhantomData, pin::Pin};

use chrono::{DateTime, Utc};
use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Facts, NotYet, Occurred};

/// Something somebody asks for, which one commit makes happen or a refusal explains.
///
/// Its JSON text is stored with the receipt, so that it can be decided again.
pub trait Act: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name under which stored acts of this type are found again.
    const KIND: &'static str;
    /// Why an act of this type is refused.
    type Refusal: Error + Send + Sync + 'static;

    /// The aggregate it is mainly about; an expected version speaks of this one.
    fn subject(&self) -> Ref;

    /// Who acts, when, on what authority.
    fn envelope(&self) -> Envelope;

    /// What is to happen at `now`, on these facts. Pure: the engine may ask more than once.
    ///
    /// # Errors
    ///
    /// [`Stop::Refused`] with the reason, or [`Stop::NotYet`] from [`Facts::read`].
    fn decide<F: Facts>(
        &self,
        now: DateTime<Utc>,
        facts: &mut F,
    ) -> Result<Decision<Self::Refusal>, Stop<Self::Refusal>>;
}

/// Who acts, when and on what authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Who acts: a pseudonym.
    pub actor_id: String,
    /// The unit he acts for.
    pub actor_unit: String,
    /// The role in which he acts.
    pub actor_role: String,
    /// For whom, if not for himself.
    pub on_behalf_of: Option<String>,
    /// The document number (文号) on which the act rests.
    pub authority: Option<String>,
    /// A remark on it, as the JSON text of a sealed value.
    pub note: Option<String>,
    /// Papers and photographs that go with it: the JSON text of a list of SHA-256 digests.
    pub attachments: Option<String>,
    /// When it happened in the world; the moment of the decision if nothing is said.
    pub occurred_at: Option<Occurred>,
}

/// Names one aggregate of a log. Ordered, so that locks are taken in one order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref {
    /// The kind, `Aggregate::TYPE`.
    pub kind: &'static str,
    /// Which one.
    pub id: String,
}

impl Ref {
    /// The aggregate `id` of kind `A`.
    pub fn to<A: Aggregate>(id: impl Into<String>) -> Self {
        Self { kind: A::TYPE, id: id.into() }
    }
}

/// Why a decision ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop<R> {
    /// A fact has to be fetched; ask again.
    NotYet,
    /// The act is refused.
    Refused(R),
}

impl<R> From<NotYet> for Stop<R> {
    fn from(NotYet: NotYet) -> Self {
        Self::NotYet
    }
}

/// What an act comes to: commands on aggregates, committed together or not at all.
pub struct Decision<R> {
    /// The commands, in order; none means that there is nothing to do.
    pub touches: Vec<Touch<R>>,
    /// The rule set that decided, if one did.
    pub rules_version: Option<String>,
    /// The rules that decided, by id, for the trace.
    pub rules: Vec<String>,
}

impl<R> Decision<R> {
    /// These commands, with no rule to name.
    pub fn of(touches: impl IntoIterator<Item = Touch<R>>) -> Self {
        Self { touches: touches.into_iter().collect(), rules_version: None, rules: Vec::new() }
    }
}

impl<R> fmt::Debug for Decision<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision").field("touches", &self.touches).finish_non_exhaustive()
    }
}

/// One command for one aggregate, whatever its type.
pub struct Touch<R> {
    target: Ref,
    step: Box<dyn Step<R>>,
}

impl<R: Send + 'static> Touch<R> {
    /// `command` for the aggregate `id` of kind `A`.
    pub fn new<A>(id: impl Into<String>, command: A::Command) -> Self
    where
        A: Aggregate + 'static,
        A::Command: Send + 'static,
        A::Services: 'static,
        R: From<A::Error>,
    {
        Self {
            target: Ref::to::<A>(id),
            step: Box::new(Given::<A, R> { command, refusal: PhantomData }),
        }
    }

    /// The aggregate it is for.
    pub fn target(&self) -> &Ref {
        &self.target
    }

    /// The command, ready to be run on that aggregate.
    pub fn into_step(self) -> Box<dyn Step<R>> {
        self.step
    }
}

impl<R> fmt::Debug for Touch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Touch").field(&self.target).finish()
    }
}

/// An event that an aggregate wrote, not yet in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `DomainEvent::event_type`.
    pub event_type: String,
    /// `DomainEvent::event_version`.
    pub event_version: String,
    /// Its JSON text.
    pub payload: String,
}

/// What running a [`Step`] came to.
pub type Ran<R> = Result<Vec<Written>, Ended<R>>;

/// Why a [`Step`] wrote nothing that counts.
#[derive(Debug)]
pub enum Ended<R> {
    /// Refused before anything was written: the instance is as it was.
    Refused(R),
    /// Refused after events were written, so the instance must be dropped.
    RefusedAfterWriting(R),
    /// The aggregate, its services or its event do not fit; a defect, not a refusal.
    Broken(String),
}

/// A command that waits for its aggregate. The engine knows neither type.
pub trait Step<R>: Send {
    /// Runs the command on `aggregate`, an `A`, with `services`, an `A::Services`.
    fn run<'a>(
        self: Box<Self>,
        aggregate: &'a mut (dyn Any + Send + Sync),
        services: &'a (dyn Any + Send + Sync),
    ) -> Pin<Box<dyn Future<Output = Ran<R>> + Send + 'a>>
    where
        R: 'a;
}

struct Given<A: Aggregate, R> {
    command: A::Command,
    refusal: PhantomData<fn() -> R>,
}

impl<A, R> Step<R> for Given<A, R>
where
    A: Aggregate + 'static,
    A::Command: Send + 'static,
    A::Services: 'static,
    R: From<A::Error> + Send + 'static,
{
    fn run<'a>(
        self: Box<Self>,
        aggregate: &'a mut (dyn Any + Send + Sync),
        services: &'a (dyn Any + Send + Sync),
    ) -> Pin<Box<dyn Future<Output = Ran<R>> + Send + 'a>>
    where
        R: 'a,
    {
        Box::pin(async move {
            let (Some(aggregate), Some(services)) =
                (aggregate.downcast_mut::<A>(), services.downcast_ref::<A::Services>())
            else {
                return Err(Ended::Broken(format!("{} is registered with other types", A::TYPE)));
            };
            let sink = EventSink::default();
            // The error may not be `Send`: it is turned into a refusal before the next await.
            let refused = aggregate.handle(self.command, services, &sink).await.err().map(R::from);
            let events = sink.collect().await;
            match refused {
                Some(refusal) if events.is_empty() => Err(Ended::Refused(refusal)),
                Some(refusal) => Err(Ended::RefusedAfterWriting(refusal)),
                None => events.iter().map(written).collect(),
            }
        })
    }
}

fn written<E: DomainEvent, R>(event: &E) -> Result<Written, Ended<R>> {
    Ok(Written {
        event_type: event.event_type(),
        event_version: event.event_version(),
        payload: serde_json::to_string(event).map_err(|e| Ended::Broken(e.to_string()))?,
    })
}
