//! R20 管控: measures of control, their steps, and when they are to be looked at again.

use chrono::{Days, NaiveDate as Date};
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    measures::MeasureRow,
    table::{Table, count, date, flag, key, text},
    view::View,
};
use crate::{codes::MeasureState, measure::Target};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r20-measures",
        label_zh: "管控措施台账",
        label_en: "control measures",
        columns: &[
            key("measure", "编号", "measure"),
            text("kind", "类型", "kind"),
            text("kind_label", "类型名称", "kind in words"),
            text("area", "范围", "area"),
            text("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("by", "实施单位", "imposed by"),
            text("authority", "文号", "document"),
            date("imposed_on", "实施日期", "imposed on"),
            count("steps", "已放宽次数", "steps"),
            date("reviewed_on", "最近评估日期", "last looked at"),
            date("review_due", "应评估日期", "to be looked at again on"),
            flag("overdue", "评估逾期", "overdue"),
            text("state", "状态", "state"),
            date("lifted_on", "解除日期", "lifted on"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R20.
#[derive(Debug, Serialize)]
struct Row<'a> {
    measure: String,
    kind: &'static str,
    kind_label: String,
    area: Option<String>,
    enterprise: Option<String>,
    name: Option<&'a str>,
    by: String,
    authority: Option<String>,
    imposed_on: Date,
    steps: usize,
    reviewed_on: Date,
    review_due: Option<Date>,
    overdue: bool,
    state: &'static str,
    lifted_on: Option<Date>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let mut measures: Vec<&MeasureRow> = view.measures().collect();
    measures.sort_by(|a, b| (a.imposed_on, &a.measure).cmp(&(b.imposed_on, &b.measure)));
    measures.into_iter().map(|measure| TABLE.line(&row(view, measure))).collect()
}

fn row<'a>(view: &'a View, measure: &MeasureRow) -> Row<'a> {
    let on = view.on;
    let dossier = measure.target.enterprise().and_then(|id| view.dossier(&id.to_string()));
    let area = match &measure.target {
        Target::Area(area) => Some(view.unit_name(area)),
        Target::Enterprise(_) => None,
    };
    let (lifted, reviewed) = (measure.lifted_by(on), measure.reviewed_by(on));
    let days = view.regime.rules_at(on).map(|rules| Days::new(rules.measure_review_days.into()));
    let due = days.filter(|_| lifted.is_none()).and_then(|days| reviewed.checked_add_days(days));
    let state = if lifted.is_some() { MeasureState::Lifted } else { MeasureState::InForce };
    Row {
        measure: measure.measure.to_string(),
        kind: measure.kind.code(),
        kind_label: view.regime.label("control_measure_kinds", measure.kind.code(), "zh"),
        area,
        enterprise: measure.target.enterprise().map(|it| view.named_on(it).to_string()),
        name: dossier.map(|dossier| dossier.name.as_str()),
        by: view.unit_name(&measure.by),
        authority: measure.authority.as_ref().map(ToString::to_string),
        imposed_on: measure.imposed_on,
        steps: measure.steps_by(on),
        reviewed_on: reviewed,
        review_due: due,
        overdue: due.is_some_and(|due| due < on),
        state: state.code(),
        lifted_on: lifted,
    }
}
