//! The rows a fold reads and writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Failure,
    recorded::{Slot, read},
};

/// A row: the JSON text of an object.
pub type Row = Arc<str>;

/// What changed: relation, key, and the row, or `None` where it was removed.
pub type Change = (&'static str, String, Option<Row>);

type Key = (&'static str, String);

/// Rows by relation and key, with what the current event changes held apart until it is done.
///
/// A *complete* set holds every row there is (a rebuild, an as-of fold, a test). A *partial* one
/// holds some: reading an unknown key notes it as wanted, and the runner fetches it and applies
/// the event again.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    complete: bool,
    base: BTreeMap<Key, Option<Held>>,
    ranges: BTreeSet<Key>,
    event: BTreeMap<Key, Option<Row>>,
    dirty: BTreeSet<Key>,
    wants: Vec<Want>,
}

/// A row that is held, with what it says once somebody has read it.
#[derive(Debug, Clone)]
struct Held {
    text: Row,
    said: Slot,
}

impl From<Row> for Held {
    fn from(text: Row) -> Self {
        Self { text, said: Slot::new() }
    }
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
        let within = |at: &&Key| at.0 == relation && at.1.starts_with(prefix);
        let from = (relation, prefix.to_owned());
        let base = self.base.range(from.clone()..).take_while(|(at, _)| within(at));
        let held = base.map(|((_, key), row)| (key, row.as_ref().map(|row| &row.text)));
        let event = self.event.range(from..).take_while(|(at, _)| within(at));
        let told = event.map(|((_, key), row)| (key, row.as_ref()));
        let found: BTreeMap<&String, Option<&Row>> = held.chain(told).collect();
        found
            .into_iter()
            .filter_map(|(key, row)| row.map(|row| (key, row)))
            .map(|(key, row)| Ok((key.clone(), serde_json::from_str(row)?)))
            .collect()
    }

    /// Every row of `relation`, in order of key: for read-side computations on a complete set.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`.
    pub fn all<R: DeserializeOwned>(
        &self,
        relation: &'static str,
    ) -> Result<Vec<(String, R)>, Failure> {
        self.texts(relation)
            .map(|(key, row)| Ok((key.to_owned(), serde_json::from_str(row)?)))
            .collect()
    }

    /// The same, each row read once for all who ask for it as an `R`.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`.
    pub fn shared<R>(&self, relation: &'static str) -> Result<Vec<(String, Arc<R>)>, Failure>
    where
        R: DeserializeOwned + Send + Sync + 'static,
    {
        self.of(relation).map(|(key, row)| Ok((key.clone(), read(&row.said, &row.text)?))).collect()
    }

    /// The row at `key` of a complete set, read once for all who ask for it as an `R`.
    ///
    /// # Errors
    ///
    /// When the stored row is not an `R`.
    pub fn one<R>(&self, relation: &'static str, key: &str) -> Result<Option<Arc<R>>, Failure>
    where
        R: DeserializeOwned + Send + Sync + 'static,
    {
        let row = self.base.get(&(relation, key.to_owned())).and_then(Option::as_ref);
        row.map(|row| read(&row.said, &row.text).map_err(Failure::from)).transpose()
    }

    /// The stored texts of `relation`, in order of key; what the current event changes is not
    /// among them.
    pub fn texts(&self, relation: &'static str) -> impl Iterator<Item = (&str, &str)> {
        self.of(relation).map(|(key, row)| (key.as_str(), &*row.text))
    }

    fn of(&self, relation: &'static str) -> impl Iterator<Item = (&String, &Held)> {
        self.base
            .range((relation, String::new())..)
            .take_while(move |((at, _), _)| *at == relation)
            .filter_map(|((_, key), row)| row.as_ref().map(|row| (key, row)))
    }

    /// Lets a complete set follow what changed elsewhere.
    pub fn follow(&mut self, changes: &[Change]) {
        for (relation, key, row) in changes {
            let at = (*relation, key.clone());
            match row {
                Some(row) => self.base.insert(at, Some(Held::from(Row::clone(row)))),
                None => self.base.remove(&at),
            };
        }
    }

    /// Hands in a row from the store, or the news that there is none.
    pub fn supply(&mut self, relation: &'static str, key: String, row: Option<Row>) {
        self.base.entry((relation, key)).or_insert_with(|| row.map(Held::from));
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
            self.base.insert(key, row.map(Held::from));
        }
    }

    /// Forgets what the event changed.
    pub fn forget(&mut self) {
        self.event.clear();
        self.wants.clear();
    }

    /// What changed since the last call, for the store: a row, or `None` where one was removed.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.dirty)
            .into_iter()
            .map(|key| {
                let row = self.base.get(&key).and_then(Option::as_ref);
                let row = row.map(|row| Row::clone(&row.text));
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
        if let Some(row) = self.event.get(&at) {
            return row.clone();
        }
        if let Some(row) = self.base.get(&at) {
            return row.as_ref().map(|row| Row::clone(&row.text));
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
