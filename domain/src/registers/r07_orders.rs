//! R7 整改台账: every order with its course, and the counts.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation};
use serde::Serialize;

use super::{
    Ratio,
    orders::OrderRow,
    table::{Table, count, date, flag, key, personal, text},
    view::View,
};
use crate::{OfficerId, UnitCode, rectification::Limit};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r7",
        label_zh: "责令限期整改台账",
        label_en: "rectification ledger",
        columns: &[
            key("order", "编号", "order"),
            text("authority", "文号", "document"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            date("inspected_on", "检查日期", "inspected on"),
            text("inspected_by", "检查人编号", "inspected by"),
            personal("inspector", "检查人", "inspector by name, or the post"),
            personal("problems", "存在问题", "problems"),
            personal("demands", "整改要求", "demands"),
            date("issued_on", "责令日期", "issued on"),
            date("served_on", "送达日期", "served on"),
            text("limit", "责令期限", "time limit as ordered"),
            date("due", "整改时限", "due"),
            personal("responsible", "企业责任人", "the enterprise's responsible person"),
            text("supervisor", "督办人编号", "supervisor"),
            personal("overseer", "督办人", "supervisor by name, or the post"),
            text("state", "状态", "state"),
            flag("overdue", "目前逾期", "overdue"),
            flag("due_today", "当日到期", "due today"),
            date("reported_on", "报告整改日期", "reported on"),
            date("reinspected_on", "复查日期", "reinspected on"),
            text("reinspected_by", "复查人编号", "reinspected by"),
            personal("reinspector", "复查人", "reinspector by name, or the post"),
            flag("complied", "是否销号", "complied"),
            personal("note", "备注", "note"),
        ],
    },
    lines: |rows, on| ledger(&View::of(rows, on)?),
};

pub(super) const SUMMARY: Table = Table {
    source: "district",
    relation: Relation {
        name: "r7-summary",
        label_zh: "责令限期整改统计",
        label_en: "rectification counts",
        columns: &[
            count("issued", "责令", "issued"),
            count("served", "送达", "served"),
            count("open", "未办结", "open"),
            count("due_soon", "一个工作日内到期", "due within one working day"),
            count("overdue", "目前逾期", "overdue"),
            count("complied_on_time", "按期销号", "complied on time"),
            count("complied_late", "逾期销号", "complied late"),
            count("failed", "整改不到位", "failed"),
            count("complied", "已销号", "complied"),
            count("excluded", "撤销、更正或终止", "revoked, corrected or terminated"),
            count("base", "销号率基数", "base of the rate"),
            text("rate", "销号率", "rate"),
        ],
    },
    lines: |rows, on| summary(&View::of(rows, on)?),
};

/// One line of R7.
#[derive(Debug, Serialize)]
struct Row<'a> {
    order: String,
    authority: Option<&'a str>,
    enterprise: String,
    name: &'a str,
    township: String,
    inspected_on: Option<Date>,
    inspected_by: Option<&'a str>,
    inspector: Option<Who<'a>>,
    problems: &'a [Personal],
    demands: &'a Personal,
    issued_on: Date,
    served_on: Option<Date>,
    limit: String,
    due: Option<Date>,
    responsible: Option<&'a Personal>,
    supervisor: Option<&'a str>,
    overseer: Option<Who<'a>>,
    state: &'a str,
    overdue: bool,
    due_today: bool,
    reported_on: Option<Date>,
    reinspected_on: Option<Date>,
    reinspected_by: Option<&'a str>,
    reinspector: Option<Who<'a>>,
    complied: bool,
    note: Option<&'a Personal>,
}

/// The counts of R7.
#[derive(Debug, Serialize)]
struct Counts {
    issued: usize,
    served: usize,
    open: usize,
    due_soon: usize,
    overdue: usize,
    complied_on_time: usize,
    complied_late: usize,
    failed: usize,
    complied: usize,
    excluded: usize,
    base: usize,
    rate: String,
}

fn ledger(view: &View) -> Result<Vec<Line>, Failure> {
    let mut orders: Vec<&OrderRow> = view.orders().collect();
    orders.sort_by(|a, b| (a.issued_on, &a.order).cmp(&(b.issued_on, &b.order)));
    orders.into_iter().map(|order| TABLE.line(&row(view, order))).collect()
}

