//! How wide columns are, how high lines, and on which paper they can be read.

use unicode_width::UnicodeWidthStr;

use crate::{Cell, Head, NumberForm, Paper, Row, Sheet};

/// The widest that a column becomes by itself, in characters: what is longer goes on below.
const WIDEST: usize = 24;
/// So wide a table may be on A4, and on A3: printed at three quarters of its size or larger.
const A4: usize = 180;
const A3: usize = 270;
/// The narrowest that a column of text becomes where the page is too small for all.
const NARROWEST: u16 = 10;

/// How much room there is to write a name by hand, in Chinese characters.
const NAME: usize = 9;

/// What stands beside each other above or below a table, in one line: behind a label that ends with
/// a colon there is room to write.
pub(super) fn beside(labels: &[String], apart: usize) -> String {
    let mut line = String::new();
    for label in labels {
        line.push_str(label);
        let room = if label.ends_with('：') { NAME.max(apart) } else { apart };
        line.push_str(&"　".repeat(room));
    }
    line.trim_end().to_owned()
}

/// Widths are in characters of a figure's width; a Chinese one counts as two.
#[derive(Debug)]
pub(super) struct Grid {
    widths: Vec<u16>,
    portrait: bool,
    paper: Option<Paper>,
}

impl Grid {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let table = &sheet.table;
        let width = |(at, head): (usize, &Head)| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
            let widest = cells.map(|cell| head.printed(cell).width()).max().unwrap_or_default();
            let wide = widest.max(head.heading.width().min(12)).clamp(6, WIDEST).saturating_add(2);
            head.width.or_else(|| u16::try_from(wide).ok()).unwrap_or(u16::MAX)
        };
        let widths = table.heads.iter().enumerate().map(width).collect();
        let mut grid = Self { widths, portrait: sheet.portrait, paper: sheet.paper };
        if !sheet.portrait {
            grid.narrow(sheet);
        }
        grid
    }

    /// Makes columns narrower, all by the same part, until the page holds the table in letters that
    /// can be read: what is longer goes on below. Figures and days stay in one line.
    fn narrow(&mut self, sheet: &Sheet) {
        let natural = self.widths.clone();
        let least: Vec<u16> = (0..natural.len()).map(|at| least(sheet, at)).collect();
        for percent in (40..100_u16).rev().step_by(5) {
            if self.total() <= A3 {
                return;
            }
            let part = |wide: u16| u32::from(wide).saturating_mul(percent.into()).div_euclid(100);
            let each = natural.iter().zip(&least).map(|(wide, least)| {
                u16::try_from(part(*wide)).unwrap_or(*wide).max(*least).min(*wide)
            });
            self.widths = each.collect();
        }
    }

    pub(super) fn widths(&self) -> &[u16] {
        &self.widths
    }

    pub(super) fn total(&self) -> usize {
        self.widths.iter().map(|width| usize::from(*width)).fold(0, usize::saturating_add)
    }

    /// Whether it takes a page of A3.
    pub(super) fn is_wide(&self) -> bool {
        match self.paper {
            Some(paper) => paper == Paper::A3,
            None => !self.portrait && A4 < self.total(),
        }
    }

    /// How many characters of ordinary size lie beside each other on its page.
    pub(super) fn page(&self) -> usize {
        match (self.portrait, self.is_wide()) {
            (true, false) => 100,
            (true, true) | (false, false) => 146,
            (false, true) => 212,
        }
    }

    /// How many lines of text the cells of a row take. `reaches` says whether a cell reaches over
    /// several rows, or belongs to one that does.
    pub(super) fn lines(
        &self,
        heads: &[Head],
        row: &Row,
        reaches: impl Fn(usize) -> bool,
    ) -> usize {
        let own = row.cells.iter().zip(heads).enumerate().filter(|(at, _)| !reaches(*at));
        self.highest(own.map(|(at, (cell, head))| (at, head.printed(cell))))
    }

    /// How many lines a text takes that reaches over the whole width.
    pub(super) fn lines_across(&self, text: &str) -> usize {
        let fits = self.total().saturating_sub(4).max(2);
        text.lines().map(|line| line.width().div_ceil(fits).max(1)).sum()
    }

    pub(super) fn heading_lines(&self, sheet: &Sheet) -> usize {
        let headings = sheet.table.heads.iter().map(|head| head.heading.clone());
        // Their marks do not begin a line, and a day in them is broken at its hyphens.
        self.highest_by(headings.enumerate(), 2)
    }

    fn highest(&self, texts: impl Iterator<Item = (usize, String)>) -> usize {
        self.highest_by(texts, 0)
    }

    fn highest_by(&self, texts: impl Iterator<Item = (usize, String)>, lost: usize) -> usize {
        let lines = texts.map(|(at, text)| {
            let wide = self.widths.get(at).copied().map_or(WIDEST, usize::from);
            // Letters are a little wider than figures, and a Chinese one is never cut in two.
            let fits = wide.saturating_sub(wide.div_euclid(20)).saturating_sub(1);
            let fits = fits.saturating_sub(lost).max(4);
            text.lines().map(|line| line.width().div_ceil(fits).max(1)).sum()
        });
        lines.max().unwrap_or(1).max(1)
    }
}

/// The narrowest that a column may become.
fn least(sheet: &Sheet, at: usize) -> u16 {
    let form = sheet.table.heads.get(at).map_or(NumberForm::PLAIN, |head| head.form);
    let cells = sheet.table.rows.iter().filter_map(|row| row.cells.get(at));
    // A code is looked up as it stands.
    let is_code = |text: &String| text.is_ascii() && !text.contains(' ') && text.len() < WIDEST;
    let whole = cells.filter(|cell| match cell {
        Cell::Text(text) => is_code(text),
        Cell::Date(..)
        | Cell::Number(_)
        | Cell::Share(_)
        | Cell::Points { .. }
        | Cell::Change(_)
        | Cell::Average { .. } => true,
        Cell::Empty => false,
    });
    let whole = whole.map(|cell| cell.written(form).width()).max();
    let whole = whole.and_then(|widest| u16::try_from(widest.saturating_add(2)).ok());
    let words = sheet.table.rows.iter().filter_map(|row| row.cells.get(at));
    let words = words.filter(|cell| matches!(cell, Cell::Text(_))).count();
    let least = if words == 0 { 6 } else { NARROWEST };
    whole.map_or(least, |widest| widest.max(least))
}
