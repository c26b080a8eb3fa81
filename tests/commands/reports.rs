//! `fugong report`: what a clerk hands up.

use std::{fs, path::Path, process::Command, sync::Once};

use serde_json::Value;
use tempfile::TempDir;

use super::{ends, fugong, without_programs};
use crate::{architecture::sources::root, torture::binary};

/// Everything there is, once; the daily table in every form, twice, to the byte.
#[test]
fn every_report_runs_and_the_same_one_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    let listed = fugong(&folder, "report list --format json");
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let ids: Vec<_> =
        listed.as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"daily-resumption") && ids.contains(&"r20-measures"), "{ids:?}");
    for id in &ids {
        let code = "--set enterprise=91500114MAYY010886 ";
        let chosen = if *id == "dossier" { code } else { "" };
        let run = format!("report run {id} {chosen}--as-of 2020-03-20 --db @d.db -o @out.html");
        ends(&folder, &run, 0, "已写好");
        let page = fs::read_to_string(folder.path().join("out.html")).unwrap();
        assert!(page.contains("截至时间：2020-03-20 24:00"), "{id}: {page}");
        assert!(!page.contains("\"sealed\"") && !page.contains("commitment"), "{id}");
    }
    for ending in ["txt", "json", "ndjson", "csv", "xlsx", "html"] {
        let mut made = ["one", "two"].map(|name| {
            let file = format!("{name}.{ending}");
            let run =
                format!("report run daily-resumption --as-of 2020-02-29 --db @d.db -o @{file}");
            ends(&folder, &run, 0, "已写好");
            fs::read(folder.path().join(file)).unwrap()
        });
        made.sort();
        assert!(made[0] == made[1] && !made[0].is_empty(), "{ending}");
    }
    read_back(folder.path());
    verified(&folder);
}

/// Where something fails, what was there before is still there, and nothing lies beside it.
#[test]
fn a_file_is_written_whole_or_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    fs::create_dir(folder.path().join("out")).unwrap();
    let paper = folder.path().join("out/notice.pdf");
    fs::write(&paper, "of yesterday").unwrap();
    let notice = "paper notice 91500114MAYY010886.1 --db @d.db --out";
    let (code, said) = without_programs(&folder, &format!("{notice} @out/notice.pdf"));
    assert!(code == Some(3) && said.contains("chromium") && said.contains(".html"), "{said}");
    assert_eq!(fs::read_to_string(&paper).unwrap(), "of yesterday");
    ends(&folder, &format!("{notice} @out/notice.html"), 0, "A4");
    ends(&folder, &format!("{notice} @nowhere/notice.html"), 3, "写不进去");
    let early = "report run daily-resumption --as-of 1870-01-01 --db @d.db";
    ends(&folder, &format!("{early} -o @out/early.xlsx"), 0, "已写好");
    let mut names: Vec<_> = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["early.xlsx", "notice.html", "notice.pdf"]);
}

/// A terminal obeys what begins with an escape, whoever wrote it.
#[test]
fn what_somebody_wrote_moves_no_cursor() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    let odd = "title = \"x\"\nregister = \"r7\"\nlimit = 9\n[[column]]\ncolumn = \"\\u001b[2J\"\n";
    fs::write(folder.path().join("odd.toml"), odd).unwrap();
    for (args, code) in [
        ("report check @odd.toml", 2),
        ("report run r7 --set \u{1b}[2J=1 --db @d.db", 2),
        ("replay timeline \u{1b}[2J --db @d.db", 2),
    ] {
        let output = fugong(&folder, args);
        let said = [output.stdout, output.stderr].concat();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&said));
        assert!(!said.contains(&0x1b) && !said.is_empty(), "{args:?}");
    }
}

/// A report that was handed up is computed again; a cell that was changed is found.
fn verified(folder: &TempDir) {
    ends(folder, "report verify @one.json --db @d.db", 0, "一致");
    let file = folder.path().join("one.json");
    let text = fs::read_to_string(&file).unwrap();
    let mut told: Value = serde_json::from_str(&text).unwrap();
    let cell = &mut told["rows"][1]["cells"]["resumed"];
    *cell = (cell.as_i64().unwrap() + 1).into();
    fs::write(&file, told.to_string()).unwrap();
    ends(folder, "report verify @one.json --db @d.db", 1, "第 2 行「在产」");
    fs::write(&file, text.replace("按园区内外和行业门类", "按行业门类")).unwrap();
    ends(folder, "report verify @one.json --db @d.db", 1, "定义与其摘要不符");
    // Another form is no report that this command reads, and it says which program does.
    for (form, said) in [
        ("html", "是网页，不是 JSON 格式的报表"),
        ("html", "fugong-verify report 文件 --bundle 目录"),
        ("xlsx", "是工作簿，不是 JSON 格式的报表"),
        ("csv", "不写明出处，不能核对"),
        ("ndjson", "不写明出处，不能核对"),
        ("txt", "不写明出处，不能核对"),
    ] {
        let run = format!("report run daily-resumption --db @d.db -o @other.{form}");
        ends(folder, &run, 0, "已写好");
        ends(folder, &format!("report verify @other.{form} --db @d.db"), 2, said);
    }
}

