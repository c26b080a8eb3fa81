//! Checkpoints and proofs, as an IT unit makes them and an auditor checks them.

use std::fs;

use rusqlite::Connection;

use super::{ends, front, fugong, serving::Serving, verifies};

#[test]
fn a_log_is_sealed_proved_and_found_out_when_somebody_changed_it() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "generate --enterprises 5 --days 3 --db @d.db", 0, "");
    ends(&folder, "log checkpoint --db @d.db", 3, "no signing key");
    ends(&folder, "log init --db @none.db", 3, "fugong migrate");
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "example.org/d+");
    ends(&folder, "log init --db @d.db", 2, "exists");
    ends(&folder, "export bundle --db @d.db --out @early", 3, "fugong log checkpoint");
    let note = fugong(&folder, "log checkpoint --db @d.db").stdout;
    fs::write(folder.path().join("carried-away"), &note).unwrap();
    // Beside a process that writes it, the last is printed.
    let serving = Serving::of(&folder, &["d.db"]);
    assert_eq!(fugong(&folder, "log checkpoint --db @d.db").stdout, note);
    ends(&folder, "log prove 17 --db @d.db --out @proofs", 0, "17.tlog-proof");
    ends(&folder, "export bundle --db @d.db --out @bundle", 0, "fugong-verify");
    serving.stop();
    ends(&folder, "export bundle --db @d.db --out @bundle", 2, "exists");
    ends(&folder, "export ocel --db @d.db --out @log.json", 0, "OCEL 2.0");
    ends(&folder, "export ocel --db @d.db --out @log.json", 2, "exists");
    ends(&folder, "paper order none --db @d.db", 2, "none");
    let unknown = "没有编号为「91500114MAYY01109N.1」的诚信记录";
    ends(&folder, "paper notice 91500114MAYY01109N.1 --db @d.db", 1, unknown);
    ends(&folder, "log prove 100000 --db @d.db", 1, "没有事件");
    ends(&folder, "log prove x --db @d.db", 2, "不是事件编号");
    ends(&folder, "log verify --db @d.db", 0, "完好");
    ends(&folder, "log verify --db @d.db --since @carried-away", 0, "承接此前的检查点");
    for file in ["since", "policy"] {
        ends(&folder, &format!("log verify --db @d.db --{file} @nowhere"), 3, "nowhere");
    }
    let proof = fs::read_to_string(folder.path().join("proofs/17.tlog-proof")).unwrap();
    assert!(proof.ends_with(&String::from_utf8(note).unwrap()), "{proof}");
    assert!(folder.path().join("bundle/tile/entries").exists());
    let db = Connection::open(folder.path().join("d.db")).unwrap();
    db.execute_batch(
        "DROP TRIGGER events_are_never_updated;
         UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 17",
    )
    .unwrap();
    drop(db);
    ends(&folder, "log verify --db @d.db", 1, "第 17 号事件与原记录不符");
}

/// The key is lost: another takes its place under the same name, and whoever knows both can tell that
/// what the second signs continues what the first did.
#[test]
fn a_key_that_was_lost_is_followed_by_another_and_the_log_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    ends(&folder, "generate --enterprises 3 --days 2 --db @d.db", 0, "");
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "");
    fs::write(folder.path().join("old"), fugong(&folder, "log checkpoint --db @d.db").stdout)
        .unwrap();
    let first = read("d.db.log-key.pub");
    ends(&folder, "export bundle --db @d.db --out @before", 0, "");
    fs::remove_file(folder.path().join("d.db.log-key")).unwrap();
    ends(&folder, "log checkpoint --db @d.db", 3, "no signing key");
    ends(&folder, "log init --db @d.db --origin example.org/d", 2, "d.db.log-key.note");
    for ending in ["pub", "note"] {
        let of = |name: &str| folder.path().join(format!("{name}.log-key.{ending}"));
        fs::rename(of("d.db"), of("lost")).unwrap();
    }
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "");
    ends(&folder, "log checkpoint --db @d.db", 0, "example.org/d");
    let second = read("d.db.log-key.pub");
    assert_ne!(first, second);
    ends(&folder, "export bundle --db @d.db --out @after", 0, "");
    fs::write(folder.path().join("one"), format!("log {second}quorum none\n")).unwrap();
    fs::write(folder.path().join("both"), format!("log {first}log {second}quorum none\n")).unwrap();
    verifies(&folder, "bundle @after", 0, "完好");
    for old in ["old", "before"] {
        verifies(&folder, &format!("since @{old} @after --policy @one"), 2, "没有已知密钥的签名");
        verifies(&folder, &format!("since @{old} @after --policy @both"), 0, "承接此前的检查点");
    }
}

