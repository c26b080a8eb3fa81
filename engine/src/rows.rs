//! Rows of registers, and of policies' states, in the store.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use fugong_core::{Change, Failure, LogId, Row, Rows, Want};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Trouble;

/// How often one event may ask for more rows; a fold that asks for ever is a defect.
const ROUNDS: usize = 1_000;

/// Whose rows: a register and the version of its fold, or `policy:<name>` and 0.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) log: LogId,
    pub(crate) name: String,
    pub(crate) version: u32,
}

impl Owner {
    /// Fetches into `rows` what is wanted.
    pub(crate) fn supply(
        &self,
        db: &Connection,
        rows: &mut Rows,
        wants: Vec<Want>,
    ) -> Result<(), Trouble> {
        let mut keys: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for want in wants {
            match want {
                Want::Key(relation, key) => {
                    keys.entry(relation).or_default().insert(key);
                }
                Want::Prefix(relation, prefix) => self.supply_prefix(db, rows, relation, prefix)?,
            }
        }
        for (relation, keys) in keys {
            self.supply_keys(db, rows, relation, keys.into_iter().collect())?;
        }
        Ok(())
    }

    fn supply_keys(
        &self,
        db: &Connection,
        rows: &mut Rows,
        relation: &'static str,
        keys: Vec<String>,
    ) -> Result<(), Trouble> {
        if let [key] = keys.as_slice() {
            let row: Option<String> = db
                .prepare_cached(
                    "SELECT row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
                     AND version = ?3 AND relation = ?4 AND row_key = ?5",
                )?
                .query_row(params![self.log.0, self.name, self.version, relation, key], |row| {
                    row.get(0)
                })
                .optional()?;
            rows.supply(relation, key.clone(), row.map(Row::from));
            return Ok(());
        }
        let wanted = serde_json::to_string(&keys).map_err(|e| Trouble::Corrupt(e.to_string()))?;
        let mut select = db.prepare_cached(
            "SELECT row_key, row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
             AND version = ?3 AND relation = ?4 AND row_key IN (SELECT value FROM json_each(?5))",
        )?;
        let mut found =
            select.query(params![self.log.0, self.name, self.version, relation, wanted])?;
        while let Some(row) = found.next()? {
            rows.supply(relation, row.get(0)?, Some(row.get::<_, String>(1)?.into()));
        }
        // What has been supplied stays; the rest is known to be absent.
        for key in keys {
            rows.supply(relation, key, None);
        }
        Ok(())
    }

    fn supply_prefix(
        &self,
        db: &Connection,
        rows: &mut Rows,
        relation: &'static str,
        prefix: String,
    ) -> Result<(), Trouble> {
        let mut select = db.prepare_cached(
            "SELECT row_key, row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
             AND version = ?3 AND relation = ?4 AND row_key >= ?5 ORDER BY row_key",
        )?;
        let mut found =
            select.query(params![self.log.0, self.name, self.version, relation, prefix])?;
        while let Some(row) = found.next()? {
            let key: String = row.get(0)?;
            if !key.starts_with(&prefix) {
                break;
            }
            rows.supply(relation, key, Some(row.get::<_, String>(1)?.into()));
        }
        rows.supplied(relation, prefix);
        Ok(())
    }

    /// Every row of `relations`, as a complete set.
    pub(crate) fn all(
        &self,
        db: &Connection,
        relations: impl IntoIterator<Item = &'static str>,
    ) -> Result<Rows, Trouble> {
        let mut rows = Rows::complete();
        for relation in relations {
            self.supply_prefix(db, &mut rows, relation, String::new())?;
        }
        Ok(rows)
    }

    /// Stores what changed.
    pub(crate) fn write(&self, db: &Connection, changes: &[Change]) -> Result<(), Trouble> {
        let mut put = db.prepare_cached(
            "INSERT INTO register_rows (log_id, register, version, relation, row_key, row) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (log_id, register, version, relation, row_key) \
             DO UPDATE SET row = excluded.row",
        )?;
        let mut delete = db.prepare_cached(
            "DELETE FROM register_rows WHERE log_id = ?1 AND register = ?2 AND version = ?3 \
             AND relation = ?4 AND row_key = ?5",
        )?;
        let (log, name, version) = (self.log.0, &self.name, self.version);
        for (relation, key, row) in changes {
            match row {
                Some(row) => put.execute(params![log, name, version, relation, key, &**row])?,
                None => delete.execute(params![log, name, version, relation, key])?,
            };
        }
        Ok(())
    }
}

/// Applies one event: fetches what it wants and applies it again until nothing is wanting, then
/// keeps what it changed, or forgets it if it failed.
pub(crate) fn apply<T>(
    rows: &mut Rows,
    mut fetch: impl FnMut(&mut Rows, Vec<Want>) -> Result<(), Trouble>,
    mut fold: impl FnMut(&mut Rows) -> Result<T, Failure>,
) -> Result<Result<T, Failure>, Trouble> {
    for _ in 0..ROUNDS {
        let done = catch_unwind(AssertUnwindSafe(|| fold(rows)))
            .unwrap_or_else(|_| Err(Failure("it panicked; this is a defect".to_owned())));
        let wants = rows.take_wants();
        if wants.is_empty() {
            match done {
                Ok(_) => rows.keep(),
                Err(_) => rows.forget(),
            }
            return Ok(done);
        }
        rows.forget();
        fetch(rows, wants)?;
    }
    Ok(Err(Failure(format!("it asked for rows {ROUNDS} times; this is a defect"))))
}
