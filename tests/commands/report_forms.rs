//! How figures and days are written is proved with the rest of a report.

use std::fs;

use super::{
    ends,
    report_books::{SHEET, repacked},
    report_forgeries::run_verify,
    verifies,
};

/// Orders by month, with figures of the enterprises that they were to.
const MONTHS: &str = r#"
title = "责令整改按月统计"
title_en = "Orders by month"
register = "r7"
total = "合计"
[[join]]
as = "firm"
on = "enterprise"
[[group]]
column = "issued_on"
date = "month"
[[measure]]
name = "orders"
heading = "件数"
count = true
[[measure]]
name = "closed"
heading = "已销号"
count = true
when = [{ column = "state", is = "complied" }]
[[measure]]
name = "revenue"
heading = "上年营业收入（元）"
sum = "firm.prior_year_revenue_cny"
thousands = true
[[measure]]
name = "mean"
heading = "平均职工"
average = "firm.headcount"
decimals = 1
[[measure]]
name = "rate"
heading = "销号率"
ratio = { numerator = "closed", base = "orders" }
decimals = 0
"#;

#[test]
fn a_report_proves_how_its_figures_are_written() {
    let folder = tempfile::tempdir().unwrap();
    ends(&folder, "demo --no-serve --db @d.db", 0, "复工率");
    fs::write(folder.path().join("months.toml"), MONTHS).unwrap();
    let save = "report save @months.toml --as zhang:eic:commission --db @d.db";
    ends(&folder, save, 0, "report-defined");
    ends(&folder, "log init --db @d.db --origin example.org/d", 0, "example.org/d+");
    ends(&folder, "log checkpoint --db @d.db", 0, "example.org/d");
    ends(&folder, "export bundle --db @d.db --out @bundle", 0, "fugong-verify");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    for ending in ["json", "xlsx", "html", "csv"] {
        let run = "report run months --as-of 2020-03-20 --db @d.db -o";
        ends(&folder, &format!("{run} @r.{ending}"), 0, "已写好");
        if ending != "csv" {
            verifies(&folder, &format!("report @r.{ending} --bundle @bundle"), 0, "均一致");
        }
    }
    let (page, csv) = (read("r.html"), read("r.csv"));
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let february = csv.lines().find(|line| line.starts_with("2020年2月,")).map(cells).unwrap();
    let [_, _, _, revenue, mean, rate] = &february[..] else { panic!("{csv}") };
    assert!(revenue.bytes().all(|it| it.is_ascii_digit()) && 6 < revenue.len(), "{csv}");
    assert_eq!(mean.split_once('.').map(|(_, rest)| rest.len()), Some(1), "{csv}");
    assert!(rate.ends_with('%') && !rate.contains('.'), "{csv}");
    let separated = |digits: &str| {
        let parts = digits.as_bytes().rchunks(3).rev();
        let parts: Vec<_> = parts.map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        parts.join(",")
    };
    let revenue = separated(revenue);
    assert!(page.contains(&format!(">{revenue}</td>")), "{revenue}: {page}");
    // Another form of a figure is another page; so is another month.
    for (old, new) in [
        (format!(">{revenue}<"), format!(">{}<", revenue.replace(',', ""))),
        (format!(">{rate}<"), format!(">{}<", rate.replace('%', ".00%"))),
        (">2020年2月<".to_owned(), ">2020年1月<".to_owned()),
    ] {
        assert!(page.contains(&old), "{old}");
        fs::write(folder.path().join("f.html"), page.replacen(&old, &new, 1)).unwrap();
        verifies(&folder, "report @f.html --bundle @bundle", 1, "，应为「");
    }
    // In JSON what is printed is told beside the figures.
    let told = read("r.json").replacen(&format!("\"printed\":\"{rate}\""), "\"printed\":\"1%\"", 1);
    fs::write(folder.path().join("f.json"), told).unwrap();
    verifies(&folder, "report @f.json --bundle @bundle", 1, "「销号率」");
    // In a workbook a figure is one, and its format is told by itself.
    let more = |text: &str| {
        let (before, after) = text.split_once("<c r=\"D4\"").unwrap();
        format!("{before}<c r=\"D4\"{}", after.replacen("<v>", "<v>1", 1))
    };
    repacked(&folder, "r.xlsx", SHEET, more);
    verifies(&folder, "report @f.xlsx --bundle @bundle", 1, "单元格 D4 为「1");
    repacked(&folder, "r.xlsx", "xl/styles.xml", |text| {
        text.replace("formatCode=\"#,##0\"", "formatCode=\"0\"")
    });
    let (code, said) = run_verify(&folder, "report @f.xlsx --bundle @bundle");
    assert!(code == 2 && said.contains("数字格式（"), "{code}: {said}");
}
