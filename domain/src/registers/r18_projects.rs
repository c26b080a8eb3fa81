//! R18 重大工程和重点项目: which key projects started, and which are late.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation, Rows};
use serde::Serialize;

use super::{
    dossier::Dossier,
    economy::{PROJECTS, Project, ProjectRow},
    table::{Table, count, date, flag, key, number, text},
    view::View,
};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r18-projects",
        label_zh: "重大工程和重点项目台账",
        label_en: "key projects",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            number("number", "项目序号", "number"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("project", "项目名称", "project"),
            count("investment_cny", "总投资（元）", "total, in yuan"),
            date("marked_on", "列入日期", "marked on"),
            date("starts_by", "计划开工日期", "to start by"),
            flag("started", "已开工", "started"),
            date("started_on", "开工日期", "started on"),
            flag("overdue", "逾期未开工", "overdue"),
        ],
    },
    lines: |rows, on| lines(rows, &View::of(rows, on)?),
};

/// One line of R18.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    number: u32,
    name: &'a str,
    township: String,
    project: &'a str,
    investment_cny: Option<u64>,
    marked_on: Date,
    starts_by: Option<Date>,
    started: bool,
    started_on: Option<Date>,
    overdue: bool,
}

fn lines(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    let all: Vec<(String, ProjectRow)> = rows.all(PROJECTS)?;
    let its = all.iter().filter_map(|(id, row)| Some((view.dossier(id)?, row)));
    let each = its.flat_map(|(dossier, row)| row.projects.iter().map(move |one| (dossier, one)));
    let here = each.filter(|(_, project)| project.is_on(view.on));
    here.map(|(dossier, project)| TABLE.line(&row(view, dossier, project))).collect()
}

fn row<'a>(view: &'a View, dossier: &Dossier, project: &'a Project) -> Row<'a> {
    let (name, township) = view.named(&dossier.enterprise);
    let started_on = project.started_by(view.on);
    Row {
        enterprise: view.named_on(&dossier.enterprise).to_string(),
        number: project.number,
        name,
        township,
        project: &project.name,
        investment_cny: project.investment_cny,
        marked_on: project.marked_on,
        starts_by: project.starts_by,
        started: started_on.is_some(),
        started_on,
        overdue: project.is_late_on(view.on),
    }
}
