//! The stock crates read what the engine wrote, also in a file of an older layout.

use std::{collections::BTreeSet, path::Path};

use chrono::{DateTime, Duration};
use cqrs_es::{
    AggregateContext, AggregateError, CqrsFramework, EventStore, persist::PersistedEventRepository,
    persist::PersistedEventStore,
};
use fugong_engine::{
    Database, Log, OpenError, Options, Order,
    core::{Envelope, LogId, Metadata, Position},
    leaf::Leaf,
};
use postgres_es::PostgresEventRepository;
use rusqlite::{Connection, params};
use sqlite_es::SqliteEventRepository;
use sqlx::{
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use uuid::Uuid;

use crate::{
    jars::{Command, Event, Jar, Stock, TooFew, texts},
    kitchen::{Setup, ask, beans, events},
    postgres,
    sqlite::Kitchen,
};

const FIRST_LAYOUT: &str = include_str!("../golden/layout-1.sql");

/// cqrs-es' own repository on a view of the database.
async fn stock(database: &Path, view: &str) -> SqliteEventRepository {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let pool = SqlitePoolOptions::new().connect_with(options).await.unwrap();
    SqliteEventRepository::new(pool).with_tables(view, "none")
}

fn order(id: &str) -> Order {
    Order { command_id: id.to_owned(), ..Order::default() }
}

#[tokio::test]
async fn stock_cqrs_es_loads_an_aggregate_and_its_events() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    ask(&log, "b", "y", Command::Put(9)).await.unwrap();
    let envelope = Envelope { actor_unit: "kitchen".to_owned(), ..Envelope::default() };
    log.execute::<Jar>("x", Command::Take(2), order("c"), envelope).await.unwrap();
    // Beside the open log, as an existing report would read it.
    let store = PersistedEventStore::<_, Jar>::new_event_store(
        stock(&kitchen.database(), &log.events_view()).await,
    );
    let mut loaded = store.load_aggregate("x").await.unwrap();
    assert_eq!((loaded.aggregate().beans, loaded.current_sequence), (3, 2));
    let events = store.load_events("x").await.unwrap();
    let payloads: Vec<_> = events.iter().map(|event| (event.sequence, &event.payload)).collect();
    assert_eq!(payloads, [(1, &Event::Put(5)), (2, &Event::Taken(2))]);
    assert_eq!(events[0].metadata["actor_id"], "cook");
    assert_eq!(events[1].metadata["actor_unit"], "kitchen");
    assert_eq!(events[1].metadata["command_id"], "c");
    let cqrs = CqrsFramework::new(store, Vec::new(), ());
    let refused = cqrs.execute("x", Command::Take(4)).await.unwrap_err();
    assert!(matches!(refused, AggregateError::UserError(TooFew(3))), "{refused}");
    cqrs.execute("x", Command::Put(1)).await.unwrap_err();
    assert_eq!((beans(&log, "x").await, log.head()), (3, Position(3)), "nothing is written so");
}

/// The same on a server, where the view holds the log apart from others' and casts to JSON.
#[tokio::test]
async fn stock_cqrs_es_reads_a_log_on_a_server_through_its_view() {
    let kitchen = postgres::Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    ask(&log, "b", "y", Command::Put(9)).await.unwrap();
    ask(&log, "c", "x", Command::Take(2)).await.unwrap();
    let other = Options { log: LogId(8), ..kitchen.options(false) };
    let apart = kitchen.builder(&Setup::default()).open(other).await.unwrap();
    ask(&apart, "a", "x", Command::Put(70)).await.unwrap();
    let Database::Server(url) = kitchen.options(false).database else { panic!("a server") };
    let pool = PgPoolOptions::new().max_connections(2).connect(&url).await.unwrap();
    let on = |log: &Log| {
        PostgresEventRepository::new(pool.clone()).with_tables(&log.events_view(), "none")
    };
    let store = PersistedEventStore::<_, Jar>::new_event_store(on(&log));
    let mut loaded = store.load_aggregate("x").await.unwrap();
    assert_eq!((loaded.aggregate().beans, loaded.current_sequence), (3, 2));
    let events = store.load_events("x").await.unwrap();
    let payloads: Vec<_> = events.iter().map(|event| (event.sequence, &event.payload)).collect();
    assert_eq!(payloads, [(1, &Event::Put(5)), (2, &Event::Taken(2))]);
    assert_eq!(events[0].metadata["actor_id"], "cook");
    for (log, expected) in [(&log, vec![5, 9]), (&apart, vec![70])] {
        let mut replay = on(log).stream_all_events::<Jar>().await.unwrap();
        let mut put = Vec::new();
        while let Some(event) = replay.next::<Jar>(&[]).await {
            if let Event::Put(n) = event.unwrap().payload {
                put.push(n);
            }
        }
        put.sort_unstable();
        assert_eq!(put, expected);
    }
    let cqrs = CqrsFramework::new(store, Vec::new(), ());
    cqrs.execute("x", Command::Put(1)).await.unwrap_err();
    assert_eq!((beans(&log, "x").await, log.head()), (3, Position(3)), "nothing is written so");
    pool.close().await;
}

