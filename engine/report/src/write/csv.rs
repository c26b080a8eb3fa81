//! CSV (RFC 4180): the table alone.

use csv::{Terminator, WriterBuilder};

use crate::Sheet;

/// The table as CSV; with a byte order mark, spreadsheets read its Chinese.
pub fn csv(sheet: &Sheet, mark: bool) -> String {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(Vec::new());
    let heads = sheet.table.heads.iter().map(|head| harmless(&head.heading)).collect();
    let rows = sheet.table.rows.iter();
    let rows = rows.map(|row| row.cells.iter().map(|cell| harmless(&cell.printed())).collect());
    for record in std::iter::once(heads).chain(rows) {
        let record: Vec<String> = record;
        // Into memory nothing fails.
        let _written = writer.write_record(record);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    if mark { format!("\u{feff}{text}") } else { text }
}

/// A cell that begins like a formula would be run by a spreadsheet; figures are none.
fn harmless(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let is_figure = text.parse().is_ok_and(f64::is_finite);
    if risky && !is_figure { format!("'{text}") } else { text.to_owned() }
}
