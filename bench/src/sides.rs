//! The two sides of a comparison: stock crates as they come, and the engine.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use chrono::Utc;
use cqrs_es::{
    CqrsFramework, EventEnvelope, Query, View as _,
    persist::{GenericQuery, PersistedEventStore, QueryReplay},
};
use fugong_core::{Envelope, LogId};
use fugong_engine::{Engine, Log, Options, Order};
use sqlite_es::{SqliteEventRepository, SqliteViewRepository, default_sqlite_pool, sqlite_cqrs};
use sqlx::{Pool, Sqlite};

use crate::{
    Failed,
    ticket::{Count, Counts, Step, Ticket},
};

type StockCqrs = CqrsFramework<Ticket, PersistedEventStore<SqliteEventRepository, Ticket>>;
type StockQuery = GenericQuery<SqliteViewRepository<Count, Ticket>, Count, Ticket>;

/// cqrs-es with sqlite-es as they come: pool of ten, WAL, `synchronous=NORMAL`, a view.
#[derive(Clone)]
pub(crate) struct Stock(Arc<StockCqrs>, Pool<Sqlite>);

impl Stock {
    /// In a fresh file.
    pub(crate) async fn open(folder: &Path) -> Result<Self, Failed> {
        let url = format!("sqlite://{}", folder.join("stock.db").display());
        let pool = default_sqlite_pool(&url).await;
        for table in [
            "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL, \
             sequence integer NOT NULL, event_type text NOT NULL, event_version text NOT NULL, \
             payload text NOT NULL, metadata text NOT NULL, \
             PRIMARY KEY (aggregate_type, aggregate_id, sequence)) STRICT",
            "CREATE TABLE counts (view_id text NOT NULL, version integer NOT NULL, \
             payload text NOT NULL, PRIMARY KEY (view_id)) STRICT",
        ] {
            sqlx::query(table).execute(&pool).await?;
        }
        let views = Arc::new(SqliteViewRepository::new("counts", pool.clone()));
        let query = StockQuery::new(views);
        Ok(Self(Arc::new(sqlite_cqrs(pool.clone(), vec![Box::new(query)], ())), pool))
    }

    /// Replays every event into a counter in memory, as cqrs-es does it; how many there were.
    pub(crate) async fn replay(&self) -> Result<u64, Failed> {
        let counter = Counter::default();
        let repository = SqliteEventRepository::new(self.1.clone());
        let replay = QueryReplay::new(repository, counter.clone());
        replay.replay_all().await.map_err(|error| Failed(error.to_string()))?;
        Ok(counter.0.load(Ordering::Relaxed))
    }

    /// One command. A conflict is decided again, as any user of it has to.
    pub(crate) async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        for _ in 0..100 {
            let metadata = HashMap::from([
                ("actor_id".to_owned(), "clerk-0001".to_owned()),
                ("occurred_at".to_owned(), Utc::now().to_rfc3339()),
                ("command_id".to_owned(), format!("http/clerk-0001/{id}/{number}")),
            ]);
            match self.0.execute_with_metadata(id, Step { number }, metadata).await {
                Ok(()) => return Ok(()),
                Err(cqrs_es::AggregateError::AggregateConflict) => {}
                Err(error) => return Err(Failed(error.to_string())),
            }
        }
        Err(Failed("too many conflicts".to_owned()))
    }
}

/// Counts events, a row a ticket.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicU64>, Arc<Mutex<HashMap<String, Count>>>);

#[async_trait]
impl Query<Ticket> for Counter {
    async fn dispatch(&self, id: &str, events: &[EventEnvelope<Ticket>]) {
        let mut rows = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let row = rows.entry(id.to_owned()).or_default();
        for event in events {
            row.update(event);
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The engine on SQLite: `synchronous=FULL`, receipts, positions, leaf hashes, a register.
#[derive(Clone)]
pub(crate) struct Ours(pub(crate) Log);

impl Ours {
    /// In a fresh file, or again in the same.
    pub(crate) async fn open(folder: &Path) -> Result<Self, Failed> {
        let mut options = Options::new(folder.join("ours.db"), LogId(1));
        options.create = true;
        let engine = Engine::builder().aggregate::<Ticket>(()).register(Arc::new(Counts));
        Ok(Self(engine.open(options).await.map_err(|e| Failed(e.to_string()))?))
    }

    /// One command.
    pub(crate) async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        let order = Order {
            command_id: format!("http/clerk-0001/{id}/{number}"),
            fingerprint: format!("{number:064}"),
            ..Order::default()
        };
        let envelope = Envelope { actor_id: "clerk-0001".to_owned(), ..Envelope::default() };
        let done = self.0.execute::<Ticket>(id, Step { number }, order, envelope).await;
        done.map(|_| ()).map_err(|error| Failed(error.to_string()))
    }
}
