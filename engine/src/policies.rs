//! The runner of policies and timers: what happens by itself, once.
//!
//! A policy reads every event once. Its state, its checkpoint and what it sets off (rows of the
//! outbox, timers) are written in one transaction; then the rows are carried out, in order of
//! position, policy and number. The id of each command comes from these three, so a row that is
//! carried out again after a crash finds its receipt. Registers that are rebuilt and logs that
//! are read back run no policy.
//!
//! All of it happens under one lock, whoever asks for it: the order in which commands reach the
//! log depends only on when they are asked for.

mod outbox;
mod react;
mod timers;

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use chrono::{DateTime, Utc};
use fugong_core::{Intent, LogId, Policy, Position};
use rusqlite::params;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::{
    Order,
    error::Trouble,
    source::{CannotMove, ClockMode, Sources},
    store::Store,
};
use react::{Fold, Stand};
use timers::Timer;

/// The most rows kept in memory between batches, all policies together.
const KEPT_ROWS: usize = 50_000;
/// After so many rounds without rest, policies set each other off for ever.
const ROUNDS: usize = 1_000_000;
/// How often a command that cannot be carried out now is tried before the round is given up.
const TRIES: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(5);
/// How long the background task waits before it tries again after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest that the background task sleeps, since a system's clock may be set.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Carries out intents, whatever their kind.
pub(crate) trait Performer: Send + Sync {
    /// Carries out `intent`; run again with the same order, it finds the receipt.
    fn perform<'a>(
        &'a self,
        intent: &'a Intent,
        order: Order,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
}

/// What carrying out an intent came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Its last event stands here.
    Appended(Position),
    /// There was nothing to do.
    Nothing,
    /// A rule refused it.
    Refused(String),
    /// It can never be carried out by this program as it is: its kind is not registered, its
    /// text cannot be read, its event is too large.
    Broken(String),
    /// It could not be carried out now.
    Later(String),
}

/// Where a policy stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyStatus {
    /// Its name.
    pub name: String,
    /// It acts only on events after this one.
    pub installed_at: Position,
    /// The last event it has taken.
    pub position: Position,
    /// The last event of the log.
    pub head: Position,
    /// The event it could not take, and why: it stands still before it.
    pub stuck: Option<(Position, String)>,
}

/// What waits to happen by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Commands that are to be carried out.
    pub open: u64,
    /// Commands that this program cannot carry out, with the reason: they are kept, and tried
    /// again when the log is opened.
    pub held: Vec<String>,
    /// Timers that are set.
    pub timers: u64,
    /// When the next one is due.
    pub next_due: Option<DateTime<Utc>>,
}

/// The policies of one log.
pub(crate) struct Policies {
    store: Arc<Store>,
    sources: Arc<Sources>,
    performer: Arc<dyn Performer>,
    policies: Vec<Arc<dyn Policy>>,
    /// Whoever lets something happen holds it.
    work: tokio::sync::Mutex<Work>,
    stands: watch::Sender<Vec<Stand>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What is known of the work that is to be done.
struct Work {
    /// One for each policy.
    folds: Vec<Fold>,
    /// Whether the outbox may hold open rows.
    open: bool,
    /// The next timer: `None` if it has to be looked up.
    next: Option<Option<Timer>>,
}

impl Policies {
    /// The policies of the log in `store`. One that is new there is installed at the head: it
    /// acts on nothing before.
    pub(crate) async fn open(
        store: Arc<Store>,
        sources: Arc<Sources>,
        performer: Arc<dyn Performer>,
        policies: Vec<Arc<dyn Policy>>,
    ) -> Result<Self, Trouble> {
        if store.writable() {
            let (log, names) = (store.log(), names(&policies));
            store
                .write(move |db| {
                    outbox::release(db, log)?;
                    Stand::install(db, log, &names)
                })
                .await?;
        }
        let stands = load(&store, &policies).await?;
        let mut folds: Vec<_> = stands.iter().cloned().map(Fold::new).collect();
        // What could not be taken is tried again: the program may have learned to read it.
        for fold in &mut folds {
            fold.stand.stuck = None;
        }
        let work = Work { folds, open: true, next: None };
        Ok(Self {
            store,
            sources,
            performer,
            policies,
            work: tokio::sync::Mutex::new(work),
            stands: watch::Sender::new(stands),
            task: Mutex::default(),
        })
    }

    /// Lets things happen in the background, as events come and timers fall due.
    pub(crate) fn start(self: &Arc<Self>) {
        let task = tokio::spawn(follow(Arc::downgrade(self), self.store.heads()));
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Ends the background task. What it was doing is done again, with the same result, when the
    /// log is opened.
    pub(crate) fn stop(&self) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }

