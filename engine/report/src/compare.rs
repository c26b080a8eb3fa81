//! A report that was handed up, compared with the same one made again.

use serde_json::Value;

use crate::{is_closed, may_be};

/// How long a name may be that is written in by hand, in characters.
const NAME: usize = 20;
/// How much of a text is told, in characters.
const TOLD: usize = 120;

/// What the comparison of two reports as JSON comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The first place where they are not the same, in a sentence.
    pub different: Option<String>,
    /// How many cells are the same.
    pub same: usize,
    /// What was not compared: headings, each with how many of its cells.
    pub closed: Vec<(String, usize)>,
    /// What was written in after the labels of lines, with these: 填报人：张三.
    pub by_hand: Vec<String>,
}

/// Compares a report with the same one made again: cell by cell, then everything around the table.
/// `personal` are the columns with words about persons, by their names: where such words are closed
/// in the one that was made again, some words have to stand in the other.
pub fn compare(theirs: &Value, ours: &Value, personal: &[&str]) -> Compared {
    let mut found = Compared {
        different: unlike(theirs, ours),
        same: 0,
        closed: Vec::new(),
        by_hand: Vec::new(),
    };
    if found.different.is_some() {
        return found;
    }
    // The line of all says its name where others have words.
    let is_detail = |row: &Value| row.get("level").and_then(Value::as_str) == Some("detail");
    let mut theirs = theirs.clone();
    let mut rows = theirs.get_mut("rows").and_then(Value::as_array_mut);
    for (at, row) in (0_usize..).zip(list(ours, "rows")) {
        let Some(their_row) = rows.as_mut().and_then(|rows| rows.get_mut(at)) else { break };
        for (name, heading) in columns(ours) {
            let place = format!("/cells/{}", escaped(name));
            let their_cell = their_row.pointer_mut(&place);
            match (their_cell, row.pointer(&place)) {
                (Some(theirs), Some(ours))
                    if personal.contains(&name) && is_detail(row) && both_closed(theirs, ours) =>
                {
                    *theirs = ours.clone();
                    found.leave_out(heading);
                }
                (Some(theirs), Some(ours)) if theirs == ours => {
                    found.same = found.same.saturating_add(1);
                }
                (theirs, ours) => {
                    let place = format!("第 {} 行「{heading}」", at.saturating_add(1));
                    found.different = Some(said(&place, theirs.as_deref(), ours));
                    return found;
                }
            }
        }
    }
    found.fill_in(&mut theirs, ours);
    found.different = around(&theirs, ours);
    found
}

/// What was written in by hand after the labels of a line, each with its label, if the line is the
/// same but for that: labels end with a colon, and several of them stand apart by wide spaces.
pub fn filled_in(theirs: &str, ours: &str) -> Option<Vec<String>> {
    let (theirs, ours) = (labels(theirs), labels(ours));
    if theirs.len() != ours.len() {
        return None;
    }
    let mut by_hand = Vec::new();
    for (theirs, ours) in theirs.iter().zip(&ours).filter(|(theirs, ours)| theirs != ours) {
        let words = theirs.strip_prefix(ours).filter(|_| ours.ends_with('：'))?.trim();
        let says_more = |c: char| c.is_control() || ['：', ':'].contains(&c);
        if NAME < words.chars().count() || words.contains(says_more) {
            return None;
        }
        by_hand.push(format!("{ours}{words}"));
    }
    Some(by_hand)
}

/// Whether the words of a cell cannot be read, and there are some in the other.
fn both_closed(theirs: &Value, ours: &Value) -> bool {
    let both = theirs.as_str().zip(ours.as_str());
    both.is_some_and(|(theirs, ours)| is_closed(ours) && may_be(theirs, ours))
}

fn labels(line: &str) -> Vec<&str> {
    line.split("　　").map(str::trim).filter(|label| !label.is_empty()).collect()
}

