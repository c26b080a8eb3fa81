//! The rows of registers as they were at ends of days, kept in the store.
//!
//! Whoever asks for a day long past gets the rows of the nearest point before it and the events
//! from there on. At most points only the rows of a relation that changed since the point before
//! are kept; all of them are, where the changes since that was last done outnumber them, but for
//! relations that are kept by day, of which nobody reads all. So they take at most twice what
//! changed, and no relation is read from more than twice its rows. Points are made behind the log,
//! in small transactions, can be deleted at any time, and are made again.

mod afresh;
mod chain;
mod concern;
mod points;

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use fugong_core::{Change, Position, Recorded, Register, Row, Rows, Want, shanghai_day};

use super::{BATCH, Registers, checkpoints::Checkpoint, fold::Fold, kept::Set};
use crate::{error::Trouble, store::db::Db};

pub(super) use chain::Chain;
pub(super) use concern::Concern;
pub(super) use points::Point;

/// After so many events the end of a day is kept, if nothing else is said.
pub(crate) const EVERY: u64 = 2_500;
/// How many rows are written in one transaction, so that nobody waits long for the writer.
const CHUNK: usize = 1_000;
/// The most rows that are kept in memory from one point to the next.
const KEPT_ROWS: usize = 50_000;

impl Registers {
    /// Makes what points are due. The last is the nearest to the head.
    pub(super) async fn keep_past(&self) -> Result<(), Trouble> {
        for (at, register) in self.all.iter().enumerate() {
            let mut last = self.last_points.lock().await;
            let stand = self.stands.borrow().get(at).cloned();
            let (Some(stand), Some(last)) = (stand, last.get_mut(at)) else { continue };
            let position = match last {
                Some(point) => point.position,
                None => {
                    last.insert(self.chain(register, Position(u64::MAX)).await?.last()).position
                }
            };
            if self.is_due(position, stand.position).await? {
                *last = None;
                let chain = self.chain(register, position).await?;
                *last = Some(self.make(register, chain, stand.position).await?);
            }
        }
        Ok(())
    }

    /// Forgets which points were made, and what was read from them, since somebody deletes them.
    pub(super) async fn forget_points(&self, at: usize) {
        if let Some(last) = self.last_points.lock().await.get_mut(at) {
            *last = None;
        }
        self.kept.past().await.forget(at);
    }

    /// The rows that are wanted as they were at the nearest point up to `at` that is kept, if that
    /// is after `after`.
    pub(super) async fn kept_before(
        &self,
        register: &Arc<dyn Register>,
        after: Position,
        at: Position,
        wants: &[Want],
    ) -> Result<Option<Set>, Trouble> {
        let wants = wants.to_vec();
        let owner = Checkpoint::start(self.store.log(), &**register).owner;
        let read = move |db: &Db| {
            let chain = Chain::upto(owner, db, at)?;
            let position = chain.position();
            if position <= after {
                return Ok(None);
            }
            let mut rows = Rows::partial();
            chain.supply(db, &mut rows, wants)?;
            Ok(Some(Set { position, rows: Arc::new(rows), chain: Some(Arc::new(chain)) }))
        };
        self.store.read(move |db| db.snapshot(read)).await
    }

    /// The points that are there up to `at`.
    async fn chain(&self, register: &Arc<dyn Register>, at: Position) -> Result<Chain, Trouble> {
        let owner = Checkpoint::start(self.store.log(), &**register).owner;
        self.store.read(move |db| Chain::upto(owner, db, at)).await
    }

