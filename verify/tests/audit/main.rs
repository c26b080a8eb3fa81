//! Whatever somebody does to the database, whoever holds a checkpoint finds it.
//!
//! A log of 10,000 events is sealed; what an auditor carried away (a checkpoint, a bundle) stays
//! outside. Then the database is changed in every way that is asked for, on a copy each, as an
//! administrator would who owns the file, and a bundle of it is checked.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test"
)]

mod gm;
mod sealed;

use std::{fs, path::Path, process::Command};

use fugong_engine::{
    core::Recorded,
    leaf::Leaf,
    proof::{FileKey, Signer as _},
};
use fugong_verify::{Verdict, Wrong, note::Key};

use sealed::{EVENTS, Sealed, open, run, tamper};

/// Where something is done: at the beginning, around a tile, in the middle, near the end.
const PLACES: [u64; 6] = [1, 256, 257, 5_000, 9_985, EVENTS];

fn says(verdict: &Verdict, what: &str) -> bool {
    verdict.wrong.iter().any(|wrong| matches!(wrong, Wrong::Tampered(said) if said.contains(what)))
}

#[track_caller]
fn assert_found(verdicts: &[Verdict], what: &str, doing: &str) {
    for verdict in verdicts {
        assert_eq!(verdict.code(), 1, "{doing}: {verdict:?}");
        assert!(says(verdict, what), "{doing} does not say {what}: {verdict:?}");
    }
}

#[test]
fn what_nobody_touched_is_sound() {
    let sealed = Sealed::get();
    let [by_checkpoint, by_bundle] = sealed.after("untouched", "");
    assert_eq!((by_checkpoint.code(), by_bundle.code()), (0, 0), "{by_checkpoint:?}");
}

/// Payload, metadata, time, kind, aggregate, version: whatever a column says is in the leaf.
#[test]
fn an_event_that_says_something_else_is_named() {
    let sealed = Sealed::get();
    let alterations = [
        ("payload", "payload = replace(payload, ':', ': ')"),
        ("digits", "payload = '7'"),
        ("metadata", "metadata = json_set(metadata, '$.actor_id', 'somebody')"),
        ("unreadable", "metadata = 'x'"),
        ("time", "recorded_at = recorded_at + 1"),
        ("kind", "event_type = 'untold'"),
        ("stored-version", "event_version = '2'"),
        ("aggregate", "aggregate_id = aggregate_id || '-'"),
        ("id", "event_id = randomblob(16)"),
    ];
    for (name, column) in alterations {
        for position in PLACES {
            let sql = format!("UPDATE events SET {column} WHERE position = {position}");
            let found = sealed.after(&format!("{name}-{position}"), &sql);
            assert_found(&found, &format!("第 {position} 号事件"), &sql);
        }
    }
}

#[test]
fn an_event_that_is_gone_or_stands_elsewhere_is_named() {
    let sealed = Sealed::get();
    for position in PLACES {
        let sql = format!("DELETE FROM events WHERE position = {position}");
        let found = sealed.after(&format!("deleted-{position}"), &sql);
        assert_found(&found, &format!("第 {position} 号事件缺失"), &sql);
        // It is set behind the head.
        let sql = format!("UPDATE events SET position = 90000 WHERE position = {position}");
        let found = sealed.after(&format!("moved-{position}"), &sql);
        assert_found(&found, &format!("第 {position} 号事件缺失"), &sql);
        // Two change places; kept hashes go along, so that the tile is named, or with the older
        // bundle both of them.
        let other = if position == 1 { EVENTS } else { position - 1 };
        let sql = format!(
            "UPDATE events SET position = -1 WHERE position = {position};
             UPDATE events SET position = {position} WHERE position = {other};
             UPDATE events SET position = {other} WHERE position = -1"
        );
        let relaxed = format!("PRAGMA ignore_check_constraints = on; {sql}");
        let [by_checkpoint, by_bundle] = sealed.after(&format!("swapped-{position}"), &relaxed);
        assert_eq!(by_checkpoint.code(), 1, "{sql}: {by_checkpoint:?}");
        for swapped in [position, other] {
            let what = format!("第 {swapped} 号事件与原记录不符");
            assert_found(std::slice::from_ref(&by_bundle), &what, &sql);
        }
    }
}

