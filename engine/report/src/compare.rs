//! A report that was handed up, compared with the same one made again.

use serde_json::Value;

/// What the comparison of two reports as JSON comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The first place where they are not the same, in a sentence.
    pub different: Option<String>,
    /// How many cells are the same.
    pub same: usize,
    /// What was not compared: headings, each with how many of its cells.
    pub closed: Vec<(String, usize)>,
    /// Whether everything around the cells is the same too: titles, notes, what it stands on.
    pub whole: bool,
}

/// Compares a report with the same one made again, cell by cell; `closed` says of a column, by its
/// name, and of a cell that was made again whether it cannot be compared.
pub fn compare(theirs: &Value, ours: &Value, closed: &dyn Fn(&str, &Value) -> bool) -> Compared {
    let mut found =
        Compared { different: unlike(theirs, ours), same: 0, closed: Vec::new(), whole: false };
    if found.different.is_some() {
        return found;
    }
    let mut theirs = theirs.clone();
    let mut rows = theirs.get_mut("rows").and_then(Value::as_array_mut);
    for (at, row) in (0_usize..).zip(list(ours, "rows")) {
        let Some(their_row) = rows.as_mut().and_then(|rows| rows.get_mut(at)) else { break };
        for (name, heading) in columns(ours) {
            let place = format!("/cells/{}", escaped(name));
            let their_cell = their_row.pointer_mut(&place);
            match (their_cell, row.pointer(&place)) {
                (Some(theirs), Some(ours)) if closed(name, ours) => {
                    *theirs = ours.clone();
                    found.leave_out(heading);
                }
                (Some(theirs), Some(ours)) if theirs == ours => {
                    found.same = found.same.saturating_add(1);
                }
                (theirs, ours) => {
                    let said =
                        |cell: Option<&Value>| cell.map(Value::to_string).unwrap_or_default();
                    found.different = Some(format!(
                        "第 {} 行「{heading}」，文件为 {}，重算为 {}",
                        at.saturating_add(1),
                        said(theirs.as_deref()),
                        said(ours),
                    ));
                    return found;
                }
            }
        }
    }
    found.whole = theirs == *ours;
    found
}

impl Compared {
    fn leave_out(&mut self, heading: &str) {
        match self.closed.iter_mut().find(|(known, _)| known == heading) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.closed.push((heading.to_owned(), 1)),
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
            return Some(format!("{what}与重算的不同"));
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
