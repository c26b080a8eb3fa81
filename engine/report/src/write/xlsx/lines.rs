//! The lines of a table, written into the file as they come.
//!
//! As cells of a workbook in memory a hundred thousand lines take several times what the table itself
//! takes. So the workbook is made without them, and they are put into its first sheet while that is
//! packed.

use std::{
    fmt::Write as _,
    io::{Cursor, Read as _, Write as _},
};

use chrono::NaiveDate as Date;
use rust_xlsxwriter::{Worksheet, XlsxError, utility::column_number_to_name};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Body, EXACT, formats::Formats, height};
use crate::{Cell, NumberForm, Row};

/// The file of the first sheet, in a workbook.
const SHEET: &str = "xl/worksheets/sheet1.xml";
/// The longest text of a cell, in characters.
const LONGEST: usize = 32_767;
/// How much is packed at a time, in bytes.
const PART: usize = 65_536;

impl Body<'_> {
    /// Leaves cells with each format where the last line will stand, so that the file has its style.
    pub(super) fn leave_formats(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        let Some(last) = self.sheet.table.rows.len().checked_sub(1) else { return Ok(()) };
        for (column, format) in (0_u16..).zip(Formats::of(&self.sheet.table.heads).all()) {
            page.write_blank(self.row(last), column, &format)?;
        }
        Ok(())
    }

    /// The workbook with the lines in their place.
    pub(super) fn filled(&self, book: Vec<u8>) -> Result<Vec<u8>, XlsxError> {
        let Some(last) = self.sheet.table.rows.len().checked_sub(1) else { return Ok(book) };
        let mut made = ZipArchive::new(Cursor::new(book))?;
        let mut filled = ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..made.len() {
            if made.by_index(at)?.name() != SHEET {
                filled.raw_copy_file(made.by_index_raw(at)?)?;
                continue;
            }
            let mut sheet = String::new();
            made.by_index(at)?.read_to_string(&mut sheet)?;
            let from = row_at(&sheet, self.row(0));
            let behind = row_at(&sheet, self.row(last).saturating_add(1));
            let parts = sheet.split_at_checked(from).zip(sheet.split_at_checked(behind));
            let Some(((before, _), (left, after))) = parts else { continue };
            let styles = styles(left.get(from..).unwrap_or_default());
            let packed = CompressionMethod::Deflated;
            filled.start_file(SHEET, SimpleFileOptions::default().compression_method(packed))?;
            filled.write_all(before.as_bytes())?;
            self.put_lines(&mut filled, &styles)?;
            filled.write_all(after.as_bytes())?;
        }
        Ok(filled.finish()?.into_inner())
    }

    fn put_lines(&self, to: &mut impl std::io::Write, styles: &[String]) -> Result<(), XlsxError> {
        let names: Vec<String> = (0..=self.last).map(column_number_to_name).collect();
        let formats = Formats::of(&self.sheet.table.heads);
        let mut text = String::new();
        for (at, row) in self.sheet.table.rows.iter().enumerate() {
            self.line(&mut text, (at, row), &names, (&formats, styles))?;
            if PART < text.len() {
                to.write_all(text.as_bytes())?;
                text.clear();
            }
        }
        Ok(to.write_all(text.as_bytes())?)
    }

    fn line(
        &self,
        text: &mut String,
        (at, row): (usize, &Row),
        names: &[String],
        (formats, styles): (&Formats, &[String]),
    ) -> Result<(), XlsxError> {
        let table = &self.sheet.table;
        let number = self.row(at).saturating_add(1).to_string();
        let high = self.grid.lines(&table.heads, row, |column| table.span(at, column) != 1);
        let high = height(high).to_string();
        text.extend(["<row r=\"", &number, "\" ht=\"", &high, "\" customHeight=\"1\">"]);
        let cells = row.cells.iter().zip(&table.heads).enumerate();
        for ((column, (cell, head)), name) in cells.zip(names) {
            let style = formats.index(column, cell, row.level);
            let style = styles.get(style).map_or("0", String::as_str);
            text.extend(["<c r=\"", name, &number, "\" s=\"", style, "\""]);
            // A cell that belongs to the one above it has a frame and nothing else.
            let belongs = table.span(at, column) == 0;
            match (belongs, cell, figure(cell, head.form)) {
                (true, _, _) | (_, Cell::Empty, _) => text.push_str("/>"),
                (false, _, Some(figure)) => text.extend(["><v>", &figure, "</v></c>"]),
                (false, _, None) => {
                    let shown = head.printed(cell);
                    if LONGEST < shown.chars().count() {
                        return Err(XlsxError::MaxStringLengthExceeded);
                    }
                    text.push_str(" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
                    escape(text, &shown);
                    text.push_str("</t></is></c>");
                }
            }
        }
        text.push_str("</row>");
        Ok(())
    }
}

