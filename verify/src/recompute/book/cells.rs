//! The cells of a workbook, read by a library that knows nothing of how it was written.
//!
//! A workbook comes from anybody. So nothing is unpacked before it is known how much it is, and no
//! room is made for cells because a file says that there are some.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Cursor, Read as _},
};

use calamine::{DataRef, Dimensions, Reader as _, SheetVisible, Xlsx, XlsxError};
use chrono::{NaiveDate, TimeDelta};
use zip::ZipArchive;

/// So many bytes a workbook may have when it is unpacked.
const UNPACKED: u64 = 512 << 20;
/// So many files may be in it.
const FILES: usize = 1_000;
/// How long the end of an archive is that says nothing more, and how it begins.
const END: usize = 22;
const END_MARK: &[u8] = b"PK\x05\x06";
/// How much of a text is told, in characters.
const TOLD: usize = 120;

/// A sheet of a workbook.
pub(super) struct Page {
    pub(super) name: String,
    /// Whether one sees it.
    pub(super) shown: bool,
    /// What stands in its cells, by row and column from 0; not those in which nothing stands.
    pub(super) cells: BTreeMap<(u32, u32), Held>,
    /// The last row of cells of a column that are one, by the column and the first row.
    merged: BTreeMap<(u32, u32), u32>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Held {
    Number(f64),
    Words(String),
    /// A formula, an error, a date or a flag: nothing that a report is written with.
    Other(String),
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Words(words) | Self::Other(words) => {
                f.write_str(&words.chars().take(TOLD).collect::<String>())
            }
        }
    }
}

impl Page {
    /// What a cell shows: where several are one, what the first of them holds.
    pub(super) fn at(&self, row: u32, column: u32) -> Option<&Held> {
        let before = self.merged.range((column, 0)..=(column, row)).next_back();
        let first = before.filter(|(_, last)| row <= **last).map_or(row, |((_, first), _)| *first);
        self.cells.get(&(first, column))
    }
}

/// What a cell is called.
pub(super) fn address((row, column): (u32, u32)) -> String {
    let (mut letters, mut left) = (Vec::new(), column.saturating_add(1));
    while 0 < left {
        left = left.saturating_sub(1);
        let letter = u8::try_from(left.rem_euclid(26)).unwrap_or_default();
        letters.push(char::from(b'A'.saturating_add(letter)));
        left = left.div_euclid(26);
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row.saturating_add(1))
}

/// The sheets of a workbook, in their order.
pub(super) fn pages(bytes: &[u8]) -> Result<Vec<Page>, String> {
    bounded(bytes)?;
    read(bytes).map_err(|why| why.to_string())
}

fn read(bytes: &[u8]) -> Result<Vec<Page>, XlsxError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let sheets = book.sheets_metadata().to_vec();
    let mut pages = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let merged = book.merge_cells_by_sheet_name(&sheet.name)?.into_iter();
        let merged = merged.map(|Dimensions { start, end }| ((start.1, start.0), end.0)).collect();
        let mut cells = BTreeMap::new();
        let mut reader = book.worksheet_cells_reader(&sheet.name)?;
        while let Some(cell) = reader.next_cell_with_formula()? {
            let held = match cell.formula {
                Some(formula) => Some(Held::Other(format!("公式 ={formula}"))),
                None => held(&cell.value),
            };
            cells.extend(held.map(|held| (cell.pos, held)));
        }
        let shown = sheet.visible == SheetVisible::Visible;
        pages.push(Page { name: sheet.name, shown, cells, merged });
    }
    Ok(pages)
}

fn held(value: &DataRef<'_>) -> Option<Held> {
    let words = |text: &str| (!text.is_empty()).then(|| Held::Words(text.to_owned()));
    match value {
        DataRef::Empty => None,
        DataRef::Float(number) => Some(Held::Number(*number)),
        DataRef::Int(number) => Some(Held::Other(number.to_string())),
        DataRef::String(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Bool(yes) => Some(Held::Other(yes.to_string())),
        DataRef::DateTime(at) => Some(Held::Other(day(at.as_f64()))),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Some(Held::Other(format!("日期 {text}")))
        }
        DataRef::Error(why) => Some(Held::Other(format!("错误 {why}"))),
    }
}

/// A day as a spreadsheet counts it, in words.
fn day(serial: f64) -> String {
    let whole = format!("{serial:.0}");
    let days = whole.parse().ok().and_then(TimeDelta::try_days);
    let first = NaiveDate::from_ymd_opt(1899, 12, 30);
    let day = first.zip(days).and_then(|(first, days)| first.checked_add_signed(days));
    match day.filter(|_| serial.to_string() == whole) {
        Some(day) => format!("日期 {day}"),
        None => format!("日期 {serial}"),
    }
}

/// Whether the archive is no larger than a report may be, and holds each file once: of two by one
/// name, one reader takes the first and another the last.
fn bounded(bytes: &[u8]) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| why.to_string())?;
    let end = bytes.len().checked_sub(END).and_then(|at| bytes.get(at..)).unwrap_or_default();
    let told = end.strip_prefix(END_MARK).and_then(|end| end.get(6..8)?.try_into().ok());
    let told: Option<usize> = told.map(|told| u16::from_le_bytes(told).into());
    if told != Some(archive.len()) {
        return Err("压缩包的目录不合常规".to_owned());
    }
    if FILES < archive.len() {
        return Err(format!("内含超过 {FILES} 个文件"));
    }
    let mut left = UNPACKED;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|why| why.to_string())?;
        let read = io::copy(&mut file.take(left.saturating_add(1)), &mut io::sink());
        let read = read.map_err(|why| why.to_string())?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| format!("解压后超过 {} MiB，不予核对", UNPACKED >> 20))?;
    }
    Ok(())
}
