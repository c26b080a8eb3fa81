//! What a stock cqrs-es database holds is taken into a log as it is, and goes on there.

use std::{collections::HashMap, path::PathBuf};

use fugong_cluster::Cluster;
use fugong_engine::{
    Database, Error, Imported, Log, NotImported, Source,
    core::{Occurred, Position, Recorded, keys},
    leaf::Leaf,
};
use postgres_es::postgres_cqrs;
use rusqlite::Connection;
use sqlite_es::sqlite_cqrs;
use sqlx::{postgres::PgPoolOptions, sqlite::{SqliteConnectOptions, SqlitePoolOptions}};

use super::Kitchen;
use crate::{
    jars::{Command, Jar, Stock, texts},
    kitchen::{Setup, ask, beans, events},
};

/// As sqlite-es has it.
const TABLE: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL, \
    sequence integer CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL, \
    event_version text NOT NULL, payload text NOT NULL, metadata text NOT NULL, \
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)) STRICT";

fn who(name: &str) -> HashMap<String, String> {
    let said = [("user", name), (keys::COMMAND_ID, "theirs"), ("tenant", "7")];
    said.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// What is done with jars there.
const DONE: [(&str, Command); 4] = [
    ("b", Command::Put(5)),
    ("a", Command::Put(2)),
    ("b", Command::Take(1)),
    ("a", Command::Put(1)),
];

/// A database of sqlite-es in which this was done.
async fn original(kitchen: &Kitchen) -> PathBuf {
    let path = kitchen.folder().join("stock.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    sqlx::query(TABLE).execute(&pool).await.unwrap();
    let cqrs = sqlite_cqrs::<Jar>(pool.clone(), Vec::new(), ());
    for (jar, command) in DONE {
        cqrs.execute_with_metadata(jar, command, who("Zhang")).await.unwrap();
    }
    pool.close().await;
    path
}

fn source(database: impl Into<Database>) -> Source {
    Source { database: database.into(), table: "events".to_owned() }
}

async fn import(log: &Log, source: Source) -> Result<Imported, Error<NotImported>> {
    log.import(source, |_| {}).await
}

fn insert(path: &PathBuf, values: &str) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(&format!("INSERT INTO events VALUES {values}")).unwrap();
}

fn named(event: &Recorded) -> (&str, u64) {
    (&event.aggregate_id, event.sequence)
}

#[tokio::test]
async fn what_is_imported_is_what_was_and_says_what_was_invented() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default().register(Stock::default())).await;
    let path = original(&kitchen).await;
    let bytes = std::fs::read(&path).unwrap();
    let imported = import(&log, source(path.clone())).await.unwrap();
    assert_eq!(imported, Imported { appended: 4, known: 0, of: 4 });
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "the original is as it was");
    let events = events(&log).await;
    let order: Vec<_> = events.iter().map(named).collect();
    assert_eq!(order, [("a", 1), ("a", 2), ("b", 1), ("b", 2)]);
    for event in &events {
        assert_eq!(event.meta("user"), Some("Zhang"));
        assert_eq!(event.meta("cqrs-es.command_id"), Some("theirs"), "kept apart from ours");
        assert!(event.meta(keys::COMMAND_ID).unwrap().starts_with("import/"));
        assert_eq!(event.meta(keys::IMPORTED_FROM), Some("cqrs-es"));
        assert_eq!(event.meta(keys::IMPORTED_ORDER), Some("invented: by aggregate type and id"));
        assert_eq!((event.recorded_at, event.occurred()), (log.now(), Occurred::At(log.now())));
        assert_eq!(Leaf::of(event).hash(), Ok(event.leaf_hash));
    }
    assert_eq!(&*events[0].payload, r#"{"Put":2}"#);
    // It goes on: with its state, its rows, and under its numbers.
    assert_eq!((beans(&log, "a").await, beans(&log, "b").await), (3, 4));
    let next = ask(&log, "mine", "b", Command::Take(4)).await.unwrap();
    assert_eq!((next.version, next.position), (3, Position(5)));
    log.settle().await.unwrap();
    let live = log.rows("stock", None).await.unwrap();
    let folded = log.rows("stock", Some(log.head())).await.unwrap();
    assert_eq!((live.position, texts(&live.rows)), (Position(5), texts(&folded.rows)));
    assert_eq!(log.damage().await.unwrap(), None);
}

