//! The program as an IT unit uses it: what it prints, and how it ends.

mod backups;
mod districts;
mod front;
mod imports;
mod ledgers;
mod persons;
mod proofs;
mod report_books;
mod report_forgeries;
mod report_forms;
mod report_persons;
mod report_proofs;
mod reports;
mod sandbox;
mod server;
pub(crate) mod serving;
mod views;
mod watched;

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::torture::{binary, program};

fn fugong(folder: &TempDir, args: &str) -> Output {
    run(&binary(), folder, args)
}

/// A program with arguments, of which those with an `@` are files in the folder.
fn run(program: &Path, folder: &TempDir, args: &str) -> Output {
    Command::new(program).args(words(folder, args)).output().unwrap()
}

fn words<'a>(folder: &'a TempDir, args: &'a str) -> impl Iterator<Item = String> + 'a {
    args.split_whitespace().map(|word| {
        word.strip_prefix('@')
            .map_or_else(|| word.to_owned(), |file| folder.path().join(file).display().to_string())
    })
}

/// Where no other program is installed: how it ends, and what it says.
fn without_programs(folder: &TempDir, args: &str) -> (Option<i32>, String) {
    let output = Command::new(binary()).args(words(folder, args)).env("PATH", "").output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[track_caller]
fn ends(folder: &TempDir, args: &str, code: i32, saying: &str) {
    said(&fugong(folder, args), args, code, saying);
}

/// The same of the auditor's program.
#[track_caller]
fn verifies(folder: &TempDir, args: &str, code: i32, saying: &str) {
    said(&run(&program("fugong-verify"), folder, args), args, code, saying);
}

#[track_caller]
fn said(output: &Output, args: &str, code: i32, saying: &str) {
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{args}: {said}");
    assert!(said.contains(saying), "{args} does not say {saying:?}: {said}");
    assert!(!said.contains("panicked"), "{args}: {said}");
}

#[test]
fn the_demo_prints_the_tables_and_the_other_commands_read_them_back() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    for (args, saying) in [
        ("doctor --db @d.db", "head"),
        ("registers status --db @d.db", "最新"),
        ("registers versions --db @d.db", "在用"),
        ("registers list", "r14"),
        ("registers show r14 --db @d.db", "未复工企业"),
        ("registers show r4-seats --format ndjson --db @d.db", "{"),
        ("registers show r5-summary --db @d.db", "提前排查 1、宣传教育 1"),
        ("registers rebuild --db @d.db", "district"),
        ("timeline 91500114MAYY01109N --db @d.db", "建档"),
        ("tasks --db @d.db --unit eic", "区经信委"),
        ("workflow", "flowchart"),
        ("workflow --format json", "rectification-ordered"),
        ("migrate --db @d.db", "simulated clock"),
    ] {
        ends(&folder, args, 0, saying);
    }
}

/// Stepping is done by keys, or by lines of a script.
#[test]
fn the_history_is_stepped_through_by_a_script() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    let db = folder.path().join("d.db").display().to_string();
    let mut stepping = Command::new(binary())
        .args(["replay", "step", "enterprise/91500114MAYY01109N", "--db", &db])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    stepping.stdin.take().unwrap().write_all(b"\nn\nb\nb\nq\n").unwrap();
    let said = String::from_utf8(stepping.wait_with_output().unwrap().stdout).unwrap();
    let shown: Vec<&str> = said.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(shown.len(), 5, "{said}");
    assert_eq!((shown[1], shown[0]), (shown[3], shown[4]), "b goes back");
    assert!(said.contains("事前：null") && said.contains("事后：{"), "{said}");
    ends(&folder, "replay step nothing --db @d.db", 2, "nothing to look back at");
    ends(
        &folder,
        "replay as-of enterprise/91500114MAXX010287 --known 1 --db @d.db",
        1,
        "没有任何记录",
    );
    ends(&folder, "replay as-of district --known 9999999 --db @d.db", 2, "超出日志，日志现有");
    for (args, code, saying) in [
        ("timeline district/500115", 2, "这里是 500114 的日志"),
        ("timeline district/500114 --known 3", 0, "公布代码表"),
        ("timeline rectification/none", 1, "没有任何记录"),
        ("why register/r7", 2, "names no fact"),
        ("why credit/91500114MAYY01109N#/flags/9/state", 1, "#/flags/9/state"),
        ("why officer/OFF-10", 0, "状态（/state）为已登记"),
    ] {
        ends(&folder, &format!("replay {args} --db @d.db"), code, saying);
    }
}

