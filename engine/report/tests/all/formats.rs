//! The same sheet in every format, and the same bytes each time.

use fugong_report::write;
use serde_json::json;

use super::sheet;

const LIST: &str = "limit = 9\n[[column]]\ncolumn = \"loaf\"\n[[column]]\ncolumn = \"kind\"\n\
                    merge = true\n[[column]]\ncolumn = \"baker\"\n\
                    [sheet]\nsubtitle = \"{true_on} <共 {rows} 个>\"\nhead = [\"截至时间：{as_of}\"]\n";

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(write::xlsx(&sheet(LIST)).unwrap(), write::xlsx(&sheet(LIST)).unwrap());
    assert_eq!(write::html(&sheet(LIST)), write::html(&sheet(LIST)));
    assert_eq!(write::json(&sheet(LIST)), write::json(&sheet(LIST)));
}

/// A spreadsheet runs a cell that begins like a formula.
#[test]
fn a_cell_that_begins_like_a_formula_is_made_harmless() {
    let csv = write::csv(&sheet(LIST), false);
    assert!(csv.contains("\r\n'=e,"), "{csv}");
    assert!(csv.contains("（不予显示）"));
    assert!(write::csv(&sheet(LIST), true).starts_with('\u{feff}'));
}

#[test]
fn a_page_says_everything_and_runs_nothing() {
    let page = write::html(&sheet(LIST));
    assert!(page.contains("&lt;共 5 个&gt;"), "{page}");
    assert!(page.contains("<td rowspan=\"3\">黑麦</td>"));
    assert!(page.contains("截至时间：2020-03-01 00:00"));
    assert!(page.contains(&"ab".repeat(32)));
    assert!(!page.contains("<script"));
}

#[test]
fn json_carries_what_the_report_stands_on() {
    let told = write::json(&sheet(LIST));
    assert_eq!(told["provenance"]["log_size"], "9");
    assert_eq!(told["provenance"]["definition_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(told["rows"][0]["cells"]["loaf"], "a");
    let ratio = "[[measure]]\nname = \"n\"\ncount = true\n\
                 [[measure]]\nname = \"r\"\nratio = { numerator = \"n\", base = \"n\" }\n";
    let told = write::json(&sheet(ratio));
    let share = &told["rows"][0]["cells"]["r"];
    assert_eq!(*share, json!({"numerator": 5, "base": 5, "excluded": null, "printed": "100%"}));
    let lines = write::ndjson(&sheet(LIST));
    assert_eq!(lines.lines().count(), 5);
}

#[test]
fn columns_stand_below_each_other_also_in_chinese() {
    let text = write::text(&sheet(LIST));
    assert!(text.starts_with("面包表\n2020年2月29日 <共 5 个>\n"), "{text}");
    assert!(text.contains("a   黑麦   （不予显示）"), "{text}");
}
