//! What happens by itself happens once, and never on what is long past.

use fugong_engine::{
    Error, Log,
    core::{Failure, Policy, Position, Reaction, Recorded, Rows, Unsealed, keys},
    leaf::Leaf,
};

use super::Kitchen;
use crate::{
    jars::{Command, Greed, Refill, Spoil, Stock},
    kitchen::{Setup, ask, beans, events, minutes, morning},
};

fn refill() -> Setup {
    Setup::default().policy(Refill)
}

fn spoil() -> Setup {
    Setup::default().policy(Spoil)
}

async fn happened(log: &Log) -> Vec<String> {
    events(log).await.iter().map(|event| event.event_type.to_string()).collect()
}

async fn restarted(kitchen: &Kitchen, log: Log, setup: &Setup) -> Log {
    log.close().await;
    kitchen.open(setup).await
}

#[tokio::test]
async fn a_policy_acts_once_also_over_a_restart() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&refill()).await;
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    let taken = ask(&log, "b", "x", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 12);
    let log = restarted(&kitchen, log, &refill()).await;
    log.settle().await.unwrap();
    let events = events(&log).await;
    assert_eq!(events.len(), 3);
    let put = &events[2];
    assert_eq!(put.meta(keys::COMMAND_ID), Some("policy/7/refill/2/0"));
    assert_eq!(put.meta(keys::CORRELATION_ID), Some("b"));
    let cause = taken.events[0].event_id.to_string();
    assert_eq!(put.meta(keys::CAUSATION_ID), Some(cause.as_str()));
    let outcomes: Vec<String> = kitchen.sql("SELECT outcome FROM outbox");
    assert_eq!(outcomes, ["appended: 3"]);
}

/// A crash after the act and before its row was closed.
#[tokio::test]
async fn a_command_that_is_run_again_finds_its_receipt() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&refill()).await;
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    ask(&log, "b", "x", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    log.close().await;
    kitchen.tamper("UPDATE outbox SET state = 'open', outcome = NULL");
    let log = kitchen.open(&refill()).await;
    log.settle().await.unwrap();
    assert_eq!(log.head(), Position(3));
    let open: Vec<i64> =
        kitchen.sql("SELECT count(*) FROM outbox WHERE state = 'open'");
    assert_eq!(open, [0]);
}

#[tokio::test]
async fn a_new_policy_knows_the_past_and_does_not_act_on_it() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    ask(&log, "b", "x", Command::Take(3)).await.unwrap();
    let log = restarted(&kitchen, log, &refill()).await;
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 2, "what was taken before is past");
    ask(&log, "c", "x", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 11, "it knew that there were five");
}

#[tokio::test]
async fn rebuilding_and_reading_back_run_no_policy() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&refill().register(Stock::default())).await;
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    ask(&log, "b", "x", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    log.rebuild("stock").await.unwrap();
    log.rows("stock", Some(Position(2))).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!(log.head(), Position(3));
}

#[tokio::test]
async fn a_refusal_closes_the_row_and_is_written_down() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default().policy(Greed)).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    log.settle().await.unwrap();
    let rows = "SELECT state || ': ' || outcome FROM outbox";
    let rows: Vec<String> = kitchen.sql(rows);
    assert_eq!(rows, ["done: refused: there are only 5 beans"]);
    let log = restarted(&kitchen, log, &Setup::default().policy(Greed)).await;
    ask(&log, "b", "x", Command::Put(100)).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 5, "the second is carried out, the first is not repeated");
}

#[tokio::test]
async fn a_command_of_an_unknown_kind_is_kept_until_it_is_known() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&refill().without_acts()).await;
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    ask(&log, "b", "x", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 2);
    let rows: Vec<String> = kitchen.sql("SELECT state || ': ' || outcome FROM outbox");
    assert!(rows[0].starts_with("open: held: "), "{rows:?}");
    let log = restarted(&kitchen, log, &refill()).await;
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 12);
}

