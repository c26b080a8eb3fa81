//! A page that prints: one file, without anything from elsewhere.

use std::fmt::Write as _;

use super::grid::Grid;
use crate::{
    Cell, Level, Sheet, Table,
    sheet::{Bar, Bars},
};

const STYLE: &str = "\
@page{size:A4 landscape;margin:15mm 12mm 18mm;\
@bottom-right{content:\"第 \" counter(page) \" 页，共 \" counter(pages) \" 页\";font-size:7.5pt}}@page upright{size:A4 portrait}@page wide{size:A3 landscape}@page tall{size:A3 portrait}\
body{font-family:\"SimSun\",\"Songti SC\",\"Noto Serif CJK SC\",serif;font-size:10.5pt;color:#000;margin:12mm}\
.upright{page:upright}.wide{page:wide}.tall{page:tall}\
h1{font-family:\"SimHei\",\"Heiti SC\",\"Noto Sans CJK SC\",sans-serif;font-size:18pt;text-align:center;margin:0 0 2mm}\
.sub{text-align:center;margin:0 0 3mm}.head,.sign{display:flex;flex-wrap:wrap;gap:2mm 12mm;margin:2mm 0}\
.sign{margin-top:6mm}.b{min-width:46mm}.upright .b{min-width:30mm}.upright .head{gap:2mm 5mm}\
table{border-collapse:collapse;table-layout:fixed;width:calc(100% - 1pt);margin:0 .5pt}thead{display:table-header-group}tr{break-inside:avoid}\
th,td{border:.5pt solid #000;padding:.3em .35em;vertical-align:middle;overflow-wrap:break-word}\
th{font-family:\"SimHei\",\"Noto Sans CJK SC\",sans-serif;font-weight:normal;background:#eee}\
td.n{text-align:right;white-space:nowrap}td.d{white-space:nowrap}tr.s td,tr.t td{font-weight:bold;background:#f6f6f6}\
.foot{font-size:7.5pt;color:#444;margin-top:4mm;word-break:break-all;break-inside:avoid;\
display:grid;grid-template-columns:max-content 1fr max-content 1fr;gap:.3mm 3mm}.foot dd{margin:0}\
svg{display:block;margin:5mm auto;max-width:100%}\
@media print{body{margin:0}svg{break-inside:avoid}}";

/// What stands before that from which a program makes the report again.
pub const ORIGIN: &str = "<meta name=\"fugong-report\" content=\"";

/// The sheet as a page.
pub fn html(sheet: &Sheet) -> String {
    let grid = Grid::of(sheet);
    let paper = match (sheet.portrait, grid.is_wide()) {
        (true, false) => " class=\"upright\"",
        (true, true) => " class=\"tall\"",
        (false, true) => " class=\"wide\"",
        (false, false) => "",
    };
    let (title, origin) = (safe(&sheet.title), safe(&super::json::origin(sheet)));
    // At the foot of every page that is printed.
    let foot = sheet.checkpoint().replace(['"', '\\', '<', '\n'], " ");
    let foot = format!("@page{{@bottom-left{{content:\"{foot}\";font-size:7.5pt}}}}");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         {ORIGIN}{origin}\">\n<title>{title}</title>\n<style>{STYLE}{foot}</style>\n</head>\n<body{paper}>\n<h1>{title}</h1>\n"
    );
    let mut put = |text: String| page.push_str(&text);
    if let Some(subtitle) = &sheet.subtitle {
        put(format!("<p class=\"sub\">{}</p>\n", safe(subtitle)));
    }
    put(line("head", &sheet.head));
    put(table(&sheet.table, &grid));
    for note in &sheet.notes {
        put(format!("<p>{}</p>\n", safe(note)));
    }
    put(line("sign", &sheet.signature));
    if let Some(bars) = &sheet.chart {
        put(chart(bars));
    }
    put("<dl class=\"foot\">\n".to_owned());
    for (label, value) in &sheet.provenance {
        put(format!("<dt>{label}</dt><dd>{}</dd>\n", safe(value)));
    }
    put("</dl>\n</body>\n</html>\n".to_owned());
    page
}

