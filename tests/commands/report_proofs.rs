//! A report that was handed up, computed again: by whoever has the log, and by whoever has a bundle.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ends, fugong, report_forgeries::run_verify, verifies};

/// Every ready report of the story follows from the events that were signed; a changed figure is
/// found in each of them, and named.
#[test]
fn the_figures_of_a_report_follow_from_the_bundle() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "example.org/d+");
    ends(&folder, "log checkpoint --db @d.db", 0, "example.org/d");
    ends(&folder, "export bundle --db @d.db --out @bundle", 0, "fugong-verify");
    let listed = fugong(&folder, "report list --format json --db @d.db");
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let ready = listed.as_array().unwrap().iter().filter(|it| it["instant"] == false);
    let (mut changed, mut closed_ones) = (0, 0);
    for id in ready.map(|it| it["id"].as_str().unwrap()).chain(["r3", "r4", "r13", "r15"]) {
        let code = "--set enterprise=91500114MAYY010886 ";
        let chosen = if id == "dossier" { code } else { "" };
        let when = if id == "open-orders" { "" } else { "--as-of 2020-03-20 " };
        ends(&folder, &format!("report run {id} {chosen}{when}--db @d.db -o @r.json"), 0, "已写好");
        closed_ones += usize::from(agrees(&folder, "report @r.json --bundle @bundle"));
        changed += usize::from(one_changed(&folder));
        ends(&folder, &format!("report run {id} {chosen}{when}--db @d.db -o @r.xlsx"), 0, "已写好");
        agrees(&folder, "report @r.xlsx --bundle @bundle");
    }
    assert!(15 < changed, "{changed} reports had a figure to change");
    assert!((3..15).contains(&closed_ones), "{closed_ones} reports have words about persons");
    beside(&folder);
    closed(&folder);
    elsewhere(&folder);
}

/// That a report agrees with the bundle; whether it has words about persons, which are sealed there
/// and of which nobody can say whether they are the same.
fn agrees(folder: &TempDir, args: &str) -> bool {
    let (code, said) = run_verify(folder, args);
    let closed = said.contains("包中只有密文，改没改无从知道");
    assert_eq!(code, if closed { 2 } else { 0 }, "{args}: {said}");
    assert!(said.contains("均一致") && !said.contains("被改动"), "{args}: {said}");
    closed
}

/// Adds one to the first figure of a report, if it has one.
fn one_changed(folder: &TempDir) -> bool {
    let file = folder.path().join("r.json");
    let mut told: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let heads = told["columns"].as_array().unwrap().clone();
    let heading = |name: &str| {
        let head = heads.iter().find(|head| head["name"] == name).unwrap();
        head["heading"].as_str().unwrap().to_owned()
    };
    for (n, row) in (1..).zip(told["rows"].as_array_mut().unwrap()) {
        for (name, cell) in row["cells"].as_object_mut().unwrap() {
            let Some(number) = cell.as_i64() else { continue };
            let said =
                format!("第 {n} 行「{}」，文件为 {}，重算为 {number}", heading(name), number + 1);
            *cell = json!(number + 1);
            fs::write(&file, told.to_string()).unwrap();
            verifies(folder, "report @r.json --bundle @bundle", 1, &said);
            return true;
        }
    }
    false
}

/// Two moments in one report, each from its own events.
fn beside(folder: &TempDir) {
    let run = "report run daily-resumption --as-of 2020-02-29 --beside 2020-02-22 --db @d.db";
    ends(folder, &format!("{run} -o @b.json"), 0, "已写好");
    verifies(folder, "report @b.json --bundle @bundle", 0, "均一致");
    ends(folder, "report verify @b.json --db @d.db", 0, "一致");
    let told = fs::read_to_string(folder.path().join("b.json")).unwrap();
    assert!(told.contains("基数（2020-02-29）") && told.contains("基数（2020-02-22）"), "{told}");
    let size = |report: &Value| report["provenance"]["beside"]["log_size"].clone();
    let mut other: Value = serde_json::from_str(&told).unwrap();
    assert_ne!(size(&other), other["provenance"]["log_size"]);
    let cell = &mut other["rows"][1]["cells"]["resumed_beside"];
    *cell = json!(cell.as_i64().unwrap() + 1);
    fs::write(folder.path().join("b.json"), other.to_string()).unwrap();
    verifies(folder, "report @b.json --bundle @bundle", 1, "（2020-02-22）」，文件为");
    ends(folder, "report run not-resumed --beside 2020-02-22 --db @d.db", 2, "逐条列出");
}

