//! The other side: cqrs-es with sqlite-es or postgres-es as they come, a pool of ten, a view.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use chrono::Utc;
use cqrs_es::{
    AggregateError, CqrsFramework, EventEnvelope, Query, View as _,
    persist::{GenericQuery, PersistedEventRepository, PersistedEventStore, QueryReplay},
};
use postgres_es::{
    PostgresEventRepository, PostgresViewRepository, default_postgress_pool, postgres_cqrs,
};
use sqlite_es::{SqliteEventRepository, SqliteViewRepository, default_sqlite_pool, sqlite_cqrs};
use sqlx::{Executor as _, Pool, Postgres, Sqlite};

use crate::{
    Failed,
    place::Place,
    sides::Side,
    ticket::{Count, Never, Step, Ticket},
};

type Framework<R> = CqrsFramework<Ticket, PersistedEventStore<R, Ticket>>;

/// On either store.
#[derive(Clone)]
pub(crate) enum Stock {
    Sqlite(Arc<Framework<SqliteEventRepository>>, Pool<Sqlite>),
    Postgres(Arc<Framework<PostgresEventRepository>>, Pool<Postgres>),
}

impl Stock {
    /// Replays every event into rows in memory, as cqrs-es does it; how many there were.
    pub(crate) async fn replay(&self) -> Result<u64, Failed> {
        match self {
            Self::Sqlite(_, pool) => replay(SqliteEventRepository::new(pool.clone())).await,
            Self::Postgres(_, pool) => replay(PostgresEventRepository::new(pool.clone())).await,
        }
    }

    async fn once(&self, id: &str, number: u64) -> Result<(), AggregateError<Never>> {
        let metadata = HashMap::from([
            ("actor_id".to_owned(), "clerk-0001".to_owned()),
            ("occurred_at".to_owned(), Utc::now().to_rfc3339()),
            ("command_id".to_owned(), format!("http/clerk-0001/{id}/{number}")),
        ]);
        let step = Step { number };
        match self {
            Self::Sqlite(cqrs, _) => cqrs.execute_with_metadata(id, step, metadata).await,
            Self::Postgres(cqrs, _) => cqrs.execute_with_metadata(id, step, metadata).await,
        }
    }
}

impl Side for Stock {
    async fn open(place: &Place) -> Result<Self, Failed> {
        Ok(match &place.database {
            None => {
                let url = format!("sqlite://{}", place.folder.join("stock.db").display());
                let pool = default_sqlite_pool(&url).await;
                pool.execute(&*tables("integer", "text", "STRICT")).await?;
                let views = SqliteViewRepository::<Count, Ticket>::new("counts", pool.clone());
                let view = Box::new(GenericQuery::new(Arc::new(views)));
                Self::Sqlite(Arc::new(sqlite_cqrs(pool.clone(), vec![view], ())), pool)
            }
            Some(url) => {
                let pool = default_postgress_pool(url).await;
                pool.execute(&*tables("bigint", "json", "")).await?;
                let views = PostgresViewRepository::<Count, Ticket>::new("counts", pool.clone());
                let view = Box::new(GenericQuery::new(Arc::new(views)));
                Self::Postgres(Arc::new(postgres_cqrs(pool.clone(), vec![view], ())), pool)
            }
        })
    }

    /// A conflict is decided again, as any user of it has to.
    async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        for _ in 0..1000 {
            match self.once(id, number).await {
                Ok(()) => return Ok(()),
                Err(AggregateError::AggregateConflict) => {}
                Err(error) => return Err(Failed(error.to_string())),
            }
        }
        Err(Failed("too many conflicts".to_owned()))
    }

    async fn close(self) {
        match self {
            Self::Sqlite(_, pool) => pool.close().await,
            Self::Postgres(_, pool) => pool.close().await,
        }
    }
}

/// As the documentation of both has them.
fn tables(number: &str, json: &str, end: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS events (aggregate_type text NOT NULL, \
         aggregate_id text NOT NULL, sequence {number} CHECK (sequence >= 0) NOT NULL, \
         event_type text NOT NULL, event_version text NOT NULL, payload {json} NOT NULL, \
         metadata {json} NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence)) {end};
         CREATE TABLE IF NOT EXISTS counts (view_id text NOT NULL, \
         version {number} CHECK (version >= 0) NOT NULL, payload {json} NOT NULL, \
         PRIMARY KEY (view_id)) {end};"
    )
}

async fn replay<R: PersistedEventRepository>(repository: R) -> Result<u64, Failed> {
    let counter = Counter::default();
    let replay = QueryReplay::new(repository, counter.clone());
    replay.replay_all().await.map_err(|error| Failed(error.to_string()))?;
    Ok(counter.events.load(Ordering::Relaxed))
}

/// Counts events, a row a ticket.
#[derive(Clone, Default)]
struct Counter {
    events: Arc<AtomicU64>,
    rows: Arc<Mutex<HashMap<String, Count>>>,
}

#[async_trait]
impl Query<Ticket> for Counter {
    async fn dispatch(&self, id: &str, events: &[EventEnvelope<Ticket>]) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let row = rows.entry(id.to_owned()).or_default();
        for event in events {
            row.update(event);
            self.events.fetch_add(1, Ordering::Relaxed);
        }
    }
}
