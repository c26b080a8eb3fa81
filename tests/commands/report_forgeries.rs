//! Reports that were changed after they were made: whatever a reader would believe is found.

use std::fs;

use chrono::{DateTime, Days, NaiveDate};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ends, run, serving::Serving, verifies};
use crate::{
    architecture::sources::root,
    torture::{ask, program},
};

/// A definition of the district's own that has something everywhere.
const OWN: &str = "title = \"整改周报\"\ntitle_en = \"Orders of the week\"\nregister = \"r7\"\n\
    total = \"合计\"\n[[parameter]]\nname = \"source\"\nkind = \"text\"\nlabel = \"来源\"\n\
    default = \"inspection\"\n[[group]]\ncolumn = \"state\"\n[[measure]]\nname = \"n\"\n\
    heading = \"件数\"\ncount = true\n[[measure]]\nname = \"m\"\nheading = \"占比\"\n\
    ratio = { numerator = \"n\", base = \"n\" }\n\
    [sheet]\nsubtitle = \"{true_on}　{district}　来源：{source}\"\n\
    head = [\"填报单位：{unit}\", \"填报人：\", \"截至时间：{as_of}\"]\nnotes = [\"按台账统计。\"]\n\
    signature = [\"负责人：\"]\n";

pub(super) const LIST: &str = "title = \"责令整改\"\ntitle_en = \"Orders\"\nregister = \"r7\"\nlimit = 2\n\
    [[column]]\ncolumn = \"order\"\n[[column]]\ncolumn = \"state\"\n\
    [sheet]\nsubtitle = \"{true_on}　共 {rows} 条\"\n";

/// A signed log of the story, and a bundle of it, with two definitions of the district's own.
pub(super) fn signed() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    for (name, text) in [("weekly", OWN), ("orders", LIST)] {
        fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
        let save = format!("report save @{name}.toml --as zhang:eic:commission --db @d.db");
        ends(&folder, &save, 0, "report-defined");
    }
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "example.org/d+");
    ends(&folder, "log checkpoint --db @d.db", 0, "example.org/d");
    ends(&folder, "export bundle --db @d.db --out @bundle", 0, "fugong-verify");
    folder
}

/// Each leaf of a report, changed by itself, is found. Free by nature are the names alone that are
/// written in where somebody signs, and these are named.
#[test]
fn a_change_of_any_leaf_of_a_report_is_found() {
    let folder = signed();
    let mut changed = 0;
    for run in [
        "weekly --as-of 2020-03-10 --beside 2020-03-01",
        "weekly",
        "orders --as-of 2020-03-20",
        "daily-resumption --as-of 2020-03-10",
    ] {
        ends(&folder, &format!("report run {run} --db @d.db -o @r.json"), 0, "已写好");
        verifies(&folder, "report @r.json --bundle @bundle", 0, "均一致");
        let text = fs::read_to_string(folder.path().join("r.json")).unwrap();
        let told: Value = serde_json::from_str(&text).unwrap();
        let mut all = Vec::new();
        leaves(String::new(), &told, &mut all);
        // Of many cells alike the first are enough.
        all.retain(|place| !place.starts_with("/rows/") || place.starts_with("/rows/0/"));
        for place in all {
            for other in otherwise(&place, &told) {
                let mut doc = told.clone();
                *doc.pointer_mut(&place).unwrap() = other.clone();
                fs::write(folder.path().join("f.json"), doc.to_string()).unwrap();
                let written_in = place.starts_with("/head/") || place.starts_with("/signature/");
                let label = told.pointer(&place).and_then(Value::as_str).unwrap_or_default();
                let free = written_in && label.ends_with('：');
                let said = if free { "（手填）" } else { "被改动" };
                let found = run_verify(&folder, "report @f.json --bundle @bundle");
                let context = format!("{run}: {place} is {other}: {}", found.1);
                assert_eq!(found.0, i32::from(!free), "{context}");
                assert!(found.1.contains(said), "{context}");
                changed += 1;
            }
        }
    }
    assert!(150 < changed, "{changed} leaves were changed");
}

pub(super) fn run_verify(folder: &TempDir, args: &str) -> (i32, String) {
    let output = run(&program("fugong-verify"), folder, args);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap(), said + &String::from_utf8_lossy(&output.stderr))
}

fn leaves(at: String, value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, it)| leaves(format!("{at}/{name}"), it, all));
        }
        Value::Array(items) => {
            (0..).zip(items).for_each(|(n, it): (u32, _)| leaves(format!("{at}/{n}"), it, all));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => all.push(at),
    }
}

