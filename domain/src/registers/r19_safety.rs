//! R19 安全隐患: every hazard with its course, and what each enterprise does against accidents.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation, Rows};
use serde::Serialize;

use super::{
    safety::{HazardRow, SAFETY, SafetyRow},
    table::{Table, count, date, flag, key, list, number, personal, text},
    view::View,
};
use crate::EnterpriseId;

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r19",
        label_zh: "安全隐患台账",
        label_en: "safety hazards",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            number("number", "序号", "number"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("workplace", "作业场所", "workplace"),
            text("severity", "隐患级别", "severity"),
            personal("place", "部位", "place"),
            personal("facts", "隐患情况", "what was seen"),
            text("found_by", "排查单位", "found by"),
            date("found_on", "排查日期", "found on"),
            date("due", "整治期限", "due"),
            text("lead", "行业主管", "sector lead"),
            flag("cleared", "已消除", "cleared"),
            date("cleared_on", "消除日期", "cleared on"),
            personal("measures", "整治措施", "measures"),
            flag("overdue", "逾期", "overdue"),
        ],
    },
    lines: |rows, on| hazards(rows, &View::of(rows, on)?),
};

pub(super) const SUMMARY: Table = Table {
    source: "district",
    relation: Relation {
        name: "r19-summary",
        label_zh: "安全生产情况",
        label_en: "safety at work",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            date("prepared_on", "安全生产准备日期", "prepared on"),
            list("gaps", "缺项", "gaps"),
            date("monitored_on", "最近监测日期", "last monitored"),
            count("abnormal", "监测异常次数", "times not as it should be"),
            date("trained_on", "最近警示教育日期", "last training"),
            count("trained", "受教育人次", "attended"),
            count("found", "排查隐患", "hazards found"),
            count("cleared", "已消除", "cleared"),
            count("open", "未消除", "open"),
            count("major_open", "其中重大", "of which major"),
        ],
    },
    lines: |rows, on| summary(rows, &View::of(rows, on)?),
};

/// One line of R19.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    number: u32,
    name: &'a str,
    township: String,
    workplace: &'static str,
    severity: &'static str,
    place: &'a Personal,
    facts: &'a Personal,
    found_by: &'a str,
    found_on: Date,
    due: Option<Date>,
    lead: Option<String>,
    cleared: bool,
    cleared_on: Option<Date>,
    measures: Option<&'a Personal>,
    overdue: bool,
}

/// One line of the summary.
#[derive(Debug, Serialize)]
struct Sum<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    prepared_on: Option<Date>,
    gaps: Vec<String>,
    monitored_on: Option<Date>,
    abnormal: usize,
    trained_on: Option<Date>,
    trained: u32,
    found: usize,
    cleared: usize,
    open: usize,
    major_open: usize,
}

fn kept(rows: &Rows) -> Result<Vec<(EnterpriseId, SafetyRow)>, Failure> {
    let all = rows.all::<SafetyRow>(SAFETY)?.into_iter().map(|(_, row)| row);
    Ok(all.filter_map(|row| Some((row.enterprise.clone()?, row))).collect())
}

fn hazards(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for (enterprise, safety) in kept(rows)? {
        for hazard in safety.hazards.iter().filter(|hazard| hazard.found_on <= view.on) {
            lines.push(TABLE.line(&row(view, &enterprise, hazard))?);
        }
    }
    Ok(lines)
}

fn row<'a>(view: &'a View, enterprise: &EnterpriseId, hazard: &'a HazardRow) -> Row<'a> {
    let (name, township) = view.named(enterprise);
    let dossier = view.dossier(&enterprise.to_string());
    let cleared = hazard.cleared_by(view.on);
    Row {
        enterprise: view.named_on(enterprise).to_string(),
        number: hazard.number,
        name,
        township,
        workplace: hazard.workplace.code(),
        severity: hazard.severity.code(),
        place: &hazard.place,
        facts: &hazard.facts,
        found_by: &hazard.found_by,
        found_on: hazard.found_on,
        due: hazard.due,
        lead: dossier.and_then(|it| it.lead.as_ref()).map(|lead| view.unit_name(lead)),
        cleared: cleared.is_some(),
        cleared_on: cleared.map(|(on, _)| *on),
        measures: cleared.map(|(_, measures)| measures),
        overdue: cleared.is_none() && hazard.due.is_some_and(|due| due < view.on),
    }
}

fn summary(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    kept(rows)?.iter().map(|(id, safety)| SUMMARY.line(&sum(view, id, safety))).collect()
}

fn sum<'a>(view: &'a View, enterprise: &EnterpriseId, safety: &SafetyRow) -> Sum<'a> {
    let on = view.on;
    let (name, township) = view.named(enterprise);
    let found: Vec<_> = safety.hazards.iter().filter(|hazard| hazard.found_on <= on).collect();
    let open: Vec<_> = found.iter().filter(|hazard| hazard.cleared_by(on).is_none()).collect();
    let prepared = safety.prepared.iter().rfind(|(day, _)| *day <= on);
    let monitored = safety.monitored.iter().filter(|(at, _, _)| at.day() <= on);
    let trained = safety.trained.iter().filter(|(day, _)| *day <= on);
    let is_major = |hazard: &&&&HazardRow| hazard.severity == crate::codes::HazardSeverity::Major;
    Sum {
        enterprise: view.named_on(enterprise).to_string(),
        name,
        township,
        prepared_on: prepared.map(|(day, _)| *day),
        gaps: prepared.map(|(_, gaps)| gaps.clone()).unwrap_or_default(),
        monitored_on: monitored.clone().map(|(at, _, _)| at.day()).max(),
        abnormal: monitored.filter(|(_, _, normal)| !normal).count(),
        trained_on: trained.clone().map(|(day, _)| *day).max(),
        trained: trained.map(|(_, attended)| *attended).fold(0, u32::saturating_add),
        found: found.len(),
        cleared: found.len().saturating_sub(open.len()),
        open: open.len(),
        major_open: open.iter().filter(is_major).count(),
    }
}

impl HazardRow {
    /// When and how it was cleared, if it was by `day`.
    fn cleared_by(&self, day: Date) -> Option<&(Date, Personal)> {
        self.cleared.as_ref().filter(|(on, _)| *on <= day)
    }
}
