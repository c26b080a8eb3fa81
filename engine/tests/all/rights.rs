//! What the roles of a server may do.

use fugong_cluster::Cluster;
use fugong_engine::{
    Builder, Database, Engine, Options, Rights,
    core::{LogId, Unsealed},
};

use crate::{
    jars::{Ask, Command, JARS, Jar, RESTRICTS, Refill, Stock},
    kitchen::{ask, beans, events},
};

fn builder() -> Builder {
    let engine = Engine::builder().aggregate::<Jar>(()).acts::<Ask>().consequences(JARS);
    engine.register(std::sync::Arc::new(Stock::default())).policy(std::sync::Arc::new(Refill))
}

#[tokio::test]
async fn the_role_that_serves_appends_and_cannot_change_what_stands() {
    let cluster = Cluster::shared().unwrap();
    let url = cluster.database().unwrap();
    let database = url.rsplit('/').next().unwrap().to_owned();
    builder().open(Options::new(&url, LogId(7))).await.unwrap().close().await;
    let (serves, reads) = (cluster.role().unwrap(), cluster.role().unwrap());
    let place = Database::from(&url);
    Engine::grant(&place, &serves.name, Rights::Serve).unwrap();
    Engine::grant(&place, &reads.name, Rights::Read).unwrap();
    let serving = cluster.url_for(&serves, &database);
    let log = builder().open(Options::new(&serving, LogId(7))).await.unwrap();
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    ask(&log, "b", "x", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!((events(&log).await.len(), beans(&log, "x").await), (3, 12));
    let sealed = log.seal("c-1", "王小明").await.unwrap();
    assert!(log.rebuild("stock").await.unwrap().differences.is_empty());
    let label = log.seal("x", "酱").await.unwrap();
    ask(&log, "restrict", "x", Command::Put(RESTRICTS)).await.unwrap();
    assert_eq!(log.open(&label).unwrap(), Unsealed::Restricted);
    ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    assert_eq!(log.open(&label).unwrap(), Unsealed::Erased);
    let reading = cluster.url_for(&reads, &database);
    let options = Options { read_only: true, ..Options::new(&reading, LogId(7)) };
    let seen = builder().open(options).await.unwrap();
    assert_eq!(events(&seen).await.len(), 5);
    assert_eq!(seen.open(&sealed).unwrap(), log.open(&sealed).unwrap());
    for (url, sql) in [
        (&serving, "UPDATE events SET payload = '{}'"),
        (&serving, "DELETE FROM events"),
        (&serving, "TRUNCATE events"),
        (&serving, "UPDATE commands SET command = NULL"),
        (&serving, "DELETE FROM commands"),
        (&serving, "INSERT INTO logs SELECT * FROM logs"),
        (&serving, "DELETE FROM fugong_keys.subjects"),
        (&reading, "DELETE FROM register_rows"),
        (&reading, "INSERT INTO events SELECT * FROM events"),
        (&reading, "UPDATE fugong_keys.subjects SET key = NULL"),
    ] {
        let said = cluster.run(url, sql).unwrap_err().to_string();
        assert!(said.contains("permission denied"), "{sql}: {said}");
    }
    let unknown = Engine::grant(&place, "nobody here", Rights::Serve).unwrap_err().to_string();
    assert!(unknown.contains("\"nobody here\" does not exist"), "{unknown}");
    let file = Engine::grant(&"jars.db".into(), "x", Rights::Serve).unwrap_err().to_string();
    assert!(file.contains("is a file"), "{file}");
}

#[tokio::test]
async fn without_the_extension_nothing_is_distributed() {
    let cluster = Cluster::shared().unwrap();
    let url = cluster.database().unwrap();
    builder().open(Options::new(&url, LogId(7))).await.unwrap().close().await;
    let said = Engine::distribute(&Database::from(&url)).unwrap_err().to_string();
    assert!(said.contains("the extension citus is not in this database"), "{said}");
}
