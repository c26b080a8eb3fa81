//! Reading rows: as they stand, and as they were.

use std::sync::Arc;

use fugong_core::{Position, Register};

use super::{
    Registers, Standing, apart,
    checkpoints::Checkpoint,
    fold::{self, Fold},
    kept::Set,
};
use crate::error::Trouble;

impl Standing {
    fn of(set: Set, stuck: Option<String>) -> Self {
        let apart = apart::all(&set.rows);
        Self { position: set.position, rows: set.rows, stuck, apart }
    }
}

impl Registers {
    /// The rows as they stand now.
    pub(crate) async fn rows_live(&self, name: &str) -> Result<Standing, Trouble> {
        let (register, at) = (Arc::clone(self.named(name)?), self.index(name)?);
        let Some(mut live) = self.kept.live(at).await else { return Err(no_register()) };
        let stand = self.stand(at, &register).await?;
        // A process that has just taken over still holds what it read before.
        if let Some(set) = &*live
            && stand.position <= set.position
        {
            return Ok(Standing::of(set.clone(), stand.reason()));
        }
        let log = self.store.log();
        let read = self.store.read(move |db| {
            // One snapshot for checkpoint and rows.
            db.snapshot(|db| {
                let stand = Checkpoint::load(db, log, &*register)?;
                let rows = Arc::new(stand.owner.all(db, apart::relations(&*register))?);
                Ok((Set { position: stand.position, rows }, stand.reason()))
            })
        });
        let (set, stuck) = read.await?;
        *live = set.is_kept().then(|| set.clone());
        Ok(Standing::of(set, stuck))
    }

    /// Where a register stands: as this process has brought it, or as it finds it.
    async fn stand(&self, at: usize, register: &Arc<dyn Register>) -> Result<Checkpoint, Trouble> {
        let log = self.store.log();
        if self.store.turn() != 0 {
            return self.stands.borrow().get(at).cloned().ok_or_else(no_register);
        }
        let register = Arc::clone(register);
        self.store.read(move |db| Checkpoint::load(db, log, &*register)).await
    }

    /// The rows as they were after the event at `at`, folded from the nearest set that is kept.
    pub(crate) async fn rows_at(&self, name: &str, at: Position) -> Result<Standing, Trouble> {
        let (register, number) = (Arc::clone(self.named(name)?), self.index(name)?);
        let mut past = self.kept.past().await;
        let log = self.store.log();
        let near = past.upto(number, at);
        let after = near.as_ref().map_or(Position::START, |set| set.position);
        let kept = if at.0.saturating_sub(after.0) <= self.every {
            None
        } else {
            self.kept_before(&register, after, at).await?
        };
        let fold = match kept.or(near) {
            Some(set) if set.position == at => return Ok(Standing::of(set, None)),
            Some(set) => Fold::from(log, &*register, &set),
            None => Fold::afresh(log, &*register),
        };
        let fold = fold::run_one(&self.store, &register, fold, at).await?;
        let stuck = fold.stand.reason();
        let set = Set { position: fold.stand.position, rows: Arc::new(fold.rows) };
        if stuck.is_none() {
            past.keep(number, set.clone());
        }
        Ok(Standing::of(set, stuck))
    }
}

fn no_register() -> Trouble {
    Trouble::Unavailable("there is no such register".to_owned())
}
