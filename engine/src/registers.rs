//! The runner of registers: folds the log into rows, each event once.
//!
//! Rows and checkpoint of a batch are written in one transaction, which begins by moving the
//! checkpoint from where this runner found it: if it stands elsewhere, nothing is written and
//! what was in memory is dropped. An event that a register cannot take stops that register,
//! visibly, and no other.

mod apart;
mod checkpoints;
mod fold;
mod kept;
mod past;
mod reading;
mod rebuild;
mod tasks;
mod versions;

use std::{
    fmt, mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use fugong_core::{Apart, Position, Register, Rows, Unreadable};
use serde::Serialize;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use crate::{error::Trouble, store::Store};
use checkpoints::Checkpoint;
use fold::{Fold, Written};
use kept::Kept;
use past::Point;
use tasks::{Waiting, follow, keep};

pub(crate) use past::EVERY;
pub use rebuild::{Difference, Rebuilt};
pub use versions::{Compared, RegisterVersion};

/// The most events that one transaction carries.
pub(crate) const BATCH: usize = 1_000;
/// The most rows kept in memory between batches, all registers together.
const KEPT_ROWS: usize = 100_000;
/// How often a process that does not fold looks where the registers stand, and whose turn it is.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long it is waited for another process that folds.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where a register stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterStatus {
    /// Its name.
    pub name: String,
    /// The version of its fold.
    pub version: u32,
    /// The last event that is in its rows.
    pub position: Position,
    /// The last event of the log.
    pub head: Position,
    /// When the first event was recorded that is not in its rows yet.
    pub waiting_since: Option<DateTime<Utc>>,
    /// The event it could not take, and why: it stands still before it. While this says nothing, a
    /// register is at most behind.
    pub stuck: Option<(Position, String)>,
    /// The rows that lack an event which could not be taken, where the register goes on without.
    pub apart: Vec<Apart>,
}

impl RegisterStatus {
    /// How many events are not in its rows yet.
    pub fn lag(&self) -> u64 {
        self.head.0.saturating_sub(self.position.0)
    }
}

/// The rows of a register as they were after one event.
#[derive(Debug)]
pub struct Standing {
    /// The last event that is in them.
    pub position: Position,
    /// The rows that were wanted, and perhaps more, shared with whoever else reads them. Whoever
    /// looks for what is not there fails.
    pub rows: Arc<Rows>,
    /// Why they go no further, if they were to.
    pub stuck: Option<String>,
    /// Those of them that do not say what the events say.
    pub apart: Vec<Apart>,
}

/// The registers of one log.
pub(crate) struct Registers {
    store: Arc<Store>,
    all: Vec<Arc<dyn Register>>,
    /// One for each register; whoever folds holds it.
    folds: tokio::sync::Mutex<Vec<Fold>>,
    /// In which turn of this process they were made.
    turn: AtomicU64,
    /// Where each register stands, in the same order.
    stands: watch::Sender<Vec<Checkpoint>>,
    /// Rows for those who read them.
    kept: Kept,
    /// After how many events rows are kept for dating back.
    every: u64,
    /// The last points at which they are, in the same order; none where that is not known. Held
    /// while one is made.
    last_points: tokio::sync::Mutex<Vec<Option<Point>>>,
    /// Who waits for them.
    waiting: Arc<Waiting>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Registers {
    /// The registers of the log in `store`. On a log that can be written, one that is new or
    /// whose fold has a new version is folded up to the head before this returns; the rows of
    /// other versions stay as they are.
    pub(crate) async fn open(
        store: Arc<Store>,
        registers: Vec<Arc<dyn Register>>,
        every: u64,
    ) -> Result<Self, Trouble> {
        if store.writable() {
            rebuild::renew(&store, &registers).await?;
        }
        let stands = load(&store, &registers).await?;
        let folds = stands.iter().cloned().map(Fold::new).collect();
        Ok(Self {
            store,
            kept: Kept::new(registers.len()),
            every,
            last_points: tokio::sync::Mutex::new(vec![None; registers.len()]),
            all: registers,
            folds: tokio::sync::Mutex::new(folds),
            turn: AtomicU64::new(0),
            stands: watch::Sender::new(stands),
            waiting: Arc::default(),
            tasks: Mutex::default(),
        })
    }

    /// Folds in the background whatever is appended, and keeps what the rows were, until this is
    /// dropped.
    pub(crate) fn start(self: &Arc<Self>) {
        let (heads, waiting) = (self.store.heads(), Arc::clone(&self.waiting));
        let folding = tokio::spawn(follow(Arc::downgrade(self), heads, waiting));
        let keeping = tokio::spawn(keep(Arc::downgrade(self), self.stands.subscribe()));
        *self.tasks.lock().unwrap_or_else(PoisonError::into_inner) = vec![folding, keeping];
    }

    /// Ends the background tasks. What they were writing is written whole or not at all.
    pub(crate) async fn stop(&self) {
        let tasks = mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            task.abort();
            // It was cut off, unless it had ended already.
            let _cut_off = task.await;
        }
    }

