//! A file that cannot be used is named with what to do, and is left as it is.

use std::fs;

use fugong_engine::{
    Builder, Log, OpenError, Options,
    core::{LogId, Position},
};
use rusqlite::Connection;
use tempfile::tempdir;

use crate::{
    jars::Command,
    kitchen::{Setup, ask, beans},
    sqlite::Kitchen,
};

async fn open(kitchen: &Kitchen, read_only: bool) -> Result<Log, OpenError> {
    kitchen.builder(&Setup::default()).open(kitchen.options(read_only)).await
}

/// A closed log with a bean.
async fn written() -> Kitchen {
    let kitchen = Kitchen::real();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "a", "x", Command::Put(1)).await.unwrap();
    log.close().await;
    kitchen
}

#[tokio::test]
async fn the_database_of_another_program_is_named_and_left_as_it_is() {
    let kitchen = Kitchen::real();
    let other = Connection::open(kitchen.database()).unwrap();
    other.execute_batch("CREATE TABLE songs (name text); INSERT INTO songs VALUES ('x')").unwrap();
    drop(other);
    let before = fs::read(kitchen.database()).unwrap();
    for read_only in [false, true] {
        let opened = open(&kitchen, read_only).await.unwrap_err();
        let why = "is a database of another program: take another file";
        assert!(matches!(&opened, OpenError::Corrupt(said) if said.contains(why)), "{opened}");
        assert!(opened.to_string().contains("jars.db"), "{opened}");
    }
    assert_eq!(fs::read(kitchen.database()).unwrap(), before);
    assert!(!kitchen.folder().join("jars.db.keys").exists());
}

#[tokio::test]
async fn the_database_of_a_newer_program_is_named_and_left_as_it_is() {
    let kitchen = written().await;
    kitchen.tamper("PRAGMA user_version = 99");
    let before = fs::read(kitchen.database()).unwrap();
    for read_only in [false, true] {
        let opened = open(&kitchen, read_only).await.unwrap_err();
        assert!(matches!(opened, OpenError::Newer { found: 99, .. }), "{opened}");
    }
    assert_eq!(fs::read(kitchen.database()).unwrap(), before);
}

