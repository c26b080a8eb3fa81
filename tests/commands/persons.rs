//! Words about persons on the command line, on either store.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fugong_cluster::Cluster;
use tempfile::TempDir;

use super::{ends, fugong, verifies};

const ACTS: &str = r#"{"at":"2020-02-27T09:00:00+08:00","as":"zhang:eic:commission","path":"/v1/officers","key":"enrol","body":{"id":"OFF-77","name":"甲乙丙丁戊","unit":"eic","phone":"000-1234-9876"}}
"#;

#[test]
fn words_are_held_restricted_handed_out_and_erased() {
    let url = Cluster::shared().unwrap().database().unwrap();
    for db in ["@p.db", &url] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("acts"), ACTS).unwrap();
        lived(&folder, db);
    }
}

/// Who has the database alone reads no name in it.
#[test]
fn keys_on_a_server_are_halves_where_the_url_names_their_secret() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("acts"), ACTS).unwrap();
    let url = Cluster::shared().unwrap().database().unwrap();
    let halves = format!("{url}?keysecret={}", folder.path().join("secret").display());
    ends(&folder, &format!("import acts @acts --db {halves}"), 0, "1 项行为已记录");
    ends(&folder, &format!("registers show r13 --db {halves}"), 0, "甲乙丙丁戊");
    ends(&folder, &format!("registers show r13 --db {url}"), 3, "they are halves");
    fs::write(folder.path().join("secret"), "00".repeat(32)).unwrap();
    ends(&folder, &format!("registers show r13 --db {halves}"), 3, "is not the secret");
}

fn lived(folder: &TempDir, db: &str) {
    let says = |args: &str, code: i32, saying: &str| {
        ends(folder, &format!("{args} --db {db}"), code, saying);
    };
    let row = "registers show r13";
    says("import acts @acts", 0, "1 项行为已记录");
    says(row, 0, "甲乙丙丁戊");
    // The key that signs lies in the folder, and not where the program happens to run.
    let sealed = format!("--db {db} --log-key @log-key");
    ends(folder, &format!("log init --origin example.org/p {sealed}"), 0, "example.org/p+");
    let note = fugong(folder, &format!("log checkpoint {sealed}")).stdout;
    fs::write(folder.path().join("carried-away"), note).unwrap();
    ends(folder, &format!("export bundle --out @before {sealed}"), 0, "fugong-verify");
    let erase = "erase OFF-77 --basis retention_over --as zhang:eic:commission";
    says("erase OFF-77 --basis retention_over --as zhang", 2, "is nobody");
    says("erase 甲乙 --basis retention_over --as zhang:eic:commission", 2, "is no data subject");
    says("erase OFF-77 --basis because --as zhang:eic:commission", 2, "basis");
    says("erase OFF-78 --basis retention_over --as zhang:eic:commission", 1, "no word about");
    says("erase OFF-77 --basis retention_over --as x:eic:auditor", 1, "may not");
    let hold = "person hold OFF-77 --ground open_case --reason 核查 --until 2030-01-31";
    says(&format!("{hold} --as li:emb:emergency"), 0, "data-subject-held");
    says(erase, 1, "emb holds these words since");
    let restrict = "person restrict OFF-77 --ground cannot_be_erased --reason 核查";
    says(&format!("{restrict} --as zhang:eic:commission"), 0, "data-subject-restricted");
    says(&format!("{restrict} --as zhang:eic:commission"), 0, "没有变化");
    says(row, 0, "（已限制处理）");
    says("person copy OFF-77 --as OFF-77:eic:officer", 0, "姓名：甲乙丙丁戊");
    says("person copy OFF-77 --as zhang:eic:commission --format json", 0, "000-1234-9876");
    says("person copy OFF-77 --as x:eic:auditor", 1, "for the person himself");
    says("person release OFF-77 --reason 办结 --as zhang:eic:commission", 1, "jurisdiction");
    says("person release OFF-77 --reason 办结 --as li:emb:emergency", 0, "hold-lifted");
    let unrestrict = "person unrestrict OFF-77 --reason 办结 --as zhang:eic:commission";
    says(unrestrict, 0, "restriction-lifted");
    says(row, 0, "甲乙丙丁戊");
    says(&format!("{erase} --key e --authority 黔经信〔2021〕9号"), 0, "已记录");
    says(&format!("{erase} --key e --authority 黔经信〔2021〕9号"), 0, "此前已记录");
    says(&format!("{erase} --key e"), 1, "another");
    says(row, 0, "（已删除）");
    says("person copy OFF-77 --as zhang:eic:commission", 0, "已于");
    says("replay timeline data-subject/OFF-77", 0, "依据黔经信〔2021〕9号，删除OFF-77的个人信息");
    says("replay verify", 0, "\"sound\": true");
    // Every proof still holds, from before the erasure to after it.
    ends(folder, &format!("log checkpoint {sealed}"), 0, "example.org/p");
    ends(folder, &format!("log verify --since @carried-away {sealed}"), 0, "承接此前的检查点");
    ends(folder, &format!("export bundle --out @bundle {sealed}"), 0, "fugong-verify");
    ends(folder, &format!("log prove 12 --out @proofs {sealed}"), 0, "12.tlog-proof");
    audited(folder);
    for (args, name) in [("export events", "events"), ("registers show r13", "r13")] {
        let told = fugong(folder, &format!("{args} --db {db}")).stdout;
        fs::write(folder.path().join(name), told).unwrap();
    }
    says("backup --to @b.db --keys-to @b.keys", 0, "b.db");
    fs::remove_file(folder.path().join("acts")).unwrap();
    let mut places = vec![folder.path()];
    places.extend(db.starts_with("postgres").then(|| Cluster::shared().unwrap().folder()));
    for place in places {
        assert_eq!(holding(place), Vec::<PathBuf>::new(), "after everything was read");
    }
    // Without any key of anybody the log is what it was.
    let keys = folder.path().join("p.db.keys");
    if keys.exists() {
        fs::remove_file(keys).unwrap();
        says(row, 3, "p.db.keys");
        ends(folder, &format!("log verify --since @carried-away {sealed}"), 0, "承接此前的检查点");
        ends(folder, &format!("export bundle --out @keyless {sealed}"), 0, "fugong-verify");
        verifies(folder, "since @before @keyless", 0, "完好");
    }
}

