//! R8 诚信记录 (非行政处罚): proposals, flags, objections, repairs, ends. Internal by default.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Relation};
use serde::Serialize;

use super::{
    table::{Line, Table, count, date, flag, key, line, list, text},
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
            text("enterprise", "统一社会信用代码", "enterprise"),
            text("name", "企业名称", "name"),
            text("state", "状态", "state"),
            flag("standing", "有效", "standing"),
            flag("annotated", "异议标注", "annotated"),
            list("grounds", "依据", "grounds"),
            date("proposed_on", "拟记日期", "proposed on"),
            date("notice_on", "告知日期", "notice on"),
            date("statement_until", "陈述申辩截止", "statement until"),
            count("statements", "陈述申辩", "statements"),
            date("flagged_on", "记入日期", "flagged on"),
            date("until", "有效期至", "until"),
            text("legal_review", "法制审核", "legal review"),
            text("collective_discussion", "集体讨论", "collective discussion"),
            date("objection_on", "异议日期", "objection on"),
            text("objection_result", "异议处理结果", "objection result"),
            text("repair_result", "信用修复", "repair"),
            date("ended_on", "终止日期", "ended on"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R8.
#[derive(Debug, Serialize)]
struct Row<'a> {
    flag: String,
    enterprise: String,
    name: &'a str,
    state: &'a str,
    standing: bool,
    annotated: bool,
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
    objection_result: Option<&'a str>,
    repair_result: Option<&'a str>,
    ended_on: Option<Date>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let on = view.on;
    let mut lines = Vec::new();
    for row in view.flags() {
        let dossier = view.dossier(&row.enterprise.to_string());
        let notice = row.notice.as_ref().filter(|(day, _)| *day <= on);
        let flagged = row.flagged.filter(|(day, _)| *day <= on);
        lines.push(line(&Row {
            flag: format!("{}.{}", row.enterprise, row.number),
            enterprise: row.enterprise.to_string(),
            name: dossier.map(|dossier| dossier.name.as_str()).unwrap_or_default(),
            state: row.state_on(on),
            standing: row.state_on(on) == "flagged",
            annotated: row.is_annotated_on(on),
            grounds: row.grounds.iter().map(ToString::to_string).collect(),
            proposed_on: row.proposed_on,
            notice_on: notice.map(|(day, _)| *day),
            statement_until: notice.map(|(_, statement)| statement.due),
            statements: row.statements.len(),
            flagged_on: flagged.map(|(day, _)| day),
            until: flagged.map(|(_, until)| until),
            legal_review: flagged.and(row.papers.as_ref()).map(|(review, _)| review.as_str()),
            collective_discussion: flagged.and(row.papers.as_ref()).map(|(_, talk)| talk.as_str()),
            objection_on: row.objection.as_ref().map(|(day, _)| *day).filter(|day| *day <= on),
            objection_result: told_by(row.objection_result.as_ref(), on),
            repair_result: told_by(row.repair_result.as_ref(), on),
            ended_on: row.ended.as_ref().map(|(_, day)| *day).filter(|day| *day <= on),
        })?);
    }
    Ok(lines)
}

/// How something was decided, if it was by `on`.
fn told_by(result: Option<&(String, Date)>, on: Date) -> Option<&str> {
    result.filter(|(_, day)| *day <= on).map(|(how, _)| how.as_str())
}
