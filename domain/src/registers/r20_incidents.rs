//! R20 疫情: incidents and the days of their steps. Who and how many is in no table.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    incidents::{IncidentRow, Step},
    table::{Table, date, key, text},
    view::View,
};
use crate::codes::EpidemicState;

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r20-incidents",
        label_zh: "疫情处置台账",
        label_en: "incidents",
        columns: &[
            key("incident", "编号", "incident"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            date("reported_on", "报告日期", "reported on"),
            date("isolated_on", "隔离日期", "isolated on"),
            date("cdc_reported_on", "报告疾控机构日期", "told to the CDC on"),
            date("traced_on", "流调追踪日期", "traced on"),
            date("disinfected_on", "消毒日期", "disinfected on"),
            text("state", "状态", "state"),
            date("ended_on", "办结日期", "ended on"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R20.
#[derive(Debug, Serialize)]
struct Row<'a> {
    incident: String,
    enterprise: String,
    name: &'a str,
    township: String,
    reported_on: Date,
    isolated_on: Option<Date>,
    cdc_reported_on: Option<Date>,
    traced_on: Option<Date>,
    disinfected_on: Option<Date>,
    state: &'static str,
    ended_on: Option<Date>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let mut incidents: Vec<&IncidentRow> = view.incidents().collect();
    incidents.sort_by(|a, b| (a.reported_on, &a.incident).cmp(&(b.reported_on, &b.incident)));
    incidents.into_iter().map(|incident| TABLE.line(&row(view, incident))).collect()
}

fn row<'a>(view: &'a View, incident: &IncidentRow) -> Row<'a> {
    let on = view.on;
    let dossier = view.dossier(&incident.enterprise.to_string());
    let place = dossier.and_then(|dossier| dossier.place_on(incident.reported_on));
    let ended = incident.ended_by(on);
    Row {
        incident: incident.incident.to_string(),
        enterprise: view.named_on(&incident.enterprise).to_string(),
        name: dossier.map(|dossier| dossier.name.as_str()).unwrap_or_default(),
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        reported_on: incident.reported_on,
        isolated_on: incident.first(Step::Isolated, on),
        cdc_reported_on: incident.first(Step::CdcReported, on),
        traced_on: incident.first(Step::Traced, on),
        disinfected_on: incident.first(Step::Disinfected, on),
        state: ended.map_or(EpidemicState::Open, |(how, _)| how).code(),
        ended_on: ended.map(|(_, day)| day),
    }
}