#[tokio::test]
async fn stock_cqrs_es_replays_one_log_of_several() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    ask(&log, "b", "z", Command::Put(1)).await.unwrap();
    let view = log.events_view();
    log.close().await;
    let other = Options { log: LogId(8), ..kitchen.options(false) };
    let log = kitchen.builder(&Setup::default()).open(other).await.unwrap();
    ask(&log, "a", "x", Command::Put(70)).await.unwrap();
    for (view, expected) in [(view, vec![5, 1]), (log.events_view(), vec![70])] {
        let repository = stock(&kitchen.database(), &view).await;
        let mut replay = repository.stream_all_events::<Jar>().await.unwrap();
        let mut put = Vec::new();
        while let Some(event) = replay.next::<Jar>(&[]).await {
            let Event::Put(n) = event.unwrap().payload else { panic!("only put") };
            put.push(n);
        }
        assert_eq!(put, expected, "{view}");
        assert_eq!(repository.get_last_events::<Jar>("x", 1).await.unwrap().len(), 0);
    }
}

/// An event as the first layout kept it, recorded so many seconds after the beginning.
fn insert(db: &Connection, log: u32, position: u64, (jar, sequence): (&str, u64), seconds: i64) {
    let metadata: Metadata =
        [("command_id", format!("{position}")), ("actor_id", "cook".to_owned())]
            .map(|(key, value)| (key.to_owned(), value))
            .into();
    let leaf = Leaf {
        log: LogId(log),
        aggregate_type: "jar",
        aggregate_id: jar,
        sequence,
        event_id: Uuid::from_u128(u128::from(position) << 32 | u128::from(log)),
        event_type: "beans-put",
        event_version: "1",
        payload: r#"{"Put":1}"#,
        recorded_at: DateTime::from_timestamp(1_600_000_000 + seconds, 0).unwrap(),
        metadata: &metadata,
    };
    db.execute(
        "INSERT INTO events VALUES ('jar', ?1, ?2, ?3, ?4, ?5, 'beans-put', '1', ?6, ?7, ?8, ?9)",
        params![
            jar,
            sequence,
            log,
            position,
            leaf.event_id.as_bytes(),
            leaf.payload,
            serde_json::to_string(&metadata).unwrap(),
            leaf.recorded_at.timestamp_micros(),
            leaf.hash().unwrap()
        ],
    )
    .unwrap();
    let receipt = "INSERT INTO commands VALUES (?1, ?2, '', ?3, 1, ?4, NULL)";
    db.execute(receipt, params![log, format!("{position}"), position, sequence]).unwrap();
}

/// A database as the first version of this program left it: two logs, one of them by a clock that
/// was set back by a minute.
fn first_layout(database: &Path) {
    let db = Connection::open(database).unwrap();
    db.execute_batch(FIRST_LAYOUT).unwrap();
    db.execute_batch(
        "PRAGMA application_id = 0x46676e67; PRAGMA user_version = 1;
         INSERT INTO logs VALUES (7, 4, 'real', NULL, NULL, NULL, 0);
         INSERT INTO logs VALUES (8, 0, 'real', NULL, NULL, NULL, 0);",
    )
    .unwrap();
    for (position, place, seconds) in
        [(1, ("x", 1), 0), (2, ("x", 2), 100), (3, ("y", 1), 40), (4, ("x", 3), 41)]
    {
        insert(&db, 7, position, place, seconds);
    }
}

