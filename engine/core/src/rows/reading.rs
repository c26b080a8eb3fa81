//! Reading rows to compute something from them, where no event is applied.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Rows, held::Held};
use crate::Failure;

impl Rows {
    /// Every row of `relation`, in order of key.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`, or not all of them are here.
    pub fn all<R: DeserializeOwned>(
        &self,
        relation: &'static str,
    ) -> Result<Vec<(String, R)>, Failure> {
        let read =
            |(key, row): (&str, &Held)| Ok((key.to_owned(), serde_json::from_str(&row.text()?)?));
        self.of(relation, "")?.map(read).collect()
    }

    /// The same, each row read once for all who ask for it as an `R`.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`, or not all of them are here.
    pub fn shared<R>(&self, relation: &'static str) -> Result<Vec<(String, Arc<R>)>, Failure>
    where
        R: DeserializeOwned + Send + Sync + 'static,
    {
        self.beginning(relation, "")
    }

    /// The rows whose key begins with `prefix`, in order of key, each read once for all who ask for
    /// it as an `R`.
    ///
    /// # Errors
    ///
    /// When a stored row is not an `R`, or not all of them are here.
    pub fn beginning<R>(
        &self,
        relation: &'static str,
        prefix: &str,
    ) -> Result<Vec<(String, Arc<R>)>, Failure>
    where
        R: DeserializeOwned + Send + Sync + 'static,
    {
        self.of(relation, prefix)?.map(|(key, row)| Ok((key.to_owned(), row.read()?))).collect()
    }

    /// The row at `key`, read once for all who ask for it as an `R`.
    ///
    /// # Errors
    ///
    /// When the stored row is not an `R`, or it is not known whether there is one.
    pub fn one<R>(&self, relation: &'static str, key: &str) -> Result<Option<Arc<R>>, Failure>
    where
        R: DeserializeOwned + Send + Sync + 'static,
    {
        let known = self.base.get(relation).and_then(|rows| rows.get(key));
        match known {
            Some(row) => row.as_ref().map(Held::read).transpose(),
            None => self.are_here(relation, key).map(|()| None),
        }
    }

    /// The keys of `relation`, in order; what the current event changes is not among them.
    ///
    /// # Errors
    ///
    /// When not all of them are here.
    pub fn keys(&self, relation: &'static str) -> Result<impl Iterator<Item = &str>, Failure> {
        Ok(self.of(relation, "")?.map(|(key, _)| key))
    }

    /// The rows of `relation` as they are stored, in order of key; what the current event changes
    /// is not among them.
    ///
    /// # Errors
    ///
    /// When a row cannot be written as JSON, or not all of them are here.
    pub fn texts(&self, relation: &'static str) -> Result<Vec<(&str, &str)>, Failure> {
        self.of(relation, "")?.map(|(key, row)| Ok((key, row.kept_text()?))).collect()
    }

    fn of<'a>(
        &'a self,
        relation: &'static str,
        prefix: &'a str,
    ) -> Result<impl Iterator<Item = (&'a str, &'a Held)>, Failure> {
        self.are_here(relation, prefix)?;
        let rows = self.base.get(relation).into_iter();
        let rows = rows.flat_map(move |rows| rows.beginning(prefix));
        Ok(rows.filter_map(|(key, row)| row.as_ref().map(|row| (key, row))))
    }

    fn are_here(&self, relation: &'static str, prefix: &str) -> Result<(), Failure> {
        if self.covers(relation, prefix) {
            return Ok(());
        }
        Err(Failure(format!("the rows of {relation} at {prefix:?} were not read; a defect")))
    }
}
