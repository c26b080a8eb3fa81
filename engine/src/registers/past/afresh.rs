//! What is kept of the past, compared with what the events come to.
//!
//! At each point stands what changed since the one before, or every row of a relation. So a fold from
//! the first event that notes what it changes tells, point by point, what has to stand there.

use std::{collections::BTreeMap, sync::Arc};

use fugong_core::{Change, Position, Register, Row, Rows, Want};

use super::{
    chain::{Chain, put},
    points::Point,
};
use crate::{
    error::Trouble,
    registers::{
        Difference, Registers, apart,
        checkpoints::Checkpoint,
        fold::{self, Fold},
    },
    store::db::Db,
};

/// The rows of a point, by relation and key.
type Stored = BTreeMap<(String, String), String>;

impl Registers {
    /// Folds a register from its first event to the last point up to `upto`, and says where what is
    /// kept on the way is not what the events come to.
    pub(in crate::registers) async fn compare_past(
        &self,
        register: &Arc<dyn Register>,
        upto: Position,
    ) -> Result<(Fold, Vec<Difference>), Trouble> {
        let owner = Checkpoint::start(self.store.log(), &**register).owner;
        let read = move |db: &Db| {
            let points = owner.points(db)?;
            Ok((points, Chain::upto(owner, db, Position::START)?))
        };
        let (points, mut chain) = self.store.read(move |db| db.snapshot(read)).await?;
        let mut fold = Fold::afresh(self.store.log(), &**register);
        let mut found = Vec::new();
        for point in points.into_iter().take_while(|point| point.position <= upto) {
            fold = fold::run_noting(&self.store, register, fold, point.position).await?;
            if fold.stand.stuck.is_some() {
                break;
            }
            let last = chain.last();
            chain.push(point.clone());
            let place = chain.owner().at(point.position);
            let stored = self.store.read(move |db| place.every_row(db)).await?;
            let stored = stored.into_iter().map(|(relation, key, row)| ((relation, key), row));
            let missing = at_point(
                &**register,
                &mut fold.rows,
                (&last, &point),
                stored.collect(),
                &mut found,
            )?;
            let under = chain.clone();
            let read = move |db: &Db| beneath(db, &under, missing, point.position);
            found.extend(self.store.read(read).await?);
        }
        Ok((fold, found))
    }
}

/// Compares the rows that stand at a point; gives back those that are not there, and have to be the
/// same as at the points before.
fn at_point(
    register: &dyn Register,
    rows: &mut Rows,
    (last, point): (&Point, &Point),
    mut stored: Stored,
    found: &mut Vec<Difference>,
) -> Result<Vec<Change>, Trouble> {
    let at = point.position;
    let changes = rows.take_changes()?;
    let mut missing = Vec::new();
    let relations = apart::relations(register);
    for relation in &relations {
        let (whole, before) = (point.layers(relation).whole, last.layers(relation).whole);
        if whole != at && whole != before {
            let said = |position: Position| Some(position.to_string());
            found.push(different("points", relation, at, (said(whole), said(before))));
        }
        let expected: Vec<Change> = if whole == at {
            let texts = rows.texts(relation)?.into_iter();
            texts.map(|(key, row)| (*relation, key.to_owned(), Some(Row::from(row)))).collect()
        } else {
            changes.iter().filter(|(of, ..)| of == relation).cloned().collect()
        };
        for (relation, key, row) in expected {
            match stored.remove(&(relation.to_owned(), key.clone())) {
                None => missing.push((relation, key, row)),
                Some(stood) if *stood == *put(row.clone()) => {}
                Some(stood) => {
                    let rebuilt = row.map(|row| row.to_string());
                    found.push(different(relation, &key, at, (Some(stood), rebuilt)));
                }
            }
        }
    }
    // What stands there besides has to be what the row was then.
    for ((relation, key), stood) in stored {
        let known = relations.iter().find(|known| **known == relation);
        let row = known.map(|relation| rows.text(relation, &key)).transpose()?.flatten();
        if known.is_none() || *stood != *put(row.clone()) {
            let rebuilt = row.map(|row| row.to_string());
            found.push(different(&relation, &key, at, (Some(stood), rebuilt)));
        }
    }
    Ok(missing)
}

/// Where rows that do not stand at a point are not what the points before say.
fn beneath(
    db: &Db,
    chain: &Chain,
    missing: Vec<Change>,
    at: Position,
) -> Result<Vec<Difference>, Trouble> {
    let wants = missing.iter().map(|(relation, key, _)| Want::Key(relation, key.clone()));
    let mut rows = Rows::partial();
    chain.supply(db, &mut rows, wants.collect())?;
    let mut found = Vec::new();
    for (relation, key, row) in missing {
        let stood = rows.text(relation, &key)?;
        if stood.as_deref() != row.as_deref() {
            let text = |row: Option<Row>| row.map(|row| row.to_string());
            found.push(different(relation, &key, at, (text(stood), text(row))));
        }
    }
    Ok(found)
}

fn different(
    relation: &str,
    key: &str,
    at: Position,
    (stood, rebuilt): (Option<String>, Option<String>),
) -> Difference {
    Difference {
        relation: format!("{relation} after event {at}"),
        key: key.to_owned(),
        stood,
        rebuilt,
    }
}
