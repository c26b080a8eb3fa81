//! Opening a database: the lock, the layout, the log's own row.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use fugong_core::{LogId, Position};
use rusqlite::{Connection, DatabaseName, ErrorCode, OpenFlags};
use tokio::sync::watch;

use super::{layout, lock::Lock, scribe::Scribe};
use crate::{
    ClockMode, OpenError, Options,
    error::Trouble,
    options::beside,
    store::{
        Found, Store,
        db::{Db, whole},
        logs,
        queue::Writer,
        readers::{Open, Readers},
        tail::Tail,
        times::Times,
    },
};

const PAGE_BYTES: u64 = 4096;
const READERS: usize = 2;
const BUSY: Duration = Duration::from_secs(5);

/// Opens connections to one database.
#[derive(Debug, Clone)]
pub(super) struct Opener {
    path: PathBuf,
    size_limit: Option<u64>,
}

/// The logs that a database holds, in order; none where there is no database yet.
pub(in crate::store) fn logs(path: &Path) -> Result<Vec<LogId>, OpenError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let db = Opener { path: path.to_owned(), size_limit: None }.reader()?;
    match layout::found(&db, path)? {
        Some(_) => Ok(logs::all(&Db::Sqlite(db))?),
        None => Ok(Vec::new()),
    }
}

pub(in crate::store) fn open(
    options: &Options,
    path: &Path,
    size_limit: Option<u64>,
) -> Result<(Store, Found), OpenError> {
    if !path.exists() && (options.read_only || !options.create) {
        return Err(OpenError::Absent(path.to_owned()));
    }
    if path.is_dir() {
        return Err(is_folder(path));
    }
    let opener = Opener { path: path.to_owned(), size_limit };
    if options.read_only { open_to_read(&opener, options) } else { open_to_write(opener, options) }
}

fn is_folder(path: &Path) -> OpenError {
    let path = path.display();
    OpenError::Unavailable(format!("{path} is a folder, not a database: name a file in it"))
}

fn open_to_read(opener: &Opener, options: &Options) -> Result<(Store, Found), OpenError> {
    let (log, db) = (options.log, opener.reader()?);
    layout::check(&db, &opener.path)?;
    let db = Db::Sqlite(db);
    let found = logs::found(&db, log)?.ok_or_else(|| logs::no_log(log))?;
    let (heads, listening) = watch::channel(Position(logs::head(&db, log)?));
    let store = Store {
        log,
        readers: readers(opener)?,
        writer: None,
        keeper: None,
        polled: Some(heads),
        heads: listening,
        epoch: Arc::default(),
        foreign: None,
        lease: None,
        sealing: None,
        tail: Arc::default(),
    };
    Ok((store, found))
}

fn open_to_write(opener: Opener, options: &Options) -> Result<(Store, Found), OpenError> {
    let (log, path) = (options.log, &opener.path);
    let lock = Lock::take(&beside(path, "lock"), path)?;
    let mut db = opener.unsettled()?;
    // Before anything of it is changed.
    layout::found(&db, path)?;
    opener.settle(&db)?;
    layout::migrate(&mut db, path, options.create)?;
    let db = Db::Sqlite(db);
    if logs::found(&db, log)?.is_none() {
        make_log(&db, log, options.clock)?;
    }
    let found = logs::found(&db, log)?.ok_or_else(|| logs::no_log(log))?;
    let head = logs::head(&db, log)?;
    logs::check_head(&db, log, head)?;
    let times = Times::load(&db, log)?;
    let readers = readers(&opener)?;
    let (heads, listening) = watch::channel(Position(head));
    let (epoch, tail) = (Arc::<AtomicU64>::default(), Arc::<Tail>::default());
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
    let writer = Writer::start("fugong-writer", scribe, Scribe::carry_out, Scribe::end)
        .map_err(|e| OpenError::Unavailable(format!("no thread can be started: {e}")))?;
    let store = Store {
        log,
        readers,
        writer: Some(writer),
        keeper: None,
        polled: None,
        heads: listening,
        epoch,
        foreign: None,
        lease: None,
        sealing: None,
        tail,
    };
    Ok((store, found))
}

impl Opener {
    /// For a file that is there.
    pub(super) fn of(path: &Path) -> Result<Self, OpenError> {
        if !path.exists() {
            return Err(OpenError::Absent(path.to_owned()));
        }
        if path.is_dir() {
            return Err(is_folder(path));
        }
        Ok(Self { path: path.to_owned(), size_limit: None })
    }

    /// A connection to a file that is made for it, which it alone writes.
    pub(super) fn fresh(path: &Path) -> Result<Connection, Trouble> {
        let opener = Self { path: path.to_owned(), size_limit: None };
        let db = opener.unsettled()?;
        db.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get::<_, String>(0))?;
        db.pragma_update(None, "synchronous", "full")?;
        Ok(db)
    }

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
        // Several read; what they read again the system keeps for all of them.
        db.pragma_update(None, "cache_size", -4_000)?;
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

fn readers(opener: &Opener) -> Result<Readers, Trouble> {
    let opener = opener.clone();
    let open: Open = Arc::new(move || opener.reader().map(Db::Sqlite));
    Readers::start(&open, READERS, READERS)
}

/// Makes the log's row and its view in one transaction.
fn make_log(db: &Db, log: LogId, clock: ClockMode) -> Result<(), Trouble> {
    db.batch("BEGIN IMMEDIATE")?;
    logs::insert(db, log, clock)?;
    if let Db::Sqlite(db) = db {
        layout::make_view(db, log)?;
    }
    db.batch("COMMIT")
}
