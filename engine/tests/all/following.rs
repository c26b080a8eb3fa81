//! What events ask of keys is done before anybody is answered, once, and after a crash.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fugong_engine::{
    Database, Log, Options, backup, copy_keys,
    core::{Personal, Unsealed},
};

use rusqlite::Connection;

use super::Kitchen;
use crate::{
    jars::{Command, JARS, RESTRICTS, UNRESTRICTS},
    kitchen::{Setup, ask, events},
};

fn setup() -> Setup {
    Setup::default().consequences(JARS)
}

fn value(text: &str) -> Unsealed<String> {
    Unsealed::Value(text.to_owned())
}

/// A log in which something is sealed under the name of the jar x, which has a bean.
async fn sealed(kitchen: &Kitchen, setup: &Setup) -> (Log, Personal) {
    let log = kitchen.open(setup).await;
    let name = log.seal("x", "王小明").await.unwrap();
    ask(&log, "put", "x", Command::Put(1)).await.unwrap();
    (log, name)
}

#[tokio::test]
async fn an_event_destroys_a_key_once_and_a_later_key_stays() {
    let kitchen = Kitchen::real();
    let (log, name) = sealed(&kitchen, &setup()).await;
    let other = log.seal("y", "李小红").await.unwrap();
    let first = ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased);
    assert_eq!(log.open_restricted(&name).unwrap(), Unsealed::Erased);
    assert_eq!(log.open(&other).unwrap(), value("李小红"));
    assert!(log.knows("x").await.unwrap() && !log.knows("z").await.unwrap());
    let later = log.seal("x", "再来").await.unwrap();
    let again = ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.events[0].event_id, first.events[0].event_id);
    assert_eq!(log.open(&later).unwrap(), value("再来"), "it is not what the event meant");
    log.close().await;
    let log = kitchen.open(&setup()).await;
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased);
    assert_eq!(log.open(&later).unwrap(), value("再来"));
    assert_eq!(events(&log).await.len(), 2);
}

/// As after a crash between the event and what it asks.
#[tokio::test]
async fn what_was_left_undone_is_done_when_the_log_is_opened() {
    let kitchen = Kitchen::real();
    let (log, name) = sealed(&kitchen, &Setup::default()).await;
    ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    assert_eq!(log.open(&name).unwrap(), value("王小明"), "nobody said that it is to be done");
    log.close().await;
    let log = kitchen.open(&setup()).await;
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased);
}

/// The same, where the process lives on and the act is repeated.
#[tokio::test]
async fn what_was_left_undone_is_done_when_the_act_is_repeated() {
    let kitchen = Kitchen::real();
    let (log, name) = sealed(&kitchen, &setup()).await;
    log.close().await;
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    log.close().await;
    let log = kitchen.open(&setup()).await;
    let again = ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    assert!(again.replayed);
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased);
    assert!(log.receipt("spoil").await.unwrap().is_some());
}

#[tokio::test]
async fn restriction_keeps_the_words_and_is_lifted() {
    let kitchen = Kitchen::real();
    let (log, name) = sealed(&kitchen, &setup()).await;
    ask(&log, "restrict", "x", Command::Put(RESTRICTS)).await.unwrap();
    let later = log.seal("x", "再来").await.unwrap();
    for sealed in [&name, &later] {
        assert_eq!(log.open(sealed).unwrap(), Unsealed::Restricted);
    }
    assert_eq!(log.open_restricted(&name).unwrap(), value("王小明"));
    log.close().await;
    let log = kitchen.open(&setup()).await;
    let reader = kitchen.open_to_read(&setup()).await;
    assert_eq!(log.open(&name).unwrap(), Unsealed::Restricted);
    assert_eq!(reader.open(&name).unwrap(), Unsealed::Restricted);
    // Of somebody of whom nothing was sealed yet, too.
    ask(&log, "restrict-z", "z", Command::Put(RESTRICTS)).await.unwrap();
    let first = log.seal("z", "赵").await.unwrap();
    assert_eq!(log.open(&first).unwrap(), Unsealed::Restricted);
    ask(&log, "unrestrict", "x", Command::Put(UNRESTRICTS)).await.unwrap();
    assert_eq!(log.open(&name).unwrap(), value("王小明"));
    assert_eq!(log.open(&later).unwrap(), value("再来"));
    assert_eq!(reader.open(&name).unwrap(), value("王小明"));
    assert_eq!(log.open(&first).unwrap(), Unsealed::Restricted);
    ask(&log, "spoil", "z", Command::Spoil).await.unwrap();
    assert_eq!(log.open(&first).unwrap(), Unsealed::Erased);
    let second = log.seal("z", "又来").await.unwrap();
    assert_eq!(log.open(&second).unwrap(), value("又来"), "the restriction was of what is gone");
}

