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
mod work;

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use chrono::{DateTime, Utc};
use fugong_core::{Intent, LogId, Policy, Position};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    Order,
    error::Trouble,
    source::{CannotMove, ClockMode, Sources},
    store::{Flush, Store},
};
use react::{Fold, Stand};
use work::{Next, Work};

/// How long the background task waits before it tries again after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked whose turn it is.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// The longest that anybody waits for a command to be finished.
const LONGEST_STOP: Duration = Duration::from_secs(40);
/// The longest that the background task sleeps, since a system's clock may be set.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// Carries out intents, whatever their kind.
pub(crate) trait Performer: Send + Sync {
    /// Carries out `intent`; run again with the same order, it finds the receipt. `decided` is
    /// told when its place in the log is settled, before it is durable.
    fn perform<'a>(
        &'a self,
        intent: &'a Intent,
        order: Order,
        decided: &'a Notify,
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
    all: Vec<Arc<dyn Policy>>,
    /// Whoever lets something happen holds it.
    work: tokio::sync::Mutex<Work>,
    stands: watch::Sender<Vec<Stand>>,
    /// Whether nothing more is to happen here.
    stopping: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
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
        let folds = stands.iter().cloned().map(Fold::new).collect();
        let work = Work { folds, open: true, next: Next::Unknown, turn: 0 };
        Ok(Self {
            store,
            sources,
            performer,
            all: policies,
            work: tokio::sync::Mutex::new(work),
            stands: watch::Sender::new(stands),
            stopping: watch::Sender::new(false),
            task: Mutex::default(),
        })
    }

    /// Lets things happen in the background, as events come and timers fall due.
    pub(crate) fn start(self: &Arc<Self>) {
        let task = tokio::spawn(follow(Arc::downgrade(self), self.store.heads()));
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Lets the command that is being carried out be finished and written down, and nothing begin
    /// after it: the rest happens when the log is opened again.
    pub(crate) async fn stop(&self) {
        self.stopping.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ended = async {
            if let Some(task) = task
                && let Err(lost) = task.await
            {
                tracing::error!(error = %lost, "the task of the policies was lost");
            }
            // Whoever else let something happen has ended too.
            drop(self.work.lock().await);
        };
        if timeout(LONGEST_STOP, ended).await.is_err() {
            tracing::error!("policies did not stop: what they began is finished at the next start");
        }
    }

    fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Lets everything happen that is to happen by now, and what that sets off.
    pub(crate) async fn drain(&self) -> Result<(), Trouble> {
        let is_others = self.store.turn() == 0;
        if is_others && self.sources.mode() == ClockMode::Real {
            // Another process does it.
            return Ok(());
        }
        let mut work = self.work.lock().await;
        if is_others {
            // By a simulated clock nobody does it unless he is told to, and whose turn it is may
            // have ended: what he left stands in the store.
            work.folds.clear();
        }
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
            self.move_clock(due, Flush::Later).await?;
            self.rest(&mut work).await?;
        }
        self.move_clock(to, Flush::Now).await?;
        Ok(Ok(()))
    }

    /// When the next timer is due.
    pub(crate) async fn next_due(&self) -> Result<Option<DateTime<Utc>>, Trouble> {
        let (log, names) = (self.store.log(), names(&self.all));
        let next = self.store.read(move |db| timers::next(db, log, &names)).await?;
        Ok(next.map(|timer| timer.due))
    }

    /// Where the policies stand.
    pub(crate) async fn status(&self) -> Vec<PolicyStatus> {
        if self.store.turn() == 0 {
            // Another process moves them.
            match load(&self.store, &self.all).await {
                Ok(stands) => {
                    self.stands.send_replace(stands);
                }
                Err(trouble) => tracing::warn!(error = %trouble, "checkpoints could not be read"),
            }
        }
        let head = self.store.head();
        self.stands.borrow().iter().map(|stand| stand.status(head)).collect()
    }

    /// The policies, and after which event each began to act.
    pub(crate) async fn installed(&self) -> Vec<(Arc<dyn Policy>, Position)> {
        let since = self.status().await.into_iter().map(|status| status.installed_at);
        self.all.iter().map(Arc::clone).zip(since).collect()
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
pub(crate) fn command_id(log: LogId, policy: &str, position: Position, n: u64) -> String {
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
        if policies.store.turn() == 0 {
            if policies.is_stopping() {
                return;
            }
            drop(policies);
            sleep(LOOK_AGAIN).await;
            continue;
        }
        let mut stopping = policies.stopping.subscribe();
        let done = policies.drain().await;
        if policies.is_stopping() {
            return;
        }
        let pause = if done.is_ok() { policies.sleep().await } else { PAUSE };
        drop(policies);
        let waits = done.is_ok();
        if let Err(trouble) = done {
            tracing::warn!(error = %trouble, "policies could not be carried on");
        }
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return,
            changed = heads.changed(), if waits => if changed.is_err() { return },
            () = sleep(pause) => {}
        }
    }
}
