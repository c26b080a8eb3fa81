//! R1 over several districts: each district's figures and their sum.
//!
//! Every district has a log of its own and no order holds between two of them, so each line says
//! on which position of its own log it stands. Counts are added; a rate is computed from the
//! counts, never from rates.

use std::sync::Arc;

use fugong_core::{Failure, Line, Position, Relation};
use serde_json::{Map, Value, json};

use super::{
    Ratio,
    table::{count, key, text},
};

/// What a line of the roll-up consists of.
pub const ROLL_UP: Relation = Relation {
    name: "r1",
    label_zh: "复工复产情况汇总表",
    label_en: "resumption, over districts",
    columns: &[
        key("district", "区县代码", "district"),
        text("name", "区县", "name of the district"),
        key("by", "分组", "grouped by"),
        key("group", "代码", "group"),
        text("label", "名称", "label"),
        count("total", "企业总数", "total"),
        count("excluded", "不纳入基数", "excluded"),
        count("base", "基数", "base"),
        count("resumed", "在产", "in production"),
        count("resumed_in_base", "基数内在产", "in production, of the base"),
        count("continuous", "其中持续在产", "of which continuous"),
        count("new_today", "今日新增", "new today"),
        count("suspended", "停产", "suspended"),
        count("not_resumed", "未复工", "not resumed"),
        count("ever_resumed", "累计复工", "ever resumed"),
        text("rate_all", "复工率（全部）", "rate of all"),
        text("rate", "复工率", "rate"),
        text("position", "截至位置", "position"),
    ],
};

/// The groupings of R1 that mean the same in every district.
pub const ROLLED_UP: &[&str] =
    &["all", "scale", "location", "sector", "division", "tier", "park_non_industrial", "unlisted"];

/// What is added.
const COUNTS: [&str; 10] = [
    "total",
    "excluded",
    "base",
    "resumed",
    "resumed_in_base",
    "continuous",
    "new_today",
    "suspended",
    "not_resumed",
    "ever_resumed",
];

/// A district's part of the roll-up.
#[derive(Debug, Clone)]
pub struct Rolled {
    /// Its code.
    pub district: String,
    /// What it is called.
    pub name: String,
    /// The position of its log on which its lines stand.
    pub position: Position,
    /// Its lines of R1.
    pub lines: Arc<Vec<Line>>,
}

/// The lines of the roll-up for one grouping: for each group the sum, then the districts in the
/// order in which they come. A district without anything in a group has no line there.
///
/// # Errors
///
/// When a line is none of R1.
pub fn roll_up(parts: &[Rolled], by: &str) -> Result<Vec<Line>, Failure> {
    let mut groups: Vec<(Value, Vec<(&Rolled, &Line)>)> = Vec::new();
    for part in parts {
        for line in part.lines.iter().filter(|line| line.get("by").is_some_and(|it| it == by)) {
            let group = line.get("group").cloned().unwrap_or_default();
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, members)) => members.push((part, line)),
                None => groups.push((group, vec![(part, line)])),
            }
        }
    }
    let mut lines = Vec::new();
    for (_, members) in groups {
        let mut sum = [0_usize; COUNTS.len()];
        let mut each = Vec::new();
        for (part, line) in members {
            let counts = counts(line)?;
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum = sum.saturating_add(count);
            }
            let position = part.position.to_string();
            each.push(row(line, &counts, [&part.district, &part.name, &position]));
        }
        if let Some(first) = each.first() {
            lines.push(row(first, &sum, ["all", "合计", ""]));
        }
        lines.extend(each);
    }
    Ok(lines)
}

fn counts(line: &Line) -> Result<[usize; COUNTS.len()], Failure> {
    let mut counts = [0; COUNTS.len()];
    for (count, name) in counts.iter_mut().zip(COUNTS) {
        let found = line.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        *count = found.ok_or_else(|| Failure(format!("a line of R1 has no {name}")))?;
    }
    Ok(counts)
}

/// A line of the group that `one` is of, with these counts and what follows from them.
fn row(one: &Line, counts: &[usize; COUNTS.len()], [district, name, position]: [&str; 3]) -> Line {
    let mut row: Map<String, Value> =
        COUNTS.into_iter().map(str::to_owned).zip(counts.map(Value::from)).collect();
    for member in ["by", "group", "label"] {
        row.insert(member.to_owned(), one.get(member).cloned().unwrap_or_default());
    }
    let [total, _, base, resumed, resumed_in_base, ..] = *counts;
    let rate_all = Ratio { numerator: resumed, base: total }.percent();
    let rate = Ratio { numerator: resumed_in_base, base }.percent();
    let told = [
        ("district", district),
        ("name", name),
        ("position", position),
        ("rate_all", &rate_all),
        ("rate", &rate),
    ];
    row.extend(told.map(|(member, value)| (member.to_owned(), json!(value))));
    Line::told(ROLL_UP.columns, row)
}