/// A day that has not come is answered, and not in silence.
#[test]
fn what_is_asked_of_a_day_to_come_is_said() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    let run = "report run daily-resumption --db @d.db";
    for (asked, said) in [
        ("--as-of 9999-12-31", "提示：--as-of 9999-12-31 尚未到来"),
        ("--as-of 9999-12-31T23:59:59Z", "提示：--as-of 9999-12-31T23:59:59Z 尚未到来"),
        ("--true-on 9999-12-31", "提示：--true-on 9999-12-31 尚未到来，只是按现在已登记的情况推算"),
        ("--as-of 2020-03-06 --beside 2030-01-01", "提示：--beside 2030-01-01 尚未到来"),
    ] {
        ends(&folder, &format!("{run} {asked}"), 0, said);
    }
    for asked in ["", "--as-of 2020-03-06", "--as-of 900", "--true-on 2020-03-06"] {
        let output = fugong(&folder, &format!("{run} {asked}"));
        assert!(output.status.success() && output.stderr.is_empty(), "{asked}: {output:?}");
    }
}

/// openpyxl knows nothing of how the workbook was written.
fn read_back(folder: &Path) {
    let files = ["one.xlsx", "one.json"].map(|name| folder.join(name));
    let script = root().join("tests/sheets/read_back.py");
    let read = python(&[]).arg(script).args(files).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
}

/// Python, with openpyxl.
pub(super) fn python(words: &[&str]) -> Command {
    static READY: Once = Once::new();
    let packages = root().join(".tools/python");
    let python = |words: &[&str]| {
        let mut python = Command::new("python3");
        python.args(words).env("PYTHONPATH", &packages).env("PYTHONDONTWRITEBYTECODE", "1");
        python
    };
    READY.call_once(|| {
        if !python(&["-c", "import openpyxl"]).output().unwrap().status.success() {
            let list = root().join("tests/sheets/requirements.txt");
            let words = ["-m", "pip", "install", "--quiet", "--target"];
            let done = python(&words).arg(&packages).arg("-r").arg(list).status();
            assert!(done.is_ok_and(|status| status.success()), "openpyxl is missing: run ./check");
        }
    });
    python(words)
}

/// Who has the bundle and the report tells whether the one speaks of the other.
#[test]
fn a_report_names_the_log_that_was_signed() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "generate --enterprises 5 --days 3 --db @d.db", 0, "");
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "example.org/d+");
    ends(&folder, "log checkpoint --db @d.db", 0, "example.org/d");
    ends(&folder, "export bundle --db @d.db --out @bundle", 0, "fugong-verify");
    ends(&folder, "report run daily-resumption --db @d.db -o @r.json", 0, "已写好");
    ends(&folder, "report verify @r.json --db @d.db", 0, "一致");
    let at = |name: &str| folder.path().join(name);
    let policy = fs::read_to_string(at("bundle/policy")).unwrap();
    let policy = fugong_verify::policy::Policy::parse(&policy).unwrap();
    let check = || fugong_verify::report::check(&at("r.json"), &at("bundle"), &policy);
    let sound = check();
    assert_eq!((sound.code(), sound.sound.contains("复工复产日报")), (0, true), "{sound:?}");
    let text = fs::read_to_string(at("r.json")).unwrap();
    let told: Value = serde_json::from_str(&text).unwrap();
    let from = |member: &str| told["provenance"][member].as_str().unwrap().to_owned();
    let (root, size) = (from("root"), from("log_size"));
    for (old, new, code) in [
        (root.clone(), "0".repeat(64), 1),
        (format!("\"log_size\":\"{size}\""), "\"log_size\":\"1\"".to_owned(), 1),
        (format!("\"log_size\":\"{size}\""), "\"log_size\":\"99999\"".to_owned(), 2),
        ("合计".to_owned(), "总计".to_owned(), 1),
        (format!("\"{root}\""), "null".to_owned(), 2),
    ] {
        assert!(text.contains(&old), "{old}");
        fs::write(at("r.json"), text.replace(&old, &new)).unwrap();
        let found = check();
        assert_eq!(found.code(), code, "{new}: {found:?}");
    }
}

