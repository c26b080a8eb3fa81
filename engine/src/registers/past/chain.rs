//! Reading rows as they were at a point.

use fugong_core::{Position, Row, Rows, Want};

use super::points::Point;
use crate::{
    error::Trouble,
    rows::{Owner, sorted},
    store::db::Db,
};

/// Stands where a row was removed; no row reads so, since it is not JSON.
pub(super) const GONE: &str = "gone";

/// The points of a register up to one of them: what its rows were there is read from them.
#[derive(Debug, Clone)]
pub(in crate::registers) struct Chain {
    owner: Owner,
    /// In order.
    points: Vec<Point>,
}

impl Chain {
    /// The points that are listed up to `at`.
    pub(super) fn upto(owner: Owner, db: &Db, at: Position) -> Result<Self, Trouble> {
        let mut points = owner.points(db)?;
        points.retain(|point| point.position <= at);
        Ok(Self { owner, points })
    }

    pub(super) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The point that it ends with; before the first there is nothing.
    pub(super) fn last(&self) -> Point {
        self.points.last().cloned().unwrap_or_default()
    }

    /// The position at which it ends.
    pub(in crate::registers) fn position(&self) -> Position {
        self.points.last().map_or(Position::START, |point| point.position)
    }

    /// One point more.
    pub(super) fn push(&mut self, point: Point) {
        self.points.push(point);
    }

    /// Fetches into `rows` what is wanted, as it was then. What is there already is newer.
    pub(in crate::registers) fn supply(
        &self,
        db: &Db,
        rows: &mut Rows,
        wants: Vec<Want>,
    ) -> Result<(), Trouble> {
        let (keys, prefixes) = sorted(wants);
        if keys.is_empty() && prefixes.is_empty() {
            return Ok(());
        }
        self.check(db)?;
        for (relation, prefix) in prefixes {
            for place in self.layers(relation) {
                place.beginning(db, relation, &prefix, |key, row| {
                    rows.supply(relation, key, kept(row));
                })?;
            }
            rows.supplied(relation, prefix);
        }
        for (relation, keys) in keys {
            let mut wanted: Vec<_> = keys.into_iter().collect();
            for place in self.layers(relation) {
                let mut beneath = Vec::new();
                place.find(db, relation, &wanted, |key, row| match row {
                    Some(row) => rows.supply(relation, &key, kept(&row)),
                    None => beneath.push(key),
                })?;
                wanted = beneath;
                if wanted.is_empty() {
                    break;
                }
            }
            for key in wanted {
                rows.supply(relation, &key, None);
            }
        }
        Ok(())
    }

    /// Where rows of a relation are kept, the newest first: what is found first counts.
    fn layers(&self, relation: &str) -> impl Iterator<Item = Owner> {
        let whole = self.points.last().map(|last| last.layers(relation).whole).unwrap_or_default();
        let points = self.points.iter().rev().take_while(move |point| whole <= point.position);
        let places: Vec<_> = points.map(|point| self.owner.at(point.position)).collect();
        places.into_iter()
    }

    /// That it is still there: whoever rebuilds a register deletes what is kept of its past.
    fn check(&self, db: &Db) -> Result<(), Trouble> {
        let Some(last) = self.points.last() else { return Ok(()) };
        if self.owner.point(db, last.position)?.as_ref() == Some(last) {
            return Ok(());
        }
        Err(Trouble::Unavailable(format!(
            "what was kept of the past of {} is made anew: ask again",
            self.owner.name
        )))
    }
}

/// What stands for a change in a point's rows.
pub(super) fn put(row: Option<Row>) -> Row {
    row.unwrap_or_else(|| Row::from(GONE))
}

fn kept(row: &str) -> Option<Row> {
    (row != GONE).then(|| Row::from(row))
}
