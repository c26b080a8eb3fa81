//! The same sheet in every format, and the same bytes each time.

use std::io::{Cursor, Read as _};

use fugong_report::write;
use serde_json::json;

use super::{loaves, sheet, sheet_of};

const LIST: &str = "limit = 9\n[[column]]\ncolumn = \"loaf\"\n[[column]]\ncolumn = \"kind\"\n\
                    merge = true\n[[column]]\ncolumn = \"baker\"\n\
                    [sheet]\nsubtitle = \"{true_on} <共 {rows} 个>\"\nhead = [\"截至时间：{as_of}\"]\n";

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(write::xlsx(&sheet(LIST)).unwrap(), write::xlsx(&sheet(LIST)).unwrap());
    assert_eq!(write::html(&sheet(LIST)), write::html(&sheet(LIST)));
    assert_eq!(write::json(&sheet(LIST)), write::json(&sheet(LIST)));
}

/// A spreadsheet runs a cell that begins like a formula. Figures are none.
#[test]
fn a_cell_that_begins_like_a_formula_is_made_harmless() {
    let csv = write::csv(&sheet(LIST), false);
    assert!(csv.contains("\r\n'=e,"), "{csv}");
    assert!(csv.contains("（不予显示）"));
    assert!(write::csv(&sheet(LIST), true).starts_with('\u{feff}'));
    let begun = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "-inf"];
    let figures = ["-5", "+1", "-0.66", "12"];
    let named = begun.map(|sign| format!("{sign}1+cmd|' /C calc'!A0"));
    let named = named.into_iter().chain(figures.map(str::to_owned)).chain(["-inf".to_owned()]);
    let list = "limit = 99\n[[column]]\ncolumn = \"loaf\"\nheading = \"=1+1\"\n";
    let written = sheet_of(list, &loaves(named.map(|name| (name, true))));
    let csv = write::csv(&written, false);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["'=1+1"]);
    let cells: Vec<_> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
    let (harmless, rest) = cells.split_at(begun.len());
    assert!(harmless.iter().all(|cell| cell.starts_with('\'')), "{harmless:?}");
    assert_eq!(rest, ["-5", "+1", "-0.66", "12", "'-inf"]);
    let sheet = member(&write::xlsx(&written).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "a workbook has no formulas at all");
}

/// What is for a program is neither seen nor printed; who signs has room for his name.
#[test]
fn on_paper_there_is_what_people_read_and_room_to_write() {
    let list = "limit = 9\n[[column]]\ncolumn = \"loaf\"\nwidth = 60\n[sheet]\n\
                head = [\"填报单位：{unit}\", \"填报人：\", \"审核人：\"]\n\
                signature = [\"制表人：\", \"负责人：\"]\n";
    let made = sheet(list);
    let book = write::xlsx(&made).unwrap();
    let whence = member(&book, "xl/worksheets/sheet2.xml");
    let rows: Vec<&str> = whence.split("<row ").skip(1).collect();
    let (hidden, read) = rows.split_last().unwrap();
    assert!(hidden.split_once('>').unwrap().0.contains("hidden=\"1\""), "{hidden}");
    assert!(read.iter().all(|row| !row.contains("hidden")), "{whence}");
    let printed = format!(
        "<definedName name=\"_xlnm.Print_Area\" localSheetId=\"1\">出处!$A$1:$B${}<",
        read.len()
    );
    let names = member(&book, "xl/workbook.xml");
    assert!(names.contains(&printed), "{names}");
    let [head, signature] = write::signed(&made);
    assert!(head.contains("填报人：　　　　　　　　　审核人："), "{head}");
    assert!(signature.contains("制表人：　　　　　　　　　负责人："), "{signature}");
    assert!(member(&book, "xl/sharedStrings.xml").contains(&head));
    let page = write::html(&made);
    assert!(page.contains("<span class=\"b\">填报人：</span>"), "{page}");
}

