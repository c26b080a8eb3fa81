//! What the roles of a server may do.

use std::sync::Arc;

use fugong_cluster::Cluster;
use fugong_engine::{
    Builder, Database, Engine, Options, Rights,
    core::{LogId, Register, Unsealed},
};

use crate::{
    jars::{Ask, Command, JARS, Jar, RESTRICTS, Refill, Stock},
    kitchen::{ask, beans, events},
};

fn builder() -> Builder {
    let engine = Engine::builder().aggregate::<Jar>(()).acts::<Ask>().consequences(JARS);
    engine.register(Arc::new(Stock::default())).policy(Arc::new(Refill))
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

/// An analyst's role reads what registers keep of its district, and nothing else, and writes nothing.
#[tokio::test]
async fn the_role_that_reports_reads_its_district_and_nothing_of_persons() {
    let cluster = Cluster::shared().unwrap();
    let url = cluster.database().unwrap();
    let database = url.rsplit('/').next().unwrap().to_owned();
    let mut counts = Vec::new();
    for log in [7, 8] {
        let log = builder().open(Options::new(&url, LogId(log))).await.unwrap();
        ask(&log, "a", "x", Command::Put(3)).await.unwrap();
        log.settle().await.unwrap();
        counts.push(log.rows("stock", None).await.unwrap().rows.held());
        log.close().await;
    }
    assert!(counts.iter().all(|rows| 0 < *rows), "{counts:?}");
    let registers: [Arc<dyn Register>; 1] = [Arc::new(Stock::default())];
    let (analyst, other) = (cluster.role().unwrap(), cluster.role().unwrap());
    let place = Database::from(&url);
    Engine::report(&place, LogId(7), &analyst.name, &registers).unwrap();
    // Made anew for somebody else, they are still there for the first.
    Engine::report(&place, LogId(8), &other.name, &registers).unwrap();
    let relation = registers[0].relations()[0].name;
    for (role, log) in [(&analyst, "7"), (&other, "8")] {
        let url = cluster.url_for(role, &database);
        let run = |sql: &str| cluster.run(&url, sql);
        let logs = run(&format!("SELECT DISTINCT log_id FROM reporting.{relation}")).unwrap();
        assert_eq!(logs, [log]);
        assert_eq!(run("SHOW statement_timeout").unwrap(), ["1min"]);
        for sql in [
            format!("DELETE FROM reporting.{relation}"),
            format!("UPDATE reporting.{relation} SET row_key = 'y'"),
            "CREATE TABLE reporting.mine (n int)".to_owned(),
        ] {
            // Also where it takes back that it only reads.
            for sql in [sql.clone(), format!("SET default_transaction_read_only = off; {sql}")] {
                let said = run(&sql).unwrap_err().to_string();
                let no = ["permission denied", "read-only", "cannot delete", "cannot update"];
                assert!(no.iter().any(|no| said.contains(no)), "{sql}: {said}");
            }
        }
        for table in ["events", "commands", "register_rows", "reporting.readers"] {
            let said = run(&format!("SELECT * FROM {table}")).unwrap_err().to_string();
            assert!(said.contains("permission denied"), "{table}: {said}");
        }
    }
    let said =
        r#"{"a": {"subject": "s", "sealed": "x", "commitment": "y"}, "b": [1, {"c": 2}], "d": {}}"#;
    let plain = cluster.run(&url, &format!("SELECT reporting.without_persons('{said}')")).unwrap();
    assert_eq!(plain, [r#"{"a": null, "b": [1, {"c": 2}], "d": {}}"#]);
    let file = Engine::report(&"jars.db".into(), LogId(7), "x", &registers).unwrap_err();
    assert!(file.to_string().contains("is a file"), "{file}");
}
