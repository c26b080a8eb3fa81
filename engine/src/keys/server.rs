//! Keys on a PostgreSQL server, in a schema of their own.
//!
//! The client of the server waits for its answers, so it has a thread of its own, and whoever
//! asks waits for that thread.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use fugong_core::LogId;
use postgres::Client;

use super::{Access, Everything, Found, Kept, KeyError, Live, cipher::Key, hex};
use crate::{Database, error::Trouble, server::Server, source::Randomness};

const PATIENCE: Duration = Duration::from_secs(5);
/// How often something is asked when the connection breaks.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(200);

const SCHEMA: &str = "
    CREATE SCHEMA IF NOT EXISTS fugong_keys;
    CREATE TABLE IF NOT EXISTS fugong_keys.about (
        log_id bigint NOT NULL,
        name text COLLATE \"C\" NOT NULL,
        value bytea NOT NULL,
        PRIMARY KEY (log_id, name)
    );
    CREATE TABLE IF NOT EXISTS fugong_keys.subjects (
        log_id bigint NOT NULL,
        subject text COLLATE \"C\" NOT NULL,
        generation bigint NOT NULL,
        key bytea,
        PRIMARY KEY (log_id, subject, generation)
    );
";

const INSERT: &str = "INSERT INTO fugong_keys.subjects (log_id, subject, generation, key) \
                      SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bytea[]) \
                      ON CONFLICT DO NOTHING";

type Asked = Box<dyn FnOnce(&mut Connection) + Send>;

/// The keys of a log on a server.
pub(super) struct KeyTable {
    /// As it is shown.
    place: String,
    asks: SyncSender<Asked>,
}

/// A connection that is made again when it breaks.
struct Connection {
    server: Server,
    client: Option<Client>,
}

impl KeyTable {
    pub(super) fn open(
        url: &str,
        log: LogId,
        access: Access,
        randomness: &Randomness,
    ) -> Result<Self, KeyError> {
        let place = Database::Server(url.to_owned()).to_string();
        let mut server = Server::of(url).map_err(|why| unusable(&place, &why))?;
        server.config.connect_timeout(PATIENCE).application_name("fugong keys");
        let (asks, asked) = sync_channel(64);
        thread::Builder::new()
            .name("fugong-keys".to_owned())
            .spawn(move || answer(Connection { server, client: None }, &asked))
            .map_err(|e| unusable(&place, &e.to_string()))?;
        let table = Self { place, asks };
        if access == Access::Create {
            let mark: [u8; 16] = randomness.bytes("key file", &[])?;
            let fingerprints: [u8; 32] = randomness.bytes("fingerprints", &[])?;
            table.make(log, mark, fingerprints)?;
        }
        Ok(table)
    }

