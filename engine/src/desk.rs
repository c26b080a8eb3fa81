//! Where acts are decided and handed to the log.
//!
//! An act is decided on the aggregates it holds; its events are queued while it still holds them,
//! so that the order in the log is the order of the decisions; then it lets go and waits until
//! they are durable. What appends nothing is answered when all that it saw is durable.

mod queue;
mod run;

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use fugong_core::{Decision, Ref, Stop};
use tokio::{
    sync::{Notify, oneshot},
    time::timeout,
};

use crate::{
    Error, Order, Receipt,
    ask::Ask,
    cache::Cache,
    error::Trouble,
    following::Following,
    intents::Runs,
    keys::Keys,
    kinds::Kinds,
    locks::{Locks, View, Wants, World},
    receipts::{self, Flights, InFlight},
    source::Sources,
    store::{Appended, Fate, Pending, Stamp, Store},
};
use queue::Decided;
use run::{Done, Failed};

/// The longest anybody waits for a place in the writer's queue.
const CROWDED: Duration = Duration::from_secs(4);
/// The longest anybody waits for the disk.
const DURABLE: Duration = Duration::from_secs(30);
/// How often an act is decided when what it was decided on does not last.
const ATTEMPTS: usize = 16;
/// How often it is written when the store fails.
const FAILURES: usize = 2;
/// How many aggregates a decision may ask for, one after the other.
const FACTS: usize = 1_000;

/// Decides acts on one log.
pub(crate) struct Desk {
    pub(crate) store: Arc<Store>,
    pub(crate) sources: Arc<Sources>,
    pub(crate) kinds: Kinds,
    pub(crate) acts: HashMap<&'static str, Arc<dyn Runs>>,
    pub(crate) cache: Arc<Cache>,
    pub(crate) flights: Flights,
    pub(crate) keys: Keys,
    /// What lets the keys follow the log.
    pub(crate) following: Following,
    /// The longest a decision may take, with the commands and their services.
    pub(crate) deadline: Duration,
}

/// What one attempt came to.
enum Attempt<R> {
    /// The events are in the queue.
    Queued(oneshot::Receiver<Fate>, u64),
    /// Nothing is to be appended; it holds once these are durable, if the store is still as it was
    /// known then.
    Answer(Result<u64, Error<R>>, Vec<Arc<Pending>>, Stamp),
}

/// What trying an act out came to.
enum Tried<R> {
    /// Its commands have run.
    Done(Made<R>, Done),
    /// It is refused, or the subject is not as the caller saw it.
    Not(Error<R>, Locks),
}

/// A decision and what it was made on.
struct Made<R> {
    decision: Decision<R>,
    read: std::collections::BTreeMap<Ref, u64>,
    locks: Locks,
    now: DateTime<Utc>,
}

/// What ends a decision before it is made.
enum Ended<R> {
    Refused(R, Locks),
    Trouble(Trouble),
}

impl<R> From<Trouble> for Ended<R> {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl Desk {
    pub(crate) fn world(&self) -> World<'_> {
        World { cache: &self.cache, kinds: &self.kinds, store: &self.store }
    }

    /// Carries out what is asked, once for ever under its command id. `decided` is told when its
    /// place in the log is settled, before it is durable.
    pub(crate) async fn carry_out<K: Ask>(
        &self,
        ask: K,
        order: Order,
        decided: Option<&Notify>,
    ) -> Result<Receipt, Error<K::Refusal>> {
        let receipt = self.carried_out(ask, order, decided).await?;
        self.following.see(&receipt.events).await?;
        Ok(receipt)
    }

    async fn carried_out<K: Ask>(
        &self,
        mut ask: K,
        order: Order,
        decided: Option<&Notify>,
    ) -> Result<Receipt, Error<K::Refusal>> {
        if order.texts().any(|text| text.contains('\0')) {
            return Err(Error::NotText);
        }
        let mut flight = Some(self.flights.begin(&order.command_id).ok_or(Error::InFlight)?);
        let mut failures = 0_usize;
        for attempt in 0..ATTEMPTS {
            let attempt = match self.round(&mut ask, &order, &mut flight, attempt == 0).await? {
                Ok(attempt) => attempt,
                Err(receipt) => return Ok(receipt),
            };
            if let Some(decided) = decided {
                decided.notify_one();
            }
            let (answer, version) = match attempt {
                Attempt::Queued(answer, version) => (answer, version),
                Attempt::Answer(answer, owed, stamp) => {
                    if self.holds(&owed, stamp).await? {
                        return answer.map(|version| self.nothing(version));
                    }
                    continue;
                }
            };
            let fate = timeout(DURABLE, answer).await.map_err(|_| Error::Timeout)?;
            match fate.map_err(|_| closed())? {
                Fate::Appended(Appended { position, events }) => {
                    return Ok(Receipt { replayed: false, position, version, events });
                }
                Fate::SentBack(back) => flight = Some(back),
                Fate::Failed(trouble, back) => {
                    flight = Some(back);
                    failures = failures.saturating_add(1);
                    // Nobody knows whether it was written: the receipt says.
                    if let Some(receipt) = self.repeat(&order).await? {
                        return Ok(Receipt { replayed: false, ..receipt });
                    }
                    if FAILURES <= failures {
                        return Err(trouble.into());
                    }
                }
            }
        }
        Err(Error::Overloaded)
    }

