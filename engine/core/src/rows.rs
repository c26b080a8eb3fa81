//! The rows a fold reads and writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::Failure;

/// A row: the JSON text of an object.
pub type Row = Arc<str>;

type Key = (&'static str, String);

/// Rows by relation and key, with what the current event changes held apart until it is done.
///
/// A *complete* set holds every row there is (a rebuild, an as-of fold, a test). A *partial* one
/// holds some: reading an unknown key notes it as wanted, and the runner fetches it and applies
/// the event again.
#[derive(Debug, Default)]
pub struct Rows {
    complete: bool,
    base: BTreeMap<Key, Option<Row>>,
    ranges: BTreeSet<Key>,
    event: BTreeMap<Key, Option<Row>>,
    dirty: BTreeSet<Key>,
    wants: Vec<Want>,
}

/// Rows a fold looked for and that must be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// One row.
    Key(&'static str, String),
    /// All rows of a relation whose key begins with this.
    Prefix(&'static str, String),
}

impl Rows {
    /// No rows, and no others exist.
    pub fn complete() -> Self {
        Self { complete: true, ..Self::default() }
    }

    /// No rows known yet; others may exist in the store.
    pub fn partial() -> Self {
        Self::default()
    }

    /// The row at `key` as an `R`.
    ///
    /// # Errors
    ///
    /// When the stored row is not an `R`.
    pub fn get<R: DeserializeOwned>(
        &mut self,
        relation: &'static str,
        key: &str,
    ) -> Result<Option<R>, Failure> {
        let text = self.text(relation, key);
        text.map(|text| serde_json::from_str(&text).map_err(Failure::from)).transpose()
    }

    /// Writes the row at `key`.
    ///
    /// # Errors
    ///
    /// When `row` cannot be written as JSON.
    pub fn put<R: Serialize>(
        &mut self,
        relation: &'static str,
        key: impl Into<String>,
        row: &R,
    ) -> Result<(), Failure> {
        let text = serde_json::to_string(row)?;
        self.event.insert((relation, key.into()), Some(text.into()));
        Ok(())
    }

    /// Removes the row at `key`.
    pub fn delete(&mut self, relation: &'static str, key: &str) {
        self.event.insert((relation, key.to_owned()), None);
    }

    /// The rows of `relation` whose key begins with `prefix`, in order of key.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`.
    pub fn range<R: DeserializeOwned>(
        &mut self,
        relation: &'static str,
        prefix: &str,
    ) -> Result<Vec<(String, R)>, Failure> {
        if !self.complete && !self.knows_range(relation, prefix) {
            self.wants.push(Want::Prefix(relation, prefix.to_owned()));
        }
        let mut found = BTreeMap::new();
        for layer in [&self.base, &self.event] {
            let from = (relation, prefix.to_owned());
            for ((at, key), row) in layer.range(from..) {
                if *at != relation || !key.starts_with(prefix) {
                    break;
                }
                found.insert(key.clone(), row.clone());
            }
        }
        found
            .into_iter()
            .filter_map(|(key, row)| row.map(|row| (key, row)))
            .map(|(key, row)| Ok((key, serde_json::from_str(&row)?)))
            .collect()
    }

    /// Every row of `relation`, in order of key: for read-side computations on a complete set.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`.
    pub fn all<R: DeserializeOwned>(&self, relation: &str) -> Result<Vec<(String, R)>, Failure> {
        self.texts(relation)
            .map(|(key, row)| Ok((key.to_owned(), serde_json::from_str(row)?)))
            .collect()
    }

    /// The stored texts of `relation`, in order of key; what the current event changes is not
    /// among them.
    pub fn texts<'a>(&'a self, relation: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.base
            .iter()
            .filter(move |((at, _), _)| *at == relation)
            .filter_map(|((_, key), row)| row.as_deref().map(|row| (key.as_str(), row)))
    }

    /// Hands in a row from the store, or the news that there is none.
    pub fn supply(&mut self, relation: &'static str, key: String, row: Option<Row>) {
        self.base.entry((relation, key)).or_insert(row);
    }

    /// Says that every row of `relation` with this prefix has been supplied.
    pub fn supplied(&mut self, relation: &'static str, prefix: String) {
        self.ranges.insert((relation, prefix));
    }

    /// What the last event looked for and did not find known; empty means that it is applied.
    pub fn take_wants(&mut self) -> Vec<Want> {
        std::mem::take(&mut self.wants)
    }

    /// Keeps what the event changed.
    pub fn keep(&mut self) {
        for (key, row) in std::mem::take(&mut self.event) {
            self.dirty.insert(key.clone());
            self.base.insert(key, row);
        }
    }

    /// Forgets what the event changed.
    pub fn forget(&mut self) {
        self.event.clear();
        self.wants.clear();
    }

    /// What changed since the last call, for the store: a row, or `None` where one was removed.
    pub fn take_changes(&mut self) -> Vec<(&'static str, String, Option<Row>)> {
        std::mem::take(&mut self.dirty)
            .into_iter()
            .map(|key| {
                let row = self.base.get(&key).cloned().flatten();
                (key.0, key.1, row)
            })
            .collect()
    }

    /// How many rows are held, known absences included.
    pub fn held(&self) -> usize {
        self.base.len()
    }

    fn text(&mut self, relation: &'static str, key: &str) -> Option<Row> {
        let at = (relation, key.to_owned());
        if let Some(row) = self.event.get(&at).or_else(|| self.base.get(&at)) {
            return row.clone();
        }
        if !self.complete && !self.knows_range(relation, key) {
            self.wants.push(Want::Key(relation, at.1));
        }
        None
    }

    /// Whether some supplied prefix of `relation` covers `key`.
    fn knows_range(&self, relation: &'static str, key: &str) -> bool {
        let upto = (relation, key.to_owned());
        self.ranges
            .range((relation, String::new())..=upto)
            .any(|(_, prefix)| key.starts_with(prefix.as_str()))
    }
}