/// Other values that could stand there.
fn otherwise(place: &str, told: &Value) -> Vec<Value> {
    let (value, from) = (told.pointer(place).unwrap(), &told["provenance"]);
    if value.is_null() {
        return vec![match place.rsplit('/').next().unwrap() {
            "laid_down" => json!({"version": 1, "at": "2020-03-01T00:00:00Z", "by": "区经信委"}),
            "beside" => json!({
                "log_size": from["log_size"], "root": from["root"], "as_of": from["as_of"],
                "true_on": "2020-03-01",
            }),
            _ => json!("改"),
        }];
    }
    if let Some(text) = value.as_str() {
        if let Ok(at) = text.parse::<DateTime<chrono::Utc>>() {
            let days = [at.checked_sub_days(Days::new(9)), at.checked_add_days(Days::new(9))];
            return days.into_iter().flatten().map(|at| json!(at)).collect();
        }
        if let Ok(day) = text.parse::<NaiveDate>() {
            return vec![json!(day.pred_opt()), json!(day.succ_opt())];
        }
        if let Ok(number) = text.parse::<u64>() {
            return vec![json!((number - 1).to_string())];
        }
        return vec![json!(format!("{text}改"))];
    }
    match value.as_i64() {
        Some(number) => vec![json!(number + 1)],
        None => vec![json!(!value.as_bool().unwrap())],
    }
}

/// Who changes every place at which it stands changes what no event says; it is named.
#[test]
fn what_no_event_says_is_named_and_nothing_else_passes() {
    let folder = signed();
    let at = |name: &str| folder.path().join(name);
    ends(&folder, "report run weekly --as-of 2020-03-10 --db @d.db -o @r.json", 0, "已写好");
    let text = fs::read_to_string(at("r.json")).unwrap();
    for (old, new, code, said) in [
        ("\"title\":", "\"title\":\"别的\",\"title\":", 2, "「title」出现两次"),
        ("\"reach\":\"全区\"", "\"reach\":\"全国\"", 1, "没有「全国」这样的可见范围"),
        ("\"withheld\":false", "\"withheld\":true", 1, "报表称有未列数字"),
        ("\"parameters\":{", "\"parameters\":{\"x\":1,", 1, "该报表没有参数「x」"),
    ] {
        assert!(text.contains(old), "{old}: {text}");
        fs::write(at("f.json"), text.replace(old, new)).unwrap();
        verifies(&folder, "report @f.json --bundle @bundle", code, said);
    }
    for (unit, code, said) in [
        ("区应急局", 0, "未证明：填报单位是「区应急局」（生成者所写）"),
        ("天下第一局", 1, "填报单位「天下第一局」不是本区的单位"),
    ] {
        let text = text.replace("填报单位：区经信委", &format!("填报单位：{unit}"));
        let text = text.replace("\"unit\":\"区经信委\"", &format!("\"unit\":\"{unit}\""));
        fs::write(at("f.json"), text).unwrap();
        verifies(&folder, "report @f.json --bundle @bundle", code, said);
    }
    // Nothing in the bundle is later than the end of the story.
    ends(&folder, "report run weekly --as-of 2020-12-31 --db @d.db -o @r.json", 0, "已写好");
    verifies(&folder, "report @r.json --bundle @bundle", 0, "均一致");
}

/// What was left out for whoever ran a report is left out where it is made again, and that it was
/// can neither be added nor taken away.
#[test]
fn a_report_is_proved_as_its_runner_saw_it() {
    let folder = signed();
    let serving = Serving::of(&folder, &["d.db"]);
    let read = |who: &str| {
        let by = format!("Authorization: Bearer dev:{who}\r\n");
        ask(serving.port, "GET", "/v1/reports/r3?as_of=2020-03-10", &by, "").unwrap().body
    };
    for (who, withheld) in [("ma:eic:auditor", true), ("li:eic:commission", false)] {
        let mut told = read(who);
        let save =
            |told: &Value| fs::write(folder.path().join("r.json"), told.to_string()).unwrap();
        save(&told);
        verifies(&folder, "report @r.json --bundle @bundle", 0, "均一致");
        let said = &mut told["provenance"]["withheld"];
        assert_eq!(*said, withheld, "{who}");
        *said = json!(!withheld);
        save(&told);
        verifies(&folder, "report @r.json --bundle @bundle", 1, "报表的内容与日志不符");
    }
    // What a township saw is not in a bundle, but is made again from the database.
    let part = "/v1/reports/rectification-ledger?as_of=2020-03-20";
    let by = "Authorization: Bearer dev:wang:500114001:township\r\n";
    let mut told = ask(serving.port, "GET", part, by, "").unwrap().body;
    serving.stop();
    let save = |told: &Value| fs::write(folder.path().join("r.json"), told.to_string()).unwrap();
    save(&told);
    verifies(&folder, "report @r.json --bundle @bundle", 2, "fugong report verify");
    ends(&folder, "report verify @r.json --db @d.db", 0, "重算的结果一致");
    told["provenance"]["reader"]["unit"] = json!("500114002");
    save(&told);
    ends(&folder, "report verify @r.json --db @d.db", 1, "不符");
    told["provenance"]["reader"]["role"] = json!("mayor");
    save(&told);
    ends(&folder, "report verify @r.json --db @d.db", 1, "没有以「mayor」身份");
}

