//! How a definition says that figures and days are written.

use std::sync::Arc;

use fugong_report::{Cell, Lines, NumberForm, write};
use serde_json::json;

use super::{day, formats::member, line, plan, printed, run, sheet_of, wrong};

/// Loaves of two months of one year and one of the next, with large figures.
fn heavy() -> Lines {
    let loaf = |loaf: &str, grams: i64, baked_on: Option<&str>| {
        let sold = grams < 9_000_000;
        line(
            "loaves",
            &json!({"loaf": loaf, "kind": "oat", "sold": sold, "grams": grams, "baked_on": baked_on}),
        )
    };
    let now = vec![
        loaf("a", 1_234_567, Some("2020-02-03")),
        loaf("b", 1_000, Some("2020-02-29")),
        loaf("c", 999, Some("2020-01-31")),
        loaf("d", -45_678, Some("2019-02-28")),
        loaf("e", 9_876_543, None),
    ];
    let yesterday = day().pred_opt().unwrap();
    Lines::from([(("loaves", day()), Arc::new(now)), (("loaves", yesterday), Arc::new(Vec::new()))])
}

const GROUPED: &str = r#"
total = "合计"
[[group]]
column = "kind"
[[measure]]
name = "n"
count = true
hidden = true
[[measure]]
name = "sold"
count = true
hidden = true
when = [{ column = "sold", is = true }]
[[measure]]
name = "grams"
sum = "grams"
thousands = true
[[measure]]
name = "more"
difference = { of = "grams", days = 1 }
[[measure]]
name = "mean"
average = "grams"
thousands = true
decimals = 1
[[measure]]
name = "share"
ratio = { numerator = "sold", base = "n" }
decimals = 0
[[measure]]
name = "exact"
ratio = { numerator = "sold", base = "n" }
[sheet]
chart = { measure = "grams" }
"#;

#[test]
fn figures_are_written_as_the_definition_says_and_read_by_programs_as_figures() {
    let sheet = sheet_of(GROUPED, &heavy());
    let said = "oat   11,067,431  +11,067,431  2,213,486.2  80%  80.00%";
    assert!(write::text(&sheet).contains(said), "{}", write::text(&sheet));
    let page = write::html(&sheet);
    for cell in ["11,067,431", "+11,067,431", "2,213,486.2", "80%", "80.00%"] {
        assert!(page.contains(&format!("<td class=\"n\">{cell}</td>")), "{cell}: {page}");
    }
    assert!(page.contains("font-size=\"12\">11,067,431</text>"), "a bar: {page}");
    let csv = write::csv(&sheet, false);
    assert!(csv.contains("oat,11067431,+11067431,2213486.2,80%,80.00%\r\n"), "{csv}");
    let cells = &write::json(&sheet)["rows"][0]["cells"];
    assert_eq!(cells["grams"], 11_067_431);
    assert_eq!(cells["mean"], json!({"sum": 11_067_431, "count": 5, "printed": "2,213,486.2"}));
    assert_eq!(cells["share"]["printed"], "80%");
    let book = write::xlsx(&sheet).unwrap();
    let page = member(&book, "xl/worksheets/sheet1.xml");
    for figure in ["<v>11067431</v>", "<v>2213486.2</v>", "<v>0.8000</v>"] {
        assert!(page.contains(figure), "{figure}: {page}");
    }
    let styles = member(&book, "xl/styles.xml");
    for code in ["#,##0", "+#,##0;-#,##0;0", "#,##0.0", "0%", "[=1]0%;0.00%"] {
        assert!(styles.contains(&format!("formatCode=\"{code}\"")), "{code}: {styles}");
    }
    assert!(member(&book, "xl/charts/chart1.xml").contains("#,##0"));
}

/// A workbook of a definition that says nothing of it has the formats that it always had.
#[test]
fn a_list_separates_its_numbers_where_a_column_says_so() {
    let list = "limit = 9\ntotal = \"合计\"\n[[column]]\ncolumn = \"loaf\"\n[[column]]\n\
                column = \"grams\"\nthousands = true\n[[measure]]\nname = \"grams\"\n\
                average = \"grams\"\ndecimals = 0\n";
    let shown = printed(&sheet_of(list, &heavy()).table);
    let grams: Vec<_> = shown.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(grams, ["1,234,567", "1,000", "999", "-45,678", "9,876,543", "2,213,486"]);
    let plain = sheet_of(&list.replace("thousands = true\n", ""), &heavy());
    assert!(!member(&write::xlsx(&plain).unwrap(), "xl/styles.xml").contains("#,##0"));
}

