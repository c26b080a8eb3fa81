//! Registers hold what the events say, each event once.

use std::time::Duration;

use fugong_engine::core::Position;
use proptest::prelude::*;

use super::Kitchen;
use crate::{
    jars::{Command, Refill, Row, Stock, texts, told},
    kitchen::{Setup, ask, events},
};

fn setup() -> Setup {
    Setup::default().register(Stock::default())
}

/// Eight writers, with somebody waiting for the registers all the while.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_event_is_folded_once_whoever_writes() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&setup()).await;
    let writers = (0..8).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            for n in 0..50_u64 {
                let (id, jar) = (format!("{writer}/{n}"), format!("{}", (writer + n) % 5));
                let command = if n % 3 == 2 { Command::Take(1) } else { Command::Put(2) };
                // A jar may be empty.
                let _refused = ask(&log, &id, &jar, command).await;
                if n % 10 == writer {
                    log.settle().await.unwrap();
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    log.settle().await.unwrap();
    let events = events(&log).await;
    assert!(events.iter().map(|e| e.position.0).eq(1..=log.head().0));
    let live = log.rows("stock", None).await.unwrap();
    assert_eq!(live.position, log.head());
    let rows: Vec<(String, Row)> = live.rows.all("jar").unwrap();
    assert_eq!(rows, told(&events).into_iter().collect::<Vec<_>>());
    let folded = log.rows("stock", Some(log.head())).await.unwrap();
    assert_eq!(texts(&folded.rows), texts(&live.rows));
    let rebuilt = log.rebuild("stock").await.unwrap();
    assert_eq!((rebuilt.differences, rebuilt.events), (vec![], log.head().0));
    assert_eq!(rebuilt.rows, texts(&live.rows).len());
}

/// Callers go away in the middle of waiting.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_cut_off_leaves_nothing_half_done() {
    let kitchen = Kitchen::real();
    let both = setup().policy(Refill);
    let log = kitchen.open(&both).await;
    for n in 0..60_u64 {
        let command = if n % 3 == 2 { Command::Take(2) } else { Command::Put(1) };
        // A jar may be empty.
        let _refused = ask(&log, &format!("{n}"), &format!("{}", n % 4), command).await;
        let patience = Duration::from_micros(n * 40);
        // What counts is what is left when it is cut off.
        let _late = tokio::time::timeout(patience, log.settle()).await;
    }
    log.settle().await.unwrap();
    let live = log.rows("stock", None).await.unwrap();
    let rows: Vec<(String, Row)> = live.rows.all("jar").unwrap();
    assert_eq!(rows, told(&events(&log).await).into_iter().collect::<Vec<_>>());
    assert_eq!(log.rebuild("stock").await.unwrap().differences, []);
    let open = "SELECT count(*) FROM outbox WHERE state = 'open'";
    assert_eq!(kitchen.sql::<i64>(open), [0]);
    let given = "SELECT count(*) - count(DISTINCT command_id) FROM commands";
    assert_eq!(kitchen.sql::<i64>(given), [0]);
}

