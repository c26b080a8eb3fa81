//! Backup and restore, as an IT unit does them.

use std::fs;

use super::{ends, fugong, serving::Serving};

#[test]
fn a_log_is_backed_up_while_it_is_served_and_restored_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @a.db", 0, "");
    let serving = Serving::of(&folder, &["a.db"]);
    ends(&folder, "backup --db @a.db --to @b.db --keys-to @b.keys", 0, "已从头复核，存入");
    ends(&folder, "backup --db @a.db --to @only.db", 0, "密钥未备份");
    serving.stop();
    ends(&folder, "restore @b.db --db @c.db --keys-from @b.keys", 0, "已恢复至");
    ends(&folder, "doctor --db @c.db", 0, "一切正常");
    // What is shown is the same, names too.
    for look in ["export events", "registers show r1", "registers show r4", "evening 2020-03-04"] {
        let shown = ["a", "c"].map(|name| {
            let shown = fugong(&folder, &format!("{look} --db @{name}.db"));
            assert!(shown.status.success() && !shown.stdout.is_empty(), "{look}");
            shown.stdout
        });
        assert_eq!(shown[0], shown[1], "{look}");
    }
    ends(&folder, "restore @only.db --db @d.db", 0, "密钥未恢复");
    ends(&folder, "doctor --db @d.db", 3, "the key file");
}

#[test]
fn a_copy_that_cannot_be_made_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "generate --enterprises 3 --days 3 --db @a.db", 0, "");
    ends(&folder, "generate --enterprises 3 --days 3 --seed 2 --db @other.db", 0, "");
    ends(&folder, "backup --db @a.db --to @b.db --keys-to @b.keys", 0, "");
    fs::copy(folder.path().join("b.db"), folder.path().join("newer.db")).unwrap();
    let newer = rusqlite::Connection::open(folder.path().join("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let files = || {
        let all = fs::read_dir(folder.path()).unwrap();
        let mut all: Vec<_> = all.map(|file| file.unwrap().file_name()).collect();
        all.retain(|name| !name.to_string_lossy().ends_with("-shm"));
        all.retain(|name| !name.to_string_lossy().ends_with("-wal"));
        all.sort();
        all
    };
    let before = files();
    for (args, code, saying) in [
        ("backup --db @none.db --to @x.db", 3, "there is no database"),
        ("backup --db @a.db --to @none/x.db", 3, "the file cannot be opened"),
        ("backup --db @a.db --to @b.db", 2, "exists"),
        ("backup --db @a.db", 2, "--to"),
        ("restore @b.db --db @a.db", 2, "exists"),
        ("restore @none.db --db @x.db", 3, "there is no database"),
        ("restore @newer.db --db @x.db", 3, "use a newer program"),
        ("restore @b.keys --db @x.db", 3, "another program"),
    ] {
        ends(&folder, args, code, saying);
        assert_eq!(files(), before, "{args}");
    }
    // The wrong keys are no keys.
    let wrong = "restore @b.db --db @c.db --keys-from @other.db.keys";
    ends(&folder, wrong, 3, "belong to another database");
    assert!(!folder.path().join("c.db.keys").exists());
}