/// With fewer decimals nothing is rounded up: 99.96 % is 99.9 % or 99 %, in a workbook too.
#[test]
fn what_is_cut_off_makes_nothing_whole() {
    let shared = |decimals: u8| {
        let text = format!(
            "[[group]]\ncolumn = \"kind\"\n[[measure]]\nname = \"n\"\ncount = true\n\
             [[measure]]\nname = \"gone\"\ncount = true\nwhen = [{{ column = \"sold\", is = true }}]\n\
             [[measure]]\nname = \"share\"\nratio = {{ numerator = \"gone\", base = \"n\" }}\n\
             decimals = {decimals}\n[sheet]\nchart = {{ measure = \"share\" }}\n"
        );
        sheet_of(&text, &super::loaves((0..2_500).map(|n| (n.to_string(), 0 < n))))
    };
    for (decimals, said, kept) in
        [(2, "99.96%", "0.9996"), (1, "99.9%", "0.9990"), (0, "99%", "0.9900")]
    {
        let sheet = shared(decimals);
        assert_eq!(
            write::html(&sheet).matches(&format!("{said}</t")).count(),
            2,
            "a cell and a bar"
        );
        let cells = member(&write::xlsx(&sheet).unwrap(), "xl/worksheets/sheet1.xml");
        assert!(cells.contains(&format!("<v>{kept}</v>")), "{cells}");
        let drawn = member(&write::xlsx(&sheet).unwrap(), "xl/worksheets/sheet2.xml");
        assert!(drawn.contains(&format!("<v>{}</v>", kept.trim_end_matches('0'))), "{drawn}");
    }
    let none = NumberForm { decimals: 0, thousands: true };
    assert_eq!(Cell::Average { sum: -2, count: 3 }.written(none), "0");
    assert_eq!(Cell::Average { sum: -2_000_000, count: 3 }.written(none), "-666,666");
    assert_eq!(Cell::Number(i64::MIN).written(none), "-9,223,372,036,854,775,808");
}

/// What looks back is written like what it looks back at, and differs as much as the two that are
/// printed do.
#[test]
fn a_difference_is_written_like_the_ratio_that_it_is_of() {
    let text = "[[group]]\ncolumn = \"kind\"\n[[measure]]\nname = \"n\"\ncount = true\n\
                [[measure]]\nname = \"gone\"\ncount = true\nwhen = [{ column = \"sold\", is = true }]\n\
                [[measure]]\nname = \"share\"\nratio = { numerator = \"gone\", base = \"n\" }\ndecimals = 1\n\
                [[measure]]\nname = \"then\"\nearlier = { of = \"share\", days = 1 }\n\
                [[measure]]\nname = \"points\"\ndifference = { of = \"share\", days = 1 }\n\
                [[measure]]\nname = \"fine\"\ndifference = { of = \"share\", days = 1 }\ndecimals = 2\n";
    let shown = printed(&run(text));
    assert_eq!(shown[0], ["黑麦", "3", "2", "66.6%", "0.0%", "+66.6", "+66.66"]);
}

#[test]
fn days_are_grouped_by_month_or_year_or_written_as_on_paper() {
    let months = |rest: &str| {
        let text = format!(
            "[[group]]\ncolumn = \"baked_on\"\nempty = \"未知\"\n{rest}[[measure]]\nname = \"n\"\ncount = true\n"
        );
        let rows = printed(&sheet_of(&text, &heavy()).table);
        rows.into_iter().map(|row| row.join(" ")).collect::<Vec<_>>()
    };
    let by_month = ["2019年2月 1", "2020年1月 1", "2020年2月 2", "未知 1"];
    assert_eq!(months("date = \"month\"\n"), by_month);
    assert_eq!(months("date = \"year\"\n"), ["2019年 1", "2020年 3", "未知 1"]);
    let first =
        months("date = \"month\"\norder = [\"2020-02\"]\nlabels = { 2020-02 = \"本月\" }\n");
    assert_eq!(first, ["本月 2", "2019年2月 1", "2020年1月 1", "未知 1"]);
    assert_eq!(months("date = \"chinese\"\n")[1], "2020年1月31日 1");
    assert_eq!(months("")[1], "2020-01-31 1");
    let list = "limit = 1\n[[column]]\ncolumn = \"baked_on\"\ndate = \"month\"\n";
    let sheet = sheet_of(list, &heavy());
    assert_eq!(printed(&sheet.table)[0], ["2020年2月"]);
    let styles = member(&write::xlsx(&sheet).unwrap(), "xl/styles.xml");
    assert!(styles.contains("\"yyyy&quot;年&quot;m&quot;月&quot;\""), "{styles}");
}

