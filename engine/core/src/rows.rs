//! The rows a fold reads and writes.

mod held;
mod reading;
mod relation;

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::Arc,
};

use serde::{Serialize, de::DeserializeOwned};

use self::{held::Held, relation::Relation};
use crate::Failure;

/// A row: the JSON text of an object.
pub type Row = Arc<str>;

/// What changed: relation, key, and the row, or `None` where it was removed.
pub type Change = (&'static str, String, Option<Row>);

type Key = (&'static str, String);

/// Rows by relation and key, with what the current event changes held apart until it is done.
///
/// A *complete* set holds every row there is (a rebuild, a fold from the first event, a test). A
/// *partial* one holds some: reading an unknown key notes it as wanted, and the runner fetches it
/// and applies the event again. Whoever computes something from the rows of a partial set fails
/// where he looks for more than is covered: no figure comes from half of the rows.
///
/// What a row says is kept beside its text, and a row that was put has a text only when somebody
/// asks for it: a fold reads and writes most rows many times before they are stored once.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    complete: bool,
    base: BTreeMap<&'static str, Relation>,
    ranges: BTreeSet<Key>,
    /// What the current event changes, in order of key: few rows, for which a tree is made in vain.
    event: Vec<(Key, Option<Held>)>,
    dirty: BTreeSet<Key>,
    unnoted: bool,
    wants: Vec<Want>,
    within: Option<&'static [&'static str]>,
    strayed: Option<&'static str>,
}

