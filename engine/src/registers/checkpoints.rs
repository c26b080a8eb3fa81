//! Where a register stands, in the store.

use fugong_core::{LogId, Position, Register};
use rusqlite::{Connection, OptionalExtension, params};

use super::RegisterStatus;
use crate::{
    error::Trouble,
    rows::Owner,
    store::events::{number, whole},
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
    pub(super) fn load(
        db: &Connection,
        log: LogId,
        register: &dyn Register,
    ) -> Result<Self, Trouble> {
        let mut stand = Self::start(log, register);
        let found = db
            .prepare_cached(
                "SELECT position, stuck_position, stuck_reason FROM register_checkpoints \
                 WHERE log_id = ?1 AND register = ?2 AND version = ?3 AND live = 1",
            )?
            .query_row(params![log.0, stand.owner.name, stand.owner.version], |row| {
                Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, Option<String>>(2)?))
            })
            .optional()?;
        if let Some((position, stuck, reason)) = found {
            stand.position = Position(number(position));
            stand.stuck = stuck.map(|at| (Position(number(at)), reason.unwrap_or_default()));
        }
        Ok(stand)
    }

    /// Moves the stored checkpoint from `from` to here; an error if it does not stand there.
    pub(super) fn store(&self, db: &Connection, from: Position) -> Result<(), Trouble> {
        let (stuck, reason) = match &self.stuck {
            Some((position, reason)) => (Some(whole(position.0)), Some(reason)),
            None => (None, None),
        };
        let Owner { log, name, version } = &self.owner;
        let moved = db
            .prepare_cached(
                "UPDATE register_checkpoints \
                 SET position = ?5, stuck_position = ?6, stuck_reason = ?7 \
                 WHERE log_id = ?1 AND register = ?2 AND version = ?3 AND position = ?4",
            )?
            .execute(params![
                log.0,
                name,
                version,
                whole(from.0),
                whole(self.position.0),
                stuck,
                reason
            ])?;
        if moved == 1 {
            return Ok(());
        }
        Err(Trouble::Unavailable(format!(
            "register {name} no longer stands at {from}: another runner was faster"
        )))
    }

    /// Makes this version of the register the live one, and forgets every other.
    pub(super) fn install(&self, db: &Connection) -> Result<(), Trouble> {
        let Owner { log, name, version } = &self.owner;
        for table in ["register_rows", "register_checkpoints"] {
            let sql = format!("DELETE FROM {table} WHERE log_id = ?1 AND register = ?2");
            db.execute(&sql, params![log.0, name])?;
        }
        db.execute(
            "INSERT INTO register_checkpoints (log_id, register, version, position, live) \
             VALUES (?1, ?2, ?3, 0, 1)",
            params![log.0, name, version],
        )?;
        self.store(db, Position::START)
    }

    /// Whether the store knows this version of the register.
    pub(super) fn is_installed(
        db: &Connection,
        log: LogId,
        register: &dyn Register,
    ) -> Result<bool, Trouble> {
        let found = db
            .prepare_cached(
                "SELECT count(*) FROM register_checkpoints \
                 WHERE log_id = ?1 AND register = ?2 AND version = ?3 AND live = 1",
            )?
            .query_row(params![log.0, register.name(), register.version()], |row| {
                row.get::<_, i64>(0)
            })?;
        Ok(0 < found)
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
            stuck: self.stuck.clone(),
        }
    }
}