#[tokio::test]
async fn a_register_dated_back_is_what_it_was_then() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let mut then = vec![(Position::START, Vec::new())];
    for n in 1..=12 {
        let command = if n % 4 == 0 { Command::Take(n / 2) } else { Command::Put(n) };
        let receipt = ask(&log, &format!("{n}"), &format!("{}", n % 3), command).await;
        let Ok(receipt) = receipt else { continue };
        log.settle().await.unwrap();
        let live = log.rows("stock", None).await.unwrap();
        assert_eq!(live.position, receipt.position);
        then.push((receipt.position, texts(&live.rows)));
    }
    assert!(10 < then.len());
    for (position, rows) in then {
        let back = log.rows("stock", Some(position)).await.unwrap();
        assert_eq!((back.position, texts(&back.rows)), (position, rows));
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stops_one_register_visibly() {
    let kitchen = Kitchen::new();
    let both = setup().register(Stock { version: 0, fails_at: Some(3) });
    let log = kitchen.open(&both).await;
    ask(&log, "a", "x", Command::Put(9)).await.unwrap();
    ask(&log, "b", "x", Command::Take(3)).await.unwrap();
    ask(&log, "c", "x", Command::Put(1)).await.unwrap();
    log.settle().await.unwrap();
    assert!(log.wait_for_registers(log.head(), Duration::from_secs(5)).await);
    let status = log.register_status().await;
    let [stock, picky] = status.as_slice() else { panic!("{status:?}") };
    assert_eq!((stock.position, &stock.stuck), (Position(3), &None));
    let reason = "3 cannot be read".to_owned();
    assert_eq!((picky.position, &picky.stuck), (Position(1), &Some((Position(2), reason))));
    let rows = log.rows("picky", None).await.unwrap();
    assert_eq!(rows.position, Position(1));
    assert_eq!(rows.stuck.unwrap(), "event 2: 3 cannot be read");
    assert_eq!(log.rows("picky", Some(Position(3))).await.unwrap().position, Position(1));
    assert!(log.rebuild("picky").await.unwrap().differences.is_empty(), "it stays as it is");
    log.close().await;

    let log = kitchen.open(&both).await;
    log.settle().await.unwrap();
    assert_eq!(log.register_status().await, status, "it says so after a restart too");
    log.close().await;

    let learned = setup().register(Stock { version: 0, fails_at: Some(4) });
    let log = kitchen.open(&learned).await;
    log.settle().await.unwrap();
    let status = log.register_status().await;
    assert_eq!((status[1].position, &status[1].stuck), (Position(3), &None));
    let (stock, picky) = (log.rows("stock", None).await, log.rows("picky", None).await);
    assert_eq!(texts(&stock.unwrap().rows), texts(&picky.unwrap().rows));
}

#[tokio::test]
async fn a_rebuild_finds_what_was_tampered_with_and_repairs_it() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    for (n, jar) in ["x", "y", "z"].into_iter().enumerate() {
        ask(&log, &format!("{n}"), jar, Command::Put(4)).await.unwrap();
    }
    log.settle().await.unwrap();
    let sound = texts(&log.rows("stock", None).await.unwrap().rows);
    log.close().await;
    kitchen.tamper("UPDATE register_rows SET row = '{\"beans\":400,\"events\":1}' WHERE row_key = 'x';
         DELETE FROM register_rows WHERE row_key = 'y';
         INSERT INTO register_rows SELECT log_id, register, version, relation, 'w', row
           FROM register_rows WHERE row_key = 'z';",
    );
    let log = kitchen.open(&setup()).await;
    let rebuilt = log.rebuild("stock").await.unwrap();
    let found: Vec<_> = rebuilt.differences.iter().map(|d| (&*d.relation, &*d.key)).collect();
    assert_eq!(found, [("jar", "w"), ("jar", "x"), ("jar", "y")]);
    assert_eq!(rebuilt.differences[1].stood.as_deref(), Some("{\"beans\":400,\"events\":1}"));
    assert_eq!(rebuilt.differences[1].rebuilt.as_deref(), Some("{\"beans\":4,\"events\":1}"));
    assert_eq!(rebuilt.differences[2].stood, None);
    assert_eq!(texts(&log.rows("stock", None).await.unwrap().rows), sound);
    ask(&log, "more", "x", Command::Put(1)).await.unwrap();
    log.settle().await.unwrap();
    assert!(log.rebuild("stock").await.unwrap().differences.is_empty());
}

#[tokio::test]
async fn a_rebuild_tells_how_far_it_has_come() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    for n in 0..20 {
        ask(&log, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
    }
    log.settle().await.unwrap();
    let told = tokio::sync::watch::Sender::default();
    let heard = told.subscribe();
    log.rebuild_telling("stock", told).await.unwrap();
    assert_eq!(*heard.borrow(), Position(20));
}

#[tokio::test]
async fn waiting_for_a_register_ends() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let receipt = ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    assert!(log.wait_for_registers(receipt.position, Duration::from_secs(10)).await);
    assert_eq!(log.rows("stock", None).await.unwrap().position, receipt.position);
    assert!(!log.wait_for_registers(Position(99), Duration::from_millis(20)).await);
    let unknown = log.rows("stick", None).await.unwrap_err();
    assert!(unknown.to_string().contains("there are stock"), "{unknown}");
}

/// A clerk's report beside the running service.
#[tokio::test]
async fn a_process_that_only_reads_sees_where_the_other_has_brought_them() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    let reader = kitchen.open_to_read(&setup()).await;
    assert_eq!(reader.rows("stock", None).await.unwrap().position, Position::START);
    let receipt = ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    assert!(reader.wait_for_registers(receipt.position, Duration::from_secs(10)).await);
    let (live, read) = (log.rows("stock", None).await, reader.rows("stock", None).await);
    assert_eq!(texts(&live.unwrap().rows), texts(&read.unwrap().rows));
    assert_eq!(reader.register_status().await[0].position, receipt.position);
    assert_eq!(reader.head(), receipt.position);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever happened, and wherever the process was restarted, the kept rows are those of a
    /// fresh fold.
    #[test]
    fn rebuilt_is_kept(history in prop::collection::vec((0..4_u8, any::<bool>(), 0..5_u64, 0..9_u8), 1..30)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let kitchen = Kitchen::new();
            let mut log = kitchen.open(&setup()).await;
            for (n, (jar, put, beans, then)) in history.into_iter().enumerate() {
                let command = if put { Command::Put(beans) } else { Command::Take(beans) };
                // A jar may be empty.
                let _refused = ask(&log, &format!("{n}"), &format!("{jar}"), command).await;
                match then {
                    0 => {
                        log.close().await;
                        log = kitchen.open(&setup()).await;
                    }
                    1..=3 => log.settle().await.unwrap(),
                    _ => {}
                }
            }
            log.settle().await.unwrap();
            let rebuilt = log.rebuild("stock").await.unwrap();
            assert_eq!(rebuilt.differences, []);
            log.close().await;
        });
    }
}
