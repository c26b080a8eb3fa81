//! A report that was handed up, and the same one made again.

use fugong_report::{compare, filled_in, write};
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
    let open = |_: &str, _: &Value| false;
    let same = compare(&told(), &told(), &open);
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
        let found = compare(&changed(place, to), &told(), &open).different.unwrap();
        assert!(found.contains(said), "{found}");
    }
    let mut more = told();
    more["signed"] = json!(true);
    assert!(compare(&more, &told(), &open).different.unwrap().starts_with("signed，文件为 true"));
}

/// What cannot be compared is counted, and hides nothing else.
#[test]
fn what_is_closed_is_left_out_and_said() {
    let baker = |name: &str, _: &Value| name == "baker";
    let other = changed("/rows/2/cells/baker", json!("somebody"));
    let found = compare(&other, &told(), &baker);
    assert_eq!((&found.different, found.same), (&None, 12));
    assert_eq!(found.not_compared().unwrap(), "「列」共 6 格");
    let mut both = other;
    *both.pointer_mut("/rows/3/cells/grams").unwrap() = json!(0);
    assert!(compare(&both, &told(), &baker).different.unwrap().starts_with("第 4 行"));
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
    let found = compare(&theirs, &ours, &|_, _| false);
    assert_eq!((found.different, found.by_hand), (None, vec!["制表人：王五".to_owned()]));
}