#[tokio::test]
async fn a_database_of_the_first_layout_is_brought_to_this_one() {
    let kitchen = Kitchen::real();
    first_layout(&kitchen.database());
    let read = kitchen.builder(&Setup::default()).open(kitchen.options(true)).await.unwrap_err();
    let why = "has layout 1, this program reads layout 3: make a backup of it, then run `migrate`";
    assert!(matches!(&read, OpenError::Unavailable(said) if said.contains(why)), "{read}");

    // Whoever opens it for writing brings it there, also who would not make a new one.
    let options = Options { create: false, ..kitchen.options(false) };
    let log = kitchen.builder(&Setup::default()).open(options).await.unwrap();
    assert_eq!(log.damage().await.unwrap(), None);
    assert_eq!(events(&log).await.len(), 4);
    for (seconds, position) in [(-1, 0), (0, 1), (50, 1), (99, 1), (100, 4), (101, 4)] {
        let instant = DateTime::from_timestamp(1_600_000_000, 0).unwrap();
        let found = log.as_of(instant + Duration::seconds(seconds)).await.unwrap();
        assert_eq!(found, Position(position), "{seconds} s");
    }
    let repeated = log.execute::<Jar>("x", Command::Put(1), order("2"), Envelope::default()).await;
    let repeated = repeated.unwrap();
    assert!(repeated.replayed && repeated.position == Position(2) && repeated.version == 2);
    ask(&log, "new", "x", Command::Put(7)).await.unwrap();
    assert_eq!((beans(&log, "x").await, log.head()), (10, Position(5)));
    for (view, loaded) in [("log_7_events", 4), ("log_8_events", 0)] {
        let repository = stock(&kitchen.database(), view).await;
        assert_eq!(repository.get_events::<Jar>("x").await.unwrap().len(), loaded);
    }
    log.close().await;

    let fresh = Kitchen::real();
    let log = fresh.open(&Setup::default()).await;
    log.close().await;
    let other = Options { log: LogId(8), ..fresh.options(false) };
    fresh.builder(&Setup::default()).open(other).await.unwrap().close().await;
    assert_eq!(shape(&kitchen.database()), shape(&fresh.database()));
}

/// Makes a database that is open to nobody one of the second layout, with a view of somebody's.
fn second_layout(database: &Path) {
    let db = Connection::open(database).unwrap();
    let (_, table) = FIRST_LAYOUT.split_once("CREATE TABLE register_rows").unwrap();
    let (columns, _) = table.split_once(';').unwrap();
    db.execute_batch(&format!(
        "CREATE TABLE kept AS SELECT * FROM register_rows; DROP TABLE register_rows;
         CREATE TABLE register_rows {columns}; INSERT INTO register_rows SELECT * FROM kept;
         DROP TABLE kept; CREATE VIEW theirs AS SELECT row_key FROM register_rows;
         PRAGMA user_version = 2;"
    ))
    .unwrap();
}

#[tokio::test]
async fn rows_of_the_second_layout_are_brought_to_this_one() {
    let (kitchen, fresh) = (Kitchen::real(), Kitchen::real());
    let setup = Setup::default().register(Stock::default()).past_every(2);
    let log = kitchen.open(&setup).await;
    for n in 0..20 {
        ask(&log, &format!("{n}"), &format!("{}", n % 3), Command::Put(n)).await.unwrap();
        log.settle().await.unwrap();
    }
    log.rebuild("stock").await.unwrap();
    let rows = texts(&log.rows("stock", None).await.unwrap().rows);
    let past = texts(&log.rows("stock", Some(Position(11))).await.unwrap().rows);
    log.close().await;
    second_layout(&kitchen.database());

    let log = kitchen.open(&setup).await;
    assert_eq!(texts(&log.rows("stock", None).await.unwrap().rows), rows);
    assert_eq!(texts(&log.rows("stock", Some(Position(11))).await.unwrap().rows), past);
    assert!(log.compare_afresh("stock").await.unwrap().differences.is_empty());
    log.close().await;
    let db = Connection::open(kitchen.database()).unwrap();
    let seen = "SELECT (SELECT count(*) FROM theirs) = (SELECT count(*) FROM register_rows)";
    assert!(db.query_row(seen, [], |row| row.get::<_, bool>(0)).unwrap());
    db.execute_batch("DROP VIEW theirs").unwrap();
    fresh.open(&setup).await.close().await;
    assert_eq!(shape(&kitchen.database()), shape(&fresh.database()));
}

/// Everything that a layout consists of.
fn shape(database: &Path) -> BTreeSet<String> {
    let db = Connection::open(database).unwrap();
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let text = |sql: &str| {
        let mut statement = db.prepare(sql).unwrap();
        let lines = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        lines.collect::<Result<Vec<_>, _>>().unwrap()
    };
    let columns = "SELECT t.name || ' ' || c.cid || ' ' || c.name || ' ' || c.type || ' ' || \
                   c.\"notnull\" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk \
                   FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c \
                   WHERE t.schema = 'main'";
    let rest = "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || \
                CASE type WHEN 'table' THEN '' ELSE coalesce(sql, '') END FROM sqlite_schema";
    let mut shape: BTreeSet<_> = text(columns).into_iter().chain(text(rest)).collect();
    shape.insert(format!("layout {version}"));
    shape
}
