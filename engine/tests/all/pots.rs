//! Pots of grain: aggregates whose commands misbehave when they are told to.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use fugong_engine::{
    Error, Log, Order, Receipt,
    core::{Act, Decision, Envelope, Facts, Ref, Stop, Touch},
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::jars::TooFew;

/// A pot of grain.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pot {
    pub(crate) grains: u64,
}

/// What is done with a pot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Step {
    Add(u64),
    Take(u64),
    Note(String),
    Nothing,
    /// Adds, and only then finds that it must refuse.
    AddThenRefuse(u64),
    Panic,
    AddThenPanic(u64),
    /// Waits at the gate, then adds.
    WaitThenAdd(u64),
    /// Adds, then waits at the gate.
    AddThenWait(u64),
}

/// What happened to a pot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Happened {
    Added(u64),
    Taken(u64),
    Noted(String),
}

/// Where commands wait, and what tells how far they have come.
#[derive(Debug, Clone)]
pub(crate) struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    met: Semaphore,
    waiting: Semaphore,
    open: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        let closed = || Semaphore::new(0);
        Self(Arc::new(Inner { met: closed(), waiting: closed(), open: closed() }))
    }
}

impl Gate {
    /// The next command has met its aggregate. On one thread it has also come as far as it can
    /// without waiting: what it decided is in the queue.
    pub(crate) async fn met(&self) {
        self.0.met.acquire().await.unwrap().forget();
    }

    /// Forgets the commands so far.
    pub(crate) fn forget(&self) {
        self.0.met.forget_permits(self.0.met.available_permits());
    }

    /// The next command waits at the gate.
    pub(crate) async fn reached(&self) {
        self.0.waiting.acquire().await.unwrap().forget();
    }

    /// Lets one command pass.
    pub(crate) fn open(&self) {
        self.0.open.add_permits(1);
    }

    async fn pass(&self) {
        self.0.waiting.add_permits(1);
        self.0.open.acquire().await.unwrap().forget();
    }
}

impl DomainEvent for Happened {
    fn event_type(&self) -> String {
        match self {
            Self::Added(_) => "grains-added",
            Self::Taken(_) => "grains-taken",
            Self::Noted(_) => "pot-noted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Pot {
    const TYPE: &'static str = "pot";
    type Command = Step;
    type Event = Happened;
    type Error = TooFew;
    type Services = Gate;

    async fn handle(
        &mut self,
        step: Step,
        gate: &Gate,
        sink: &EventSink<Self>,
    ) -> Result<(), TooFew> {
        gate.0.met.add_permits(1);
        match step {
            Step::Add(n) => sink.write(Happened::Added(n), self).await,
            Step::Take(n) if self.grains < n => return Err(TooFew(self.grains)),
            Step::Take(n) => sink.write(Happened::Taken(n), self).await,
            Step::Note(text) => sink.write(Happened::Noted(text), self).await,
            Step::Nothing => {}
            Step::AddThenRefuse(n) => {
                sink.write(Happened::Added(n), self).await;
                return Err(TooFew(self.grains));
            }
            Step::Panic => panic!("told to"),
            Step::AddThenPanic(n) => {
                sink.write(Happened::Added(n), self).await;
                panic!("told to, after {n} were added");
            }
            Step::WaitThenAdd(n) => {
                gate.pass().await;
                sink.write(Happened::Added(n), self).await;
            }
            Step::AddThenWait(n) => {
                sink.write(Happened::Added(n), self).await;
                gate.pass().await;
            }
        }
        Ok(())
    }

    fn apply(&mut self, event: Happened) {
        match event {
            Happened::Added(n) => self.grains += n,
            Happened::Taken(n) => self.grains -= n,
            Happened::Noted(_) => {}
        }
    }
}

/// Asks for steps on pots, all or none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Cook {
    /// Each with its pot; the first is what it is mainly about.
    pub(crate) steps: Vec<(String, Step)>,
    /// As many grains as are in this pot are added to the first before.
    pub(crate) like: Option<String>,
    /// The decision itself panics.
    pub(crate) panics: bool,
    pub(crate) actor: String,
    pub(crate) note: Option<String>,
}

impl Cook {
    pub(crate) fn new<const N: usize>(steps: [(&str, Step); N]) -> Self {
        let steps = steps.into_iter().map(|(pot, step)| (pot.to_owned(), step)).collect();
        Self { steps, actor: "cook".to_owned(), ..Self::default() }
    }

    fn begin(&self) {
        assert!(!self.panics, "told to");
    }

    /// Adds as many grains to `pot` as are in `like`.
    pub(crate) fn like(pot: &str, like: &str) -> Self {
        Self { like: Some(like.to_owned()), ..Self::new([(pot, Step::Nothing)]) }
    }
}

impl Act for Cook {
    const KIND: &'static str = "cook";
    type Refusal = TooFew;

    fn subject(&self) -> Ref {
        Ref::to::<Pot>(&self.steps[0].0)
    }

    fn envelope(&self) -> Envelope {
        Envelope { actor_id: self.actor.clone(), note: self.note.clone(), ..Envelope::default() }
    }

    fn decide<F: Facts>(
        &self,
        _now: DateTime<Utc>,
        facts: &mut F,
    ) -> Result<Decision<TooFew>, Stop<TooFew>> {
        self.begin();
        let mut touches = Vec::new();
        if let Some(like) = &self.like {
            let grains = facts.read::<Pot>(like)?.grains;
            touches.push(Touch::new::<Pot>(&self.steps[0].0, Step::Add(grains)));
        }
        let steps = self.steps.iter().map(|(pot, step)| Touch::new::<Pot>(pot, step.clone()));
        touches.extend(steps);
        Ok(Decision::of(touches))
    }
}

/// Carries out `cook` under an id.
pub(crate) async fn cook(log: &Log, id: &str, cook: Cook) -> Result<Receipt, Error<TooFew>> {
    let order = Order { command_id: id.to_owned(), keep_no_op: true, ..Order::default() };
    log.act(&cook, order).await
}

/// Carries out one step on one pot.
pub(crate) async fn step(
    log: &Log,
    id: &str,
    pot: &str,
    step: Step,
) -> Result<Receipt, Error<TooFew>> {
    cook(log, id, Cook::new([(pot, step)])).await
}

/// How many grains are in a pot.
pub(crate) async fn grains(log: &Log, pot: &str) -> u64 {
    log.read::<Pot, _>(pot, |pot, _| pot.grains).await.unwrap()
}
