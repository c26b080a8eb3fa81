//! Rows that are kept for readers are those that stand, whoever writes and whoever reads.

use std::sync::Arc;

use fugong_engine::{Log, core::Position};

use super::Kitchen;
use crate::{
    jars::{Command, Row, Stock, texts, told},
    kitchen::{Setup, ask, events},
};

fn setup() -> Setup {
    Setup::default().register(Stock::default())
}

async fn put(log: &Log, id: u64, jar: u64, beans: u64) {
    ask(log, &format!("{id}"), &format!("{jar}"), Command::Put(beans)).await.unwrap();
    log.settle().await.unwrap();
}

#[tokio::test]
async fn who_asks_twice_gets_the_same_set_until_something_happens() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    put(&log, 0, 0, 1).await;
    let first = log.rows("stock", None).await.unwrap();
    let again = log.rows("stock", None).await.unwrap();
    assert!(Arc::ptr_eq(&first.rows, &again.rows));
    put(&log, 1, 0, 1).await;
    let after = log.rows("stock", None).await.unwrap();
    assert_eq!((first.position, after.position), (Position(1), Position(2)));
    let read = |rows| fugong_engine::core::Rows::all::<Row>(rows, "jar").unwrap()[0].1.events;
    assert_eq!((read(&first.rows), read(&after.rows)), (1, 2), "what somebody reads stands still");
}

/// The set follows each batch; a fresh fold, and the store, say the same after every one.
#[tokio::test]
async fn the_set_follows_what_is_written_row_by_row() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    for n in 0..40 {
        let command = if n % 3 == 2 { Command::Take(2) } else { Command::Put(1) };
        // A jar may be empty.
        let _refused = ask(&log, &format!("{n}"), &format!("{}", n % 4), command).await;
        log.settle().await.unwrap();
        let live = log.rows("stock", None).await.unwrap();
        let rows: Vec<(String, Row)> = live.rows.all("jar").unwrap();
        assert_eq!(rows, told(&events(&log).await).into_iter().collect::<Vec<_>>());
        let folded = log.rows("stock", Some(log.head())).await.unwrap();
        assert_eq!(texts(&folded.rows), texts(&live.rows));
    }
    let reader = kitchen.open_to_read(&setup()).await;
    let stored = reader.rows("stock", None).await.unwrap();
    assert_eq!(texts(&stored.rows), texts(&log.rows("stock", None).await.unwrap().rows));
    // Read once as what it is, a row is not read again.
    let shared = |log: &fugong_engine::core::Rows| log.shared::<Row>("jar").unwrap();
    let (one, two) = (shared(&stored.rows), shared(&stored.rows));
    assert!(one.iter().zip(&two).all(|(one, two)| Arc::ptr_eq(&one.1, &two.1)));
    assert_eq!(stored.rows.one::<Row>("jar", "0").unwrap().unwrap(), one[0].1);
    assert_eq!(stored.rows.one::<Row>("jar", "nothing").unwrap(), None);
}

/// Four write and four read at once; every answer is what stood at the position it names.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_stands_on_the_position_it_names() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&setup()).await;
    let writers = (0..4_u64).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            for n in 0..60_u64 {
                let (id, jar) = (format!("{writer}/{n}"), format!("{}", n % 3));
                ask(&log, &id, &jar, Command::Put(1)).await.unwrap();
            }
        })
    });
    let readers = (0..4).map(|_| {
        let log = log.clone();
        tokio::spawn(async move {
            let mut seen = Vec::new();
            while log.rows("stock", None).await.unwrap().position < Position(240) {
                let live = log.rows("stock", None).await.unwrap();
                seen.push((live.position, texts(&live.rows)));
                tokio::task::yield_now().await;
            }
            seen
        })
    });
    let (writers, readers): (Vec<_>, Vec<_>) = (writers.collect(), readers.collect());
    for writer in writers {
        writer.await.unwrap();
    }
    let mut seen = std::collections::BTreeMap::new();
    for reader in readers {
        for (position, rows) in reader.await.unwrap() {
            let first = seen.entry(position).or_insert_with(|| rows.clone());
            assert_eq!(*first, rows, "two answers at {position} differ");
        }
    }
    for (position, rows) in seen {
        let folded = log.rows("stock", Some(position)).await.unwrap();
        assert_eq!((folded.position, texts(&folded.rows)), (position, rows));
    }
}

#[tokio::test]
async fn a_rebuild_is_seen_by_whoever_had_read_what_was_wrong() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    put(&log, 0, 0, 4).await;
    let sound = texts(&log.rows("stock", None).await.unwrap().rows);
    log.close().await;
    kitchen.tamper("UPDATE register_rows SET row = '{\"beans\":9,\"events\":1}' WHERE row_key = '0'",
    );
    let log = kitchen.open(&setup()).await;
    assert_ne!(texts(&log.rows("stock", None).await.unwrap().rows), sound);
    assert_eq!(log.rebuild("stock").await.unwrap().differences.len(), 1);
    let live = log.rows("stock", None).await.unwrap();
    assert_eq!((live.position, texts(&live.rows)), (Position(1), sound));
}

/// Days are asked for in any order; each is folded from the nearest one before it that is kept.
#[tokio::test]
async fn the_past_is_the_same_in_whatever_order_it_is_asked_for() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let mut then = Vec::new();
    for n in 0..30 {
        put(&log, n, n % 4, 1 + n % 3).await;
        then.push(texts(&log.rows("stock", None).await.unwrap().rows));
    }
    for n in [29, 3, 17, 4, 30, 0, 12, 12, 5, 28, 1, 19, 2, 29, 3] {
        let back = log.rows("stock", Some(Position(n))).await.unwrap();
        let rows = usize::try_from(n).unwrap().checked_sub(1).map_or(vec![], |at| then[at].clone());
        assert_eq!((back.position, texts(&back.rows)), (Position(n), rows), "{n}");
    }
    let (one, two) =
        (log.rows("stock", Some(Position(3))).await, log.rows("stock", Some(Position(3))).await);
    assert!(Arc::ptr_eq(&one.unwrap().rows, &two.unwrap().rows));
}