/// Rows a fold looked for and that must be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// One row.
    Key(&'static str, String),
    /// All rows of a relation whose key begins with this.
    Prefix(&'static str, String),
}

impl Want {
    /// The relation it is of.
    pub fn relation(&self) -> &'static str {
        match self {
            Self::Key(relation, _) | Self::Prefix(relation, _) => relation,
        }
    }
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
    pub fn get<R>(&mut self, relation: &'static str, key: &str) -> Result<Option<R>, Failure>
    where
        R: DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let said = self.held_or_want(relation, key).map(Held::read::<R>).transpose()?;
        Ok(said.map(Arc::unwrap_or_clone))
    }

    /// The text of the row at `key`.
    ///
    /// # Errors
    ///
    /// When a row that was put cannot be written as JSON.
    pub fn text(&mut self, relation: &'static str, key: &str) -> Result<Option<Row>, Failure> {
        self.held_or_want(relation, key).map(Held::text).transpose()
    }

    /// Notes that the row at `key` will be read, unless it is here.
    pub fn want(&mut self, relation: &'static str, key: &str) {
        self.held_or_want(relation, key);
    }

    /// Says which relations the next event may touch; all if nothing is said.
    pub fn within(&mut self, relations: Option<&'static [&'static str]>) {
        self.within = relations;
    }

    /// The first relation touched beyond those since the last call.
    pub fn strayed(&mut self) -> Option<&'static str> {
        self.strayed.take()
    }

    fn touch(&mut self, relation: &'static str) {
        if self.within.is_some_and(|within| !within.contains(&relation)) {
            self.strayed.get_or_insert(relation);
        }
    }

    /// Writes the row at `key`. It becomes JSON when it is stored, so an `R` must be one that can
    /// always be written as an object.
    ///
    /// # Errors
    ///
    /// None today; a fold passes them on all the same.
    pub fn put<R>(
        &mut self,
        relation: &'static str,
        key: impl Into<String>,
        row: &R,
    ) -> Result<(), Failure>
    where
        R: Serialize + Clone + Send + Sync + 'static,
    {
        self.change(relation, key.into(), Some(Held::of(row.clone())));
        Ok(())
    }

    /// Writes the row at `key`, the text of a JSON object.
    pub fn put_text(&mut self, relation: &'static str, key: impl Into<String>, row: Row) {
        self.change(relation, key.into(), Some(Held::from(row)));
    }

    /// Removes the row at `key`.
    pub fn delete(&mut self, relation: &'static str, key: &str) {
        self.change(relation, key.to_owned(), None);
    }

    fn change(&mut self, relation: &'static str, key: String, row: Option<Held>) {
        self.touch(relation);
        match self.changed(relation, &key) {
            Ok(at) => {
                if let Some((_, changed)) = self.event.get_mut(at) {
                    *changed = row;
                }
            }
            Err(at) => self.event.insert(at, ((relation, key), row)),
        }
    }

    /// Where the event's change of the row at `key` is, or belongs.
    fn changed(&self, relation: &'static str, key: &str) -> Result<usize, usize> {
        self.event.binary_search_by(|((of, at), _)| (*of, at.as_str()).cmp(&(relation, key)))
    }

    /// The rows of `relation` whose key begins with `prefix`, in order of key.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`.
    pub fn range<R>(
        &mut self,
        relation: &'static str,
        prefix: &str,
    ) -> Result<Vec<(String, R)>, Failure>
    where
        R: DeserializeOwned + Clone + Send + Sync + 'static,
    {
        self.touch(relation);
        if !self.covers(relation, prefix) {
            self.wants.push(Want::Prefix(relation, prefix.to_owned()));
        }
        let base = self.base.get(relation).into_iter();
        let base = base.flat_map(|rows| rows.beginning(prefix));
        let at = self.changed(relation, prefix).unwrap_or_else(|at| at);
        let event = self.event.iter().skip(at);
        let event = event.take_while(|((of, key), _)| *of == relation && key.starts_with(prefix));
        let found: BTreeMap<&str, &Option<Held>> =
            base.chain(event.map(|((_, key), row)| (key.as_str(), row))).collect();
        found
            .into_iter()
            .filter_map(|(key, row)| row.as_ref().map(|row| (key, row)))
            .map(|(key, row)| Ok((key.to_owned(), R::clone(&*row.read::<R>()?))))
            .collect()
    }

    /// Lets the set follow what changed elsewhere, in what is covered.
    pub fn follow(&mut self, changes: &[Change]) {
        for (relation, key, row) in changes {
            if !self.covers(relation, key) {
                continue;
            }
            let rows = self.base.entry(relation).or_default();
            match row {
                Some(row) => rows.put(key, Some(Held::from(Row::clone(row)))),
                None => rows.remove(key),
            }
        }
    }

    /// Hands in a row from the store, or the news that there is none.
    pub fn supply(&mut self, relation: &'static str, key: &str, row: Option<Row>) {
        self.base.entry(relation).or_default().supply(key, row.map(Held::from));
    }

    /// Takes in rows that were read beside these, of the same moment.
    pub fn join(&mut self, other: Self) {
        for (relation, rows) in other.base {
            self.base.entry(relation).or_default().join(rows);
        }
        self.ranges.extend(other.ranges);
    }

    /// Forgets the relations that are not `kept`.
    pub fn retain(&mut self, kept: impl Fn(&str) -> bool) {
        self.base.retain(|relation, _| kept(relation));
        self.ranges.retain(|(relation, _)| kept(relation));
        self.dirty.retain(|(relation, _)| kept(relation));
    }

    /// Says that every row of `relation` with this prefix has been supplied.
    pub fn supplied(&mut self, relation: &'static str, prefix: String) {
        self.ranges.insert((relation, prefix));
    }

    /// What the last event looked for and did not find known; empty means that it is applied.
    pub fn take_wants(&mut self) -> Vec<Want> {
        mem::take(&mut self.wants)
    }

    /// Keeps what the event changed.
    pub fn keep(&mut self) {
        for ((relation, key), row) in self.event.drain(..) {
            self.base.entry(relation).or_default().put(&key, row);
            if !self.unnoted {
                self.dirty.insert((relation, key));
            }
        }
    }

    /// Forgets what the event changed.
    pub fn forget(&mut self) {
        self.event.clear();
        self.wants.clear();
    }

    /// What changed since the last call, for the store: a row, or `None` where one was removed.
    ///
    /// # Errors
    ///
    /// When a row cannot be written as JSON.
    pub fn take_changes(&mut self) -> Result<Vec<Change>, Failure> {
        let change = |(relation, key): Key| {
            let row = self.base.get(relation).and_then(|rows| rows.get(&key)?.as_ref());
            let row = row.map(Held::text).transpose()?;
            Ok((relation, key, row))
        };
        mem::take(&mut self.dirty).into_iter().map(change).collect()
    }

    /// Says whether it is noted what changes: not where only what there is in the end counts.
    pub fn note_changes(&mut self, noted: bool) {
        self.unnoted = !noted;
    }

    /// Forgets that something changed, where only what there is counts; answers how much it was.
    pub fn forget_changes(&mut self) -> usize {
        mem::take(&mut self.dirty).len()
    }

    /// How many rows are held, known absences included.
    pub fn held(&self) -> usize {
        self.base.values().map(Relation::len).sum()
    }

    /// The row at `key`; if nobody knows whether there is one, it is wanted.
    fn held_or_want(&mut self, relation: &'static str, key: &str) -> Option<&Held> {
        self.touch(relation);
        if let Ok(at) = self.changed(relation, key) {
            return self.event.get(at).and_then(|(_, row)| row.as_ref());
        }
        if !self.complete {
            let known = self.base.get(relation).is_some_and(|rows| rows.get(key).is_some());
            if !known && !self.covers(relation, key) {
                self.wants.push(Want::Key(relation, key.to_owned()));
            }
        }
        self.base.get(relation).and_then(|rows| rows.get(key)?.as_ref())
    }

    /// Whether every row of `relation` whose key begins with `prefix` is here.
    pub fn covers(&self, relation: &'static str, prefix: &str) -> bool {
        self.complete || self.knows_range(relation, prefix)
    }

    /// Whether some supplied prefix of `relation` covers `key`.
    fn knows_range(&self, relation: &'static str, key: &str) -> bool {
        let upto = (relation, key.to_owned());
        self.ranges
            .range((relation, String::new())..=upto)
            .any(|(_, prefix)| key.starts_with(prefix.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Beans {
        z: u64,
        a: String,
    }

    fn beans(z: u64) -> Beans {
        Beans { z, a: "豆".to_owned() }
    }

    #[test]
    fn a_row_that_was_put_is_read_as_whatever_its_text_is() {
        let mut rows = Rows::complete();
        rows.put("jar", "x", &beans(1)).unwrap();
        assert_eq!(rows.get("jar", "x").unwrap(), Some(beans(1)));
        assert_eq!(rows.get("jar", "x").unwrap(), Some(json!({"z": 1, "a": "豆"})));
        assert!(rows.get::<u64>("jar", "x").is_err());
        rows.keep();
        let text = r#"{"z":1,"a":"豆"}"#;
        assert_eq!(rows.texts("jar").unwrap(), [("x", text)]);
        let changed = vec![("jar", "x".to_owned(), Some(Row::from(text)))];
        assert_eq!(rows.take_changes().unwrap(), changed);
        assert_eq!(rows.take_changes().unwrap(), []);
        let mut other = Rows::complete();
        other.follow(&changed);
        assert_eq!(other.one::<Beans>("jar", "x").unwrap().as_deref(), Some(&beans(1)));
    }

    #[test]
    fn what_an_event_changes_hides_what_was_there_until_it_is_forgotten() {
        let mut rows = Rows::complete();
        for (key, z) in [("a1", 1), ("a2", 2), ("b", 3)] {
            rows.put("jar", key, &beans(z)).unwrap();
        }
        rows.keep();
        rows.put("jar", "a2", &beans(5)).unwrap();
        rows.put("jar", "a3", &beans(6)).unwrap();
        rows.delete("jar", "a1");
        let among = |rows: &mut Rows| {
            let found = rows.range::<Beans>("jar", "a").unwrap().into_iter();
            found.map(|(key, row)| (key, row.z)).collect::<Vec<_>>()
        };
        assert_eq!(among(&mut rows), [("a2".to_owned(), 5), ("a3".to_owned(), 6)]);
        assert_eq!(rows.keys("jar").unwrap().collect::<Vec<_>>(), ["a1", "a2", "b"]);
        rows.forget();
        assert_eq!(among(&mut rows), [("a1".to_owned(), 1), ("a2".to_owned(), 2)]);
    }

    #[test]
    fn what_nobody_knows_is_wanted_once_for_each_time_it_is_looked_for() {
        let mut rows = Rows::partial();
        rows.want("jar", "x");
        assert_eq!(rows.get::<Beans>("jar", "x").unwrap(), None);
        let want = Want::Key("jar", "x".to_owned());
        assert_eq!(rows.take_wants(), [want.clone(), want]);
        rows.supply("jar", "x", None);
        rows.want("jar", "x");
        assert_eq!(rows.take_wants(), []);
    }
}
