//! R9 困难: every case with its course, and the counts by category and department.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation};
use serde::Serialize;

use super::{
    Ratio,
    supports::SupportRow,
    table::{Table, count, date, flag, key, personal, text},
    view::View,
};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r9",
        label_zh: "企业困难问题台账",
        label_en: "difficulties",
        columns: &[
            key("case", "编号", "case"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("category", "类别", "category"),
            text("category_label", "类别名称", "category in words"),
            personal("text", "困难问题", "difficulty"),
            text("source", "来源", "raised by"),
            date("raised_on", "提出日期", "raised on"),
            text("department", "办理单位", "department"),
            date("due", "办理时限", "due"),
            text("state", "状态", "state"),
            flag("overdue", "逾期", "overdue"),
            text("escalated_to", "升级至", "went up to"),
            date("resolved_on", "解决日期", "resolved on"),
            flag("satisfied", "是否满意", "satisfied"),
        ],
    },
    lines: |rows, on| ledger(&View::of(rows, on)?),
};

pub(super) const SUMMARY: Table = Table {
    source: "district",
    relation: Relation {
        name: "r9-summary",
        label_zh: "企业困难问题统计",
        label_en: "difficulties by category and department",
        columns: &[
            key("by", "分组", "grouped by"),
            key("group", "代码", "group"),
            text("label", "名称", "label"),
            count("raised", "提出", "raised"),
            count("resolved", "已解决", "resolved"),
            text("rate", "解决率", "rate"),
            count("open", "未解决", "open"),
            count("overdue", "逾期", "overdue"),
            count("confirmed", "企业已确认", "confirmed"),
            count("satisfied", "满意", "satisfied"),
            text("satisfaction", "满意率", "satisfaction"),
        ],
    },
    lines: |rows, on| summary(&View::of(rows, on)?),
};

/// One line of R9.
#[derive(Debug, Serialize)]
struct Row<'a> {
    case: String,
    enterprise: String,
    name: &'a str,
    township: String,
    category: &'a str,
    category_label: String,
    text: &'a Personal,
    source: &'static str,
    raised_on: Date,
    department: Option<String>,
    due: Option<Date>,
    state: &'static str,
    overdue: bool,
    escalated_to: Option<String>,
    resolved_on: Option<Date>,
    satisfied: Option<bool>,
}

/// One line of the counts.
#[derive(Debug, Serialize)]
struct Counts {
    by: &'static str,
    group: String,
    label: String,
    raised: usize,
    resolved: usize,
    rate: String,
    open: usize,
    overdue: usize,
    confirmed: usize,
    satisfied: usize,
    satisfaction: String,
}

fn ledger(view: &View) -> Result<Vec<Line>, Failure> {
    let mut cases: Vec<&SupportRow> = view.supports().collect();
    cases.sort_by(|a, b| (a.raised_on, &a.case).cmp(&(b.raised_on, &b.case)));
    cases.into_iter().map(|case| TABLE.line(&row(view, case))).collect()
}

fn row<'a>(view: &'a View, case: &'a SupportRow) -> Row<'a> {
    let standing = case.on(view.on);
    let dossier = view.dossier(&case.enterprise.to_string());
    let place = dossier.and_then(|dossier| dossier.place_on(case.raised_on));
    Row {
        case: case.case.to_string(),
        enterprise: view.named_on(&case.enterprise).to_string(),
        name: dossier.map(|dossier| dossier.name.as_str()).unwrap_or_default(),
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        category: case.category.as_str(),
        category_label: category(view, case),
        text: &case.text,
        source: case.source.code(),
        raised_on: case.raised_on,
        department: standing.hands.map(|(unit, _)| view.unit_name(unit)),
        due: standing.hands.map(|(_, due)| due),
        state: standing.state.code(),
        overdue: standing.is_overdue(),
        escalated_to: standing.above.map(|unit| view.unit_name(unit)),
        resolved_on: standing.resolved_on,
        satisfied: standing.satisfied,
    }
}

/// What the category of a case is called.
pub(super) fn category(view: &View, case: &SupportRow) -> String {
    view.regime.label("support_categories", case.category.as_str(), "zh")
}

fn summary(view: &View) -> Result<Vec<Line>, Failure> {
    let mut groups: BTreeMap<(u8, &'static str, String), (String, Vec<&SupportRow>)> =
        BTreeMap::new();
    let mut put = |place, label, case| {
        groups.entry(place).or_insert_with(|| (label, Vec::new())).1.push(case);
    };
    for case in view.supports() {
        put((0, "all", "all".to_owned()), "合计".to_owned(), case);
        let code = case.category.as_str().to_owned();
        put((1, "category", code), category(view, case), case);
        let (code, label) = match case.on(view.on).hands {
            Some((unit, _)) => (view.unit_code(unit).to_string(), view.unit_name(unit)),
            None => ("unassigned".to_owned(), "未交办".to_owned()),
        };
        put((2, "department", code), label, case);
    }
    let counted = groups.into_iter();
    counted
        .map(|((_, by, group), (label, cases))| {
            SUMMARY.line(&counts(view.on, (by, group, label), &cases))
        })
        .collect()
}

fn counts(
    on: Date,
    (by, group, label): (&'static str, String, String),
    cases: &[&SupportRow],
) -> Counts {
    let standings: Vec<_> = cases.iter().map(|case| case.on(on)).collect();
    let open = standings.iter().filter(|case| case.is_open()).count();
    let said =
        |wanted: bool| standings.iter().filter(|case| case.satisfied == Some(wanted)).count();
    let (raised, satisfied) = (standings.len(), said(true));
    let confirmed = satisfied.saturating_add(said(false));
    let resolved = raised.saturating_sub(open);
    Counts {
        by,
        group,
        label,
        raised,
        resolved,
        rate: Ratio { numerator: resolved, base: raised }.percent(),
        open,
        overdue: standings.iter().filter(|case| case.is_overdue()).count(),
        confirmed,
        satisfied,
        satisfaction: Ratio { numerator: satisfied, base: confirmed }.percent(),
    }
}