/// Keys from before an erasure are put back: the log says what was erased since.
#[tokio::test]
async fn an_older_copy_of_the_keys_opens_nothing_that_was_erased_since() {
    let kitchen = Kitchen::real();
    let (log, name) = sealed(&kitchen, &setup()).await;
    let kept = log.seal("y", "李小红").await.unwrap();
    ask(&log, "restrict", "y", Command::Put(RESTRICTS)).await.unwrap();
    let place = kitchen.options(false);
    let (copy, keys) = (kitchen.folder().join("copy.db"), kitchen.folder().join("copy.keys"));
    backup(place.database.clone(), place.log, copy.clone(), |_| {}).await.unwrap();
    let own = place.key_place();
    copy_keys(own, place.log, copy, Database::from(&keys)).await.unwrap();
    ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    log.close().await;
    let options = Options { keys: Some(Database::from(&keys)), ..place };
    let reading = Options { read_only: true, ..options.clone() };
    let reader = kitchen.builder(&setup()).open(reading).await.unwrap();
    assert_eq!(reader.open(&name).unwrap(), Unsealed::Erased, "also to who only reads");
    assert_eq!(reader.open(&kept).unwrap(), Unsealed::Restricted);
    let log = kitchen.builder(&setup()).open(options).await.unwrap();
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased);
    assert_eq!(log.open(&kept).unwrap(), Unsealed::Restricted, "a copy of keys says that too");
}

/// Of a key in a file no byte is left; what a server leaves is said in the operators' guide.
#[tokio::test]
async fn a_key_that_an_event_destroyed_is_in_no_file() {
    let kitchen = Kitchen::real();
    let Database::File(keys) = kitchen.options(false).key_place() else { return };
    let (log, _) = sealed(&kitchen, &setup()).await;
    let key: Vec<u8> = Connection::open(&keys)
        .and_then(|db| db.query_row("SELECT key FROM subjects", [], |row| row.get(0)))
        .unwrap();
    let holds = |path: &Path| fs::read(path).unwrap().windows(key.len()).any(|it| it == key);
    let files = || {
        let all = fs::read_dir(kitchen.folder()).unwrap();
        all.map(|entry| entry.unwrap().path()).filter(|path| holds(path)).collect::<Vec<_>>()
    };
    assert!(!files().is_empty(), "it is looked for in the right way");
    ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    assert_eq!(files(), Vec::<PathBuf>::new());
    let other = log.seal("x", "再来").await.unwrap();
    assert_eq!(log.open(&other).unwrap(), value("再来"));
    log.close().await;
    assert_eq!(files(), Vec::<PathBuf>::new());
}

/// While another program reads the file all the time, its write-ahead log cannot be emptied: that
/// is said, and done when the act is repeated.
#[tokio::test]
async fn a_key_is_not_called_destroyed_while_it_may_still_stand_in_a_file() {
    let kitchen = Kitchen::real();
    let Database::File(keys) = kitchen.options(false).key_place() else { return };
    let (log, name) = sealed(&kitchen, &setup()).await;
    let reader = Connection::open(&keys).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM subjects").unwrap();
    let told = ask(&log, "spoil", "x", Command::Spoil).await.unwrap_err().to_string();
    assert!(told.contains("another program reads it"), "{told}");
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased, "no word is read all the same");
    reader.execute_batch("COMMIT").unwrap();
    assert!(ask(&log, "spoil", "x", Command::Spoil).await.unwrap().replayed);
    let wal = PathBuf::from(format!("{}-wal", keys.display()));
    assert_eq!(fs::metadata(wal).unwrap().len(), 0);
}
