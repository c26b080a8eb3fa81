//! Folding a register afresh, and putting right what differs.

use std::{collections::BTreeMap, sync::Arc};

use fugong_core::{Change, Failure, Position, Register, Row, Rows};
use serde::Serialize;
use tokio::sync::watch;

use super::{
    Registers, apart,
    checkpoints::Checkpoint,
    fold::{Fold, run, run_one},
};
use crate::{
    error::Trouble,
    store::{Store, db::values},
};

/// After so many events it is told how far a fold has come.
const STEP: u64 = 50_000;

/// What a rebuild found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rebuilt {
    /// How many events were folded.
    pub events: u64,
    /// How many rows they came to.
    pub rows: usize,
    /// Where the rows were not what the events say. They are now.
    pub differences: Vec<Difference>,
}

/// A row that was not what the events say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The relation it stands in.
    pub relation: String,
    /// Its key.
    pub key: String,
    /// What stood there.
    pub stood: Option<String>,
    /// What the events say.
    pub rebuilt: Option<String>,
}

/// Folds register number `at` afresh up to where its rows stand, and repairs these; `told` is told
/// how far the fold has come.
pub(super) async fn rebuild(
    registers: &Registers,
    at: usize,
    told: &watch::Sender<Position>,
) -> Result<Rebuilt, Trouble> {
    let store = &registers.store;
    let Some(register) = registers.all.get(at).map(Arc::clone) else {
        return Err(Trouble::Unavailable("there is no such register".to_owned()));
    };
    let mut fresh = Fold::afresh(store.log(), &*register);
    // The long part, beside the runner; then the rest, while the runner waits.
    while let Some(from) = fresh.stand.behind(stand(registers, at)) {
        let step = Position(from.0.saturating_add(STEP)).min(stand(registers, at));
        fresh = run_one(store, &register, fresh, step).await?;
        told.send_replace(fresh.stand.position);
    }
    let mut folds = registers.folds.lock().await;
    let standing = stand(registers, at);
    let fresh = run_one(store, &register, fresh, standing).await?;
    if let Some((position, reason)) = &fresh.stand.stuck {
        return Err(Trouble::Unavailable(format!(
            "register {} was left as it is: a fresh fold cannot take event {position} ({reason})",
            register.name()
        )));
    }
    let owner = fresh.stand.owner.clone();
    let relations = apart::relations(&*register);
    let names = relations.clone();
    let stood = store.read(move |db| owner.all(db, &names)).await?;
    let differences = differences(all(&stood, &relations)?, all(&fresh.rows, &relations)?);
    let changes = changes(&relations, &differences);
    let repaired = fresh.stand.clone();
    store
        .write(move |db| {
            repaired.store(db, standing)?;
            repaired.owner.forget_past(db)?;
            repaired.owner.write(db, &changes)
        })
        .await?;
    let mut rows = 0_usize;
    for relation in &relations {
        rows = rows.saturating_add(fresh.rows.keys(relation)?.count());
    }
    if let Some(fold) = folds.get_mut(at) {
        *fold = Fold::new(fresh.stand.clone());
    }
    registers.kept.forget_one(at).await;
    registers.stands.send_modify(|stands| {
        if let Some(stand) = stands.get_mut(at) {
            *stand = fresh.stand.clone();
        }
    });
    Ok(Rebuilt { events: standing.0, rows, differences })
}

fn stand(registers: &Registers, at: usize) -> Position {
    registers.stands.borrow().get(at).map_or(Position::START, |stand| stand.position)
}

/// Every row of `relations`: relation, key, row.
pub(super) fn all<'a>(
    rows: &'a Rows,
    relations: &'a [&'static str],
) -> Result<Vec<(&'a str, &'a str, &'a str)>, Failure> {
    let mut all = Vec::new();
    for relation in relations {
        all.extend(rows.texts(relation)?.into_iter().map(|(key, row)| (*relation, key, row)));
    }
    Ok(all)
}

/// Where two sets of rows differ, in order of relation and key.
pub(super) fn differences<'a>(
    stood: Vec<(&'a str, &'a str, &'a str)>,
    rebuilt: Vec<(&'a str, &'a str, &'a str)>,
) -> Vec<Difference> {
    let mut both: BTreeMap<_, (Option<&str>, Option<&str>)> = BTreeMap::new();
    for (relation, key, row) in stood {
        both.entry((relation, key)).or_default().0 = Some(row);
    }
    for (relation, key, row) in rebuilt {
        both.entry((relation, key)).or_default().1 = Some(row);
    }
    both.into_iter()
        .filter(|(_, (stood, rebuilt))| stood != rebuilt)
        .map(|((relation, key), (stood, rebuilt))| Difference {
            relation: relation.to_owned(),
            key: key.to_owned(),
            stood: stood.map(str::to_owned),
            rebuilt: rebuilt.map(str::to_owned),
        })
        .collect()
}

/// The same, as changes that write them.
pub(super) fn every_row(relations: &[&'static str], rows: &Rows) -> Result<Vec<Change>, Failure> {
    let mut every = Vec::new();
    for relation in relations {
        let rows = rows.texts(relation)?.into_iter();
        every.extend(rows.map(|(key, row)| (*relation, key.to_owned(), Some(Row::from(row)))));
    }
    Ok(every)
}

/// What has to change in the store so that nothing differs.
fn changes(relations: &[&'static str], differences: &[Difference]) -> Vec<Change> {
    let change = |it: &Difference| {
        let relation = relations.iter().find(|relation| **relation == it.relation)?;
        Some((*relation, it.key.clone(), it.rebuilt.as_deref().map(Row::from)))
    };
    differences.iter().filter_map(change).collect()
}

/// Folds every register that the store does not know in this version, all of them in one pass
/// beside the rows of other versions, and makes this program's versions the live ones. Rows and
/// swap are one transaction; whoever runs another version goes on with the rows of that.
pub(super) async fn renew(
    store: &Arc<Store>,
    registers: &[Arc<dyn Register>],
) -> Result<(), Trouble> {
    let (log, all) = (store.log(), registers.to_vec());
    let known: Vec<_> = store
        .read(move |db| {
            let known = |register: Arc<dyn Register>| {
                Ok((Checkpoint::known(db, log, &*register)?, register))
            };
            all.into_iter().map(known).collect::<Result<_, Trouble>>()
        })
        .await?;
    if known.iter().all(|(live, _)| *live == Some(true)) {
        return Ok(());
    }
    let all: Vec<_> = registers.iter().map(Arc::clone).collect();
    let new = known.into_iter().filter(|(known, _)| known.is_none());
    let new: Vec<_> = new.map(|(_, register)| register).collect();
    let folds = new.iter().map(|register| Fold::afresh(log, &**register)).collect();
    let folds = run(store, &new, folds, store.head()).await?;
    for Fold { stand, .. } in &folds {
        let (name, version) = (&stand.owner.name, stand.owner.version);
        tracing::info!(register = name, version, events = %stand.position, "folded for the first time");
    }
    store
        .write(move |db| {
            // Another process may be at it: one after the other.
            db.run("UPDATE logs SET head = head WHERE log_id = ?1", values![log.0])?;
            for (fold, register) in folds.iter().zip(&new) {
                if Checkpoint::known(db, log, &**register)?.is_some() {
                    continue;
                }
                fold.stand.install(db)?;
                let relations = apart::relations(&**register);
                fold.stand.owner.write(db, &every_row(&relations, &fold.rows)?)?;
            }
            all.iter().try_for_each(|register| Checkpoint::start(log, &**register).make_live(db))
        })
        .await
}
