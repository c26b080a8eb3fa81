//! A log of jars on a database of its own.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    thread::JoinHandle,
};

use chrono::{DateTime, Duration, Utc};
use fugong_cluster::Cluster;
use fugong_engine::{
    Builder, ClockMode, Database, Filter, Log, Options, Order, Receipt,
    core::{Consequences, LogId, Policy, Position, Recorded, Register},
};
use rusqlite::{Connection, types::ValueRef};
use tempfile::{TempDir, tempdir};

use crate::{
    jars::{Ask, Command, Jar, TooFew},
    pots::{Cook, Gate, Pot},
};

pub(crate) type Error = fugong_engine::Error<TooFew>;

/// A folder with a database and its keys; the database is on a server if `SERVER` is true.
pub(crate) struct Kitchen<const SERVER: bool> {
    folder: TempDir,
    place: Database,
    clock: ClockMode,
    /// Where commands on pots wait.
    pub(crate) gate: Gate,
}

/// What runs on the log.
#[derive(Clone, Default)]
pub(crate) struct Setup {
    registers: Vec<Arc<dyn Register>>,
    policies: Vec<Arc<dyn Policy>>,
    without_acts: bool,
    deadline: Option<std::time::Duration>,
    size_limit: Option<u64>,
    past_every: Option<u64>,
    consequences: Option<Consequences>,
}

impl Setup {
    pub(crate) fn register(mut self, register: impl Register + 'static) -> Self {
        self.registers.push(Arc::new(register));
        self
    }

    pub(crate) fn policy(mut self, policy: impl Policy + 'static) -> Self {
        self.policies.push(Arc::new(policy));
        self
    }

    /// Intents cannot be carried out.
    pub(crate) fn without_acts(mut self) -> Self {
        self.without_acts = true;
        self
    }

    /// A decision may take so long.
    pub(crate) fn deadline(mut self, deadline: std::time::Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// What rows were is kept after so many events.
    pub(crate) fn past_every(mut self, events: u64) -> Self {
        self.past_every = Some(events);
        self
    }

    /// Some events ask something of keys.
    pub(crate) fn consequences(mut self, consequences: Consequences) -> Self {
        self.consequences = Some(consequences);
        self
    }

    /// The disk holds so many bytes.
    pub(crate) fn size_limit(mut self, bytes: u64) -> Self {
        self.size_limit = Some(bytes);
        self
    }
}

/// Where the simulated clock stands first.
pub(crate) fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_582_680_600, 0).unwrap()
}

pub(crate) fn minutes(n: i64) -> DateTime<Utc> {
    morning() + Duration::minutes(n)
}

impl<const SERVER: bool> Kitchen<SERVER> {
    /// One with a simulated clock.
    pub(crate) fn new() -> Self {
        Self::seeded(7)
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        let clock = ClockMode::Simulated { start: morning(), seed };
        Self::with(clock)
    }

    /// One with the system's clock.
    pub(crate) fn real() -> Self {
        Self::with(ClockMode::Real)
    }

    fn with(clock: ClockMode) -> Self {
        let folder = tempdir().unwrap();
        let place = if SERVER {
            Database::Server(Cluster::shared().unwrap().database().unwrap())
        } else {
            Database::File(folder.path().join("jars.db"))
        };
        Self { folder, place, clock, gate: Gate::default() }
    }