/// The auditor, who has no key and no database, finds the log whole after the erasure: by itself, as
/// it continues what was signed before, and event by event. One changed byte he finds too.
fn audited(folder: &TempDir) {
    let proof = "proof @proofs/12.tlog-proof --leaf @proofs/12.leaf --policy @bundle/policy";
    for (args, saying) in [
        ("bundle @bundle", "完好"),
        ("since @carried-away @bundle", "承接此前的检查点"),
        ("since @before @bundle", "承接此前的检查点"),
        (proof, "第 12 号事件"),
    ] {
        verifies(folder, args, 0, saying);
    }
    let entries = folder.path().join("bundle/tile/entries");
    let first = fs::read_dir(entries).unwrap().next().unwrap().unwrap().path();
    let first = if first.is_dir() {
        fs::read_dir(first).unwrap().next().unwrap().unwrap().path()
    } else {
        first
    };
    let whole = fs::read(&first).unwrap();
    // Of the officer's name as it is stored: what nobody can read can be changed by nobody either.
    let sealed = whole.windows(10).position(|part| part == b"\"sealed\":\"").unwrap();
    let mut changed = whole.clone();
    changed[sealed + 12] ^= 1;
    fs::write(&first, changed).unwrap();
    for args in ["bundle @bundle", "since @carried-away @bundle", "since @before @bundle"] {
        verifies(folder, args, 1, "号事件与原记录不符");
    }
    fs::write(&first, whole).unwrap();
    let leaf = folder.path().join("proofs/12.leaf");
    let mut changed = fs::read(&leaf).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&leaf, changed).unwrap();
    verifies(folder, proof, 1, "证明被改动");
}

/// The files below a folder that hold his name or his telephone.
fn holding(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path));
            continue;
        }
        // A server makes and removes files meanwhile.
        let bytes = fs::read(&path).unwrap_or_default();
        let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        if ["甲乙丙丁戊", "000-1234-9876"].into_iter().any(holds) {
            found.push(path);
        }
    }
    found
}