    /// Folds until every register that is not stuck stands at the head, or waits until the
    /// process whose turn it is has done so.
    pub(crate) async fn catch_up(&self) -> Result<(), Trouble> {
        if self.store.turn() == 0 {
            let there = self.wait_for(self.store.head(), PATIENCE).await;
            return if there { Ok(()) } else { Err(Trouble::Timeout) };
        }
        while self.step().await? {}
        Ok(())
    }

    /// Folds what there is by now. What comes meanwhile gathers: at a pace at which something
    /// always does, each row would else be written over and over.
    async fn take_in(&self) -> Result<(), Trouble> {
        let head = self.store.head();
        let behind = || self.stands.borrow().iter().any(|stand| stand.behind(head).is_some());
        while self.step().await? && behind() {}
        Ok(())
    }

    /// Where the registers stand.
    pub(crate) async fn status(&self) -> Vec<RegisterStatus> {
        self.look().await;
        let (head, stands) = (self.store.head(), self.stands.borrow().clone());
        let mut told = Vec::new();
        for (stand, register) in stands.into_iter().zip(&self.all) {
            let status = stand.status(head);
            told.push(self.looked_into(register, status.clone()).await.unwrap_or_else(|trouble| {
                tracing::warn!(error = %trouble, "it could not be seen how a register does");
                status
            }));
        }
        told
    }

    /// With what the store alone says.
    async fn looked_into(
        &self,
        register: &Arc<dyn Register>,
        mut status: RegisterStatus,
    ) -> Result<RegisterStatus, Trouble> {
        if status.position < status.head {
            let next = self.store.events_after(status.position, 1).await?;
            status.waiting_since = next.first().map(|event| event.recorded_at);
        }
        if register.unreadable() == Unreadable::SetApart {
            status.apart = self.rows_live(register.name(), &[]).await?.apart;
        }
        Ok(status)
    }

    /// Waits until every register that is not stuck has taken the event at `position`; false if
    /// that took longer than `patience`.
    pub(crate) async fn wait_for(&self, position: Position, patience: Duration) -> bool {
        let _waits = self.waiting.wait();
        let mut stands = self.stands.subscribe();
        let there = |stands: &Vec<Checkpoint>| stands.iter().all(|stand| stand.is_at(position));
        let arrived = async {
            loop {
                self.look().await;
                // Where another process folds, nobody tells: look again.
                if let Ok(arrived) = timeout(LOOK_AGAIN, stands.wait_for(there)).await {
                    return arrived.is_ok();
                }
            }
        };
        timeout(patience, arrived).await.unwrap_or(false)
    }

    /// Sees where another process has brought the registers, if this one does not fold them.
    async fn look(&self) {
        if self.store.turn() != 0 {
            return;
        }
        match load(&self.store, &self.all).await {
            // It may have become this one's turn meanwhile, and it knows better then.
            Ok(_) if self.store.turn() != 0 => {}
            Ok(stands) => {
                self.stands.send_replace(stands);
            }
            Err(trouble) => tracing::warn!(error = %trouble, "checkpoints could not be read"),
        }
    }

