//! What runs in the background: registers follow the log, and what rows were is kept.

use std::{
    mem,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use fugong_core::Position;
use tokio::{sync::watch, time::sleep};

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

/// Holds the registers only while it folds, so that a dropped log ends it.
pub(super) async fn follow(registers: Weak<Registers>, mut heads: watch::Receiver<Position>) {
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
        let done = registers.catch_up().await;
        drop(registers);
        if let Err(trouble) = done {
            tracing::warn!(error = %trouble, "the registers could not be carried on");
            sleep(PAUSE).await;
        } else if heads.changed().await.is_err() {
            return;
        }
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
