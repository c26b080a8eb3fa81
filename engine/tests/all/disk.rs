//! When the disk fails, nobody is told what may not last, and the log goes on when it can.

use fugong_engine::{
    Builder, Error, Log, OpenError, Options, Order,
    core::{Envelope, LogId, Position},
};
use tempfile::tempdir;

use crate::{
    jars::{Command, Jar, TooFew},
    kitchen::{Occupied, Setup, ask, events},
    pots::{Cook, Step, cook, grains, step},
    sqlite::Kitchen,
};

const LIMIT: u64 = 400 * 1024;

/// Takes several pages.
fn large() -> Step {
    Step::Note("x".repeat(20_000))
}

fn limited() -> Setup {
    Setup::default().size_limit(LIMIT)
}

/// Writes until the disk is full; says how many events there are.
async fn fill(log: &Log) -> u64 {
    let mut written = 0;
    loop {
        match step(log, &format!("{written}"), "x", large()).await {
            Ok(_) => written += 1,
            Err(error) => {
                let full = "the disk is full: free some space";
                assert!(matches!(&error, Error::Unavailable(why) if why.contains(full)), "{error}");
                return written;
            }
        }
    }
}

fn spawn(
    log: &Log,
    id: &'static str,
    asked: Cook,
) -> tokio::task::JoinHandle<Result<fugong_engine::Receipt, Error<TooFew>>> {
    let log = log.clone();
    tokio::spawn(async move { cook(&log, id, asked).await })
}

#[tokio::test]
async fn a_refusal_waits_until_what_it_stands_on_is_durable() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let occupied = Occupied::new(&kitchen);
    let adds = spawn(&log, "a", Cook::new([("y", Step::Add(1))]));
    kitchen.gate.met().await;
    let takes = spawn(&log, "b", Cook::new([("y", Step::Take(5))]));
    let looks = {
        let log = log.clone();
        tokio::spawn(async move { grains(&log, "y").await })
    };
    kitchen.gate.met().await;
    tokio::task::yield_now().await;
    assert!(!takes.is_finished() && !looks.is_finished(), "one grain may still be none");
    drop(occupied);
    assert_eq!(takes.await.unwrap().unwrap_err(), Error::Refused(TooFew(1)));
    assert_eq!(looks.await.unwrap(), 1);
    assert_eq!(adds.await.unwrap().unwrap().position, Position(1));
}

#[tokio::test]
async fn a_refusal_is_not_given_on_what_was_never_written() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&limited()).await;
    let written = fill(&log).await;
    kitchen.gate.forget();
    let occupied = Occupied::new(&kitchen);
    let adds = spawn(&log, "a", Cook::new([("y", Step::Add(1)), ("y", large())]));
    kitchen.gate.met().await;
    kitchen.gate.met().await;
    let takes = spawn(&log, "b", Cook::new([("y", Step::Take(5))]));
    kitchen.gate.met().await;
    assert!(!takes.is_finished());
    drop(occupied);
    let failed = adds.await.unwrap().unwrap_err();
    assert!(matches!(&failed, Error::Unavailable(why) if why.contains("full")), "{failed}");
    let refused = takes.await.unwrap().unwrap_err();
    assert_eq!(refused, Error::Refused(TooFew(0)), "not on the grain that was never written");
    assert_eq!((grains(&log, "y").await, log.head()), (0, Position(written)));
}

#[tokio::test]
async fn a_full_disk_is_named_and_the_log_goes_on_once_there_is_room() {
    let kitchen = Kitchen::new();
    kitchen.open(&Setup::default()).await.close().await;
    kitchen.tamper("CREATE TABLE ballast AS SELECT zeroblob(150000) AS bytes");
    let log = kitchen.open(&limited()).await;
    let written = fill(&log).await;
    assert!(0 < written);
    assert_eq!(events(&log).await.len(), usize::try_from(written).unwrap());
    kitchen.tamper("DROP TABLE ballast");
    let receipt = step(&log, &format!("{written}"), "x", large()).await.unwrap();
    assert_eq!((receipt.replayed, receipt.position.0), (false, written + 1));
    log.close().await;
    let log = kitchen.open(&Setup::default()).await;
    assert_eq!((log.head().0, log.damage().await.unwrap()), (written + 1, None));
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_named() {
    let kitchen = Kitchen::new();
    kitchen.open(&Setup::default()).await.close().await;
    let occupied = Occupied::new(&kitchen);
    let held = Builder::new().open(kitchen.options(false)).await.unwrap_err();
    let why = "another program holds the database: stop it";
    assert!(matches!(&held, OpenError::Unavailable(said) if said.contains(why)), "{held}");
    drop(occupied);
    kitchen.open(&Setup::default()).await.close().await;
}

#[tokio::test]
async fn a_full_disk_stops_writing_and_nothing_is_half_written() {
    let folder = tempdir().unwrap();
    let options = || Options::new(folder.path().join("jars.db"), LogId(7));
    let small = Builder::new().aggregate::<Jar>(()).size_limit(256 * 1024);
    let log = small.open(options()).await.unwrap();
    let mut written = 0;
    let error = loop {
        let order = Order { command_id: format!("{written}"), ..Order::default() };
        match log.execute::<Jar>("x", Command::Put(1), order, Envelope::default()).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, Error::Unavailable(why) if why.contains("full")), "{error:?}");
    assert_eq!(log.read::<Jar, _>("x", |jar, _| jar.beans).await.unwrap(), written);
    log.close().await;
    let log = Builder::new().aggregate::<Jar>(()).open(options()).await.unwrap();
    assert_eq!(
        (log.head().0, u64::try_from(events(&log).await.len()).unwrap()),
        (written, written)
    );
    ask(&log, "more", "x", Command::Put(1)).await.unwrap();
}