#[test]
fn the_evening_call_is_answered_on_one_page() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    let page = fugong(&folder, "evening 2020-03-04 --db @d.db");
    let page = String::from_utf8(page.stdout).unwrap();
    for answer in [
        "黔江区企业复工复产晚调度（2020年3月4日）",
        "填报单位：区经信委　填报人：",
        "截至时间：2020-03-04 17:00（当日定数，日志第 ",
        "今天没有新增复工企业。",
        "重庆测试铝材有限公司（二厂）（冯家街道）：连续 7 天未报；",
        "原因未报；未报拟复工日期；",
        "驻厂员：示例驻厂员04（000-0000-0004）、园区驻厂员空缺。",
        "（舟白街道）：停产，疫情防控停工停业；",
        "9 家填报：",
        "9 家填报，最少够 2 天。",
        "今晚到期 1 张，已逾期 2 张。",
        "黔经信责改〔2020〕1号；车间入口无测温记录；整改时限 2020-03-04；督办人：区经信委督办专员。",
    ] {
        assert!(page.contains(answer), "{answer} is not in:\n{page}");
    }
    assert!(page.lines().count() <= 60, "more than a page:\n{page}");
    // What was told after the cut-off is in what is known now, and not in what was said then.
    assert!(page.contains("\n　　9 家填报："), "{page}");
    ends(&folder, "evening 2020-03-04 --latest --db @d.db", 0, "\n　　11 家填报：");
    ends(&folder, "evening 2020-03-04 --latest --db @d.db", 0, "按目前所知");
    ends(&folder, "evening 2020-02-19 --db @d.db", 0, "当日尚无建档企业");
    // Why it is left out of the base is why it does not work.
    ends(&folder, "evening 2020-02-20 --db @d.db", 0, "未复工，季节性停产；未报拟复工日期");
    ends(&folder, "evening 2020-04-30 --db @d.db", 2, "尚未到来");
    ends(&folder, "evening 2020-02-30 --db @d.db", 2, "2020-02-30");
}

/// Whoever only reads cannot bring the rows of an older program up to date.
#[test]
fn what_an_older_program_kept_is_folded_afresh_and_not_shown_as_empty() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    let looks =
        ["registers show r1 --db @d.db", "evening 2020-03-04 --db @d.db", "tasks --db @d.db"];
    let before = looks.map(|look| fugong(&folder, look).stdout);
    let database = rusqlite::Connection::open(folder.path().join("d.db")).unwrap();
    for table in ["register_checkpoints", "register_rows"] {
        let older = format!(
            "UPDATE {table} SET version = version - 1 WHERE register IN ('district', 'inbox')"
        );
        assert!(0 < database.execute(&older, []).unwrap(), "{table} is empty");
    }
    drop(database);
    ends(&folder, "registers status --db @d.db", 0, "落后，没有进程在更新");
    for (look, before) in looks.iter().zip(before) {
        assert_eq!(fugong(&folder, look).stdout, before, "{look}");
    }
}

