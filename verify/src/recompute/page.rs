//! A report as a page: the same text, to the letter.

use fugong_report::{Sheet, write};
use fugong_verify::Wrong;
use serde_json::Value;

use super::{
    handed::{Likeness, open_cells, take_over},
    told::once,
    unclear,
};

/// How much of a line is told, in characters.
const TOLD: usize = 60;
/// And how much of what is the same leads there.
const LED: usize = 20;

/// What a page says of itself.
pub(super) fn origin(page: &str) -> Result<Value, Wrong> {
    let line = page.lines().find_map(|line| line.strip_prefix(write::HTML_ORIGIN));
    let told = line.and_then(|line| line.strip_suffix("\">"));
    let told = told
        .ok_or_else(|| unclear("网页未写明出处，请用 fugong report run … -o 文件.html 另行生成"))?;
    once(&plain(told))
}

/// Compares a page with the same one made again. Words about persons are sealed in the log, and are
/// taken as they stand.
pub(super) fn compare(theirs: &str, mut ours: Sheet, personal: &[&str]) -> Result<Likeness, Wrong> {
    let closed = if personal.is_empty() {
        take_over(&mut ours, personal, |_, _| None)
    } else {
        let lines = lines(theirs);
        take_over(&mut ours, personal, |line, column| lines.get(line)?.get(column)?.clone())
    };
    let made = write::html(&ours);
    if theirs == made {
        let cells = open_cells(&ours, &closed);
        return Ok(Likeness { cells, closed: closed.said(), unproved: Vec::new() });
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

/// What stands in the lines of the table, column by column; a cell that reaches over several lines
/// stands in each.
fn lines(page: &str) -> Vec<Vec<Option<String>>> {
    let body = page.split_once("<tbody>").map_or("", |(_, rest)| rest);
    let body = body.split_once("</tbody>").map_or(body, |(body, _)| body);
    // What reaches down from lines above: what it says, and over how many lines more.
    let mut above: Vec<(Option<String>, usize)> = Vec::new();
    let mut lines = Vec::new();
    for line in body.split("<tr").skip(1) {
        let mut cells = line.split("<td").skip(1).map(cell);
        let mut column = 0_usize;
        loop {
            let reaches = above.get(column).is_some_and(|(_, more)| 0 < *more);
            if reaches {
                if let Some((_, more)) = above.get_mut(column) {
                    *more = more.saturating_sub(1);
                }
            } else {
                let Some((words, rows)) = cells.next() else { break };
                let reaching = (words, rows.saturating_sub(1));
                match above.get_mut(column) {
                    Some(place) => *place = reaching,
                    None => above.push(reaching),
                }
            }
            column = column.saturating_add(1);
        }
        lines.push(above.iter().take(column).map(|(words, _)| words.clone()).collect());
    }
    lines
}

/// What a cell says, and over how many lines it reaches.
fn cell(text: &str) -> (Option<String>, usize) {
    let Some((marks, rest)) = text.split_once('>') else { return (None, 1) };
    let words = rest.split("</td>").next().unwrap_or_default();
    let rows = marks.split_once("rowspan=\"").and_then(|(_, rest)| rest.split('"').next());
    let rows = rows.and_then(|rows| rows.parse().ok()).unwrap_or(1);
    ((!words.is_empty()).then(|| plain(words)), rows)
}

/// The words of two lines from the element on in which they are not the same.
fn apart(theirs: &str, ours: &str) -> (String, String) {
    let same = theirs.char_indices().zip(ours.chars()).find(|((_, a), b)| a != b);
    let same = same.map_or_else(|| theirs.len().min(ours.len()), |((at, _), _)| at);
    let before = theirs.get(..same).unwrap_or_default();
    let start = before.rfind('>').map_or(0, |at| at.saturating_add(1));
    // Of a long line what comes before would be all that is told.
    let long = before.char_indices().rev().nth(LED).map_or(0, |(at, _)| at);
    let from = |line: &str| {
        let rest = line.get(start.max(long)..).unwrap_or_default();
        let words = rest.split("</").next().unwrap_or_default();
        let led = if start < long { "…" } else { "" };
        led.chars().chain(plain(words).chars()).take(TOLD).collect()
    };
    (from(theirs), from(ours))
}

/// Text of a page as it is read.
fn plain(text: &str) -> String {
    let text = text.replace("&#39;", "'").replace("&quot;", "\"");
    text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
}
