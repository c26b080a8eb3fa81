//! Several districts: a database for each, served and rolled up together.

use std::fs;

use fugong_cluster::Cluster;
use fugong_fixtures::data;
use tempfile::TempDir;

use super::{ends, fugong, serving::Serving};
use crate::torture::get;

const MADE: &str =
    "migrate --db @b.db --district 500115 --units @units.json --clock 2020-03-31T08:00:00+08:00";
const LISTED: &str = r#"{"at":"2020-03-31T09:00:00+08:00","as":"z:eic:commission","path":"/v1/enterprises","key":"a","body":{"uscc":"91500114MAYY010106","name":"长寿区示例化工有限公司","industry_code":"2614","township_code":"500115106","above_scale":true}}"#;

/// The story in `a.db`, and in `b.db` a district of its own with one firm.
pub(super) fn districts() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let units = serde_json::to_string(&data::units().unwrap()).unwrap();
    fs::write(folder.path().join("carried.json"), &units).unwrap();
    let units = units.replace("500114", "500115").replace("黔江区", "长寿区");
    fs::write(folder.path().join("units.json"), units).unwrap();
    fs::write(folder.path().join("acts.ndjson"), LISTED).unwrap();
    ends(&folder, "demo --no-serve --db @a.db", 0, "");
    ends(&folder, MADE, 0, "log 500115");
    ends(&folder, "import acts @acts.ndjson --db @b.db", 0, "1 项行为已记录");
    folder
}

#[test]
fn a_database_knows_its_district_and_a_fresh_one_is_told() {
    let folder = districts();
    for (args, code, saying) in [
        ("doctor --db @b.db", 0, "一切正常"),
        ("doctor --db @b.db --district 500114", 3, "no log 500114"),
        ("evening 2020-03-31 --db @b.db", 0, "长寿区企业复工复产晚调度"),
        ("evening 2020-03-31 --db @a.db", 0, "黔江区企业复工复产晚调度"),
        ("migrate --db @c.db --district 500115", 2, "--units FILE"),
        ("serve --dev --db @c.db --district 500115", 2, "--units FILE"),
        ("migrate --db @c.db --district 115 --units @units.json", 2, "six digits"),
        ("migrate --db @c.db --district 500115 --units @carried.json", 2, "is not of district"),
        ("migrate --db @c.db --district 500115 --units @acts.ndjson", 2, "acts.ndjson"),
        ("migrate --db @c.db --district 500115 --units @none.json", 3, "cannot be read"),
        ("serve --dev --db @a.db --db @a.db", 2, "would both be district 500114"),
        ("serve --dev --db @a.db --db @c.db", 2, "would both be district 500114"),
        ("serve --dev --db @a.db --db @b.db --district 500114", 2, "leave --district"),
        ("serve --dev --db @a.db --db @b.db --keys @a.db.keys", 2, "once for each"),
        ("serve --dev --db @a.db --district 500114 --district 500115", 2, "a file for each"),
    ] {
        ends(&folder, args, code, saying);
        assert!(!folder.path().join("c.db").exists(), "{args} made a database");
    }
}

#[test]
fn two_districts_are_rolled_up() {
    let folder = districts();
    let sheet = fugong(&folder, "registers roll-up --db @a.db --db @b.db --on 2020-03-31");
    let sheet = String::from_utf8(sheet.stdout).unwrap();
    for saying in ["复工复产情况汇总表（截至 2020-03-31）", "合计", "黔江区", "长寿区"]
    {
        assert!(sheet.contains(saying), "{saying} is not in:\n{sheet}");
    }
    let lines = fugong(&folder, "registers roll-up --db @b.db --db @a.db --format ndjson");
    let lines = String::from_utf8(lines.stdout).unwrap();
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let total = |n: usize| lines[n]["total"].as_u64().unwrap();
    assert_eq!((total(0), total(1)), (total(1) + total(2), 1), "{lines:?}");
    ends(&folder, "registers roll-up --db @a.db --by township", 2, "no grouping township");
}

#[test]
fn two_districts_are_rebuilt_beside_each_other() {
    let folder = districts();
    let rebuilt = fugong(&folder, "registers rebuild --db @a.db --db @b.db");
    let said = String::from_utf8(rebuilt.stdout).unwrap();
    assert_eq!(rebuilt.status.code(), Some(0), "{said}");
    let begins: Vec<_> = said.lines().map(|line| line.split('：').next().unwrap()).collect();
    assert_eq!(begins, ["500114 district", "500114 inbox", "500115 district", "500115 inbox"]);
    assert!(said.lines().all(|line| line.ends_with("，0 处不同。")), "{said}");
}

#[test]
fn two_districts_are_served_by_one_process() {
    let folder = districts();
    let serving = Serving::of(&folder, &["a.db", "b.db"]);
    let firms = |place: &str| {
        let answer = get(serving.port, &format!("{place}/enterprises?limit=200")).unwrap();
        answer.body["items"].as_array().unwrap().len()
    };
    let counts = [firms("/v1"), firms("/v1/districts/500114"), firms("/v1/districts/500115")];
    assert!(1 < counts[0] && counts[0] == counts[1] && counts[2] == 1, "{counts:?}");
    serving.stop();
    ends(&folder, "doctor --db @b.db", 0, "一切正常");
}

/// On a server one database holds several districts, each with keys of its own.
#[test]
fn two_districts_of_one_database_are_served_and_one_is_brought_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let units = serde_json::to_string(&data::units().unwrap()).unwrap();
    let units = units.replace("500114", "500115").replace("黔江区", "长寿区");
    fs::write(folder.path().join("units.json"), units).unwrap();
    fs::write(folder.path().join("acts.ndjson"), LISTED).unwrap();
    let url = Cluster::shared().unwrap().database().unwrap();
    let second = format!("--db {url} --keys @b.keys --district 500115");
    ends(&folder, &format!("migrate --db {url} --keys @a.keys"), 0, "log 500114");
    ends(&folder, &format!("migrate {second} --units @units.json"), 0, "log 500115");
    ends(&folder, &format!("doctor --db {url} --keys @a.keys"), 2, "name one with --district");
    ends(&folder, &format!("import acts @acts.ndjson {second}"), 0, "1 项行为已记录");
    let keys = ["a.keys", "b.keys"].map(|name| folder.path().join(name).display().to_string());
    let args = ["--db", &url, "--district", "500114", "--district", "500115"];
    let args = args.into_iter().chain(["--keys", &keys[0], "--keys", &keys[1]]);
    let serving = Serving::with(&args.map(str::to_owned).collect::<Vec<_>>());
    let firms = |place: &str| {
        let answer = get(serving.port, &format!("{place}/enterprises")).unwrap();
        answer.body["items"].as_array().unwrap().len()
    };
    assert_eq!((firms("/v1"), firms("/v1/districts/500115")), (0, 1));
    let backup = format!("backup {second} --to @out.db --keys-to @out.keys");
    ends(&folder, &backup, 0, "已从头复核");
    serving.stop();
    ends(&folder, "restore @out.db --db @file.db --keys-from @out.keys", 0, "已恢复至");
    ends(&folder, "doctor --db @file.db", 0, "一切正常");
    let rolled = format!("registers roll-up --db {url} --district 500115 --district 500114");
    ends(&folder, &format!("{rolled} --keys @b.keys --keys @a.keys"), 0, "合计");
}