    /// What comes of a round, or the receipt of the first time. A command that was carried out
    /// before is found when it is appended, so that its receipt is looked up only when it does not
    /// come to that: the receipt wins over whatever else is answered.
    async fn round<K: Ask>(
        &self,
        ask: &mut K,
        order: &Order,
        flight: &mut Option<InFlight>,
        first: bool,
    ) -> Result<Result<Attempt<K::Refusal>, Receipt>, Error<K::Refusal>> {
        if !first && let Some(receipt) = self.repeat(order).await? {
            return Ok(Err(receipt));
        }
        let attempt = timeout(self.deadline, self.attempt(ask, order, flight)).await;
        let attempt = attempt.map_err(|_| Error::Timeout)?;
        if !matches!(attempt, Ok(Attempt::Queued(..)))
            && let Some(receipt) = self.repeat(order).await?
        {
            return Ok(Err(receipt));
        }
        attempt.map(Ok)
    }

    /// The receipt of a command that was carried out before.
    async fn repeat<R>(&self, order: &Order) -> Result<Option<Receipt>, Error<R>> {
        let (log, id) = (self.store.log(), order.command_id.clone());
        let fingerprint = order.fingerprint.clone();
        let found = self
            .store
            .surely(move |db| {
                let Some(stored) = receipts::find(db, log, &id)? else { return Ok(None) };
                let same = stored.fingerprint == fingerprint;
                Ok(Some(if same { Some(stored.receipt(db, log)?) } else { None }))
            })
            .await?;
        found.map(|receipt| receipt.ok_or(Error::KeyReused)).transpose()
    }

    /// The receipt when nothing had to happen and none is kept.
    fn nothing(&self, version: u64) -> Receipt {
        let position = self.store.head();
        Receipt { replayed: false, position, version, events: Vec::new() }
    }

    /// Waits until what an answer stands on is durable; false if it never will be.
    pub(crate) async fn is_durable(
        &self,
        owed: &[Arc<Pending>],
        epoch: u64,
    ) -> Result<bool, Trouble> {
        if owed.iter().any(|pending| pending.is_waiting()) {
            self.look().await?;
        }
        let durable = owed.iter().all(|pending| pending.is_durable());
        Ok(durable && (owed.is_empty() || self.store.epoch() == epoch))
    }

    /// Waits until all that is queued is decided; where others write too, sees what they wrote.
    pub(crate) async fn look(&self) -> Result<(), Trouble> {
        let barrier = timeout(DURABLE, self.store.barrier()).await;
        barrier.map_err(|_| Trouble::Timeout)?
    }

    /// Whether an answer that appends nothing is one about the head, and durable.
    async fn holds(&self, owed: &[Arc<Pending>], stamp: Stamp) -> Result<bool, Trouble> {
        if self.store.is_shared() {
            self.look().await?;
        }
        let durable = self.is_durable(owed, stamp.epoch).await?;
        Ok(durable && self.store.stamp().foreign == stamp.foreign)
    }

    async fn attempt<K: Ask>(
        &self,
        ask: &mut K,
        order: &Order,
        flight: &mut Option<InFlight>,
    ) -> Result<Attempt<K::Refusal>, Error<K::Refusal>> {
        let place = timeout(CROWDED, self.store.place()).await;
        let place = place.map_err(|_| Error::Overloaded)??;
        let stamp = self.store.stamp();
        let subject = ask.subject();
        match self.try_out(ask, &subject, order.expected_version).await? {
            Tried::Done(mut made, done) => {
                let keys = ask.keys().filter(|_| appends(&done, order)).cloned();
                if let Some(keys) = keys
                    && let Err(error) = self.keys.store(keys).await
                {
                    done.undo(&mut made.locks);
                    return Err(error.into());
                }
                self.queue(Decided { ask, order, made, done, stamp, subject }, place, flight)
            }
            Tried::Not(why, locks) => Ok(Attempt::Answer(Err(why), locks.owed(), stamp)),
        }
    }

