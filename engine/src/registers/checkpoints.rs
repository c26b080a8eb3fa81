//! Where a register stands, in the store.

use fugong_core::{LogId, Position, Register};

use super::RegisterStatus;
use crate::{
    error::Trouble,
    rows::{Owner, stuck},
    store::db::{Db, values},
};

/// Where a register stands.
#[derive(Debug, Clone)]
pub(super) struct Checkpoint {
    pub(super) owner: Owner,
    /// The last event in its rows.
    pub(super) position: Position,
    /// The event it could not take, and why.
    pub(super) stuck: Option<(Position, String)>,
}

impl Checkpoint {
    /// Before the first event.
    pub(super) fn start(log: LogId, register: &dyn Register) -> Self {
        let (name, version) = (register.name().to_owned(), register.version());
        Self { owner: Owner { log, name, version }, position: Position::START, stuck: None }
    }

    /// Where the store has it; at the start, and behind, if the store does not know this version.
    pub(super) fn load(db: &Db, log: LogId, register: &dyn Register) -> Result<Self, Trouble> {
        let mut stand = Self::start(log, register);
        let sql = "SELECT position, stuck_position, stuck_reason FROM register_checkpoints \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        let values = values![log.0, register.name(), register.version()];
        let found = db.first(sql, values, |row| Ok((Position(row.count(0)?), stuck(row, 1)?)))?;
        if let Some((position, stuck)) = found {
            stand.position = position;
            stand.stuck = stuck;
        }
        Ok(stand)
    }

    /// Moves the stored checkpoint from `from` to here; an error if it does not stand there.
    pub(super) fn store(&self, db: &Db, from: Position) -> Result<(), Trouble> {
        let (stuck, reason) = self.stuck.as_ref().map(|(at, why)| (at.0, why)).unzip();
        let Owner { log, name, version } = &self.owner;
        let sql = "UPDATE register_checkpoints \
                   SET position = ?5, stuck_position = ?6, stuck_reason = ?7 \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3 AND position = ?4";
        let to = self.position.0;
        let moved = db.run(sql, values![log.0, name, *version, from.0, to, stuck, reason])?;
        if moved == 1 {
            return Ok(());
        }
        Err(Trouble::Unavailable(format!(
            "register {name} no longer stands at {from}: another runner was faster"
        )))
    }

    /// Lets the store know this version of the register, as it stands here; not yet as the live one.
    pub(super) fn install(&self, db: &Db) -> Result<(), Trouble> {
        let Owner { log, name, version } = &self.owner;
        let sql = "INSERT INTO register_checkpoints (log_id, register, version, position, live) \
                   VALUES (?1, ?2, ?3, 0, 0)";
        db.run(sql, values![log.0, name, *version])?;
        self.store(db, Position::START)
    }

    /// Makes this version of the register the live one. The rows of every other stay.
    pub(super) fn make_live(&self, db: &Db) -> Result<(), Trouble> {
        let Owner { log, name, version } = &self.owner;
        let sql = "UPDATE register_checkpoints \
                   SET live = CASE WHEN version = ?3 THEN 1 ELSE 0 END \
                   WHERE log_id = ?1 AND register = ?2";
        db.run(sql, values![log.0, name, *version]).map(|_| ())
    }

    /// Whether the store knows this version of the register, and if so, whether as the live one.
    pub(super) fn known(
        db: &Db,
        log: LogId,
        register: &dyn Register,
    ) -> Result<Option<bool>, Trouble> {
        let sql = "SELECT live FROM register_checkpoints \
                   WHERE log_id = ?1 AND register = ?2 AND version = ?3";
        let values = values![log.0, register.name(), register.version()];
        db.first(sql, values, |row| Ok(row.int(0)? == 1))
    }

    /// Where to read on, if it is behind `head` and can go on.
    pub(super) fn behind(&self, head: Position) -> Option<Position> {
        (self.stuck.is_none() && self.position < head).then_some(self.position)
    }

    /// Whether it has taken the event at `position`, or cannot.
    pub(super) fn is_at(&self, position: Position) -> bool {
        self.stuck.is_some() || position <= self.position
    }

    pub(super) fn reason(&self) -> Option<String> {
        self.stuck.as_ref().map(|(position, why)| format!("event {position}: {why}"))
    }

    pub(super) fn status(&self, head: Position) -> RegisterStatus {
        RegisterStatus {
            name: self.owner.name.clone(),
            version: self.owner.version,
            position: self.position,
            head,
            waiting_since: None,
            stuck: self.stuck.clone(),
            apart: Vec::new(),
        }
    }
}
