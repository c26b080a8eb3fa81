//! What a report comes to.

use crate::{Cell, NumberForm};

/// What a report comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its columns.
    pub heads: Vec<Head>,
    /// Its lines.
    pub rows: Vec<Row>,
    /// How many lines were left out, since there are more than its limit.
    pub cut: usize,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name for programs.
    pub name: String,
    /// Its heading.
    pub heading: String,
    /// Its width on a sheet, in characters.
    pub width: Option<u16>,
    /// How it lies in the table.
    pub shape: Shape,
    /// What it holds.
    pub holds: Holds,
    /// How its figures are written.
    pub form: NumberForm,
}

impl Head {
    /// How a cell of the column is printed.
    pub fn printed(&self, cell: &Cell) -> String {
        cell.written(self.form)
    }
}

/// What the cells of a column hold, where they are not empty; the line of all may say its name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words.
    Words,
    /// Whole numbers.
    Number,
    /// Days.
    Day,
    /// Sums over as many.
    Average,
    /// Parts of a whole, with or without how many are left out of both.
    Share {
        /// Whether it says so.
        excluded: bool,
    },
    /// Differences of two ratios.
    Points,
}

/// How a column lies in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Groups, or the same in lines below each other: one cell for them.
    Merged,
    /// Words or figures of a row.
    Plain,
    /// A measure.
    Measure,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub level: Level,
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// A row, or an innermost group.
    Detail,
    /// The sum of a group, by how many columns stand before it.
    Subtotal(usize),
    /// The sum of all.
    Total,
}

impl Table {
    /// Over how many lines a cell reaches: 0 if it belongs to the one above it. Only cells of merged
    /// columns reach further than one line, and only where the merged ones before them do too.
    pub(crate) fn span(&self, at: usize, column: usize) -> usize {
        let is_merged = |head: &Head| head.shape == Shape::Merged;
        if !self.heads.get(column).is_some_and(is_merged) {
            return 1;
        }
        let same = |a: &Row, b: &Row| {
            let both = a.cells.iter().zip(&b.cells).zip(&self.heads).take(column.saturating_add(1));
            let mut merged = both.filter(|(_, head)| is_merged(head));
            let sum = a.level == Level::Total || b.level == Level::Total;
            !sum && merged.all(|((a, b), _)| a == b)
        };
        let Some(own) = self.rows.get(at) else { return 1 };
        let above = at.checked_sub(1).and_then(|above| self.rows.get(above));
        if above.is_some_and(|above| same(above, own)) {
            return 0;
        }
        self.rows.iter().skip(at).take_while(|row| same(row, own)).count().max(1)
    }
}