    /// Folds a register afresh beside its rows, compares, and repairs them in one transaction.
    /// The rows are served meanwhile. A stuck register tries its event again.
    pub(crate) async fn rebuild(
        self: &Arc<Self>,
        name: &str,
        told: watch::Sender<Position>,
    ) -> Result<Rebuilt, Trouble> {
        let (registers, at) = (Arc::clone(self), self.index(name)?);
        // In a task of its own, so that it is not cut off halfway when nobody waits any more.
        let task = tokio::spawn(async move {
            let rebuilt = rebuild::rebuild(&registers, at, &told).await?;
            registers.catch_up().await?;
            registers.forget_points(at).await;
            registers.keep_past().await?;
            Ok(rebuilt)
        });
        task.await.map_err(|lost| Trouble::Unavailable(lost.to_string()))?
    }

    fn named(&self, name: &str) -> Result<&Arc<dyn Register>, Trouble> {
        self.all.iter().find(|register| register.name() == name).ok_or_else(|| {
            let known: Vec<_> = self.all.iter().map(|register| register.name()).collect();
            Trouble::Unavailable(format!(
                "there is no register {name:?}; there are {}",
                known.join(", ")
            ))
        })
    }

    fn index(&self, name: &str) -> Result<usize, Trouble> {
        self.named(name)?;
        let found = self.all.iter().position(|register| register.name() == name);
        Ok(found.unwrap_or_default())
    }

    /// Folds one batch; false when there was nothing to fold.
    async fn step(&self) -> Result<bool, Trouble> {
        let mut folds = self.folds.lock().await;
        let turn = self.store.turn();
        if turn == 0 {
            return Ok(false);
        }
        let taken_over = self.turn.load(Ordering::Acquire) != turn;
        if folds.len() != self.all.len() || taken_over {
            // Whoever folded last was cut off, or it was another process.
            self.reload(&mut folds).await?;
        }
        if taken_over {
            // What another program could not take, this one may have learned to read.
            folds.iter_mut().for_each(|fold| fold.stand.stuck = None);
            self.turn.store(turn, Ordering::Release);
        }
        let head = self.store.head();
        let Some(after) = folds.iter().filter_map(|fold| fold.stand.behind(head)).min() else {
            return Ok(false);
        };
        let (registers, taken) = (self.all.clone(), mem::take(&mut *folds));
        let events = self.store.events_after(after, BATCH).await;
        let done = match events {
            Ok(events) => fold::batch(&self.store, registers, taken, events).await,
            Err(trouble) => Err(trouble),
        };
        match done {
            Ok((done, written)) => {
                *folds = done;
                // Whoever waits for the position finds the rows there.
                for Written { at, from, stand, rows } in written {
                    self.kept.follow(at, from, stand.position, &rows).await;
                }
                self.stands.send_replace(folds.iter().map(|fold| fold.stand.clone()).collect());
                let kept: usize = folds.iter().map(|fold| fold.rows.held()).sum();
                if KEPT_ROWS < kept {
                    folds.iter_mut().for_each(Fold::drop_rows);
                }
                Ok(true)
            }
            Err(trouble) => {
                // What is in memory may say what the store does not: begin from the store.
                self.reload(&mut folds).await?;
                Err(trouble)
            }
        }
    }

    async fn reload(&self, folds: &mut Vec<Fold>) -> Result<(), Trouble> {
        // What whoever was cut off had written may still be in the queue.
        self.store.barrier().await?;
        self.kept.forget().await;
        let stands = load(&self.store, &self.all).await?;
        *folds = stands.iter().cloned().map(Fold::new).collect();
        self.stands.send_replace(stands);
        Ok(())
    }
}

impl fmt::Debug for Registers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registers").field("stands", &*self.stands.borrow()).finish_non_exhaustive()
    }
}

async fn load(store: &Store, registers: &[Arc<dyn Register>]) -> Result<Vec<Checkpoint>, Trouble> {
    let (log, registers) = (store.log(), registers.to_vec());
    store
        .read(move |db| {
            registers.iter().map(|register| Checkpoint::load(db, log, &**register)).collect()
        })
        .await
}
