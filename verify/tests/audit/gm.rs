//! 国密: OpenSSL, which knows nothing of us, finds the same root by SM3 and takes the signature by
//! SM2, and neither it nor we take anything else.

use std::{convert::Infallible, fs, path::PathBuf, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fugong_engine::{
    Error, Order,
    core::{Envelope, Position},
    proof::{Checkpoint, FileKey, Signer, Sm2Key, export_bundle, signed_note::Note},
};
use fugong_verify::{Verdict, Wrong, bundle, policy::Policy, proof};
use tempfile::TempDir;

use crate::sealed::{Counter, LOG, open, run, tamper};

const ORIGIN: &str = "example.org/audited";

/// A log of so many events with both keys.
struct Doubly {
    folder: TempDir,
    first: FileKey,
    second: Sm2Key,
    note: String,
    leaves: Vec<Vec<u8>>,
}

impl Doubly {
    fn of(events: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let first = FileKey::make(&path("key"), ORIGIN).unwrap();
        let second = Sm2Key::make(&path("key.sm2"), ORIGIN).unwrap();
        let (note, leaves) = run(async {
            let log = open(&path("log.db"), &path("key")).await;
            let order = Order { command_id: "c/1".into(), ..Order::default() };
            log.execute::<Counter>("1", events, order, Envelope::default()).await.unwrap();
            let note = log.sign_checkpoint().await.unwrap();
            let mut leaves = Vec::new();
            for n in 0..events.div_ceil(256) {
                leaves.extend(log.entries(n).await.unwrap());
            }
            for position in [1, events] {
                let proof = log.prove_by_sm3(Position(position)).await.unwrap().unwrap();
                fs::write(path(&format!("{position}.sm3-proof")), proof).unwrap();
            }
            log.close().await;
            (note, leaves)
        });
        Self { folder, first, second, note, leaves }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn policy(&self) -> String {
        let (first, second) = (self.first.verifier_key(), self.second.verifier_key());
        format!("log {first}\nlog {second}\nquorum none\n")
    }

    /// What comes of a bundle with this note.
    fn checked(&self, note: &str) -> Verdict {
        let to = self.path("bundle");
        let _none = fs::remove_dir_all(&to);
        run(export_bundle(self.path("log.db").into(), LOG, to.clone(), self.policy(), None))
            .unwrap();
        fs::write(to.join("checkpoint"), note).unwrap();
        bundle::check(&to, &Policy::parse(&self.policy()).unwrap())
    }

    /// The root over hashes of one level, each level by one call of OpenSSL.
    fn root(&self, level: &[Vec<u8>]) -> Vec<u8> {
        let [one] = level else {
            let pairs: Vec<Vec<u8>> = level
                .chunks(2)
                .map(|pair| if let [l, r] = pair { node(l, r) } else { Vec::new() })
                .collect();
            let mut above = self.sm3(&pairs);
            if !level.len().is_multiple_of(2) {
                above.last_mut().unwrap().clone_from(level.last().unwrap());
            }
            return self.root(&above);
        };
        one.clone()
    }

    /// The hash of each of these, by OpenSSL.
    fn sm3(&self, texts: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let files: Vec<PathBuf> =
            (0..texts.len()).map(|n| self.path(&format!("{n}.bin"))).collect();
        for (file, text) in files.iter().zip(texts) {
            fs::write(file, text).unwrap();
        }
        let said = Command::new("openssl").args(["dgst", "-sm3", "-r"]).args(&files).output();
        let said = String::from_utf8(said.unwrap().stdout).unwrap();
        let digits = |line: &str| line.split(' ').next().unwrap().to_owned();
        let hashes: Vec<_> = said.lines().map(digits).map(|digits| from_hex(&digits)).collect();
        assert_eq!(hashes.len(), texts.len(), "{said}");
        hashes
    }

    /// Whether OpenSSL takes a signature by SM2 of this text.
    fn taken_by_openssl(&self, text: &str, signature: &[u8]) -> bool {
        let key = self.second.verifier_key().splitn(3, '+').nth(2).unwrap();
        let key = STANDARD.decode(key).unwrap();
        let spki = [from_hex(SPKI), key[key.len() - 65..].to_vec()].concat();
        let pem = STANDARD.encode(spki);
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n");
        fs::write(self.path("sm2.pem"), pem).unwrap();
        fs::write(self.path("text"), text).unwrap();
        fs::write(self.path("signature"), der(signature)).unwrap();
        let asked = "pkeyutl -verify -pubin -inkey sm2.pem -rawin -in text -sigfile signature \
                     -digest sm3 -pkeyopt distid:1234567812345678";
        let mut command = Command::new("openssl");
        command.current_dir(self.folder.path()).args(asked.split_whitespace());
        command.output().unwrap().status.success()
    }

    /// What is signed, and the signature by SM2.
    fn signed(&self) -> (String, Vec<u8>) {
        let (text, lines) = self.note.rsplit_once("\n\n").unwrap();
        let line = lines.lines().last().unwrap();
        let bytes = STANDARD.decode(line.rsplit_once(' ').unwrap().1).unwrap();
        (format!("{text}\n"), bytes[4..].to_vec())
    }
}

/// What is found, with the code.
fn found(verdict: Verdict) -> (u8, String) {
    let code = verdict.code();
    let said = verdict.wrong.into_iter().map(|wrong| match wrong {
        Wrong::Tampered(what) | Wrong::CannotTell(what) => what,
    });
    (code, said.collect())
}

#[track_caller]
fn assert_found(verdict: Verdict, code: u8, what: &str) {
    let (found, said) = found(verdict);
    assert!(found == code && said.contains(what), "{found}: {said}");
}

/// A public key on the curve sm2p256v1, as X.509 says it; the point follows.
const SPKI: &str = "3059301306072a8648ce3d020106082a811ccf5501822d034200";

fn node(left: &[u8], right: &[u8]) -> Vec<u8> {
    [&[1], left, right].concat()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap();
    let byte = |pair: &[u8]| u8::try_from(digit(&pair[0]) * 16 + digit(&pair[1])).unwrap();
    text.as_bytes().chunks(2).map(byte).collect()
}

/// r and s as ASN.1 has them.
fn der(signature: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        let digits = if 127 < digits[0] { [vec![0], digits].concat() } else { digits };
        [vec![2, u8::try_from(digits.len()).unwrap()], digits].concat()
    };
    let both = [number(&signature[..32]), number(&signature[32..])].concat();
    [vec![0x30, u8::try_from(both.len()).unwrap()], both].concat()
}

#[test]
fn openssl_finds_the_same_root_and_takes_the_signature() {
    for events in [1, 2, 7, 300] {
        let doubly = Doubly::of(events);
        let leaves: Vec<_> = doubly.leaves.iter().map(|leaf| [&[0], &leaf[..]].concat()).collect();
        let root = doubly.root(&doubly.sm3(&leaves));
        let checkpoint: Checkpoint = doubly.note.parse().unwrap();
        assert_eq!(checkpoint.sm3.unwrap().to_vec(), root, "{events} events");
        let (text, signature) = doubly.signed();
        assert!(text.ends_with(&format!("\nsm3 {}\n", STANDARD.encode(&root))), "{text}");
        assert!(doubly.taken_by_openssl(&text, &signature), "{events} events");
        assert!(!doubly.taken_by_openssl(&text.replace("\nsm3 ", "\nsm4 "), &signature));
        for at in [0, 31, 32, 63] {
            let mut flipped = signature.clone();
            flipped[at] ^= 1;
            assert!(!doubly.taken_by_openssl(&text, &flipped), "byte {at}");
        }
    }
}

#[test]
fn the_verifier_takes_both_and_neither_alone() {
    let doubly = Doubly::of(300);
    let sound = doubly.checked(&doubly.note);
    assert_eq!(sound.code(), 0, "{sound:?}");
    assert!(sound.sound.contains("国密 SM3 根散列也一致"), "{sound:?}");
    let lines: Vec<&str> = doubly.note.lines().collect();
    let [text @ .., first, second] = lines.as_slice() else { panic!("{}", doubly.note) };
    let text = text.join("\n");
    let alone = |line: &str| doubly.checked(&format!("{text}\n{line}\n"));
    assert_found(alone(first), 2, "没有国密 SM2 签名");
    assert_found(alone(second), 2, "没有已知密钥");
    let mut flipped = STANDARD.decode(second.rsplit_once(' ').unwrap().1).unwrap();
    flipped[20] ^= 1;
    let flipped = format!("{text}\n{first}\n— {ORIGIN} {}\n", STANDARD.encode(flipped));
    assert_found(doubly.checked(&flipped), 1, "签名与内容不符");
}

/// Whoever has both keys can sign another root by SM3, but not make it fit.
#[test]
fn another_root_by_sm3_is_found() {
    let doubly = Doubly::of(300);
    let checkpoint: Checkpoint = doubly.note.parse().unwrap();
    let other = Checkpoint { sm3: Some(checkpoint.root), ..checkpoint };
    let mut note = Note::new(other.to_string().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&doubly.first, &doubly.second]).unwrap();
    let note = String::from_utf8(note.to_bytes()).unwrap();
    assert_found(doubly.checked(&note), 1, "国密 SM3 根散列不符");
}

