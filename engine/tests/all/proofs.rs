//! Whoever holds a checkpoint can tell whether anything before it was changed.

use std::fs;

use fugong_engine::{
    Error, Log, OpenError,
    core::{LogId, Position},
    leaf,
    proof::{
        Checkpoint, Cosigner, Declined, FileKey, Hash, Request, Signer as _, Witness, cosigned,
        empty_root, export_bundle, extends, includes, node_hash,
    },
};

use super::Kitchen;
use crate::{
    jars::Command,
    kitchen::{Setup, ask, events},
};

pub(super) const ORIGIN: &str = "example.org/jars";

pub(super) fn with_key(kitchen: &Kitchen) -> FileKey {
    FileKey::make(&kitchen.log_key(), ORIGIN).unwrap()
}

pub(super) async fn sealed(log: &Log) -> Checkpoint {
    log.sign_checkpoint().await.unwrap().parse().unwrap()
}

/// What somebody would say of each event who only knows what was sold him as its leaf.
async fn assert_each_is_proved(log: &Log, checkpoint: &Checkpoint) {
    for event in events(log).await {
        let leaf = leaf::Leaf::of(&event).encode().unwrap();
        let proof = log.inclusion(event.position, checkpoint.size).await.unwrap().unwrap();
        let shown = |leaf: Hash, n| includes(&checkpoint.root, checkpoint.size, n, leaf, &proof);
        let n = event.position.0 - 1;
        assert!(shown(leaf::leaf_hash(&leaf), n), "event {}", event.position);
        assert!(!shown(leaf::leaf_hash(&leaf[1..]), n), "event {}", event.position);
        assert!(!shown(leaf::leaf_hash(&leaf), n + 1), "event {}", event.position);
    }
}

