//! R2 未复工: which listed enterprises do not work, why, and who looks after them.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation};
use serde::Serialize;

use super::{
    listing::Whole,
    table::{Table, count, date, key, list, personal, text},
    view::View,
};
use crate::codes::{ExclusionKind, Scale, SuspensionReason};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r2",
        label_zh: "未复工企业清单",
        label_en: "not resumed",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("scale", "规模", "scale"),
            text("state", "生产状态", "state"),
            text("excluded", "不纳入基数原因", "excluded because"),
            personal("reason", "未复工原因", "reason"),
            text("stopped_for", "停产原因", "stopped for"),
            date("expected_on", "拟复工日期", "expected on"),
            count("days_late", "逾期天数", "days late"),
            count("difficulties", "未解决困难", "open difficulties"),
            text("lead", "行业主管", "sector lead"),
            list("units", "包保单位", "units in charge"),
            list("officers", "包保驻厂员", "officers in charge"),
            personal("officer_names", "驻厂员姓名", "officers' names"),
            personal("officer_phones", "联系电话", "officers' telephones"),
            list("vacant_seats", "空缺席位", "vacant seats"),
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
    stopped_for: Option<&'static str>,
    expected_on: Option<Date>,
    days_late: i64,
    difficulties: usize,
    lead: Option<String>,
    units: Vec<String>,
    officers: Vec<String>,
    officer_names: Vec<&'a Personal>,
    officer_phones: Vec<&'a Personal>,
    vacant_seats: Vec<&'static str>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let waiting = view.wholes(view.on).into_iter().filter(|whole| {
        !whole.production_on(view.on).in_production() && whole.main.is_industrial()
    });
    waiting.map(|whole| TABLE.line(&row(view, &whole))).collect()
}

fn row<'a>(view: &'a View, whole: &Whole<'a>) -> Row<'a> {
    let (on, main) = (view.on, whole.main);
    let expected = main.expected_on(on);
    let late = |day| on.signed_duration_since(day).num_days().max(0);
    let (mut units, mut officers, mut known) = (Vec::new(), Vec::new(), Vec::new());
    let mut vacant_seats = Vec::new();
    for (site, seat) in whole
        .sites
        .iter()
        .flat_map(|site| view.seats_of(site).iter().map(move |seat| (*site, *seat)))
    {
        let unit = view.owner_of(site, seat).map(|unit| view.unit_name(&unit));
        units.extend(unit.filter(|unit| !units.contains(unit)));
        if let Some(tenure) = site.holder_on(seat, on) {
            officers.push(tenure.officer.to_string());
            known.extend(view.officer(&tenure.officer));
        } else {
            vacant_seats.push(seat.code());
        }
    }
    Row {
        enterprise: view.named_on(&main.enterprise).to_string(),
        name: &main.name,
        township: main.place_on(on).map(|p| view.unit_name(&p.township)).unwrap_or_default(),
        scale: whole.scale_on(on).map(Scale::code),
        state: whole.production_on(on).code(),
        excluded: main.exclusion_on(on).map(ExclusionKind::code),
        reason: expected.and_then(|expected| expected.reason.as_ref()),
        stopped_for: main.span_on(on).and_then(|span| span.stopped_for).map(SuspensionReason::code),
        expected_on: expected.map(|expected| expected.on),
        days_late: expected.map_or(0, |expected| late(expected.on)),
        difficulties: view.open_supports(main),
        lead: main.lead.as_ref().map(|lead| view.unit_name(lead)),
        units,
        officers,
        officer_names: known.iter().map(|officer| &officer.name).collect(),
        officer_phones: known.iter().filter_map(|officer| officer.phone.as_ref()).collect(),
        vacant_seats,
    }
}