/// A figure as a figure, so that it can be added up, a day as a day; a ratio as it is printed, cut off.
fn figure(cell: &Cell, form: NumberForm) -> Option<String> {
    match cell {
        Cell::Number(number) | Cell::Change(number) if number.unsigned_abs() < EXACT => {
            Some(number.to_string())
        }
        Cell::Date(day, _) => serial(*day).map(|days| days.to_string()),
        Cell::Points { .. } | Cell::Average { .. } => {
            let printed = cell.written(form.raw());
            let number = printed.strip_prefix('+').unwrap_or(&printed);
            number.parse().is_ok_and(f64::is_finite).then(|| number.to_owned())
        }
        Cell::Share(share) => {
            let parts = form.cut(share.ratio.hundredths()?);
            Some(format!("{}.{:04}", parts.div_euclid(10_000), parts.rem_euclid(10_000)))
        }
        Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Change(_) => None,
    }
}

/// The days of a spreadsheet up to a day, which is one for itself from March 1900 on: before, it
/// counts a day that there never was.
fn serial(day: Date) -> Option<i64> {
    let (none, first) = Date::from_ymd_opt(1899, 12, 30).zip(Date::from_ymd_opt(1900, 3, 1))?;
    (first <= day).then(|| day.signed_duration_since(none).num_days())
}

/// Where the rows of a sheet begin that stand at `row`, counted from 0, or below it.
fn row_at(sheet: &str, row: u32) -> usize {
    const ROW: &str = "<row r=\"";
    let found = sheet.match_indices(ROW).find(|(at, _)| {
        let number = sheet.get(at.saturating_add(ROW.len())..).unwrap_or_default();
        let number = number.split('"').next().and_then(|number| number.parse::<u32>().ok());
        number.is_some_and(|number| row < number)
    });
    found.map(|(at, _)| at).or_else(|| sheet.find("</sheetData>")).unwrap_or(sheet.len())
}

/// The styles of the cells that were left, in the order of the formats.
fn styles(left: &str) -> Vec<String> {
    let last = left.rsplit("<row ").next().unwrap_or_default();
    let cells = last.split("<c ").skip(1);
    let style = |cell: &str| {
        let (_, rest) = cell.split_once(" s=\"").or_else(|| cell.split_once("s=\""))?;
        rest.split('"').next().map(str::to_owned)
    };
    cells.map(|cell| style(cell).unwrap_or_default()).collect()
}

/// Text of XML. What XML cannot hold is written as spreadsheets do, and what only looks so is marked.
fn escape(to: &mut String, text: &str) {
    for (at, letter) in text.char_indices() {
        match letter {
            '_' if is_escape(text.get(at..).unwrap_or_default()) => to.push_str("_x005F_"),
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '\t' | '\n' => to.push(letter),
            '\u{fffe}' | '\u{ffff}' => to.push('\u{fffd}'),
            letter if letter.is_control() => {
                // Into a text nothing fails.
                let _written = write!(to, "_x{:04X}_", u32::from(letter));
            }
            letter => to.push(letter),
        }
    }
}

/// Whether a spreadsheet would read the beginning of this as a character: `_x0041_`.
fn is_escape(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("_x") else { return false };
    let Some((digits, rest)) = digits.split_at_checked(4) else { return false };
    rest.starts_with('_') && digits.bytes().all(|it| it.is_ascii_hexdigit())
}