/// Cannot read that anything was taken.
struct Picky;

impl Policy for Picky {
    fn name(&self) -> &'static str {
        "picky"
    }

    fn react(&self, _: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        if &*event.event_type == "beans-taken" { Err(Failure("no".to_owned())) } else { Ok(vec![]) }
    }
}

#[tokio::test]
async fn a_policy_that_cannot_take_an_event_stops_alone() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&refill().policy(Picky)).await;
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    ask(&log, "b", "x", Command::Take(1)).await.unwrap();
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 12);
    let health = log.health().await;
    let picky = health.policies.iter().find(|policy| policy.name == "picky").unwrap();
    assert_eq!(picky.stuck, Some((Position(2), "no".to_owned())));
}

#[tokio::test]
async fn a_timer_fires_once_at_its_time() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&spoil()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    log.advance(minutes(59)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 5, "the minute before");
    log.advance(minutes(90)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 0);
    log.advance(minutes(500)).await.unwrap();
    assert_eq!(happened(&log).await, ["beans-put", "beans-spoiled"]);
    let spoiled = &events(&log).await[1];
    assert_eq!(spoiled.recorded_at, minutes(60), "at its own time, not when the clock came by");
    assert_eq!(spoiled.meta(keys::COMMAND_ID), Some("policy/7/spoil/1/0/timer"));
    assert_eq!(spoiled.meta(keys::CORRELATION_ID), Some("a"));
    let timers: Vec<i64> = kitchen.sql("SELECT count(*) FROM timers");
    assert_eq!(timers, [0]);
}

#[tokio::test]
async fn a_timer_of_the_same_key_is_replaced() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&spoil()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    log.advance(minutes(30)).await.unwrap();
    ask(&log, "b", "x", Command::Put(5)).await.unwrap();
    log.advance(minutes(89)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 10);
    log.advance(minutes(90)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 0);
}

#[tokio::test]
async fn a_forgotten_timer_does_not_fire() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&spoil()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    ask(&log, "b", "x", Command::Take(5)).await.unwrap();
    log.settle().await.unwrap();
    let timers: Vec<i64> = kitchen.sql("SELECT count(*) FROM timers");
    assert_eq!(timers, [0]);
    log.advance(minutes(90)).await.unwrap();
    assert_eq!(happened(&log).await, ["beans-put", "beans-taken"]);
}

#[tokio::test]
async fn timers_and_the_clock_survive_a_restart() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&spoil()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    log.advance(minutes(40)).await.unwrap();
    let log = restarted(&kitchen, log, &spoil()).await;
    assert_eq!(log.now(), minutes(40));
    log.advance(minutes(60)).await.unwrap();
    assert_eq!(beans(&log, "x").await, 0);
}

/// A crash after the act and before its timer was forgotten.
#[tokio::test]
async fn a_timer_that_is_run_again_finds_its_receipt() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&spoil()).await;
    ask(&log, "a", "x", Command::Put(5)).await.unwrap();
    log.settle().await.unwrap();
    let timers: Vec<i64> = kitchen.sql("SELECT count(*) FROM timers");
    assert_eq!(timers, [1]);
    kitchen.tamper("CREATE TABLE kept AS SELECT * FROM timers");
    log.advance(minutes(60)).await.unwrap();
    ask(&log, "b", "x", Command::Put(0)).await.unwrap();
    ask(&log, "c", "x", Command::Put(7)).await.unwrap();
    log.close().await;
    kitchen.tamper("DELETE FROM timers; INSERT INTO timers SELECT * FROM kept");
    let log = kitchen.open(&spoil()).await;
    log.settle().await.unwrap();
    assert_eq!(beans(&log, "x").await, 7, "the beans put in later have not spoilt");
}

