//! A log lived again in memory, on the system's clock, and nothing is written.

use fugong_engine::{
    Log, Loop, Order, Rehearsal, World,
    core::{Envelope, Intent, Position},
};

use super::{
    Kitchen,
    proofs::{sealed, with_key},
};
use crate::{
    jars::{Ask, Command, Jar, Stock},
    kitchen::{Setup, ask, events},
};

/// Beans go into two jars and out of one of them; one jar is spoilt twice, the second time in vain.
async fn fill(log: &Log) {
    for (id, jar, command) in [
        ("1", "a", Command::Put(3)),
        ("2", "b", Command::Put(5)),
        ("3", "a", Command::Put(4)),
        ("4", "a", Command::Take(2)),
        ("5", "b", Command::Spoil),
        ("6", "b", Command::Spoil),
        ("7", "a", Command::Put(9)),
    ] {
        ask(log, id, jar, command).await.unwrap();
    }
    log.settle().await.unwrap();
}

#[tokio::test]
async fn every_command_is_decided_again_and_what_was_changed_is_found() {
    let kitchen = Kitchen::real();
    with_key(&kitchen);
    let log = kitchen.open(&Setup::default().register(Stock::default())).await;
    fill(&log).await;
    let order = Order { command_id: "plain".to_owned(), ..Order::default() };
    log.execute::<Jar>("c", Command::Put(1), order, Envelope::default()).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!(sealed(&log).await.size, 7);
    let found = log.decide_again(Position(u64::MAX)).await.unwrap();
    assert_eq!(found.sealed, Some(Position(7)));
    assert_eq!((found.faults, found.commands, found.idle), (vec![], 7, 1));
    assert_eq!((found.events, found.undecided), (7, 1), "the command of a plain aggregate");
    let compared = log.compare_afresh("stock").await.unwrap();
    assert_eq!((compared.position, compared.differences), (Position(7), vec![]));
    // Fewer are taken than were asked for.
    kitchen.unguarded("UPDATE events SET payload = '{\"Taken\":1}' WHERE position = 4");
    kitchen.tamper("UPDATE register_rows SET row = '99' WHERE register = 'stock' AND row_key = 'a'");
    let found = log.decide_again(log.head()).await.unwrap();
    let at: Vec<_> = found.faults.iter().map(|fault| fault.position.0).collect();
    assert_eq!(at, [4, 4, 7], "by hash, decision and checkpoint: {:?}", found.faults);
    assert_eq!(found.sealed, None);
    let differences = log.compare_afresh("stock").await.unwrap().differences;
    assert!(differences.iter().any(|it| it.key == "a" && it.stood.as_deref() == Some("99")));
    let again = log.compare_afresh("stock").await.unwrap().differences;
    assert_eq!(again, differences, "nothing was repaired");
    // A key that is there twice: hashes know the last, other readers may take the first.
    kitchen.unguarded(
        "UPDATE events SET metadata = '{\"actor_id\":\"x\",' || substr(metadata, 2) WHERE position = 2",
    );
    // And a receipt for what never was.
    kitchen.tamper(
        "INSERT INTO commands (log_id, command_id, fingerprint, position, events, version) \
         SELECT log_id, 'forged', '', 5000, 1, 1 FROM logs",
    );
    let found = log.decide_again(log.head()).await.unwrap();
    let at: Vec<_> = found.faults.iter().map(|fault| fault.position.0).collect();
    assert_eq!(at, [2, 4, 4, 7, 5000], "{:?}", found.faults);
    log.close().await;
    let log = kitchen.open_to_read(&Setup::default().register(Stock::default())).await;
    let damage = log.damage().await.unwrap().unwrap();
    assert!(damage.contains("position 2 is not what was recorded"), "{damage}");
    log.close().await;
}

#[tokio::test]
async fn a_fact_follows_from_the_fewest_events() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    fill(&log).await;
    let five_at_least =
        |world: &World<'_>| world.read::<Jar>("a").is_some_and(|jar| 5 <= jar.beans);
    let upto = Position(4);
    let slice = log.slice(("jar", "a"), upto, five_at_least).await.unwrap().unwrap();
    let positions: Vec<_> = slice.events.iter().map(|event| event.position.0).collect();
    assert_eq!(positions, [1, 3], "beans were put into it twice; what was taken has no part in it");
    assert!(log.follows(&slice.events, five_at_least).await.unwrap());
    for left_out in 0..2 {
        let mut fewer = slice.events.clone();
        fewer.remove(left_out);
        assert!(!log.follows(&fewer, five_at_least).await.unwrap());
    }
    let never = |world: &World<'_>| world.read::<Jar>("b").is_some_and(|jar| 5 < jar.beans);
    assert!(log.slice(("jar", "b"), log.head(), never).await.unwrap().is_none());
    log.close().await;
}

#[tokio::test]
async fn other_acts_come_to_other_events_and_to_none_in_the_log() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    fill(&log).await;
    let before = events(&log).await;
    let fewer = |asked: &Intent, _: &Rehearsal<'_>| {
        let ask: Ask = serde_json::from_str(&asked.body).unwrap();
        match ask.command {
            Command::Put(4) => Intent::new(&Ask::new(&ask.jar, Command::Spoil)).unwrap(),
            Command::Put(_) | Command::Take(_) | Command::Spoil | Command::Label(_) => {
                asked.clone()
            }
        }
    };
    let lived = log.rehearse(Loop::Closed, log.head(), fewer).await.unwrap();
    let said: Vec<_> = lived.events.iter().map(|event| event.event_type.to_string()).collect();
    // The jar was spoilt before two could be taken out of it.
    assert_eq!(said, ["beans-put", "beans-put", "beans-spoiled", "beans-spoiled", "beans-put"]);
    let refused: Vec<_> = lived.not_done.iter().map(|it| it.command_id.as_str()).collect();
    assert_eq!(refused, ["4"], "{:?}", lived.not_done);
    let after = events(&log).await;
    assert_eq!(after.len(), before.len());
    let same = after.iter().zip(&before).all(|(a, b)| a.leaf_hash == b.leaf_hash);
    assert!(same, "what is thought of is written nowhere");
    log.close().await;
}
