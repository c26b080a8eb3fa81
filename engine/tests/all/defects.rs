//! What goes wrong on cqrs-es with postgres-es as they come, each defect shown there and right
//! here. If a new version of theirs mends one, its test says so.

use std::sync::Arc;

use cqrs_es::{
    Aggregate, AggregateError, DomainEvent, EventEnvelope, View,
    event_sink::EventSink,
    persist::{GenericQuery, PersistedEventRepository as _},
};
use fugong_cluster::{Cluster, Wire};
use fugong_engine::{
    Engine, Error, Filter, Log, Order,
    core::{Envelope, Position},
};
use postgres_es::{
    PostgresCqrs, PostgresEventRepository, PostgresViewRepository, postgres_aggregate_cqrs,
    postgres_cqrs, postgres_snapshot_cqrs,
};
use serde::{Deserialize, Serialize};
use sqlite_es::sqlite_cqrs;
use sqlx::{Pool, Postgres, Row as _, postgres::PgPoolOptions, sqlite::SqlitePoolOptions};

use super::Kitchen;
use crate::{
    jars::{Command, Event, Jar, Row, Stock, TooFew},
    kitchen::{Setup, ask, beans, events},
};

/// As `db/init.sql` of postgres-es has them.
const TABLES: &str = "
CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
  sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL,
  event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
  PRIMARY KEY (aggregate_type, aggregate_id, sequence));
CREATE TABLE snapshots (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
  last_sequence bigint CHECK (last_sequence >= 0) NOT NULL,
  current_snapshot bigint CHECK (current_snapshot >= 0) NOT NULL, payload json NOT NULL,
  PRIMARY KEY (aggregate_type, aggregate_id, last_sequence));
CREATE TABLE laid (view_id text NOT NULL, version bigint CHECK (version >= 0) NOT NULL,
  payload json NOT NULL, PRIMARY KEY (view_id));";

/// A nest: several eggs may be laid in it at once, an event each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Nest {
    eggs: u64,
}

