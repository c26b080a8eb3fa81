//! R8 诚信记录 (非行政处罚): proposals, flags, objections, repairs, ends. Internal by default.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    flags::FlagRow,
    table::{Table, count, date, flag, key, list, text},
    view::View,
};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r8",
        label_zh: "诚信记录台账（非行政处罚，内部使用）",
        label_en: "credit record",
        columns: &[
            key("flag", "编号", "flag"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("state", "状态", "state"),
            flag("standing", "有效", "standing"),
            flag("annotated", "异议标注", "annotated"),
            list("orders", "依据", "orders that it rests on"),
            list("grounds", "依据编号", "ids of these orders"),
            date("proposed_on", "拟记日期", "proposed on"),
            date("notice_on", "告知日期", "notice on"),
            date("statement_until", "陈述申辩截止", "statement until"),
            count("statements", "陈述申辩", "statements"),
            date("flagged_on", "记入日期", "flagged on"),
            date("until", "有效期至", "until"),
            text("legal_review", "法制审核", "legal review"),
            text("collective_discussion", "集体讨论", "collective discussion"),
            date("objection_on", "异议日期", "objection on"),
            date("objection_due", "异议处理期限", "objection decided by"),
            text("objection_result", "异议处理结果", "objection result"),
            date("objection_decided_on", "异议处理日期", "objection decided on"),
            date("repair_applied_on", "信用修复申请日期", "repair applied for on"),
            text("repair_result", "信用修复", "repair"),
            date("repair_decided_on", "信用修复处理日期", "repair decided on"),
            date("ended_on", "终止日期", "ended on"),
            list("disclosed_to", "已提供给", "disclosed to"),
            list("disclosed_on", "提供日期", "disclosed on"),
            list("disclosed_by", "提供依据", "on what basis disclosed"),
            list("to_be_told", "待发撤回通知", "to be told of its withdrawal"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// Whoever was given a flag is told of no other recipient: a list for one of them is made of these.
pub(super) const DISCLOSURES: Table = Table {
    source: "district",
    relation: Relation {
        name: "r8-disclosures",
        label_zh: "诚信记录对外提供台账（非行政处罚）",
        label_en: "credit record as disclosed",
        columns: &[
            key("flag", "编号", "flag").naming("r8"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("state", "状态", "state"),
            flag("standing", "有效", "standing"),
            flag("annotated", "异议标注", "annotated"),
            list("orders", "依据", "orders that it rests on"),
            date("flagged_on", "记入日期", "flagged on"),
            date("until", "有效期至", "until"),
            date("ended_on", "终止日期", "ended on"),
            key("disclosed_to", "提供对象", "disclosed to"),
            date("disclosed_on", "提供日期", "disclosed on"),
            text("disclosed_by", "提供依据", "on what basis disclosed"),
        ],
    },
    lines: |rows, on| disclosures(&View::of(rows, on)?),
};

/// One line of it: a flag as it was given to one.
#[derive(Debug, Serialize)]
struct Given<'a> {
    flag: &'a str,
    enterprise: &'a str,
    name: &'a str,
    state: &'a str,
    standing: bool,
    annotated: bool,
    orders: &'a [String],
    flagged_on: Option<Date>,
    until: Option<Date>,
    ended_on: Option<Date>,
    disclosed_to: &'a str,
    disclosed_on: Date,
    disclosed_by: &'a str,
}

fn disclosures(view: &View) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for flag in view.flags() {
        let told = row(view, flag);
        for given in flag.recipients_on(view.on) {
            lines.push(DISCLOSURES.line(&Given {
                flag: &told.flag,
                enterprise: &told.enterprise,
                name: told.name,
                state: told.state,
                standing: told.standing,
                annotated: told.annotated,
                orders: &told.orders,
                flagged_on: told.flagged_on,
                until: told.until,
                ended_on: told.ended_on,
                disclosed_to: &given.recipient,
                disclosed_on: given.on,
                disclosed_by: &given.basis,
            })?);
        }
    }
    Ok(lines)
}

/// One line of R8.
#[derive(Debug, Serialize)]
struct Row<'a> {
    flag: String,
    enterprise: String,
    name: &'a str,
    state: &'a str,
    standing: bool,
    annotated: bool,
    orders: Vec<String>,
    grounds: Vec<String>,
    proposed_on: Date,
    notice_on: Option<Date>,
    statement_until: Option<Date>,
    statements: usize,
    flagged_on: Option<Date>,
    until: Option<Date>,
    legal_review: Option<&'a str>,
    collective_discussion: Option<&'a str>,
    objection_on: Option<Date>,
    objection_due: Option<Date>,
    objection_result: Option<&'a str>,
    objection_decided_on: Option<Date>,
    repair_applied_on: Option<Date>,
    repair_result: Option<&'a str>,
    repair_decided_on: Option<Date>,
    ended_on: Option<Date>,
    disclosed_to: Vec<&'a str>,
    disclosed_on: Vec<Date>,
    disclosed_by: Vec<&'a str>,
    to_be_told: Vec<&'a str>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    view.flags().map(|flag| TABLE.line(&row(view, flag))).collect()
}

fn row<'a>(view: &'a View, row: &'a FlagRow) -> Row<'a> {
    let on = view.on;
    let dossier = view.dossier(&row.enterprise.to_string());
    let notice = row.notice.as_ref().filter(|(day, _)| *day <= on);
    let flagged = row.flagged.filter(|(day, _)| *day <= on);
    let objection = row.objection.as_ref().filter(|(day, _)| *day <= on);
    let objected = told_by(row.objection_result.as_ref(), on);
    let repair = row.repair_on(on);
    let repaired = repair.and_then(|repair| told_by(repair.result.as_ref(), on));
    // A flag comes to its term whether or not the clock has said so.
    let expired = flagged.map(|(_, until)| until).filter(|until| *until < on);
    let ended = row.ended.as_ref().map(|(_, day)| *day).filter(|day| *day <= on);
    Row {
        flag: format!("{}.{}", row.enterprise, row.number),
        enterprise: view.named_on(&row.enterprise).to_string(),
        name: dossier.map(|dossier| dossier.name.as_str()).unwrap_or_default(),
        state: row.state_on(on),
        standing: row.state_on(on) == "flagged",
        annotated: row.is_annotated_on(on),
        orders: row.grounds.iter().map(|order| view.order_called(order)).collect(),
        grounds: row.grounds.iter().map(ToString::to_string).collect(),
        proposed_on: row.proposed_on,
        notice_on: notice.map(|(day, _)| *day),
        statement_until: notice.map(|(_, statement)| statement.due),
        statements: row.statements.iter().filter(|(day, _)| *day <= on).count(),
        flagged_on: flagged.map(|(day, _)| day),
        until: flagged.map(|(_, until)| until),
        legal_review: flagged.and(row.papers.as_ref()).map(|(review, _)| review.as_str()),
        collective_discussion: flagged.and(row.papers.as_ref()).map(|(_, talk)| talk.as_str()),
        objection_on: objection.map(|(day, _)| *day),
        objection_due: objection.map(|(_, decide)| decide.due),
        objection_result: objected.map(|(how, _)| how.as_str()),
        objection_decided_on: objected.map(|(_, day)| *day),
        repair_applied_on: repair.map(|repair| repair.applied_on),
        repair_result: repaired.map(|(how, _)| how.as_str()),
        repair_decided_on: repaired.map(|(_, day)| *day),
        ended_on: ended.or_else(|| expired.and_then(|until| until.succ_opt())),
        disclosed_to: row.recipients_on(on).map(|given| given.recipient.as_str()).collect(),
        disclosed_on: row.recipients_on(on).map(|given| given.on).collect(),
        disclosed_by: row.recipients_on(on).map(|given| given.basis.as_str()).collect(),
        to_be_told: row.untold_on(on).map(|given| given.recipient.as_str()).collect(),
    }
}

/// How something was decided and when, if it was by `on`.
fn told_by(result: Option<&(String, Date)>, on: Date) -> Option<&(String, Date)> {
    result.filter(|(_, day)| *day <= on)
}
