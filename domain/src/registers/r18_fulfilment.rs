//! R18 政策兑现: money that was promised to those who resume, and when it was paid.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    supports::SupportRow,
    table::{Table, count, date, flag, key, text},
    view::View,
};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r18-fulfilment",
        label_zh: "政策兑现台账",
        label_en: "policy fulfilment",
        columns: &[
            key("case", "编号", "case").naming("r9"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            date("raised_on", "提出日期", "raised on"),
            text("department", "兑现单位", "department"),
            date("due", "兑现时限", "due"),
            count("promised_cny", "应兑现金额（元）", "promised, in yuan"),
            count("paid_cny", "已兑现金额（元）", "paid, in yuan"),
            date("paid_on", "兑现日期", "paid on"),
            text("state", "状态", "state"),
            flag("overdue", "逾期", "overdue"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R18.
#[derive(Debug, Serialize)]
struct Row<'a> {
    case: String,
    enterprise: String,
    name: &'a str,
    raised_on: Date,
    department: Option<String>,
    due: Option<Date>,
    promised_cny: Option<u64>,
    paid_cny: Option<u64>,
    paid_on: Option<Date>,
    state: &'static str,
    overdue: bool,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let promised = view.supports().filter(|case| case.category.is_policy_fulfilment());
    let mut cases: Vec<&SupportRow> = promised.collect();
    cases.sort_by(|a, b| (a.raised_on, &a.case).cmp(&(b.raised_on, &b.case)));
    cases.into_iter().map(|case| TABLE.line(&row(view, case))).collect()
}

fn row<'a>(view: &'a View, case: &SupportRow) -> Row<'a> {
    let standing = case.on(view.on);
    let dossier = view.dossier(&case.enterprise.to_string());
    Row {
        case: case.case.to_string(),
        enterprise: view.named_on(&case.enterprise).to_string(),
        name: dossier.map(|dossier| dossier.name.as_str()).unwrap_or_default(),
        raised_on: case.raised_on,
        department: standing.hands.map(|(unit, _)| view.unit_name(unit)),
        due: standing.hands.map(|(_, due)| due),
        promised_cny: case.amount_cny,
        paid_cny: standing.paid.map(|paid| paid.amount_cny),
        paid_on: standing.paid.map(|paid| paid.paid_on),
        state: standing.state.code(),
        overdue: standing.is_overdue(),
    }
}
