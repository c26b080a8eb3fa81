//! The layout of the database, and the way to it.

use ::postgres::Client;
use fugong_core::LogId;

use crate::{OpenError, error::Trouble, store::view};

const SCHEMA: &str = include_str!("schema.sql");
const APPEND: &str = include_str!("append.sql");
const APPEND_CHECKED: &str = include_str!("append_checked.sql");
const KEEP: &str = include_str!("keep.sql");
/// The layout that this program writes; the comment of the table `logs` says it.
const LAYOUT: i64 = 5;
/// They differ in their functions and in who appended last; the second and the third also check
/// again what each append writes.
const OLDER: [i64; 3] = [2, 3, 4];
const FROM_OLDER: &str = include_str!("layout_5.sql");
const SAYS: &str = "fugong layout ";

/// Whether the database can be used as it is.
pub(super) fn check(db: &mut Client) -> Result<(), OpenError> {
    match found(db)? {
        Some(LAYOUT) => Ok(()),
        Some(older) => Err(OpenError::Unavailable(format!(
            "the database has layout {older}, this program reads layout {LAYOUT}: make a backup \
             of it, then run `migrate`"
        ))),
        None => Err(OpenError::Unavailable(
            "the database is not laid out yet: run `migrate`".to_owned(),
        )),
    }
}

/// Brings the database to the layout of this program, in one transaction; an empty one only if
/// that is wanted.
pub(super) fn migrate(db: &mut Client, create: bool) -> Result<(), OpenError> {
    let begin = match found(db)? {
        None if create => SCHEMA,
        Some(older) if OLDER.contains(&older) => FROM_OLDER,
        _ => return check(db),
    };
    let laid_out = lay_out(db, begin);
    if laid_out.is_err() && matches!(found(db), Ok(Some(LAYOUT))) {
        // Another process was faster.
        return Ok(());
    }
    Ok(laid_out?)
}

fn lay_out(db: &mut Client, begin: &str) -> Result<(), Trouble> {
    let mut transaction = db.transaction()?;
    transaction.batch_execute(begin)?;
    for functions in [APPEND, APPEND_CHECKED, KEEP] {
        transaction.batch_execute(functions)?;
    }
    transaction.batch_execute(&format!("COMMENT ON TABLE logs IS '{SAYS}{LAYOUT}'"))?;
    Ok(transaction.commit()?)
}

/// The layout of the database; none if our tables are not there. An error if others' are.
pub(super) fn found(db: &mut Client) -> Result<Option<i64>, OpenError> {
    let sql = "SELECT to_regclass('logs') IS NOT NULL OR to_regclass('events') IS NOT NULL, \
               obj_description(to_regclass('logs'), 'pg_class')";
    let row = db.query_one(sql, &[]).map_err(Trouble::from)?;
    let there: bool = row.try_get(0).map_err(Trouble::from)?;
    let said: Option<String> = row.try_get(1).map_err(Trouble::from)?;
    if !there {
        return Ok(None);
    }
    let layout = said.and_then(|said| said.strip_prefix(SAYS)?.parse().ok());
    match layout {
        Some(layout) if LAYOUT < layout => Err(OpenError::Newer { found: layout, known: LAYOUT }),
        Some(layout) => Ok(Some(layout)),
        None => Err(OpenError::Corrupt(
            "the database has tables of another program: name another database, or a schema of \
             its own (…?options=-csearch_path%3Dfugong)"
                .to_owned(),
        )),
    }
}

/// Makes the view in which the stores of cqrs-es find the events of a log.
pub(super) fn make_view(db: &mut Client, log: LogId) -> Result<(), Trouble> {
    Ok(db.batch_execute(&format!(
        "CREATE OR REPLACE VIEW {} AS SELECT aggregate_type, aggregate_id, sequence, event_type, \
         event_version, payload::json AS payload, metadata::json AS metadata FROM events \
         WHERE log_id = {log}",
        view(log)
    ))?)
}
