//! Connections to files outside an open log.

use std::path::Path;

use fugong_core::LogId;

use super::{layout, open::Opener};
use crate::{OpenError, error::Trouble, store::db::Db};

/// A connection to a file of ours that can only read.
pub(in crate::store) fn reader(path: &Path) -> Result<Db, OpenError> {
    let db = Opener::of(path)?.reader()?;
    layout::check(&db, path)?;
    Ok(Db::Sqlite(db))
}

/// A connection to a file that is made for it, in our layout and with a view of the log. It keeps
/// no files beside it, so that it is whole when it is closed.
pub(in crate::store) fn fresh(path: &Path, log: LogId) -> Result<Db, OpenError> {
    let mut db = Opener::fresh(path)?;
    layout::migrate(&mut db, path, true)?;
    layout::make_view(&db, log).map_err(Trouble::from)?;
    Ok(Db::Sqlite(db))
}

/// A connection to any file that is there, of ours or not, that can only read.
pub(in crate::store) fn foreign(path: &Path) -> Result<Db, OpenError> {
    Ok(Db::Sqlite(Opener::of(path)?.reader()?))
}
