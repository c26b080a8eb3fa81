//! Which process does what happens behind the log: registers, policies, timers; and which one
//! seals it.
//!
//! It only saves work. Two that do it at once write nothing wrong: whoever moves a checkpoint
//! finds it where he left it, or writes nothing, and a command has one effect under its id.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::Utc;
use fugong_core::LogId;

use super::{
    Store,
    db::{Db, values},
};
use crate::error::Trouble;

/// How long it holds without being renewed: so long nothing happens after a process died.
const HOLDS: Duration = Duration::from_secs(4);
/// How soon it is renewed.
const RENEWED: Duration = Duration::from_secs(1);
/// Folds registers, runs policies and timers.
pub(super) const RUNNER: &str = "runner";
/// Extends the tree and signs checkpoints.
pub(super) const SEALER: &str = "sealer";

/// This process's lease, or its wish for it.
#[derive(Debug)]
pub(crate) struct Lease {
    /// How this process is called.
    holder: String,
    /// What it is for.
    task: &'static str,
    /// How often it was taken; 0 while another has it.
    turn: AtomicU64,
    times: Mutex<Times>,
}

#[derive(Debug)]
struct Times {
    turns: u64,
    /// When it was last asked for.
    asked: Option<Instant>,
    /// When it was last got.
    got: Option<Instant>,
    closed: bool,
}

impl Lease {
    pub(super) fn new(holder: String, task: &'static str) -> Self {
        let times = Mutex::new(Times { turns: 0, asked: None, got: None, closed: false });
        Self { holder, task, turn: AtomicU64::new(0), times }
    }

    /// How often this process has taken it, and 0 while another has it.
    pub(super) fn turn(&self) -> u64 {
        self.turn.load(Ordering::Acquire)
    }

    /// Nobody asks for it here any more.
    pub(super) fn close(&self) {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
    }

    /// Whether it is time to ask for it.
    pub(super) fn is_due(&self) -> bool {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let due = !times.closed && times.asked.is_none_or(|asked| RENEWED <= asked.elapsed());
        if due {
            times.asked = Some(Instant::now());
        }
        due
    }

    /// What asking came to.
    pub(super) fn told(&self, got: bool) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if got {
            times.got = Some(Instant::now());
        }
        let holds = got || times.got.is_some_and(|got| got.elapsed() < HOLDS);
        let turn = self.turn();
        if holds && turn == 0 {
            times.turns = times.turns.saturating_add(1);
            self.turn.store(times.turns, Ordering::Release);
        } else if !holds && turn != 0 {
            self.turn.store(0, Ordering::Release);
        }
    }

    /// Another has it.
    pub(super) fn lost(&self) {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).got = None;
        self.told(false);
    }

    /// The statement that asks for it; true if this process has it now.
    pub(super) fn ask(&self, log: LogId) -> impl FnOnce(&Db) -> Result<bool, Trouble> + use<> {
        let (holder, task) = (self.holder.clone(), self.task);
        move |db| {
            let now = Utc::now().timestamp_micros();
            let until = now.saturating_add(i64::try_from(HOLDS.as_micros()).unwrap_or(i64::MAX));
            let sql = "INSERT INTO leases (log_id, task, holder, until_at) \
                       VALUES (?1, ?2, ?3, ?4) ON CONFLICT (log_id, task) DO UPDATE \
                       SET holder = excluded.holder, until_at = excluded.until_at \
                       WHERE leases.log_id = ?1 \
                       AND (leases.holder = excluded.holder OR leases.until_at < ?5)";
            Ok(0 < db.run(sql, values![log.0, task, &holder, until, now])?)
        }
    }

    /// The statement that gives it to whoever asks next.
    pub(super) fn give_up(&self, log: LogId) -> impl FnOnce(&Db) -> Result<(), Trouble> + use<> {
        let (holder, task) = (self.holder.clone(), self.task);
        move |db| {
            let sql = "UPDATE leases SET until_at = 0 \
                       WHERE log_id = ?1 AND task = ?2 AND holder = ?3";
            db.run(sql, values![log.0, task, &holder]).map(|_| ())
        }
    }
}

impl Store {
    /// Whether it is this process that seals the log; asks for that, or for more of it, if it is
    /// due.
    pub(crate) async fn may_seal(&self) -> bool {
        let Some(lease) = &self.sealing else { return self.writable() };
        self.ask_for(lease).await;
        lease.turn() != 0
    }

    /// Asks for a lease, or for more of it, if that is due.
    pub(super) async fn ask_for(&self, lease: &Lease) {
        if !lease.is_due() {
            return;
        }
        match self.write_lazily(lease.ask(self.log)).await {
            Ok(true) => lease.told(true),
            Ok(false) => lease.lost(),
            Err(trouble) => {
                tracing::warn!(error = %trouble, "the lease could not be renewed");
                lease.told(false);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lease, RUNNER};

    fn taken() -> Lease {
        let lease = Lease::new("one".to_owned(), RUNNER);
        assert!(lease.is_due(), "it was never asked for");
        lease.told(true);
        lease
    }

    /// A process that goes would take it again after having given it up, and everybody would wait
    /// for it to run out.
    #[test]
    fn who_closes_asks_for_it_no_more() {
        let lease = Lease::new("one".to_owned(), RUNNER);
        lease.close();
        assert!(!lease.is_due());
    }

    /// What was asked before closing may be answered after it.
    #[test]
    fn who_has_given_it_up_has_not_got_it() {
        let lease = taken();
        assert_eq!(lease.turn(), 1);
        lease.close();
        lease.lost();
        assert_eq!(lease.turn(), 0);
    }
}