    /// Looks into the database behind the engine's back: the first column of what is found.
    pub(crate) fn sql<T: FromStr<Err: fmt::Debug>>(&self, sql: &str) -> Vec<T> {
        let found = match &self.place {
            Database::Server(url) => Cluster::shared().unwrap().run(url, sql).unwrap(),
            Database::File(path) => {
                let db = Connection::open(path).unwrap();
                let mut statement = db.prepare(sql).unwrap();
                let texts = statement.query_map([], |row| match row.get_ref(0)? {
                    ValueRef::Integer(number) => Ok(number.to_string()),
                    other @ (ValueRef::Null
                    | ValueRef::Real(_)
                    | ValueRef::Text(_)
                    | ValueRef::Blob(_)) => Ok(other.as_str()?.to_owned()),
                });
                texts.unwrap().collect::<Result<_, _>>().unwrap()
            }
        };
        found.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// Changes the database behind the engine's back.
    pub(crate) fn tamper(&self, sql: &str) {
        self.try_to_tamper(sql).unwrap();
    }

    /// The same, or what the database says against it.
    pub(crate) fn try_to_tamper(&self, sql: &str) -> Result<(), String> {
        match &self.place {
            Database::Server(url) => {
                let sql = sql.replace("randomblob(16)", "decode(md5(random()::text), 'hex')");
                let cluster = Cluster::shared().map_err(ToString::to_string)?;
                cluster.run(url, &sql).map(|_| ()).map_err(|e| e.to_string())
            }
            Database::File(path) => Connection::open(path)
                .and_then(|db| db.execute_batch(sql))
                .map_err(|e| e.to_string()),
        }
    }

    /// Changes events behind the engine's back, past what guards them.
    pub(crate) fn unguarded(&self, sql: &str) {
        let guard = match &self.place {
            Database::Server(_) => "ALTER TABLE events DISABLE TRIGGER USER",
            Database::File(_) => {
                "DROP TRIGGER IF EXISTS events_are_never_deleted; \
                 DROP TRIGGER IF EXISTS events_are_never_updated"
            }
        };
        self.tamper(&format!("{guard}; {sql}"));
    }

    pub(crate) fn is_on_a_server() -> bool {
        SERVER
    }

    /// Takes an event out of the log, which the engine never does and a broken disk may.
    pub(crate) fn lose(&self, position: u64) {
        self.unguarded(&format!("DELETE FROM events WHERE position = {position}"));
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("jars.db")
    }

    /// Where the key lies that signs checkpoints, if one was made.
    pub(crate) fn log_key(&self) -> PathBuf {
        self.folder.path().join("log-key")
    }

    pub(crate) async fn open(&self, setup: &Setup) -> Log {
        self.open_as(setup, false).await
    }

    /// Beside the process that writes.
    pub(crate) async fn open_to_read(&self, setup: &Setup) -> Log {
        self.open_as(setup, true).await
    }

    async fn open_as(&self, setup: &Setup, read_only: bool) -> Log {
        self.builder(setup).open(self.options(read_only)).await.unwrap()
    }

    /// How the log is opened.
    pub(crate) fn options(&self, read_only: bool) -> Options {
        Options {
            clock: self.clock,
            read_only,
            log_key: Some(self.log_key()),
            ..Options::new(self.place.clone(), LogId(7))
        }
    }

    /// What runs on it.
    pub(crate) fn builder(&self, setup: &Setup) -> Builder {
        let mut builder = Builder::new().aggregate::<Jar>(()).aggregate::<Pot>(self.gate.clone());
        if !setup.without_acts {
            builder = builder.acts::<Ask>().acts::<Cook>();
        }
        if let Some(deadline) = setup.deadline {
            builder = builder.deadline(deadline);
        }
        if let Some(bytes) = setup.size_limit {
            builder = builder.size_limit(bytes);
        }
        if let Some(events) = setup.past_every {
            builder = builder.past_every(events);
        }
        if let Some(consequences) = setup.consequences {
            builder = builder.consequences(consequences);
        }
        for register in &setup.registers {
            builder = builder.register(Arc::clone(register));
        }
        for policy in &setup.policies {
            builder = builder.policy(Arc::clone(policy));
        }
        builder
    }
}

/// Carries out one command under an id.
pub(crate) async fn ask(
    log: &Log,
    id: &str,
    jar: &str,
    command: Command,
) -> Result<Receipt, Error> {
    let order = Order { command_id: id.to_owned(), keep_no_op: true, ..Order::default() };
    log.act(&Ask::new(jar, command), order).await
}

/// Every event of the log.
pub(crate) async fn events(log: &Log) -> Vec<Recorded> {
    let events = log.events(Position::START, 1_000_000, &Filter::default()).await;
    events.unwrap()
}

/// How many beans are in a jar.
pub(crate) async fn beans(log: &Log, jar: &str) -> u64 {
    log.read::<Jar, _>(jar, |jar, _| jar.beans).await.unwrap()
}

/// Another program that holds the database, so that nothing is written until it is dropped.
pub(crate) struct Occupied {
    go: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Occupied {
    pub(crate) fn new<const SERVER: bool>(kitchen: &Kitchen<SERVER>) -> Self {
        let ((held, holding), (go, gone)) = (channel(), channel::<String>());
        let place = kitchen.place.clone();
        // The client of a server must not be met within an async runtime.
        let thread = std::thread::spawn(move || match place {
            Database::File(path) => {
                let db = Connection::open(path).unwrap();
                db.execute_batch("BEGIN IMMEDIATE").unwrap();
                held.send(()).unwrap();
                gone.recv().unwrap_err();
                db.execute_batch("ROLLBACK").unwrap();
            }
            Database::Server(url) => {
                let mut db = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                db.batch_execute("BEGIN; SELECT head FROM logs FOR UPDATE").unwrap();
                held.send(()).unwrap();
                let end = gone.recv().map_or("ROLLBACK".to_owned(), |sql| format!("{sql}; COMMIT"));
                db.batch_execute(&end).unwrap();
            }
        });
        holding.recv().unwrap();
        Self { go: Some(go), thread: Some(thread) }
    }

    /// On a server it writes this itself before it lets go.
    pub(crate) fn commit(self, sql: &str) {
        self.go.as_ref().unwrap().send(sql.to_owned()).unwrap();
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        drop(self.go.take());
        self.thread.take().unwrap().join().unwrap();
    }
}
