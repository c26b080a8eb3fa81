//! A sealed log, what was carried away from it, and what is done to copies of it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use fugong_engine::{
    Builder, Filter, Log, Options, Order,
    core::{Envelope, LogId, Position, Recorded},
    proof::{FileKey, Signer as _, export_bundle},
};
use fugong_verify::{Verdict, bundle, policy::Policy};
use futures::future::join_all;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

pub(crate) const LOG: LogId = LogId(7);
pub(crate) const EVENTS: u64 = 10_000;

/// A counter that is told so many things at once.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counter;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    n: u64,
}

impl DomainEvent for Told {
    fn event_type(&self) -> String {
        "told".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("never")]
pub(crate) struct Never;

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    type Command = u64;
    type Event = Told;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, times: u64, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        for n in 0..times {
            sink.write(Told { n }, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, _: Told) {}
}

pub(crate) async fn open(database: &Path, key: &Path) -> Log {
    let options = Options { log_key: Some(key.to_owned()), ..Options::new(database, LOG) };
    Builder::new().aggregate::<Counter>(()).open(options).await.unwrap()
}

/// A sealed log, and what was carried away from it.
pub(crate) struct Sealed {
    pub(crate) folder: TempDir,
    pub(crate) policy: String,
    events: Vec<Recorded>,
}

impl Sealed {
    /// Made once.
    pub(crate) fn get() -> &'static Self {
        static SEALED: OnceLock<Sealed> = OnceLock::new();
        SEALED.get_or_init(|| run(Self::make()))
    }

    async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (database, key) = (folder.path().join("log.db"), folder.path().join("key"));
        let verifier =
            FileKey::make(&key, "example.org/audited").unwrap().verifier_key().to_owned();
        let log = open(&database, &key).await;
        // Two thousand times 1, 2, 3 and 4 events.
        for batch in (0..4_000).collect::<Vec<u64>>().chunks(200) {
            join_all(batch.iter().map(|n| {
                let order = Order {
                    command_id: format!("c/{n}"),
                    fingerprint: format!("f/{n}"),
                    command: Some(format!("tell {n}")),
                    ..Order::default()
                };
                let id = format!("{}", n % 317);
                let log = log.clone();
                async move {
                    log.execute::<Counter>(&id, n % 4 + 1, order, Envelope::default())
                        .await
                        .unwrap()
                }
            }))
            .await;
        }
        log.sign_checkpoint().await.unwrap();
        let events = log.events(Position::START, 20_000, &Filter::default()).await.unwrap();
        assert_eq!(events.len(), usize::try_from(EVENTS).unwrap());
        log.close().await;
        let policy = format!("log {verifier}\nquorum none\n");
        let sealed = Self { folder, policy, events };
        sealed.export(&database, "carried-away").await;
        sealed
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) async fn export(&self, database: &Path, to: &str) -> PathBuf {
        let to = self.path(to);
        export_bundle(database.into(), LOG, to.clone(), self.policy.clone(), None).await.unwrap();
        to
    }

    /// A copy of the database.
    pub(crate) fn copy(&self, name: &str) -> PathBuf {
        let to = self.path(&format!("{name}.db"));
        for ending in ["", ".keys"] {
            let of = |path: &Path| format!("{}{ending}", path.display());
            fs::copy(of(&self.path("log.db")), of(&to)).unwrap();
        }
        to
    }

    pub(crate) fn event(&self, position: u64) -> &Recorded {
        &self.events[usize::try_from(position).unwrap() - 1]
    }

    /// What comes of it if somebody does `sql`: against the checkpoint that was carried away, and
    /// against the bundle.
    pub(crate) fn after(&self, name: &str, sql: &str) -> [Verdict; 2] {
        let database = self.copy(name);
        tamper(&database, sql);
        self.verdicts(name, &database)
    }

    pub(crate) fn verdicts(&self, name: &str, database: &Path) -> [Verdict; 2] {
        let now = run(self.export(database, &format!("{name}-bundle")));
        let policy = Policy::parse(&self.policy).unwrap();
        let away = self.path("carried-away");
        let verdicts =
            [away.join("checkpoint"), away].map(|old| bundle::check_since(&old, &now, &policy));
        fs::remove_dir_all(now).unwrap();
        fs::remove_file(database).unwrap();
        verdicts
    }
}

pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work)
}

pub(crate) fn tamper(database: &Path, sql: &str) {
    let db = Connection::open(database).unwrap();
    db.execute_batch(
        "DROP TRIGGER IF EXISTS events_are_never_updated;
         DROP TRIGGER IF EXISTS events_are_never_deleted;",
    )
    .unwrap();
    db.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}
