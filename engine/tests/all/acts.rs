//! A command happens once, whole, and nobody is answered on what may not last.

use std::collections::HashSet;

use fugong_engine::{
    Order,
    core::{Envelope, Position},
};

use super::Kitchen;
use crate::{
    jars::{Command, Jar, TooFew},
    kitchen::{Error, Setup, ask, beans, events},
};

/// Eight writers on five aggregates.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn positions_and_sequences_are_dense_whoever_writes() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    let writers = (0..8).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            for n in 0..50 {
                let jar = format!("{}", (writer + n) % 5);
                ask(&log, &format!("{writer}/{n}"), &jar, Command::Put(1)).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let all = events(&log).await;
    assert!(all.iter().zip(1..).all(|(event, n)| event.position == Position(n)));
    let places: HashSet<_> = all.iter().map(|e| (&*e.aggregate_id, e.sequence)).collect();
    assert_eq!((all.len(), places.len()), (400, 400));
    for jar in 0..5 {
        assert_eq!(beans(&log, &jar.to_string()).await, 80);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_command_given_many_times_at_once_happens_once() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    let askers: Vec<_> = (0..16)
        .map(|_| {
            let log = log.clone();
            tokio::spawn(async move { ask(&log, "once", "x", Command::Put(1)).await })
        })
        .collect();
    for asker in askers {
        match asker.await.unwrap() {
            Ok(receipt) => assert_eq!(receipt.position, Position(1)),
            Err(error) => assert_eq!(error, Error::InFlight),
        }
    }
    assert_eq!(beans(&log, "x").await, 1);
    log.close().await;
    let log = kitchen.open(&Setup::default()).await;
    let receipt = ask(&log, "once", "x", Command::Put(1)).await.unwrap();
    assert!(receipt.replayed && receipt.events.len() == 1 && receipt.version == 1);
}

#[tokio::test]
async fn an_id_used_for_something_else_is_refused_and_a_late_repeat_of_nothing_does_nothing() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let nothing = ask(&log, "a", "x", Command::Spoil).await.unwrap();
    assert!(nothing.events.is_empty());
    ask(&log, "b", "x", Command::Put(4)).await.unwrap();
    assert!(ask(&log, "a", "x", Command::Spoil).await.unwrap().replayed);
    assert_eq!(beans(&log, "x").await, 4);
    let other =
        Order { command_id: "b".to_owned(), fingerprint: "other".to_owned(), ..Order::default() };
    let again = log.execute::<Jar>("x", Command::Put(4), other, Envelope::default()).await;
    assert_eq!(again.unwrap_err(), Error::KeyReused);
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_leaves_no_receipt() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let refused = ask(&log, "a", "x", Command::Take(1)).await;
    assert_eq!(refused.unwrap_err(), Error::Refused(TooFew(0)));
    assert!(log.receipt("a").await.unwrap().is_none());
    ask(&log, "b", "x", Command::Put(1)).await.unwrap();
    ask(&log, "a", "x", Command::Take(1)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 0);
}

#[tokio::test]
async fn a_decision_on_another_version_is_a_conflict() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let order = |id: &str, version| Order {
        command_id: id.to_owned(),
        expected_version: Some(version),
        ..Order::default()
    };
    let put = |order| log.execute::<Jar>("x", Command::Put(1), order, Envelope::default());
    put(order("a", 0)).await.unwrap();
    let stale = put(order("b", 0)).await.unwrap_err();
    assert_eq!(stale, Error::Conflict { expected: 0, actual: 1 });
    assert!(put(order("a", 0)).await.unwrap().replayed, "a receipt wins over a conflict");
}

#[tokio::test]
async fn a_nul_is_refused_and_nothing_is_written() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    for (id, jar) in [("a\0", "x"), ("a", "x\0")] {
        assert_eq!(ask(&log, id, jar, Command::Put(1)).await.unwrap_err(), Error::NotText);
    }
    assert_eq!(log.head(), Position::START);
}

#[tokio::test]
async fn stored_events_are_never_changed() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    log.close().await;
    for sql in ["UPDATE events SET payload = '{}'", "DELETE FROM events"] {
        assert!(kitchen.try_to_tamper(sql).unwrap_err().contains("events are never"));
    }
}

/// A repetition is found when it is appended, in one batch with what others append: it alone is
/// left out.
#[tokio::test(flavor = "multi_thread")]
async fn repetitions_among_many_happen_once_and_hold_nobody_up() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let clients = (0..16_u32).map(|client| {
        let log = log.clone();
        tokio::spawn(async move {
            for n in 0..20_u32 {
                let (id, jar) = (format!("{client}/{n}"), format!("jar{}", n % 4));
                let first = ask(&log, &id, &jar, Command::Put(1)).await.unwrap();
                let again = ask(&log, &id, &jar, Command::Put(1)).await.unwrap();
                assert!(!first.replayed && again.replayed);
                assert_eq!((first.position, first.version), (again.position, again.version));
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    assert_eq!(log.head().0, 320);
    for jar in 0..4 {
        assert_eq!(beans(&log, &format!("jar{jar}")).await, 80);
    }
}
