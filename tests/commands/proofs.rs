//! Checkpoints and proofs, as an IT unit makes them and an auditor checks them.

use std::fs;

use rusqlite::Connection;

use super::{ends, fugong, serving::Serving};

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
    ends(&folder, "log prove 100000 --db @d.db", 1, "没有事件");
    ends(&folder, "log prove x --db @d.db", 2, "不是事件编号");
    ends(&folder, "log verify --db @d.db", 0, "完好");
    ends(&folder, "log verify --db @d.db --since @carried-away", 0, "承接此前的检查点");
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
