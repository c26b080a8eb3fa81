//! The versions of a register's fold that the store has rows of.
//!
//! A program folds and reads the versions that it runs, and leaves the rows of others alone: those
//! of the version before are the way back to the program that runs it, and what a new one is
//! compared with. They are dropped when somebody says so.

use std::{ops::ControlFlow, sync::Arc};

use fugong_core::{Position, Register, Rows};
use serde::Serialize;

use super::{
    Difference, Registers, apart,
    checkpoints::Checkpoint,
    fold,
    rebuild::{all, differences},
};
use crate::{
    error::Trouble,
    rows::Owner,
    store::db::{Db, Row, number, values},
};

/// A version of a register that has rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterVersion {
    /// The register's name.
    pub name: String,
    /// The version of the fold that the rows are of.
    pub version: u32,
    /// The last event in them.
    pub position: Position,
    /// How many they are.
    pub rows: u64,
    /// Whether it is the version of the program that opened the log last.
    pub live: bool,
    /// Whether this program runs it.
    pub runs: bool,
}

/// Two versions of a register, compared after the same event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The event: the last in the rows of the other version.
    pub position: Position,
    /// Where they differ: what stands in the other version, and what this program's comes to.
    pub differences: Vec<Difference>,
}

impl Registers {
    /// Every version that has rows, in order of name and version.
    pub(crate) async fn versions(&self) -> Result<Vec<RegisterVersion>, Trouble> {
        let log = self.store.log();
        let mut found = self
            .store
            .read(move |db| {
                let sql = "SELECT register, version, position, live, \
                           (SELECT count(*) FROM register_rows AS r WHERE r.log_id = ?1 \
                           AND r.register = c.register AND r.version = c.version) \
                           FROM register_checkpoints AS c WHERE c.log_id = ?1 \
                           ORDER BY register, version";
                db.all(sql, values![log.0], version)
            })
            .await?;
        for it in &mut found {
            it.runs = self
                .all
                .iter()
                .any(|register| register.name() == it.name && register.version() == it.version);
        }
        Ok(found)
    }

    /// Compares the rows of another version with what this program's comes to after the same event.
    pub(crate) async fn compare(&self, name: &str, version: u32) -> Result<Compared, Trouble> {
        let register = Arc::clone(self.named(name)?);
        let owner = Owner { log: self.store.log(), name: name.to_owned(), version };
        let (position, other) = self.store.read(move |db| db.snapshot(|db| owner.kept(db))).await?;
        let ours = self.rows_at(name, position, &self.every(name)?).await?;
        if let Some(why) = ours.stuck.filter(|_| ours.position != position) {
            return Err(Trouble::Unavailable(format!(
                "this program's version of {name} cannot be folded up to event {position}: {why}"
            )));
        }
        compared(position, &other, &ours.rows, &*register)
    }

    /// Compares the rows as they stand, and those that are kept of the past, with what a fold from
    /// the first event comes to. Nothing is repaired.
    pub(crate) async fn compare_afresh(&self, name: &str) -> Result<Compared, Trouble> {
        let (register, log) = (Arc::clone(self.named(name)?), self.store.log());
        let owner = Checkpoint::start(log, &*register).owner;
        let (position, stood) = self.store.read(move |db| db.snapshot(|db| owner.kept(db))).await?;
        let (fresh, past) = self.compare_past(&register, position).await?;
        let fresh = fold::run_one(&self.store, &register, fresh, position).await?;
        if let Some(why) = fresh.stand.reason() {
            return Err(Trouble::Unavailable(format!("{name} cannot be folded afresh: {why}")));
        }
        let mut compared = compared(position, &stood, &fresh.rows, &*register)?;
        compared.differences.extend(past);
        Ok(compared)
    }

    /// Deletes the rows of a version that is neither live nor run here; answers how many they were.
    pub(crate) async fn drop_version(&self, name: &str, version: u32) -> Result<u64, Trouble> {
        let register = self.named(name)?;
        if register.version() == version {
            return Err(Trouble::Unavailable(format!(
                "this program reads version {version} of {name}: it stays"
            )));
        }
        let owner = Owner { log: self.store.log(), name: name.to_owned(), version };
        self.store.write(move |db| owner.drop_version(db)).await
    }
}

fn compared(
    position: Position,
    stood: &[Kept],
    rows: &Rows,
    register: &dyn Register,
) -> Result<Compared, Trouble> {
    let relations = apart::relations(register);
    let stood = stood.iter().map(|(relation, key, row)| (&**relation, &**key, &**row)).collect();
    Ok(Compared { position, differences: differences(stood, all(rows, &relations)?) })
}

/// A row as it is stored: relation, key, row.
pub(super) type Kept = (String, String, String);

impl Owner {
    /// Where this version stands, and all its rows, whatever their relations are.
    fn kept(&self, db: &Db) -> Result<(Position, Vec<Kept>), Trouble> {
        let (log, name, version) = (self.log.0, &self.name, self.version);
        let sql = "SELECT position FROM register_checkpoints \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        let position = db.first(sql, values![log, name, version], |row| row.count(0))?;
        let position = Position(position.ok_or_else(|| self.unknown())?);
        Ok((position, self.every_row(db)?))
    }

    /// All its rows: relation, key, row.
    pub(super) fn every_row(&self, db: &Db) -> Result<Vec<Kept>, Trouble> {
        let (log, name, version) = (self.log.0, &self.name, self.version);
        let sql = "SELECT relation, row_key, row FROM register_rows \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3 ORDER BY relation, row_key";
        let mut rows = Vec::new();
        db.each(sql, values![log, name, version], |row| {
            rows.push((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)?.to_owned()));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    fn drop_version(&self, db: &Db) -> Result<u64, Trouble> {
        let (log, name, version) = (self.log.0, &self.name, self.version);
        let sql = "DELETE FROM register_checkpoints \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3 AND live = 0";
        if db.run(sql, values![log, name, version])? == 0 {
            return Err(self.unknown());
        }
        self.forget_past(db)?;
        let sql = "DELETE FROM register_rows WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        db.run(sql, values![log, name, version])
    }

    fn unknown(&self) -> Trouble {
        Trouble::Unavailable(format!(
            "there is no version {} of {} that is not live: list the versions",
            self.version, self.name
        ))
    }
}

fn version(row: &Row<'_>) -> Result<RegisterVersion, Trouble> {
    Ok(RegisterVersion {
        name: row.text(0)?.to_owned(),
        version: u32::try_from(number(row.int(1)?)).unwrap_or(u32::MAX),
        position: Position(row.count(2)?),
        live: row.int(3)? == 1,
        rows: row.count(4)?,
        runs: false,
    })
}