    /// What would come of an act now: the types of its events. Nothing is written, and what it
    /// stands on may not be durable yet.
    pub(crate) async fn would<K: Ask>(
        &self,
        ask: &mut K,
    ) -> Result<Vec<String>, Error<K::Refusal>> {
        let subject = ask.subject();
        let tried = timeout(self.deadline, self.try_out(ask, &subject, None)).await;
        match tried.map_err(|_| Error::Timeout)?? {
            Tried::Done(mut made, mut done) => {
                let written = std::mem::take(&mut done.written);
                done.undo(&mut made.locks);
                Ok(written.into_iter().map(|(_, _, event)| event.event_type).collect())
            }
            Tried::Not(why, _) => Err(why),
        }
    }

    /// Decides and runs the commands on what is held, up to the point at which they would be
    /// queued.
    async fn try_out<K: Ask>(
        &self,
        ask: &mut K,
        subject: &Ref,
        expected: Option<u64>,
    ) -> Result<Tried<K::Refusal>, Error<K::Refusal>> {
        let mut wants = Wants::from([(subject.clone(), true)]);
        let mut made = loop {
            let locks = Locks::take(self.world(), &wants).await?;
            if let Some(conflict) = conflict(&locks, subject, expected) {
                return Ok(Tried::Not(conflict, locks));
            }
            let made = match self.decide(ask, locks, &mut wants).await {
                Ok(made) => made,
                Err(Ended::Trouble(trouble)) => return Err(trouble.into()),
                Err(Ended::Refused(refusal, locks)) => {
                    return Ok(Tried::Not(Error::Refused(refusal), locks));
                }
            };
            let mut complete = true;
            for touch in &made.decision.touches {
                if !made.locks.owns(touch.target()) {
                    wants.insert(touch.target().clone(), true);
                    complete = false;
                }
            }
            if complete {
                break made;
            }
        };
        let touches = std::mem::take(&mut made.decision.touches);
        match run::touches(touches, &mut made.locks, &self.kinds).await {
            Ok(done) => Ok(Tried::Done(made, done)),
            Err(Failed::Refused(refusal)) => Ok(Tried::Not(Error::Refused(refusal), made.locks)),
            Err(Failed::Broken(why)) => Err(Error::Unavailable(why)),
        }
    }

    /// Asks until the decision has seen all that it wants to see.
    async fn decide<K: Ask>(
        &self,
        ask: &mut K,
        mut locks: Locks,
        wants: &mut Wants,
    ) -> Result<Made<K::Refusal>, Ended<K::Refusal>> {
        for _ in 0..FACTS {
            let now = self.sources.now();
            let mut view = View::of(&locks);
            let decided = catch_unwind(AssertUnwindSafe(|| ask.decide(now, &mut view)));
            let View { read, wanted, .. } = view;
            match decided {
                Err(_) => return Err(broken("a decision panicked; this is a defect")),
                Ok(Ok(decision)) => return Ok(Made { decision, read, locks, now }),
                Ok(Err(Stop::Refused(refusal))) => return Err(Ended::Refused(refusal, locks)),
                Ok(Err(Stop::NotYet)) => {
                    let Some(wanted) = wanted else {
                        return Err(broken("a decision asks for what is not there; a defect"));
                    };
                    let held = locks.try_share(self.world(), &wanted);
                    wants.insert(wanted, false);
                    if !held {
                        drop(locks);
                        locks = Locks::take(self.world(), wants).await?;
                    }
                }
            }
        }
        Err(broken("a decision asks for more and more aggregates; this is a defect"))
    }
}

/// Whether anything is written of what was done: events, or a receipt that nothing had to happen.
fn appends(done: &Done, order: &Order) -> bool {
    order.keep_no_op || !done.written.is_empty()
}

/// The subject is not at the version that the caller saw.
fn conflict<R>(locks: &Locks, subject: &Ref, expected: Option<u64>) -> Option<Error<R>> {
    let (expected, actual) = (expected?, locks.version(subject));
    (expected != actual).then_some(Error::Conflict { expected, actual })
}

fn broken<R>(why: &str) -> Ended<R> {
    Ended::Trouble(Trouble::Unavailable(why.to_owned()))
}

fn closed<R>() -> Error<R> {
    Error::Unavailable("the log was closed meanwhile: open it again and repeat".to_owned())
}
