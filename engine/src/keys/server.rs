//! Keys on a PostgreSQL server, in a schema of their own.
//!
//! The client of the server waits for its answers, so it has a thread of its own, and whoever
//! asks waits for that thread.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use fugong_core::{KeyDeed, LogId, Position};
use postgres::Client;

use super::{
    Access, Asked, Everything, Found, Kept, KeyError, Live,
    chest::{FINGERPRINTS, FOLLOWED, MARK, SECRET, kept, position, restriction},
    cipher::Key,
    halves::Secret,
    hex,
};
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

const DESTROY: &str = "UPDATE fugong_keys.subjects SET key = NULL \
                       WHERE log_id = $1 AND subject = $2 AND key IS NOT NULL";

/// What the thread is asked.
type Question = Box<dyn FnOnce(&mut Connection) + Send>;

/// The keys of a log on a server.
pub(super) struct KeyTable {
    /// As it is shown.
    place: String,
    asks: SyncSender<Question>,
    /// The other half of every key, where they are halves.
    secret: Option<Secret>,
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
        let secret = server.key_secret.take();
        let secret = secret.map(|file| Secret::at(&file, access, randomness)).transpose()?;
        server.config.connect_timeout(PATIENCE).application_name("fugong keys");
        let (asks, asked) = sync_channel(64);
        thread::Builder::new()
            .name("fugong-keys".to_owned())
            .spawn(move || answer(Connection { server, client: None }, &asked))
            .map_err(|e| unusable(&place, &e.to_string()))?;
        let table = Self { place, asks, secret };
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
            let about = "SELECT name, value FROM fugong_keys.about WHERE log_id = $1";
            let about = all.query(about, &[&log])?;
            let said = |row: &postgres::Row| -> Result<_, Trouble> {
                Ok((row.try_get(0)?, row.try_get(1)?))
            };
            let about = about.iter().map(said).collect::<Result<_, _>>()?;
            let subjects = "SELECT subject, generation, key FROM fugong_keys.subjects \
                            WHERE log_id = $1";
            let subjects = all.query(subjects, &[&log])?;
            let subject = |row: &postgres::Row| -> Result<Kept, Trouble> {
                Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
            };
            let subjects = subjects.iter().map(subject).collect::<Result<_, _>>()?;
            Ok(Everything { about, subjects })
        })
    }

    /// Stores all keys of a log, of which the server has none.
    pub(super) fn fill(url: &str, log: LogId, all: &Everything) -> Result<(), KeyError> {
        let table = Self::open(url, log, Access::Read, &Randomness::System)?;
        let about = all.about.clone();
        let subjects: Vec<_> = all.subjects.iter().map(|(it, _, _)| it.clone()).collect();
        let generations: Vec<_> = all.subjects.iter().map(|(_, it, _)| *it).collect();
        let keys: Vec<_> = all.subjects.iter().map(|(_, _, it)| it.clone()).collect();
        table.ask(move |db| {
            let log = i64::from(log.0);
            let mut fill = db.transaction()?;
            fill.batch_execute(SCHEMA)?;
            for (name, value) in &about {
                let sql = "INSERT INTO fugong_keys.about (log_id, name, value) \
                           VALUES ($1, $2, $3)";
                fill.execute(sql, &[&log, name, value])?;
            }
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
        let value = |name: &'static str| self.ask(move |db| said(db, log, name));
        match (value(MARK)?, value(FINGERPRINTS)?) {
            (Some(mark), Some(fingerprints)) => {
                self.check_secret(value(SECRET)?.as_deref())?;
                Ok((hex(&mark), self.key(fingerprints)?))
            }
            _ => Err(KeyError::Missing(self.place.clone().into())),
        }
    }

    /// Whether the secret that is named is the one with which the keys were made.
    fn check_secret(&self, known: Option<&[u8]>) -> Result<(), KeyError> {
        let why = match (known, &self.secret) {
            (None, None) => return Ok(()),
            (Some(known), Some(secret)) if *known == secret.mark() => return Ok(()),
            (Some(_), Some(secret)) => {
                format!("{} is not the secret with which they were made", secret.path().display())
            }
            (Some(_), None) => {
                "they are halves: name the file with their secret by keysecret=FILE in the URL"
                    .to_owned()
            }
            (None, Some(_)) => {
                "they were made without a secret, which is for keys that are made with it: leave \
                 keysecret"
                    .to_owned()
            }
        };
        Err(unusable(&self.place, &why))
    }

    pub(super) fn find(&self, log: LogId, subject: &str) -> Result<Found, KeyError> {
        let subject = subject.to_owned();
        let found = self.ask(move |db| newest(db, log, &subject))?;
        let Some(Newest { generation, key, restricted }) = found else {
            return Ok(Found { live: None, erased: 0 });
        };
        let generation = u64::try_from(generation).unwrap_or_default();
        let Some(key) = key else { return Ok(Found { live: None, erased: generation }) };
        let live = Live { restricted, ..Live::new(generation, self.key(key)?) };
        Ok(Found { live: Some(live), erased: generation.saturating_sub(1) })
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
        let erased =
            self.ask(move |db| Ok(db.execute(DESTROY, &[&i64::from(log.0), &subject])?))?;
        self.clean()?;
        Ok(0 < erased)
    }

    /// The position of the last event that was obeyed.
    pub(super) fn followed(&self, log: LogId) -> Result<Position, KeyError> {
        self.ask(move |db| said(db, log, FOLLOWED)).map(position)
    }

    /// Does what events ask that were not obeyed yet.
    pub(super) fn follow(&self, log: LogId, asked: &[Asked]) -> Result<(), KeyError> {
        let asked = asked.to_vec();
        self.ask(move |db| obey(db, log, &asked))?;
        self.clean()
    }

    /// Takes the rows of before out of the table.
    fn clean(&self) -> Result<(), KeyError> {
        self.ask(|db| Ok(db.batch_execute("VACUUM fugong_keys.subjects")?))
    }

    fn make(&self, log: LogId, mark: [u8; 16], fingerprints: [u8; 32]) -> Result<(), KeyError> {
        // Two processes that make it at once may be told that the other did.
        let laid_out = self.ask(|db| Ok(db.batch_execute(SCHEMA)?));
        let mut about = vec![(MARK, mark.to_vec()), (FINGERPRINTS, fingerprints.to_vec())];
        about.extend(self.secret.as_ref().map(|secret| (SECRET, secret.mark())));
        let made = self.ask(move |db| {
            let mut make = db.transaction()?;
            let sql = "INSERT INTO fugong_keys.about (log_id, name, value) VALUES ($1, $2, $3) \
                       ON CONFLICT DO NOTHING";
            for (name, value) in &about {
                // Whoever else was faster said all of it.
                if make.execute(sql, &[&i64::from(log.0), name, value])? == 0 {
                    return Ok(());
                }
            }
            Ok(make.commit()?)
        });
        made.map_err(|error| laid_out.err().unwrap_or(error))
    }

    /// Asks the thread, again if the connection breaks: everything here may be done twice.
    fn ask<T: Send + 'static>(
        &self,
        ask: impl Fn(&mut Client) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, KeyError> {
        let (answer, answered) = sync_channel(1);
        let asked: Question = Box::new(move |connection| {
            // Whoever asked may have gone.
            let _gone = answer.send(connection.ask(ask));
        });
        self.asks.send(asked).map_err(|_| KeyError::Closed)?;
        let answer = answered.recv().map_err(|_| KeyError::Closed)?;
        answer.map_err(|trouble| unusable(&self.place, &trouble.to_string()))
    }

    fn key(&self, bytes: Vec<u8>) -> Result<Key, KeyError> {
        let bytes = bytes.try_into();
        let kept = bytes.map(Key::new);
        let kept = kept.map_err(|_| unusable(&self.place, "a key in it has the wrong length"))?;
        Ok(self.whole(&kept))
    }

    /// The key that seals, of one as it is stored.
    pub(super) fn whole(&self, kept: &Key) -> Key {
        self.secret.as_ref().map_or_else(|| kept.clone(), |secret| secret.whole(kept))
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

/// The newest generation of a subject's key.
struct Newest {
    generation: i64,
    /// None if it was destroyed.
    key: Option<Vec<u8>>,
    restricted: bool,
}

fn newest(db: &mut Client, log: LogId, subject: &str) -> Result<Option<Newest>, Trouble> {
    let sql = "SELECT generation, key, EXISTS (SELECT FROM fugong_keys.about \
               WHERE log_id = $1 AND name = $3 AND value = '\\x01') FROM fugong_keys.subjects \
               WHERE log_id = $1 AND subject = $2 ORDER BY generation DESC LIMIT 1";
    let found = db.query_opt(sql, &[&i64::from(log.0), &subject, &restriction(subject)])?;
    let newest = |row: postgres::Row| {
        let (generation, key) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Newest { generation, key, restricted: row.try_get(2)? })
    };
    found.map(newest).transpose()
}

/// What is said of the keys under this name.
fn said(db: &mut Client, log: LogId, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
    let sql = "SELECT value FROM fugong_keys.about WHERE log_id = $1 AND name = $2";
    let found = db.query_opt(sql, &[&i64::from(log.0), &name])?;
    Ok(found.map(|row| row.try_get(0)).transpose()?)
}

fn obey(db: &mut Client, log: LogId, asked: &[Asked]) -> Result<(), Trouble> {
    const SAY: &str = "INSERT INTO fugong_keys.about (log_id, name, value) VALUES ($1, $2, $3) \
                       ON CONFLICT (log_id, name) DO UPDATE SET value = excluded.value";
    let number = i64::from(log.0);
    let mut obey = db.transaction()?;
    // Whoever else does the same waits here, and then finds it done.
    let begin = "INSERT INTO fugong_keys.about (log_id, name, value) VALUES ($1, $2, $3) \
                 ON CONFLICT DO NOTHING";
    obey.execute(begin, &[&number, &FOLLOWED, &kept(Position::START)])?;
    let lock = "SELECT value FROM fugong_keys.about WHERE log_id = $1 AND name = $2 FOR UPDATE";
    let mut followed = position(obey.query_one(lock, &[&number, &FOLLOWED])?.try_get(0)?);
    for Asked { position, subject, deed } in asked {
        if *position <= followed {
            continue;
        }
        let mut restrict =
            |value: u8| obey.execute(SAY, &[&number, &restriction(subject), &vec![value]]);
        match deed {
            KeyDeed::Destroy => {
                restrict(0)?;
                obey.execute(DESTROY, &[&number, subject])
            }
            KeyDeed::Restrict => restrict(1),
            KeyDeed::Unrestrict => restrict(0),
        }?;
        followed = *position;
    }
    obey.execute(SAY, &[&number, &FOLLOWED, &kept(followed)])?;
    Ok(obey.commit()?)
}

/// Answers until nobody is left who could ask.
fn answer(mut connection: Connection, asked: &Receiver<Question>) {
    while let Ok(ask) = asked.recv() {
        ask(&mut connection);
    }
}

fn unusable(place: &str, why: &str) -> KeyError {
    KeyError::Unusable { path: place.into(), why: why.to_owned() }
}