/// Broken off after some batches, or repeated when the original has gone on.
#[tokio::test]
async fn an_import_goes_on_where_it_was_and_appends_nothing_twice() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let path = original(&kitchen).await;
    let many: Vec<_> =
        (1..=1_200).map(|n| format!("('jar', 'big', {n}, 'beans-put', '1', '{{\"Put\":1}}', '{{}}')")).collect();
    insert(&path, &many.join(", "));
    {
        let mut told = 0;
        let import = log.import(source(path.clone()), |_| told += 1);
        let mut import = Box::pin(import);
        // Left alone once something of it is there.
        while log.head() == Position::START {
            futures::future::select(&mut import, Box::pin(tokio::task::yield_now())).await;
        }
    }
    let part = log.head().0;
    let rest = import(&log, source(path.clone())).await.unwrap();
    assert_eq!((rest.appended + rest.known, rest.of, log.head()), (1_204, 1_204, Position(1_204)));
    assert!(rest.known >= part.min(1_204), "{rest:?} after {part}");
    insert(&path, "('jar', 'a', 3, 'beans-put', '1', '{\"Put\":4}', '{}')");
    let more = import(&log, source(path)).await.unwrap();
    assert_eq!(more, Imported { appended: 1, known: 1_204, of: 1_205 });
    assert_eq!((beans(&log, "a").await, beans(&log, "big").await), (7, 1_200));
}

#[tokio::test]
async fn what_does_not_fit_is_named_and_what_came_before_it_stays() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let path = original(&kitchen).await;
    import(&log, source(path.clone())).await.unwrap();
    // Who has gone on here takes no more of that aggregate from there.
    ask(&log, "mine", "a", Command::Take(3)).await.unwrap();
    insert(&path, "('jar', 'a', 3, 'beans-put', '1', '{\"Put\":4}', '{}')");
    let refused = import(&log, source(path.clone())).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Refused(NotImported::Different { id, sequence: 3, .. }) if id == "a"),
        "{refused}"
    );
    for (n, (values, saying)) in [
        ("('jar', 'z', 2, 'e', '1', '{}', '{}')", "has event 2 where 1 should be"),
        ("('jar', 'z', 0, 'e', '1', '{}', '{}')", "has event 0 where 1 should be"),
        ("('jar', 'z', 1, 'e', '1', '{}', 'no JSON')", "its metadata are no object"),
        ("('jar', 'z', 1, 'e', '1', '{\"a\":\"\\u0000\"}', '{}')", "NUL"),
        ("('jar', 'z', 1, 'e', '1', printf('\"%.*c\"', 65535, 'x'), '{}')", "bytes long"),
    ]
    .into_iter()
    .enumerate()
    {
        let head = log.head();
        let path = kitchen.folder().join(format!("{n}.db"));
        Connection::open(&path).unwrap().execute_batch(TABLE).unwrap();
        insert(&path, values);
        let refused = import(&log, source(path)).await.unwrap_err();
        assert!(matches!(refused, Error::Refused(_)), "{refused}");
        assert!(refused.to_string().contains(saying), "{values}: {refused}");
        assert_eq!(log.head(), head);
    }
    for (table, saying) in [("nothing", "cannot be read"), ("events; DROP", "no name of a table")] {
        let source = Source { table: table.to_owned(), ..source(path.clone()) };
        let wrong = import(&log, source).await.unwrap_err();
        assert!(matches!(wrong, Error::Unavailable(_)), "{wrong}");
        assert!(wrong.to_string().contains(saying), "{wrong}");
    }
    let none = import(&log, source("/nowhere/stock.db")).await.unwrap_err();
    assert!(none.to_string().contains("there is no database"), "{none}");
}

/// `payload` and `metadata` are of the type json there.
#[tokio::test]
async fn a_database_of_postgres_es_is_imported_too() {
    let url = Cluster::shared().unwrap().database().unwrap();
    let pool = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let table = TABLE.replace("sequence integer", "sequence bigint").replace("payload text", "payload json").replace("metadata text", "metadata json");
    sqlx::query(table.trim_end_matches(" STRICT")).execute(&pool).await.unwrap();
    let cqrs = postgres_cqrs::<Jar>(pool.clone(), Vec::new(), ());
    for (jar, command) in DONE {
        cqrs.execute_with_metadata(jar, command, who("Zhang")).await.unwrap();
    }
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let imported = import(&log, source(url)).await.unwrap();
    assert_eq!((imported.appended, beans(&log, "a").await, beans(&log, "b").await), (4, 3, 4));
    pool.close().await;
}
