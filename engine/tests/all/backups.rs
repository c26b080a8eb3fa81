//! A backup is the log as it stood at one moment, and what is restored goes on from there.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use fugong_engine::{
    Copied, Database, OpenError, Progress, backup, copy_keys,
    core::{LogId, Position, Unsealed},
    restore,
};
use rusqlite::Connection;

use super::Kitchen;
use crate::{
    jars::{Command, Refill, Spoil, Stock, texts},
    kitchen::{Setup, ask, beans, events},
};

const LOG: LogId = LogId(7);

fn setup() -> Setup {
    Setup::default().register(Stock::default()).policy(Refill).policy(Spoil)
}

async fn saved(kitchen: &Kitchen, to: &Path) -> Result<Copied, OpenError> {
    backup(kitchen.options(true).database, LOG, to.to_owned(), |_| {}).await
}

/// Events, receipts, rows, what is to happen and what was sealed are there; the log goes on.
#[tokio::test]
async fn what_is_restored_is_what_was_and_goes_on() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    for n in 0..6 {
        ask(&log, &format!("{n}"), &format!("jar {}", n % 2), Command::Put(n + 2)).await.unwrap();
    }
    ask(&log, "taken", "jar 0", Command::Take(1)).await.unwrap();
    let sealed = log.seal("cook", "Zhang").await.unwrap();
    log.settle().await.unwrap();
    let (file, kept) = (kitchen.folder().join("b.db"), kitchen.folder().join("b.keys"));
    let other = Kitchen::new();
    let place = other.options(false);
    let copied = saved(&kitchen, &file).await.unwrap();
    assert_eq!((copied.log, copied.head), (LOG, log.head()));
    copy_keys(kitchen.options(true).key_place(), LOG, file.clone(), kept.clone().into()).await.unwrap();
    // What comes after is not in it.
    ask(&log, "later", "jar 1", Command::Put(99)).await.unwrap();
    let restored = restore(file.clone(), LOG, place.database.clone(), |_| {}).await.unwrap();
    assert_eq!(restored, copied);
    copy_keys(kept.into(), LOG, file, place.key_place()).await.unwrap();
    let again = other.open(&setup()).await;
    let (all, before) = (events(&log).await, events(&again).await);
    assert_eq!(before.len() + 1, all.len());
    for (then, now) in all.iter().zip(&before) {
        assert_eq!((then.position, then.leaf_hash), (now.position, now.leaf_hash));
    }
    assert_eq!(again.now(), log.now());
    assert_eq!(again.open(&sealed).unwrap(), Unsealed::Value("Zhang".to_owned()));
    let repeated = ask(&again, "taken", "jar 0", Command::Take(1)).await.unwrap();
    assert!(repeated.replayed, "a receipt holds for ever");
    let live = again.rows("stock", None).await.unwrap();
    let folded = again.rows("stock", Some(again.head())).await.unwrap();
    assert_eq!((live.position, texts(&live.rows)), (again.head(), texts(&folded.rows)));
    assert_eq!(again.health().await.waiting, log.health().await.waiting);
    let next = ask(&again, "next", "jar 1", Command::Put(1)).await.unwrap();
    assert_eq!(next.position, Position(copied.head.0 + 1));
    assert_eq!(again.damage().await.unwrap(), None);
}