#[test]
fn what_is_wrong_with_a_definition_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| fs::write(folder.path().join("r.toml"), text).unwrap();
    let new = fugong(&folder, "report new r7");
    let text = String::from_utf8(new.stdout).unwrap();
    write(&text);
    ends(&folder, "report check @r.toml", 0, "定义无误");
    write(&text.replacen("\"due\"", "\"deu\"", 1));
    ends(&folder, "report check @r.toml", 2, "台账 r7 没有列「deu」，是否指「due」？");
    write("title = \"x\"");
    ends(&folder, "report check @r.toml", 2, "报表定义缺少「register」（MISSING）");
    ends(&folder, "report check @none.toml", 3, "没有这个文件，请检查路径");
    ends(&folder, "report new r77", 2, "没有报表");
    // What lies where it is called is no database, and none is needed.
    fs::write(folder.path().join("fugong.db"), "x").unwrap();
    for (id, code) in [("r7", 0), ("daily-resumption", 0), ("mine", 3)] {
        let mut new = Command::new(binary());
        let new = new.args(["report", "new", id]).current_dir(folder.path()).output().unwrap();
        assert_eq!(new.status.code(), Some(code), "{id}: {new:?}");
    }
    ends(&folder, "report schema", 0, "json-schema.org");
}

#[test]
fn what_cannot_be_run_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "migrate --db @d.db --clock 2020-02-20T08:00:00+08:00", 0, "head");
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    // 标题 as GBK has it.
    write("gbk.toml", b"# x\ntitle = \"\xb1\xea\xcc\xe2\"\n");
    let called = "title = \"t\"\ntitle_en = \"t\"\nregister = \"r2\"\nlimit = 9\n[[column]]\n\
                  column = \"生产状态\"\n[[filter]]\ncolumn = \"state\"\nis = \"resume\"\n";
    write("called.toml", called.as_bytes());
    let overdue = "title = \"t\"\ntitle_en = \"t\"\nregister = \"r7\"\nlimit = 9\n[[column]]\n\
                   column = \"state\"\n[[filter]]\ncolumn = \"state\"\nis = \"overdue\"\n";
    write("overdue.toml", overdue.as_bytes());
    for (args, saying) in [
        ("report run r7 --db @d.db -o @out.pdf", ".xlsx"),
        ("report run r7 --db @d.db --set township", "名称=值"),
        ("report run r7 --db @d.db --set town=x", "没有参数「town」"),
        ("report run dossier --db @d.db", "必须给出"),
        (
            "report run rectification-ledger --db @d.db --set state=逾其",
            "参数「state」没有「逾其」，是否指「逾期」？可选：已责令、已送达、",
        ),
        (
            "report run not-resumed --db @d.db --set township=正阳街到",
            "参数「township」没有「正阳街到」，是否指「正阳街道」？可选：",
        ),
        (
            "report run vacant-seats --db @d.db --set unit_in_charge=正阳工业圆区",
            "没有「正阳工业圆区」，是否指「正阳工业园区」？",
        ),
        (
            "report run dossier --db @d.db --set enterprise=91500114MAYY010886",
            "参数「enterprise」没有「91500114MAYY010886」",
        ),
        ("report run r7 --db @d.db --as-of 昨天", "fugong: --as-of「昨天」不是时刻（"),
        ("report run r7 --db @d.db --as-of 99999", "--as-of「99999」超出日志，日志现有 "),
        ("report run r7 --db @d.db --as-of 0", "--as-of「0」在第一个事件之前，没有日期"),
        ("report run r1 --db @d.db --beside soon", "--beside「soon」不是时刻（"),
        ("report run r7 --db @d.db --true-on 2020-02-30", "「2020-02-30」不是日期，请写作 "),
        ("replay timeline district --db @d.db --known 99999", "--known「99999」超出日志"),
        ("paper order 7 --db @d.db", "「7」不是责令限期整改的编号，请写回执给出的 UUID。"),
        ("paper notice 7 --db @d.db", "「7」不是诚信记录的编号，请写企业代码.序号"),
        ("report run daily --db @d.db", "没有报表「daily」"),
        ("report run daily-resumtion --db @d.db", "是否指「daily-resumption」？"),
        ("report check /dev/zero", "超过 64 KiB，不是报表定义"),
        ("report check @gbk.toml", "gbk.toml 第 2 行第 10 列：不是 UTF-8 编码（可能是 GBK）"),
        ("report check @called.toml", "没有列「生产状态」，是否指「state」？（UNKNOWN_COLUMN）"),
        ("report check @called.toml", "没有代码「resume」，只有 "),
        ("report check @called.toml", "，是否指「resumed」？（UNKNOWN_CODE）"),
        ("report check @overdue.toml", "「state」没有代码「overdue」，只有 ordered、served、"),
    ] {
        ends(&folder, args, 2, saying);
    }
    let none = "paper notice 91500114MAYY010106.1 --db @d.db --as-of 9";
    ends(&folder, none, 1, "到所问的时刻为止没有编号为「91500114MAYY010106.1」的诚信记录");
    ends(&folder, "report run daily-resumption --db @d.db", 0, "—");
    // What is chosen by its name is the code of it.
    let lapsed = "report run rectification-ledger --db @d.db --format json --set state=";
    for state in ["逾期", "lapsed"] {
        ends(&folder, &format!("{lapsed}{state}"), 0, "\"parameters\":{\"state\":\"lapsed\"}");
    }
}