    /// Lets everything happen that is to happen by now, and what that sets off.
    pub(crate) async fn drain(&self) -> Result<(), Trouble> {
        let mut work = self.work.lock().await;
        self.rest(&mut work).await
    }

    /// Moves a simulated clock to `to`, letting each timer on the way happen at its own time.
    pub(crate) async fn advance(
        &self,
        to: DateTime<Utc>,
    ) -> Result<Result<(), CannotMove>, Trouble> {
        let mut work = self.work.lock().await;
        if let Err(refused) = self.sources.may_move_to(to) {
            return Ok(Err(refused));
        }
        self.rest(&mut work).await?;
        while let Some(due) = self.next(&mut work).await?.map(|timer| timer.due)
            && due <= to
        {
            self.move_clock(due).await?;
            self.rest(&mut work).await?;
        }
        self.move_clock(to).await?;
        Ok(Ok(()))
    }

    /// When the next timer is due.
    pub(crate) async fn next_due(&self) -> Result<Option<DateTime<Utc>>, Trouble> {
        let (log, names) = (self.store.log(), names(&self.policies));
        let next = self.store.read(move |db| timers::next(db, log, &names)).await?;
        Ok(next.map(|timer| timer.due))
    }

    /// Where the policies stand.
    pub(crate) fn status(&self) -> Vec<PolicyStatus> {
        let head = self.store.head();
        self.stands.borrow().iter().map(|stand| stand.status(head)).collect()
    }

    /// What waits to happen.
    pub(crate) async fn waiting(&self) -> Result<Waiting, Trouble> {
        let log = self.store.log();
        let (open, held, timers) = self
            .store
            .read(move |db| {
                let (open, held) = outbox::waiting(db, log)?;
                Ok((open, held, timers::count(db, log)?))
            })
            .await?;
        Ok(Waiting { open, held, timers, next_due: self.next_due().await? })
    }

    /// Reacts, carries out and fires until there is nothing left to do at this time.
    async fn rest(&self, work: &mut Work) -> Result<(), Trouble> {
        for _ in 0..ROUNDS {
            if self.react(work).await? || self.carry_out(work).await? {
                continue;
            }
            let now = self.sources.now();
            match self.next(work).await?.filter(|timer| timer.due <= now) {
                Some(timer) => self.fire(work, timer).await?,
                None => return Ok(()),
            }
        }
        Err(Trouble::Unavailable(format!(
            "policies did not come to rest in {ROUNDS} rounds: they set each other off for ever"
        )))
    }

    /// Lets the policies take one batch of events; false when there was none.
    async fn react(&self, work: &mut Work) -> Result<bool, Trouble> {
        if work.folds.len() != self.policies.len() {
            // Whoever did this last was cut off.
            self.reload(work).await?;
        }
        let head = self.store.head();
        let Some(after) = work.folds.iter().filter_map(|fold| fold.stand.behind(head)).min() else {
            return Ok(false);
        };
        let events = self.store.events_after(after, crate::registers::BATCH).await?;
        let taken = std::mem::take(&mut work.folds);
        work.open = true;
        work.next = None;
        match react::batch(&self.store, self.policies.clone(), taken, events).await {
            Ok(folds) => work.folds = folds,
            Err(trouble) => {
                // What is in memory may say what the store does not: begin from the store.
                self.reload(work).await?;
                return Err(trouble);
            }
        }
        self.stands.send_replace(work.folds.iter().map(|fold| fold.stand.clone()).collect());
        let kept: usize = work.folds.iter().map(|fold| fold.rows.held()).sum();
        if KEPT_ROWS < kept {
            work.folds.iter_mut().for_each(Fold::drop_rows);
        }
        Ok(true)
    }

    async fn reload(&self, work: &mut Work) -> Result<(), Trouble> {
        let stands = load(&self.store, &self.policies).await?;
        *work =
            Work { folds: stands.iter().cloned().map(Fold::new).collect(), open: true, next: None };
        self.stands.send_replace(stands);
        Ok(())
    }

