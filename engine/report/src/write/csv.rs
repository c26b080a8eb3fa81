//! CSV (RFC 4180): the table alone.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use crate::Sheet;

/// The table as CSV; with a byte order mark, spreadsheets read its Chinese.
pub fn csv(sheet: &Sheet, mark: bool) -> String {
    let mut bytes = Vec::new();
    // Into memory nothing fails.
    let _written = csv_to(sheet, mark, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// The same, line by line.
///
/// # Errors
///
/// When `out` takes no more.
pub fn csv_to(sheet: &Sheet, mark: bool, out: &mut dyn Write) -> io::Result<()> {
    if mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(out);
    writer.write_record(sheet.table.heads.iter().map(|head| harmless(&head.heading)))?;
    for row in &sheet.table.rows {
        // A program reads no separators between thousands.
        let cells = row.cells.iter().zip(&sheet.table.heads);
        let raw = cells.map(|(cell, head)| harmless(&cell.written(head.form.raw())));
        writer.write_record(raw)?;
    }
    writer.flush()
}

/// The text of a cell that a spreadsheet does not run: one that begins like a formula gets an
/// apostrophe before it; figures are none.
#[must_use]
pub fn harmless(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let is_figure = text.parse().is_ok_and(f64::is_finite);
    if risky && !is_figure { format!("'{text}") } else { text.to_owned() }
}