/// Each event has a digest of what the receipt of its command says. Of a command that found nothing
/// to do there is no event: what its receipt says is decided again, and that it is there, or not,
/// is proved by nothing.
#[test]
fn a_receipt_that_was_changed_is_found_by_each_program() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "generate --enterprises 3 --days 2 --db @d.db", 0, "");
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "");
    let note = fugong(&folder, "log checkpoint --db @d.db").stdout;
    fs::write(folder.path().join("carried-away"), note).unwrap();
    ends(&folder, "replay verify --db @d.db", 0, "\"sound\": true");
    let whole = fs::read(folder.path().join("d.db")).unwrap();
    let of = "WHERE command_id = (SELECT command_id FROM commands WHERE 0 < events \
              ORDER BY position DESC LIMIT 1)";
    for (n, change) in [
        "UPDATE commands SET fingerprint = fingerprint || 'x'",
        "UPDATE commands SET version = version + 1",
        "UPDATE commands SET position = position - 1",
        "UPDATE commands SET command = replace(command, '\"actor\":\"', '\"actor\":\"x')",
        "DELETE FROM commands",
        "INSERT INTO commands SELECT log_id, 'invented', fingerprint, position, events, version,
           command FROM commands",
    ]
    .into_iter()
    .enumerate()
    {
        fs::write(folder.path().join("d.db"), &whole).unwrap();
        let db = Connection::open(folder.path().join("d.db")).unwrap();
        assert_eq!(db.execute(&format!("{change} {of}"), []).unwrap(), 1, "{change}");
        db.close().unwrap();
        ends(&folder, "log verify --db @d.db --since @carried-away", 1, "回执");
        ends(&folder, "replay verify --db @d.db", 1, "\"sound\": false");
        ends(&folder, &format!("export bundle --db @d.db --out @bundle-{n}"), 0, "");
        verifies(&folder, &format!("since @carried-away @bundle-{n}"), 1, "回执");
    }
}

#[test]
fn a_witness_signs_what_continues_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let text = |args: &str| String::from_utf8(fugong(&folder, args).stdout).unwrap();
    let keep = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    ends(&folder, "generate --enterprises 3 --days 2 --db @d.db", 0, "");
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "");
    let first = text("log checkpoint --db @d.db");
    keep("first", &first);
    let log = fs::read_to_string(folder.path().join("d.db.log-key.pub")).unwrap();
    let log = log.trim();
    let key = text("log witness init --key @w.key --name example.net/w");
    let key = key.trim();
    // By file, between networks that do not meet.
    keep("request", &text("log witness request --db @d.db"));
    let sign = format!("log witness sign @request --key @w.key --log {log}");
    let signed = text(&sign);
    assert!(signed.starts_with(&first) && signed.contains("\n— example.net/w "), "{signed}");
    keep("signed", &signed);
    ends(&folder, &sign, 1, "signed a checkpoint of");
    let stranger = text("log witness init --key @other.key --name example.net/w");
    let add = |key: &str| format!("log witness add @signed --db @d.db --witness {}", key.trim());
    ends(&folder, &add(&stranger), 1, "没有新的见证签名");
    ends(&folder, &add(key), 0, "— example.net/w ");
    let policy = format!("log {log}\nwitness w {key}\nquorum w\n");
    keep("policy", &policy);
    keep("strict", &policy.replace(key, stranger.trim()));
    ends(&folder, "log verify --db @d.db --policy @policy", 0, "个事件有见证");
    ends(&folder, "log verify --db @d.db --policy @strict", 3, "见证签名不足");
    // Over HTTP, from where the witness stands.
    let serving = Serving::witness(&folder.path().join("w.key"), log);
    let at = format!("http://127.0.0.1:{}", serving.port);
    let ask = format!("log witness ask {at} --db @d.db --witness {key}");
    ends(&folder, &ask, 1, "早已收存");
    // Encrypted, where the authority is known that vouches for it.
    let encrypted = front::before(serving.port, &folder.path().join("ca.pem"));
    let asked = ask.replace(&at, &format!("https://127.0.0.1:{encrypted}"));
    ends(&folder, &asked, 3, "UnknownIssuer");
    ends(&folder, &format!("{asked} --ca @ca.pem"), 1, "早已收存");
    ends(&folder, &format!("{asked} --ca @policy"), 2, "as PEM are wanted");
    // Another history under the same name and key: the witness has seen one already.
    ends(&folder, "generate --enterprises 5 --days 4 --seed 9 --db @e.db", 0, "");
    for ending in ["", ".pub"] {
        let of = |name: &str| folder.path().join(format!("{name}.db.log-key{ending}"));
        fs::copy(of("d"), of("e")).unwrap();
    }
    let other = text("log checkpoint --db @e.db");
    assert_ne!(other, first);
    ends(&folder, &ask.replace("@d.db", "@e.db"), 1, "does not continue");
    serving.stop();
    ends(&folder, &ask, 3, "127.0.0.1");
}