/// A doctored definition is not the one that everybody knows by that name.
#[test]
fn whose_definition_it_is_is_said() {
    let folder = signed();
    let at = |name: &str| folder.path().join(name);
    let check = |code, said: &str| verifies(&folder, "report @r.json --bundle @bundle", code, said);
    let made = |what: &str| {
        ends(&folder, &format!("report run {what} --db @d.db -o @r.json"), 0, "已写好");
        fs::read_to_string(at("r.json")).unwrap()
    };
    made("daily-resumption");
    check(0, "定义是随程序提供的「daily-resumption」");
    made("r7");
    check(2, "定义是随程序提供的「r7」；其余 ");
    let own = made("weekly");
    check(0, "定义是本区自定的「weekly」第 1 版，由日志第 ");
    for (old, new, said) in [
        ("\"version\":1", "\"version\":2", "而日志中没有这一版"),
        ("\"id\":\"weekly\"", "\"id\":\"orders\"", "所存的不是这一份"),
    ] {
        assert!(own.contains(old), "{own}");
        fs::write(at("r.json"), own.replace(old, new)).unwrap();
        check(1, said);
    }
    let ready = fs::read_to_string(root().join("domain/reports/daily-resumption.toml")).unwrap();
    fs::write(at("mine.toml"), &ready).unwrap();
    let mine = made("@mine.toml");
    assert!(mine.contains("\"id\":\"mine.toml\""), "{mine}");
    check(0, "定义取自文件 mine.toml，与「daily-resumption」的定义相同");
    fs::write(at("r.json"), mine.replace("\"mine.toml\"", "\"weekly-report\"")).unwrap();
    check(1, "报表自称「weekly-report」，而所用的定义是「daily-resumption」的");
    // Everybody works where only those count who do.
    let doctored =
        ready.replacen("column = \"in_base\", is = true", "column = \"works\", is = true", 1);
    assert_ne!(doctored, ready);
    fs::write(at("daily-resumption.toml"), &doctored).unwrap();
    let mine = made("@daily-resumption.toml");
    check(2, "定义无从核对：它既不是随程序提供的，也没有存入日志");
    fs::write(at("r.json"), mine.replace("\"daily-resumption.toml\"", "\"daily-resumption\""))
        .unwrap();
    check(1, "报表自称随程序提供的「daily-resumption」，而所用的定义不是本版本的那一份");
    fs::write(at("r.json"), mine.replace("\"daily-resumption.toml\"", "\"weekly\"")).unwrap();
    check(1, "日志中保存有名为「weekly」的报表");
}

/// A page is what was made, to the letter; what says nothing of itself cannot be proved.
#[test]
fn a_changed_page_is_found_and_other_forms_are_told_where_to_go() {
    let folder = signed();
    let at = |name: &str| folder.path().join(name);
    let run = |what: &str| ends(&folder, &format!("report run {what} --db @d.db"), 0, "已写好");
    run("daily-resumption --as-of 2020-03-10 --beside 2020-03-01 -o @r.html");
    verifies(&folder, "report @r.html --bundle @bundle", 0, "均一致");
    let page = fs::read_to_string(at("r.html")).unwrap();
    for (old, new, said) in [
        ("<td class=\"n\">", "<td class=\"n\">9", "行为「9"),
        (
            "填报单位：区经信委",
            "填报单位：区应急局",
            "行为「填报单位：区应急局」，应为「填报单位：区经信委」",
        ),
        ("并列日志根", "日志根", "行为「日志根"),
        ("</html>", "</html>\n另", "行为「另」，应为「」"),
    ] {
        assert!(page.contains(old), "{old}");
        fs::write(at("f.html"), page.replacen(old, new, 1)).unwrap();
        verifies(&folder, "report @f.html --bundle @bundle", 1, said);
    }
    run("r13 --as-of 2020-03-10 -o @p.html");
    verifies(&folder, "report @p.html --bundle @bundle", 2, "「姓名」、「联系电话」共");
    let page = fs::read_to_string(at("p.html")).unwrap();
    assert!(page.contains("<td class=\"n\">"), "{page}");
    fs::write(at("f.html"), page.replacen("<td class=\"n\">", "<td class=\"n\">9", 1)).unwrap();
    verifies(&folder, "report @f.html --bundle @bundle", 1, "行为「9");
    run("r13 --as-of 2020-03-10 -o @p.xlsx");
    verifies(&folder, "report @p.xlsx --bundle @bundle", 2, "「姓名」、「联系电话」共");
    for ending in ["csv", "ndjson", "txt"] {
        run(&format!("daily-resumption --as-of 2020-03-10 -o @c.{ending}"));
        let said = "请用 fugong report run … -o 文件.json（或 .xlsx、.html）另行生成";
        verifies(&folder, &format!("report @c.{ending} --bundle @bundle"), 2, said);
    }
}
