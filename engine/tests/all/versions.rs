//! A register whose fold has a new version is folded beside the rows of the old one, which stay.

use fugong_engine::{Log, RegisterVersion, core::Position};

use super::Kitchen;
use crate::{
    jars::{Command, Stock, texts},
    kitchen::{Setup, ask},
};

fn setup(version: u32) -> Setup {
    Setup::default().register(Stock { version, fails_at: None })
}

async fn put(log: &Log, from: u64, upto: u64) {
    for n in from..=upto {
        ask(log, &format!("{n}"), &format!("{}", n % 3), Command::Put(n)).await.unwrap();
    }
    log.settle().await.unwrap();
}

/// Version, position, and whether it is live.
async fn versions(log: &Log) -> Vec<(u32, u64, bool)> {
    let all = log.register_versions().await.unwrap();
    all.iter().map(|it| (it.version, it.position.0, it.live)).collect()
}

#[tokio::test]
async fn a_new_register_and_a_new_version_are_folded_before_they_are_read() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    put(&log, 1, 5).await;
    log.close().await;
    let mut kept = Vec::new();
    for version in [1, 2] {
        let log = kitchen.open(&setup(version)).await;
        let live = log.rows("stock", None).await.unwrap();
        assert_eq!(live.position, Position(5));
        kept.push(texts(&live.rows));
        log.close().await;
    }
    assert_eq!(kept[0], kept[1]);
}

#[tokio::test]
async fn the_rows_of_the_old_version_stay_and_are_the_way_back() {
    let kitchen = Kitchen::new();
    let old = kitchen.open(&setup(1)).await;
    put(&old, 1, 5).await;
    old.close().await;
    let new = kitchen.open(&setup(2)).await;
    put(&new, 6, 8).await;
    assert_eq!(versions(&new).await, [(1, 5, false), (2, 8, true)]);
    let rows = texts(&new.rows("stock", None).await.unwrap().rows);
    let told = RegisterVersion {
        name: "stock".to_owned(),
        version: 2,
        position: Position(8),
        rows: u64::try_from(rows.len()).unwrap(),
        live: true,
        runs: true,
    };
    assert_eq!(new.register_versions().await.unwrap()[1], told);
    new.close().await;
    // The old program again: it goes on where it stopped.
    let old = kitchen.open(&setup(1)).await;
    old.settle().await.unwrap();
    assert_eq!(versions(&old).await, [(1, 8, true), (2, 8, false)]);
    assert_eq!(texts(&old.rows("stock", None).await.unwrap().rows), rows);
    assert_eq!(old.rebuild("stock").await.unwrap().differences, []);
    old.close().await;
    assert_eq!(versions(&kitchen.open(&setup(2)).await).await, [(1, 8, false), (2, 8, true)]);
}

#[tokio::test]
async fn two_versions_are_compared_row_by_row_after_the_same_event() {
    let kitchen = Kitchen::new();
    let old = kitchen.open(&setup(1)).await;
    put(&old, 1, 5).await;
    old.close().await;
    let new = kitchen.open(&setup(2)).await;
    put(&new, 6, 9).await;
    let same = new.compare_versions("stock", 1).await.unwrap();
    assert_eq!((same.position, same.differences), (Position(5), vec![]));
    kitchen.tamper(
        "UPDATE register_rows SET row = '7' WHERE version = 1 AND row_key = '2'; \
         INSERT INTO register_rows (log_id, register, version, relation, row_key, row) \
         VALUES (7, 'stock', 1, 'of old', 'x', '8')",
    );
    let found = new.compare_versions("stock", 1).await.unwrap().differences;
    let found: Vec<_> = found
        .iter()
        .map(|it| (&*it.relation, &*it.key, it.stood.as_deref(), it.rebuilt.as_deref()))
        .collect();
    let row = r#"{"beans":7,"events":2}"#;
    assert_eq!(
        found,
        [("jar", "2", Some("7"), Some(row)), ("of old", "x", Some("8"), None)]
    );
    let none = new.compare_versions("stock", 4).await.unwrap_err();
    assert!(none.to_string().contains("no version 4"), "{none}");
}

#[tokio::test]
async fn a_version_goes_when_somebody_says_so_and_the_live_one_never() {
    let kitchen = Kitchen::new();
    for version in [1, 2] {
        let log = kitchen.open(&setup(version)).await;
        put(&log, 1, 4).await;
        log.close().await;
    }
    let log = kitchen.open(&setup(2)).await;
    let rows = log.rows("stock", None).await.unwrap();
    let stays = log.drop_version("stock", 2).await.unwrap_err();
    assert!(stays.to_string().contains("it stays"), "{stays}");
    let dropped = log.drop_version("stock", 1).await.unwrap();
    assert_eq!(usize::try_from(dropped).unwrap(), texts(&rows.rows).len());
    assert_eq!(versions(&log).await, [(2, 4, true)]);
    log.drop_version("stock", 1).await.unwrap_err();
    // Another program that runs it has the live one of this taken from it no more than this from it.
    let other = kitchen.open_to_read(&setup(1)).await;
    other.drop_version("stock", 2).await.unwrap_err();
    assert_eq!(kitchen.sql::<i64>("SELECT DISTINCT version FROM register_rows"), [2]);
}
