//! A sheet as a page shows it: cells as they are printed.

use fugong_report::{Holds, Level, Sheet};

/// A page is read, not carried away: no more cells than that.
const CELLS: usize = 1_200;

/// A sheet on a page.
pub(in crate::console) struct Shown {
    pub(in crate::console) title: String,
    pub(in crate::console) subtitle: Option<String>,
    pub(in crate::console) above: Vec<String>,
    /// Headings, and whether figures stand below.
    pub(in crate::console) heads: Vec<(String, bool)>,
    pub(in crate::console) rows: Vec<Row>,
    /// Rows that are not shown.
    pub(in crate::console) left_out: usize,
    pub(in crate::console) notes: Vec<String>,
    pub(in crate::console) provenance: Vec<(&'static str, String)>,
    pub(in crate::console) definition: String,
}

/// A line of it.
pub(in crate::console) struct Row {
    pub(in crate::console) is_sum: bool,
    pub(in crate::console) cells: Vec<(String, bool)>,
}

impl From<Sheet> for Shown {
    fn from(sheet: Sheet) -> Self {
        let heads = &sheet.table.heads;
        let is_figure = |holds: Holds| !matches!(holds, Holds::Words | Holds::Day);
        let row = |row: &fugong_report::Row| {
            let cells = heads.iter().zip(&row.cells);
            let cell = |(head, cell): (&fugong_report::Head, _)| {
                (head.printed(cell), is_figure(head.holds))
            };
            Row { is_sum: row.level != Level::Detail, cells: cells.map(cell).collect() }
        };
        let most = CELLS.checked_div(heads.len()).unwrap_or(CELLS).max(1);
        let rows: Vec<_> = sheet.table.rows.iter().take(most).map(row).collect();
        Self {
            left_out: sheet.table.rows.len().saturating_sub(rows.len()),
            heads: heads.iter().map(|head| (head.heading.clone(), is_figure(head.holds))).collect(),
            rows,
            title: sheet.title,
            subtitle: sheet.subtitle,
            above: sheet.head,
            notes: sheet.notes,
            provenance: sheet.provenance,
            definition: sheet.definition,
        }
    }
}