#[tokio::test]
async fn a_checkpoint_covers_what_is_durable_and_proves_each_event() {
    let kitchen = Kitchen::new();
    let key = with_key(&kitchen);
    let log = kitchen.open(&Setup::default()).await;
    let empty = sealed(&log).await;
    assert_eq!((empty.size, empty.root), (0, empty_root()));
    let mut known = vec![empty];
    for n in 1..=20 {
        ask(&log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
        if n % 7 == 0 || n == 20 {
            known.push(sealed(&log).await);
        }
    }
    let last = known.last().unwrap();
    assert_eq!((last.origin.as_str(), last.size), (ORIGIN, 20));
    assert_each_is_proved(&log, last).await;
    for before in &known {
        let proof = log.consistency(before.size, 20).await.unwrap().unwrap();
        assert!(extends((before.size, &before.root), (20, &last.root), &proof));
        let other = node_hash(&before.root, &before.root);
        assert!(!extends((before.size, &other), (20, &last.root), &proof));
    }
    let note = log.checkpoint().await.unwrap().unwrap();
    let signer: &dyn fugong_engine::proof::Signer = &key;
    assert_eq!(signer.read(&note).unwrap(), *last);
    let altered = note.replace("\n20\n", "\n19\n");
    assert!(signer.read(&altered).is_err(), "{altered}");
    assert_eq!(log.sign_checkpoint().await.unwrap(), note, "nothing is signed twice");
    // Another process, which has no key, reads the same.
    let beside = kitchen.open_to_read(&Setup::default()).await;
    assert_eq!(beside.checkpoint().await.unwrap().unwrap(), note);
    let proof = beside.prove(Position(3)).await.unwrap().unwrap();
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex 2\n") && proof.ends_with(&note));
    assert_eq!(beside.prove(Position(21)).await.unwrap(), None);
    assert_eq!(beside.consistency(3, 21).await.unwrap(), None);
}

#[tokio::test]
async fn without_a_key_nothing_is_sealed_and_a_key_is_made_once() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "1", "x", Command::Put(1)).await.unwrap();
    assert_eq!(log.checkpoint().await.unwrap(), None);
    let why = log.sign_checkpoint().await.unwrap_err().to_string();
    assert!(why.contains("no signing key"), "{why}");
    assert_eq!(log.prove(Position(1)).await.unwrap(), None);
    with_key(&kitchen);
    let again = FileKey::make(&kitchen.log_key(), ORIGIN).unwrap_err();
    assert!(matches!(again, OpenError::Exists(_)), "{again}");
    let odd = FileKey::make(&kitchen.folder().join("odd"), "two words").unwrap_err().to_string();
    assert!(odd.contains("leave out spaces"), "{odd}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(kitchen.log_key()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// The key goes on where it ended, on another handle or in another process.
#[tokio::test]
async fn a_log_that_is_not_what_was_signed_is_signed_no_more() {
    let kitchen = Kitchen::new();
    with_key(&kitchen);
    let log = kitchen.open(&Setup::default()).await;
    for n in 1..=5 {
        ask(&log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
    }
    sealed(&log).await;
    let note = fs::read_to_string(kitchen.folder().join("log-key.note")).unwrap();
    log.close().await;
    let log = kitchen.open(&Setup::default()).await;
    assert_eq!(log.sign_checkpoint().await.unwrap(), note);
    assert!(log.health().await.is_well());
    log.close().await;
    // Somebody rewrites an event, and its hash with it, and takes the checkpoint out.
    let zeros = "substr(leaf_hash, 2, 31) || substr(leaf_hash, 1, 1)";
    let zeros = if Kitchen::is_on_a_server() { zeros.to_owned() } else { format!("CAST({zeros} AS blob)") };
    kitchen.unguarded(&format!("UPDATE events SET leaf_hash = {zeros} WHERE position = 2"));
    kitchen.tamper("DELETE FROM register_rows WHERE register = 'log:checkpoint'");
    let log = kitchen.open(&Setup::default()).await;
    let why = log.sign_checkpoint().await.unwrap_err();
    assert!(matches!(&why, Error::Corrupt(why) if why.contains("not what was signed")), "{why}");
    let health = log.health().await;
    assert!(health.problems.iter().any(|why| why.contains("not what was signed")), "{health}");
    let beside = kitchen.open_to_read(&Setup::default()).await.health().await;
    assert!(beside.problems.iter().any(|why| why.contains("does not begin with")), "{beside}");
    log.close().await;
    // The note beside the key is another's.
    fs::write(kitchen.folder().join("log-key.note"), note.replace("\n5\n", "\n4\n")).unwrap();
    let log = kitchen.open(&Setup::default()).await;
    let why = log.sign_checkpoint().await.unwrap_err().to_string();
    assert!(why.contains("not what was signed here"), "{why}");
}

/// Somebody mixes up the keys of two logs. A key that was made here is another matter: it begins
/// anew, as it must after what others hold was lost.
#[tokio::test]
async fn a_key_of_another_log_signs_nothing_and_one_that_was_made_here_begins_anew() {
    let kitchen = Kitchen::new();
    with_key(&kitchen);
    let log = kitchen.open(&Setup::default()).await;
    ask(&log, "1", "x", Command::Put(1)).await.unwrap();
    sealed(&log).await;
    log.close().await;
    let path = |ending: &str| kitchen.folder().join(format!("log-key{ending}"));
    for ending in ["", ".pub", ".note"] {
        fs::remove_file(path(ending)).unwrap();
    }
    FileKey::make(&kitchen.folder().join("other"), "example.org/cans").unwrap();
    for ending in ["", ".pub"] {
        fs::copy(kitchen.folder().join(format!("other{ending}")), path(ending)).unwrap();
    }
    let log = kitchen.open(&Setup::default()).await;
    let why = log.sign_checkpoint().await.unwrap_err().to_string();
    assert!(why.contains(ORIGIN) && why.contains("example.org/cans"), "{why}");
    assert!(log.health().await.problems.iter().any(|it| it.contains("was signed as")));
    log.close().await;
    fs::remove_file(path("")).unwrap();
    fs::remove_file(path(".pub")).unwrap();
    FileKey::make(&kitchen.log_key(), "example.org/cans").unwrap();
    let log = kitchen.open(&Setup::default()).await;
    let anew = sealed(&log).await;
    assert_eq!((anew.origin.as_str(), anew.size), ("example.org/cans", 1));
    log.close().await;
    fs::remove_file(path("")).unwrap();
    let kept = FileKey::make(&kitchen.log_key(), ORIGIN).unwrap_err();
    assert!(matches!(&kept, OpenError::Exists(it) if it.ends_with("log-key.note")), "{kept}");
}

/// What is appended is covered soon, and nobody asks for it.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_sealed_by_itself() {
    let kitchen = Kitchen::real();
    with_key(&kitchen);
    let log = kitchen.open(&Setup::default()).await;
    for n in 1..=3 {
        ask(&log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
    }
    let sealed = async {
        loop {
            let note = log.checkpoint().await.unwrap();
            if note.is_some_and(|note| note.parse::<Checkpoint>().unwrap().size == 3) {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), sealed).await.unwrap();
    log.close().await;
}

/// The files are what is served: whoever checks one can check the other.
#[tokio::test]
async fn a_bundle_holds_the_tiles_and_entries_that_the_log_gives() {
    let kitchen = Kitchen::new();
    with_key(&kitchen);
    let log = kitchen.open(&Setup::default()).await;
    for n in 1..=260 {
        ask(&log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
    }
    let note = log.sign_checkpoint().await.unwrap();
    ask(&log, "later", "x", Command::Put(1)).await.unwrap();
    let (to, place) = (kitchen.folder().join("bundle"), kitchen.options(true).database);
    let export = || export_bundle(place.clone(), LogId(7), to.clone(), "mine".to_owned(), None);
    let written = export().await.unwrap();
    assert_eq!((written.log, written.size), (LogId(7), 260));
    let again = export().await.unwrap_err();
    assert!(matches!(again, OpenError::Exists(_)), "{again}");
    let file = |name: &str| fs::read(to.join(name)).unwrap();
    assert_eq!((file("checkpoint"), file("policy")), (note.into_bytes(), b"mine".to_vec()));
    for (level, n, name) in [(0, 0, "000"), (0, 1, "001.p/4"), (1, 0, "000.p/1")] {
        let tile = log.tile(level, n).await.unwrap().concat();
        assert_eq!(file(&format!("tile/{level}/{name}")), tile, "{level}/{name}");
    }
    for (n, name) in [(0, "000"), (1, "001.p/4")] {
        let leaves = log.entries(n).await.unwrap();
        let length = |leaf: &Vec<u8>| u16::try_from(leaf.len()).unwrap().to_be_bytes();
        let leaves: Vec<_> = leaves.iter().flat_map(|leaf| [&length(leaf)[..], leaf].concat()).collect();
        assert_eq!(file(&format!("tile/entries/{name}")), leaves, "{name}");
    }
    let receipts = String::from_utf8(file("receipts")).unwrap();
    let last = r#""command_id":"260","events":1,"fingerprint":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","position":260,"version":260}"#;
    assert_eq!(receipts.lines().count(), 260);
    assert!(receipts.ends_with(&format!("{last}\n")), "{receipts}");
}

/// As C2SP's tlog-witness says: what it does not know, what is not signed, what does not follow.
#[tokio::test]
async fn a_witness_signs_what_continues_what_it_saw() {
    let kitchen = Kitchen::new();
    let verifier_key = with_key(&kitchen).verifier_key().to_owned();
    let log = kitchen.open(&Setup::default()).await;
    let path = kitchen.folder().join("witness");
    let known: Cosigner = Witness::make(&path, "example.net/w").unwrap().parse().unwrap();
    let witness = Witness::open(&path, std::slice::from_ref(&verifier_key)).unwrap();
    assert!(!format!("{witness:?}").contains(fs::read_to_string(&path).unwrap().trim()));
    for n in 1..=3 {
        ask(&log, &format!("{n}"), "x", Command::Put(n)).await.unwrap();
    }
    log.sign_checkpoint().await.unwrap();
    let first = log.ask_witness(0, None).await.unwrap().unwrap();
    assert_eq!(first.to_string().parse::<Request>().unwrap(), first);
    let line = witness.cosign(&first, 1_582_680_600).unwrap();
    let signed = cosigned(&first.note, &line, &[known]).unwrap();
    assert_eq!(signed, format!("{}{line}", first.note));
    assert_eq!(witness.cosign(&first, 1), Err(Declined::Stands(3)));
    ask(&log, "4", "x", Command::Put(4)).await.unwrap();
    log.sign_checkpoint().await.unwrap();
    let next = log.ask_witness(3, None).await.unwrap().unwrap();
    let declined = |change: &dyn Fn(&mut Request)| {
        let mut request = next.clone();
        change(&mut request);
        witness.cosign(&request, 1).unwrap_err()
    };
    assert_eq!(declined(&|it| it.proof[0][0] ^= 1), Declined::Inconsistent);
    assert_eq!(declined(&|it| it.proof.clear()), Declined::Inconsistent);
    assert_eq!(declined(&|it| it.old = 5), Declined::Malformed);
    assert_eq!(declined(&|it| it.note = it.note.replace("\n4\n", "\n5\n")), Declined::Unsigned);
    let other = declined(&|it| it.note = it.note.replace(ORIGIN, "example.org/cans"));
    assert_eq!(other, Declined::Unknown("example.org/cans".to_owned()));
    assert_eq!("old 03\n\nx".parse::<Request>(), Err(Declined::Malformed));
    // It goes on where it was, also after it was started again.
    let witness = Witness::open(&path, &[verifier_key]).unwrap();
    assert!(witness.cosign(&next, 2).unwrap().starts_with("— example.net/w "));
    assert_eq!(log.ask_witness(5, None).await.unwrap(), None, "there are but four");
}
