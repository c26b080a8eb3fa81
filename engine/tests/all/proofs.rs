//! Whoever holds a checkpoint can tell whether anything before it was changed.

use std::fs;

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use ct_sha2::{Sha256, digest::Output};
use fugong_engine::{
    Error, Log, OpenError,
    core::Position,
    leaf,
    proof::{Checkpoint, FileKey, Hash, empty_root, extends, includes, node_hash},
};

use super::Kitchen;
use crate::{
    jars::Command,
    kitchen::{Setup, ask, events},
};

const ORIGIN: &str = "example.org/jars";

/// The sizes at which a tree of tiles has something new.
const SIZES: [u64; 7] = [1, 2, 255, 256, 257, 65_535, 65_537];

fn with_key(kitchen: &Kitchen) -> FileKey {
    FileKey::make(&kitchen.log_key(), ORIGIN).unwrap()
}

async fn sealed(log: &Log) -> Checkpoint {
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
    log.close().await;
    // The note beside the key is another's.
    fs::write(kitchen.folder().join("log-key.note"), note.replace("\n5\n", "\n4\n")).unwrap();
    let log = kitchen.open(&Setup::default()).await;
    let why = log.sign_checkpoint().await.unwrap_err().to_string();
    assert!(why.contains("not what was signed here"), "{why}");
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

/// The leaf of an event that was never an event, only hashed.
fn sham(n: u64) -> Vec<u8> {
    format!("sham {n}").into_bytes()
}

/// Fills the log up to `size` with events of which nothing but the hash is right.
fn fill(kitchen: &Kitchen, from: u64, size: u64) {
    let hex = |n| {
        let hash = leaf::leaf_hash(&sham(n));
        let half = |at: usize| u128::from_be_bytes(hash[at..at + 16].try_into().unwrap());
        format!("{:032x}{:032x}", half(0), half(16))
    };
    let server = Kitchen::is_on_a_server();
    let bytes = |hex: &str| if server { format!("'\\x{hex}'") } else { format!("x'{hex}'") };
    let numbers: Vec<u64> = (from + 1..=size).collect();
    for run in numbers.chunks(1_000) {
        let rows: Vec<_> = run
            .iter()
            .map(|p| {
                let (id, hash) = (bytes(&format!("{p:032x}")), bytes(&hex(p - 1)));
                format!("('sham', 'x', {p}, 7, {p}, {id}, 'e', '1', '{{}}', '{{}}', 0, {hash})")
            })
            .collect();
        kitchen.tamper(&format!(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, log_id, position, \
             event_id, event_type, event_version, payload, metadata, recorded_at, leaf_hash) \
             VALUES {}",
            rows.join(",")
        ));
    }
    kitchen.tamper(&format!("UPDATE logs SET head = {size} WHERE log_id = 7"));
}

type Tree = MemoryBackedTree<Sha256, Vec<u8>>;

fn output(hash: &Hash) -> Output<Sha256> {
    (*hash).into()
}

fn root(size: u64, hash: &Hash) -> RootHash<Sha256> {
    RootHash::new(output(hash), size)
}

/// ct-merkle, which knows nothing of ours, builds the same trees and takes the same proofs.
#[tokio::test]
async fn another_library_comes_to_the_same_roots_and_takes_the_proofs() {
    let kitchen = Kitchen::new();
    with_key(&kitchen);
    kitchen.open(&Setup::default()).await.close().await;
    let (mut tree, mut known) = (Tree::new(), Vec::<Checkpoint>::new());
    for size in SIZES {
        let before = known.last().map_or(0, |checkpoint| checkpoint.size);
        fill(&kitchen, before, size);
        (before..size).for_each(|n| tree.push(sham(n)));
        let log = kitchen.open(&Setup::default()).await;
        let checkpoint = sealed(&log).await;
        assert_eq!(*tree.root().as_bytes(), output(&checkpoint.root), "size {size}");
        let now = root(size, &checkpoint.root);
        for n in [0, size / 3, size / 2, size - 1] {
            let proof = log.inclusion(Position(n + 1), size).await.unwrap().unwrap();
            let taken = |proof: &[Hash], leaf: &Vec<u8>| {
                let all: Vec<_> = proof.iter().map(output).collect();
                let proof = InclusionProof::from_digests(&all);
                now.verify_inclusion(leaf, n, &proof).is_ok()
            };
            assert!(taken(&proof, &sham(n)), "{n} of {size}");
            assert!(!taken(&proof, &sham(n + 1)), "{n} of {size}");
            for at in 0..proof.len() {
                assert!(!taken(&flipped(&proof, at), &sham(n)), "{n} of {size}, flipped at {at}");
            }
        }
        for old in &known {
            assert_foreign_consistency(&log, old, &checkpoint).await;
        }
        log.close().await;
        known.push(checkpoint);
    }
}

fn flipped(proof: &[Hash], at: usize) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    proof[at][7] ^= 1;
    proof
}

async fn assert_foreign_consistency(log: &Log, old: &Checkpoint, new: &Checkpoint) {
    let proof = log.consistency(old.size, new.size).await.unwrap().unwrap();
    let (then, now) = (root(old.size, &old.root), root(new.size, &new.root));
    let taken = |proof: &[Hash]| {
        let all: Vec<_> = proof.iter().map(output).collect();
        now.verify_consistency(&then, &ConsistencyProof::from_digests(&all)).is_ok()
    };
    assert!(taken(&proof), "{} to {}", old.size, new.size);
    assert!(extends((old.size, &old.root), (new.size, &new.root), &proof));
    for at in 0..proof.len() {
        let proof = flipped(&proof, at);
        assert!(!taken(&proof), "{} to {}, flipped at {at}", old.size, new.size);
        assert!(!extends((old.size, &old.root), (new.size, &new.root), &proof));
    }
}

/// A thousand pairs of sizes and places, drawn by a rule, of a tree with three levels of tiles.
#[tokio::test]
async fn a_thousand_pairs_of_sizes_are_proved_to_another_library() {
    let kitchen = Kitchen::new();
    with_key(&kitchen);
    kitchen.open(&Setup::default()).await.close().await;
    let size = 66_100;
    fill(&kitchen, 0, size);
    let log = kitchen.open(&Setup::default()).await;
    sealed(&log).await;
    let mut drawn = 0x2020_0220_u64;
    let mut draw = |below: u64| {
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (drawn >> 33) % below
    };
    for _ in 0..1_000 {
        let new = draw(size) + 1;
        let (old, n) = (draw(new) + 1, draw(new));
        let of = async |size| Checkpoint {
            origin: ORIGIN.to_owned(),
            size,
            root: log.root(size).await.unwrap().unwrap(),
        };
        let (old, new) = (of(old).await, of(new).await);
        assert_foreign_consistency(&log, &old, &new).await;
        let proof = log.inclusion(Position(n + 1), new.size).await.unwrap().unwrap();
        let all: Vec<_> = proof.iter().map(output).collect();
        let proof = InclusionProof::from_digests(&all);
        let taken = root(new.size, &new.root).verify_inclusion(&sham(n), n, &proof);
        assert!(taken.is_ok(), "{n} of {}", new.size);
    }
}