#[test]
fn a_command_that_cannot_be_carried_out_says_why_and_ends_with_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("text.db"), "no database at all ".repeat(400)).unwrap();
    let refused = r#"{"at":"2020-02-20T09:00:00+08:00","as":"z:eic:commission","path":"/v1/enterprises","key":"a","body":{"uscc":"91500114MAYY010107"}}"#;
    std::fs::write(folder.path().join("refused.ndjson"), refused).unwrap();
    std::fs::write(folder.path().join("slip.ndjson"), format!("{refused}\n{{\"at\":1}}")).unwrap();
    for (args, code, saying) in [
        ("import acts @slip.ndjson --db @slip.db", 2, "line 2 is no act"),
        ("doctor --db @slip.db", 3, "there is no database"),
        ("import acts @refused.ndjson --db @new.db", 1, "line 1"),
        ("timeline 123 --db @new.db", 2, "18"),
        ("registers rebuild --db @none.db", 3, "there is no database"),
        ("registers rebuild r99 --db @new.db", 2, "no register r99"),
        ("doctor --db @.", 3, "is a folder"),
        ("serve --dev --db @.", 3, "is a folder"),
        ("registers show r99 --db @new.db", 2, "there are r1"),
        ("serve --dev --listen 0.0.0.0:1 --db @new.db", 2, "loopback"),
        ("generate --db @new.db", 2, "exists"),
        ("tasks --on 2020-02-30 --db @new.db", 2, "2020-02-30"),
        ("frobnicate", 2, "Usage"),
        ("doctor --db @none.db", 3, "migrate"),
        ("serve --db @none/none.db", 3, "make the folder"),
        ("export events --db @text.db", 3, "no database"),
        ("import acts @none.ndjson --db @new.db", 3, "cannot be read"),
    ] {
        ends(&folder, args, code, saying);
    }
}

/// Neither a database nor an address is named where nothing is served.
#[test]
fn a_port_that_is_taken_is_said_before_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for command in ["demo", "serve", "serve --dev"] {
        let args = format!("{command} --listen {address} --db @d.db");
        ends(&folder, &args, 3, "cannot be served");
        assert!(fugong(&folder, &args).stdout.is_empty(), "{args} says where it serves");
        assert!(!folder.path().join("d.db").exists(), "{args} made a database");
    }
}

/// A file may not grow past a few megabytes here, as on a full disk.
#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_no_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let limited = |args: &str| {
        let line = format!("trap '' XFSZ; ulimit -f 4096; exec \"$0\" {args}");
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).arg(binary()).current_dir(folder.path()).output().unwrap()
    };
    for args in ["demo --no-serve --db d.db", "generate --enterprises 50 --days 20 --db g.db"] {
        let output = limited(args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{args}: {said}");
        // It has a code where an act meets it, and none where the clock or a register does.
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with("fugong: ") && last.contains("the disk failed"), "{args}: {said}");
    }
}

/// `fugong export events | head -1`.
#[test]
fn who_reads_no_further_is_left_in_peace() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "");
    let mut export = Command::new(binary())
        .args(["export", "events", "--db"])
        .arg(folder.path().join("d.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(export.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with('{'), "{first}");
    let output = export.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn one_seed_gives_one_history_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let export = |name: &str, seed: u32| {
        let made = format!("generate --enterprises 25 --days 40 --seed {seed} --db @{name}");
        ends(&folder, &made, 0, "个事件");
        let output = fugong(&folder, &format!("export events --db @{name}"));
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let (first, again, other) = (export("a.db", 7), export("b.db", 7), export("c.db", 8));
    assert_eq!(first, again);
    assert_ne!(first, other);
    for event in [
        "rectification-complied",
        "rectification-lapsed",
        "rectification-extended",
        "posting-visit-logged",
        "posting-substituted",
        "resumption-daily-reported",
        "support-escalated",
        "support-reopened",
        "support-confirmed",
        "enterprise-relocated",
        "enterprise-listing-joined",
        "barrier-removed",
        "barrier-found-unfounded",
        "barrier-escalated",
        "epidemic-closed",
        "epidemic-ruled-out",
        "measure-kept",
        "measure-lifted",
    ] {
        assert!(first.contains(event), "the district lives: no {event}");
    }
    assert!(first.contains("leaf_hash"), "the hashes are in the export");
    assert!(Path::new(&folder.path().join("a.db.keys")).exists());
}