#[derive(Debug, Clone)]
enum Lay {
    /// As the documentation of cqrs-es has it: what is written is applied to the nest.
    Here(u64),
    /// Applied to a copy: the way around the first defect that shows the second.
    Aside(u64),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Laid;

impl DomainEvent for Laid {
    fn event_type(&self) -> String {
        "egg-laid".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Nest {
    const TYPE: &'static str = "nest";
    type Command = Lay;
    type Event = Laid;
    type Error = TooFew;
    type Services = ();

    async fn handle(&mut self, lay: Lay, (): &(), sink: &EventSink<Self>) -> Result<(), TooFew> {
        let mut copy = self.clone();
        let (eggs, nest) = match lay {
            Lay::Here(eggs) => (eggs, self),
            Lay::Aside(eggs) => (eggs, &mut copy),
        };
        for _ in 0..eggs {
            sink.write(Laid, nest).await;
        }
        Ok(())
    }

    fn apply(&mut self, Laid: Laid) {
        self.eggs += 1;
    }
}

/// How many eggs a view has seen.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Seen {
    eggs: u64,
}

impl View<Nest> for Seen {
    fn update(&mut self, _: &EventEnvelope<Nest>) {
        self.eggs += 1;
    }
}

/// A fresh database with the tables of postgres-es, by one connection or several.
async fn stock(connections: u32) -> (Pool<Postgres>, String) {
    let cluster = Cluster::shared().unwrap();
    let url = cluster.database().unwrap();
    cluster.run(&url, TABLES).unwrap();
    (pool(&url, connections).await, url)
}

async fn pool(url: &str, connections: u32) -> Pool<Postgres> {
    PgPoolOptions::new().max_connections(connections).connect(url).await.unwrap()
}

/// As the documentation of postgres-es has it, with a view that counts.
fn counting(pool: &Pool<Postgres>) -> PostgresCqrs<Nest> {
    let views = PostgresViewRepository::<Seen, Nest>::new("laid", pool.clone());
    let query = GenericQuery::new(Arc::new(views));
    postgres_cqrs(pool.clone(), vec![Box::new(query)], ())
}

async fn number(pool: &Pool<Postgres>, sql: &str) -> i64 {
    sqlx::query(sql).fetch_one(pool).await.unwrap().get(0)
}

/// A log of nests, in memory or folded afresh.
async fn nests(kitchen: &Kitchen) -> Log {
    let engine = Engine::builder().aggregate::<Nest>(());
    engine.open(kitchen.options(false)).await.unwrap()
}

async fn lay(log: &Log, id: &str, eggs: u64) {
    let order = Order { command_id: id.to_owned(), ..Order::default() };
    log.execute::<Nest>("x", Lay::Here(eggs), order, Envelope::default()).await.unwrap();
}

async fn eggs(log: &Log) -> (u64, u64) {
    log.read::<Nest, _>("x", |nest, version| (nest.eggs, version)).await.unwrap()
}

/// How many events the register has folded, which are all of one jar.
async fn folded(log: &Log) -> u64 {
    let live = log.rows("stock", None).await.unwrap();
    let rows: Vec<(String, Row)> = live.rows.all("jar").unwrap();
    rows.iter().map(|(_, row)| row.events).sum()
}

/// Its store of aggregates applies each event twice: in `handle`, and again when it commits.
#[tokio::test]
async fn an_event_is_applied_once() {
    let (pool, _) = stock(2).await;
    let cqrs = postgres_aggregate_cqrs::<Jar>(pool.clone(), Vec::new(), ());
    cqrs.execute("x", Command::Put(5)).await.unwrap();
    let kept = "SELECT (payload ->> 'beans')::bigint FROM snapshots";
    assert_eq!(number(&pool, kept).await, 10, "stock keeps another number than five");

    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 5);
    log.close().await;
    assert_eq!(beans(&kitchen.open(&Setup::default()).await, "x").await, 5);
}

/// A snapshot is marked with the last event of its command, also when it was folded before that.
#[tokio::test]
async fn no_event_is_lost_on_reload() {
    for (first, then, stored) in
        [(Lay::Here(2), Lay::Here(3), 7), (Lay::Aside(2), Lay::Aside(3), 4)]
    {
        let (pool, _) = stock(2).await;
        let cqrs = postgres_snapshot_cqrs::<Nest>(pool.clone(), Vec::new(), 4, ());
        cqrs.execute("x", first).await.unwrap();
        cqrs.execute("x", then).await.unwrap();
        assert_eq!(number(&pool, "SELECT count(*) FROM events").await, 5);
        let snapshot = "SELECT (payload ->> 'eggs')::bigint FROM snapshots WHERE last_sequence = 5";
        assert_eq!(number(&pool, snapshot).await, stored, "stock has another number than five");
    }

    let kitchen = Kitchen::real();
    let log = nests(&kitchen).await;
    lay(&log, "a", 2).await;
    lay(&log, "b", 3).await;
    assert_eq!(eggs(&log).await, (5, 5));
    log.close().await;
    assert_eq!(eggs(&nests(&kitchen).await).await, (5, 5));
}

/// It unwraps the error in a task of its own, and the reader sees the stream end.
#[tokio::test]
async fn a_replay_that_breaks_off_does_not_look_complete() {
    const ALL: i64 = 2_000;
    let (pool, url) = stock(1).await;
    let fill = format!(
        "INSERT INTO events SELECT 'jar', n::text, 1, 'beans-put', '1', \
         ('{{\"Put\":1' || repeat(' ', 20000) || '}}')::json, '{{}}' FROM generate_series(1, {ALL}) n"
    );
    let cluster = Cluster::shared().unwrap();
    cluster.run(&url, &fill).unwrap();
    let repository = PostgresEventRepository::new(pool).with_streaming_channel_size(1);
    let mut replay = repository.stream_all_events::<Jar>().await.unwrap();
    replay.next::<Jar>(&[]).await.unwrap().unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(cluster.run(&url, cut).unwrap(), ["t"]);
    let mut seen = 1;
    while let Some(event) = replay.next::<Jar>(&[]).await {
        event.expect("stock never tells the reader");
        seen += 1;
    }
    assert!(seen < ALL, "stock saw only some of them, and ended as if that were all");

    let (kitchen, setup) = (Kitchen::real(), Setup::default().register(Stock::default()));
    let log = kitchen.open(&setup).await;
    for n in 0..3 {
        ask(&log, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
    }
    log.close().await;
    kitchen.lose(2);
    let log = kitchen.open(&setup).await;
    let rebuilt = log.rebuild("stock").await.unwrap_err();
    assert!(matches!(rebuilt, Error::Corrupt(_)), "{rebuilt:?}");
    let read = log.events(Position::START, 10, &Filter::default()).await;
    assert!(matches!(read, Err(Error::Corrupt(_))), "{read:?}");
}

/// It orders by the number within each aggregate.
#[tokio::test]
async fn a_replay_is_history() {
    let happened = [("x", 1), ("x", 2), ("y", 3)];
    let (pool, _) = stock(2).await;
    let cqrs = postgres_cqrs::<Jar>(pool.clone(), Vec::new(), ());
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    for (jar, n) in happened {
        cqrs.execute(jar, Command::Put(n)).await.unwrap();
        ask(&log, &format!("{n}"), jar, Command::Put(n)).await.unwrap();
    }
    let repository = PostgresEventRepository::new(pool);
    let mut replay = repository.stream_all_events::<Jar>().await.unwrap();
    let mut told = Vec::new();
    while let Some(event) = replay.next::<Jar>(&[]).await {
        let event = event.unwrap();
        told.push((event.aggregate_id.clone(), event.payload));
    }
    let last = told.iter().position(|(jar, _)| jar == "y").unwrap();
    assert!(last < 2, "stock tells what happened last before what happened second");

    let events = events(&log).await;
    let told = events.iter().map(|event| {
        let payload: Event = serde_json::from_str(&event.payload).unwrap();
        (event.aggregate_id.to_string(), payload)
    });
    assert!(told.eq(happened.map(|(jar, n)| (jar.to_owned(), Event::Put(n)))));
}

/// It is updated after the commit, by whoever comes first; who comes second is not told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_view_misses_an_event_when_eight_write() {
    const EACH: u64 = 25;
    let (pool, _) = stock(8).await;
    let cqrs = Arc::new(counting(&pool));
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default().register(Stock::default())).await;
    let writers = (0..8).map(|writer| {
        let (cqrs, log) = (Arc::clone(&cqrs), log.clone());
        tokio::spawn(async move {
            for n in 0..EACH {
                while let Err(error) = cqrs.execute("x", Lay::Here(1)).await {
                    assert!(matches!(error, AggregateError::AggregateConflict), "{error}");
                }
                ask(&log, &format!("{writer}/{n}"), "x", Command::Put(1)).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(number(&pool, "SELECT count(*) FROM events").await, 200);
    let seen = number(&pool, "SELECT (payload ->> 'eggs')::bigint FROM laid").await;
    assert!(seen < 200, "stock's view has seen all of them");

    log.settle().await.unwrap();
    assert_eq!(folded(&log).await, 200);
}

/// Events are kept, the view is not, and the caller is told that all is well.
#[tokio::test]
async fn a_view_catches_up_with_what_it_missed() {
    let (pool, _) = stock(2).await;
    let cqrs = counting(&pool);
    let rename = |sql: &'static str| async { sqlx::query(sql).execute(&pool).await.unwrap() };
    rename("ALTER TABLE laid RENAME TO away").await;
    cqrs.execute("x", Lay::Here(1)).await.expect("stock says nothing of its view");
    rename("ALTER TABLE away RENAME TO laid").await;
    cqrs.execute("x", Lay::Here(1)).await.unwrap();
    let seen = number(&pool, "SELECT (payload ->> 'eggs')::bigint FROM laid").await;
    assert_eq!(seen, 1, "stock's view never sees the first of two");

    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default().register(Stock::default())).await;
    ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    log.settle().await.unwrap();
    log.close().await;
    // By a program that keeps no such register.
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "b", "x", Command::Put(1)).await.unwrap();
    log.close().await;
    let log = kitchen.open(&Setup::default().register(Stock::default())).await;
    log.settle().await.unwrap();
    assert_eq!(folded(&log).await, 2);
}

/// It sends each event by itself.
#[tokio::test]
async fn a_command_of_ten_events_waits_no_oftener_than_one_of_one() {
    let (_, url) = stock(1).await;
    let wire = Wire::to(Cluster::shared().unwrap()).unwrap();
    let cqrs = postgres_cqrs::<Nest>(pool(&wire.url(&url), 1).await, Vec::new(), ());
    // Statements are prepared by then.
    cqrs.execute("x", Lay::Here(2)).await.unwrap();
    let mut waits = Vec::new();
    for eggs in [1, 10] {
        let before = wire.round_trips();
        cqrs.execute("x", Lay::Here(eggs)).await.unwrap();
        waits.push(wire.round_trips() - before);
    }
    assert_eq!(waits[1] - waits[0], 9, "stock asks once more for each further event");

    let kitchen = Kitchen::real();
    let log = nests(&kitchen).await;
    lay(&log, "a", 10).await;
    assert_eq!((eggs(&log).await, log.head()), ((10, 10), Position(10)));
}

/// Whatever rule of the database is broken, it calls a conflict, which callers repeat for ever.
#[tokio::test]
async fn a_conflict_is_told_from_a_refusal_of_the_database() {
    let (pool, _) = stock(2).await;
    let unique = "CREATE UNIQUE INDEX once ON events ((payload ->> 'Put'))";
    sqlx::query(unique).execute(&pool).await.unwrap();
    let cqrs = postgres_cqrs::<Jar>(pool, Vec::new(), ());
    cqrs.execute("x", Command::Put(1)).await.unwrap();
    let refused = cqrs.execute("y", Command::Put(1)).await.unwrap_err();
    assert!(matches!(refused, AggregateError::AggregateConflict), "stock: {refused}");

    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    let unique = "CREATE UNIQUE INDEX once ON events (payload)";
    kitchen.tamper(unique);
    ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    let refused = ask(&log, "b", "y", Command::Put(1)).await.unwrap_err();
    assert!(!matches!(refused, Error::Conflict { .. }), "{refused:?}");
    ask(&log, "c", "y", Command::Put(2)).await.unwrap();
    assert_eq!((beans(&log, "y").await, log.head()), (2, Position(2)));
}

/// On SQLite it knows a conflict by one of the two codes that one has.
#[tokio::test]
async fn a_conflict_is_a_conflict_whatever_the_code() {
    let pool =
        SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    let table = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL, \
                 sequence integer NOT NULL, event_type text NOT NULL, event_version text NOT NULL, \
                 payload text NOT NULL, metadata text NOT NULL, \
                 UNIQUE (aggregate_type, aggregate_id, sequence)) STRICT";
    sqlx::query(table).execute(&pool).await.unwrap();
    // Somebody else comes in between, as the trigger has it.
    let meanwhile = "CREATE TRIGGER meanwhile BEFORE INSERT ON events WHEN NEW.event_type = 'beans-put' \
                     BEGIN INSERT INTO events VALUES (NEW.aggregate_type, NEW.aggregate_id, NEW.sequence, \
                     'beans-taken', '1', '{\"Taken\":0}', '{}'); END";
    sqlx::query(meanwhile).execute(&pool).await.unwrap();
    let cqrs = sqlite_cqrs::<Jar>(pool, Vec::new(), ());
    let refused = cqrs.execute("x", Command::Put(1)).await.unwrap_err();
    assert!(matches!(refused, AggregateError::UnexpectedError(_)), "stock: {refused:?}");

    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    let order = Order { command_id: "b".to_owned(), expected_version: Some(0), ..Order::default() };
    let late = log.execute::<Jar>("x", Command::Put(1), order, Envelope::default()).await;
    assert_eq!(late.unwrap_err(), Error::Conflict { expected: 0, actual: 1 });
    assert_eq!(beans(&log, "x").await, 1);
}