#[test]
fn an_event_that_was_put_between_is_found() {
    let sealed = Sealed::get();
    for position in PLACES {
        let sql = format!(
            "PRAGMA ignore_check_constraints = on;
             UPDATE events SET position = -position WHERE position >= {position};
             UPDATE events SET position = 1 - position WHERE position < 0;
             INSERT INTO events SELECT aggregate_type, 'invented', 1, log_id, {position},
               randomblob(16), event_type, event_version, payload, metadata, recorded_at,
               leaf_hash FROM events WHERE position = {};
             UPDATE logs SET head = head + 1",
            position + 1
        );
        let [by_checkpoint, by_bundle] = sealed.after(&format!("inserted-{position}"), &sql);
        assert_eq!(by_checkpoint.code(), 1, "{position}: {by_checkpoint:?}");
        let what = format!("第 {position} 号事件与原记录不符");
        assert_found(&[by_bundle], &what, &sql);
    }
}

/// The hashes are made to fit too: the tile tells where, and the older bundle tells which.
#[test]
fn an_event_whose_hash_was_made_to_fit_is_found() {
    let sealed = Sealed::get();
    for position in PLACES {
        let sql = forged(sealed.event(position));
        let [by_checkpoint, by_bundle] = sealed.after(&format!("forged-{position}"), &sql);
        let first = (position - 1) / 256 * 256 + 1;
        let what = format!("第 {first} 至 ");
        if position <= EVENTS / 256 * 256 {
            assert_found(&[by_checkpoint], &what, &sql);
        } else {
            assert_eq!(by_checkpoint.code(), 1, "{position}: {by_checkpoint:?}");
        }
        assert_found(&[by_bundle], &format!("第 {position} 号事件与原记录不符"), &sql);
    }
}

/// Another payload, with the hash that belongs to it.
fn forged(event: &Recorded) -> String {
    let position = event.position;
    let forged = Recorded { payload: "4711".into(), ..event.clone() };
    let hash: String = Leaf::of(&forged).hash().unwrap().map(|byte| format!("{byte:02x}")).concat();
    format!("UPDATE events SET payload = '4711', leaf_hash = x'{hash}' WHERE position = {position}")
}

#[test]
fn receipts_that_say_something_else_are_named() {
    let sealed = Sealed::get();
    for command in ["c/0", "c/255", "c/1999", "c/3999"] {
        let of = format!("WHERE command_id = '{command}'");
        for (name, sql) in [
            ("deleted", format!("DELETE FROM commands {of}")),
            ("renamed", format!("UPDATE commands SET command_id = 'c/x' {of}")),
            ("moved", format!("UPDATE commands SET position = position - 1 {of}")),
            ("grown", format!("UPDATE commands SET events = events + 1 {of}")),
            ("emptied", format!("UPDATE commands SET events = 0 {of}")),
            ("later", format!("UPDATE commands SET version = version + 1 {of}")),
            ("earlier", format!("UPDATE commands SET version = version - 1 {of}")),
            ("other-request", format!("UPDATE commands SET fingerprint = 'other' {of}")),
            ("other-words", format!("UPDATE commands SET command = 'tell 7' {of}")),
            ("no-words", format!("UPDATE commands SET command = NULL {of}")),
            (
                "invented",
                format!(
                    "INSERT INTO commands SELECT log_id, 'c/y', fingerprint, position, events, \
                     version, command FROM commands {of}"
                ),
            ),
        ] {
            let doing = format!("receipt-{name}-{}", command.replace('/', "-"));
            let found = sealed.after(&doing, &sql);
            for verdict in &found {
                assert_eq!(verdict.code(), 1, "{sql}: {verdict:?}");
                assert!(says(verdict, "回执"), "{sql}: {verdict:?}");
            }
        }
    }
}

