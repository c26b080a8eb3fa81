//! The SQLite store: one file, one connection that writes.

mod apart;
mod layout;
mod lock;
mod open;
mod reporting;
mod scribe;
mod trouble;
mod written;

use std::{borrow::Cow, ops::ControlFlow};

use rusqlite::{
    Connection, ToSql, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};
use serde::Serialize;

use super::db::{Row, Value, spell};
use crate::error::Trouble;

pub(super) use apart::{foreign, fresh, reader};
pub(super) use open::{logs, open};
pub(super) use reporting::report;

pub(super) fn run(db: &Connection, sql: &str, values: &[Value<'_>]) -> Result<u64, Trouble> {
    let rows = db.prepare_cached(&spoken(sql))?.execute(params_from_iter(values))?;
    Ok(u64::try_from(rows).unwrap_or(u64::MAX))
}

pub(super) fn each(
    db: &Connection,
    sql: &str,
    values: &[Value<'_>],
    take: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, Trouble>,
) -> Result<(), Trouble> {
    let mut statement = db.prepare_cached(&spoken(sql))?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        if take(&Row::Sqlite(row))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// A statement as SQLite takes it.
fn spoken(sql: &str) -> Cow<'_, str> {
    spell(sql, |notation, place| match notation {
        "in" => format!("IN (SELECT value FROM json_each({place}))"),
        "pairs" => format!(
            "(SELECT substr(value, 1, instr(value, '/') - 1) AS kind, \
             substr(value, instr(value, '/') + 1) AS id FROM json_each({place})) AS pairs"
        ),
        _each => format!("json_each({place}) AS wanted"),
    })
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Texts(texts) => return listed(texts),
            Self::Strs(texts) => return listed(texts),
            Self::MaybeStrs(texts) => return listed(texts),
            Self::Ints(numbers) => return listed(numbers),
            Self::MaybeInts(numbers) => return listed(numbers),
        }))
    }
}

/// Texts as the JSON that `json_each` reads.
fn listed<T: Serialize>(texts: &[T]) -> rusqlite::Result<ToSqlOutput<'_>> {
    let json = serde_json::to_string(texts);
    let json = json.map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))?;
    Ok(ToSqlOutput::Owned(json.into()))
}

/// Whether the file is whole, by SQLite's own account.
pub(super) fn look_through(db: &Connection) -> Result<(), Trouble> {
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    let what = found.replace('\n', " ");
    Err(Trouble::Corrupt(format!(
        "the database is damaged ({what}): stop, keep the file, and restore a backup"
    )))
}
