//! What rows were at ends of days is kept in the store; answers are the same without it.

use fugong_engine::{Log, core::Position};
use serde_json::Value;

use super::Kitchen;
use crate::{
    jars::{Command, Stock, texts},
    kitchen::{Setup, ask, minutes},
};

const EVENTS: u64 = 120;
/// So many minutes lie between two events, so that about ten fall on a day.
const APART: i64 = 140;

fn setup(every: u64) -> Setup {
    Setup::default().register(Stock::default()).past_every(every)
}

/// Every register's rows after each event, as they stood then.
async fn fill(log: &Log) -> Vec<Vec<(String, String, String)>> {
    let mut then = vec![Vec::new()];
    let mut minute = 0;
    for n in 1..=EVENTS {
        // A day on which much happens, too.
        minute += if (40..70).contains(&n) { 1 } else { APART };
        log.advance(minutes(minute)).await.unwrap();
        // Many jars first, and then few of them again and again.
        let (jar, command) = match n {
            ..50 => (n, Command::Put(n)),
            _ if n % 3 == 0 => (n % 7, Command::Spoil),
            _ => (n % 7, Command::Put(n)),
        };
        ask(log, &format!("{n}"), &format!("{jar}"), command).await.unwrap();
        if then.len() <= usize::try_from(log.head().0).unwrap() {
            log.settle().await.unwrap();
            then.push(texts(&log.rows("stock", None).await.unwrap().rows));
        }
    }
    then
}

/// The points: their position, and whether all jars are kept there.
fn points(kitchen: &Kitchen) -> Vec<(u64, bool)> {
    let sql = "SELECT row FROM register_rows WHERE register = 'past:stock' ORDER BY row_key";
    let rows = kitchen.sql::<Value>(sql);
    rows.iter()
        .map(|row| {
            let whole = &row["relations"]["jar"]["whole"];
            (row["position"].as_u64().unwrap(), *whole == row["position"])
        })
        .collect()
}

/// Nobody is told when points are made.
async fn until(kitchen: &Kitchen, there: impl Fn(&[(u64, bool)]) -> bool) {
    let look = async {
        while !there(&points(kitchen)) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), look).await.unwrap();
}

/// In a process of its own, which has nothing in memory; the last first, so that nothing helps.
async fn same(kitchen: &Kitchen, then: &[Vec<(String, String, String)>]) -> bool {
    let log = kitchen.open_to_read(&setup(8)).await;
    let mut same = true;
    for (n, rows) in then.iter().enumerate().rev() {
        let at = Position(u64::try_from(n).unwrap());
        let back = log.rows("stock", Some(at)).await.unwrap();
        same &= (back.position, &texts(&back.rows)) == (at, rows);
    }
    log.close().await;
    same
}

#[tokio::test]
async fn every_position_dated_back_is_the_same_with_and_without_what_is_kept() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup(8)).await;
    let then = fill(&log).await;
    log.rebuild("stock").await.unwrap();
    let made = points(&kitchen);
    let whole = made.iter().filter(|(_, whole)| *whole).count();
    assert!(0 < whole && 2 < made.len() - whole, "{made:?}");
    let apart: Vec<_> = made.windows(2).map(|two| two[1].0 - two[0].0).collect();
    assert!(apart.iter().all(|apart| (8..=16).contains(apart)), "{apart:?}");
    assert!(apart.contains(&16), "a long day is not waited for: {apart:?}");
    assert!(same(&kitchen, &then).await);
    let all = "DELETE FROM register_rows WHERE register LIKE 'past:%'";
    kitchen.tamper(all);
    assert!(same(&kitchen, &then).await);
    log.rebuild("stock").await.unwrap();
    assert_eq!(points(&kitchen), made, "they are made again as they were");
}

