//! Opening a database: connections, the layout, the log's own row.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ::postgres::Client;
use fugong_core::{LogId, Position};
use rand_core::{OsRng, RngCore as _};
use tokio::{runtime::Handle, sync::watch, time::sleep};

use super::{
    Session,
    append::Signed,
    keeper::Keeper,
    layout,
    scribe::{Scribe, Told},
};
use crate::{
    OpenError, Options,
    error::Trouble,
    server::Server,
    store::{
        Evict, Found, Store,
        db::Db,
        lease::{self, Lease},
        logs,
        queue::Writer,
        readers::{Open, Readers},
        tail::Tail,
    },
};

/// How many connections read.
const READERS: usize = 3;
/// How long a connection may take to be made.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a database that has gone is waited for.
const OUTAGE: Duration = Duration::from_secs(15);
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// What every connection is told. Plans are kept while the tables are still small, so they are
/// to use the keys from the first; times are the application's.
pub(super) const SETTINGS: &str = "SET application_name = 'fugong'; SET jit = off; SET enable_seqscan = off; \
                        SET enable_bitmapscan = off; \
                        SET plan_cache_mode = force_generic_plan; SET client_min_messages = warning";

/// Opens connections to one database.
#[derive(Clone)]
pub(super) struct Opener {
    pub(super) server: Server,
    /// Whether the database could not be reached when it was last waited for.
    gone: Arc<AtomicBool>,
}

/// The logs that a database holds, in order; none where it is not laid out yet.
pub(in crate::store) fn logs(url: &str) -> Result<Vec<LogId>, OpenError> {
    let look = || {
        let opener = Opener::new(url)?;
        let mut client = opener.client()?;
        if layout::found(&mut client)?.is_none() {
            return Ok(Vec::new());
        }
        Ok(logs::all(&opener.of(client))?)
    };
    // The client runs a runtime of its own, which must not be started within another.
    let looked = thread::scope(|scope| scope.spawn(look).join());
    looked.unwrap_or_else(|_| {
        Err(OpenError::Unavailable("the client of the database panicked; a defect".to_owned()))
    })
}

pub(in crate::store) fn open(
    options: &Options,
    url: &str,
    evict: Evict,
) -> Result<(Store, Found), OpenError> {
    let opener = Opener::new(url)?;
    let log = options.log;
    let mut client = opener.client()?;
    if options.read_only {
        layout::check(&mut client)?;
    } else {
        layout::migrate(&mut client, options.create)?;
    }
    if !options.read_only && options.create {
        let db = opener.of(client);
        if logs::found(&db, log)?.is_none() {
            logs::insert(&db, log, options.clock)?;
            layout::make_view(&mut opener.client()?, log)?;
        }
    }
    let db = opener.session()?;
    let found = logs::found(&db, log)?.ok_or_else(|| logs::no_log(log))?;
    // Of one moment: other processes append meanwhile.
    let head = db.snapshot(|db| {
        let head = logs::head(db, log)?;
        logs::check_head(db, log, head)?;
        Ok(head)
    })?;
    let readers = readers(&opener)?;
    let (heads, listening) = watch::channel(Position(head));
    let (epoch, foreign) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
    let tail = Arc::<Tail>::default();
    let mut store = Store {
        log,
        readers,
        writer: None,
        keeper: None,
        polled: None,
        heads: listening,
        epoch: Arc::clone(&epoch),
        foreign: Some(Arc::clone(&foreign)),
        lease: None,
        sealing: None,
        tail: Arc::clone(&tail),
    };
    if options.read_only {
        store.polled = Some(heads);
        return Ok((store, found));
    }
    let no_thread = |e| OpenError::Unavailable(format!("no thread can be started: {e}"));
    let keeper = Keeper::new(opener.clone(), opener.keeper()?);
    // How this process is called among those that write the log.
    let writer = drawn()?;
    let holder = format!("{}-{writer:016x}", process::id());
    store.lease = Some(Lease::new(holder.clone(), lease::RUNNER));
    store.sealing = Some(Lease::new(holder, lease::SEALER));
    let told = Told { heads, epoch, foreign, tail, evict };
    let scribe = Scribe::new(opener, Signed { log, writer }, head, told);
    let keeper = Writer::start("fugong-keeper", keeper, Keeper::carry_out, drop);
    store.keeper = Some(keeper.map_err(no_thread)?);
    store.writer = Some(Writer::on(&runtime()?, |items| scribe.write(items)));
    Ok((store, found))
}

