//! Aggregates in memory, on which acts are decided.

use std::{borrow::Borrow, collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use fugong_core::{
    Act, Decision, Ended, Envelope, Facts, Intent, Metadata, NotYet, Recorded, Ref, Stop, Written,
    keys,
};

use crate::{Order, desk::Desk, draft, error::Trouble, kinds::Instance};

/// The aggregates of a log as some of its events leave them.
pub struct World<'a> {
    desk: &'a Desk,
    states: BTreeMap<Ref, State>,
}

/// An aggregate, and how many events have happened to it.
struct State {
    instance: Instance,
    version: u64,
}

/// What deciding an act came to.
pub(crate) enum Decided {
    /// These events, which have happened to the states already.
    Made(Box<Made>),
    /// A rule refuses it. What was written before must be folded anew.
    Refused(String, Vec<Ref>),
    /// It cannot be decided by this program.
    Unknown(String),
}

/// What an act makes happen.
pub(crate) struct Made {
    /// On which aggregate, its number there, the event.
    pub(crate) written: Vec<(Ref, u64, Written)>,
    touched: Vec<Ref>,
    read: BTreeMap<Ref, u64>,
    rules_version: Option<String>,
    rules: Vec<String>,
    envelope: Envelope,
}

impl<'a> World<'a> {
    /// Nothing has happened yet.
    pub(crate) fn new(desk: &'a Desk) -> Self {
        Self { desk, states: BTreeMap::new() }
    }

    /// An aggregate; none if nothing happened to it.
    pub fn read<A: Aggregate + 'static>(&self, id: &str) -> Option<&A> {
        let state = self.states.get(&Ref::to::<A>(id)).filter(|state| 0 < state.version);
        state.and_then(|state| state.instance.downcast_ref())
    }

    /// The kind and id of the aggregate that an event happened to.
    pub(crate) fn target(&self, event: &Recorded) -> Result<Ref, Trouble> {
        self.named(&event.aggregate_type, &event.aggregate_id)
    }

    /// The aggregate of this kind and id.
    pub(crate) fn named(&self, kind: &str, id: &str) -> Result<Ref, Trouble> {
        let known = self.desk.kinds.get_key_value(kind).map(|(kind, _)| *kind);
        let unknown = || Trouble::Unavailable(format!("aggregates of kind {kind} are not known"));
        Ok(Ref { kind: known.ok_or_else(unknown)?, id: id.to_owned() })
    }

    /// Lets an event happen.
    pub(crate) fn apply(&mut self, event: &Recorded) -> Result<(), Trouble> {
        let target = self.target(event)?;
        let Some(kind) = self.desk.kinds.get(target.kind) else { return Ok(()) };
        let fresh = || State { instance: kind.fresh(), version: 0 };
        let state = self.states.entry(target).or_insert_with(fresh);
        kind.apply(&mut state.instance, event)?;
        state.version = event.sequence;
        Ok(())
    }

    /// Lets an aggregate stand where these events leave it.
    pub(crate) fn refold(
        &mut self,
        target: &Ref,
        events: impl IntoIterator<Item = impl Borrow<Recorded>>,
    ) -> Result<(), Trouble> {
        self.states.remove(target);
        events.into_iter().try_for_each(|event| self.apply(event.borrow()))
    }

    /// Decides a stored act at `now`.
    pub(crate) async fn repeat(&mut self, intent: &Intent, now: DateTime<Utc>) -> Decided {
        let acts = self.desk.acts.get(intent.kind.as_str()).cloned();
        match acts {
            Some(acts) => acts.rehearse(self, &intent.body, now).await,
            None => Decided::Unknown(format!("acts of kind {:?} are not known", intent.kind)),
        }
    }

    /// Decides an act at `now`, and lets happen what it makes happen.
    pub(crate) async fn decide<X: Act>(&mut self, act: &X, now: DateTime<Utc>) -> Decided {
        let mut seen = Seen { world: self, read: BTreeMap::new() };
        let decided = act.decide(now, &mut seen);
        let read = seen.read;
        let Decision { touches, rules_version, rules } = match decided {
            Ok(decision) => decision,
            Err(Stop::Refused(why)) => return Decided::Refused(why.to_string(), Vec::new()),
            Err(Stop::NotYet) => {
                return Decided::Unknown("it reads a kind that is not known".to_owned());
            }
        };
        let (mut written, mut touched) = (Vec::new(), Vec::new());
        for touch in touches {
            let target = touch.target().clone();
            let Some(kind) = self.desk.kinds.get(target.kind) else {
                return Decided::Unknown(format!("kind {} is not known", target.kind));
            };
            touched.push(target.clone());
            let fresh = || State { instance: kind.fresh(), version: 0 };
            let state = self.states.entry(target.clone()).or_insert_with(fresh);
            match touch.into_step().run(&mut *state.instance, kind.services()).await {
                Ok(events) => {
                    for event in events {
                        state.version = state.version.saturating_add(1);
                        written.push((target.clone(), state.version, event));
                    }
                }
                Err(Ended::Refused(why) | Ended::RefusedAfterWriting(why)) => {
                    return Decided::Refused(why.to_string(), touched);
                }
                Err(Ended::Broken(why)) => return Decided::Unknown(why),
            }
        }
        let envelope = act.envelope();
        Decided::Made(Box::new(Made { written, touched, read, rules_version, rules, envelope }))
    }
}

impl Made {
    /// The metadata that the log would give its events.
    pub(crate) fn metadata(&self, order: &Order) -> Metadata {
        let mut metadata = draft::metadata(&self.envelope, order);
        if let Some(version) = &self.rules_version {
            metadata.insert(keys::RULES_VERSION.to_owned(), version.clone());
        }
        if let Some(trace) = draft::trace(&self.read, &self.touched, &self.rules) {
            metadata.insert(keys::TRACE.to_owned(), trace);
        }
        metadata
    }

    /// The aggregates that its commands ran on.
    pub(crate) fn touched(&self) -> &[Ref] {
        &self.touched
    }
}

/// What a decision sees: everything at once, and what it looked at is noted.
struct Seen<'w, 'a> {
    world: &'w mut World<'a>,
    read: BTreeMap<Ref, u64>,
}

impl Seen<'_, '_> {
    fn state<A: Aggregate>(&mut self, id: &str) -> Result<&State, NotYet> {
        let target = Ref::to::<A>(id);
        let kind = self.world.desk.kinds.get(target.kind).ok_or(NotYet)?;
        let fresh = || State { instance: kind.fresh(), version: 0 };
        let state = self.world.states.entry(target.clone()).or_insert_with(fresh);
        self.read.insert(target, state.version);
        Ok(state)
    }
}

impl Facts for Seen<'_, '_> {
    fn read<A: Aggregate + 'static>(&mut self, id: &str) -> Result<&A, NotYet> {
        self.state::<A>(id)?.instance.downcast_ref().ok_or(NotYet)
    }

    fn version<A: Aggregate + 'static>(&mut self, id: &str) -> Result<u64, NotYet> {
        Ok(self.state::<A>(id)?.version)
    }
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("aggregates", &self.states.len()).finish_non_exhaustive()
    }
}