/// Checkpoint, tree and head are cut to fit: what was carried away knows better.
#[test]
fn a_tail_that_was_cut_off_is_named() {
    let sealed = Sealed::get();
    for kept in [9_999, 9_984, 256, 1] {
        let sql = format!(
            "DELETE FROM events WHERE position > {kept};
             DELETE FROM commands WHERE position > {kept};
             UPDATE logs SET head = {kept};
             DELETE FROM register_rows"
        );
        let name = format!("cut-{kept}");
        let database = sealed.copy(&name);
        tamper(&database, &sql);
        let found = resigned(sealed, &name, &database);
        let what = format!("缺第 {} 至 {EVENTS} 号", kept + 1);
        assert_found(&found, &what, &sql);
    }
}

/// The whole log is rebuilt and signed again by somebody who stole the key.
#[test]
fn a_log_that_was_rebuilt_with_the_stolen_key_is_found() {
    let sealed = Sealed::get();
    for position in PLACES {
        let name = format!("rebuilt-{position}");
        let database = sealed.copy(&name);
        let sql = format!("{}; DELETE FROM register_rows", forged(sealed.event(position)));
        tamper(&database, &sql);
        let [by_checkpoint, by_bundle] = resigned(sealed, &name, &database);
        let range = format!("第 1 至 {EVENTS} 号事件中有与此前的检查点不符的");
        assert_found(&[by_checkpoint], &range, &sql);
        assert_found(&[by_bundle], &format!("第 {position} 号事件与原记录不符"), &sql);
    }
}

/// Signs the database as it is, by the same key, which has forgotten what it signed.
fn resigned(sealed: &Sealed, name: &str, database: &Path) -> [Verdict; 2] {
    let key = sealed.path(&format!("{name}-key"));
    for ending in ["", ".pub"] {
        let of = |path: &Path| format!("{}{ending}", path.display());
        fs::copy(of(&sealed.path("key")), of(&key)).unwrap();
    }
    run(async {
        let log = open(database, &key).await;
        log.sign_checkpoint().await.unwrap();
        log.close().await;
    });
    sealed.verdicts(name, database)
}

/// The program says it too: 0 sound, 1 tampered, 2 cannot tell.
#[test]
fn the_exit_code_says_what_was_found() {
    let sealed = Sealed::get();
    let verify = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fugong-verify"));
        let ended = command.current_dir(sealed.folder.path()).args(args).output().unwrap();
        let said = String::from_utf8(ended.stdout).unwrap();
        (ended.status.code().unwrap(), said)
    };
    let (code, said) = verify(&["bundle", "carried-away"]);
    assert_eq!((code, said.starts_with("完好：")), (0, true), "{said}");
    let database = sealed.copy("told");
    tamper(&database, "UPDATE events SET payload = '{}' WHERE position = 4711");
    run(sealed.export(&database, "told-bundle"));
    let (code, said) = verify(&["since", "carried-away/checkpoint", "told-bundle"]);
    assert_eq!((code, said.contains("第 4711 号事件与原记录不符")), (1, true), "{said}");
    // A checkpoint of nobody, an altered one, and files that are missing.
    let other = Key::parse("x+00000000+AA==").unwrap_err();
    assert!(other.contains("不是公钥"), "{other}");
    let stranger = FileKey::make(&sealed.path("stranger"), "example.org/audited").unwrap();
    let (code, said) = verify(&["bundle", "carried-away", "--key", stranger.verifier_key()]);
    assert_eq!((code, said.contains("没有已知密钥的签名")), (2, true), "{said}");
    let note = fs::read_to_string(sealed.path("carried-away/checkpoint")).unwrap();
    fs::write(sealed.path("altered"), note.replace("\n10000\n", "\n9999\n")).unwrap();
    let (code, said) = verify(&["since", "altered", "carried-away"]);
    assert_eq!((code, said.contains("签名与内容不符")), (1, true), "{said}");
    fs::remove_file(sealed.path("told-bundle/tile/entries/007")).unwrap();
    let (code, said) = verify(&["bundle", "told-bundle"]);
    assert_eq!((code, said.contains("无法读取")), (2, true), "{said}");
}
