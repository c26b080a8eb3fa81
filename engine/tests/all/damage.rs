//! What a disk did to the file is found and named, and nothing panics.

use std::fs;

use fugong_engine::{
    Error, Filter, Log, OpenError,
    core::{Position, Recorded},
};

use crate::{
    kitchen::{Setup, events},
    pots::{Step, step},
    sqlite::Kitchen,
};

const PAGE: usize = 4096;
/// How many bytes are overwritten.
const HOLE: usize = 64;

/// A closed log of some pages.
async fn written() -> (Kitchen, Vec<Recorded>) {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    for n in 0..150 {
        let note = Step::Note("word ".repeat(60));
        step(&log, &format!("{n}"), &format!("pot {}", n % 5), note).await.unwrap();
    }
    let events = events(&log).await;
    log.close().await;
    (kitchen, events)
}

/// Puts these bytes in the place of the database.
fn replace(kitchen: &Kitchen, bytes: &[u8]) {
    for ending in ["-wal", "-shm"] {
        // A closed log has none; one that could not be opened may have left them.
        let _none = fs::remove_file(kitchen.folder().join(format!("jars.db{ending}")));
    }
    fs::write(kitchen.database(), bytes).unwrap();
}

/// Every event, or why it cannot be read.
async fn read(log: &Log) -> Result<Vec<[u8; 32]>, String> {
    match log.events(Position::START, 1_000, &Filter::default()).await {
        Ok(events) => Ok(events.iter().map(hash).collect()),
        Err(Error::Corrupt(why)) => Err(why),
        Err(other) => panic!("{other:?}"),
    }
}

fn hash(event: &Recorded) -> [u8; 32] {
    fugong_engine::leaf::Leaf::of(event).hash().unwrap()
}

#[tokio::test]
async fn whatever_is_overwritten_what_is_read_was_recorded_or_the_damage_is_named() {
    let (kitchen, recorded) = written().await;
    let recorded: Vec<_> = recorded.iter().map(hash).collect();
    let whole = fs::read(kitchen.database()).unwrap();
    let (mut named, mut unread, mut unopened) = (0, 0, 0);
    let pages = (PAGE..whole.len()).step_by(PAGE);
    // Letters become other letters, or no letters at all.
    let holes = pages.flat_map(|page| [(page, 0x01), (page, 0xff)]);
    for (n, (page, flip)) in holes.enumerate() {
        let at = page + (n * 523) % (PAGE - HOLE);
        let mut bytes = whole.clone();
        bytes[at..at + HOLE].iter_mut().for_each(|byte| *byte ^= flip);
        replace(&kitchen, &bytes);
        let read_only = n % 3 != 0;
        let opened = kitchen.builder(&Setup::default()).open(kitchen.options(read_only)).await;
        let log = match opened {
            Ok(log) => log,
            Err(OpenError::Corrupt(_)) => {
                unopened += 1;
                continue;
            }
            Err(other) => panic!("{at}: {other:?}"),
        };
        let (read, damage) = (read(&log).await, log.damage().await.unwrap());
        assert!(damage.is_some() || read.as_ref() == Ok(&recorded), "{at}: {read:?}");
        for said in read.as_ref().err().into_iter().chain(&damage) {
            assert!(said.contains("restore a backup") && !said.contains("panicked"), "{said}");
        }
        if !read_only {
            let written = step(&log, "more", "pot 0", Step::Add(1)).await;
            assert!(matches!(&written, Ok(_) | Err(Error::Corrupt(_))), "{at}: {written:?}");
        }
        named += usize::from(damage.is_some());
        unread += usize::from(read.is_err());
        log.close().await;
    }
    let counts = format!("{named} named, {unread} unread, {unopened} unopened");
    assert!(20 < named && 10 < unread && 0 < unopened, "{counts}");
}

#[tokio::test]
async fn a_letter_changed_in_an_event_is_found_by_its_hash() {
    let (kitchen, _) = written().await;
    let mut bytes = fs::read(kitchen.database()).unwrap();
    let payload = br#"{"Noted":"word"#;
    let begins = bytes.windows(payload.len()).position(|window| window == payload).unwrap();
    bytes[begins + payload.len()] = b'W';
    fs::write(kitchen.database(), &bytes).unwrap();
    let log = kitchen.open(&Setup::default()).await;
    assert_eq!(events(&log).await.len(), 150, "SQLite sees nothing");
    let damage = log.damage().await.unwrap().unwrap();
    assert!(damage.contains("is not what was recorded"), "{damage}");
}

#[tokio::test]
async fn a_log_whose_end_was_cut_off_is_not_opened_for_writing() {
    let (kitchen, _) = written().await;
    kitchen.lose(150);
    let opened = kitchen.builder(&Setup::default()).open(kitchen.options(false)).await;
    let why = "the head of log 7 is 150, but its events end at 149";
    assert!(matches!(&opened, Err(OpenError::Corrupt(said)) if said.contains(why)), "{opened:?}");
    let log = kitchen.open_to_read(&Setup::default()).await;
    let damage = log.damage().await.unwrap().unwrap();
    assert!(damage.contains("the event at position 150 is missing"), "{damage}");
}
