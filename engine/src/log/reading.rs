//! Reading a log back.

use std::convert::Infallible;

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use fugong_core::{LogId, Position, Recorded, Ref};
use tokio::sync::watch;
use uuid::Uuid;

use super::Log;
use crate::{
    Error, Filter, Receipt,
    error::Trouble,
    locks::{Locks, Wants},
    receipts,
    store::{
        Times,
        db::{Db, values},
        events,
    },
};

impl Log {
    /// Looks at an aggregate as it durably is at the head, with its version.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn read<A, T>(
        &self,
        id: &str,
        look: impl FnOnce(&A, u64) -> T,
    ) -> Result<T, Error<Infallible>>
    where
        A: Aggregate + 'static,
    {
        let desk = &self.0.desk;
        if !desk.store.writable() {
            // Another process writes: what is in memory here would not be the head.
            let (aggregate, version) = self.read_at::<A>(id, Position(u64::MAX)).await?;
            return Ok(look(&aggregate, version));
        }
        if desk.store.is_shared() {
            // What others have changed is forgotten before it is looked at.
            desk.look().await?;
        }
        let epoch = desk.store.epoch();
        let target = Ref::to::<A>(id);
        let (seen, owed) = {
            let locks = Locks::take(desk.world(), &Wants::from([(target, false)])).await?;
            let cell = locks.cell(A::TYPE, id);
            let instance = cell.and_then(|cell| cell.instance.as_deref()?.downcast_ref::<A>());
            let aggregate = instance.ok_or_else(|| other_type::<A>(id))?;
            (look(aggregate, cell.map_or(0, |cell| cell.version)), locks.owed())
        };
        if desk.is_durable(&owed, epoch).await? {
            return Ok(seen);
        }
        Err(Error::Unavailable("the disk failed while this was read: repeat it".to_owned()))
    }

    /// An aggregate as it was after the event at `at`, folded from the log, with its version.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn read_at<A>(&self, id: &str, at: Position) -> Result<(A, u64), Error<Infallible>>
    where
        A: Aggregate + 'static,
    {
        let desk = &self.0.desk;
        let kind = desk.kinds.get(A::TYPE).cloned().ok_or_else(|| other_type::<A>(id))?;
        let (instance, version) = desk.store.folded(kind, id, at).await?;
        let aggregate = instance.downcast::<A>().map_err(|_| other_type::<A>(id))?;
        Ok((*aggregate, version))
    }

    /// The events that `filter` wants, after a position, in order, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the store fails, or an event that must be there is missing.
    pub async fn events(
        &self,
        after: Position,
        limit: usize,
        filter: &Filter,
    ) -> Result<Vec<Recorded>, Error<Infallible>> {
        let store = &self.0.desk.store;
        store.refresh().await?;
        if *filter == Filter::default() {
            return Ok(store.events_after(after, limit).await?);
        }
        Ok(store.filtered(after, limit, filter.clone()).await?)
    }

    /// The last durable position, and news of it, for those who follow the log. What another
    /// process wrote is known a moment later.
    pub fn heads(&self) -> watch::Receiver<Position> {
        self.0.desk.store.heads()
    }

    /// The events after a position, in order, at most `limit`, up to the last that [`Self::heads`]
    /// told of. The newest are in memory and nobody is asked for newer ones, so that many may
    /// follow one log.
    ///
    /// # Errors
    ///
    /// When the store fails, or an event that must be there is missing.
    pub async fn following(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Recorded>, Error<Infallible>> {
        Ok(self.0.desk.store.events_after(after, limit).await?)
    }

    /// The event with this id.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn event(&self, id: Uuid) -> Result<Option<Recorded>, Error<Infallible>> {
        let store = &self.0.desk.store;
        let log = store.log();
        Ok(store.glance(move |db| events::event(db, log, id)).await?)
    }

    /// The life of one aggregate, in order.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn history(&self, kind: &str, id: &str) -> Result<Vec<Recorded>, Error<Infallible>> {
        let store = &self.0.desk.store;
        let (log, kind, id) = (store.log(), kind.to_owned(), id.to_owned());
        Ok(store.read(move |db| events::history(db, log, &kind, &id, None)).await?)
    }

    /// The last position before the first event that was recorded after `instant`.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn as_of(&self, instant: DateTime<Utc>) -> Result<Position, Error<Infallible>> {
        let store = &self.0.desk.store;
        store.refresh().await?;
        let (log, head, instant) = (store.log(), store.head(), instant.timestamp_micros());
        let found = store.read(move |db| {
            // No event that far back was recorded after the instant; from there on, each is asked.
            let surely = instant.saturating_sub(Times::load(db, log)?.disorder);
            let from = last_not_after(db, log, head, surely)?;
            let sql = "SELECT position FROM events WHERE log_id = ?1 AND position > ?2 \
                       AND recorded_at > ?3 ORDER BY position LIMIT 1";
            let first = db.first(sql, values![log.0, from, instant], |row| row.count(0))?;
            Ok(first.map_or(head, |first| Position(first.saturating_sub(1)).min(head)))
        });
        Ok(found.await?)
    }

    /// The receipt of a command and the fingerprint of its request, if it was ever carried out;
    /// what its events ask of keys is done.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn receipt(
        &self,
        command_id: &str,
    ) -> Result<Option<(Receipt, String)>, Error<Infallible>> {
        let store = &self.0.desk.store;
        let (log, id) = (store.log(), command_id.to_owned());
        let found = store.glance(move |db| {
            let Some(stored) = receipts::find(db, log, &id)? else { return Ok(None) };
            Ok(Some((stored.receipt(db, log)?, stored.fingerprint)))
        });
        let found = found.await?;
        if let Some((receipt, _)) = &found {
            self.0.desk.following.see(&receipt.events).await?;
        }
        Ok(found)
    }
}

/// A position whose event was recorded at this instant or before, while the next was not, or is
/// none; 0 before the first event.
fn last_not_after(db: &Db, log: LogId, head: Position, micros: i64) -> Result<u64, Trouble> {
    let sql = "SELECT recorded_at FROM events WHERE log_id = ?1 AND position = ?2";
    let (mut low, mut high) = (0_u64, head.0.saturating_add(1));
    while low.saturating_add(1) < high {
        let middle = low.midpoint(high);
        let recorded = db.first(sql, values![log.0, middle], |row| row.int(0))?;
        if recorded.is_some_and(|recorded| recorded <= micros) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn other_type<A: Aggregate>(id: &str) -> Error<Infallible> {
    Error::Unavailable(format!(
        "{} {id} is not of the type it is read as: name that type to Builder::aggregate",
        A::TYPE
    ))
}
