//! Writing one append.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::{
    append::Append,
    db::{number, whole},
};

/// What writing one append came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrote {
    /// Its rows are in the transaction; this is the head after it.
    Rows(u64),
    /// The receipt exists, or something it saw has changed.
    Nothing,
}

impl Append {
    /// Writes the rows, with positions after `head`. Checks nothing but the receipt's absence:
    /// the process that holds the lock knows the versions.
    pub(super) fn write(&self, db: &Connection, head: u64) -> Result<Wrote, rusqlite::Error> {
        let end = head.saturating_add(u64::try_from(self.drafts.len()).unwrap_or(u64::MAX));
        let log = self.in_flight.log().0;
        let command = &self.command;
        let receipts = db
            .prepare_cached(
                "INSERT INTO commands \
                 (log_id, command_id, fingerprint, position, events, version, command) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                log,
                command.id,
                command.fingerprint,
                whole(end),
                whole(end.saturating_sub(head)),
                whole(command.version),
                command.text,
            ])?;
        if receipts == 0 {
            return Ok(Wrote::Nothing);
        }
        let mut insert = db.prepare_cached(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, log_id, position, \
             event_id, event_type, event_version, payload, metadata, recorded_at, leaf_hash) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        let mut position = head;
        for event in &self.drafts {
            position = position.saturating_add(1);
            insert.execute(params![
                &*event.aggregate_type,
                &*event.aggregate_id,
                whole(event.sequence),
                log,
                whole(position),
                event.event_id.as_bytes(),
                &*event.event_type,
                &*event.event_version,
                &*event.payload,
                event.metadata.text(),
                event.recorded_at.timestamp_micros(),
                event.leaf_hash,
            ])?;
        }
        Ok(Wrote::Rows(end))
    }

    /// Whether everything it saw still has the version it saw.
    pub(super) fn holds(&self, db: &Connection) -> Result<bool, rusqlite::Error> {
        let mut last = db.prepare_cached(
            "SELECT sequence FROM events WHERE aggregate_type = ?1 AND aggregate_id = ?2 \
             AND log_id = ?3 ORDER BY sequence DESC LIMIT 1",
        )?;
        for (seen, version) in &self.seen {
            let found: Option<i64> = last
                .query_row(params![seen.kind, seen.id, self.in_flight.log().0], |row| row.get(0))
                .optional()?;
            if number(found.unwrap_or_default()) != *version {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
