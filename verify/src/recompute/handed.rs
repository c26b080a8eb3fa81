//! A report as it was handed up: JSON, a workbook or a page.

use std::{fs::File, io::Read as _, path::Path};

use fugong_report::{Plan, Sheet, compare, write};
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
                page::compare(theirs, &ours, &personal).map_err(|wrong| vec![wrong])
            }
        }
    }
}

/// Words about persons are sealed in the log: nobody reads them in a bundle.
fn json(theirs: &Value, ours: &Sheet, personal: &[&str]) -> Result<Likeness, Wrong> {
    let found = compare(theirs, &write::json(ours), &|name, _| personal.contains(&name));
    let closed = found.not_compared();
    if let Some(what) = found.different {
        return Err(Wrong::Tampered(format!("报表的内容与日志不符：{what}")));
    }
    let unproved = found.by_hand.iter().map(|it| by_hand(it)).collect();
    Ok(Likeness { cells: found.same, closed, unproved })
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
