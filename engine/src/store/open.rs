//! Opening a database: the lock, the layout, the log's own row.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64},
    thread,
    time::Duration,
};

use chrono::{DateTime, Utc};
use fugong_core::{LogId, Position};
use rusqlite::{Connection, DatabaseName, ErrorCode, OpenFlags, OptionalExtension, params};
use tokio::sync::{mpsc, watch};

use super::{
    QUEUE, Store, Writer,
    events::{number, whole},
    layout,
    lock::Lock,
    readers::Readers,
    tail::Tail,
    times::Times,
    writer::Scribe,
};
use crate::{ClockMode, OpenError, Options, error::Trouble};

const PAGE_BYTES: u64 = 4096;
const READERS: usize = 2;
const BUSY: Duration = Duration::from_secs(5);

/// What was found in the database, or made.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The log's clock mode, fixed when it was made.
    pub(crate) clock: ClockMode,
    /// Where its simulated clock was left.
    pub(crate) stands: Option<DateTime<Utc>>,
    /// Tells the key file that belongs to it; `None` until one was made.
    pub(crate) keys_mark: Option<String>,
}

/// Opens connections to one database.
#[derive(Debug, Clone)]
pub(super) struct Opener {
    path: PathBuf,
    size_limit: Option<u64>,
}

/// The logs that a database holds, in order; none where there is no database yet.
pub(crate) fn logs(path: &Path) -> Result<Vec<LogId>, OpenError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let db = Opener { path: path.to_owned(), size_limit: None }.reader()?;
    match layout::found(&db, path)? {
        Some(_) => Ok(layout::logs(&db).map_err(Trouble::from)?),
        None => Ok(Vec::new()),
    }
}

pub(super) fn open(
    options: &Options,
    size_limit: Option<u64>,
) -> Result<(Store, Found), OpenError> {
    let path = &options.database;
    if !path.exists() && (options.read_only || !options.create) {
        return Err(OpenError::Absent(path.clone()));
    }
    if path.is_dir() {
        let path = path.display();
        let why = format!("{path} is a folder, not a database: name a file in it");
        return Err(OpenError::Unavailable(why));
    }
    let opener = Opener { path: path.clone(), size_limit };
    let epoch = Arc::<AtomicU64>::default();
    let log = options.log;
    if options.read_only {
        let db = opener.reader()?;
        layout::check(&db, path)?;
        let found = found(&db, log)?.ok_or_else(|| no_log(log))?;
        let (heads, listening) = watch::channel(Position(head(&db, log)?));
        let readers = readers(&opener)?;
        let writer = None;
        return Ok((
            Store {
                log,
                readers,
                writer,
                polled: Some(heads),
                heads: listening,
                epoch,
                tail: Arc::default(),
            },
            found,
        ));
    }
    let lock = Lock::take(&options.lock_file(), path)?;
    let mut db = opener.unsettled()?;
    // Before anything of it is changed.
    layout::found(&db, path)?;
    opener.settle(&db)?;
    layout::migrate(&mut db, path, options.create)?;
    let found = match found(&db, log)? {
        Some(found) => found,
        None => make_log(&mut db, log, options.clock)?,
    };
    let (head, times) = (head(&db, log)?, Times::load(&db, log)?);
    check_head(&db, log, head)?;
    let readers = readers(&opener)?;
    let (heads, listening) = watch::channel(Position(head));
    let (queue, items) = mpsc::channel(QUEUE);
    let tail = Arc::<Tail>::default();
    let scribe = Scribe {
        opener,
        db: Some(db),
        log,
        head,
        times,
        heads,
        epoch: Arc::clone(&epoch),
        tail: Arc::clone(&tail),
        flushes: true,
        _lock: lock,
    };
    let thread = thread::Builder::new()
        .name("fugong-writer".to_owned())
        .spawn(move || scribe.run(items))
        .map_err(|e| OpenError::Unavailable(format!("no thread can be started: {e}")))?;
    let writer = Some(Writer { queue, thread: Some(thread).into() });
    Ok((Store { log, readers, writer, polled: None, heads: listening, epoch, tail }, found))
}

impl Opener {
    /// A connection that can write. There is only ever one.
    pub(super) fn writer(&self) -> Result<Connection, Trouble> {
        let db = self.unsettled()?;
        self.settle(&db)?;
        Ok(db)
    }

    fn unsettled(&self) -> Result<Connection, Trouble> {
        let db = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        if db.is_readonly(DatabaseName::Main)? {
            return Err(Trouble::Unavailable(format!(
                "{} cannot be written: check its permissions, or open it read-only",
                self.path.display()
            )));
        }
        Ok(db)
    }

