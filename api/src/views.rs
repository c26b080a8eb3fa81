//! What is worked out from the rows of a register, kept for the next who asks.
//!
//! Everything here belongs to one set of rows: when the rows move on, what was worked out from
//! them is forgotten with them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Rows};
use fugong_domain::registers::{Line, Listing, Table, View};

use crate::timeline::{self, Things};

/// How many views, and how many tables, are kept.
const KEPT: usize = 16;

/// The views and tables of a desk.
#[derive(Debug, Default)]
pub(crate) struct Views {
    days: Cache<Date, View>,
    listings: Cache<Date, Listing>,
    lines: Cache<(&'static str, Date), Vec<Line>>,
    things: Cache<(), Things>,
}

impl Views {
    /// The rows of the `district` fold, read for `on`.
    pub(crate) fn view(&self, rows: &Arc<Rows>, on: Date) -> Result<Arc<View>, Failure> {
        self.days.get(rows, on, || View::of(rows, on))
    }

    /// The enterprises of the `district` fold, read for `on`.
    pub(crate) fn listing(&self, rows: &Arc<Rows>, on: Date) -> Result<Arc<Listing>, Failure> {
        self.listings.get(rows, on, || Listing::of(rows, on))
    }

    /// What is about whom, by the rows of the `district` fold.
    pub(crate) fn things(&self, rows: &Arc<Rows>) -> Result<Arc<Things>, Failure> {
        self.things.get(rows, (), || timeline::things(rows))
    }

    /// The lines of a table for `on`.
    pub(crate) fn lines(
        &self,
        table: &'static Table,
        rows: &Arc<Rows>,
        on: Date,
    ) -> Result<Arc<Vec<Line>>, Failure> {
        self.lines.get(rows, (table.relation.name, on), || (table.lines)(rows, on))
    }
}

/// Things worked out from rows, by what was asked; what was made longest ago goes first.
#[derive(Debug)]
struct Cache<K, T>(Mutex<VecDeque<Kept<K, T>>>);

#[derive(Debug)]
struct Kept<K, T> {
    /// Weak, so that the rows can change without being copied once nobody reads them.
    rows: Weak<Rows>,
    asked: K,
    made: Arc<T>,
}

impl<K, T> Default for Cache<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, T> Cache<K, T> {
    fn get(
        &self,
        rows: &Arc<Rows>,
        asked: K,
        work_out: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<Arc<T>, Failure> {
        let same = |kept: &&Kept<K, T>| {
            kept.asked == asked && std::ptr::eq(kept.rows.as_ptr(), Arc::as_ptr(rows))
        };
        let found = self.locked(|kept| kept.iter().find(same).map(|kept| Arc::clone(&kept.made)));
        if let Some(found) = found {
            return Ok(found);
        }
        let made = Arc::new(work_out()?);
        let entry = Kept { rows: Arc::downgrade(rows), asked, made: Arc::clone(&made) };
        self.locked(|kept| {
            kept.retain(|kept| 0 < kept.rows.strong_count());
            if KEPT <= kept.len() {
                kept.pop_front();
            }
            kept.push_back(entry);
        });
        Ok(made)
    }

    fn locked<R>(&self, with: impl FnOnce(&mut VecDeque<Kept<K, T>>) -> R) -> R {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use fugong_core::Rows;

    use super::{Cache, KEPT};

    #[test]
    fn it_is_worked_out_once_and_forgotten_with_its_rows() {
        let cache: Cache<u8, u8> = Cache::default();
        let mut rows = Arc::new(Rows::complete());
        let get = |rows: &Arc<Rows>, asked, made| *cache.get(rows, asked, || Ok(made)).unwrap();
        assert_eq!((get(&rows, 1, 10), get(&rows, 1, 11), get(&rows, 2, 12)), (10, 10, 12));
        Arc::make_mut(&mut rows).follow(&[("a", "k".to_owned(), Some("1".into()))]);
        assert_eq!(get(&rows, 1, 13), 13, "the rows have moved on");
        let other = Arc::new(Rows::complete());
        assert_eq!((get(&other, 1, 14), get(&rows, 1, 15)), (14, 13));
    }

    #[test]
    fn only_so_much_is_kept() {
        let cache: Cache<usize, usize> = Cache::default();
        let rows = Arc::new(Rows::complete());
        for asked in 0..=KEPT {
            cache.get(&rows, asked, || Ok(asked)).unwrap();
        }
        assert_eq!(cache.locked(|kept| kept.len()), KEPT);
        assert_eq!(*cache.get(&rows, 0, || Ok(99)).unwrap(), 99, "the oldest went first");
    }
}
