//! Connections outside an open log: to look into a database, and to copy a log.

use std::path::Path;

use fugong_core::LogId;

use super::{copy, db::Db, logs, postgres, sqlite};
use crate::{
    Database, OpenError,
    backup::{Copied, Progress},
    error::Trouble,
};

/// A connection to a database of ours that can only read.
pub(crate) fn reader(database: &Database) -> Result<Db, OpenError> {
    match database {
        Database::File(path) => sqlite::reader(path),
        Database::Server(url) => postgres::reader(url),
    }
}

/// A connection to any database, of ours or not, that can only read.
pub(crate) fn foreign(database: &Database) -> Result<Db, OpenError> {
    match database {
        Database::File(path) => sqlite::foreign(path),
        Database::Server(url) => postgres::foreign(url),
    }
}

/// Which key file belongs to a log.
pub(crate) fn keys_mark(database: &Database, log: LogId) -> Result<Option<String>, OpenError> {
    let found = logs::found(&reader(database)?, log)?;
    Ok(found.ok_or_else(|| logs::no_log(log))?.keys_mark)
}

/// Copies a log into a file that is not there yet, and reads the file from its beginning.
pub(crate) fn copy_to_file(
    from: &Db,
    path: &Path,
    log: LogId,
    told: &mut dyn FnMut(Progress),
) -> Result<Copied, OpenError> {
    let mut teller = Teller::new(from, log, told)?;
    let to = sqlite::fresh(path, log)?;
    let rows = copy::copy(from, &to, log, &mut |done| teller.tell(done))?;
    to.batch("COMMIT")?;
    drop(to);
    let head = copy::check(&sqlite::reader(path)?, log, &mut |done| teller.tell_after(rows, done))?;
    Ok(Copied { log, head, rows })
}

/// Copies a log into a database of a server that has not got it yet; it is there when it has been
/// read from its beginning.
pub(crate) fn copy_to_server(
    from: &Db,
    url: &str,
    log: LogId,
    told: &mut dyn FnMut(Progress),
) -> Result<Copied, OpenError> {
    let mut teller = Teller::new(from, log, told)?;
    let to = postgres::fresh(url, log)?;
    let rows = copy::copy(from, &to, log, &mut |done| teller.tell(done))?;
    let head = copy::check(&to, log, &mut |done| teller.tell_after(rows, done))?;
    to.batch("COMMIT")?;
    Ok(Copied { log, head, rows })
}

/// Tells how far a copy has come, often enough for an eye.
struct Teller<'a> {
    told: &'a mut dyn FnMut(Progress),
    of: u64,
}

impl<'a> Teller<'a> {
    fn new(from: &Db, log: LogId, told: &'a mut dyn FnMut(Progress)) -> Result<Self, Trouble> {
        let of = copy::rows(from, log)?.saturating_add(logs::head(from, log)?);
        Ok(Self { told, of })
    }

    fn tell(&mut self, done: u64) {
        if done.is_multiple_of(1_000) {
            (self.told)(Progress { done, of: self.of });
        }
    }

    /// So many rows are written, and so many events read again.
    fn tell_after(&mut self, rows: u64, read: u64) {
        self.tell(rows.saturating_add(read).next_multiple_of(1_000));
    }
}