    /// Carries out open rows of the outbox; false when there was none.
    async fn carry_out(&self, work: &mut Work) -> Result<bool, Trouble> {
        if !work.open {
            return Ok(false);
        }
        let (log, names) = (self.store.log(), names(&self.policies));
        let rows = self.store.read(move |db| outbox::open(db, log, &names)).await?;
        work.open = !rows.is_empty();
        if rows.is_empty() {
            return Ok(false);
        }
        let mut closed = Vec::with_capacity(rows.len());
        let mut failed = None;
        for row in rows {
            match self.perform(&row.intent, row.order(log)).await {
                Outcome::Later(why) => {
                    failed = Some(Trouble::Unavailable(why));
                    break;
                }
                outcome => closed.push((row, outcome)),
            }
        }
        self.store.write(move |db| outbox::close(db, log, &closed)).await?;
        failed.map_or(Ok(true), Err)
    }

    async fn fire(&self, work: &mut Work, timer: Timer) -> Result<(), Trouble> {
        let log = self.store.log();
        let outcome = self.perform(&timer.intent, timer.order(log)).await;
        if let Outcome::Later(why) = outcome {
            return Err(Trouble::Unavailable(why));
        }
        work.next = None;
        self.store.write(move |db| timers::close(db, log, &timer, &outcome)).await
    }

    /// Carries out an intent, patiently: what is busy now may not be in a moment.
    async fn perform(&self, intent: &Intent, order: Order) -> Outcome {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            match self.performer.perform(intent, order.clone()).await {
                Outcome::Later(why) => {
                    tracing::warn!(command = order.command_id, why, "a command has to wait");
                }
                outcome => return outcome,
            }
            sleep(wait).await;
            wait = wait.saturating_mul(2);
        }
        self.performer.perform(intent, order).await
    }

    async fn next(&self, work: &mut Work) -> Result<Option<Timer>, Trouble> {
        if let Some(known) = &work.next {
            return Ok(known.clone());
        }
        let (log, names) = (self.store.log(), names(&self.policies));
        let next = self.store.read(move |db| timers::next(db, log, &names)).await?;
        work.next = Some(next.clone());
        Ok(next)
    }

    /// Moves the clock, in the store first: nothing is ever recorded later than it will stand.
    async fn move_clock(&self, to: DateTime<Utc>) -> Result<(), Trouble> {
        if to <= self.sources.now() {
            return Ok(());
        }
        let log = self.store.log();
        self.store
            .write(move |db| {
                db.prepare_cached("UPDATE logs SET clock_now = ?2 WHERE log_id = ?1")?
                    .execute(params![log.0, to.timestamp_micros()])?;
                Ok(())
            })
            .await?;
        self.sources.move_to(to).map_err(|moved| Trouble::Unavailable(moved.to_string()))
    }

    /// How long the background task may sleep.
    async fn sleep(&self) -> Duration {
        let simulated = matches!(self.sources.mode(), ClockMode::Simulated { .. });
        let mut work = self.work.lock().await;
        match self.next(&mut work).await {
            Ok(Some(timer)) if !simulated => {
                let left = timer.due.signed_duration_since(self.sources.now());
                left.to_std().unwrap_or_default().min(LONGEST_SLEEP)
            }
            Ok(_) => LONGEST_SLEEP,
            Err(_) => PAUSE,
        }
    }
}

impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policies").field("stands", &*self.stands.borrow()).finish_non_exhaustive()
    }
}

/// The id of the command that reaction `n` of `policy` to the event at `position` gives.
fn command_id(log: LogId, policy: &str, position: Position, n: u64) -> String {
    format!("policy/{log}/{policy}/{position}/{n}")
}

/// Tells an intent from any other.
fn fingerprint(intent: &Intent) -> String {
    let hash = Sha256::new_with_prefix(&intent.kind).chain_update([0]).chain_update(&intent.body);
    format!("{:x}", hash.finalize())
}

fn names(policies: &[Arc<dyn Policy>]) -> Vec<String> {
    policies.iter().map(|policy| policy.name().to_owned()).collect()
}

async fn load(store: &Store, policies: &[Arc<dyn Policy>]) -> Result<Vec<Stand>, Trouble> {
    let (log, names) = (store.log(), names(policies));
    store.read(move |db| names.iter().map(|name| Stand::load(db, log, name)).collect()).await
}

/// Holds the policies only while they work, so that a dropped log ends it.
async fn follow(policies: Weak<Policies>, mut heads: watch::Receiver<Position>) {
    loop {
        let Some(policies) = policies.upgrade() else { return };
        let done = policies.drain().await;
        let pause = if done.is_ok() { policies.sleep().await } else { PAUSE };
        drop(policies);
        if let Err(trouble) = done {
            tracing::warn!(error = %trouble, "policies could not be carried on");
            sleep(pause).await;
            continue;
        }
        tokio::select! {
            changed = heads.changed() => if changed.is_err() { return },
            () = sleep(pause) => {}
        }
    }
}