#[tokio::test]
async fn timers_fire_in_order_of_their_time_and_what_they_set_off_comes_first() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&spoil().policy(Refill)).await;
    for (n, jar) in ["z", "y", "x"].into_iter().enumerate() {
        ask(&log, &format!("{n}"), jar, Command::Put(1)).await.unwrap();
        log.advance(minutes(i64::try_from(n).unwrap())).await.unwrap();
    }
    log.advance(minutes(200)).await.unwrap();
    let spoiled: Vec<_> = events(&log).await.into_iter().skip(3).collect();
    let jars: Vec<_> = spoiled.iter().map(|e| (&*e.aggregate_id, e.recorded_at)).collect();
    assert_eq!(jars, [("y", minutes(60)), ("z", minutes(60)), ("x", minutes(61))]);
}

#[tokio::test]
async fn a_simulated_clock_does_not_go_back_and_a_real_one_is_not_moved() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&spoil()).await;
    log.advance(minutes(10)).await.unwrap();
    let back = log.advance(morning()).await.unwrap_err();
    assert!(matches!(back, Error::Refused(_)), "{back}");
    assert_eq!(log.now(), minutes(10));
    let real = Kitchen::real().open(&spoil()).await;
    assert!(matches!(real.advance(minutes(1)).await, Err(Error::Refused(_))));
}

/// The same acts, with or without a restart between two of them.
async fn played(kitchen: &Kitchen, restarts: bool) -> Vec<(Vec<u8>, [u8; 32])> {
    let setup = spoil().policy(Refill).policy(Greed).register(Stock::default());
    let mut log = kitchen.open(&setup).await;
    for n in 0..20_u64 {
        let jar = format!("{}", n % 3);
        let command = match n % 5 {
            0 | 1 => Command::Put(n),
            2 => Command::Label(log.seal(&jar, "王小明").await.unwrap()),
            3 => Command::Take(n % 7),
            _ => Command::Take(1),
        };
        // A jar may be empty.
        let _refused = ask(&log, &format!("{n}"), &jar, command).await;
        log.settle().await.unwrap();
        let at = minutes(i64::try_from(n).unwrap() * 11);
        log.advance(at).await.unwrap();
        if restarts && n % 4 == 1 {
            log = restarted(kitchen, log, &setup).await;
        }
    }
    let events = events(&log).await;
    assert!(events.iter().all(|event| Leaf::of(event).hash().unwrap() == event.leaf_hash));
    events.iter().map(|e| (Leaf::of(e).encode().unwrap(), e.leaf_hash)).collect()
}

#[tokio::test]
async fn one_seed_gives_the_same_bytes_also_over_restarts() {
    let first = played(&Kitchen::seeded(1), false).await;
    assert!(20 < first.len(), "{}", first.len());
    assert_eq!(first, played(&Kitchen::seeded(1), false).await);
    assert_eq!(first, played(&Kitchen::seeded(1), true).await);
    assert_ne!(first, played(&Kitchen::seeded(2), false).await);
}

#[tokio::test]
async fn erasing_leaves_every_hash_valid() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    let name = log.seal("c-1", "王小明").await.unwrap();
    ask(&log, "a", "x", Command::Label(name.clone())).await.unwrap();
    assert_eq!(log.open(&name).unwrap(), Unsealed::Value("王小明".to_owned()));
    log.erase("c-1").await.unwrap();
    let log = restarted(&kitchen, log, &Setup::default()).await;
    let events = events(&log).await;
    assert_eq!(events.len(), 1);
    assert_eq!(Leaf::of(&events[0]).hash().unwrap(), events[0].leaf_hash);
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased);
    assert!(!events[0].payload.contains("王小明"));
}

/// On a real clock nobody has to ask.
#[tokio::test]
async fn policies_run_by_themselves() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&refill()).await;
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    ask(&log, "b", "x", Command::Take(1)).await.unwrap();
    let done = async {
        while beans(&log, "x").await != 12 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), done).await.unwrap();
}
