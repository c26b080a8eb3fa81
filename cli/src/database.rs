//! Opening a database with everything that runs on it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use fugong_api::district;
use fugong_core::LogId;
use fugong_engine::{ClockMode, Log, Options};
use fugong_fixtures::data;

use crate::{args::Database, failure::Failure};

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// To write; created if absent, with a real clock.
    Write,
    /// To write; created if absent, with a clock that stands at this instant.
    Simulated(DateTime<Utc>, u64),
    /// To write; never created.
    Mend,
    /// To read only; never created, also beside a process that writes.
    Read,
}

/// Opens a database, creates and migrates it where that is wanted, and gives a fresh log the
/// district's units, rules, calendars and codes.
pub(crate) async fn open(database: &Database, access: Access) -> Result<Log, Failure> {
    let mut options = Options::new(path(&database.db)?, LogId(data::DISTRICT));
    options.keys.clone_from(&database.keys);
    options.create = matches!(access, Access::Write | Access::Simulated(..));
    options.read_only = access == Access::Read;
    if let Access::Simulated(start, seed) = access {
        options.clock = ClockMode::Simulated { start, seed };
    }
    let log = district::engine().open(options).await?;
    if access != Access::Read {
        district::begin(&log, data::district()?).await?;
    }
    Ok(log)
}

/// The file that `--db` names.
pub(crate) fn path(db: &str) -> Result<PathBuf, Failure> {
    if db.starts_with("postgres:") || db.starts_with("postgresql:") {
        return Err(Failure::Usage(
            "this version keeps its data in SQLite; name a file, such as --db fugong.db".to_owned(),
        ));
    }
    let file = db.strip_prefix("sqlite:").unwrap_or(db);
    let file = file.strip_prefix("//").unwrap_or(file);
    if file.is_empty() {
        return Err(Failure::Usage("--db needs a file, such as --db fugong.db".to_owned()));
    }
    Ok(Path::new(file).to_path_buf())
}
