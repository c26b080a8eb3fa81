//! R15 待办: what waits, by unit and officer. An inbox orders work; it never blocks an act.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation, Rows};
use serde::Serialize;

use super::{
    called::Called,
    inbox::{TASKS, TaskRow},
    names::Names,
    table::{Table, date, flag, key, personal, text},
};

pub(super) const TABLE: Table = Table {
    source: "inbox",
    relation: Relation {
        name: "r15",
        label_zh: "待办事项",
        label_en: "inbox",
        columns: &[
            key("task", "编号", "task"),
            text("kind", "事项", "kind"),
            text("name", "企业名称", "name"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("about", "对象", "about"),
            text("subject", "对象编号", "subject"),
            text("unit", "单位", "unit"),
            personal("officer_name", "人员", "officer's name"),
            text("officer", "人员编号", "officer").naming("r13"),
            date("raised_on", "产生日期", "raised on"),
            date("due", "期限", "due"),
            flag("overdue", "逾期", "overdue"),
            text("state", "状态", "state"),
            text("claimed_by", "认领人", "claimed by"),
        ],
    },
    lines,
};

/// One line of R15: a task that waits on the day asked.
#[derive(Debug, Serialize)]
struct Row<'a> {
    task: &'a str,
    kind: &'a str,
    name: Option<&'a str>,
    enterprise: Option<String>,
    about: String,
    subject: &'a str,
    unit: String,
    officer_name: Option<&'a Personal>,
    officer: Option<String>,
    raised_on: Date,
    due: Option<Date>,
    overdue: bool,
    state: &'static str,
    claimed_by: Option<&'a str>,
}

fn lines(rows: &Rows, on: Date) -> Result<Vec<Line>, Failure> {
    let mut tasks: Vec<_> =
        rows.shared::<TaskRow>(TASKS)?.into_iter().map(|(_, task)| task).collect();
    tasks.retain(|task| task.is_open_on(on));
    let (names, called) = (Names::of(rows)?, Called::of(rows)?);
    let order = |task: &TaskRow| (task.unit.to_string(), task.due.unwrap_or(Date::MAX));
    tasks.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.task.cmp(&b.task)));
    tasks
        .iter()
        .map(|task| {
            let enterprise = task.enterprise.as_ref();
            TABLE.line(&Row {
                task: &task.task,
                kind: &task.kind,
                name: enterprise.and_then(|id| names.name(id)),
                enterprise: enterprise.map(|id| names.named_on(id, on).to_string()),
                about: called.subject(&task.subject),
                subject: &task.subject,
                unit: task.unit.to_string(),
                officer_name: task.officer.as_ref().and_then(|id| called.officer(id)),
                officer: task.officer.as_ref().map(ToString::to_string),
                raised_on: task.raised_on,
                due: task.due,
                overdue: task.is_overdue_on(on),
                state: task.state.code(),
                claimed_by: task.claimed_by.as_deref(),
            })
        })
        .collect()
}
