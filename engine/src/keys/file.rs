//! The key file itself.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
    time::Duration,
};

use fugong_core::{KeyDeed, LogId, Position};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::{
    Access, Asked, Everything, Found, KeyError, Live,
    chest::{FINGERPRINTS, FOLLOWED, MARK, SECRET, kept, position, restriction},
    cipher::{KEY_BYTES, Key, hex},
};
use crate::source::Randomness;

/// Says that a database is a key file: "fgky".
const APPLICATION_ID: i32 = 0x6667_6b79;
const PATIENCE: Duration = Duration::from_secs(5);

const SCHEMA: &str = "
    CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE subjects (
        log_id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        generation INTEGER NOT NULL,
        key BLOB,
        PRIMARY KEY (log_id, subject, generation)
    ) STRICT, WITHOUT ROWID;
";

const DESTROY: &str = "UPDATE subjects SET key = NULL
    WHERE log_id = ?1 AND subject = ?2 AND key IS NOT NULL";

/// An open key file.
pub(super) struct KeyFile {
    path: PathBuf,
    database: Connection,
    /// Nothing is written any more.
    closed: bool,
}

impl KeyFile {
    pub(super) fn open(
        path: &Path,
        access: Access,
        randomness: &Randomness,
    ) -> Result<Self, KeyError> {
        let fresh = !path.exists();
        if fresh {
            if access != Access::Create {
                return Err(KeyError::Missing(path.to_owned()));
            }
            make_private(path).map_err(|e| unusable(path, &e))?;
        }
        let flags = match access {
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Access::Create | Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(path, flags).map_err(|e| unusable(path, &e))?;
        let mut file = Self { path: path.to_owned(), database, closed: false };
        file.database.busy_timeout(PATIENCE).map_err(|e| file.broken(&e))?;
        if !file.is_blank().map_err(|e| file.broken(&e))? {
            // Before anything of it is changed.
            file.check_ours()?;
        }
        if access != Access::Read {
            file.settle().map_err(|e| file.broken(&e))?;
        }
        if access == Access::Create && file.is_blank().map_err(|e| file.broken(&e))? {
            let mark: [u8; 16] = randomness.bytes("key file", &[])?;
            let fingerprints: [u8; KEY_BYTES] = randomness.bytes("fingerprints", &[])?;
            file.make(&mark, &fingerprints).map_err(|e| file.broken(&e))?;
        }
        Ok(file)
    }

    /// Copies a key file as it stands at one moment, without what it still holds of erased keys.
    pub(super) fn copy(from: &Path, to: &Path) -> Result<String, KeyError> {
        if !from.exists() {
            return Err(KeyError::Missing(from.to_owned()));
        }
        make_private(to).map_err(|e| unusable(to, &e))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(from, flags).map_err(|e| unusable(from, &e))?;
        let file = Self { path: from.to_owned(), database, closed: false };
        file.database.busy_timeout(PATIENCE).map_err(|e| file.broken(&e))?;
        let (mark, _) = file.about()?;
        let into = to.to_string_lossy();
        file.database.execute("VACUUM INTO ?1", [into]).map_err(|e| unusable(to, &e))?;
        Ok(mark)
    }

    /// All keys of `log`.
    pub(super) fn everything(from: &Path, log: LogId) -> Result<Everything, KeyError> {
        let file = Self::open(from, Access::Read, &Randomness::System)?;
        file.check_ours()?;
        let all = || {
            let mut about = file.database.prepare("SELECT name, value FROM about")?;
            let about = about
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let mut subjects = file
                .database
                .prepare("SELECT subject, generation, key FROM subjects WHERE log_id = ?1")?;
            let subjects = subjects
                .query_map([log.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<Result<_, _>>()?;
            Ok(Everything { about, subjects })
        };
        all().map_err(|e: rusqlite::Error| file.broken(&e))
    }

    /// Makes a file of all keys of a log.
    pub(super) fn fill(to: &Path, log: LogId, all: &Everything) -> Result<(), KeyError> {
        make_private(to).map_err(|e| unusable(to, &e))?;
        let fill = || {
            let mut database = Connection::open(to)?;
            let transaction = database.transaction()?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.execute_batch(SCHEMA)?;
            for (name, value) in &all.about {
                let insert = "INSERT INTO about (name, value) VALUES (?1, ?2)";
                transaction.execute(insert, params![name, value])?;
            }
            let insert = "INSERT INTO subjects (log_id, subject, generation, key)
                VALUES (?1, ?2, ?3, ?4)";
            for (subject, generation, key) in &all.subjects {
                transaction.execute(insert, params![log.0, subject, generation, key])?;
            }
            transaction.commit()
        };
        fill().map_err(|e: rusqlite::Error| unusable(to, &e))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The mark of this file and its key of fingerprints.
    pub(super) fn about(&self) -> Result<(String, Key), KeyError> {
        self.check_ours()?;
        let value = |name| {
            let found = said(&self.database, name);
            found.and_then(|found| found.ok_or(rusqlite::Error::QueryReturnedNoRows))
        };
        if said(&self.database, SECRET).map_err(|e| self.broken(&e))?.is_some() {
            let why = "the keys in it are halves: copy them to a server, and name the file with \
                       their secret in its URL";
            return Err(unusable(&self.path, &why));
        }
        let mark = value(MARK).map_err(|e| self.broken(&e))?;
        let fingerprints = value(FINGERPRINTS).map_err(|e| self.broken(&e))?;
        Ok((hex(&mark), self.key(fingerprints)?))
    }

    fn check_ours(&self) -> Result<(), KeyError> {
        let id = self.database.query_row("PRAGMA application_id", [], |row| row.get::<_, i32>(0));
        if id.map_err(|e| self.broken(&e))? == APPLICATION_ID {
            return Ok(());
        }
        Err(unusable(&self.path, &"it is not a key file"))
    }

    pub(super) fn find(&self, log: LogId, subject: &str) -> Result<Found, KeyError> {
        let newest = "SELECT generation, key FROM subjects
            WHERE log_id = ?1 AND subject = ?2 ORDER BY generation DESC LIMIT 1";
        let found = self
            .database
            .prepare_cached(newest)
            .and_then(|mut newest| {
                newest
                    .query_row(params![log.0, subject], |row| {
                        Ok((row.get::<_, i64>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
                    })
                    .optional()
            })
            .map_err(|e| self.broken(&e))?;
        let Some((generation, key)) = found else { return Ok(Found { live: None, erased: 0 }) };
        let generation = u64::try_from(generation).unwrap_or_default();
        let Some(key) = key else { return Ok(Found { live: None, erased: generation }) };
        let restricted = said(&self.database, &restriction(subject));
        let restricted = restricted.map_err(|e| self.broken(&e))? == Some(vec![1]);
        let live = Live { restricted, ..Live::new(generation, self.key(key)?) };
        Ok(Found { live: Some(live), erased: generation.saturating_sub(1) })
    }

    /// Stores new keys, durably and all or none.
    pub(super) fn insert(&mut self, log: LogId, made: &[(String, Live)]) -> Result<(), KeyError> {
        if made.is_empty() {
            return Ok(());
        }
        self.check_open()?;
        let store = |database: &mut Connection| {
            let transaction = database.transaction()?;
            {
                let mut insert = transaction.prepare_cached(
                    "INSERT INTO subjects (log_id, subject, generation, key)
                     VALUES (?1, ?2, ?3, ?4)",
                )?;
                for (subject, live) in made {
                    let generation = i64::try_from(live.generation).unwrap_or(i64::MAX);
                    insert.execute(params![log.0, subject, generation, live.key.bytes()])?;
                }
            }
            transaction.commit()
        };
        store(&mut self.database).map_err(|e| self.broken(&e))
    }

    /// Destroys the key in use and whatever the file still holds of it.
    pub(super) fn erase(&mut self, log: LogId, subject: &str) -> Result<bool, KeyError> {
        self.check_open()?;
        let erased =
            self.database.execute(DESTROY, params![log.0, subject]).map_err(|e| self.broken(&e))?;
        self.clean()?;
        Ok(0 < erased)
    }

    /// The position of the last event that was obeyed.
    pub(super) fn followed(&self) -> Result<Position, KeyError> {
        said(&self.database, FOLLOWED).map(position).map_err(|e| self.broken(&e))
    }

    /// Does what events ask that were not obeyed yet.
    pub(super) fn follow(&mut self, log: LogId, asked: &[Asked]) -> Result<(), KeyError> {
        self.check_open()?;
        obey(&mut self.database, log, asked).map_err(|e| self.broken(&e))?;
        self.clean()
    }

    /// Folds the write-ahead log into the one file; nothing is written from here on.
    pub(super) fn close(&mut self) -> Result<(), KeyError> {
        self.closed = true;
        self.clean()
    }

    fn check_open(&self) -> Result<(), KeyError> {
        if self.closed { Err(KeyError::Closed) } else { Ok(()) }
    }

    /// Takes the old pages out of the write-ahead log, in which a destroyed key may still stand.
    fn clean(&self) -> Result<(), KeyError> {
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy = self.database.query_row(truncate, [], |row| row.get::<_, bool>(0));
        if busy.map_err(|e| self.broken(&e))? {
            let why = "another program reads it all the time, so that what was destroyed may \
                       still stand in its -wal: repeat it when that one has ended";
            return Err(unusable(&self.path, &why));
        }
        Ok(())
    }

    fn settle(&self) -> rusqlite::Result<()> {
        let _mode: String =
            self.database.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        self.database.execute_batch("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")
    }

    fn is_blank(&self) -> rusqlite::Result<bool> {
        let tables: i64 =
            self.database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok(tables == 0)
    }

    fn make(&mut self, mark: &[u8], fingerprints: &[u8]) -> rusqlite::Result<()> {
        let transaction = self.database.transaction()?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.execute_batch(SCHEMA)?;
        say(&transaction, MARK, mark)?;
        say(&transaction, FINGERPRINTS, fingerprints)?;
        transaction.commit()
    }

    fn key(&self, bytes: Vec<u8>) -> Result<Key, KeyError> {
        let bytes = <[u8; KEY_BYTES]>::try_from(bytes)
            .map_err(|_| unusable(&self.path, &"a key in it has the wrong length"))?;
        Ok(Key::new(bytes))
    }

    fn broken(&self, error: &rusqlite::Error) -> KeyError {
        unusable(&self.path, error)
    }
}

/// What is said of the keys under this name.
fn said(database: &Connection, name: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut said = database.prepare_cached("SELECT value FROM about WHERE name = ?1")?;
    said.query_row([name], |row| row.get(0)).optional()
}

fn say(database: &Connection, name: &str, value: &[u8]) -> rusqlite::Result<()> {
    let say = "INSERT OR REPLACE INTO about (name, value) VALUES (?1, ?2)";
    database.execute(say, params![name, value]).map(|_| ())
}

fn obey(database: &mut Connection, log: LogId, asked: &[Asked]) -> rusqlite::Result<()> {
    let transaction = database.transaction()?;
    let mut followed = position(said(&transaction, FOLLOWED)?);
    for Asked { position, subject, deed } in asked {
        if *position <= followed {
            continue;
        }
        match deed {
            KeyDeed::Destroy => {
                transaction.execute(DESTROY, params![log.0, subject])?;
                say(&transaction, &restriction(subject), &[0])?;
            }
            KeyDeed::Restrict => say(&transaction, &restriction(subject), &[1])?,
            KeyDeed::Unrestrict => say(&transaction, &restriction(subject), &[0])?,
        }
        followed = *position;
    }
    say(&transaction, FOLLOWED, &kept(followed))?;
    transaction.commit()
}

/// Makes an empty file that only its owner may read.
pub(super) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.sync_all()
}

fn unusable(path: &Path, why: &impl ToString) -> KeyError {
    KeyError::Unusable { path: path.to_owned(), why: why.to_string() }
}
