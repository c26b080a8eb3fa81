//! Reports with words about persons, against a bundle in which these are sealed.

use std::fs;

use serde_json::{Value, json};

use super::{
    ends,
    report_books::{SHEET, repacked},
    report_forgeries::{LIST, signed},
    verifies,
};

/// Of words about persons a bundle tells where there are some and where there are none: a name in a
/// vacant seat is found, and so is one that was taken out.
#[test]
fn words_about_persons_are_compared_as_far_as_they_can_be() {
    let folder = signed();
    let at = |name: &str| folder.path().join(name);
    let run = |ending: &str| {
        let run = "report run r4-seats --as-of 2020-03-10 --db @d.db";
        ends(&folder, &format!("{run} -o @r.{ending}"), 0, "已写好");
        verifies(&folder, &format!("report @r.{ending} --bundle @bundle"), 2, "「姓名」");
    };
    run("json");
    let told: Value = serde_json::from_str(&fs::read_to_string(at("r.json")).unwrap()).unwrap();
    let rows = told["rows"].as_array().unwrap();
    let name = |row: &Value| row["cells"]["officer_name"].clone();
    let vacant = rows.iter().position(|row| name(row).is_null()).unwrap();
    let held = rows.iter().position(|row| name(row).is_string()).unwrap();
    for (row, words, code, said) in [
        (vacant, json!("张三"), 1, "「姓名」，文件为 \"张三\"，重算为 null"),
        (held, Value::Null, 1, "「姓名」，文件为 null"),
        (held, json!(""), 1, "「姓名」，文件为 \"\""),
        (held, json!(7), 1, "「姓名」，文件为 7"),
        (held, json!({"a": 1}), 1, "「姓名」，文件为 {"),
        (held, json!("张三"), 2, "改没改无从知道"),
    ] {
        let mut doc = told.clone();
        doc["rows"][row]["cells"]["officer_name"] = words;
        fs::write(at("f.json"), doc.to_string()).unwrap();
        verifies(&folder, "report @f.json --bundle @bundle", code, said);
    }
    run("html");
    let page = fs::read_to_string(at("r.html")).unwrap();
    let (before, first) = page.split_at(page.find("<td></td>").unwrap());
    fs::write(at("f.html"), format!("{before}{}", first.replacen("<td>", "<td>张三", 1))).unwrap();
    verifies(&folder, "report @f.html --bundle @bundle", 1, "行为「张三」，应为「」");
    run("xlsx");
    let emptied = |text: &str| {
        let (before, after) = text.split_once("示例驻厂员").unwrap();
        let after = after.split_once('<').unwrap().1;
        format!("{before}<{after}")
    };
    repacked(&folder, "r.xlsx", SHEET, emptied);
    verifies(&folder, "report @f.xlsx --bundle @bundle", 1, "为「」，应为「（密文）」");
    // The line of all says its name in the same column, which is no secret.
    let total = LIST.replace("column = \"order\"", "column = \"problems\"");
    let total = total.replacen("limit = 2\n", "limit = 2\ntotal = \"合计\"\n", 1);
    fs::write(at("total.toml"), total).unwrap();
    let save = "report save @total.toml --as zhang:eic:commission --db @d.db";
    ends(&folder, save, 0, "report-defined");
    ends(&folder, "log checkpoint --db @d.db", 0, "example.org/d");
    ends(&folder, "export bundle --db @d.db --out @bundle2", 0, "fugong-verify");
    ends(&folder, "report run total --db @d.db -o @r.json", 0, "已写好");
    verifies(&folder, "report @r.json --bundle @bundle2", 2, "「存在问题」共 2 格");
    let text = fs::read_to_string(at("r.json")).unwrap();
    let total = "\"problems\":\"合计（";
    assert!(text.contains(total), "{text}");
    fs::write(at("f.json"), text.replace(total, "\"problems\":\"总计（")).unwrap();
    verifies(&folder, "report @f.json --bundle @bundle2", 1, "「存在问题」，文件为 \"总计（");
}