/// While it is written, also many times over: each copy is whole, and one moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_is_made_while_the_log_is_written_is_one_moment_of_it() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    ask(&log, "first", "jar", Command::Put(1)).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (log, done) = (log.clone(), Arc::clone(&done));
        async move {
            let mut n = 0_u64;
            while !done.load(Ordering::Acquire) {
                ask(&log, &format!("{n}"), &format!("jar {}", n % 7), Command::Put(1)).await.unwrap();
                n += 1;
            }
        }
    });
    let mut heads = Vec::new();
    for n in 0..4 {
        let copied = saved(&kitchen, &kitchen.folder().join(format!("{n}.db"))).await.unwrap();
        heads.push(copied.head);
        ask(&log, &format!("between {n}"), "jar", Command::Put(1)).await.unwrap();
    }
    done.store(true, Ordering::Release);
    writing.await.unwrap();
    assert!(heads.is_sorted_by(|a, b| a < b), "{heads:?}");
    for (n, head) in heads.iter().enumerate() {
        let copy = Connection::open(kitchen.folder().join(format!("{n}.db"))).unwrap();
        let count = |sql: &str| copy.query_row(sql, [], |row| row.get::<_, u64>(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM events"), head.0);
        assert_eq!(count("SELECT max(position) FROM commands"), head.0);
    }
}

#[tokio::test]
async fn nothing_is_overwritten_and_nothing_half_is_left() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    ask(&log, "a", "x", Command::Put(3)).await.unwrap();
    let file = kitchen.folder().join("b.db");
    fs::write(&file, "something else").unwrap();
    assert!(matches!(saved(&kitchen, &file).await, Err(OpenError::Exists(_))));
    assert_eq!(fs::read_to_string(&file).unwrap(), "something else");
    let file = kitchen.folder().join("c.db");
    saved(&kitchen, &file).await.unwrap();
    // The database that it came from has the log already.
    let there = restore(file.clone(), LOG, kitchen.options(true).database, |_| {}).await;
    assert!(matches!(there, Err(OpenError::Exists(_))), "{there:?}");
    assert_eq!(beans(&log, "x").await, 3);
    let keys = kitchen.options(true).key_place();
    let kept = kitchen.folder().join("c.keys");
    fs::write(&kept, "other keys").unwrap();
    let there = copy_keys(keys.clone(), LOG, file.clone(), kept.into()).await;
    assert!(matches!(there, Err(OpenError::Exists(_))), "{there:?}");
    // Keys of another log.
    let other = Kitchen::seeded(8);
    let log = other.open(&setup()).await;
    log.seal("cook", "Li").await.unwrap();
    let wrong = copy_keys(other.options(true).key_place(), LOG, file, kitchen.folder().join("d").into()).await;
    let wrong = wrong.unwrap_err().to_string();
    assert!(wrong.contains("belong to another database"), "{wrong}");
    let left: Vec<_> = fs::read_dir(kitchen.folder()).unwrap().map(|it| it.unwrap().file_name()).collect();
    let parts = left.iter().filter(|name| name.to_string_lossy().contains(".part"));
    assert_eq!(parts.count(), 0, "{left:?}");
    assert!(!kitchen.folder().join("d").exists());
}

/// Whoever changed a byte of a backup, or took a line out, is found before anything is made of it.
#[tokio::test]
async fn a_backup_that_is_not_whole_is_not_restored() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&setup()).await;
    for n in 0..5 {
        ask(&log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
    }
    let faults = [
        ("UPDATE events SET payload = replace(payload, '3', '4') WHERE position = 4", "not what was"),
        ("DELETE FROM events WHERE position = 2", "position 2 is missing"),
        ("DELETE FROM events WHERE position = 5", "position 5 is missing"),
        ("UPDATE logs SET head = 4", "behind its head"),
        ("UPDATE commands SET position = 9 WHERE position = 5", "a receipt speaks of"),
        ("UPDATE register_checkpoints SET position = 9", "a register stands"),
        ("PRAGMA user_version = 9", "use a newer program"),
        ("PRAGMA application_id = 9", "another program"),
    ];
    for (n, (fault, saying)) in faults.into_iter().enumerate() {
        let file = kitchen.folder().join(format!("{n}.db"));
        saved(&kitchen, &file).await.unwrap();
        let copy = Connection::open(&file).unwrap();
        copy.execute_batch("DROP TRIGGER events_are_never_updated").unwrap();
        copy.execute_batch("DROP TRIGGER events_are_never_deleted").unwrap();
        copy.execute_batch(fault).unwrap();
        drop(copy);
        let back = kitchen.folder().join("back.db");
        let why = restore(file, LOG, Database::File(back.clone()), |_| {}).await.unwrap_err();
        assert!(why.to_string().contains(saying), "{fault}: {why}");
        assert!(!back.exists(), "{fault}");
    }
    let none = kitchen.folder().join("none.db");
    let why = restore(none, LOG, Database::File("x".into()), |_| {}).await.unwrap_err();
    assert!(matches!(why, OpenError::Absent(_)), "{why}");
    let file = kitchen.folder().join("b.db");
    saved(&kitchen, &file).await.unwrap();
    let back = Database::File(kitchen.folder().join("back.db"));
    let why = restore(file, LogId(8), back, |_| {}).await.unwrap_err().to_string();
    assert!(why.contains("no log 8"), "{why}");
}

#[tokio::test]
async fn whoever_waits_is_told_how_far_it_is() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    for n in 0..600 {
        ask(&log, &format!("{n}"), &format!("{}", n % 9), Command::Put(1)).await.unwrap();
    }
    let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let hears = Arc::clone(&told);
    let tell = move |progress| hears.lock().unwrap().push(progress);
    let file = kitchen.folder().join("b.db");
    let copied = backup(kitchen.options(true).database, LOG, file, tell).await.unwrap();
    let told = told.lock().unwrap();
    assert!(told.iter().all(|it| it.of == copied.rows + copied.head.0), "{told:?}");
    assert!(!told.is_empty() && told.is_sorted_by_key(|it| it.done), "{told:?}");
}
