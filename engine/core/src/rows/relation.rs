//! The rows of one relation.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Bound,
    sync::{Arc, OnceLock},
};

use super::held::Held;

/// Rows by key, known absences included. A fold finds them one by one, without comparing keys on
/// the way through a tree; their order is known once somebody has read them in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Relation {
    /// Boxed, for a table that grows holds its places three times over.
    rows: HashMap<Arc<str>, Box<Option<Held>>>,
    order: OnceLock<BTreeSet<Arc<str>>>,
}

impl Relation {
    pub(super) fn get(&self, key: &str) -> Option<&Option<Held>> {
        self.rows.get(key).map(|row| &**row)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn put(&mut self, key: &str, row: Option<Held>) {
        if let Some(held) = self.rows.get_mut(key) {
            **held = row;
        } else {
            self.insert(key.into(), Box::new(row));
        }
    }

    /// Puts a row where nothing is known of one.
    pub(super) fn supply(&mut self, key: &str, row: Option<Held>) {
        if !self.rows.contains_key(key) {
            self.insert(key.into(), Box::new(row));
        }
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.rows.remove(key);
        if let Some(order) = self.order.get_mut() {
            order.remove(key);
        }
    }

    /// Takes in what is not known yet.
    pub(super) fn join(&mut self, other: Self) {
        for (key, row) in other.rows {
            if !self.rows.contains_key(&key) {
                self.insert(key, row);
            }
        }
    }

    /// Those whose key begins with `prefix`, in order of key.
    pub(super) fn beginning<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Option<Held>)> {
        let order = self.order.get_or_init(|| self.rows.keys().cloned().collect());
        let keys = order.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        let keys = keys.take_while(move |key| key.starts_with(prefix));
        keys.filter_map(|key| Some((&**key, &**self.rows.get(key)?)))
    }

    fn insert(&mut self, key: Arc<str>, row: Box<Option<Held>>) {
        if let Some(order) = self.order.get_mut() {
            order.insert(Arc::clone(&key));
        }
        self.rows.insert(key, row);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Row, Rows};

    #[test]
    fn rows_that_come_and_go_after_they_were_read_in_order_stand_in_their_order() {
        let mut rows = Rows::complete();
        rows.follow(&[("jar", "c".to_owned(), Some("3".into())), ("jar", "a".to_owned(), None)]);
        let listed = |rows: &Rows| rows.all::<u64>("jar").unwrap();
        assert_eq!(listed(&rows), [("c".to_owned(), 3)]);
        let changes = [("b", Some("2")), ("d", Some("4")), ("c", None), ("d", Some("5"))];
        let changes = changes.map(|(key, row)| ("jar", key.to_owned(), row.map(Row::from)));
        rows.follow(&changes);
        let clone = rows.clone();
        rows.follow(&[("jar", "a".to_owned(), Some("1".into()))]);
        let there = [("b".to_owned(), 2), ("d".to_owned(), 5)];
        assert_eq!(listed(&clone), there);
        assert_eq!(listed(&rows)[1..], there);
        assert_eq!(rows.held(), 3);
        let mut other = Rows::partial();
        other.supply("jar", "b", Some("9".into()));
        other.supply("jar", "e", None);
        other.join(rows);
        assert_eq!(other.get::<u64>("jar", "b").unwrap(), Some(9));
        assert_eq!(other.get::<u64>("jar", "a").unwrap(), Some(1));
    }
}
