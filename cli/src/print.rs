//! Tables on a terminal: aligned also where characters are two columns wide.

use std::io::{self, Write};

use fugong_core::{Column, Personal, Unsealed};
use fugong_domain::registers::{Line, Table};
use fugong_engine::Log;
use fugong_fixtures::data::DataError;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::labels::Labels;

/// A table of text with headings.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table with these headings.
    pub(crate) fn new(headings: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { headings: headings.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = impl Into<String>>) {
        let line = |cell: String| cell.replace(char::is_control, " ");
        self.rows.push(row.into_iter().map(Into::into).map(line).collect());
    }

    /// Lines of a register under the Chinese headings of the named columns.
    ///
    /// # Errors
    ///
    /// When the labels of codes cannot be read.
    pub(crate) fn of(
        table: &Table,
        lines: &[Line],
        columns: &[&str],
        log: &Log,
    ) -> Result<Self, DataError> {
        let labels = Labels::carried()?;
        let name = table.relation.name;
        let chosen: Vec<&Column> = columns
            .iter()
            .filter_map(|name| table.relation.columns.iter().find(|column| column.name == *name))
            .collect();
        let mut grid = Self::new(chosen.iter().map(|column| column.label_zh));
        for line in lines {
            let cells = chosen.iter().map(|column| {
                labels.of(name, column.name, &cell(line.get(column.name), column, log))
            });
            grid.push(cells);
        }
        Ok(grid)
    }

    /// Writes it to standard output.
    ///
    /// # Errors
    ///
    /// When standard output is closed.
    pub(crate) fn print(&self) -> io::Result<()> {
        let widths: Vec<usize> =
            (0..self.headings.len()).map(|column| self.width(column)).collect();
        let mut out = io::stdout().lock();
        for row in std::iter::once(&self.headings).chain(&self.rows) {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                text.push_str(cell);
                let gap = width.saturating_sub(cell.width()).saturating_add(2);
                text.extend(std::iter::repeat_n(' ', gap));
            }
            writeln!(out, "{}", text.trim_end())?;
        }
        Ok(())
    }

    fn width(&self, column: usize) -> usize {
        let all = std::iter::once(&self.headings).chain(&self.rows);
        all.filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or_default()
    }
}

/// What a cell shows: personal words opened, lists joined, yes and no in Chinese.
pub(crate) fn cell(value: Option<&Value>, column: &Column, log: &Log) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(value) if column.personal => opened(value, log),
        Some(value) => plain(value),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("、"),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{name}:{}", plain(value)))
            .collect::<Vec<_>>()
            .join("、"),
    }
}

fn opened(value: &Value, log: &Log) -> String {
    if let Value::Array(items) = value {
        let parts: Vec<_> = items.iter().map(|item| opened(item, log)).collect();
        // Sentences become parts of one.
        return parts.join("；").replace("。；", "；");
    }
    let Ok(sealed) = serde_json::from_value::<Personal>(value.clone()) else {
        return plain(value);
    };
    match log.open(&sealed) {
        Ok(Unsealed::Value(text)) => text,
        Ok(Unsealed::Erased) => "（已删除）".to_owned(),
        Ok(Unsealed::Restricted) => "（已限制处理）".to_owned(),
        Err(_) => "（密钥缺失）".to_owned(),
    }
}

/// A heading over a table.
///
/// # Errors
///
/// When standard output is closed.
pub(crate) fn heading(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "\n{text}")
}

/// A line of text.
///
/// # Errors
///
/// When standard output is closed.
pub(crate) fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{}", harmless(text))
}

/// The text of somebody else without what a terminal obeys; lines stay lines.
pub(crate) fn harmless(text: &str) -> String {
    text.replace(|letter: char| letter.is_control() && !"\n\r\t".contains(letter), " ")
}

#[cfg(test)]
mod tests {
    use super::Grid;

    #[test]
    fn a_cell_is_one_line_and_moves_no_cursor() {
        let mut grid = Grid::new(["困难"]);
        grid.push(["缺\u{1b}[31m口罩\n\u{9b}2J"]);
        assert_eq!(grid.rows, [["缺 [31m口罩  2J"]]);
    }
}
