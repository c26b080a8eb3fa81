//! What is sealed opens under its own key only, and never again once the key is destroyed.

use std::{fs, path::Path};

use fugong_engine::{
    core::{LogId, Personal, Unsealed},
    keys::{Access, KeyError, Keys},
    source::Randomness,
};
use serde::Deserialize;
use tempfile::{TempDir, tempdir};

const LOG: LogId = LogId(7);

fn file(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("log.db.keys")
}

fn open(path: &Path, access: Access) -> Result<Keys, KeyError> {
    Keys::open(&path.into(), LOG, access, Randomness::System)
}

fn value(text: &str) -> Unsealed<String> {
    Unsealed::Value(text.to_owned())
}

#[derive(Deserialize)]
struct Golden {
    log: u32,
    seed: u64,
    text: String,
    stored: Personal,
}

#[tokio::test]
async fn a_sealed_value_is_stored_as_it_was_fixed() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/sealed");
    let mut seen = 0;
    for path in fs::read_dir(golden).unwrap() {
        let golden = fs::read_to_string(path.unwrap().path()).unwrap();
        let golden: Golden = serde_json::from_str(&golden).unwrap();
        let folder = tempdir().unwrap();
        let seeded = Randomness::Seeded(golden.seed);
        let keys =
            Keys::open(&file(&folder).into(), LogId(golden.log), Access::Create, seeded).unwrap();
        let sealed = keys.seal(&golden.stored.subject, &golden.text).await.unwrap();
        assert_eq!(
            (sealed.sealed.as_str(), sealed.commitment.as_str()),
            (golden.stored.sealed.as_str(), golden.stored.commitment.as_str())
        );
        assert_eq!(keys.open_sealed(&golden.stored).unwrap(), value(&golden.text));
        seen += 1;
    }
    assert_eq!(seen, 3, "a golden file is missing");
}

#[tokio::test]
async fn what_was_sealed_opens_again_in_another_process() {
    let folder = tempdir().unwrap();
    let keys = open(&file(&folder), Access::Create).unwrap();
    let (name, fingerprint) = (keys.seal("c-1", "王小明").await.unwrap(), keys.fingerprint(b"x"));
    let (again, other) = (keys.seal("c-1", "王小明").await.unwrap(), keys.seal("c-2", "李").await);
    assert_ne!(name, again, "salt and nonce are drawn anew");
    assert_ne!(name.commitment, again.commitment);
    drop(keys);
    for access in [Access::Write, Access::Read] {
        let keys = open(&file(&folder), access).unwrap();
        assert_eq!(keys.open_sealed(&name).unwrap(), value("王小明"));
        assert_eq!(keys.open_sealed(other.as_ref().unwrap()).unwrap(), value("李"));
        assert_eq!(keys.fingerprint(b"x"), fingerprint);
    }
}

#[tokio::test]
async fn what_was_altered_does_not_open() {
    let folder = tempdir().unwrap();
    let keys = open(&file(&folder), Access::Create).unwrap();
    let name = keys.seal("c-1", "王小明").await.unwrap();
    let other = keys.seal("c-2", "李").await.unwrap();
    let parts = |subject: &str, sealed: &str, commitment: &str| {
        Personal::from_parts(subject.to_owned(), sealed.to_owned(), commitment.to_owned())
    };
    let begin = if name.sealed.starts_with('/') { "A" } else { "/" };
    for altered in [
        parts("c-1", &other.sealed, &other.commitment),
        parts("c-2", &name.sealed, &name.commitment),
        parts("c-1", &name.sealed, &other.commitment),
        parts("c-1", &name.sealed.replacen(|_| true, begin, 1), &name.commitment),
        parts("c-1", "", &name.commitment),
        parts("c-1", "?", &name.commitment),
    ] {
        let error = keys.open_sealed(&altered).unwrap_err();
        assert!(matches!(error, KeyError::Altered { .. }), "{altered:?}: {error}");
    }
}

