//! Programs that know nothing of ours come to the same roots and take the same proofs.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use ct_sha2::{Sha256, digest::Output};
use fugong_engine::{
    Log,
    core::Position,
    leaf,
    proof::{Checkpoint, Hash, Signer as _, extends},
};
use serde_json::{Value, json};

use super::{
    Kitchen,
    proofs::{ORIGIN, sealed, with_key},
};
use crate::kitchen::Setup;

/// The sizes at which a tree of tiles has something new.
const SIZES: [u64; 7] = [1, 2, 255, 256, 257, 65_535, 65_537];

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

/// Where the libraries of Go lie that Debian packages.
const GOPATH: &str = "/usr/share/gocode";

/// Whether Go's checksum database takes each of these.
fn asked_go(cases: &[Value]) -> Vec<bool> {
    let missing = "Go and its module tools are needed: apt install golang-go golang-golang-x-mod-dev";
    assert!(Path::new(GOPATH).join("src/golang.org/x/mod/sumdb").exists(), "{missing}");
    let mut go = Command::new("go")
        .args(["run", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/verify.go")])
        .envs([("GOPATH", GOPATH), ("GO111MODULE", "off"), ("GOFLAGS", "")])
        .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = go.stdin.take().unwrap();
    let lines = cases.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let writing = std::thread::spawn(move || to.write_all(lines.as_bytes()).unwrap());
    let said = go.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(said.status.success());
    String::from_utf8(said.stdout).unwrap().lines().map(|line| line == "true").collect()
}

/// What Go is asked about a proof: as it is, and with each hash of it flipped.
fn questions(about: &Value, proof: &[Hash], cases: &mut Vec<(Value, bool)>) {
    let mut ask = |proof: &[Hash], taken: bool| {
        let proof: Vec<_> = proof.iter().map(|hash| STANDARD.encode(hash)).collect();
        let mut case = about.clone();
        case["Proof"] = json!(proof);
        cases.push((case, taken));
    };
    ask(proof, true);
    (0..proof.len()).for_each(|at| ask(&flipped(proof, at), false));
}

/// The sizes at which something is new, each with each; and a thousand pairs of sizes and places,
/// drawn by a rule; of a tree with three levels of tiles.
#[tokio::test]
async fn go_and_ct_merkle_take_the_proofs_and_no_flipped_ones() {
    let kitchen = Kitchen::new();
    let key = with_key(&kitchen);
    kitchen.open(&Setup::default()).await.close().await;
    let most = 66_100;
    fill(&kitchen, 0, most);
    let log = kitchen.open(&Setup::default()).await;
    let note = log.sign_checkpoint().await.unwrap();
    let about_note = |note: &str| json!({"Key": key.verifier_key(), "Note": note});
    let mut cases = vec![
        (about_note(&note), true),
        (about_note(&note.replace("\n66100\n", "\n66101\n")), false),
        (about_note(&note.replace(ORIGIN, "example.org/cans")), false),
    ];
    let mut drawn = 0x2020_0220_u64;
    let mut draw = |below: u64| {
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (drawn >> 33) % below
    };
    let chosen = SIZES.iter().flat_map(|old| SIZES.map(|new| (*old, new, old - 1)));
    let mut pairs: Vec<_> = chosen.filter(|(old, new, _)| old <= new).collect();
    for _ in 0..1_000 {
        let new = draw(most) + 1;
        pairs.push((draw(new) + 1, new, draw(new)));
    }
    for (old, new, n) in pairs {
        let (old, new) = (of(&log, old).await, of(&log, new).await);
        assert_foreign_consistency(&log, &old, &new).await;
        let proof = log.inclusion(Position(n + 1), new.size).await.unwrap().unwrap();
        let all: Vec<_> = proof.iter().map(output).collect();
        let foreign = InclusionProof::from_digests(&all);
        let taken = root(new.size, &new.root).verify_inclusion(&sham(n), n, &foreign);
        assert!(taken.is_ok(), "{n} of {}", new.size);
        let root = STANDARD.encode(new.root);
        questions(&json!({"Size": new.size, "N": n, "Root": root}), &proof, &mut cases);
        let proof = log.consistency(old.size, new.size).await.unwrap().unwrap();
        questions(&json!({"Size": new.size, "Old": old.size, "Root": root}), &proof, &mut cases);
    }
    let (cases, taken): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    let said = asked_go(&cases);
    assert_eq!(said.len(), cases.len());
    for ((case, taken), said) in cases.iter().zip(taken).zip(said) {
        assert_eq!(said, taken, "{case}");
    }
}

async fn of(log: &Log, size: u64) -> Checkpoint {
    let root = log.root(size).await.unwrap().unwrap();
    Checkpoint { origin: ORIGIN.to_owned(), size, root, sm3: None }
}
