//! What runs in the background: registers follow the log, and what rows were is kept.

use std::{
    mem,
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use fugong_core::Position;
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};

use super::{
    BATCH, LOOK_AGAIN, Registers,
    checkpoints::Checkpoint,
    fold::{self, Fold},
    load,
};
use crate::error::Trouble;

/// A register that stands still for so long although it could go on is not folded by the process
/// whose turn it is: that may be a program which runs another version of it.
const LEFT_ALONE: Duration = Duration::from_secs(2);
/// How long the runner waits before it tries again after the store failed.
const PAUSE: Duration = Duration::from_secs(1);

/// How long events gather while nobody waits for the registers: a row that several of them change
/// is written once.
const GATHERED: Duration = Duration::from_millis(20);

/// Holds the registers only while it folds, so that a dropped log ends it.
pub(super) async fn follow(
    registers: Weak<Registers>,
    mut heads: watch::Receiver<Position>,
    waiting: Arc<Waiting>,
) {
    let (mut seen, mut looked) = (Vec::new(), Instant::now());
    loop {
        let Some(registers) = registers.upgrade() else { return };
        if registers.store.turn() == 0 {
            if LEFT_ALONE <= looked.elapsed() {
                looked = Instant::now();
                if let Err(trouble) = registers.fold_beside(&mut seen).await {
                    tracing::warn!(error = %trouble, "what is left alone could not be carried on");
                }
            }
            drop(registers);
            sleep(LOOK_AGAIN).await;
            continue;
        }
        heads.mark_unchanged();
        let done = registers.take_in().await;
        drop(registers);
        if let Err(trouble) = done {
            tracing::warn!(error = %trouble, "the registers could not be carried on");
            sleep(PAUSE).await;
        } else if heads.changed().await.is_err() {
            return;
        }
        waiting.or(GATHERED).await;
    }
}

/// Who waits for the registers.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    many: AtomicUsize,
    somebody: Notify,
}

impl Waiting {
    /// Waits for somebody who waits, or so long.
    async fn or(&self, patience: Duration) {
        if self.many.load(Ordering::Acquire) == 0 {
            // Either will do.
            let _in_time = timeout(patience, self.somebody.notified()).await;
        }
    }

    /// Counts as somebody who waits until it is dropped.
    pub(super) fn wait(&self) -> Waits<'_> {
        self.many.fetch_add(1, Ordering::AcqRel);
        self.somebody.notify_one();
        Waits(self)
    }
}

/// Somebody who waits.
pub(super) struct Waits<'a>(&'a Waiting);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.many.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Keeps what rows were at ends of days, as the registers pass them.
pub(super) async fn keep(registers: Weak<Registers>, mut stands: watch::Receiver<Vec<Checkpoint>>) {
    loop {
        let Some(registers) = registers.upgrade() else { return };
        let turn = registers.store.turn();
        let kept = if turn == 0 { Ok(()) } else { registers.keep_past().await };
        drop(registers);
        if let Err(trouble) = kept {
            tracing::warn!(error = %trouble, "what rows were could not be kept");
            sleep(PAUSE).await;
        }
        if stands.changed().await.is_err() {
            return;
        }
    }
}

impl Registers {
    /// Folds what the process whose turn it is leaves alone: what is behind and stands where it was
    /// `seen` before. If it is not left alone after all, whoever is slower writes nothing.
    async fn fold_beside(&self, seen: &mut Vec<Position>) -> Result<(), Trouble> {
        let (stands, head) = (load(&self.store, &self.all).await?, self.store.head());
        let before = mem::replace(seen, stands.iter().map(|stand| stand.position).collect());
        for ((stand, register), before) in stands.into_iter().zip(&self.all).zip(before) {
            if stand.position != before {
                continue;
            }
            let mut folds = vec![Fold::new(stand)];
            while let Some(after) = folds.iter().find_map(|fold| fold.stand.behind(head)) {
                let events = self.store.events_after(after, BATCH).await?;
                let register = vec![Arc::clone(register)];
                (folds, _) = fold::batch(&self.store, register, folds, events).await?;
            }
        }
        Ok(())
    }
}
