//! Reading rows: as they stand, and as they were.

use std::{sync::Arc, time::Duration};

use fugong_core::{Position, Register, Rows, Want};
use tokio::time::sleep;

use super::{
    Registers, Standing, apart,
    checkpoints::Checkpoint,
    fold::{self, Fold},
    kept::Set,
    past::Concern,
};
use crate::{error::Trouble, store::db::Db};

/// How often a day is read to be put beside rows that stand.
const TRIES: u32 = 5;
/// How long such rows are waited for, which move on.
const PAUSE: Duration = Duration::from_millis(2);

impl Standing {
    fn of(set: Set, stuck: Option<String>) -> Self {
        let apart = apart::all(&set.rows);
        Self { position: set.position, rows: set.rows, stuck, apart }
    }
}

impl Registers {
    /// The rows as they stand now: what is wanted, and perhaps more.
    pub(crate) async fn rows_live(&self, name: &str, wants: &[Want]) -> Result<Standing, Trouble> {
        let (register, at) = (Arc::clone(self.named(name)?), self.index(name)?);
        for _ in 0..TRIES {
            let Some(mut live) = self.kept.live(at).await else { return Err(no_register()) };
            let stand = self.stand(at, &register).await?;
            // A process that has just taken over still holds what it read before.
            if let Some(set) = live.as_mut().filter(|set| stand.position <= set.position) {
                if set.covers(wants) {
                    return Ok(Standing::of(set.clone(), stand.reason()));
                }
                let (stand, rows) = self.read(&register, wants.to_vec()).await?;
                if set.position == stand.position {
                    Arc::make_mut(&mut set.rows).join(rows);
                    let set = set.clone();
                    live.take_if(|set| !set.is_kept());
                    return Ok(Standing::of(set, stand.reason()));
                }
                // The rows have moved on, and the set in memory is about to.
                drop(live);
                sleep(PAUSE).await;
                continue;
            }
            let (set, stuck) = self.read_anew(&register, wants).await?;
            *live = set.is_kept().then(|| set.clone());
            return Ok(Standing::of(set, stuck));
        }
        // It never stands still: what is read at once is of one moment.
        let (set, stuck) = self.read_anew(&register, wants).await?;
        Ok(Standing::of(set, stuck))
    }

    /// What is wanted as it stands, and all that is not kept by day.
    async fn read_anew(
        &self,
        register: &Arc<dyn Register>,
        wants: &[Want],
    ) -> Result<(Set, Option<String>), Trouble> {
        let (stand, rows) = self.read(register, with_undated(&**register, wants)).await?;
        let set = Set { position: stand.position, rows: Arc::new(rows), chain: None };
        Ok((set, stand.reason()))
    }

    /// Checkpoint and rows, of one moment.
    async fn read(
        &self,
        register: &Arc<dyn Register>,
        wants: Vec<Want>,
    ) -> Result<(Checkpoint, Rows), Trouble> {
        let (log, register) = (self.store.log(), Arc::clone(register));
        let read = move |db: &Db| {
            let stand = Checkpoint::load(db, log, &*register)?;
            let mut rows = Rows::partial();
            stand.owner.supply(db, &mut rows, wants)?;
            Ok((stand, rows))
        };
        self.store.read(move |db| db.snapshot(read)).await
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

    /// The rows that are wanted as they were after the event at `at`, folded from the nearest set
    /// that is kept.
    pub(crate) async fn rows_at(
        &self,
        name: &str,
        at: Position,
        wants: &[Want],
    ) -> Result<Standing, Trouble> {
        let (register, number) = (Arc::clone(self.named(name)?), self.index(name)?);
        let wants: Vec<_> =
            apart::listed(&*register).into_iter().chain(wants.iter().cloned()).collect();
        let mut past = self.kept.past().await;
        let near = past.upto(number, at, &wants);
        let after = near.as_ref().map_or(Position::START, |set| set.position);
        let kept = if at.0.saturating_sub(after.0) <= self.every {
            None
        } else {
            self.kept_before(&register, after, at, &wants).await?
        };
        let (log, from) = (self.store.log(), kept.or(near));
        let chain = from.as_ref().and_then(|set| set.chain.clone());
        let fold = match from {
            Some(set) if set.position == at => return Ok(Standing::of(set, None)),
            Some(set) => Fold::from(log, &*register, &set),
            None => Fold::afresh(log, &*register),
        };
        let folded = match &chain {
            Some(chain) => {
                let concern = Concern::of(&*register, &wants);
                fold::run_on(&self.store, &register, (fold, concern), chain, at).await
            }
            None => fold::run_one(&self.store, &register, fold, at).await,
        };
        // Where another process makes the points anew, sets that were read from them are of no use.
        let fold = folded.inspect_err(|_| past.forget(number))?;
        let stuck = fold.stand.reason();
        let set = Set { position: fold.stand.position, rows: Arc::new(fold.rows), chain };
        if stuck.is_none() {
            past.keep(number, set.clone());
        }
        Ok(Standing::of(set, stuck))
    }

    /// Every row of a register.
    pub(crate) fn every(&self, name: &str) -> Result<Vec<Want>, Trouble> {
        let names = self.named(name)?.relations().iter().map(|relation| relation.name);
        Ok(names.map(|name| Want::Prefix(name, String::new())).collect())
    }
}

/// What is wanted, and all that is not kept by day.
fn with_undated(register: &dyn Register, wants: &[Want]) -> Vec<Want> {
    let names = apart::relations(register).into_iter();
    let names = names.filter(|name| !register.dated().contains(name));
    let undated: Vec<_> = names.map(|name| Want::Prefix(name, String::new())).collect();
    let more = wants.iter().filter(|want| !undated.contains(want)).cloned();
    undated.iter().cloned().chain(more).collect()
}

fn no_register() -> Trouble {
    Trouble::Unavailable("there is no such register".to_owned())
}