#[tokio::test]
async fn what_is_kept_is_what_is_read_and_a_rebuild_replaces_it() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup(8)).await;
    let then = fill(&log).await;
    log.rebuild("stock").await.unwrap();
    kitchen.tamper(
        "UPDATE register_rows SET row = '{\"beans\":1,\"events\":1}' \
         WHERE register LIKE 'past:stock@%' AND relation = 'jar'",
    );
    assert!(!same(&kitchen, &then).await);
    log.rebuild("stock").await.unwrap();
    assert!(same(&kitchen, &then).await);
}

/// Whoever may write the database could have a day long past tell something else.
#[tokio::test]
async fn what_is_forged_of_the_past_is_found() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup(8)).await;
    fill(&log).await;
    log.rebuild("stock").await.unwrap();
    let differences = async || log.compare_afresh("stock").await.unwrap().differences;
    assert_eq!(differences().await, []);
    let made = points(&kitchen);
    let at = |whole| made.iter().find(|(_, is_whole)| *is_whole == whole).unwrap().0;
    for (position, forge) in [
        (at(true), "UPDATE register_rows SET row = '{\"beans\":1,\"events\":1}'"),
        (at(false), "UPDATE register_rows SET row = '{\"beans\":1,\"events\":1}'"),
        (at(false), "UPDATE register_rows SET row = 'gone'"),
        (at(false), "DELETE FROM register_rows"),
    ] {
        let place = format!("register LIKE 'past:stock@%{position}' AND relation = 'jar'");
        kitchen.tamper(&format!("{forge} WHERE {place}"));
        let found = differences().await;
        let said = format!("jar after event {position}");
        assert!(found.iter().any(|it| it.relation == said), "{forge} at {position}: {found:?}");
        log.rebuild("stock").await.unwrap();
        assert_eq!(differences().await, []);
    }
    let (first, second) = (made[0].0, made[1].0);
    kitchen.tamper(&format!(
        "DELETE FROM register_rows WHERE register = 'past:stock' AND row_key LIKE '%{first}'"
    ));
    let found = differences().await;
    let said = format!("after event {second}");
    assert!(found.iter().any(|it| it.relation.ends_with(&said)), "a point is gone: {found:?}");
}

#[tokio::test]
async fn points_are_made_behind_the_log_while_it_grows_and_go_on_after_a_restart() {
    let kitchen = Kitchen::new();
    let mut log = kitchen.open(&setup(8)).await;
    let mut then = fill(&log).await;
    let mut last = 0;
    for n in 1..=3_u64 {
        let head = log.head().0;
        until(&kitchen, |points| points.last().is_some_and(|(at, _)| head <= *at + 16)).await;
        let now = points(&kitchen).last().unwrap().0;
        assert!(last < now);
        last = now;
        log.close().await;
        log = kitchen.open(&setup(8)).await;
        for m in 0..20 {
            ask(&log, &format!("{n}/{m}"), "x", Command::Put(m)).await.unwrap();
            log.settle().await.unwrap();
            then.push(texts(&log.rows("stock", None).await.unwrap().rows));
        }
    }
    assert!(same(&kitchen, &then).await);
}

#[tokio::test]
async fn what_was_half_made_is_made_again() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup(8)).await;
    let then = fill(&log).await;
    log.rebuild("stock").await.unwrap();
    let made = points(&kitchen);
    log.close().await;
    // The list ends earlier than the rows, one of which is not what it was to be.
    kitchen.tamper(&format!(
        "DELETE FROM register_rows WHERE register = 'past:stock' AND {} < CAST(row_key AS integer); \
         INSERT INTO register_rows (log_id, register, version, relation, row_key, row) \
         VALUES (7, 'past:stock@{:020}', 0, 'jar', 'of nobody', '1')",
        made[4].0, made[5].0
    ));
    let log = kitchen.open(&setup(8)).await;
    ask(&log, "again", "x", Command::Put(1)).await.unwrap();
    log.settle().await.unwrap();
    until(&kitchen, |points| made.len() <= points.len()).await;
    assert_eq!(points(&kitchen)[..made.len()], made);
    assert!(same(&kitchen, &then).await);
}
