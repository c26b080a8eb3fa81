//! What cannot be stored is refused before anything is, and what is stored is what was given.

use fugong_engine::{
    Error, Log, Order,
    core::{Envelope, Position},
    leaf::{LONGEST, Leaf},
};

use super::Kitchen;
use crate::{
    jars::{Command, Jar},
    kitchen::{Setup, ask, events},
    pots::{Cook, Step, cook, grains, step},
};

/// Only what was there before is there, in memory and on the disk, and the next one goes through.
async fn still_one(log: &Log) {
    assert_eq!((grains(log, "x").await, grains(log, "y").await, log.head()), (5, 0, Position(1)));
    assert_eq!(events(log).await.len(), 1);
}

#[tokio::test]
async fn an_event_is_at_most_as_large_as_a_leaf_may_be() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let empty = step(&log, "0", "y", Step::Note(String::new())).await.unwrap();
    let around = Leaf::of(&empty.events[0]).encode().unwrap().len();
    let note = |bytes: usize| Step::Note("x".repeat(bytes));
    let over = step(&log, "1", "x", note(LONGEST - around + 1)).await.unwrap_err();
    assert_eq!(over, Error::TooLarge { bytes: LONGEST + 1 });
    assert!(log.receipt("1").await.unwrap().is_none());
    let largest = step(&log, "1", "x", note(LONGEST - around)).await.unwrap();
    assert_eq!((largest.position, largest.version), (Position(2), 1));
}

#[tokio::test]
async fn what_is_too_large_leaves_everything_as_it_was() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    step(&log, "begun", "x", Step::Add(5)).await.unwrap();
    let large = || Step::Note("好".repeat(30_000));
    for too_large in [
        Cook::new([("x", large())]),
        Cook::new([("x", Step::Add(1)), ("y", large())]),
        Cook { note: Some("好".repeat(30_000)), ..Cook::new([("x", Step::Add(1))]) },
    ] {
        let error = cook(&log, "a", too_large).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { bytes } if 90_000 < bytes), "{error}");
        still_one(&log).await;
    }
    step(&log, "a", "x", Step::Add(1)).await.unwrap();
    assert_eq!(grains(&log, "x").await, 6);
}

#[tokio::test]
async fn a_nul_leaves_everything_as_it_was_wherever_it_is() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    step(&log, "begun", "x", Step::Add(5)).await.unwrap();
    let (nul, add) = ("a\0b".to_owned(), || Cook::new([("x", Step::Add(1))]));
    for with_nul in [
        // In the payload it is the JSON escape \u0000.
        Cook::new([("x", Step::Note(nul.clone()))]),
        Cook::new([("x", Step::Note("\\\0".to_owned()))]),
        Cook::new([("x", Step::Add(1)), ("y\0", Step::Add(1))]),
        Cook { actor: nul.clone(), ..add() },
        Cook { note: Some(nul.clone()), ..add() },
    ] {
        assert_eq!(cook(&log, "a", with_nul).await.unwrap_err(), Error::NotText);
        still_one(&log).await;
    }
    let order = || Order { command_id: "a".to_owned(), ..Order::default() };
    for with_nul in [
        Order { command_id: nul.clone(), ..order() },
        Order { fingerprint: nul.clone(), ..order() },
        Order { correlation_id: Some(nul.clone()), ..order() },
        Order { causation_id: Some(nul.clone()), ..order() },
        Order { command: Some(nul.clone()), ..order() },
    ] {
        assert_eq!(log.act(&add(), with_nul).await.unwrap_err(), Error::NotText);
        still_one(&log).await;
    }
    step(&log, "a", "x", Step::Add(1)).await.unwrap();
    assert_eq!(grains(&log, "x").await, 6);
}

/// A backslash and six characters that only look like it.
#[tokio::test]
async fn what_only_looks_like_a_nul_is_text() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let receipt = step(&log, "a", "x", Step::Note("\\u0000".to_owned())).await.unwrap();
    assert_eq!(&*receipt.events[0].payload, r#"{"Noted":"\\u0000"}"#);
}

#[tokio::test]
async fn a_receipt_keeps_the_command_as_text() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let order = |id: &str, command: Option<&str>| Order {
        command_id: id.to_owned(),
        command: command.map(str::to_owned),
        ..Order::default()
    };
    let put = |order| log.execute::<Jar>("x", Command::Put(1), order, Envelope::default());
    put(order("a", Some("put one"))).await.unwrap();
    put(order("b", None)).await.unwrap();
    let act = crate::jars::Ask::new("x", Command::Put(2));
    log.act(&act, order("c", Some("not its own text"))).await.unwrap();
    ask(&log, "d", "y", Command::Spoil).await.unwrap();
    let texts = "SELECT coalesce(command, 'none') FROM commands ORDER BY command_id";
    let texts: Vec<String> = kitchen.sql(texts);
    let own = |body: &str| format!(r#"{{"kind":"ask","body":{body}}}"#);
    let (put_two, spoil) =
        (own(r#"{"jar":"x","command":{"Put":2}}"#), own(r#"{"jar":"y","command":"Spoil"}"#));
    assert_eq!(texts, ["put one", "none", &put_two, &spoil]);
}
