//! `as_of` is exact, whatever the clock did and however long a decision took.

use chrono::{DateTime, Duration, Utc};
use fugong_engine::{
    Log,
    core::{Position, Recorded},
};

use super::Kitchen;
use crate::{
    jars::Command,
    kitchen::{Setup, ask, events, minutes},
    pots::{Step, step},
};

/// The last position before the first event recorded after `instant`, by looking at all of them.
fn by_looking(events: &[Recorded], instant: DateTime<Utc>) -> Position {
    let first = events.iter().find(|event| instant < event.recorded_at);
    first.or(events.last()).map_or(Position::START, |event| {
        if instant < event.recorded_at { Position(event.position.0 - 1) } else { event.position }
    })
}

/// `as_of` says the same for every instant at which the answer can change.
async fn is_exact(log: &Log) {
    let events = events(log).await;
    let micro = Duration::microseconds(1);
    for at in events.iter().map(|event| event.recorded_at) {
        for instant in [at - micro, at, at + micro, at + Duration::days(400_000)] {
            let found = log.as_of(instant).await.unwrap();
            assert_eq!(found, by_looking(&events, instant), "{instant}");
        }
    }
}

/// By how much recording times stand against positions, in microseconds.
fn disorder(kitchen: &Kitchen) -> i64 {
    kitchen.sql("SELECT disorder FROM logs")[0]
}

#[tokio::test]
async fn decisions_that_overtake_each_other_are_found_at_their_time() {
    for kitchen in [Kitchen::real(), Kitchen::new()] {
        let log = kitchen.open(&Setup::default()).await;
        ask(&log, "a", "x", Command::Put(1)).await.unwrap();
        // Decided first, appended last.
        let slow = log.clone();
        let slow =
            tokio::spawn(async move { step(&slow, "slow", "x", Step::WaitThenAdd(1)).await });
        kitchen.gate.reached().await;
        for n in 1..=20 {
            let simulated = log.advance(minutes(n)).await.is_ok();
            assert_eq!(simulated, log.clock_mode() != fugong_engine::ClockMode::Real);
            ask(&log, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
        }
        kitchen.gate.open();
        slow.await.unwrap().unwrap();
        ask(&log, "z", "x", Command::Put(1)).await.unwrap();
        let recorded: Vec<_> = events(&log).await.iter().map(|event| event.recorded_at).collect();
        assert!(recorded[21] < recorded[20] && recorded[21] <= recorded[1]);
        assert_eq!(Some(disorder(&kitchen)), (recorded[20] - recorded[21]).num_microseconds());
        is_exact(&log).await;
        let reader = kitchen.open_to_read(&Setup::default()).await;
        is_exact(&reader).await;
    }
}

/// A log that was written while the clock stood in the next century.
#[tokio::test]
async fn a_clock_that_was_set_back_is_named_and_every_time_is_still_found() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "0", "x", Command::Put(1)).await.unwrap();
    for days in [36_500, 36_501] {
        log.advance(minutes(days * 24 * 60)).await.unwrap();
        ask(&log, &format!("{days}"), "x", Command::Put(1)).await.unwrap();
    }
    log.close().await;
    kitchen.tamper("UPDATE logs SET clock_mode = 'real', clock_now = NULL, seed = NULL",
    );
    let log = kitchen.open(&Setup::default()).await;
    let [problem] = &log.health().await.problems[..] else { panic!("one problem") };
    assert!(problem.contains("s after the present: set the clock right"), "{problem}");
    for n in 1..6 {
        ask(&log, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
    }
    is_exact(&log).await;
    let health = log.health().await;
    assert!(health.is_well(), "the newest event is of the present: {:?}", health.problems);
    assert!(health.remarks[0].contains("the clock was ahead then"), "{:?}", health.remarks);
    let decades = Duration::days(20 * 365).num_microseconds().unwrap();
    assert!(decades < disorder(&kitchen), "as much as the clock was set back");
}

#[tokio::test]
async fn a_clock_that_is_right_is_no_problem() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    assert_eq!(log.as_of(Utc::now()).await.unwrap(), Position::START);
    for n in 0..3 {
        ask(&log, &format!("{n}"), "x", Command::Put(1)).await.unwrap();
    }
    let health = log.health().await;
    assert_eq!((health.problems, health.remarks), (vec![], vec![]));
    assert_eq!(log.as_of(Utc::now()).await.unwrap(), Position(3));
    is_exact(&log).await;
}