    /// Whether the server has keys of `log`.
    pub(super) fn has(url: &str, log: LogId) -> Result<bool, KeyError> {
        let table = Self::open(url, log, Access::Read, &Randomness::System)?;
        match table.about(log) {
            Ok(_) => Ok(true),
            Err(KeyError::Missing(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// All keys of `log`.
    pub(super) fn everything(url: &str, log: LogId) -> Result<Everything, KeyError> {
        let table = Self::open(url, log, Access::Read, &Randomness::System)?;
        table.about(log)?;
        table.ask(move |db| {
            let mut all = db.build_transaction().read_only(true).start()?;
            let log = i64::from(log.0);
            let about = "SELECT value FROM fugong_keys.about WHERE log_id = $1 AND name = $2";
            let mark = all.query_one(about, &[&log, &"mark"])?.try_get(0)?;
            let fingerprints = all.query_one(about, &[&log, &"fingerprints"])?.try_get(0)?;
            let subjects = "SELECT subject, generation, key FROM fugong_keys.subjects \
                            WHERE log_id = $1";
            let subjects = all.query(subjects, &[&log])?;
            let subject = |row: &postgres::Row| -> Result<Kept, Trouble> {
                Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
            };
            let subjects = subjects.iter().map(subject).collect::<Result<_, _>>()?;
            Ok(Everything { mark, fingerprints, subjects })
        })
    }

    /// Stores all keys of a log, of which the server has none.
    pub(super) fn fill(url: &str, log: LogId, all: &Everything) -> Result<(), KeyError> {
        let table = Self::open(url, log, Access::Read, &Randomness::System)?;
        let (mark, fingerprints) = (all.mark.clone(), all.fingerprints.clone());
        let subjects: Vec<_> = all.subjects.iter().map(|(it, _, _)| it.clone()).collect();
        let generations: Vec<_> = all.subjects.iter().map(|(_, it, _)| *it).collect();
        let keys: Vec<_> = all.subjects.iter().map(|(_, _, it)| it.clone()).collect();
        table.ask(move |db| {
            let log = i64::from(log.0);
            let mut fill = db.transaction()?;
            fill.batch_execute(SCHEMA)?;
            let about = "INSERT INTO fugong_keys.about (log_id, name, value) \
                         VALUES ($1, 'mark', $2), ($1, 'fingerprints', $3)";
            fill.execute(about, &[&log, &mark, &fingerprints])?;
            fill.execute(INSERT, &[&log, &subjects, &generations, &keys])?;
            Ok(fill.commit()?)
        })
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The mark of the log's keys and their key of fingerprints.
    pub(super) fn about(&self, log: LogId) -> Result<(String, Key), KeyError> {
        let sql = "SELECT to_regclass('fugong_keys.about') IS NOT NULL";
        if !self.ask(move |db| Ok(db.query_one(sql, &[])?.try_get::<_, bool>(0)?))? {
            return Err(KeyError::Missing(self.place.clone().into()));
        }
        let value = |name: &'static str| {
            let sql = "SELECT value FROM fugong_keys.about WHERE log_id = $1 AND name = $2";
            self.ask(move |db| match db.query_opt(sql, &[&i64::from(log.0), &name])? {
                Some(row) => Ok(Some(row.try_get::<_, Vec<u8>>(0)?)),
                None => Ok(None),
            })
        };
        match (value("mark")?, value("fingerprints")?) {
            (Some(mark), Some(fingerprints)) => Ok((hex(&mark), self.key(fingerprints)?)),
            _ => Err(KeyError::Missing(self.place.clone().into())),
        }
    }

    pub(super) fn find(&self, log: LogId, subject: &str) -> Result<Found, KeyError> {
        let subject = subject.to_owned();
        let found = self.ask(move |db| newest(db, log, &subject))?;
        let Some((generation, key)) = found else { return Ok(Found { live: None, erased: 0 }) };
        let generation = u64::try_from(generation).unwrap_or_default();
        Ok(match key {
            None => Found { live: None, erased: generation },
            Some(key) => Found {
                live: Some(Live::new(generation, self.key(key)?)),
                erased: generation.saturating_sub(1),
            },
        })
    }

    /// Stores new keys, durably and all or none, unless another process was faster.
    pub(super) fn insert(&self, log: LogId, made: &[(String, Live)]) -> Result<(), KeyError> {
        let number = |live: &Live| i64::try_from(live.generation).unwrap_or(i64::MAX);
        let subjects: Vec<_> = made.iter().map(|(subject, _)| subject.clone()).collect();
        let generations: Vec<_> = made.iter().map(|(_, live)| number(live)).collect();
        let keys: Vec<_> = made.iter().map(|(_, live)| live.key.bytes().to_vec()).collect();
        self.ask(move |db| {
            Ok(db
                .execute(INSERT, &[&i64::from(log.0), &subjects, &generations, &keys])
                .map(|_| ())?)
        })
    }

    /// Destroys the key in use, and what the table still holds of it.
    pub(super) fn erase(&self, log: LogId, subject: &str) -> Result<bool, KeyError> {
        let subject = subject.to_owned();
        let sql = "UPDATE fugong_keys.subjects SET key = NULL \
                   WHERE log_id = $1 AND subject = $2 AND key IS NOT NULL";
        let erased = self.ask(move |db| Ok(db.execute(sql, &[&i64::from(log.0), &subject])?))?;
        self.ask(|db| Ok(db.batch_execute("VACUUM fugong_keys.subjects")?))?;
        Ok(0 < erased)
    }

    fn make(&self, log: LogId, mark: [u8; 16], fingerprints: [u8; 32]) -> Result<(), KeyError> {
        // Two processes that make it at once may be told that the other did.
        let laid_out = self.ask(|db| Ok(db.batch_execute(SCHEMA)?));
        let sql = "INSERT INTO fugong_keys.about (log_id, name, value) \
                   VALUES ($1, 'mark', $2), ($1, 'fingerprints', $3) ON CONFLICT DO NOTHING";
        let (mark, fingerprints) = (mark.to_vec(), fingerprints.to_vec());
        let made = self.ask(move |db| {
            Ok(db.execute(sql, &[&i64::from(log.0), &mark, &fingerprints]).map(|_| ())?)
        });
        made.map_err(|error| laid_out.err().unwrap_or(error))
    }

    /// Asks the thread, again if the connection breaks: everything here may be done twice.
    fn ask<T: Send + 'static>(
        &self,
        ask: impl Fn(&mut Client) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, KeyError> {
        let (answer, answered) = sync_channel(1);
        let asked: Asked = Box::new(move |connection| {
            // Whoever asked may have gone.
            let _gone = answer.send(connection.ask(ask));
        });
        self.asks.send(asked).map_err(|_| KeyError::Closed)?;
        let answer = answered.recv().map_err(|_| KeyError::Closed)?;
        answer.map_err(|trouble| unusable(&self.place, &trouble.to_string()))
    }

    fn key(&self, bytes: Vec<u8>) -> Result<Key, KeyError> {
        let bytes = bytes.try_into();
        bytes.map(Key::new).map_err(|_| unusable(&self.place, "a key in it has the wrong length"))
    }
}

impl Connection {
    fn ask<T>(&mut self, ask: impl Fn(&mut Client) -> Result<T, Trouble>) -> Result<T, Trouble> {
        for _ in 1..TRIES {
            match self.once(&ask) {
                Err(Trouble::Lost(why)) => tracing::warn!(why, "keys are asked for again"),
                asked => return asked,
            }
            thread::sleep(PAUSE);
        }
        self.once(&ask)
    }

    fn once<T>(&mut self, ask: impl Fn(&mut Client) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let mut client = match self.client.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.server.connect()?,
        };
        let asked = ask(&mut client);
        self.client = Some(client);
        asked
    }
}

/// A generation, and its key unless it was destroyed.
type Newest = (i64, Option<Vec<u8>>);

fn newest(db: &mut Client, log: LogId, subject: &str) -> Result<Option<Newest>, Trouble> {
    let sql = "SELECT generation, key FROM fugong_keys.subjects \
               WHERE log_id = $1 AND subject = $2 ORDER BY generation DESC LIMIT 1";
    let found = db.query_opt(sql, &[&i64::from(log.0), &subject])?;
    found.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}

/// Answers until nobody is left who could ask.
fn answer(mut connection: Connection, asked: &Receiver<Asked>) {
    while let Ok(ask) = asked.recv() {
        ask(&mut connection);
    }
}

fn unusable(place: &str, why: &str) -> KeyError {
    KeyError::Unusable { path: place.into(), why: why.to_owned() }
}
