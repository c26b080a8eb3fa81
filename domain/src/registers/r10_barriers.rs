//! R10 阻碍: how many barriers are laid to which unit, and what became of them.

use std::collections::BTreeMap;

use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    Ratio,
    barriers::BarrierRow,
    table::{Table, count, key, text},
    view::View,
};
use crate::codes::{BarrierKind, BarrierState};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r10",
        label_zh: "设卡拦截、设置条件等问题统计",
        label_en: "barriers by unit",
        columns: &[
            key("unit", "被反映单位代码", "unit"),
            text("label", "被反映单位", "label"),
            count("reported", "报告", "reported"),
            count("roads", "其中设卡拦截、阻断货运", "of which on roads"),
            count("conditions", "其中设置条件等", "of which conditions"),
            count("open", "未办结", "open"),
            count("overdue", "逾期", "overdue"),
            count("removed", "已排除", "removed"),
            count("unfounded", "查无此事", "unfounded"),
            text("rate", "排除率", "rate of removal"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R10.
#[derive(Debug, Serialize)]
struct Row {
    unit: String,
    label: String,
    reported: usize,
    roads: usize,
    conditions: usize,
    open: usize,
    overdue: usize,
    removed: usize,
    unfounded: usize,
    rate: String,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let mut groups: BTreeMap<String, (String, Vec<&BarrierRow>)> = BTreeMap::new();
    for row in view.barriers() {
        let (unit, label) = match &row.against {
            Some(unit) => (view.unit_code(unit).to_string(), view.unit_name(unit)),
            None => ("nobody".to_owned(), "未指明单位".to_owned()),
        };
        groups.entry(unit).or_insert_with(|| (label, Vec::new())).1.push(row);
    }
    let counted = groups.into_iter();
    counted.map(|(unit, (label, rows))| TABLE.line(&row(view, (unit, label), &rows))).collect()
}

fn row(view: &View, (unit, label): (String, String), rows: &[&BarrierRow]) -> Row {
    let on = view.on;
    let ended = |how| rows.iter().filter(|row| row.ended_by(on) == how).count();
    let roads = rows.iter().filter(|row| is_on_a_road(row.kind)).count();
    let (removed, unfounded) =
        (ended(Some(BarrierState::Removed)), ended(Some(BarrierState::Unfounded)));
    // What was not there cannot be removed.
    let base = rows.len().saturating_sub(unfounded);
    Row {
        unit,
        label,
        reported: rows.len(),
        roads,
        conditions: rows.len().saturating_sub(roads),
        open: ended(None),
        overdue: rows.iter().filter(|row| row.is_overdue_on(on)).count(),
        removed,
        unfounded,
        rate: Ratio { numerator: removed, base }.percent(),
    }
}

fn is_on_a_road(kind: BarrierKind) -> bool {
    match kind {
        BarrierKind::Roadblock | BarrierKind::FreightBlocked => true,
        BarrierKind::ConditionSet
        | BarrierKind::SignOffDemanded
        | BarrierKind::PriorPaperDemanded
        | BarrierKind::OtherDelay => false,
    }
}
