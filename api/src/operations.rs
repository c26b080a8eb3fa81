//! Operations: work that takes longer than an answer may.
//!
//! An operation goes on when whoever began it has left. It lives as long as the process: what it
//! wrote is whole or not there, and after a restart the same request begins it anew. So nothing of
//! it is stored, and only so many are remembered.

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

use crate::{desk::Desk, problem::Problem};

/// How many operations are remembered; of those that have ended, the oldest is forgotten first.
const KEPT: usize = 64;

/// The operations of a desk.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    kept: Mutex<VecDeque<Arc<Operation>>>,
    /// One at a time: each reads the log from its beginning.
    turn: Arc<tokio::sync::Mutex<()>>,
}

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
    /// How many events there were to read when it began, each as often as it is read, and how many
    /// have been read.
    events: Position,
    read: watch::Receiver<Position>,
    ended: Mutex<Option<Ended>>,
}

#[derive(Debug)]
struct Ended {
    at: DateTime<Utc>,
    outcome: Result<Value, Problem>,
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
    /// many are under way.
    pub(crate) fn begin(
        &self,
        desk: &Desk,
        order: Order,
        (events, read): (Position, watch::Receiver<Position>),
        work: impl Future<Output = Result<Value, Problem>> + Send + 'static,
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
        if KEPT <= kept.len() {
            let ended = kept.iter().position(|operation| operation.has_ended());
            let full = || Problem::new("RATE_LIMITED", "too many operations are under way");
            kept.remove(ended.ok_or_else(full)?);
        }
        let operation = Arc::new(Operation {
            id: desk.log().id_for(&order.command_id, 0),
            order,
            started_at: desk.log().now(),
            events,
            read,
            ended: Mutex::default(),
        });
        kept.push_back(Arc::clone(&operation));
        run(desk.clone(), Arc::clone(&operation), Arc::clone(&self.turn), work);
        Ok((operation, false))
    }
}

fn run(
    desk: Desk,
    operation: Arc<Operation>,
    turn: Arc<tokio::sync::Mutex<()>>,
    work: impl Future<Output = Result<Value, Problem>> + Send + 'static,
) {
    tokio::spawn(async move {
        let _turn = turn.lock().await;
        // In a task of its own, so that even a defect in it comes to an end that is told.
        let outcome = tokio::spawn(work).await;
        let outcome = outcome.unwrap_or_else(|lost| Err(Problem::unavailable(lost)));
        if let Err(problem) = &outcome {
            tracing::warn!(operation = %operation.id, %problem, "an operation failed");
        }
        operation.end(desk.log().now(), outcome);
    });
}

impl Operation {
    /// Where it is found.
    pub(crate) fn location(&self) -> String {
        format!("/v1/operations/{}", self.id)
    }

    /// Who began it.
    pub(crate) fn actor(&self) -> &str {
        &self.order.actor
    }

    /// Whether it is done or has failed.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// It as answers show it.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = Map::new();
        let mut say = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        say("id", json!(self.id));
        say("kind", json!(self.order.kind));
        say("started_at", json!(self.started_at));
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let state = match ended.as_ref().map(|ended| &ended.outcome) {
            None => {
                say("progress", json!({"events": self.read.borrow().0, "of": self.events.0}));
                "running"
            }
            Some(Ok(result)) => {
                say("result", result.clone());
                "done"
            }
            Some(Err(problem)) => {
                say("problem", json!({"code": problem.code, "detail": problem.detail}));
                "failed"
            }
        };
        say("state", json!(state));
        if let Some(ended) = ended.as_ref() {
            say("finished_at", json!(ended.at));
        }
        Value::Object(shown)
    }

    fn end(&self, at: DateTime<Utc>, outcome: Result<Value, Problem>) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(Ended { at, outcome });
    }
}

#[cfg(test)]
mod tests {
    use fugong_core::{LogId, Position};
    use fugong_engine::{ClockMode, Options};
    use serde_json::json;
    use tempfile::TempDir;

    use super::{KEPT, Operations, Order, Passes, watch};
    use crate::{desk::Desk, district};

    async fn desk() -> (Desk, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let start = "2020-02-27T00:00:00Z".parse().unwrap();
        let options = Options {
            clock: ClockMode::Simulated { start, seed: 7 },
            ..Options::new(folder.path().join("district.db"), LogId(500_114))
        };
        (Desk::new(district::engine().open(options).await.unwrap()), folder)
    }

    fn order(key: usize) -> Order {
        Order {
            kind: "rebuild",
            command_id: format!("http/zhang/{key}"),
            fingerprint: "same".to_owned(),
            actor: "zhang".to_owned(),
        }
    }

    #[test]
    fn progress_goes_on_through_every_pass_and_never_back() {
        let passes = Passes::of(Position(100));
        let (of, heard) = passes.heard(3);
        assert_eq!(of, Position(300));
        let mut told = Vec::new();
        for _ in 0..2 {
            passes.at(40);
            told.push(heard.borrow().0);
            // Under other rules more may happen than did.
            passes.at(170);
            told.push(heard.borrow().0);
            passes.passed();
        }
        assert_eq!(told, [40, 100, 140, 200]);
        assert_eq!(*heard.borrow(), Position(200));
    }

    #[actix_web::test]
    async fn only_so_many_are_remembered_and_none_that_runs_is_forgotten() {
        let (desk, _folder) = desk().await;
        let operations = Operations::default();
        let go = watch::Sender::new(false);
        let begin = |key| {
            let mut told = go.subscribe();
            let work = async move {
                told.wait_for(|go| *go).await.unwrap();
                Ok(json!({}))
            };
            operations.begin(&desk, order(key), Passes::default().heard(1), work)
        };
        let (first, _) = begin(0).unwrap();
        for key in 1..KEPT {
            begin(key).unwrap();
        }
        assert_eq!(begin(KEPT).unwrap_err().code, "RATE_LIMITED");
        assert!(begin(0).unwrap().1, "what runs is found again");
        go.send_replace(true);
        while !first.has_ended() {
            tokio::task::yield_now().await;
        }
        assert!(!begin(KEPT).unwrap().1);
        assert!(operations.find(first.id).is_none(), "the oldest that ended is forgotten");
        assert!(!begin(0).unwrap().1, "and begun anew");
    }

    #[actix_web::test]
    async fn a_defect_comes_to_an_end_that_is_told() {
        let (desk, _folder) = desk().await;
        let operations = Operations::default();
        let broken = async { panic!("a defect") };
        let (operation, _) =
            operations.begin(&desk, order(1), Passes::default().heard(1), broken).unwrap();
        while !operation.has_ended() {
            tokio::task::yield_now().await;
        }
        let shown = operation.to_json();
        assert_eq!(
            (&shown["state"], &shown["problem"]["code"]),
            (&json!("failed"), &json!("UNAVAILABLE"))
        );
        assert_eq!(shown["finished_at"], "2020-02-27T00:00:00Z");
    }
}
