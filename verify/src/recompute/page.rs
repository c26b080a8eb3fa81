//! A report as a page: the same text, to the letter.

use fugong_report::{Sheet, write};
use fugong_verify::Wrong;
use serde_json::Value;

use super::{handed::Likeness, told::once, unclear};

/// How much of a line is told, in characters.
const TOLD: usize = 60;

/// What a page says of itself.
pub(super) fn origin(page: &str) -> Result<Value, Wrong> {
    let line = page.lines().find_map(|line| line.strip_prefix(write::HTML_ORIGIN));
    let told = line.and_then(|line| line.strip_suffix("\">"));
    let told = told
        .ok_or_else(|| unclear("网页未写明出处，请用 fugong report run … -o 文件.html 另行生成"))?;
    once(&plain(told))
}

/// Compares a page with the same one made again.
pub(super) fn compare(theirs: &str, ours: &Sheet, personal: &[&str]) -> Result<Likeness, Wrong> {
    if !personal.is_empty() {
        return Err(unclear(
            "网页含个人信息，包中为密文，整页无从比对；\
             请用 fugong report run … -o 文件.json（或 .xlsx）另行生成，其余各格可以核对",
        ));
    }
    let made = write::html(ours);
    if theirs == made {
        let cells = ours.table.rows.iter().map(|row| row.cells.len());
        let cells = cells.fold(0, usize::saturating_add);
        return Ok(Likeness { cells, closed: None, unproved: Vec::new() });
    }
    let count = theirs.lines().count().max(made.lines().count());
    let mut lines =
        theirs.lines().map(Some).chain([None]).zip(made.lines().map(Some).chain([None]));
    let other = (1..=count).zip(&mut lines).find(|(_, (theirs, ours))| theirs != ours);
    let (number, theirs, ours) = match &other {
        Some((number, (theirs, ours))) => (*number, *theirs, *ours),
        None => (count, None, None),
    };
    let (theirs, ours) = apart(theirs.unwrap_or_default(), ours.unwrap_or_default());
    Err(Wrong::Tampered(format!("网页第 {number} 行为「{theirs}」，应为「{ours}」")))
}

/// The words of two lines from the element on in which they are not the same.
fn apart(theirs: &str, ours: &str) -> (String, String) {
    let same = theirs.char_indices().zip(ours.chars()).find(|((_, a), b)| a != b);
    let same = same.map_or_else(|| theirs.len().min(ours.len()), |((at, _), _)| at);
    let start =
        theirs.get(..same).and_then(|same| same.rfind('>')).map_or(0, |at| at.saturating_add(1));
    let from = |line: &str| {
        let rest = line.get(start..).unwrap_or_default();
        let words = rest.split("</").next().unwrap_or_default();
        plain(words).chars().take(TOLD).collect()
    };
    (from(theirs), from(ours))
}

/// Text of a page as it is read.
fn plain(text: &str) -> String {
    let text = text.replace("&#39;", "'").replace("&quot;", "\"");
    text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
}
