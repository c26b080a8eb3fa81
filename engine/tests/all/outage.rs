//! A PostgreSQL server that dies, and comes back.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use fugong_cluster::Cluster;
use fugong_engine::{
    Builder, Database, Error, Log, OpenError, Options, Receipt,
    core::{LogId, Position, Recorded, keys},
};

use crate::{
    jars::{Ask, Command, Jar, Stock},
    kitchen::{ask, beans, events},
};

fn builder() -> Builder {
    Builder::new().aggregate::<Jar>(()).acts::<Ask>().register(Arc::new(Stock::default()))
}

/// Repeats under the same id what the outage cut off, until it is answered.
async fn insist(log: &Log, id: &str, jar: &str) -> Receipt {
    let began = Instant::now();
    loop {
        match ask(log, id, jar, Command::Put(1)).await {
            Ok(receipt) => return receipt,
            Err(Error::Refused(never)) => panic!("{never}"),
            Err(error) if Duration::from_mins(1) < began.elapsed() => panic!("{id}: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_nothing_that_was_answered_and_doubles_nothing() {
    let cluster = Cluster::start(&[]).unwrap();
    let url = cluster.database().unwrap();
    let options = || Options::new(url.as_str(), LogId(7));
    let logs = [builder().open(options()).await.unwrap(), builder().open(options()).await.unwrap()];
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..12_usize)
        .map(|client| {
            let (log, over) = (logs[client % 2].clone(), Arc::clone(&over));
            tokio::spawn(async move {
                let mut answered = HashMap::new();
                for n in 0.. {
                    let id = format!("{client}-{n}");
                    let jar = format!("jar{}", (client + n) % 4);
                    answered.insert(id.clone(), insist(&log, &id, &jar).await.position);
                    if over.load(Ordering::Acquire) {
                        break;
                    }
                }
                answered
            })
        })
        .collect();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        cluster.kill().unwrap();
        cluster.restart().unwrap();
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    over.store(true, Ordering::Release);
    let mut answered: HashMap<String, Position> = HashMap::new();
    for client in clients {
        answered.extend(client.await.unwrap());
    }
    let all = events(&logs[0]).await;
    let places: Vec<_> = all.iter().map(|event| event.position.0).collect();
    assert_eq!(places, (1..=u64::try_from(all.len()).unwrap()).collect::<Vec<_>>(), "no gap");
    let id = |event: &Recorded| event.meta(keys::COMMAND_ID).unwrap().to_owned();
    let stored: HashMap<_, _> = all.iter().map(|event| (id(event), event.position)).collect();
    assert_eq!(stored.len(), all.len(), "no id twice");
    assert!(stored == answered, "what was answered is there, where it was said to be");
    for log in &logs {
        let mut sum = 0;
        for jar in 0..4 {
            sum += beans(log, &format!("jar{jar}")).await;
        }
        assert_eq!(sum, u64::try_from(all.len()).unwrap());
    }
    assert!(logs[0].wait_for_registers(logs[0].head(), Duration::from_secs(30)).await);
}

#[tokio::test]
async fn a_server_that_cannot_be_used_is_named_with_what_to_do() {
    let cluster = Cluster::start(&[]).unwrap();
    let url = cluster.database().unwrap();
    let open = async |url: &str| builder().open(Options::new(url, LogId(7))).await.unwrap_err();
    let said = |error: &OpenError, what: &str| {
        let said = error.to_string();
        assert!(said.contains(what), "{said}");
        assert!(!said.contains("postgres:"), "no password is said: {said}");
    };
    let role = cluster.role().unwrap();
    let wrong = fugong_cluster::Role { password: "guessed".to_owned(), ..role.clone() };
    let database = url.rsplit('/').next().unwrap();
    said(&open(&cluster.url_for(&wrong, database)).await, "check user and password");
    said(&open(&cluster.url("nowhere")).await, "there is no such database");
    // A role that may log in and nothing else.
    said(&open(&cluster.url_for(&role, database)).await, "the role lacks a right");
    cluster.run(&url, "CREATE TABLE events (n int)").unwrap();
    said(&open(&url).await, "tables of another program");
    cluster.run(&url, "DROP TABLE events").unwrap();
    let log = builder().open(Options::new(&*url, LogId(7))).await.unwrap();
    log.close().await;
    cluster.run(&url, "COMMENT ON TABLE logs IS 'fugong layout 99'").unwrap();
    assert_eq!(open(&url).await, OpenError::Newer { found: 99, known: 5 });
    cluster.stop().unwrap();
    said(&open(&url).await, "whether the server runs");
    let shown = Database::from(url.as_str()).to_string();
    assert!(shown.contains("postgres:…@127.0.0.1"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_an_older_layout_is_brought_to_this_one() {
    for layout in [2, 3, 4] {
        is_brought_to_this_one(layout).await;
    }
}

/// From the second layout, or the third, which had other functions in place of these.
async fn is_brought_to_this_one(layout: u32) {
    const SECOND: &str = include_str!("../golden/postgres-layout-2.sql");
    let cluster = Cluster::shared().unwrap();
    let url = cluster.database().unwrap();
    let options = Options::new(&*url, LogId(7));
    let log = builder().open(options.clone()).await.unwrap();
    ask(&log, "1", "x", Command::Put(1)).await.unwrap();
    log.close().await;
    let later = "DROP FUNCTION append; DROP FUNCTION append_checked; DROP FUNCTION keep; \
                 ALTER TABLE logs DROP COLUMN writer";
    cluster.run(&url, later).unwrap();
    cluster.run(&url, SECOND).unwrap();
    cluster.run(&url, &format!("COMMENT ON TABLE logs IS 'fugong layout {layout}'")).unwrap();
    let only_read = Options { read_only: true, ..options.clone() };
    let older = builder().open(only_read).await.unwrap_err().to_string();
    let why = format!("has layout {layout}, this program reads layout 5");
    assert!(older.contains(&why), "{older}");
    let log = builder().open(options).await.unwrap();
    ask(&log, "2", "x", Command::Put(1)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 2);
    assert!(log.wait_for_registers(log.head(), Duration::from_secs(30)).await);
    log.close().await;
    let functions = "SELECT count(*) FROM pg_proc WHERE proname IN ('append', 'append_checked', 'keep') \
                     AND pronamespace = 'public'::regnamespace";
    assert_eq!(cluster.run(&url, functions).unwrap(), ["3"]);
    let checks = "SELECT count(*) FROM pg_constraint WHERE contype = 'c' \
                  AND conrelid IN ('logs'::regclass, 'events'::regclass)";
    assert_eq!(cluster.run(&url, checks).unwrap(), ["0"]);
}
