//! A throw-away PostgreSQL for tests and benchmarks: real programs, a real disk, a real `kill -9`.
//!
//! [`Cluster::shared`] is one server for a whole process, with a fresh database for each test;
//! [`Cluster::start`] is one of its own, for whoever kills it. Neither outlives the process, however
//! that ends. Linux, and PostgreSQL 15 or later: `postgresql-15` in Debian.

mod keeper;
mod process;
mod programs;
mod wire;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use postgres::{Client, NoTls, SimpleQueryMessage};
use rand_core::{OsRng, RngCore as _};

use keeper::Keeper;
pub use wire::Wire;

/// The role that owns everything in the cluster.
const OWNER: &str = "postgres";

/// A server of its own in a temporary folder, with `fsync` on and passwords (SCRAM) for everybody.
#[derive(Debug)]
pub struct Cluster {
    keeper: Keeper,
    folder: PathBuf,
    port: u16,
    password: String,
    /// How many databases and roles were made.
    made: AtomicU32,
}

/// Who may log in, and with what.
#[derive(Debug, Clone)]
pub struct Role {
    /// The role's name.
    pub name: String,
    /// Its password.
    pub password: String,
}

/// What went wrong, and what to do about it.
pub struct Error(String);

impl Error {
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self(said.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

/// As plain as [`Display`](fmt::Display), since this is what `unwrap` in a test shows.
impl fmt::Debug for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        // The error itself says only "db error".
        Self(error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string))
    }
}

impl Cluster {
    /// The server that all tests of a process share, started by the first that asks. Not to be
    /// killed or stopped.
    pub fn shared() -> Result<&'static Self, &'static Error> {
        static SHARED: OnceLock<Result<Cluster, Error>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[("max_connections", "300")])).as_ref()
    }

    /// A server with these settings beside the defaults: `[("max_connections", "5")]`.
    pub fn start(settings: &[(&str, &str)]) -> Result<Self, Error> {
        let password = secret();
        let port = free_port()?;
        let keeper = Keeper::start(&password, port, settings)?;
        let folder = keeper.folder().to_owned();
        Ok(Self { keeper, folder, port, password, made: AtomicU32::new(0) })
    }

    /// A fresh, empty database; its URL, for the owner of everything.
    pub fn database(&self) -> Result<String, Error> {
        let name = format!("fresh_{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.run(&self.url(OWNER), &format!("CREATE DATABASE {name}"))?;
        Ok(self.url(&name))
    }

    /// A fresh role that may log in and nothing else.
    pub fn role(&self) -> Result<Role, Error> {
        let name = format!("role_{}", self.made.fetch_add(1, Ordering::Relaxed));
        let role = Role { name, password: secret() };
        let sql = format!("CREATE ROLE {} LOGIN PASSWORD '{}'", role.name, role.password);
        self.run(&self.url(OWNER), &sql)?;
        Ok(role)
    }

    /// The URL of a database for the owner of everything; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        let owner = Role { name: OWNER.to_owned(), password: self.password.clone() };
        self.url_for(&owner, database)
    }

    /// The URL of a database for a role.
    pub fn url_for(&self, role: &Role, database: &str) -> String {
        let Role { name, password } = role;
        format!("postgres://{name}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs statements; the first column of every row they answer. Can be called from anywhere,
    /// also from within an async runtime.
    pub fn run(&self, url: &str, sql: &str) -> Result<Vec<String>, Error> {
        // The client runs a runtime of its own, which must not be started within another.
        let answered = std::thread::scope(|scope| scope.spawn(|| run(url, sql)).join());
        answered.map_err(|_| Error::new("the client of PostgreSQL panicked"))?
    }

    /// How often the write-ahead log was flushed until now, by connections that are closed; this
    /// waits until those of the database `url` are. PostgreSQL 15 to 17.
    pub fn flushes(&self, url: &str) -> Result<u64, Error> {
        let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
        process::until("the connections are closed", || Ok(self.run(url, open)?.concat() == "0"))?;
        let told = self.run(url, "SELECT wal_sync FROM pg_stat_wal")?.concat();
        told.parse().map_err(|_| Error::new(format!("{told} is no number of flushes")))
    }

    /// `SIGKILL` for the server and all its processes at once, as when the machine loses power
    /// while the disk keeps what was flushed.
    pub fn kill(&self) -> Result<(), Error> {
        process::kill_tree(self.pid()?)?;
        // Its number may be somebody else's by the next start, or still that of a zombie.
        std::fs::remove_file(self.data().join("postmaster.pid"))?;
        let lock = format!(".s.PGSQL.{}.lock", self.port);
        Ok(std::fs::remove_file(self.folder.join(lock))?)
    }

    /// Starts it again, on the same port, after [`kill`](Self::kill) or [`stop`](Self::stop); it
    /// has recovered when this returns.
    pub fn restart(&self) -> Result<(), Error> {
        self.keeper.tell(keeper::START)
    }

    /// Stops it in order; who is connected is cut off.
    pub fn stop(&self) -> Result<(), Error> {
        self.keeper.tell(keeper::STOP)
    }

    /// Where one of the programs beside the server is: `pg_dump`, `pg_restore`.
    pub fn program(&self, name: &str) -> Result<PathBuf, Error> {
        Ok(programs::folder()?.join(name))
    }

    /// The process number of the server; its children serve one connection each.
    pub fn pid(&self) -> Result<u32, Error> {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid"));
        let file = file.map_err(|_| Error::new("the server does not run"))?;
        let number = file.lines().next().and_then(|line| line.parse().ok());
        number.ok_or_else(|| Error::new("postmaster.pid has no number"))
    }

    /// The processor time that the server and its processes have taken until now, those of closed
    /// connections included.
    pub fn processor_time(&self) -> Result<Duration, Error> {
        process::processor_time(self.pid()?)
    }

    /// Where it listens on 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its folder: the data in `data`, a Unix socket, the server's log in `log`. Gone at the end.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

fn run(url: &str, sql: &str) -> Result<Vec<String>, Error> {
    let answered = Client::connect(url, NoTls)?.simple_query(sql)?;
    let first = answered.into_iter().filter_map(|message| {
        let SimpleQueryMessage::Row(row) = message else { return None };
        Some(row.get(0).unwrap_or_default().to_owned())
    });
    Ok(first.collect())
}

/// A password that nobody guesses; needs no quoting in SQL, URL or shell.
fn secret() -> String {
    format!("{:016x}{:016x}", OsRng.next_u64(), OsRng.next_u64())
}

/// A port below those that the system gives to outgoing connections, so that it stays free while
/// the server is down.
fn free_port() -> Result<u16, Error> {
    for _ in 0..100 {
        let port = u16::try_from(OsRng.next_u32().rem_euclid(12_000)).unwrap_or_default();
        let port = port.saturating_add(20_000);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Error::new("found no free port between 20000 and 32000"))
}
