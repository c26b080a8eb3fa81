//! Whatever a command does or its caller, nothing is half-written and the next one goes through.

use std::time::Duration;

use fugong_engine::{
    Error, Log,
    core::{Position, keys},
};

use super::Kitchen;
use crate::{
    jars::TooFew,
    kitchen::{Occupied, Setup, events},
    pots::{Cook, Step, cook, grains, step},
};

/// A log with five grains in pot x.
async fn begun(kitchen: &Kitchen, setup: &Setup) -> Log {
    let log = kitchen.open(setup).await;
    step(&log, "begun", "x", Step::Add(5)).await.unwrap();
    kitchen.gate.met().await;
    log
}

/// Nothing but the beginning is in the log, in memory or after a restart, and `id` is still free.
async fn unchanged(kitchen: &Kitchen, log: Log, id: &str) {
    assert_eq!((grains(&log, "x").await, grains(&log, "y").await), (5, 0));
    assert!(log.receipt(id).await.unwrap().is_none());
    assert_eq!(log.head(), Position(1));
    step(&log, id, "x", Step::Add(1)).await.unwrap();
    assert_eq!(grains(&log, "x").await, 6);
    log.close().await;
    let log = kitchen.open(&Setup::default()).await;
    assert_eq!((grains(&log, "x").await, log.head()), (6, Position(2)));
}

#[tokio::test]
async fn a_command_that_panics_leaves_everything_as_it_was() {
    for panics in [
        Cook::new([("x", Step::Panic)]),
        Cook::new([("x", Step::AddThenPanic(3))]),
        Cook::new([("y", Step::Add(3)), ("x", Step::AddThenPanic(3))]),
        Cook { panics: true, ..Cook::new([("x", Step::Add(3))]) },
    ] {
        let kitchen = Kitchen::new();
        let log = begun(&kitchen, &Setup::default()).await;
        let error = cook(&log, "a", panics).await.unwrap_err();
        assert!(matches!(&error, Error::Unavailable(why) if why.contains("panicked")), "{error}");
        unchanged(&kitchen, log, "a").await;
    }
}

#[tokio::test]
async fn a_command_that_takes_too_long_leaves_everything_as_it_was() {
    for endless in [Step::WaitThenAdd(3), Step::AddThenWait(3)] {
        let kitchen = Kitchen::new();
        let log = begun(&kitchen, &Setup::default().deadline(Duration::from_millis(100))).await;
        assert_eq!(step(&log, "a", "x", endless).await.unwrap_err(), Error::Timeout);
        unchanged(&kitchen, log, "a").await;
    }
}

#[tokio::test]
async fn a_caller_who_goes_before_it_is_queued_leaves_everything_as_it_was() {
    for waits in [Step::WaitThenAdd(3), Step::AddThenWait(3)] {
        let kitchen = Kitchen::new();
        let log = begun(&kitchen, &Setup::default()).await;
        let theirs = log.clone();
        let asker = tokio::spawn(async move { step(&theirs, "a", "x", waits).await });
        kitchen.gate.reached().await;
        asker.abort();
        assert!(asker.await.unwrap_err().is_cancelled());
        unchanged(&kitchen, log, "a").await;
    }
}

#[tokio::test]
async fn a_caller_who_goes_after_it_was_queued_finds_its_receipt_when_he_repeats_it() {
    let kitchen = Kitchen::new();
    let log = begun(&kitchen, &Setup::default()).await;
    let occupied = Occupied::new(&kitchen);
    let theirs = log.clone();
    let asker = tokio::spawn(async move { step(&theirs, "a", "x", Step::Add(3)).await });
    kitchen.gate.met().await;
    asker.abort();
    assert!(asker.await.unwrap_err().is_cancelled());
    let repeated = step(&log, "a", "x", Step::Add(3)).await.unwrap_err();
    assert_eq!(repeated, Error::InFlight, "it is in the queue, whoever asked for it");
    drop(occupied);
    assert_eq!(grains(&log, "x").await, 8);
    let receipt = loop {
        match step(&log, "a", "x", Step::Add(3)).await {
            Err(Error::InFlight) => tokio::task::yield_now().await,
            other => break other.unwrap(),
        }
    };
    assert!(receipt.replayed && receipt.position == Position(2));
    step(&log, "b", "x", Step::Add(1)).await.unwrap();
    assert_eq!((grains(&log, "x").await, log.head()), (9, Position(3)));
}

#[tokio::test]
async fn a_refusal_in_the_second_of_several_aggregates_changes_neither() {
    for refuses in [Step::Take(9), Step::AddThenRefuse(3)] {
        let kitchen = Kitchen::new();
        let log = begun(&kitchen, &Setup::default()).await;
        let both = Cook::new([("x", Step::Add(2)), ("y", refuses)]);
        let refused = cook(&log, "a", both).await.unwrap_err();
        assert!(matches!(refused, Error::Refused(TooFew(0 | 3))), "{refused}");
        unchanged(&kitchen, log, "a").await;
    }
}

#[tokio::test]
async fn several_aggregates_are_written_together() {
    let kitchen = Kitchen::new();
    let log = begun(&kitchen, &Setup::default()).await;
    let move_two = Cook::new([("x", Step::Take(2)), ("y", Step::Add(2)), ("x", Step::Add(1))]);
    let receipt = cook(&log, "a", move_two).await.unwrap();
    let written: Vec<_> = receipt.events.iter().map(|e| (&*e.aggregate_id, e.sequence)).collect();
    assert_eq!(written, [("x", 2), ("y", 1), ("x", 3)]);
    assert_eq!((receipt.position, receipt.version), (Position(4), 3));
    assert_eq!((grains(&log, "x").await, grains(&log, "y").await), (4, 2));
}

/// Another process that had the database and wrote, against all rules.
#[tokio::test]
async fn an_act_is_decided_again_when_what_it_read_has_changed() {
    let kitchen = Kitchen::new();
    let log = begun(&kitchen, &Setup::default()).await;
    cook(&log, "a", Cook::like("y", "x")).await.unwrap();
    let trace = |events: &[fugong_engine::core::Recorded]| {
        events.last().unwrap().meta(keys::TRACE).unwrap().to_owned()
    };
    assert_eq!(trace(&events(&log).await), r#"{"facts":{"pot/x":1}}"#);
    kitchen.tamper("INSERT INTO events SELECT aggregate_type, aggregate_id, 2, log_id, 3, randomblob(16), \
           event_type, event_version, payload, metadata, recorded_at, leaf_hash \
           FROM events WHERE position = 1;
         UPDATE logs SET head = 3;",
    );
    let receipt = cook(&log, "b", Cook::like("y", "x")).await.unwrap();
    assert_eq!(receipt.position, Position(4));
    assert_eq!(grains(&log, "y").await, 5 + 10, "as many as there are now");
    assert_eq!(trace(&events(&log).await), r#"{"facts":{"pot/x":2}}"#);
}
