//! R6 监督检查 (§三): how many inspections, of what, what was found and what came of it.

use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    inspections::{FindingRow, InspectionRow},
    table::{Table, count, key, text},
    view::View,
};
use crate::codes::{Category, ResultCode, Subject};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r6",
        label_zh: "监督检查统计",
        label_en: "inspections",
        columns: &[
            key("by", "分组", "grouped by"),
            key("group", "代码", "group"),
            text("label", "名称", "label"),
            count("inspections", "检查次数", "inspections"),
            count("enterprises", "检查企业", "enterprises"),
            count("closed", "已结束", "closed"),
            count("void", "已作废", "void"),
            count("findings", "发现问题", "findings"),
            count("fixed_on_spot", "当场整改", "fixed on the spot"),
            count("ordered", "责令整改", "ordered"),
            count("declined", "不予责令", "declined"),
            count("to_officers", "移送派出单位", "referred to the posting unit"),
            count("undecided", "待处理", "undecided"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R6. Void inspections are counted as such and nowhere else.
#[derive(Debug, Serialize)]
struct Row {
    by: &'static str,
    group: &'static str,
    label: String,
    inspections: usize,
    enterprises: usize,
    closed: usize,
    void: usize,
    findings: usize,
    fixed_on_spot: usize,
    ordered: usize,
    declined: usize,
    to_officers: usize,
    undecided: usize,
}

/// A grouping: which inspections it has, and which of their findings.
struct Group {
    by: &'static str,
    code: &'static str,
    label: String,
    has: Box<dyn Fn(&InspectionRow) -> bool>,
    of: Box<dyn Fn(&FindingRow) -> bool>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let all: Vec<&InspectionRow> = view.inspections().map(|(_, row)| row).collect();
    groups(view).iter().map(|group| TABLE.line(&group.row(&all))).collect()
}

fn groups(view: &View) -> Vec<Group> {
    let label = |list: &str, code: &str| view.regime.label(list, code, "zh");
    let mut groups = vec![Group {
        by: "all",
        code: "all",
        label: "合计".to_owned(),
        has: Box::new(|_| true),
        of: Box::new(|_| true),
    }];
    for subject in Subject::ALL.iter().copied() {
        groups.push(Group {
            by: "subject",
            code: subject.code(),
            label: label("inspection_subjects", subject.code()),
            has: Box::new(move |row| row.subjects.contains(&subject)),
            of: Box::new(move |found| found.subject == subject),
        });
    }
    for category in Category::ALL.iter().copied() {
        let is = move |found: &FindingRow| found.category == category;
        groups.push(Group {
            by: "category",
            code: category.code(),
            label: label("finding_categories", category.code()),
            has: Box::new(move |row| row.standing().any(is)),
            of: Box::new(is),
        });
    }
    for result in ResultCode::ALL.iter().copied() {
        groups.push(Group {
            by: "result",
            code: result.code(),
            label: label("result_codes", result.code()),
            has: Box::new(move |row| row.results.iter().flatten().any(|it| *it == result)),
            of: Box::new(|_| true),
        });
    }
    groups
}

impl Group {
    fn row(&self, all: &[&InspectionRow]) -> Row {
        let its: Vec<_> = all.iter().filter(|row| (self.has)(row)).collect();
        let standing: Vec<_> = its.iter().filter(|row| !row.void).collect();
        let mut enterprises: Vec<_> = standing.iter().map(|row| row.enterprise.whole()).collect();
        enterprises.sort_unstable();
        enterprises.dedup();
        let found: Vec<&FindingRow> = standing
            .iter()
            .flat_map(|row| row.standing())
            .filter(|found| (self.of)(found))
            .collect();
        let count = |which: fn(&FindingRow) -> bool| found.iter().filter(|f| which(f)).count();
        Row {
            by: self.by,
            group: self.code,
            label: self.label.clone(),
            inspections: standing.len(),
            enterprises: enterprises.len(),
            closed: standing.iter().filter(|row| row.results.is_some()).count(),
            void: its.len().saturating_sub(standing.len()),
            findings: found.len(),
            fixed_on_spot: count(|found| found.fixed_on_spot),
            ordered: count(|found| found.order.is_some()),
            declined: count(|found| found.declined && found.order.is_none()),
            to_officers: count(FindingRow::is_about_officer),
            undecided: count(FindingRow::is_undecided),
        }
    }
}