#[test]
fn an_event_is_proved_by_sm3_and_a_changed_one_is_not() {
    let doubly = Doubly::of(300);
    let policy = Policy::parse(&doubly.policy()).unwrap();
    let checked = |leaf: &[u8], position: u64| {
        fs::write(doubly.path("leaf"), leaf).unwrap();
        let proof = doubly.path(&format!("{position}.sm3-proof"));
        proof::check(&proof, &doubly.path("leaf"), &policy)
    };
    let (first, last) = (doubly.leaves.first().unwrap(), doubly.leaves.last().unwrap());
    assert_eq!(checked(first, 1).code(), 0, "{:?}", checked(first, 1));
    assert_eq!(checked(last, 300).code(), 0);
    assert_eq!(checked(first, 300).code(), 1);
    assert_eq!(checked(&last[1..], 300).code(), 1);
}

/// The second key may come later; what was signed before stays what it was.
#[test]
fn a_log_is_signed_by_sm2_from_when_it_has_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    FileKey::make(&path("key"), ORIGIN).unwrap();
    let signed_after = |events: u64| {
        run(async {
            let log = open(&path("log.db"), &path("key")).await;
            let order = Order { command_id: format!("c/{}", log.head()), ..Order::default() };
            log.execute::<Counter>("1", events, order, Envelope::default()).await.unwrap();
            let note = log.sign_checkpoint().await;
            let kept = log.checkpoint().await.unwrap();
            log.close().await;
            let note = note?;
            assert_eq!(kept.as_ref(), Some(&note), "what is answered is what others are given");
            Ok::<_, Error<Infallible>>(note.parse::<Checkpoint>().unwrap())
        })
    };
    let before = signed_after(200).unwrap();
    assert_eq!((before.size, before.sm3), (200, None));
    Sm2Key::make(&path("key.sm2"), ORIGIN).unwrap();
    let after = signed_after(0).unwrap();
    assert_eq!((after.size, after.sm3.is_some()), (200, true), "nothing came, and it is signed");
    let later = signed_after(400).unwrap();
    assert_eq!((later.size, later.sm3 == after.sm3), (600, false));
    // The tree by SM3 is held against what was signed, as the other is: here somebody makes the
    // hashes beside the events fit what he wrote.
    tamper(&path("log.db"), "UPDATE events SET payload = '{\"n\":7}' WHERE position = 9;");
    tamper(&path("log.db"), "DELETE FROM register_rows WHERE register = 'log:tree:sm3'");
    let why = signed_after(1).unwrap_err().to_string();
    assert!(why.contains("does not continue"), "{why}");
}