fn line(class: &str, texts: &[String]) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let text = |text: &String| {
        // Behind a label that ends with a colon there is room to write.
        let room = if text.ends_with('：') { " class=\"b\"" } else { "" };
        format!("<span{room}>{}</span>", safe(text))
    };
    let texts: String = texts.iter().map(text).collect();
    format!("<div class=\"{class}\">{texts}</div>\n")
}

/// Letters are as large as fits the page, and no larger than elsewhere.
fn table(table: &Table, grid: &Grid) -> String {
    let total = grid.total().max(1);
    let size = grid.page().saturating_mul(105).div_euclid(total).clamp(65, 105);
    let (points, tenths) = (size.div_euclid(10), size.rem_euclid(10));
    let shares = grid.widths().iter().map(|width| {
        let share = usize::from(*width).saturating_mul(10_000).div_euclid(total);
        format!("<col style=\"width:{}.{:02}%\">", share.div_euclid(100), share.rem_euclid(100))
    });
    let columns: String = shares.collect();
    let heads: Vec<_> = table.heads.iter().map(|head| safe(&head.heading)).collect();
    let heads = heads.join("</th><th>");
    let mut text = format!(
        "<table style=\"font-size:{points}.{tenths}pt\">
<colgroup>{columns}</colgroup>
<thead><tr><th>{heads}</th></tr></thead>
<tbody>
"
    );
    for (at, row) in table.rows.iter().enumerate() {
        text.push_str(match row.level {
            Level::Detail => "<tr>",
            Level::Subtotal(_) => "<tr class=\"s\">",
            Level::Total => "<tr class=\"t\">",
        });
        for (column, (cell, head)) in row.cells.iter().zip(&table.heads).enumerate() {
            let class = if matches!(cell, Cell::Date(..)) {
                " class=\"d\""
            } else if cell.is_figure() {
                " class=\"n\""
            } else {
                ""
            };
            let rows = match table.span(at, column) {
                0 => continue,
                1 => String::new(),
                rows => format!(" rowspan=\"{rows}\""),
            };
            text.extend(["<td", class, &rows, ">", &safe(&head.printed(cell)), "</td>"]);
        }
        text.push_str(
            "</tr>
",
        );
    }
    text.push_str(
        "</tbody>
</table>
",
    );
    text
}

/// Bars beside each other, drawn with whole numbers only.
fn chart(bars: &Bars) -> String {
    let most = if bars.percent {
        10_000
    } else {
        bars.each.iter().map(|bar| bar.length).max().unwrap_or_default().max(1)
    };
    let height = i64::try_from(bars.each.len()).unwrap_or_default().saturating_mul(24);
    let whole = height.saturating_add(40);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"{whole}\" \
         viewBox=\"0 0 720 {whole}\" role=\"img\" aria-label=\"{title}\">\n\
         <text x=\"360\" y=\"20\" text-anchor=\"middle\" font-size=\"15\">{title}</text>\n",
        title = safe(&bars.title),
    );
    for (at, Bar { name, length, shown }) in (0_i64..).zip(&bars.each) {
        let y = at.saturating_mul(24).saturating_add(34);
        let wide = length.max(&0).saturating_mul(420).checked_div(most).unwrap_or_default();
        let (text, end) = (y.saturating_add(14), wide.saturating_add(206));
        let name = safe(name);
        // Into a text nothing fails.
        let _written = writeln!(
            svg,
            "<text x=\"192\" y=\"{text}\" text-anchor=\"end\" font-size=\"12\">{name}</text>\
             <rect x=\"200\" y=\"{y}\" width=\"{wide}\" height=\"18\" fill=\"#4472c4\"/>\
             <text x=\"{end}\" y=\"{text}\" font-size=\"12\">{shown}</text>"
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn safe(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
