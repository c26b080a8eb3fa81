//! The rows of registers as they were at ends of days, kept in the store.
//!
//! Whoever asks for a day long past gets the rows of the nearest point before it and the events
//! from there on. At most points only the rows that changed since the point before are kept; all
//! of them are, where the changes since that was last done outnumber them. So they take at most
//! twice what changed, and no point is read from more than twice its rows. Points are made behind
//! the log, in small transactions, can be deleted at any time, and are made again.

use std::{ops::ControlFlow, sync::Arc};

use chrono::NaiveDate;
use fugong_core::{Change, Position, Recorded, Register, Row, Rows, shanghai_day};
use serde::{Deserialize, Serialize};

use super::{
    BATCH, Registers, apart, checkpoints::Checkpoint, fold::Fold, kept::Set, rebuild::every_row,
};
use crate::{
    error::Trouble,
    rows::Owner,
    store::db::{Db, values},
};

/// After so many events the end of a day is kept, if nothing else is said.
pub(crate) const EVERY: u64 = 5_000;
/// With many rows it is after more events: a point that costs so much is to save something.
const ROWS_AN_EVENT: u64 = 10;
/// A long day is not waited for: a point is made after so many times as many events.
const LATEST: u64 = 2;
/// How many rows are written in one transaction, so that nobody waits long for the writer.
const CHUNK: usize = 1_000;
/// Stands where a row was removed; no row reads so, since it is not JSON.
const GONE: &str = "gone";
/// The relation that lists the points.
const POINTS: &str = "points";

/// A point at which rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Point {
    position: Position,
    /// How many rows the register had.
    rows: u64,
    /// The last point at which all of them were kept: this one or one before.
    whole: Position,
    /// How many changes have been kept since then.
    changes: u64,
}

impl Point {
    /// Before the first event, where there is nothing to keep.
    const START: Self =
        Self { position: Position::START, rows: 0, whole: Position::START, changes: 0 };

    /// After which event the next may be, at the end of a day, and after which it is anyway.
    fn next(&self, every: u64) -> (Position, Position) {
        let step = every.max(self.rows.checked_div(ROWS_AN_EVENT).unwrap_or_default());
        let after =
            |steps: u64| Position(self.position.0.saturating_add(step.saturating_mul(steps)));
        (after(1), after(LATEST))
    }
}

impl Registers {
    /// Makes what points are due. The last is the nearest to the head.
    pub(super) async fn keep_past(&self) -> Result<(), Trouble> {
        for (at, register) in self.all.iter().enumerate() {
            let mut last = self.last_points.lock().await;
            let stand = self.stands.borrow().get(at).cloned();
            let (Some(stand), Some(last)) = (stand, last.get_mut(at)) else { continue };
            let point = match *last {
                Some(point) => point,
                None => *last.insert(self.last_point(&stand.owner).await?),
            };
            if self.is_due(point, stand.position).await? {
                *last = None;
                let made = self.make(register, &stand.owner, point, stand.position).await?;
                *last = Some(made);
            }
        }
        Ok(())
    }

    /// Forgets which points were made, since somebody deletes them.
    pub(super) async fn forget_points(&self, at: usize) {
        if let Some(last) = self.last_points.lock().await.get_mut(at) {
            *last = None;
        }
    }

    /// The rows as they were at the nearest point up to `at` that is kept, if that is after `after`.
    pub(super) async fn kept_before(
        &self,
        register: &Arc<dyn Register>,
        after: Position,
        at: Position,
    ) -> Result<Option<Set>, Trouble> {
        let register = Arc::clone(register);
        let owner = Checkpoint::start(self.store.log(), &*register).owner;
        let read = move |db: &Db| {
            let points = owner.points(db)?;
            let nearest = points.iter().rfind(|point| point.position <= at);
            let Some(point) = nearest.filter(|point| after < point.position) else {
                return Ok(None);
            };
            let rows = Arc::new(owner.rows_at(db, point, &*register)?);
            Ok(Some(Set { position: point.position, rows }))
        };
        self.store.read(move |db| db.snapshot(read)).await
    }

    async fn last_point(&self, owner: &Owner) -> Result<Point, Trouble> {
        let owner = owner.clone();
        let last = self.store.read(move |db| Ok(owner.points(db)?.pop())).await?;
        Ok(last.unwrap_or(Point::START))
    }

    /// Whether a point lies after `last` and up to `upto`.
    async fn is_due(&self, last: Point, upto: Position) -> Result<bool, Trouble> {
        let (earliest, latest) = last.next(self.every);
        if latest < upto || upto <= earliest {
            return Ok(latest < upto);
        }
        let day = async |at: Position| {
            let before = Position(at.0.saturating_sub(1));
            let events = self.store.events_after(before, 1).await?;
            Ok::<_, Trouble>(events.first().map(|event| shanghai_day(event.recorded_at)))
        };
        Ok(day(earliest).await? < day(upto).await?)
    }

    /// Makes every point after `last` and up to `upto`; answers the last that is there then.
    async fn make(
        &self,
        register: &Arc<dyn Register>,
        owner: &Owner,
        mut last: Point,
        upto: Position,
    ) -> Result<Point, Trouble> {
        let (log, whose) = (self.store.log(), owner.clone());
        self.store.write_lazily(move |db| whose.forget_after(db, last.position)).await?;
        let mut fold = match self.kept_before(register, Position::START, last.position).await? {
            Some(set) => Fold::from(log, &**register, &set),
            None => Fold::afresh(log, &**register),
        };
        if fold.stand.position != last.position {
            // Somebody deleted them meanwhile.
            return self.last_point(owner).await;
        }
        let mut day = None;
        loop {
            let mut events = self.store.events_after(fold.stand.position, BATCH).await?;
            events.retain(|event| event.position <= upto);
            let next = last.next(self.every);
            let cut = events.iter().position(|event| is_after_point(event, next, &mut day));
            if events.is_empty() {
                return Ok(last);
            }
            events.truncate(cut.unwrap_or(events.len()));
            let taken = Arc::clone(register);
            fold = self.store.read(move |db| fold.taking(db, &*taken, &events)).await?;
            if fold.stand.stuck.is_some() {
                return Ok(last);
            }
            if cut.is_some() {
                let Some(kept) = self.keep(register, owner, last, &mut fold).await? else {
                    return self.last_point(owner).await;
                };
                last = kept;
            }
        }
    }