fn row<'a>(view: &'a View, order: &'a OrderRow) -> Row<'a> {
    let on = view.on;
    let dossier = view.dossier(&order.enterprise.to_string());
    let place = dossier.and_then(|dossier| dossier.place_on(order.issued_on));
    let seen = order.reinspected.as_ref().filter(|(day, _, _)| *day <= on);
    let inspected = order.inspected_by.as_deref();
    Row {
        order: order.order.to_string(),
        authority: order.authority.as_deref(),
        enterprise: view.named_on(&order.enterprise).to_string(),
        name: dossier.map(|dossier| dossier.name.as_str()).unwrap_or_default(),
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        inspected_on: order.inspected_on,
        inspected_by: order.inspected_by.as_deref(),
        inspector: inspected.and_then(|by| who(view, by, order.inspected_for.as_ref())),
        problems: &order.problems,
        demands: &order.measures,
        issued_on: order.issued_on,
        served_on: order.served_on.filter(|day| *day <= on),
        limit: match order.limit {
            Limit::Due(due) => due.to_string(),
            Limit::WorkingDays(days) => format!("送达后{days}个工作日"),
        },
        due: order.due_on(on),
        responsible: order.responsible.as_ref(),
        supervisor: order.supervisor.as_deref(),
        overseer: order.supervisor.as_deref().and_then(|it| overseer(view, order, it)),
        state: order.state_on(on),
        overdue: order.is_open_on(on) && order.is_overdue_on(on),
        due_today: order.is_due_soon(on, on),
        reported_on: order.reported.map(|(at, _)| at.day()).filter(|day| *day <= on),
        reinspected_on: seen.map(|(day, _, _)| *day),
        reinspected_by: seen.map(|(_, by, _)| by.as_str()),
        reinspector: seen.and_then(|(_, by, _)| who(view, by, order.reinspected_for.as_ref())),
        complied: order.state_on(on) == "complied",
        note: order.note.as_ref(),
    }
}

/// Who acted, as a paper names him.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Who<'a> {
    /// By his name, which is sealed.
    Named(&'a Personal),
    /// By his post, where his name is not kept.
    Post(String),
}

/// An enrolled officer by his name, anybody else by the unit for which he acted: a login says
/// nothing to who reads a ledger.
fn who<'a>(view: &'a View, by: &str, unit: Option<&UnitCode>) -> Option<Who<'a>> {
    let named = named(view, by).map(Who::Named);
    named.or_else(|| unit.map(|unit| Who::Post(format!("{}工作人员", view.unit_name(unit)))))
}

/// Who supervises is written into the order: the id of an officer, or what his post is called.
fn overseer<'a>(view: &'a View, order: &OrderRow, told: &str) -> Option<Who<'a>> {
    // A login has no Chinese letters, the word for a post has nothing else.
    let post = (!told.is_ascii()).then(|| Who::Post(told.to_owned()));
    post.or_else(|| who(view, told, order.issued_for.as_ref()))
}

fn named<'a>(view: &'a View, by: &str) -> Option<&'a Personal> {
    let id: OfficerId = by.parse().ok()?;
    view.officer(&id).map(|officer| &officer.name)
}

fn summary(view: &View) -> Result<Vec<Line>, Failure> {
    let on = view.on;
    let soon = next_working_day(view);
    let orders: Vec<&OrderRow> = view.orders().collect();
    let count = |which: &dyn Fn(&OrderRow) -> bool| orders.iter().filter(|o| which(o)).count();
    let complied = |order: &OrderRow| order.state_on(on) == "complied";
    let in_time = |order: &OrderRow| order.complied_on_time() == Some(true);
    // What was served is to be complied with, unless it was taken back or its enterprise is gone.
    let counts = |order: &OrderRow| order.is_served_on(on) && !order.is_out_of_base_on(on);
    let (done, base) = (count(&complied), count(&counts));
    SUMMARY
        .line(&Counts {
            issued: orders.len(),
            served: count(&|order| order.is_served_on(on)),
            open: count(&|order| order.is_open_on(on)),
            due_soon: count(&|order| order.is_due_soon(on, soon)),
            overdue: count(&|order| order.is_open_on(on) && order.is_overdue_on(on)),
            complied_on_time: count(&|order| complied(order) && in_time(order)),
            complied_late: count(&|order| complied(order) && !in_time(order)),
            failed: count(&|order| order.failed_by(on) && !order.is_out_of_base_on(on)),
            complied: done,
            excluded: count(&|order| order.is_out_of_base_on(on)),
            base,
            rate: Ratio { numerator: done, base }.percent(),
        })
        .map(|line| vec![line])
}

/// The next working day after the day asked; the day after it where no calendar says more.
fn next_working_day(view: &View) -> Date {
    let tomorrow = view.on.succ_opt().unwrap_or(view.on);
    let calendars = view.regime.calendars();
    calendars.due(view.on, 1, Some(view.on)).map_or(tomorrow, |deadline| deadline.due)
}
