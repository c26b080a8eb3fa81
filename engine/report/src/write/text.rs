//! Text with aligned columns, also where characters are two columns wide.

use unicode_width::UnicodeWidthStr;

use crate::{Cell, Sheet};

/// The sheet as text for a terminal.
pub fn text(sheet: &Sheet) -> String {
    let table = &sheet.table;
    let mut lines = vec![sheet.title.clone()];
    lines.extend(sheet.subtitle.clone());
    if !sheet.head.is_empty() {
        lines.push(sheet.head.join("　　"));
    }
    lines.push(String::new());
    let heads: Vec<_> = table.heads.iter().map(|head| Cell::Text(head.heading.clone())).collect();
    let all: Vec<&[Cell]> = std::iter::once(heads.as_slice())
        .chain(table.rows.iter().map(|row| row.cells.as_slice()))
        .collect();
    let printed = |row: &&[Cell]| {
        let cells = row.iter().zip(&table.heads);
        cells.map(|(cell, head)| one_line(&head.printed(cell))).collect()
    };
    let printed: Vec<Vec<String>> = all.iter().map(printed).collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|at| printed.iter().filter_map(|row| row.get(at)).map(|it| it.width()).max())
        .map(Option::unwrap_or_default)
        .collect();
    for (cells, row) in all.iter().zip(&printed) {
        let mut line = String::new();
        for ((cell, shown), width) in cells.iter().zip(row).zip(&widths) {
            let gap = " ".repeat(width.saturating_sub(shown.width()));
            let (before, after) = if cell.is_figure() { (&*gap, "") } else { ("", &*gap) };
            line.extend([before, shown, after, "  "]);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.push(String::new());
    lines.extend(sheet.notes.iter().cloned());
    if !sheet.signature.is_empty() {
        lines.push(sheet.signature.join("　　"));
    }
    lines.push(sheet.checkpoint());
    lines.push(String::new());
    let lines: Vec<_> = lines.iter().map(|line| one_line(line)).collect();
    lines.join("\n")
}

/// A terminal obeys control characters.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
