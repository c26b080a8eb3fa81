//! A log that was closed is one file beside its keys, with all that was begun.

use std::{fs, future::ready, path::Path, pin::pin};

use fugong_engine::{
    Error,
    core::{Failure, Intent, Policy, Position, Reaction, Recorded, Rows, Unsealed},
};

use crate::{
    jars::{Command, Stock, texts},
    kitchen::{Setup, ask, events},
    pots::{Cook, Step, grains, step},
    sqlite::Kitchen,
};

fn beside(kitchen: &Kitchen, ending: &str) -> std::path::PathBuf {
    kitchen.folder().join(format!("jars.db{ending}"))
}

/// Copies the database and its keys, and nothing else.
fn copy(from: &Kitchen, to: &Kitchen) {
    for ending in ["", ".keys"] {
        fs::copy(beside(from, ending), beside(to, ending)).unwrap();
    }
}

fn is_empty(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |file| file.len() == 0)
}

#[tokio::test]
async fn a_copy_of_the_file_and_its_keys_is_a_backup() {
    let (kitchen, backup) = (Kitchen::real(), Kitchen::real());
    let setup = Setup::default().register(Stock::default());
    let log = kitchen.open(&setup).await;
    for n in 0..50 {
        ask(&log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
    }
    let name = log.seal("c-1", "王小明").await.unwrap();
    ask(&log, "name", "x", Command::Label(name.clone())).await.unwrap();
    log.settle().await.unwrap();
    let (all, rows) = (events(&log).await, log.rows("stock", None).await.unwrap());
    // Neither another handle nor a process that reads keeps anything out of the file.
    let (other, reader) = (log.clone(), kitchen.open_to_read(&setup).await);
    assert_eq!(events(&reader).await.len(), 51);
    log.close().await;
    assert!(is_empty(&beside(&kitchen, "-wal")) && is_empty(&beside(&kitchen, ".keys-wal")));
    copy(&kitchen, &backup);
    assert_eq!(events(&reader).await.len(), 51);
    drop(other);
    let log = backup.open(&setup).await;
    let ids = |events: &[Recorded]| events.iter().map(|e| e.event_id).collect::<Vec<_>>();
    assert_eq!((log.head(), ids(&events(&log).await)), (Position(51), ids(&all)));
    let kept = log.rows("stock", None).await.unwrap();
    assert_eq!((kept.position, texts(&kept.rows)), (rows.position, texts(&rows.rows)));
    assert_eq!(log.open(&name).unwrap(), Unsealed::Value("王小明".to_owned()));
    assert!(ask(&log, "7", "x", Command::Put(7)).await.unwrap().replayed);
    assert_eq!(log.damage().await.unwrap(), None);
}

#[tokio::test]
async fn every_handle_says_that_the_log_is_closed() {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    let other = log.clone();
    log.close().await;
    let asked = ask(&other, "b", "x", Command::Put(1)).await.unwrap_err();
    let said = |why: &str| why.starts_with("the log is closed");
    assert!(matches!(&asked, Error::Unavailable(why) if said(why)), "{asked}");
    let read = other.history("jar", "x").await.unwrap_err();
    assert!(matches!(&read, Error::Unavailable(why) if said(why)), "{read}");
    let sealed = other.seal("c-1", "王小明").await.unwrap_err();
    assert!(matches!(&sealed, Error::Unavailable(why) if said(why)), "{sealed}");
    let settled = other.settle().await.unwrap_err();
    assert!(matches!(&settled, Error::Unavailable(why) if said(why)), "{settled}");
    kitchen.open(&Setup::default()).await.close().await;
    other.close().await;
}

/// Adds a grain to two pots, one after the other, whenever one was added to x.
struct Stir;

impl Policy for Stir {
    fn name(&self) -> &'static str {
        "stir"
    }

    fn react(&self, _: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        if &*event.aggregate_id != "x" {
            return Ok(Vec::new());
        }
        let waits = |pot| Intent::new(&Cook::new([(pot, Step::WaitThenAdd(1))]));
        Ok(vec![Reaction::Do(waits("y")?), Reaction::Do(waits("z")?)])
    }
}

#[tokio::test]
async fn closing_lets_a_policy_finish_its_command_and_begin_no_other() {
    let kitchen = Kitchen::real();
    let setup = Setup::default().policy(Stir);
    let log = kitchen.open(&setup).await;
    step(&log, "a", "x", Step::Add(1)).await.unwrap();
    kitchen.gate.reached().await;
    let mut closing = pin!(log.close());
    tokio::select! {
        biased;
        () = &mut closing => panic!("the command at the gate was cut off"),
        () = ready(()) => {}
    }
    kitchen.gate.open();
    closing.await;
    let outbox = "SELECT state || ': ' || coalesce(outcome, 'not begun') FROM outbox ORDER BY n";
    let outbox: Vec<String> = kitchen.sql(outbox);
    assert_eq!(outbox, ["done: appended: 2", "open: not begun"]);

    let log = kitchen.open(&setup).await;
    kitchen.gate.reached().await;
    kitchen.gate.open();
    log.settle().await.unwrap();
    assert_eq!((grains(&log, "y").await, grains(&log, "z").await), (1, 1));
    assert_eq!(log.head(), Position(3));
}
