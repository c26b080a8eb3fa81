//! A ledger as rows: CSV, XLSX and NDJSON, one row after the other.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead as _, BufReader, Read, Seek},
    path::Path,
};

use calamine::{Data, DataRef, Reader as _, Xlsx};
use encoding_rs_io::DecodeReaderBytesBuilder;
use serde_json::{Map, Value};
use zip::ZipArchive;

use super::{
    cells::Cell,
    mapping::{Mapping, heading},
};

/// The most rows of one ledger.
const MOST: u64 = 1_000_000;
/// The most bytes of a workbook's parts, unpacked.
const UNPACKED: u64 = 512 << 20;
/// The longest line of NDJSON.
const LONGEST: u64 = 256 * 1024;

/// The form of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Values with commas between, the columns named above them.
    Csv,
    /// A workbook.
    Xlsx,
    /// An object a line.
    Ndjson,
}

/// A row: where it stands, and its cells by the names of their columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// As a spreadsheet counts them: the first line is 1.
    pub(super) number: u64,
    pub(super) cells: BTreeMap<String, Cell>,
}

/// The columns of a ledger: each name with its letters.
pub(super) type Columns = BTreeMap<String, String>;

impl Form {
    /// The form that a file of this name has.
    pub fn of(name: &str) -> Option<Self> {
        match Path::new(name).extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

/// Hands over each row; the columns are told before the first. Stops when it is told to.
///
/// # Errors
///
/// In words, when the file is not what it is said to be, or lacks a column.
pub(super) fn each(
    file: File,
    form: Form,
    mapping: &Mapping,
    mut columns: impl FnMut(Columns),
    mut row: impl FnMut(Row) -> bool,
) -> Result<(), String> {
    let mut count = 0_u64;
    let mut counted = |one: Row| {
        count = count.saturating_add(1);
        if MOST < count {
            return Err(format!("超过{MOST}行：请分成几个文件"));
        }
        Ok(one.cells.values().all(Cell::is_empty) || row(one))
    };
    match form {
        Form::Csv => csv_rows(file, mapping, &mut columns, &mut counted),
        Form::Xlsx => xlsx_rows(file, mapping, &mut columns, &mut counted),
        Form::Ndjson => ndjson_rows(file, &mut counted),
    }
}

type Each<'a> = &'a mut dyn FnMut(Row) -> Result<bool, String>;

fn csv_rows(
    file: File,
    mapping: &Mapping,
    columns: &mut dyn FnMut(Columns),
    row: Each<'_>,
) -> Result<(), String> {
    let text = DecodeReaderBytesBuilder::new()
        .encoding(mapping.encoding)
        .bom_override(true)
        .utf8_passthru(true)
        .strip_bom(true)
        .build(file);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let mut names: Option<Vec<String>> = None;
    for record in reader.records() {
        let record = record.map_err(|why| not_csv(&why))?;
        let number = record.position().map_or(0, csv::Position::line);
        match &names {
            // Titles stand above the names.
            None if number < u64::try_from(mapping.header_row).unwrap_or(u64::MAX) => {}
            None => {
                let found: Vec<String> = record.iter().map(heading).collect();
                columns(lettered(&found, mapping)?);
                names = Some(found);
            }
            Some(names) => {
                let cells = names.iter().zip(&record);
                let cells = cells.map(|(name, text)| (name.clone(), Cell::Text(text.to_owned())));
                if !row(Row { number, cells: cells.collect() })? {
                    return Ok(());
                }
            }
        }
    }
    names.map(|_| ()).ok_or_else(|| no_header(mapping))
}

fn not_csv(why: &csv::Error) -> String {
    let line = why.position().map(|at| format!("第{}行", at.line())).unwrap_or_default();
    if let csv::ErrorKind::Utf8 { .. } = why.kind() {
        return format!(
            "{line}不是UTF-8：用Excel另存为「CSV UTF-8」，或在映射文件中写 encoding = \"gb18030\""
        );
    }
    format!("{line}不是CSV：{why}")
}

fn xlsx_rows(
    file: File,
    mapping: &Mapping,
    columns: &mut dyn FnMut(Columns),
    row: Each<'_>,
) -> Result<(), String> {
    let wrong = |why: &dyn std::fmt::Display| format!("不是能读的XLSX工作簿：{why}");
    // What is small as a file may be larger than the memory when it is unpacked.
    let mut parts = ZipArchive::new(&file).map_err(|why| wrong(&why))?;
    let mut bytes = 0_u64;
    for n in 0..parts.len() {
        bytes = bytes.saturating_add(parts.by_index_raw(n).map_err(|why| wrong(&why))?.size());
    }
    if UNPACKED < bytes {
        return Err(wrong(&format!("解开后超过{}MiB，请分成几个文件", UNPACKED >> 20)));
    }
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|why| wrong(&why))?;
    let all = book.sheet_names();
    let sheet = match &mapping.sheet {
        Some(sheet) if all.contains(sheet) => sheet.clone(),
        Some(sheet) => return Err(format!("没有名为「{sheet}」的工作表，有：{}", all.join("、"))),
        None => all.into_iter().next().ok_or_else(|| wrong(&"没有工作表"))?,
    };
    let rows = Sheet { mapping, names: BTreeMap::new(), current: None };
    rows.read(&mut book, &sheet, columns, row)
}

/// A sheet that is read cell by cell.
struct Sheet<'a> {
    mapping: &'a Mapping,
    names: BTreeMap<u32, String>,
    current: Option<Row>,
}

