//! Ledgers that others kept, taken in by the program.

use std::{
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{ends, fugong};
use crate::torture::binary;

const MAPPING: &str = r#"
name = "names"
act = "/v1/resumptions"
key = ["序号"]

[columns]
"企业名称" = "name"
"所属街道" = { to = "township_code", values = { "城东街道" = "500114001", "正阳街道" = "500114106" } }
"复工日期" = "resumed_on"
"#;

/// A ledger of so many firms without a code, in the folder.
fn ledger(folder: &TempDir, rows: usize) {
    let mut text = "序号,企业名称,所属街道,复工日期\n".to_owned();
    for n in 1..=rows {
        writeln!(text, "{n},（虚构）第{n}作坊,城东街道,2020年2月{}日", 10 + n % 15).unwrap();
    }
    fs::write(folder.path().join("l.csv"), text).unwrap();
    fs::write(folder.path().join("m.toml"), MAPPING).unwrap();
}

const TAKE: &str = "import ledger @l.csv --mapping @m.toml --as zhang:eic:commission --db @d.db";

#[test]
fn a_ledger_is_tried_taken_in_and_its_wrong_cells_are_named() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "migrate --db @d.db", 0, "head");
    ledger(&folder, 3);
    ends(&folder, &format!("{TAKE} --dry-run"), 0, "共3行：试行可记录3行。");
    ends(&folder, TAKE, 0, "共3行：已记录3行。");
    ends(&folder, &format!("{TAKE} --out @out.ndjson"), 0, "共3行：此前已导入3行。");
    let told = fs::read_to_string(folder.path().join("out.ndjson")).unwrap();
    let rows: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.iter().map(|row| row["row"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 3, 4]);
    let more = "4,（虚构）甲厂,城东街,2020-02-11\n5,（虚构）乙厂,正阳街道,二月\n";
    let text = fs::read_to_string(folder.path().join("l.csv")).unwrap();
    fs::write(folder.path().join("l.csv"), text + more).unwrap();
    ends(
        &folder,
        TAKE,
        1,
        "C5（所属街道）：映射文件没有写「城东街」是什么意思，是否指「城东街道」？",
    );
    ends(&folder, TAKE, 1, "D6（复工日期）");
    ends(&folder, TAKE, 1, "2行没有导入；改好后重来，已导入的不会重复");
    ends(&folder, &TAKE.replace("zhang:eic:commission", "zhang"), 2, "人员:单位:角色");
    fs::write(folder.path().join("m.toml"), MAPPING.replace("\"name\"", "\"names\"")).unwrap();
    ends(&folder, TAKE, 2, "「企业名称」：这种行为没有 \"names\" 这一项，是否指「name」？");
    ends(&folder, &TAKE.replace("@m.toml", "@none.toml"), 3, "none.toml");
}

/// Killed again and again it goes on where it was, and in the end each row is there once.
#[test]
fn what_is_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "migrate --db @d.db", 0, "head");
    let rows = 3_000;
    ledger(&folder, rows);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut killed = 0;
    for patience in [300, 500, 700, 900] {
        let mut take = Command::new(binary());
        take.args(["import", "ledger", &at("l.csv"), "--mapping", &at("m.toml")]);
        take.args(["--as", "zhang:eic:commission", "--db", &at("d.db")]);
        let mut take = take.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(patience)
            && take.try_wait().unwrap().is_none()
        {
            thread::sleep(Duration::from_millis(5));
        }
        killed += usize::from(take.kill().is_ok() && !take.wait().unwrap().success());
    }
    assert!(0 < killed, "it was never killed: it wants more rows");
    ends(&folder, TAKE, 0, &format!("共{rows}行："));
    ends(&folder, TAKE, 0, &format!("共{rows}行：此前已导入{rows}行。"));
    let events = fugong(&folder, "export events --db @d.db").stdout;
    let events = String::from_utf8(events).unwrap();
    let resumed = events.lines().filter(|line| line.contains("\"resumption-resumed\"")).count();
    assert_eq!(resumed, rows);
    ends(&folder, "doctor --db @d.db", 0, "head");
}
