//! The layout of the file, and the way to it from older ones.

use std::path::Path;

use fugong_core::LogId;
use rusqlite::Connection;

use crate::{OpenError, error::Trouble, store::view};

const SCHEMA: &str = include_str!("schema.sql");
/// Leads from the first layout to the second.
const TO_SECOND: &str = include_str!("layout_2.sql");
/// Leads from the second layout to the third.
const TO_THIRD: &str = include_str!("layout_3.sql");
/// The layout that this program writes, in `PRAGMA user_version`.
const LAYOUT: i64 = 3;
/// "Fgng": marks the file as ours, in `PRAGMA application_id`.
const APPLICATION: i64 = 0x4667_6e67;

/// Whether the file can be read as it is.
pub(super) fn check(db: &Connection, path: &Path) -> Result<(), OpenError> {
    let found = found(db, path)?;
    let path = path.display();
    match found {
        Some(LAYOUT) => Ok(()),
        Some(older) => Err(OpenError::Unavailable(format!(
            "{path} has layout {older}, this program reads layout {LAYOUT}: make a backup of it, \
             then run `migrate`"
        ))),
        None => Err(OpenError::Unavailable(format!("{path} is not laid out yet: run `migrate`"))),
    }
}

/// Brings the file to the layout of this program, in one transaction; an empty one only if that
/// is wanted.
pub(super) fn migrate(db: &mut Connection, path: &Path, create: bool) -> Result<(), OpenError> {
    let found = found(db, path)?;
    if found == Some(LAYOUT) || (found.is_none() && !create) {
        return check(db, path);
    }
    let lay_out = |db: &mut Connection| {
        let transaction = db.transaction()?;
        if let Some(older) = found {
            if older < 2 {
                transaction.execute_batch(TO_SECOND)?;
                for log in logs(&transaction)? {
                    make_view(&transaction, log)?;
                }
            }
            transaction.execute_batch(TO_THIRD)?;
        } else {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
        }
        transaction.pragma_update(None, "user_version", LAYOUT)?;
        transaction.commit()
    };
    lay_out(db).map_err(Trouble::from)?;
    Ok(())
}

/// The layout of the file; none if it is empty. An error if it is not ours.
pub(super) fn found(db: &Connection, path: &Path) -> Result<Option<i64>, OpenError> {
    let number = |name: &str| {
        db.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(Trouble::from)
    };
    let (application, layout) = (number("application_id")?, number("user_version")?);
    if LAYOUT < layout && application == APPLICATION {
        return Err(OpenError::Newer { found: layout, known: LAYOUT });
    }
    let tables: i64 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(Trouble::from)?;
    if tables == 0 {
        return Ok(None);
    }
    if application != APPLICATION || layout < 1 {
        return Err(OpenError::Corrupt(format!(
            "{} is a database of another program: take another file",
            path.display()
        )));
    }
    Ok(Some(layout))
}

/// The logs of the file, in order.
fn logs(db: &Connection) -> Result<Vec<LogId>, rusqlite::Error> {
    let mut logs = db.prepare("SELECT log_id FROM logs ORDER BY log_id")?;
    let logs = logs.query_map([], |row| row.get(0).map(LogId))?;
    logs.collect()
}

/// Makes the view in which the stores of cqrs-es find the events of a log. The plus sign keeps the planner on the key of the aggregate.
pub(super) fn make_view(db: &Connection, log: LogId) -> Result<(), rusqlite::Error> {
    db.execute_batch(&format!(
        "CREATE VIEW {} AS SELECT aggregate_type, aggregate_id, sequence, event_type, \
         event_version, payload, metadata FROM events WHERE +log_id = {log}",
        view(log)
    ))
}
