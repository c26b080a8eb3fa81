//! A report that was handed up, and the same one made again.

use fugong_report::{compare, filled_in, may_be, write};
use serde_json::{Value, json};

use super::sheet;

const LIST: &str = "limit = 9\ntotal = \"合计\"\n[[column]]\ncolumn = \"loaf\"\n[[column]]\n\
                    column = \"grams\"\n[[column]]\ncolumn = \"baker\"\n";

fn told() -> Value {
    write::json(&sheet(LIST))
}

fn changed(place: &str, to: Value) -> Value {
    let mut told = told();
    *told.pointer_mut(place).unwrap() = to;
    told
}

#[test]
fn every_change_is_found_and_named() {
    let same = compare(&told(), &told(), &[]);
    assert_eq!((same.different, same.same), (None, 18));
    for (place, to, said) in [
        ("/rows/1/cells/grams", json!(701), "第 2 行「列」，文件为 701，重算为 700"),
        ("/rows/0/level", json!("total"), "第 1 行是明细还是合计"),
        ("/title", json!("x"), "标题"),
        ("/columns/0/heading", json!("x"), "列"),
        ("/rows_left_out", json!(3), "未列行数"),
        ("/rows", json!([]), "文件有 0 行，重算有 6 行"),
        ("/rows/1/cells", json!({}), "文件为 ，重算为"),
        ("/provenance/log_size", json!("8"), "出处「log_size」，文件为 \"8\"，重算为 \"9\""),
        ("/provenance/parameters", json!({"x": 1}), "出处「parameters/x」，文件为 1，重算为 "),
        ("/id", json!("x"), "报表名，文件为 \"x\""),
        ("/subtitle", json!("x"), "副题，文件为 \"x\"，重算为 "),
        ("/notes", json!(["x"]), "附注「1」，文件为 \"x\"，重算为 "),
    ] {
        let found = compare(&changed(place, to), &told(), &[]).different.unwrap();
        assert!(found.contains(said), "{found}");
    }
    let mut more = told();
    more["signed"] = json!(true);
    assert!(compare(&more, &told(), &[]).different.unwrap().starts_with("signed，文件为 true"));
}

/// What cannot be compared is counted, and hides nothing else: where there were words there are
/// some, where there were none there are none, and the line of all is compared.
#[test]
fn what_is_closed_is_left_out_and_said() {
    let mut ours = told();
    for (row, said) in (0..5).zip(["（密文）", "（密文）、（密文）", "（已删除）", "", "（密文）"])
    {
        let said = if said.is_empty() { Value::Null } else { json!(said) };
        *ours.pointer_mut(&format!("/rows/{row}/cells/baker")).unwrap() = said;
    }
    assert_eq!(ours["rows"][5]["level"], "total");
    let opened = |others: &[(&str, Value)]| {
        let mut theirs = ours.clone();
        let said =
            [("0", json!("甲")), ("1", json!("乙；丙")), ("2", json!("丁")), ("4", json!("戊"))];
        for (row, words) in said.iter().chain(others) {
            *theirs.pointer_mut(&format!("/rows/{row}/cells/baker")).unwrap() = words.clone();
        }
        theirs
    };
    let found = compare(&opened(&[]), &ours, &["baker"]);
    assert_eq!((&found.different, found.same), (&None, 14));
    assert_eq!(found.not_compared().unwrap(), "「列」共 4 格");
    assert!(compare(&opened(&[]), &ours, &[]).different.unwrap().starts_with("第 1 行「列」"));
    for (row, words) in [
        ("0", Value::Null),
        ("0", json!("")),
        ("0", json!(7)),
        ("1", json!("一个")),
        ("3", json!("张三")),
        ("5", json!("别的")),
    ] {
        let found = compare(&opened(&[(row, words.clone())]), &ours, &["baker"]);
        assert!(found.different.is_some(), "{row} {words}");
    }
    let mut both = opened(&[]);
    *both.pointer_mut("/rows/3/cells/grams").unwrap() = json!(0);
    assert!(compare(&both, &ours, &["baker"]).different.unwrap().starts_with("第 4 行"));
}

/// Around what is closed everything is as it is there.
#[test]
fn words_fit_a_closed_text_where_the_rest_is_the_same() {
    for (text, closed, fits) in [
        ("甲", "（密文）", true),
        ("甲、乙", "（密文）、（密文）", true),
        ("甲；乙。", "（密文）、（密文）", true),
        ("甲、", "（密文）、（密文）", false),
        ("、乙", "（密文）、（密文）", false),
        ("园区 甲", "园区 （已限制处理）", true),
        ("街道 甲", "园区 （已限制处理）", false),
        ("甲 2", "（密钥缺失） 2", true),
        ("甲 3", "（密钥缺失） 2", false),
        ("甲", "甲", true),
        ("甲乙", "甲", false),
    ] {
        assert_eq!(may_be(text, closed), fits, "{text} {closed}");
    }
}

/// Who signs writes his name after the label, and nothing else.
#[test]
fn a_name_after_a_label_is_told_and_nothing_else_passes_for_one() {
    let line = "填报单位：甲　　　填报人：　　　审核人：";
    assert_eq!(filled_in(line, line), Some(Vec::new()));
    let signed = "填报单位：甲　　　填报人：张三　　　　审核人： 李四 ";
    assert_eq!(filled_in(signed, line).unwrap(), ["填报人：张三", "审核人：李四"]);
    for other in [
        "填报单位：乙　　　填报人：　　　审核人：",
        "填报单位：甲乙　　　填报人：　　　审核人：",
        "填报单位：甲　　　填报人：　　　截至时间：",
        "填报单位：甲　　　填报人：",
        "填报单位：甲　　　填报人：截至时间：2020年　　　审核人：",
        "填报单位：甲　　　填报人：一二三四五六七八九十一二三四五六七八九十一　　　审核人：",
    ] {
        assert_eq!(filled_in(other, line), None, "{other}");
    }
    let made = sheet(&format!("{LIST}[sheet]\nsignature = [\"制表人：\"]\n"));
    let ours = write::json(&made);
    let mut theirs = ours.clone();
    theirs["signature"] = json!(["制表人：王五"]);
    let found = compare(&theirs, &ours, &[]);
    assert_eq!((found.different, found.by_hand), (None, vec!["制表人：王五".to_owned()]));
}