/// Words about persons are sealed: a bundle cannot tell them, and that is said.
fn closed(folder: &TempDir) {
    ends(folder, "report run r13 --as-of 2020-03-20 --db @d.db -o @p.json", 0, "已写好");
    let said = "无法判断：「姓名」、「联系电话」共";
    verifies(folder, "report @p.json --bundle @bundle", 2, said);
    verifies(folder, "report @p.json --bundle @bundle", 2, "；其余 ");
    let text = fs::read_to_string(folder.path().join("p.json")).unwrap();
    assert!(text.contains("示例驻厂员01"));
    fs::write(folder.path().join("p.json"), text.replace("示例驻厂员01", "某人")).unwrap();
    verifies(folder, "report @p.json --bundle @bundle", 2, "包中只有密文，改没改无从知道");
    // Whoever has the keys tells.
    ends(folder, "report verify @p.json --db @d.db", 1, "某人");
}

/// What the bundle cannot tell is said, with what to do.
fn elsewhere(folder: &TempDir) {
    let save = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    ends(folder, "report run r7 --db @d.db -o @s.json", 0, "已写好");
    let text = fs::read_to_string(folder.path().join("s.json")).unwrap();
    save("t.json", &text.replace("\"log\":500114", "\"log\":500115"));
    // It names the root of this log.
    verifies(folder, "report @t.json --bundle @bundle", 1, "报表称依据日志 500115");
    let told: Value = serde_json::from_str(&text).unwrap();
    let root = told["provenance"]["root"].as_str().unwrap();
    let other = text.replace("\"log\":500114", "\"log\":500115").replace(root, &"0".repeat(64));
    save("t.json", &other);
    verifies(folder, "report @t.json --bundle @bundle", 2, "请导出日志 500115 的包");
    save("t.json", &text.replace("全区", "本单位辖区"));
    verifies(folder, "report @t.json --bundle @bundle", 2, "请在原单位的数据库上");
    save(
        "o.toml",
        "title = \"周\"\ntitle_en = \"w\"\nregister = \"r7\"\n[[measure]]\nname = \"n\"\nheading = \"件\"\ncount = true\n",
    );
    ends(folder, "report save @o.toml --as zhang:eic:commission --db @d.db", 0, "report-defined");
    ends(folder, "log checkpoint --db @d.db", 0, "example.org/d");
    ends(folder, "report run o --db @d.db -o @t.json", 0, "已写好");
    verifies(folder, "report @t.json --bundle @bundle", 2, "请导出较新的包");
    ends(folder, "export bundle --db @d.db --out @newer", 0, "fugong-verify");
    verifies(folder, "report @t.json --bundle @newer", 0, "均一致");
}

const ACTS: &str = r#"{"at":"2020-02-27T09:00:00+08:00","as":"zhang:eic:commission","path":"/v1/officers","key":"a","body":{"id":"OFF-77","name":"甲乙丙丁戊","unit":"eic","phone":"000-1234-9876"}}
{"at":"2020-02-27T09:00:00+08:00","as":"zhang:eic:commission","path":"/v1/officers","key":"b","body":{"id":"OFF-78","name":"己庚辛壬癸","unit":"eic"}}
"#;

/// What was erased since a report was handed up is no forgery, and hides none. On either store.
#[test]
fn what_was_erased_since_is_told_from_what_was_changed() {
    let url = fugong_cluster::Cluster::shared().unwrap().database().unwrap();
    for db in ["@p.db", &url] {
        let folder = tempfile::tempdir().unwrap();
        let says = |args: &str, code: i32, saying: &str| {
            ends(&folder, &format!("{args} --db {db}"), code, saying);
        };
        fs::write(folder.path().join("acts"), ACTS).unwrap();
        says("import acts @acts", 0, "2 项行为已记录");
        says("report run r13 -o @r.json", 0, "已写好");
        says("report verify @r.json", 0, "一致。");
        says("erase OFF-77 --basis retention_over --as zhang:eic:commission", 0, "erased");
        says("report verify @r.json", 0, "一致；「姓名」、「联系电话」共 2 格的个人信息已删除");
        let file = folder.path().join("r.json");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace("己庚辛壬癸", "某人")).unwrap();
        says("report verify @r.json", 1, "第 2 行「姓名」");
        fs::write(&file, text.replace("\"OFF-77\"", "\"OFF-79\"")).unwrap();
        says("report verify @r.json", 1, "第 1 行「人员编号」");
    }
}
