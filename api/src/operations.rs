//! Operations: work that takes longer than an answer may.
//!
//! An operation goes on when whoever began it has left, until it is done or told to stop. It lives
//! as long as the process: what it wrote is whole or not there, and after a restart the same request
//! begins it anew. So nothing of it is stored, and only so many are remembered.

mod stop;

pub(crate) use stop::Stop;

use std::{
    collections::VecDeque,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, Utc};
use fugong_core::Position;
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    desk::Desk,
    problem::Problem,
    reports::Course,
    results::{self, Product},
};

/// How many operations of one actor are remembered: of his that have ended, the oldest is forgotten
/// first, and nobody loses his to another.
const EACH: usize = 16;
/// How many are remembered at most; for more there is room when what others made can be fetched no
/// longer.
const KEPT: usize = 1_024;

/// The operations of a desk.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    kept: Mutex<VecDeque<Arc<Operation>>>,
    /// One at a time: each reads the log from its beginning.
    turn: Turn,
    /// One at a time of those that do not.
    short_turn: Turn,
    /// One at a time of those that write.
    writing_turn: Turn,
}

type Turn = Arc<tokio::sync::Mutex<()>>;

/// The kind of operations that take in ledgers.
pub(crate) const IMPORT: &str = "import";
/// The kind of operations that run reports.
pub(crate) const REPORT: &str = "report";

/// What is to be done, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// What kind of work it is.
    pub(crate) kind: &'static str,
    /// Names it among everything that this actor asked for.
    pub(crate) command_id: String,
    /// Tells whether another request is the same.
    pub(crate) fingerprint: String,
    /// Who asked: a pseudonym.
    pub(crate) actor: String,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    id: Uuid,
    order: Order,
    started_at: DateTime<Utc>,
    heard: Heard,
    stop: Stop,
    ended: watch::Sender<Option<Arc<Ended>>>,
}

/// How far the work has come, as it tells itself.
#[derive(Debug)]
pub(crate) enum Heard {
    /// How many events there were to read when it began, each as often as it is read, and how many
    /// have been read.
    Events(Position, watch::Receiver<Position>),
    /// How many lines a report has read and written.
    Lines(watch::Receiver<Course>),
}

impl From<(Position, watch::Receiver<Position>)> for Heard {
    fn from((events, read): (Position, watch::Receiver<Position>)) -> Self {
        Self::Events(events, read)
    }
}

/// What work comes to.
#[derive(Debug)]
pub(crate) struct Done {
    /// What is told of it.
    pub(crate) told: Value,
    /// What can be fetched.
    pub(crate) product: Option<Product>,
}

impl From<Value> for Done {
    fn from(told: Value) -> Self {
        Self { told, product: None }
    }
}

#[derive(Debug)]
struct Ended {
    at: DateTime<Utc>,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    Done(Value, Option<Arc<Product>>),
    Failed(Problem),
    Cancelled,
}

/// Tells how far work has come that reads the log several times, from its beginning to an event.
#[derive(Debug, Default)]
pub(crate) struct Passes {
    told: watch::Sender<Position>,
    /// How many events are read each time.
    length: u64,
    /// How many times it has been read.
    done: AtomicU64,
}

impl Passes {
    /// Of so many events each.
    pub(crate) fn of(upto: Position) -> Self {
        Self { length: upto.0, ..Self::default() }
    }

    /// What hears of it, where it is read so many times.
    pub(crate) fn heard(&self, times: usize) -> (Position, watch::Receiver<Position>) {
        let times = u64::try_from(times).unwrap_or(u64::MAX);
        (Position(self.length.saturating_mul(times)), self.told.subscribe())
    }

    /// So many events were read this time.
    pub(crate) fn at(&self, events: u64) {
        let before = self.done.load(Ordering::Relaxed).saturating_mul(self.length);
        self.told.send_replace(Position(before.saturating_add(events.min(self.length))));
    }

    /// It was read once more.
    pub(crate) fn passed(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.at(0);
    }
}

impl Operations {
    /// The operation with this id.
    pub(crate) fn find(&self, id: Uuid) -> Option<Arc<Operation>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|operation| operation.id == id).map(Arc::clone)
    }

    /// Begins `work` in the background, which tells how many events it has read of so many; or finds
    /// that it was begun before; then true comes along.
    ///
    /// # Errors
    ///
    /// `IDEMPOTENCY_KEY_REUSED` when the key was used for something else, `RATE_LIMITED` when too
    /// many are under way, of this actor or of all.
    pub(crate) fn begin<T: Into<Done> + Send + 'static>(
        &self,
        desk: &Desk,
        order: Order,
        heard: impl Into<Heard>,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<(Arc<Operation>, bool), Problem> {
        self.begin_stoppable(desk, order, (heard.into(), Stop::default()), work)
    }

    /// The same for work that looks itself whether it is told to stop.
    ///
    /// # Errors
    ///
    /// As [`Self::begin`].
    pub(crate) fn begin_stoppable<T: Into<Done> + Send + 'static>(
        &self,
        desk: &Desk,
        order: Order,
        (heard, stop): (Heard, Stop),
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<(Arc<Operation>, bool), Problem> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|known| known.order.command_id == order.command_id);
        if let Some(known) = known {
            return if known.order == order {
                Ok((Arc::clone(known), true))
            } else {
                Err(Problem::new("IDEMPOTENCY_KEY_REUSED", "this key began another operation"))
            };
        }
        make_room(&mut kept, &order.actor, desk.log().now())?;
        let turn = match order.kind {
            REPORT => &self.short_turn,
            IMPORT => &self.writing_turn,
            _ => &self.turn,
        };
        let operation = Arc::new(Operation {
            id: desk.log().id_for(&order.command_id, 0),
            order,
            started_at: desk.log().now(),
            heard,
            stop,
            ended: watch::Sender::default(),
        });
        kept.push_back(Arc::clone(&operation));
        run(desk.clone(), Arc::clone(&operation), Arc::clone(turn), work);
        Ok((operation, false))
    }

    /// Forgets every report that was made to be fetched: words in it may have been erased.
    pub(crate) fn forget_reports(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|operation| operation.order.kind != REPORT || !operation.has_ended());
    }

    /// Forgets one that has ended, with what can be fetched of it.
    pub(crate) fn forget(&self, id: Uuid) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|operation| operation.id != id || !operation.has_ended());
    }
}