impl Compared {
    fn leave_out(&mut self, heading: &str) {
        match self.closed.iter_mut().find(|(known, _)| known == heading) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.closed.push((heading.to_owned(), 1)),
        }
    }

    /// Takes out what was written in by hand, where somebody signs.
    fn fill_in(&mut self, theirs: &mut Value, ours: &Value) {
        for member in ["head", "signature"] {
            let lines = theirs.get_mut(member).and_then(Value::as_array_mut).into_iter().flatten();
            for (theirs, ours) in lines.zip(list(ours, member)) {
                let texts = theirs.as_str().zip(ours.as_str());
                if let Some(words) = texts.and_then(|(theirs, ours)| filled_in(theirs, ours)) {
                    self.by_hand.extend(words);
                    *theirs = ours.clone();
                }
            }
        }
    }

    /// How many cells were not compared, and of which columns; none if all were.
    pub fn not_compared(&self) -> Option<String> {
        let count = self.closed.iter().fold(0_usize, |sum, (_, count)| sum.saturating_add(*count));
        let headings: Vec<_> = self.closed.iter().map(|(name, _)| format!("「{name}」")).collect();
        (0 < count).then(|| format!("{}共 {count} 格", headings.join("、")))
    }
}

/// Whether the two are no tables of the same lines under the same columns.
fn unlike(theirs: &Value, ours: &Value) -> Option<String> {
    for (member, what) in [("title", "标题"), ("columns", "列")] {
        if theirs.get(member) != ours.get(member) {
            return Some(said(what, theirs.get(member), ours.get(member)));
        }
    }
    let (their_rows, our_rows) = (list(theirs, "rows").len(), list(ours, "rows").len());
    if their_rows != our_rows {
        return Some(format!("文件有 {their_rows} 行，重算有 {our_rows} 行"));
    }
    let levels = list(theirs, "rows").iter().zip(list(ours, "rows"));
    let other = (1..).zip(levels).find(|(_, (a, b))| a.get("level") != b.get("level"));
    if let Some((number, _)) = other {
        return Some(format!("第 {number} 行是明细还是合计，与重算的不同"));
    }
    let left_out = |report: &Value| report.get("rows_left_out").cloned();
    (left_out(theirs) != left_out(ours)).then(|| "未列行数与重算的不同".to_owned())
}

/// The first place that is not the same, of two whose cells are.
fn around(theirs: &Value, ours: &Value) -> Option<String> {
    let (place, theirs, ours) = first(String::new(), Some(theirs), Some(ours))?;
    Some(said(&called(&place), theirs, ours))
}

type Place<'a> = (String, Option<&'a Value>, Option<&'a Value>);

fn first<'a>(at: String, theirs: Option<&'a Value>, ours: Option<&'a Value>) -> Option<Place<'a>> {
    match (theirs, ours) {
        (theirs, ours) if theirs == ours => None,
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let names = b.keys().chain(a.keys().filter(|name| !b.contains_key(*name)));
            let mut each = names.map(|name| (name, a.get(name), b.get(name)));
            each.find_map(|(name, theirs, ours)| first(format!("{at}/{name}"), theirs, ours))
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => (0..a.len().max(b.len()))
            .find_map(|n| first(format!("{at}/{}", n.saturating_add(1)), a.get(n), b.get(n))),
        (theirs, ours) => Some((at, theirs, ours)),
    }
}

/// What a place is called on paper.
fn called(place: &str) -> String {
    let (member, rest) = place.trim_start_matches('/').split_once('/').unwrap_or((place, ""));
    let what = match member.trim_start_matches('/') {
        "id" => "报表名",
        "subtitle" => "副题",
        "head" => "表头上方",
        "notes" => "附注",
        "signature" => "落款",
        "provenance" => "出处",
        other => other,
    };
    if rest.is_empty() { what.to_owned() } else { format!("{what}「{rest}」") }
}

fn said(place: &str, theirs: Option<&Value>, ours: Option<&Value>) -> String {
    let told = |value: Option<&Value>| {
        let text = value.map(Value::to_string).unwrap_or_default();
        match text.char_indices().nth(TOLD).and_then(|(end, _)| text.get(..end)) {
            Some(kept) => format!("{kept}…"),
            None => text,
        }
    };
    format!("{place}，文件为 {}，重算为 {}", told(theirs), told(ours))
}

fn list<'a>(report: &'a Value, member: &str) -> &'a [Value] {
    report.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The columns by name and heading.
fn columns(report: &Value) -> impl Iterator<Item = (&str, &str)> {
    list(report, "columns").iter().map(|head| {
        let text = |member| head.get(member).and_then(Value::as_str).unwrap_or_default();
        (text("name"), text("heading"))
    })
}

/// A name as it stands in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
