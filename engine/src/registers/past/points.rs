//! The points at which rows of the past are kept, as the store lists them.

use std::collections::BTreeMap;

use fugong_core::{Change, Position};
use serde::{Deserialize, Serialize};

use crate::{
    error::Trouble,
    rows::Owner,
    store::db::{Db, values},
};

/// A long day is not waited for: a point is made after so many times as many events.
const LATEST: u64 = 2;
/// The relation that lists the points.
const POINTS: &str = "points";

/// A point at which rows are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::registers) struct Point {
    /// The last event in them.
    pub(super) position: Position,
    /// How each relation is kept that has changed so far.
    pub(super) relations: BTreeMap<String, Layers>,
}

/// How a relation is kept: whole at one point, and at those after it what changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Layers {
    /// The last point at which all rows were kept; the start, where there were none, if never.
    pub(super) whole: Position,
    /// How many they were.
    pub(super) rows: u64,
    /// How many changes have been kept since then.
    pub(super) changes: u64,
}

impl Point {
    /// After which event the next may be, at the end of a day, and after which it is anyway.
    pub(super) fn next(&self, every: u64) -> (Position, Position) {
        let after =
            |steps: u64| Position(self.position.0.saturating_add(every.saturating_mul(steps)));
        (after(1), after(LATEST))
    }

    pub(super) fn layers(&self, relation: &str) -> Layers {
        self.relations.get(relation).copied().unwrap_or_default()
    }
}

/// A position as keys and names give it, so that they are in order.
fn at(position: Position) -> String {
    format!("{:020}", position.0)
}

/// What is kept of the past of a register: its points under `past:<name>`, and the rows of each
/// under that and the position.
impl Owner {
    fn past(&self) -> Self {
        Self { name: format!("past:{}", self.name), ..self.clone() }
    }

    /// Where the rows of a point are.
    pub(super) fn at(&self, position: Position) -> Self {
        Self { name: format!("past:{}@{}", self.name, at(position)), ..self.clone() }
    }

    /// The points, in order.
    pub(super) fn points(&self, db: &Db) -> Result<Vec<Point>, Trouble> {
        let past = self.past();
        let sql = "SELECT row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                   AND version = ?3 AND relation = ?4 ORDER BY row_key";
        let values = values![past.log.0, &past.name, past.version, POINTS];
        let points = db.all(sql, values, |row| Ok(serde_json::from_str(row.text(0)?).ok()))?;
        // What cannot be read is not relied on, nor what was built on it.
        Ok(points.into_iter().map_while(|point| point).collect())
    }

    /// The point at a position, if it is listed.
    pub(super) fn point(&self, db: &Db, position: Position) -> Result<Option<Point>, Trouble> {
        let (past, key) = (self.past(), at(position));
        let sql = "SELECT row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                   AND version = ?3 AND relation = ?4 AND row_key = ?5";
        let values = values![past.log.0, &past.name, past.version, POINTS, &key];
        let found = db.first(sql, values, |row| Ok(serde_json::from_str(row.text(0)?).ok()))?;
        Ok(found.flatten())
    }

    /// Lists `point`, if its rows are all there and `last` is still the one before it.
    pub(super) fn note(
        &self,
        db: &Db,
        last: &Point,
        point: &Point,
        rows: u64,
    ) -> Result<bool, Trouble> {
        self.lock(db)?;
        let sql = "SELECT count(*) FROM register_rows \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        let place = self.at(point.position);
        let values = values![place.log.0, &place.name, place.version];
        let there = db.first(sql, values, |row| row.count(0))?;
        if self.points(db)?.pop().unwrap_or_default() != *last || there != Some(rows) {
            return Ok(false);
        }
        let text = serde_json::to_string(point).map_err(|e| Trouble::Unavailable(e.to_string()))?;
        let change: Change = (POINTS, at(point.position), Some(text.into()));
        self.past().write(db, &[change])?;
        Ok(true)
    }

    /// Deletes everything that is kept of the past.
    pub(in crate::registers) fn forget_past(&self, db: &Db) -> Result<(), Trouble> {
        self.lock(db)?;
        let past = self.past();
        let sql = "DELETE FROM register_rows WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        db.run(sql, values![past.log.0, &past.name, past.version])?;
        self.forget_after(db, Position::START)
    }

    /// Deletes points after `last`, and rows of such that were never listed.
    pub(super) fn forget_after(&self, db: &Db, last: Position) -> Result<(), Trouble> {
        let past = self.past();
        let sql = "DELETE FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                   AND version = ?3 AND relation = ?4 AND row_key > ?5";
        db.run(sql, values![past.log.0, &past.name, past.version, POINTS, &at(last)])?;
        let (from, to) = (self.at(last).name, self.at(Position(u64::MAX)).name);
        let sql = "DELETE FROM register_rows WHERE log_id = ?1 \
                   AND register > ?2 AND register <= ?3 AND version = ?4";
        db.run(sql, values![self.log.0, &from, &to, self.version]).map(|_| ())
    }

    /// Holds off whoever else lists or deletes points, until the transaction ends.
    fn lock(&self, db: &Db) -> Result<(), Trouble> {
        let sql = "UPDATE register_checkpoints SET position = position \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        db.run(sql, values![self.log.0, &self.name, self.version]).map(|_| ())
    }
}