    /// Whether a point lies after `last` and up to `upto`.
    async fn is_due(&self, last: Position, upto: Position) -> Result<bool, Trouble> {
        let (earliest, latest) = Point { position: last, ..Point::default() }.next(self.every);
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

    /// Makes every point after those of `chain` and up to `upto`; answers the last that is there
    /// then.
    async fn make(
        &self,
        register: &Arc<dyn Register>,
        chain: Chain,
        upto: Position,
    ) -> Result<Point, Trouble> {
        let (whose, position) = (chain.owner().clone(), chain.position());
        self.store.write_lazily(move |db| whose.forget_after(db, position)).await?;
        let start = Checkpoint::start(self.store.log(), &**register);
        let mut fold = Fold::new(Checkpoint { position, ..start });
        let (mut chain, mut day) = (Arc::new(chain), None);
        loop {
            let mut events = self.store.events_after(fold.stand.position, BATCH).await?;
            events.retain(|event| event.position <= upto);
            let next = chain.last().next(self.every);
            let cut = events.iter().position(|event| is_after_point(event, next, &mut day));
            if events.is_empty() {
                return Ok(chain.last());
            }
            events.truncate(cut.unwrap_or(events.len()));
            let (taken, from) = (Arc::clone(register), Arc::clone(&chain));
            let folding = move |db: &Db| fold.taking(db, &from, &*taken, &events);
            fold = self.store.read(folding).await?;
            if fold.stand.stuck.is_some() {
                return Ok(chain.last());
            }
            if cut.is_some() {
                let Some(longer) = self.keep(register, chain, &mut fold).await? else {
                    let found = self.chain(register, Position(u64::MAX)).await?;
                    return Ok(found.last());
                };
                chain = Arc::new(longer);
                if KEPT_ROWS < fold.rows.held() {
                    fold.drop_rows();
                }
            }
        }
    }

    /// Keeps a point where `fold` stands; none if another process did something to the points.
    async fn keep(
        &self,
        register: &Arc<dyn Register>,
        chain: Arc<Chain>,
        fold: &mut Fold,
    ) -> Result<Option<Chain>, Trouble> {
        let (position, last) = (fold.stand.position, chain.last());
        let mut point = Point { position, ..last.clone() };
        let mut written = 0_u64;
        let place = chain.owner().at(position);
        for (relation, mut changes) in by_relation(fold.rows.take_changes()?) {
            let mut layers = point.layers(relation);
            layers.changes = layers.changes.saturating_add(count(changes.len()));
            if layers.rows < layers.changes && !register.dated().contains(&relation) {
                changes = self.whole(&chain, fold, relation).await?;
                layers = points::Layers { whole: position, rows: count(changes.len()), changes: 0 };
            }
            point.relations.insert(relation.to_owned(), layers);
            written = written.saturating_add(count(changes.len()));
            let mut changes =
                changes.into_iter().map(|(name, key, row)| (name, key, Some(chain::put(row))));
            loop {
                let chunk: Vec<Change> = changes.by_ref().take(CHUNK).collect();
                if chunk.is_empty() {
                    break;
                }
                let place = place.clone();
                self.store.write_lazily(move |db| place.write(db, &chunk)).await?;
            }
        }
        let (owner, noted) = (chain.owner().clone(), point.clone());
        let note = move |db: &Db| owner.note(db, &last, &noted, written);
        let there = self.store.write_lazily(note).await?;
        let mut chain = Arc::unwrap_or_clone(chain);
        chain.push(point);
        Ok(there.then_some(chain))
    }

    /// All rows of a relation where `fold` stands.
    async fn whole(
        &self,
        chain: &Arc<Chain>,
        fold: &mut Fold,
        relation: &'static str,
    ) -> Result<Vec<Change>, Trouble> {
        let (chain, mut rows) = (Arc::clone(chain), std::mem::take(&mut fold.rows));
        let all = move |db: &Db| {
            chain.supply(db, &mut rows, vec![Want::Prefix(relation, String::new())])?;
            Ok(rows)
        };
        fold.rows = self.store.read(all).await?;
        let texts = fold.rows.texts(relation)?.into_iter();
        Ok(texts.map(|(key, row)| (relation, key.to_owned(), Some(Row::from(row)))).collect())
    }
}

fn by_relation(changes: Vec<Change>) -> BTreeMap<&'static str, Vec<Change>> {
    let mut sorted: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for change in changes {
        sorted.entry(change.0).or_default().push(change);
    }
    sorted
}

fn count(many: usize) -> u64 {
    u64::try_from(many).unwrap_or(u64::MAX)
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