impl Sheet<'_> {
    fn read<R: Read + Seek>(
        mut self,
        book: &mut Xlsx<R>,
        sheet: &str,
        columns: &mut dyn FnMut(Columns),
        row: Each<'_>,
    ) -> Result<(), String> {
        let wrong = |why: &dyn std::fmt::Display| format!("不是能读的XLSX工作簿：{why}");
        let mut reader = book.worksheet_cells_reader(sheet).map_err(|why| wrong(&why))?;
        let mut told = false;
        while let Some(cell) = reader.next_cell().map_err(|why| wrong(&why))? {
            let (line, column) = cell.get_position();
            let number = u64::from(line).saturating_add(1);
            let is_header = usize::try_from(number).ok() == Some(self.mapping.header_row);
            let value = of(cell.get_value());
            if is_header {
                if let Some(value) = value {
                    self.names.insert(column, heading(&value.shown()));
                }
                continue;
            }
            if usize::try_from(number).unwrap_or(usize::MAX) < self.mapping.header_row {
                continue;
            }
            if !told {
                columns(self.lettered()?);
                told = true;
            }
            if self.current.as_ref().is_none_or(|current| current.number != number) {
                let next = Row { number, cells: BTreeMap::new() };
                if let Some(whole) = self.current.replace(next)
                    && !row(whole)?
                {
                    return Ok(());
                }
            }
            if let (Some(name), Some(value), Some(current)) =
                (self.names.get(&column), value, &mut self.current)
            {
                current.cells.insert(name.clone(), value);
            }
        }
        if !told {
            columns(self.lettered()?);
        }
        if let Some(last) = self.current.take() {
            row(last)?;
        }
        Ok(())
    }

    fn lettered(&self) -> Result<Columns, String> {
        let mapping = self.mapping;
        let last = self.names.keys().max().copied().ok_or_else(|| no_header(mapping))?;
        let names: Vec<String> =
            (0..=last).map(|n| self.names.get(&n).cloned().unwrap_or_default()).collect();
        lettered(&names, mapping)
    }
}

fn of(value: &DataRef<'_>) -> Option<Cell> {
    match Data::from(value.clone()) {
        Data::Empty => None,
        Data::Float(number) => Some(Cell::Number(number)),
        Data::Int(number) => Some(Cell::Text(number.to_string())),
        Data::Bool(is) => Some(Cell::Text(is.to_string())),
        Data::DateTime(moment) if moment.is_datetime() => Some(
            moment.as_datetime().map_or(Cell::Number(moment.as_f64()), |at| Cell::Day(at.date())),
        ),
        Data::DateTime(span) => Some(Cell::Number(span.as_f64())),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Some(Cell::Text(text))
        }
        Data::Error(error) => Some(Cell::Text(error.to_string())),
    }
}

fn ndjson_rows(file: File, row: Each<'_>) -> Result<(), String> {
    let (mut reader, mut number) = (BufReader::new(file), 0_u64);
    loop {
        number = number.saturating_add(1);
        let mut line = Vec::new();
        let read = (&mut reader).take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(|why| format!("读不出第{number}行：{why}"))? == 0 {
            return Ok(());
        }
        if u64::try_from(line.len()).unwrap_or(u64::MAX) == LONGEST {
            return Err(format!("第{number}行超过{LONGEST}字节"));
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let members: Map<String, Value> = serde_json::from_slice(line)
            .map_err(|why| format!("第{number}行不是JSON对象：{why}"))?;
        let cells = members.into_iter().map(|(name, value)| (heading(&name), Cell::Json(value)));
        let cells = cells.collect();
        if !row(Row { number, cells })? {
            return Ok(());
        }
    }
}

/// The columns with their letters, none missing that the mapping speaks of.
fn lettered(names: &[String], mapping: &Mapping) -> Result<Columns, String> {
    let wanted = mapping.columns.keys().chain(&mapping.key);
    let missing: Vec<_> = wanted.filter(|it| !names.contains(it)).cloned().collect();
    if !missing.is_empty() {
        let there: Vec<_> = names.iter().filter(|it| !it.is_empty()).cloned().collect();
        return Err(format!(
            "第{}行的表头中没有「{}」，有：{}",
            mapping.header_row,
            missing.join("」「"),
            there.join("、")
        ));
    }
    let lettered = names.iter().enumerate().map(|(n, name)| (name.clone(), letters(n)));
    Ok(lettered.filter(|(name, _)| !name.is_empty()).collect())
}

fn no_header(mapping: &Mapping) -> String {
    format!("第{}行没有表头：在映射文件中用 header_row 写明表头在第几行", mapping.header_row)
}

/// The letters of a column, as spreadsheets have them: A, B, …, Z, AA.
fn letters(mut n: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A'.saturating_add(u8::try_from(n.rem_euclid(26)).unwrap_or(0))));
        n = n.div_euclid(26);
        if n == 0 {
            break;
        }
        n = n.saturating_sub(1);
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_lettered_as_in_spreadsheets() {
        let all = [0, 25, 26, 27, 51, 77, 701, 702].map(letters);
        assert_eq!(all, ["A", "Z", "AA", "AB", "AZ", "BZ", "ZZ", "AAA"]);
    }
}
