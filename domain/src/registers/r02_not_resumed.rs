//! R2 未复工: which listed enterprises do not work, why, and who looks after them.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Personal, Relation};
use serde::Serialize;

use super::{
    table::{Line, Table, count, date, key, line, list, personal, text},
    view::View,
};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r2",
        label_zh: "未复工企业清单",
        label_en: "not resumed",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("scale", "规模", "scale"),
            text("state", "生产状态", "state"),
            text("excluded", "不纳入基数原因", "excluded because"),
            personal("reason", "未复工原因", "reason"),
            date("expected_on", "拟复工日期", "expected on"),
            count("days_late", "逾期天数", "days late"),
            text("lead", "行业主管", "sector lead"),
            list("officers", "包保驻厂员", "officers in charge"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R2.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    scale: Option<&'static str>,
    state: &'static str,
    excluded: Option<&'static str>,
    reason: Option<&'a Personal>,
    expected_on: Option<Date>,
    days_late: i64,
    lead: Option<String>,
    officers: Vec<String>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for whole in view.wholes(view.on) {
        let main = whole.main;
        let state = whole.production_on(view.on);
        if state.in_production() || !main.is_industrial() {
            continue;
        }
        let expected = main.expected.as_ref().filter(|expected| expected.said_on <= view.on);
        let officers = view.seats_of(main).iter().filter_map(|seat| {
            let tenure = main.holder_on(*seat, view.on)?;
            Some(format!("{}（{}）", tenure.officer, view.unit_name(&tenure.unit)))
        });
        lines.push(line(&Row {
            enterprise: main.enterprise.to_string(),
            name: &main.name,
            township: main
                .place_on(view.on)
                .map(|p| view.unit_name(&p.township))
                .unwrap_or_default(),
            scale: whole.scale_on(view.on).map(crate::codes::Scale::code),
            state: state.code(),
            excluded: main.exclusion_on(view.on).map(crate::codes::ExclusionKind::code),
            reason: expected.and_then(|expected| expected.reason.as_ref()),
            expected_on: expected.map(|expected| expected.on),
            days_late: expected
                .map_or(0, |expected| view.on.signed_duration_since(expected.on).num_days().max(0)),
            lead: main.lead.as_ref().map(|lead| view.unit_name(lead)),
            officers: officers.collect(),
        })?);
    }
    Ok(lines)
}
