//! Views of a file for analysts' own tools: what registers keep, without persons, under its columns.
//!
//! They are called `reporting_` and the relation. A file has no roles: whoever opens it reads all.

use std::{fmt::Write as _, path::Path, sync::Arc};

use fugong_core::{At, Column, Kind, Register, Relation};
use rusqlite::Connection;

use super::{layout, lock::Lock, open::Opener};
use crate::{
    OpenError,
    error::Trouble,
    options::beside,
    store::reporting::{literal, quoted, shown},
};

/// Makes the views anew, in one transaction.
pub(in crate::store) fn report(
    path: &Path,
    registers: &[Arc<dyn Register>],
) -> Result<(), OpenError> {
    let opener = Opener::of(path)?;
    let _lock = Lock::take(&beside(path, "lock"), path)?;
    let mut db = opener.writer()?;
    layout::check(&db, path)?;
    Ok(make(&mut db, registers).map_err(Trouble::from)?)
}

fn make(db: &mut Connection, registers: &[Arc<dyn Register>]) -> Result<(), rusqlite::Error> {
    let all = db.transaction()?;
    for register in registers {
        for relation in register.relations() {
            all.execute_batch(&view(register.name(), relation))?;
        }
    }
    all.commit()
}

/// The statements that make the view of a relation.
fn view(register: &str, relation: &Relation) -> String {
    let name = quoted(&format!("reporting_{}", relation.name));
    let mut sql = format!(
        "DROP VIEW IF EXISTS {name};
         CREATE VIEW {name} AS SELECT r.log_id, r.row_key"
    );
    for column in shown(relation) {
        // Writing to a text cannot fail.
        let _infallible = write!(sql, ", {} AS {}", value(column), quoted(column.name));
    }
    let (register, rows) = (literal(register), literal(relation.name));
    let _infallible = write!(
        sql,
        " FROM register_rows r
          JOIN register_checkpoints c
            ON c.log_id = r.log_id AND c.register = r.register AND c.version = r.version
          WHERE c.live = 1 AND r.register = {register} AND r.relation = {rows}"
    );
    sql
}

/// What stands in a column of a row.
fn value(column: &Column) -> String {
    let place = match column.at {
        At::Member => literal(&format!("$.{}", quoted(column.name))),
        At::Path(path) => literal(&path.iter().fold("$".to_owned(), |whole, step| {
            match (step.parse::<u32>(), step.strip_prefix('-')) {
                (Ok(from_start), _) => format!("{whole}[{from_start}]"),
                (Err(_), Some(from_end)) => format!("{whole}[#-{from_end}]"),
                (Err(_), None) => format!("{whole}.{}", quoted(step)),
            }
        })),
        At::RowKey => return "r.row_key".to_owned(),
    };
    match column.kind {
        Kind::Text | Kind::Date | Kind::Instant | Kind::Boolean => format!("r.row ->> {place}"),
        Kind::Integer => format!("CAST(r.row ->> {place} AS INTEGER)"),
        Kind::Json => bare(&format!("r.row -> {place}")),
    }
}

/// A list or an object, with nothing in the places of what is sealed in it.
fn bare(said: &str) -> String {
    format!(
        "(WITH RECURSIVE
            sealed (n, place) AS (
              SELECT row_number() OVER (), fullkey FROM json_tree({said})
              WHERE CASE type WHEN 'object' THEN json_type(value, '$.subject') IS NOT NULL
                AND json_type(value, '$.sealed') IS NOT NULL
                AND json_type(value, '$.commitment') IS NOT NULL END),
            bare (n, said) AS (
              SELECT 0, {said}
              UNION ALL
              SELECT bare.n + 1, json_replace(bare.said, sealed.place, NULL)
              FROM bare JOIN sealed ON sealed.n = bare.n + 1)
          SELECT nullif(said, 'null') FROM bare ORDER BY n DESC LIMIT 1)"
    )
}