/// What cannot be written so is said, with its place and the name that was meant.
#[test]
fn a_form_that_does_not_fit_is_found() {
    let count = "[[measure]]\nname = \"n\"\ncount = true\n";
    let share = "[[measure]]\nname = \"r\"\nratio = { numerator = \"n\", base = \"n\" }\n";
    let names = "[[measure]]\nname = \"s\"\nnames = \"kind\"\n";
    let list = "limit = 9\n[[column]]\ncolumn = \"kind\"\n";
    let group = "[[group]]\ncolumn = \"kind\"\n";
    for (text, code, said, nearest) in [
        (format!("{count}decimals = 1\n"), "WRONG_TYPE", "「n」没有小数", None),
        (format!("{count}{share}decimals = 3\n"), "", "0 至 2", None),
        (format!("{count}{share}decimal = 1\n"), "UNKNOWN_KEY", "decimal", Some("decimals")),
        (format!("{count}{share}thousands = true\n"), "WRONG_TYPE", "「r」不是整数或平均数", None),
        (format!("{names}thousands = true\n"), "WRONG_TYPE", "「s」不是整数或平均数", None),
        (
            format!("{list}thousands = true\n"),
            "WRONG_TYPE",
            "「kind」不是整数，不能写 thousands",
            None,
        ),
        (format!("{list}thousand = true\n"), "UNKNOWN_KEY", "thousand", Some("thousands")),
        (
            format!("{count}{group}date = \"month\"\n"),
            "WRONG_TYPE",
            "「kind」不是日期，不能写 date",
            None,
        ),
        (format!("{count}{group}date = \"moth\"\n"), "", "date", Some("month")),
        (format!("{count}{group}date = \"short\"\n"), "", "date", None),
        (
            format!(
                "{list}[[column]]\ncolumn = \"grams\"\n[[measure]]\nname = \"grams\"\nsum = \"grams\"\nthousands = true\n"
            ),
            "WRONG_TYPE",
            "写在列「grams」上",
            None,
        ),
    ] {
        let found = wrong(&text);
        let fits = |it: &fugong_report::Finding| {
            it.message.contains(said) && (code.is_empty() || it.code == code)
        };
        let finding = found.iter().find(|it| fits(it));
        assert!(finding.is_some(), "{text}: {found:#?}");
        if nearest.is_some() {
            assert_eq!(finding.unwrap().nearest.as_deref(), nearest, "{text}");
        }
    }
    assert!(plan(&format!("{count}{share}decimals = 1\n")).is_grouped());
}

/// A rate that a register keeps as text stands at the right, as those that are computed do.
#[test]
fn rates_that_are_text_stand_at_the_right() {
    let named = ["83.33%", "100%", "—", "5% 以上", "a%"].map(|name| (name.to_owned(), true));
    let list = "limit = 9\n[[column]]\ncolumn = \"loaf\"\nheading = \"比率\"\n";
    let sheet = sheet_of(list, &super::loaves(named));
    let page = write::html(&sheet);
    for right in ["83.33%", "100%", "—"] {
        assert!(page.contains(&format!("<td class=\"n\">{right}</td>")), "{page}");
    }
    for left in ["5% 以上", "a%"] {
        assert!(page.contains(&format!("<td>{left}</td>")), "{page}");
    }
    assert!(write::text(&sheet).contains("\n   100%\n"), "{}", write::text(&sheet));
    let cells = member(&write::xlsx(&sheet).unwrap(), "xl/worksheets/sheet1.xml");
    let style = |text: &str| {
        let (before, _) = cells.split_once(&format!(">{text}</t>")).unwrap();
        let (_, cell) = before.rsplit_once(" s=\"").unwrap();
        cell.split('"').next().unwrap().to_owned()
    };
    assert_eq!(style("100%"), style("—"));
    assert_ne!(style("100%"), style("a%"));
}