    /// Keeps a point where `fold` stands; none if another process did something to the points.
    async fn keep(
        &self,
        register: &Arc<dyn Register>,
        owner: &Owner,
        last: Point,
        fold: &mut Fold,
    ) -> Result<Option<Point>, Trouble> {
        let position = fold.stand.position;
        let relations = apart::relations(&**register);
        let mut changes = fold.rows.take_changes()?;
        let rows = relations.iter().map(|relation| fold.rows.keys(relation).count()).sum::<usize>();
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let more = u64::try_from(changes.len()).unwrap_or(u64::MAX);
        let since = last.changes.saturating_add(more);
        let mut point = Point { position, rows, whole: last.whole, changes: since };
        if rows < since {
            point = Point { whole: position, changes: 0, ..point };
            changes = every_row(&relations, &fold.rows)?;
        }
        let count = u64::try_from(changes.len()).unwrap_or(u64::MAX);
        let place = owner.at(position);
        let mut changes = changes.into_iter().map(kept);
        loop {
            let chunk: Vec<Change> = changes.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            let place = place.clone();
            self.store.write_lazily(move |db| place.write(db, &chunk)).await?;
        }
        let owner = owner.clone();
        self.store.write_lazily(move |db| owner.note(db, last, point, count)).await
    }
}

/// Whether there is to be a point before this event: where a day ends, or it has been long.
fn is_after_point(
    event: &Recorded,
    (earliest, latest): (Position, Position),
    day: &mut Option<NaiveDate>,
) -> bool {
    let today = shanghai_day(event.recorded_at);
    if event.position <= earliest {
        *day = Some(today);
        return false;
    }
    latest < event.position || day.is_some_and(|day| day < today)
}

fn kept((relation, key, row): Change) -> Change {
    (relation, key, Some(row.unwrap_or_else(|| Row::from(GONE))))
}

/// What is kept of the past of a register: its points under `past:<name>`, and the rows of each
/// under that and the position.
impl Owner {
    fn past(&self) -> Self {
        Self { name: format!("past:{}", self.name), ..self.clone() }
    }

    /// Where the rows of a point are.
    fn at(&self, position: Position) -> Self {
        Self { name: format!("past:{}@{:020}", self.name, position.0), ..self.clone() }
    }

    /// The points, in order.
    fn points(&self, db: &Db) -> Result<Vec<Point>, Trouble> {
        let past = self.past();
        let sql = "SELECT row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                   AND version = ?3 AND relation = ?4 ORDER BY row_key";
        let values = values![past.log.0, &past.name, past.version, POINTS];
        let points = db.all(sql, values, |row| Ok(serde_json::from_str(row.text(0)?).ok()))?;
        // What cannot be read is not relied on, nor what was built on it.
        Ok(points.into_iter().map_while(|point| point).collect())
    }

    /// All rows as they were at `point`.
    fn rows_at(&self, db: &Db, point: &Point, register: &dyn Register) -> Result<Rows, Trouble> {
        let (from, to) = (self.at(point.whole).name, self.at(point.position).name);
        let relations = apart::relations(register);
        let mut rows = Rows::complete();
        let sql = "SELECT relation, row_key, row FROM register_rows WHERE log_id = ?1 \
                   AND register >= ?2 AND register <= ?3 AND version = ?4 ORDER BY register";
        db.each(sql, values![self.log.0, &from, &to, self.version], |row| {
            let name = row.text(0)?;
            if let Some(&relation) = relations.iter().find(|relation| **relation == name) {
                let text = Some(row.text(2)?).filter(|text| *text != GONE);
                rows.follow(&[(relation, row.text(1)?.to_owned(), text.map(Row::from))]);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// Lists `point`, if its rows are all there and `last` is still the one before it.
    fn note(
        &self,
        db: &Db,
        last: Point,
        point: Point,
        rows: u64,
    ) -> Result<Option<Point>, Trouble> {
        self.lock(db)?;
        let sql = "SELECT count(*) FROM register_rows \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        let place = self.at(point.position);
        let values = values![place.log.0, &place.name, place.version];
        let there = db.first(sql, values, |row| row.count(0))?;
        let before = self.points(db)?.pop().unwrap_or(Point::START);
        if before != last || there != Some(rows) {
            return Ok(None);
        }
        let text =
            serde_json::to_string(&point).map_err(|e| Trouble::Unavailable(e.to_string()))?;
        let key = format!("{:020}", point.position.0);
        self.past().write(db, &[(POINTS, key, Some(text.into()))])?;
        Ok(Some(point))
    }

    /// Deletes everything that is kept of the past.
    pub(super) fn forget_past(&self, db: &Db) -> Result<(), Trouble> {
        self.lock(db)?;
        let past = self.past();
        let sql = "DELETE FROM register_rows WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        db.run(sql, values![past.log.0, &past.name, past.version])?;
        self.forget_after(db, Position::START)
    }

    /// Deletes the rows of points after `last` that were never listed.
    fn forget_after(&self, db: &Db, last: Position) -> Result<(), Trouble> {
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
