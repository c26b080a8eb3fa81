//! R12 一企一档, item by item: what an enterprise's file says, in the order in which it is read.
//!
//! Sections are those of the paper file; one of which nothing is known says so. Words about persons
//! stand in a column of their own, so that the rest can be shown and compared without them. What
//! enterprises said of a difficulty is not here, and no figure that may point at single persons.

mod course;
mod standing;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate as Date};
use fugong_core::{Failure, Line, Personal, Relation, Rows, Want};
use serde::Serialize;

use super::{
    daily::{self, DailyRow},
    dossier::Dossier,
    inspections::InspectionRow,
    orders::OrderRow,
    supports::SupportRow,
    table::{Table, date, key, number, personal, text},
    view::View,
};
use crate::EnterpriseId;

/// How many days of reports are told.
const REPORTED: u64 = 7;
/// What a section says of which nothing is known.
const NOTHING: &str = "无";

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r12-items",
        label_zh: "企业档案分项",
        label_en: "enterprise dossier, item by item",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            number("number", "序号", "number"),
            text("section", "部分", "section of the file"),
            date("on", "日期", "on"),
            text("item", "事项", "item"),
            text("content", "内容", "content"),
            personal("words", "人员及详情", "persons and details"),
        ],
    },
    lines,
};

/// The daily reports that it reads for a day, besides what is kept without a day.
pub(super) fn reads(on: Date) -> Vec<Want> {
    week(on).map(daily::those_of).collect()
}

/// The days of which reports are told, the last first.
fn week(on: Date) -> impl Iterator<Item = Date> {
    (0..REPORTED).filter_map(move |back| on.checked_sub_days(Days::new(back)))
}

/// One line.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: &'a str,
    number: usize,
    section: &'static str,
    on: Option<Date>,
    item: String,
    content: String,
    words: Vec<&'a Personal>,
}

/// What a section says, before it is numbered.
#[derive(Debug, Default)]
struct Item<'a> {
    on: Option<Date>,
    called: String,
    content: String,
    words: Vec<&'a Personal>,
}

impl<'a> Item<'a> {
    fn of(on: Option<Date>, called: impl Into<String>, content: impl Into<String>) -> Self {
        Self { on, called: called.into(), content: content.into(), words: Vec::new() }
    }

    fn with(self, words: impl IntoIterator<Item = &'a Personal>) -> Self {
        Self { words: words.into_iter().collect(), ..self }
    }
}

/// What is known of all enterprises, by the one that it is about.
struct Known<'a> {
    view: &'a View,
    reports: BTreeMap<String, Vec<DailyRow>>,
    inspections: BTreeMap<String, Vec<&'a InspectionRow>>,
    orders: BTreeMap<String, Vec<&'a OrderRow>>,
    supports: BTreeMap<String, Vec<&'a SupportRow>>,
}

/// What a section says of an enterprise.
type Section = for<'a> fn(&'a Known<'a>, &'a Dossier) -> Vec<Item<'a>>;

/// The sections, in the order of the file.
const SECTIONS: [(&str, Section); 9] = [
    ("一、基本情况", standing::basics),
    ("二、防控方案", standing::plan),
    ("三、驻厂员及岗位", standing::seats),
    ("四、复工情况", course::production),
    ("五、每日报告摘要", course::reports),
    ("六、检查与整改", course::inspections),
    ("七、诚信记录", course::flags),
    ("八、困难与协调", course::supports),
    ("九、有关文书", course::papers),
];

fn lines(rows: &Rows, on: Date) -> Result<Vec<Line>, Failure> {
    let view = View::of(rows, on)?;
    let known = Known::of(&view, rows)?;
    let mut lines = Vec::new();
    for dossier in view.dossiers.values().filter(|dossier| !dossier.is_later_code()) {
        known.file(dossier, &mut lines)?;
    }
    Ok(lines)
}

/// The same of one enterprise, by the code that it has on the day of the view: what there is of the
/// others is not even read.
pub(super) fn lines_of(view: &View, rows: &Rows, enterprise: &str) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    let own = view.dossiers.values().filter(|dossier| {
        !dossier.is_later_code() && view.named_on(&dossier.enterprise).to_string() == enterprise
    });
    for dossier in own {
        Known::of_one(view, rows, dossier)?.file(dossier, &mut lines)?;
    }
    Ok(lines)
}

impl<'a> Known<'a> {
    fn of(view: &'a View, rows: &Rows) -> Result<Self, Failure> {
        let mut reports = Vec::new();
        for day in week(view.on) {
            reports.extend(daily::of_day(rows, day)?);
        }
        Ok(Self::chosen(view, reports, |_| true))
    }

    /// What is known of one.
    fn of_one(view: &'a View, rows: &Rows, dossier: &Dossier) -> Result<Self, Failure> {
        let id = &dossier.enterprise;
        let mut reports = Vec::new();
        for day in week(view.on) {
            reports.extend(daily::of_day_and(rows, day, id)?);
        }
        let whole = id.whole();
        Ok(Self::chosen(view, reports, |of| *of == *id || of.whole() == whole))
    }

    fn chosen(
        view: &'a View,
        told: Vec<DailyRow>,
        is_chosen: impl Fn(&EnterpriseId) -> bool,
    ) -> Self {
        let mut reports: BTreeMap<String, Vec<DailyRow>> = BTreeMap::new();
        for row in told {
            reports.entry(row.enterprise.to_string()).or_default().push(row);
        }
        let inspections = view.inspections().map(|(_, row)| row);
        let inspections = inspections.filter(|row| !row.void && is_chosen(&row.enterprise));
        let orders = view.orders().filter(|order| is_chosen(&order.enterprise));
        let supports = view.supports().filter(|case| is_chosen(&case.enterprise));
        Self {
            view,
            reports,
            inspections: grouped(inspections, |row| row.enterprise.to_string()),
            orders: grouped(orders, |order| order.enterprise.to_string()),
            supports: grouped(supports, |case| case.enterprise.whole().to_string()),
        }
    }

    /// The file of an enterprise.
    fn file(&'a self, dossier: &'a Dossier, lines: &mut Vec<Line>) -> Result<(), Failure> {
        let enterprise = self.view.named_on(&dossier.enterprise).to_string();
        let mut number = 0_usize;
        for (section, told) in SECTIONS {
            let mut items = told(self, dossier);
            if items.is_empty() {
                items.push(Item::of(None, NOTHING, ""));
            }
            for Item { on, called: item, content, words } in items {
                number = number.saturating_add(1);
                let enterprise = enterprise.as_str();
                let row = Row { enterprise, number, section, on, item, content, words };
                lines.push(TABLE.line(&row)?);
            }
        }
        Ok(())
    }

    /// What a code is called in a list of the day.
    fn label(&self, list: &str, code: &str) -> String {
        self.view.regime.label(list, code, "zh")
    }

    /// What several codes are called.
    fn labels(&self, list: &str, codes: impl IntoIterator<Item = &'static str>) -> String {
        let called: Vec<_> = codes.into_iter().map(|code| self.label(list, code)).collect();
        called.join("、")
    }
}

/// Parts of a sentence that have something to say.
fn parts(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let said: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    said.join("；")
}

fn grouped<'a, T>(
    rows: impl Iterator<Item = &'a T>,
    whose: impl Fn(&T) -> String,
) -> BTreeMap<String, Vec<&'a T>> {
    let mut all: BTreeMap<String, Vec<&'a T>> = BTreeMap::new();
    for row in rows {
        all.entry(whose(row)).or_default().push(row);
    }
    all
}