#[tokio::test]
async fn a_missing_database_is_not_made_by_who_only_reads() {
    let kitchen = Kitchen::real();
    let opened = open(&kitchen, true).await.unwrap_err();
    assert_eq!(opened, OpenError::Absent(kitchen.database()));
    assert_eq!(fs::read_dir(kitchen.folder()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_missing_key_file_is_named_and_no_other_is_made() {
    let kitchen = written().await;
    let keys = kitchen.folder().join("jars.db.keys");
    let kept = fs::read(&keys).unwrap();
    fs::remove_file(&keys).unwrap();
    for read_only in [false, true] {
        let opened = open(&kitchen, read_only).await.unwrap_err();
        let why = "is missing: restore it from the backup";
        assert!(matches!(&opened, OpenError::Keys(said) if said.contains(why)), "{opened}");
        assert!(!keys.exists());
    }
    fs::write(&keys, kept).unwrap();
    let log = open(&kitchen, false).await.unwrap();
    assert_eq!((beans(&log, "x").await, log.head()), (1, Position(1)));
}

#[tokio::test]
async fn the_key_file_of_another_log_is_named() {
    let (kitchen, other) = (written().await, written().await);
    let (keys, others) =
        (kitchen.folder().join("jars.db.keys"), other.folder().join("jars.db.keys"));
    fs::copy(others, &keys).unwrap();
    for read_only in [false, true] {
        let opened = open(&kitchen, read_only).await.unwrap_err();
        let why = "belong to another database: name the right ones";
        assert!(matches!(&opened, OpenError::Keys(said) if said.contains(why)), "{opened}");
    }
    fs::remove_file(&keys).unwrap();
    Connection::open(&keys).unwrap().execute_batch("CREATE TABLE songs (name text)").unwrap();
    let opened = open(&kitchen, false).await.unwrap_err();
    assert!(
        matches!(&opened, OpenError::Keys(said) if said.contains("not a key file")),
        "{opened}"
    );
}

#[cfg(unix)]
mod permissions {
    use std::{
        fs::{OpenOptions, Permissions},
        os::unix::{fs::PermissionsExt, process::CommandExt},
        path::Path,
        process::Command,
    };

    use super::*;

    /// Says that the test runs again as somebody who is not root.
    const AGAIN: &str = "FUGONG_TEST_AS_NOBODY";
    /// The user whom every system knows as nobody.
    const NOBODY: u32 = 65_534;

    fn allow(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    /// Whether permissions bind whoever runs this. Root they do not: then the test `name` is run
    /// again as nobody, and has to pass.
    fn bind(name: &str) -> bool {
        let folder = tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        allow(&file, 0o444);
        if OpenOptions::new().write(true).open(&file).is_err() {
            return true;
        }
        assert!(std::env::var_os(AGAIN).is_none(), "permissions do not bind nobody either");
        let program = folder.path().join("again");
        // By a process of its own: while this one writes a file, whatever another test starts holds it
        // open for a moment, and what is open to be written is not run.
        let copied =
            Command::new("cp").arg(std::env::current_exe().unwrap()).arg(&program).status();
        assert!(copied.unwrap().success());
        allow(folder.path(), 0o755);
        allow(&program, 0o755);
        let mut again = Command::new(&program);
        again.args(["--exact", &format!("files::permissions::{name}")]).env(AGAIN, "1");
        let output = again.current_dir("/").uid(NOBODY).gid(NOBODY).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        false
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_written_is_named_and_can_be_read() {
        if !bind("a_file_that_cannot_be_written_is_named_and_can_be_read") {
            return;
        }
        let kitchen = written().await;
        allow(&kitchen.database(), 0o444);
        let opened = open(&kitchen, false).await.unwrap_err();
        let why = "cannot be written: check its permissions, or open it read-only";
        assert!(matches!(&opened, OpenError::Unavailable(said) if said.contains(why)), "{opened}");
        let log = open(&kitchen, true).await.unwrap();
        assert_eq!(beans(&log, "x").await, 1);
        log.close().await;
        allow(&kitchen.database(), 0o644);
        // The reader has left these, as unwritable as the file was.
        let opened = open(&kitchen, false).await.unwrap_err();
        let why = "and of the files -wal and -shm beside it";
        assert!(matches!(&opened, OpenError::Unavailable(said) if said.contains(why)), "{opened}");
        for ending in ["-wal", "-shm"] {
            allow(&kitchen.folder().join(format!("jars.db{ending}")), 0o644);
        }
        assert_eq!(beans(&open(&kitchen, false).await.unwrap(), "x").await, 1);
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_is_named() {
        if !bind("a_file_that_cannot_be_read_is_named") {
            return;
        }
        let kitchen = written().await;
        allow(&kitchen.database(), 0o000);
        for read_only in [false, true] {
            let opened = open(&kitchen, read_only).await.unwrap_err();
            let why = "cannot be opened: check path and permissions";
            assert!(
                matches!(&opened, OpenError::Unavailable(said) if said.contains(why)),
                "{opened}"
            );
        }
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_named() {
        if !bind("a_folder_that_cannot_be_written_is_named") {
            return;
        }
        let (kitchen, empty) = (written().await, Kitchen::real());
        fs::remove_file(kitchen.folder().join("jars.db.lock")).unwrap();
        for kitchen in [&kitchen, &empty] {
            allow(kitchen.folder(), 0o555);
            let opened = open(kitchen, false).await.unwrap_err();
            let why = "check the folder's permissions";
            assert!(
                matches!(&opened, OpenError::Unavailable(said) if said.contains(why)),
                "{opened}"
            );
        }
        let opened = open(&kitchen, true).await.unwrap_err();
        let why = "its folder cannot be written";
        assert!(matches!(&opened, OpenError::Unavailable(said) if said.contains(why)), "{opened}");
        allow(kitchen.folder(), 0o755);
        assert_eq!(beans(&open(&kitchen, false).await.unwrap(), "x").await, 1);
        allow(empty.folder(), 0o755);
    }
}

#[tokio::test]
async fn a_second_writer_is_told_who_writes() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    let second = Builder::new().open(Options::new(kitchen.database(), LogId(7))).await;
    let process = std::process::id().to_string();
    assert!(matches!(second, Err(OpenError::Locked { process: held, .. }) if held == process));
    ask(&log, "a", "x", Command::Put(1)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("jars.db");
    fs::write(&path, "not a database, whatever its name says".repeat(200)).unwrap();
    let opened = Builder::new().open(Options::new(path, LogId(7))).await;
    assert!(matches!(opened, Err(OpenError::Corrupt(_))), "{opened:?}");
}
