//! How wide columns are, how high lines, and on which paper they can be read.

use unicode_width::UnicodeWidthStr;

use crate::{Row, Sheet};

/// The widest that a column becomes by itself, in characters: what is longer goes on below.
const WIDEST: usize = 24;
/// So wide a table may be on A4: printed at three quarters of its size or larger.
const A4: usize = 180;

/// Widths are in characters of a figure's width; a Chinese one counts as two.
#[derive(Debug)]
pub(super) struct Grid {
    widths: Vec<u16>,
    portrait: bool,
}

impl Grid {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let table = &sheet.table;
        let width = |(at, head): (usize, &crate::Head)| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
            let widest = cells.map(|cell| cell.printed().width()).max().unwrap_or_default();
            let wide = widest.max(head.heading.width().min(12)).clamp(6, WIDEST).saturating_add(2);
            head.width.or_else(|| u16::try_from(wide).ok()).unwrap_or(u16::MAX)
        };
        Self {
            widths: table.heads.iter().enumerate().map(width).collect(),
            portrait: sheet.portrait,
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
        !self.portrait && A4 < self.total()
    }

    /// How many characters of ordinary size lie beside each other on its page.
    pub(super) fn page(&self) -> usize {
        match (self.portrait, self.is_wide()) {
            (true, _) => 100,
            (false, false) => 146,
            (false, true) => 212,
        }
    }

    /// How many lines of text the cells of a row take. `reaches` says whether a cell reaches over
    /// several rows, or belongs to one that does.
    pub(super) fn lines(&self, row: &Row, reaches: impl Fn(usize) -> bool) -> usize {
        let own = row.cells.iter().enumerate().filter(|(at, _)| !reaches(*at));
        self.highest(own.map(|(at, cell)| (at, cell.printed())))
    }

    pub(super) fn heading_lines(&self, sheet: &Sheet) -> usize {
        self.highest(sheet.table.heads.iter().map(|head| head.heading.clone()).enumerate())
    }

    fn highest(&self, texts: impl Iterator<Item = (usize, String)>) -> usize {
        let lines = texts.map(|(at, text)| {
            let wide = self.widths.get(at).copied().map_or(WIDEST, usize::from);
            // Letters are a little wider than figures, and a Chinese one is never cut in two.
            let fits = wide.saturating_sub(wide.div_euclid(20)).saturating_sub(1).max(2);
            text.lines().map(|line| line.width().div_ceil(fits).max(1)).sum()
        });
        lines.max().unwrap_or(1).max(1)
    }
}
