//! Who may do what, and where the tables lie. All of it is for the role that owns the tables.

use std::thread;

use ::postgres::Client;

use super::{layout, open::Opener};
use crate::{OpenError, Rights, error::Trouble};

/// What nobody but the owner may change.
const KEPT: &str = "events, commands";
/// What can be made again from the log, or is closed when it is done.
const MOVED: &str =
    "register_checkpoints, register_rows, policy_checkpoints, outbox, timers, leases";
/// How a batch is appended where tables are distributed.
const APPEND: &str = include_str!("append_distributed.sql");
/// Every table, the first before those that are laid beside it.
const TABLES: [&str; 9] = [
    "events",
    "logs",
    "commands",
    "register_checkpoints",
    "register_rows",
    "policy_checkpoints",
    "outbox",
    "timers",
    "leases",
];

/// Gives a role what it needs, and no more.
pub(in crate::store) fn grant(url: &str, role: &str, rights: Rights) -> Result<(), OpenError> {
    on_a_thread(url, |db| {
        let role: String = db.query_one("SELECT quote_ident($1)", &[&role])?.try_get(0)?;
        let schema: String =
            db.query_one("SELECT quote_ident(current_schema())", &[])?.try_get(0)?;
        let keys: bool = db
            .query_one("SELECT to_regclass('fugong_keys.subjects') IS NOT NULL", &[])?
            .try_get(0)?;
        let mut sql = vec![match rights {
            Rights::Serve => format!(
                "GRANT USAGE ON SCHEMA {schema} TO {role};
                 GRANT SELECT, INSERT ON {KEPT} TO {role};
                 GRANT SELECT, UPDATE ON logs TO {role};
                 GRANT SELECT, INSERT, UPDATE, DELETE ON {MOVED} TO {role}"
            ),
            Rights::Read => format!(
                "GRANT USAGE ON SCHEMA {schema} TO {role};
                 GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
            ),
        }];
        if keys {
            let more = if rights == Rights::Serve { ", INSERT, UPDATE" } else { "" };
            sql.push(format!(
                "GRANT USAGE ON SCHEMA fugong_keys TO {role};
                 GRANT SELECT{more} ON fugong_keys.about, fugong_keys.subjects TO {role}"
            ));
        }
        Ok(db.batch_execute(&sql.join(";"))?)
    })
}

/// Distributes every table, and the functions that write them, by log. Citus has no triggers on
/// distributed tables: there the rights of the role that serves keep events from being changed.
pub(in crate::store) fn distribute(url: &str) -> Result<(), OpenError> {
    on_a_thread(url, |db| {
        let sql = "SELECT count(*) FROM pg_extension WHERE extname = 'citus'";
        if db.query_one(sql, &[])?.try_get::<_, i64>(0)? == 0 {
            return Err(Trouble::Unavailable(
                "the extension citus is not in this database: run CREATE EXTENSION citus on the \
                 coordinator, or leave --distributed"
                    .to_owned(),
            ));
        }
        db.batch_execute(APPEND)?;
        let sql = distribution(db)?;
        Ok(db.batch_execute(&sql)?)
    })
}

/// The statements that distribute what is not distributed yet.
fn distribution(db: &mut Client) -> Result<String, Trouble> {
    let mut all = vec!["DROP TRIGGER IF EXISTS events_are_never_changed ON events".to_owned()];
    let mut beside = "none";
    for table in TABLES {
        all.push(format!(
            "SELECT create_distributed_table('{table}', 'log_id', colocate_with => '{beside}')
             WHERE NOT EXISTS (SELECT FROM pg_dist_partition
               WHERE logicalrelid = '{table}'::regclass)"
        ));
        beside = "events";
    }
    let functions = "SELECT oid::regprocedure::text FROM pg_proc \
                     WHERE proname IN ('append', 'append_checked', 'keep') \
                     AND pronamespace = current_schema()::regnamespace ORDER BY 1";
    for row in db.query(functions, &[])? {
        let function: String = row.try_get(0)?;
        all.push(format!(
            "SELECT create_distributed_function('{function}', 'p_log', colocate_with => 'events')"
        ));
    }
    Ok(all.join(";"))
}

/// The client runs a runtime of its own, which must not be started within another.
pub(super) fn on_a_thread(
    url: &str,
    work: impl FnOnce(&mut Client) -> Result<(), Trouble> + Send,
) -> Result<(), OpenError> {
    let run = || {
        let mut client = Opener::new(url)?.client()?;
        layout::check(&mut client)?;
        Ok(work(&mut client)?)
    };
    let ran = thread::scope(|scope| scope.spawn(run).join());
    ran.unwrap_or_else(|_| {
        Err(OpenError::Unavailable("the client of the database panicked; a defect".to_owned()))
    })
}