const OPEN: &str = "title = \"未销号责令\"\ntitle_en = \"Open orders\"\nregister = \"r7\"\n\
                    total = \"合计\"\n[[group]]\ncolumn = \"township\"\n\
                    [[measure]]\nname = \"open\"\nheading = \"件\"\ncount = true\n";

/// The district's own definitions, on either store.
#[test]
fn a_definition_is_kept_in_the_log_and_run_as_of_then() {
    let url = fugong_cluster::Cluster::shared().unwrap().database().unwrap();
    for db in ["@own.db", &url] {
        let folder = tempfile::tempdir().unwrap();
        let says = |args: &str, code: i32, saying: &str| {
            ends(&folder, &format!("{args} --db {db}"), code, saying);
        };
        let file = |text: &str| fs::write(folder.path().join("open-orders.toml"), text).unwrap();
        says("migrate --clock 2020-03-02T09:00:00+08:00", 0, "head");
        let save = "report save @open-orders.toml --as zhang:eic:commission";
        file(&OPEN.replace("township", "towns"));
        says(save, 2, "第 6 行第 10 列");
        file(OPEN);
        says(&save.replace("zhang:eic:commission", "ma:eic:auditor"), 1, "may not");
        says(save, 0, "report-defined");
        says("report list", 0, "未销号责令");
        says("report run open-orders -o @one.json", 0, "已写好");
        file(&OPEN.replace("未销号责令", "未销号责令（件）"));
        says(save, 1, "--replaces 1");
        says(&format!("{save} --replaces 3"), 1, "现为第 1 版");
        says(&format!("{save} --replaces 1"), 0, "report-defined");
        says("report run open-orders", 0, "未销号责令（件）");
        says("report run open-orders --format json", 0, "\"version\":2");
        says("report verify @one.json", 0, "一致");
        let text = fs::read_to_string(folder.path().join("one.json")).unwrap();
        let told: Value = serde_json::from_str(&text).unwrap();
        let size = told["provenance"]["log_size"].as_str().unwrap();
        let then = format!("report run open-orders --as-of {size} -o @two.json");
        says(&then, 0, "已写好");
        assert_eq!(fs::read_to_string(folder.path().join("two.json")).unwrap(), text);
        let hash = told["provenance"]["definition_sha256"].as_str().unwrap();
        let by_hash = format!("report run open-orders --definition {hash} --format json");
        says(&by_hash, 0, "\"version\":1");
        let forged = text.replace("\"version\":1", "\"version\":2");
        fs::write(folder.path().join("two.json"), forged).unwrap();
        says("report verify @two.json", 1, "没有以其所称的版本保存过");
        says(&format!("{save} --id daily-resumption"), 2, "--instead-of-ready");
        let withdraw = "report withdraw open-orders --reason 不再使用 --as zhang:eic:commission";
        says(withdraw, 0, "report-withdrawn");
        says("report run open-orders", 2, "没有报表");
        says("report new open-orders", 2, "没有报表");
        says(&then, 0, "已写好");
    }
}
