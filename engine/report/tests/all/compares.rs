//! A report that was handed up, and the same one made again.

use fugong_report::{compare, write};
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
    assert_eq!((same.different, same.same, same.whole), (None, 18, true));
    for (place, to, said) in [
        ("/rows/1/cells/grams", json!(701), "第 2 行「列」，文件为 701，重算为 700"),
        ("/rows/0/level", json!("total"), "第 1 行是明细还是合计"),
        ("/title", json!("x"), "标题"),
        ("/columns/0/heading", json!("x"), "列"),
        ("/rows_left_out", json!(3), "未列行数"),
        ("/rows", json!([]), "文件有 0 行，重算有 6 行"),
        ("/rows/1/cells", json!({}), "文件为 ，重算为"),
    ] {
        let found = compare(&changed(place, to), &told(), &open).different.unwrap();
        assert!(found.contains(said), "{found}");
    }
    let moved = compare(&changed("/provenance/log_size", json!("8")), &told(), &open);
    assert_eq!((moved.different, moved.whole), (None, false));
}

/// What cannot be compared is counted, and hides nothing else.
#[test]
fn what_is_closed_is_left_out_and_said() {
    let baker = |name: &str, _: &Value| name == "baker";
    let other = changed("/rows/2/cells/baker", json!("somebody"));
    let found = compare(&other, &told(), &baker);
    assert_eq!((&found.different, found.same, found.whole), (&None, 12, true));
    assert_eq!(found.not_compared().unwrap(), "「列」共 6 格");
    let mut both = other;
    *both.pointer_mut("/rows/3/cells/grams").unwrap() = json!(0);
    assert!(compare(&both, &told(), &baker).different.unwrap().starts_with("第 4 行"));
}