/// Makes room for one more of this actor.
fn make_room(
    kept: &mut VecDeque<Arc<Operation>>,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let his = |operation: &Arc<Operation>| operation.actor() == actor;
    kept.retain(|operation| !operation.is_over(now));
    if EACH <= kept.iter().filter(|operation| his(operation)).count() {
        let ended = kept.iter().position(|operation| his(operation) && operation.has_ended());
        let full = || Problem::new("RATE_LIMITED", "too many of your operations are under way");
        kept.remove(ended.ok_or_else(full)?);
    }
    if KEPT <= kept.len() {
        return Err(Problem::new("RATE_LIMITED", "too many operations are under way"));
    }
    Ok(())
}

fn run<T: Into<Done> + Send + 'static>(
    desk: Desk,
    operation: Arc<Operation>,
    turn: Turn,
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) {
    tokio::spawn(async move {
        let outcome = outcome(&operation, turn, work).await;
        if let Outcome::Failed(problem) = &outcome {
            tracing::warn!(operation = %operation.id, %problem, "an operation failed");
        }
        let at = desk.log().now();
        operation.ended.send_replace(Some(Arc::new(Ended { at, outcome })));
    });
}

/// What the work comes to, when its turn comes, unless it is told to stop before that.
async fn outcome<T: Into<Done> + Send + 'static>(
    operation: &Operation,
    turn: Turn,
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Outcome {
    let _turn = tokio::select! {
        turn = turn.lock_owned() => turn,
        () = operation.stop.called() => return Outcome::Cancelled,
    };
    // In a task of its own, so that even a defect in it comes to an end that is told.
    let mut work = tokio::spawn(work);
    let done = tokio::select! {
        done = &mut work => done,
        () = operation.stop.called() => {
            // It goes no further than to where it waits for something.
            work.abort();
            work.await
        }
    };
    match done {
        Ok(Ok(done)) => {
            let Done { told, product } = done.into();
            Outcome::Done(told, product.map(Arc::new))
        }
        Ok(Err(_)) | Err(_) if operation.stop.is_called() => Outcome::Cancelled,
        Ok(Err(problem)) => Outcome::Failed(problem),
        Err(lost) => Outcome::Failed(Problem::unavailable(lost)),
    }
}

impl Operation {
    /// What it is called.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// Where it is found.
    pub(crate) fn location(&self) -> String {
        format!("/v1/operations/{}", self.id)
    }

    /// Who began it.
    pub(crate) fn actor(&self) -> &str {
        &self.order.actor
    }

    /// Whether it goes on no longer.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// Whether it ended so long ago that nothing of it can be fetched.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        let ended = self.ended.borrow().as_ref().map(|ended| ended.at);
        let age = ended.map(|at| now.signed_duration_since(at));
        age.is_some_and(|age| age.to_std().is_ok_and(|age| results::KEPT <= age))
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) async fn cancel(&self) {
        self.stop.call();
        let mut heard = self.ended.subscribe();
        // The sender lives as long as this.
        let _ended = heard.wait_for(Option::is_some).await;
    }

    /// What can be fetched of it, as long as it is kept.
    pub(crate) fn product(&self) -> Option<Arc<Product>> {
        match &self.ended.borrow().as_ref()?.outcome {
            Outcome::Done(_, product) => product.clone().filter(|product| product.is_kept()),
            Outcome::Failed(_) | Outcome::Cancelled => None,
        }
    }

    /// It as answers show it.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = Map::new();
        let mut say = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        say("id", json!(self.id));
        say("kind", json!(self.order.kind));
        say("started_at", json!(self.started_at));
        let ended = self.ended.borrow().clone();
        let state = match ended.as_ref().map(|ended| &ended.outcome) {
            None => {
                say("progress", self.heard.to_json());
                "running"
            }
            Some(Outcome::Done(result, _)) => {
                say("result", result.clone());
                "done"
            }
            Some(Outcome::Failed(problem)) => {
                say("problem", json!({"code": problem.code, "detail": problem.detail}));
                "failed"
            }
            Some(Outcome::Cancelled) => "cancelled",
        };
        say("state", json!(state));
        if let Some(ended) = ended.as_ref() {
            say("finished_at", json!(ended.at));
        }
        Value::Object(shown)
    }
}

impl Heard {
    fn to_json(&self) -> Value {
        match self {
            Self::Events(events, read) => json!({"events": read.borrow().0, "of": events.0}),
            Self::Lines(heard) => {
                let Course { read, written } = *heard.borrow();
                let (written, of) = written.unzip();
                json!({"lines_read": read, "lines_written": written, "of": of})
            }
        }
    }
}

#[cfg(test)]
mod tests;