/// A connection to a database of ours that can only read.
pub(in crate::store) fn reader(url: &str) -> Result<Db, OpenError> {
    let opener = Opener::new(url)?;
    layout::check(&mut opener.client()?)?;
    Ok(opener.reader()?)
}

/// A connection to any database, of ours or not, that can only read.
pub(in crate::store) fn foreign(url: &str) -> Result<Db, OpenError> {
    Ok(Opener::new(url)?.reader()?)
}

/// A connection to a database of ours, laid out if it is empty, that has not got this log.
pub(in crate::store) fn fresh(url: &str, log: LogId) -> Result<Db, OpenError> {
    let opener = Opener::new(url)?;
    layout::migrate(&mut opener.client()?, true)?;
    let db = opener.session()?;
    if logs::found(&db, log)?.is_some() {
        return Err(OpenError::Exists(format!("log {log} in that database")));
    }
    layout::make_view(&mut opener.client()?, log)?;
    Ok(db)
}

impl Opener {
    pub(super) fn new(url: &str) -> Result<Self, OpenError> {
        let mut server = Server::of(url).map_err(|why| {
            OpenError::Unavailable(format!("the URL of the database cannot be read: {why}"))
        })?;
        server.config.connect_timeout(PATIENCE);
        Ok(Self { server, gone: Arc::default() })
    }

    pub(super) fn client(&self) -> Result<Client, Trouble> {
        let mut client = self.server.connect()?;
        client.batch_execute(SETTINGS)?;
        Ok(client)
    }

    /// Tries until the database can be reached again; one that stays away is waited for once.
    pub(super) fn patiently<T>(
        &self,
        reach: impl Fn() -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut waits = Waits::default();
        loop {
            let reached = reach();
            let Some(wait) = self.wait(&reached, &mut waits) else { return reached };
            thread::sleep(wait);
        }
    }

    /// As [`Self::patiently`], for a task.
    pub(super) async fn patiently_async<T, F: Future<Output = Result<T, Trouble>>>(
        &self,
        reach: impl Fn() -> F,
    ) -> Result<T, Trouble> {
        let mut waits = Waits::default();
        loop {
            let reached = reach().await;
            let Some(wait) = self.wait(&reached, &mut waits) else { return reached };
            sleep(wait).await;
        }
    }

    /// How long to wait before it is tried again; none if this is the answer.
    fn wait<T>(&self, reached: &Result<T, Trouble>, waits: &mut Waits) -> Option<Duration> {
        match reached {
            Err(Trouble::Lost(why))
                if !self.gone.load(Ordering::Acquire) && waits.began.elapsed() < OUTAGE =>
            {
                tracing::warn!(why, "the database is waited for");
                let wait = waits.next;
                waits.next = wait.saturating_mul(2).min(LONGEST_WAIT);
                Some(wait)
            }
            _answer => {
                self.gone.store(reached.is_err(), Ordering::Release);
                None
            }
        }
    }

    fn of(&self, client: Client) -> Db {
        Db::Postgres(Session::new(client, self.server.clone()).into())
    }

    /// A connection that can write.
    pub(super) fn session(&self) -> Result<Db, Trouble> {
        Ok(self.of(self.client()?))
    }

    /// A connection that writes and does not wait for the disk.
    pub(super) fn keeper(&self) -> Result<Db, Trouble> {
        let mut client = self.client()?;
        client.batch_execute("SET synchronous_commit = off")?;
        Ok(self.of(client))
    }

    /// A connection that can only read.
    fn reader(&self) -> Result<Db, Trouble> {
        let mut client = self.client()?;
        client.batch_execute("SET default_transaction_read_only = on")?;
        Ok(self.of(client))
    }
}

/// Since when a database is waited for, and how long next.
struct Waits {
    began: Instant,
    next: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self { began: Instant::now(), next: FIRST_WAIT }
    }
}

/// A number that no other process has.
fn drawn() -> Result<i64, Trouble> {
    let mut bytes = [0_u8; 8];
    OsRng.try_fill_bytes(&mut bytes).map_err(|e| Trouble::Unavailable(e.to_string()))?;
    Ok(i64::from_be_bytes(bytes))
}

/// The runtime of whoever opens the log.
fn runtime() -> Result<Handle, Trouble> {
    Handle::try_current().map_err(|e| Trouble::Unavailable(format!("no runtime of tokio: {e}")))
}

fn readers(opener: &Opener) -> Result<Readers, Trouble> {
    let opener = opener.clone();
    opener.reader()?;
    let open: Open = Arc::new(move || opener.patiently(|| opener.reader()));
    Readers::start(&open, READERS, 0)
}