/// Twenty columns of 24 characters: letters a third as large as they should be, if nothing gave way.
#[test]
fn columns_give_way_before_letters_become_too_small_to_read() {
    let mut wide = sheet("limit = 9\n[[column]]\ncolumn = \"loaf\"\nwidth = 24\n");
    let table = &mut wide.table;
    table.heads = vec![table.heads[0].clone(); 20];
    for row in &mut table.rows {
        row.cells = vec![row.cells[0].clone(); 20];
    }
    let page = member(&write::xlsx(&wide).unwrap(), "xl/worksheets/sheet1.xml");
    let columns = page.split("<col ").skip(1).map(|col| {
        let number = |name: &str| -> f64 {
            let (_, rest) = col.split_once(&format!("{name}=\"")).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        (number("max") - number("min") + 1.0) * number("width")
    });
    let total: f64 = columns.sum();
    assert!((200.0..300.0).contains(&total), "{total}");
}

/// A terminal obeys what begins with an escape.
#[test]
fn text_for_a_terminal_has_no_control_characters() {
    let list = "limit = 9\n[[column]]\ncolumn = \"loaf\"\n";
    let mut said = sheet_of(list, &loaves([("\u{1b}[2J\u{7}\n".to_owned(), true)]));
    said.subtitle = Some("\u{1b}]0;x\u{7}".to_owned());
    said.notes = vec!["\u{9b}2J".to_owned()];
    let text = write::text(&said);
    assert!(!text.replace('\n', "").contains(char::is_control), "{text:?}");
}

const SHARE: &str = "[[measure]]\nname = \"n\"\nheading = \"个数\"\ncount = true\n\
                     [[measure]]\nname = \"gone\"\ncount = true\n\
                     [[measure.when]]\ncolumn = \"sold\"\nis = true\n\
                     [[measure]]\nname = \"share\"\nratio = { numerator = \"gone\", base = \"n\" }\n\
                     [[measure]]\nname = \"mean\"\naverage = \"grams\"\n\
                     [[group]]\ncolumn = \"kind\"\n[sheet]\nchart = { measure = \"share\" }\n";

/// 2,499 of 2,500: short of all of them in every form, the chart too.
#[test]
fn nearly_all_is_nowhere_printed_as_all() {
    let nearly = sheet_of(SHARE, &loaves((0..2_500).map(|n| (n.to_string(), 0 < n))));
    let page = write::html(&nearly).split_once("<body").unwrap().1.to_owned();
    let told = write::json(&nearly).to_string();
    for text in [&write::text(&nearly), &write::csv(&nearly, false), &page, &told] {
        assert!(text.contains("99.96%") && !text.contains("100%"), "{text}");
    }
    assert_eq!(page.matches("99.96%").count(), 2, "a cell and a bar");
    assert!(write::ndjson(&nearly).contains(r#""base":2500"#));
    let cells = member(&write::xlsx(&nearly).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(cells.contains("<v>0.9996</v>"), "{cells}");
    let all = sheet_of(SHARE, &loaves((0..2_500).map(|n| (n.to_string(), true))));
    assert_eq!(write::html(&all).matches("100%</t").count(), 2);
}

/// A sum between its bars is no bar, and ends none.
#[test]
fn a_chart_has_every_line_between_its_sums() {
    let rows = ["a", "b", "c"].map(|name| (name.to_owned(), name == "a"));
    let plan =
        SHARE.replace("[sheet]", "subtotal = \"小计\"\n[[group]]\ncolumn = \"loaf\"\n[sheet]");
    let book = write::xlsx(&sheet_of(&plan, &loaves(rows))).unwrap();
    let drawn = member(&book, "xl/charts/chart1.xml");
    assert!(drawn.contains("<c:f>图表!$R$2:$R$4</c:f>"), "{drawn}");
    let figures = member(&book, "xl/worksheets/sheet2.xml");
    assert_eq!(figures.matches("<v>1</v>").count(), 1, "{figures}");
    assert_eq!(figures.matches("<v>0</v>").count(), 2, "{figures}");
}

/// What only looks like a character's number stays what it is; a date before spreadsheets is none.
#[test]
fn a_workbook_says_what_was_typed_and_is_made_for_any_date() {
    let list = "limit = 9\n[[column]]\ncolumn = \"loaf\"\n";
    let mut said = sheet_of(list, &loaves([("_x0041_ _x41_ a\u{1}".to_owned(), true)]));
    said.stand.as_of = "1870-01-01T00:00:00Z".parse().unwrap();
    said.title = "History".to_owned();
    let book = write::xlsx(&said).unwrap();
    let cells = member(&book, "xl/worksheets/sheet1.xml");
    assert!(cells.contains(">_x005F_x0041_ _x41_ a_x0001_<"), "{cells}");
    assert!(member(&book, "xl/workbook.xml").contains("name=\"报表\""));
    said.title = "𠮷".repeat(40);
    let book = member(&write::xlsx(&said).unwrap(), "xl/workbook.xml");
    assert!(book.contains(&format!("name=\"{}\"", "𠮷".repeat(15))), "{book}");
}

/// What a spreadsheet can count is no text in it: days, differences, averages; and the whole of a
/// ratio is 100% there as everywhere.
#[test]
fn a_workbook_has_days_and_differences_as_figures() {
    let list = "limit = 9\n[[column]]\ncolumn = \"loaf\"\n[[column]]\ncolumn = \"baked_on\"\n\
                date = \"chinese\"\n";
    let book = write::xlsx(&sheet(list)).unwrap();
    let cells = member(&book, "xl/worksheets/sheet1.xml");
    assert!(cells.contains("<v>43890</v>"), "2020-02-29: {cells}");
    assert!(
        member(&book, "xl/styles.xml").contains("yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;")
    );
    let then = "[[measure]]\nname = \"d\"\ndifference = { of = \"n\", days = 1 }\n\
                [[measure]]\nname = \"p\"\ndifference = { of = \"share\", days = 1 }\n[[group]]";
    let book = write::xlsx(&sheet(&SHARE.replacen("[[group]]", then, 1))).unwrap();
    let cells = member(&book, "xl/worksheets/sheet1.xml");
    assert!(!cells.contains(">+"), "{cells}");
    let styles = member(&book, "xl/styles.xml");
    for form in ["[=1]0%;0.00%", "+0;-0;0", "+0.00;-0.00;0.00"] {
        assert!(styles.contains(form), "{form}: {styles}");
    }
    let drawn = member(&book, "xl/charts/chart1.xml");
    assert!(drawn.contains("[=1]0%;0.00%"), "{drawn}");
}

/// A definition says on which paper it is printed; else its width does.
#[test]
fn a_definition_chooses_its_paper() {
    for (says, size, page) in [
        ("", "paperSize=\"9\"", "<body>"),
        ("paper = \"a3\"\n", "paperSize=\"8\"", "<body class=\"wide\">"),
        ("paper = \"a3\"\nportrait = true\n", "paperSize=\"8\"", "<body class=\"tall\">"),
        ("paper = \"a4\"\nportrait = true\n", "paperSize=\"9\"", "<body class=\"upright\">"),
    ] {
        let made = sheet(&format!("{LIST}{says}"));
        let printed = member(&write::xlsx(&made).unwrap(), "xl/worksheets/sheet1.xml");
        assert!(printed.contains(size), "{says}: {printed}");
        assert!(write::html(&made).contains(page), "{says}");
    }
}

/// Nothing to divide by: a dash in every form, and not nought.
#[test]
fn an_empty_base_is_a_dash_everywhere() {
    let share = SHARE
        .replace("column = \"kind\"", "column = \"sold\"")
        .replace("name = \"n\"", "name = \"m\"");
    let empty = "[[measure]]\nname = \"n\"\ncount = true\n[[measure.when]]\ncolumn = \"kind\"\nempty = true\n";
    let none = sheet_of(&format!("{empty}{share}"), &loaves([("a".to_owned(), true)]));
    assert!(write::text(&none).contains("—  —"), "{}", write::text(&none));
    assert!(write::csv(&none, false).contains(",—,—\r\n"), "{}", write::csv(&none, false));
    assert!(write::html(&none).contains("<td class=\"n\">—</td><td class=\"n\">—</td>"));
    let cells = &write::json(&none)["rows"][0]["cells"];
    let none_of = (&cells["share"]["printed"], &cells["mean"]["printed"]);
    assert_eq!(none_of, (&json!("—"), &json!("—")));
    let book = write::xlsx(&none).unwrap();
    let sheet = member(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches(">—</t>").count(), 2, "{sheet}");
}

/// Days are dates, a ratio is its whole numbers, and nothing is nothing.
#[cfg(feature = "parquet")]
#[test]
fn parquet_has_columns_of_their_types() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let read = |rest: &str| {
        let bytes = write::parquet(&sheet(rest)).unwrap();
        assert_eq!(bytes, write::parquet(&sheet(rest)).unwrap(), "the same bytes each time");
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| row.unwrap().to_string()).collect::<Vec<_>>()
    };
    let list = "limit = 9\ntotal = \"合计\"\n[[column]]\ncolumn = \"loaf\"\n\
                [[column]]\ncolumn = \"baked_on\"\n[[column]]\ncolumn = \"grams\"\n\
                [[measure]]\nname = \"grams\"\nsum = \"grams\"\n";
    let rows = read(list);
    assert_eq!(rows[0], "{level: \"detail\", loaf: \"a\", baked_on: 2020-02-29, grams: 500}");
    assert_eq!(rows[2], "{level: \"detail\", loaf: \"c\", baked_on: 2020-02-29, grams: null}");
    assert_eq!(rows[5], "{level: \"total\", loaf: \"合计（5）\", baked_on: null, grams: 2200}");
    let rows = read(SHARE);
    assert_eq!(
        rows[0],
        "{level: \"detail\", kind: \"黑麦\", n: 3, gone: 2, share_numerator: 2, share_base: 3, \
         mean_sum: 1200, mean_count: 2}"
    );
}

/// A file of a workbook.
pub(crate) fn member(book: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// A disk that is full, a reader who has gone.
#[test]
fn what_cannot_be_written_is_said_where_it_stops() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 =
                self.0.checked_sub(bytes.len()).ok_or_else(|| std::io::Error::other("full"))?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let whole = write::ndjson(&sheet(LIST)).len();
    assert!(write::ndjson_to(&sheet(LIST), &mut Full(whole)).is_ok());
    assert!(write::ndjson_to(&sheet(LIST), &mut Full(whole - 1)).is_err());
    assert!(write::csv_to(&sheet(LIST), true, &mut Full(20)).is_err());
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
