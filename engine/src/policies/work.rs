//! Letting things happen, one after the other.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use fugong_core::Intent;
use futures::{StreamExt as _, stream::FuturesUnordered};
use tokio::{sync::Notify, time::sleep};

use super::{
    Outcome, Policies, load, names,
    outbox::{self, Open},
    react::{self, Fold},
    timers::{self, Timer},
};
use crate::{
    Order,
    error::Trouble,
    registers::BATCH,
    store::{
        Flush,
        db::{Db, values},
        stopped,
    },
};

/// The most rows kept in memory between batches, all policies together.
const KEPT_ROWS: usize = 50_000;
/// After so many rounds without rest, policies set each other off for ever.
const ROUNDS: usize = 1_000_000;
/// How often a command that cannot be carried out now is tried before the round is given up.
const TRIES: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(5);

/// What is known of the work that is to be done.
pub(super) struct Work {
    /// One for each policy.
    pub(super) folds: Vec<Fold>,
    /// Whether the outbox may hold open rows.
    pub(super) open: bool,
    pub(super) next: Next,
    /// In which turn of this process it was made.
    pub(super) turn: u64,
}

/// What is known of the next timer.
pub(super) enum Next {
    /// It has to be looked up.
    Unknown,
    /// This is the one, if one is set.
    Known(Option<Timer>),
}

impl Policies {
    /// Reacts, carries out and fires until there is nothing left to do at this time.
    pub(super) async fn rest(&self, work: &mut Work) -> Result<(), Trouble> {
        for _ in 0..ROUNDS {
            if self.is_stopping() {
                return Err(stopped());
            }
            if self.react(work).await? || self.carry_out(work).await? {
                continue;
            }
            let now = self.sources.now();
            let due = self.next(work).await?.filter(|timer| timer.due <= now);
            match due.filter(|_| self.store.turn() != 0) {
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
        let taken_over = work.turn != self.store.turn();
        if work.folds.len() != self.all.len() || taken_over {
            // Whoever did this last was cut off, or it was another process.
            self.reload(work).await?;
        }
        if taken_over {
            // What another program could not take, this one may have learned to read.
            work.folds.iter_mut().for_each(|fold| fold.stand.stuck = None);
        }
        let head = self.store.head();
        let Some(after) = work.folds.iter().filter_map(|fold| fold.stand.behind(head)).min() else {
            return Ok(false);
        };
        let events = self.store.events_after(after, BATCH).await?;
        let taken = std::mem::take(&mut work.folds);
        work.open = true;
        work.next = Next::Unknown;
        match react::batch(&self.store, self.all.clone(), taken, events).await {
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
        // What whoever was cut off had written may still be in the queue.
        self.store.barrier().await?;
        let stands = load(&self.store, &self.all).await?;
        *work = Work {
            folds: stands.iter().cloned().map(Fold::new).collect(),
            open: true,
            next: Next::Unknown,
            turn: self.store.turn(),
        };
        self.stands.send_replace(stands);
        Ok(())
    }

    /// Carries out open rows of the outbox; false when there was none.
    async fn carry_out(&self, work: &mut Work) -> Result<bool, Trouble> {
        if !work.open {
            return Ok(false);
        }
        let (log, names) = (self.store.log(), names(&self.all));
        let rows = self.store.glance(move |db| outbox::open(db, log, &names)).await?;
        work.open = !rows.is_empty();
        if rows.is_empty() {
            return Ok(false);
        }
        let (closed, failed) = self.perform_in_order(rows).await;
        self.store.write_lazily(move |db| outbox::close(db, log, &closed)).await?;
        failed.map_or(Ok(true), Err)
    }

    /// Carries out rows so that their places in the log follow their order: the next is begun when
    /// the place of the one before is settled, not only when it is durable.
    async fn perform_in_order(&self, rows: Vec<Open>) -> (Vec<(Open, Outcome)>, Option<Trouble>) {
        let log = self.store.log();
        let (mut closed, mut failed) = (Vec::with_capacity(rows.len()), None);
        let mut take = |row: Open, outcome: Outcome| match outcome {
            Outcome::Later(why) => failed = Some(Trouble::Unavailable(why)),
            outcome @ (Outcome::Appended(_)
            | Outcome::Nothing
            | Outcome::Refused(_)
            | Outcome::Broken(_)) => closed.push((row, outcome)),
        };
        let mut running = FuturesUnordered::new();
        for (number, row) in rows.into_iter().enumerate() {
            if self.is_stopping() {
                break;
            }
            let decided = Arc::<Notify>::default();
            let settled = Arc::clone(&decided);
            running.push(async move {
                let outcome = self.perform(&row.intent, row.order(log), &decided).await;
                (number, row, outcome)
            });
            loop {
                tokio::select! {
                    () = settled.notified() => break,
                    Some((done, row, outcome)) = running.next() => {
                        take(row, outcome);
                        if done == number {
                            break;
                        }
                    }
                }
            }
        }
        while let Some((_, row, outcome)) = running.next().await {
            take(row, outcome);
        }
        (closed, failed)
    }

    async fn fire(&self, work: &mut Work, timer: Timer) -> Result<(), Trouble> {
        let log = self.store.log();
        let outcome = self.perform(&timer.intent, timer.order(log), &Notify::new()).await;
        if let Outcome::Later(why) = outcome {
            return Err(Trouble::Unavailable(why));
        }
        work.next = Next::Unknown;
        self.store.write_lazily(move |db| timers::close(db, log, &timer, &outcome)).await
    }

    /// Carries out an intent, patiently: what is busy now may not be in a moment.
    async fn perform(&self, intent: &Intent, order: Order, decided: &Notify) -> Outcome {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            match self.performer.perform(intent, order.clone(), decided).await {
                Outcome::Later(why) => {
                    tracing::warn!(command = order.command_id, why, "a command has to wait");
                }
                outcome @ (Outcome::Appended(_)
                | Outcome::Nothing
                | Outcome::Refused(_)
                | Outcome::Broken(_)) => return outcome,
            }
            sleep(wait).await;
            wait = wait.saturating_mul(2);
        }
        self.performer.perform(intent, order, decided).await
    }

    pub(super) async fn next(&self, work: &mut Work) -> Result<Option<Timer>, Trouble> {
        if let Next::Known(known) = &work.next {
            return Ok(known.clone());
        }
        let (log, names) = (self.store.log(), names(&self.all));
        let next = self.store.glance(move |db| timers::next(db, log, &names)).await?;
        work.next = Next::Known(next.clone());
        Ok(next)
    }

    /// Moves the clock, in the store first: nothing is ever recorded later than it will stand.
    pub(super) async fn move_clock(&self, to: DateTime<Utc>, flush: Flush) -> Result<(), Trouble> {
        if to <= self.sources.now() {
            return Ok(());
        }
        let log = self.store.log();
        let moving = move |db: &Db| {
            let sql = "UPDATE logs SET clock_now = ?2 WHERE log_id = ?1";
            db.run(sql, values![log.0, to.timestamp_micros()])
        };
        self.store.have_written(moving, flush).await?;
        self.sources.move_to(to).map_err(|moved| Trouble::Unavailable(moved.to_string()))
    }
}
