//! How the cells of a table look in a workbook: the formats of figures and days.

use rust_xlsxwriter::{Format, FormatAlign};

use super::{SERIF, boxed, font};
use crate::{Cell, DateForm, Head, Level, NumberForm};

/// How many kinds of cells there are: each looks alike in one column.
const KINDS: usize = 12;

/// The looks of cells, each a style of the file; sums are bold.
pub(super) struct Formats {
    looks: Vec<Look>,
    /// Which of them the kinds of cells have, column by column.
    columns: Vec<[usize; KINDS]>,
}

/// How cells look.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Look {
    Words,
    /// A rate that a register keeps as text.
    Rate,
    Day(&'static str),
    Figure(String),
}

impl Formats {
    /// The looks of a table with these columns.
    pub(super) fn of(heads: &[Head]) -> Self {
        let mut looks = looks(NumberForm::PLAIN).to_vec();
        let mut columns = Vec::new();
        for head in heads {
            columns.push(looks_at(&mut looks, head.form));
        }
        Self { looks, columns }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Format> {
        let of = |bold| self.looks.iter().map(move |look| look.format(bold));
        of(false).chain(of(true))
    }

    /// Which of them a cell has.
    pub(super) fn index(&self, column: usize, cell: &Cell, level: Level) -> usize {
        let sum = match level {
            Level::Detail => 0,
            Level::Subtotal(_) | Level::Total => self.looks.len(),
        };
        let own = self.columns.get(column).and_then(|kinds| kinds.get(kind(cell)));
        sum.saturating_add(own.copied().unwrap_or_default())
    }
}

/// Where the looks stand that this form makes, those that are new behind the others.
fn looks_at(looks: &mut Vec<Look>, form: NumberForm) -> [usize; KINDS] {
    self::looks(form).map(|look| {
        looks.iter().position(|known| *known == look).unwrap_or_else(|| {
            looks.push(look);
            looks.len().saturating_sub(1)
        })
    })
}

/// The looks of the kinds of cells.
fn looks(form: NumberForm) -> [Look; KINDS] {
    let NumberForm { thousands, .. } = form;
    let whole = if thousands { "#,##0" } else { "0" };
    let point = match form.decimals {
        0 => "",
        1 => ".0",
        _ => ".00",
    };
    let signed = |code: &str, none: &str| Look::Figure(format!("+{code};-{code};{none}"));
    [
        Look::Words,
        Look::Figure(whole.to_owned()),
        Look::Figure(share(form)),
        signed(whole, "0"),
        signed(&format!("0{point}"), &format!("0{point}")),
        Look::Figure(format!("{whole}{point}")),
        Look::Day("yyyy-mm-dd"),
        Look::Day("yyyy\"年\"m\"月\"d\"日\""),
        Look::Day("m\"月\"d\"日\""),
        Look::Day("yyyy\"年\"m\"月\""),
        Look::Day("yyyy\"年\""),
        Look::Rate,
    ]
}

/// A ratio: the whole is 100%, as everywhere, and nothing less is.
pub(super) fn share(form: NumberForm) -> String {
    match form.decimals {
        0 => "0%".to_owned(),
        1 => "[=1]0%;0.0%".to_owned(),
        _ => "[=1]0%;0.00%".to_owned(),
    }
}

/// The number of its kind.
fn kind(cell: &Cell) -> usize {
    match cell {
        Cell::Text(_) if cell.is_figure() => 11,
        Cell::Empty | Cell::Text(_) => 0,
        Cell::Number(_) => 1,
        Cell::Share(_) => 2,
        Cell::Change(_) => 3,
        Cell::Points { .. } => 4,
        Cell::Average { .. } => 5,
        Cell::Date(_, DateForm::Iso) => 6,
        Cell::Date(_, DateForm::Chinese) => 7,
        Cell::Date(_, DateForm::Short) => 8,
        Cell::Date(_, DateForm::Month) => 9,
        Cell::Date(_, DateForm::Year) => 10,
    }
}

impl Look {
    fn format(&self, bold: bool) -> Format {
        let base = boxed(font(SERIF, 11.0)).set_text_wrap();
        let base = if bold { base.set_bold() } else { base };
        let right = |format: Format| format.set_align(FormatAlign::Right).set_indent(1);
        match self {
            Self::Words => base,
            Self::Rate => right(base),
            // As on a page: a spreadsheet would put it to the right, against the words of the next.
            Self::Day(code) => base.set_num_format(*code).set_align(FormatAlign::Left),
            Self::Figure(code) => right(base).set_num_format(code),
        }
    }
}