    fn settle(&self, db: &Connection) -> Result<(), Trouble> {
        let mode: String =
            db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if mode != "wal" {
            return Err(Trouble::Unavailable(format!(
                "{} is on a disk that cannot keep a WAL: use a local disk",
                self.path.display()
            )));
        }
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "secure_delete", "on")?;
        db.pragma_update(None, "wal_autocheckpoint", 4000)?;
        if let Some(bytes) = self.size_limit {
            let pages = whole(bytes.checked_div(PAGE_BYTES).unwrap_or_default());
            db.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0))?;
        }
        Ok(())
    }

    /// A connection that can only read and never checkpoints.
    pub(super) fn reader(&self) -> Result<Connection, Trouble> {
        self.reading().map_err(|error| {
            let code = error.sqlite_error_code();
            let shut = matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly));
            if !shut || File::open(&self.path).is_err() {
                return error.into();
            }
            Trouble::Unavailable(format!(
                "{} can be read, but its folder cannot be written, where files have to lie beside \
                 it meanwhile: copy it and its keys to another folder ({error})",
                self.path.display()
            ))
        })
    }

    fn reading(&self) -> Result<Connection, rusqlite::Error> {
        let db = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        db.pragma_update(None, "query_only", "on")?;
        db.pragma_update(None, "wal_autocheckpoint", 0)?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        Ok(db)
    }

    fn connect(&self, how: OpenFlags) -> Result<Connection, rusqlite::Error> {
        let db = Connection::open_with_flags(&self.path, how | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        db.busy_timeout(BUSY)?;
        db.pragma_update(None, "foreign_keys", "off")?;
        db.pragma_update(None, "trusted_schema", "off")?;
        db.pragma_update(None, "temp_store", "memory")?;
        db.pragma_update(None, "cache_size", -16_000)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(db)
    }
}

fn readers(opener: &Opener) -> Result<Readers, OpenError> {
    let some = || (0..READERS).map(|_| opener.reader()).collect::<Result<Vec<_>, _>>();
    Readers::start(some()?, some()?)
        .map_err(|e| OpenError::Unavailable(format!("no thread can be started: {e}")))
}

/// The head of the log.
pub(super) fn head(db: &Connection, log: LogId) -> Result<u64, Trouble> {
    let head = db
        .prepare_cached("SELECT head FROM logs WHERE log_id = ?1")?
        .query_row(params![log.0], |row| row.get(0))?;
    Ok(number(head))
}

/// A head that is not where the events end means that rows were lost or added by others.
fn check_head(db: &Connection, log: LogId, head: u64) -> Result<(), Trouble> {
    let (last, events): (Option<i64>, i64) = db.query_row(
        "SELECT (SELECT position FROM events WHERE log_id = ?1 ORDER BY position DESC LIMIT 1), \
         (SELECT count(*) FROM (SELECT 1 FROM events WHERE log_id = ?1 AND position = 1))",
        params![log.0],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if number(last.unwrap_or_default()) == head && (events == 1) == (0 < head) {
        return Ok(());
    }
    Err(Trouble::Corrupt(format!(
        "the head of log {log} is {head}, but its events end at {}: restore a backup",
        last.unwrap_or_default()
    )))
}

fn no_log(log: LogId) -> OpenError {
    OpenError::Unavailable(format!("the database has no log {log}: run `migrate` for it"))
}

fn found(db: &Connection, log: LogId) -> Result<Option<Found>, Trouble> {
    let row = db
        .query_row(
            "SELECT clock_now, seed, created_at, keys_mark FROM logs WHERE log_id = ?1",
            params![log.0],
            |row| {
                let (now, seed): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
                Ok((now, seed, row.get::<_, i64>(2)?, row.get::<_, Option<String>>(3)?))
            },
        )
        .optional()?;
    let Some((now, seed, created, keys_mark)) = row else { return Ok(None) };
    let instant = |micros| DateTime::from_timestamp_micros(micros).unwrap_or_default();
    let clock = seed.map_or(ClockMode::Real, |seed| ClockMode::Simulated {
        start: instant(created),
        seed: seed.cast_unsigned(),
    });
    Ok(Some(Found { clock, stands: now.map(instant), keys_mark }))
}

fn make_log(db: &mut Connection, log: LogId, clock: ClockMode) -> Result<Found, Trouble> {
    let (mode, stands, seed, created) = match clock {
        ClockMode::Real => ("real", None, None, Utc::now()),
        ClockMode::Simulated { start, seed } => ("simulated", Some(start), Some(seed), start),
    };
    let transaction = db.transaction()?;
    transaction.execute(
        "INSERT INTO logs (log_id, head, clock_mode, clock_now, seed, created_at) \
         VALUES (?1, 0, ?2, ?3, ?4, ?5)",
        params![
            log.0,
            mode,
            stands.map(|at| at.timestamp_micros()),
            seed.map(u64::cast_signed),
            created.timestamp_micros()
        ],
    )?;
    layout::make_view(&transaction, log)?;
    transaction.commit()?;
    Ok(Found { clock, stands, keys_mark: None })
}
