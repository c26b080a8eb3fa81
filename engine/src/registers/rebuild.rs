//! Folding a register afresh, and putting right what differs.

use std::{collections::BTreeMap, sync::Arc};

use fugong_core::{Change, Position, Register, Row, Rows};
use serde::Serialize;
use tokio::sync::watch;

use super::{
    Registers,
    checkpoints::Checkpoint,
    fold::{Fold, run, run_one},
};
use crate::{
    error::Trouble,
    store::{Store, db::values},
};

/// After so many events it is told how far a fold has come.
const STEP: u64 = 5_000;

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
    let relations: Vec<_> = register.relations().iter().map(|relation| relation.name).collect();
    let names = relations.clone();
    let stood = store.read(move |db| owner.all(db, names)).await?;
    let (changes, differences) = compare(&relations, &stood, &fresh.rows);
    let repaired = fresh.stand.clone();
    store
        .write(move |db| {
            repaired.store(db, standing)?;
            repaired.owner.write(db, &changes)
        })
        .await?;
    let rows = relations.iter().map(|relation| fresh.rows.texts(relation).count()).sum();
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

fn compare(
    relations: &[&'static str],
    stood: &Rows,
    rebuilt: &Rows,
) -> (Vec<Change>, Vec<Difference>) {
    let (mut changes, mut differences) = (Vec::new(), Vec::new());
    for relation in relations {
        let mut both: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
        for (key, row) in stood.texts(relation) {
            both.entry(key).or_default().0 = Some(row);
        }
        for (key, row) in rebuilt.texts(relation) {
            both.entry(key).or_default().1 = Some(row);
        }
        for (key, (stood, rebuilt)) in both {
            if stood != rebuilt {
                changes.push((*relation, key.to_owned(), rebuilt.map(Row::from)));
                differences.push(Difference {
                    relation: (*relation).to_owned(),
                    key: key.to_owned(),
                    stood: stood.map(str::to_owned),
                    rebuilt: rebuilt.map(str::to_owned),
                });
            }
        }
    }
    (changes, differences)
}

/// Folds every register that the store does not know in this version, all of them in one pass,
/// and makes them live in one transaction.
pub(super) async fn renew(
    store: &Arc<Store>,
    registers: &[Arc<dyn Register>],
) -> Result<(), Trouble> {
    let (log, all) = (store.log(), registers.to_vec());
    let new: Vec<_> = store
        .read(move |db| {
            let mut new = Vec::new();
            for register in all {
                if !Checkpoint::is_installed(db, log, &*register)? {
                    new.push(register);
                }
            }
            Ok(new)
        })
        .await?;
    if new.is_empty() {
        return Ok(());
    }
    let folds = new.iter().map(|register| Fold::afresh(log, &**register)).collect();
    let folds = run(store, &new, folds, store.head()).await?;
    store
        .write(move |db| {
            // Another process may be at it: one after the other.
            db.run("UPDATE logs SET head = head WHERE log_id = ?1", values![log.0])?;
            for (fold, register) in folds.iter().zip(&new) {
                if Checkpoint::is_installed(db, log, &**register)? {
                    continue;
                }
                fold.stand.install(db)?;
                let relations = register.relations().iter();
                let rows = relations.flat_map(|relation| {
                    let rows = fold.rows.texts(relation.name);
                    rows.map(|(key, row)| (relation.name, key.to_owned(), Some(Row::from(row))))
                });
                fold.stand.owner.write(db, &rows.collect::<Vec<_>>())?;
            }
            Ok(())
        })
        .await
}
