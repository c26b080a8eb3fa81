//! A report as it was handed up: JSON, a workbook or a page.

use std::{fs::File, io::Read as _, path::Path};

use fugong_report::{Cell, Level, Plan, Sheet, compare, is_closed, may_be, write};
use fugong_verify::Wrong;
use serde_json::Value;

use super::{book::Book, page, told::once, unclear};

/// So large a file may be, in bytes.
const LARGEST: u64 = 128 << 20;

/// The file, read.
pub(super) enum Handed {
    Json(Value),
    Book(Book),
    Page(String),
}

/// What the comparison with the same report made again comes to, if nothing is otherwise.
pub(super) struct Likeness {
    /// How many cells are the same.
    pub(super) cells: usize,
    /// Of which columns how many cells cannot be compared: words about persons.
    pub(super) closed: Option<String>,
    /// What is not proved.
    pub(super) unproved: Vec<String>,
}

impl Handed {
    /// Reads a file, and what it says of itself.
    pub(super) fn read(file: &Path) -> Result<(Self, Value), Wrong> {
        let bytes = bytes(file)?;
        if bytes.starts_with(b"PK") {
            let book = Book::read(bytes)?;
            let origin = book.origin()?;
            return Ok((Self::Book(book), origin));
        }
        let text = String::from_utf8(bytes).map_err(|_| other())?;
        if text.starts_with("<!doctype html>") {
            let origin = page::origin(&text)?;
            return Ok((Self::Page(text), origin));
        }
        // JSON lines begin so too, and say nothing of themselves.
        let is_json = text.trim_start().starts_with('{') && !text.starts_with("{\"cells\"");
        let value = if is_json { once(&text)? } else { return Err(other()) };
        Ok((Self::Json(value.clone()), value))
    }

    /// Compares it with the same report made again.
    pub(super) fn compare(&self, ours: Sheet, plan: &Plan) -> Result<Likeness, Vec<Wrong>> {
        let personal = plan.personal_columns();
        match self {
            Self::Json(theirs) => json(theirs, &ours, &personal).map_err(|wrong| vec![wrong]),
            Self::Book(theirs) => theirs.compare(ours, &personal),
            Self::Page(theirs) => {
                page::compare(theirs, ours, &personal).map_err(|wrong| vec![wrong])
            }
        }
    }
}

/// Words about persons are sealed in the log: nobody reads them in a bundle.
fn json(theirs: &Value, ours: &Sheet, personal: &[&str]) -> Result<Likeness, Wrong> {
    let found = compare(theirs, &write::json(ours), personal);
    let closed = found.not_compared();
    if let Some(what) = found.different {
        return Err(Wrong::Tampered(format!("报表的内容与日志不符：{what}")));
    }
    let unproved = found.by_hand.iter().map(|it| by_hand(it)).collect();
    Ok(Likeness { cells: found.same, closed, unproved })
}

/// Puts what the file says into the table where words about persons are sealed, as far as it can be
/// what was sealed, and says of which headings how many cells that are. `at` gives what stands in a
/// line and a column of the file.
pub(super) fn take_over(
    ours: &mut Sheet,
    personal: &[&str],
    at: impl Fn(usize, usize) -> Option<String>,
) -> Closed {
    let mut closed = Vec::new();
    for (column, head) in ours.table.heads.iter().enumerate() {
        if !personal.contains(&head.name.as_str()) {
            continue;
        }
        let mut count = 0_usize;
        for (line, row) in ours.table.rows.iter_mut().enumerate() {
            // The line of all says its name where others have words.
            let its = (row.level == Level::Detail).then(|| row.cells.get_mut(column)).flatten();
            let Some(cell) = its.filter(|cell| is_closed(&cell.printed())) else { continue };
            if let Some(words) = at(line, column).filter(|it| may_be(it, &cell.printed())) {
                *cell = Cell::Text(words);
                count = count.saturating_add(1);
            }
        }
        closed.extend((0 < count).then(|| (head.heading.clone(), count)));
    }
    Closed(closed)
}

/// Columns with sealed words, and in how many of their cells.
pub(super) struct Closed(Vec<(String, usize)>);

impl Closed {
    pub(super) fn cells(&self) -> usize {
        self.0.iter().map(|(_, count)| *count).fold(0, usize::saturating_add)
    }

    /// The same in words; none if there are none.
    pub(super) fn said(&self) -> Option<String> {
        let headings: Vec<_> = self.0.iter().map(|(name, _)| format!("「{name}」")).collect();
        (!headings.is_empty()).then(|| format!("{}共 {} 格", headings.join("、"), self.cells()))
    }
}

/// How many cells a sheet has, but for those.
pub(super) fn open_cells(ours: &Sheet, closed: &Closed) -> usize {
    let cells = ours.table.rows.iter().map(|row| row.cells.len());
    cells.fold(0, usize::saturating_add).saturating_sub(closed.cells())
}

/// What is said of a name that somebody wrote in.
pub(super) fn by_hand(words: &str) -> String {
    format!("「{words}」（手填）")
}

fn bytes(file: &Path) -> Result<Vec<u8>, Wrong> {
    let unread = |why| unclear(&format!("无法读取 {}：{why}", file.display()));
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(unread)?;
    opened.take(LARGEST.saturating_add(1)).read_to_end(&mut bytes).map_err(unread)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST) {
        Ok(bytes)
    } else {
        Err(unclear(&format!("{} 超过 {} MiB，不予核对", file.display(), LARGEST >> 20)))
    }
}

fn other() -> Wrong {
    unclear(
        "文件不是可以核对的报表：JSON、XLSX 和 HTML 写明出处，可以核对，其他格式不写；\
         请用 fugong report run … -o 文件.json（或 .xlsx、.html）另行生成",
    )
}