#[tokio::test]
async fn an_erased_value_is_gone_and_a_later_one_is_not() {
    let folder = tempdir().unwrap();
    let keys = open(&file(&folder), Access::Create).unwrap();
    let before = keys.seal("c-1", "王小明").await.unwrap();
    assert!(keys.erase("c-1").await.unwrap());
    assert!(!keys.erase("c-1").await.unwrap(), "there is nothing left to destroy");
    assert!(!keys.erase("c-9").await.unwrap(), "there never was a key");
    assert_eq!(keys.open_sealed(&before).unwrap(), Unsealed::Erased);
    let after = keys.seal("c-1", "王小明").await.unwrap();
    drop(keys);
    let keys = open(&file(&folder), Access::Write).unwrap();
    assert_eq!(keys.open_sealed(&before).unwrap(), Unsealed::Erased);
    assert_eq!(keys.open_sealed(&after).unwrap(), value("王小明"));
}

/// The bytes of a destroyed key are in none of the files.
#[tokio::test]
async fn a_destroyed_key_leaves_no_trace_in_the_file() {
    let folder = tempdir().unwrap();
    let seeded = || Randomness::Seeded(1);
    let keys = Keys::open(&file(&folder).into(), LOG, Access::Create, seeded()).unwrap();
    keys.prepare(vec!["c-1".to_owned(), "c-2".to_owned(), "c-1".to_owned()]).await.unwrap();
    let key: [u8; 32] =
        seeded().bytes("key", &[&7_u32.to_be_bytes(), b"c-1", &1_u64.to_be_bytes()]).unwrap();
    let holds = |ending: &str| {
        let mut path = file(&folder).into_os_string();
        path.push(ending);
        fs::read(path).unwrap_or_default().windows(32).any(|bytes| bytes == key)
    };
    assert!(holds("") || holds("-wal"));
    keys.erase("c-1").await.unwrap();
    assert!(!holds("") && !holds("-wal"));
}

#[test]
fn a_missing_or_damaged_key_file_is_named_with_what_to_do() {
    let folder = tempdir().unwrap();
    let missing = open(&file(&folder), Access::Write).unwrap_err();
    assert!(matches!(missing, KeyError::Missing(_)), "{missing}");
    assert!(missing.to_string().contains("restore it from the backup"), "{missing}");
    fs::write(file(&folder), "not a database, and long enough to be read as one ".repeat(99))
        .unwrap();
    let damaged = open(&file(&folder), Access::Write).unwrap_err();
    assert!(matches!(damaged, KeyError::Unusable { .. }), "{damaged}");
    assert!(damaged.to_string().contains("log.db.keys"), "{damaged}");
}

#[tokio::test]
async fn keys_of_another_file_do_not_pretend_to_be_erased() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    let keys = open(&file(&folder), Access::Create).unwrap();
    let name = keys.seal("c-1", "王小明").await.unwrap();
    let wrong = open(&file(&other), Access::Create).unwrap();
    assert_ne!(wrong.mark(), keys.mark());
    let error = wrong.open_sealed(&name).unwrap_err();
    assert!(matches!(error, KeyError::Unknown { .. }), "{error}");
}

#[tokio::test]
async fn a_file_opened_for_reading_makes_and_destroys_no_key() {
    let folder = tempdir().unwrap();
    let keys = open(&file(&folder), Access::Create).unwrap();
    let name = keys.seal("c-1", "王小明").await.unwrap();
    let reader = open(&file(&folder), Access::Read).unwrap();
    assert!(matches!(reader.seal("c-2", "李").await, Err(KeyError::ReadOnly(_))));
    assert!(matches!(reader.erase("c-1").await, Err(KeyError::ReadOnly(_))));
    assert_eq!(reader.open_sealed(&name).unwrap(), value("王小明"));
    keys.erase("c-1").await.unwrap();
    assert_eq!(reader.open_sealed(&name).unwrap(), Unsealed::Erased, "seen by every process");
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let _keys = open(&file(&folder), Access::Create).unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
}
