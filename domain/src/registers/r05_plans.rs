//! R5 方案: which enterprises have a prevention plan, in place in time or late, with which gaps.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    dossier::{Dossier, first_day},
    table::{Table, count, date, key, list, text},
    view::View,
};
use crate::codes::Scale;

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r5",
        label_zh: "疫情防控方案台账",
        label_en: "prevention plans",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("scale", "规模", "scale"),
            date("due", "落实期限", "due"),
            date("drafted_on", "制定日期", "drafted on"),
            date("in_place_on", "落实到位日期", "in place on"),
            text("state", "状态", "state"),
            list("gaps", "方案缺项", "gaps as drafted"),
            list("in_place_gaps", "落实缺项", "gaps as put in place"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

pub(super) const SUMMARY: Table = Table {
    source: "district",
    relation: Relation {
        name: "r5-summary",
        label_zh: "疫情防控方案统计",
        label_en: "plan counts",
        columns: &[
            key("scale", "规模", "scale"),
            count("due", "应落实", "due"),
            count("drafted", "已制定", "drafted"),
            count("in_time", "按期落实到位", "in place in time"),
            count("late", "逾期落实到位", "in place late"),
            count("missing", "未制定", "missing"),
            list("gaps", "方案缺项数", "gaps as drafted"),
            list("in_place_gaps", "落实缺项数", "gaps as put in place"),
        ],
    },
    lines: |rows, on| summary(&View::of(rows, on)?),
};

/// One line of R5.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    scale: Option<&'static str>,
    due: Option<Date>,
    drafted_on: Option<Date>,
    in_place_on: Option<Date>,
    state: &'static str,
    gaps: &'a [String],
    in_place_gaps: &'a [String],
}

/// One line of the counts.
#[derive(Debug, Default, Serialize)]
struct Counts<'a> {
    scale: &'static str,
    due: usize,
    drafted: usize,
    in_time: usize,
    late: usize,
    missing: usize,
    gaps: BTreeMap<&'a str, usize>,
    in_place_gaps: BTreeMap<&'a str, usize>,
}

fn industrial(view: &View) -> impl Iterator<Item = &Dossier> {
    let all = view.dossiers.values().map(|dossier| &**dossier);
    let listed = all.filter(|dossier| dossier.is_listed_on(view.on));
    listed.filter(|dossier| dossier.is_industrial())
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    industrial(view).map(|dossier| TABLE.line(&row(view, dossier))).collect()
}

fn row<'a>(view: &View, dossier: &'a Dossier) -> Row<'a> {
    let on = view.on;
    let (plan, placed) = (dossier.draft_on(on), dossier.placement_on(on));
    let in_place = first_day(&dossier.placements).filter(|day| *day <= on);
    let due = due(view, dossier);
    let state = match (plan, in_place, due) {
        (None, _, _) => "missing",
        (Some(_), None, _) => "drafted",
        (Some(_), Some(day), Some(due)) if due < day => "late",
        (Some(_), Some(_), _) => "in_time",
    };
    Row {
        enterprise: view.named_on(&dossier.enterprise).to_string(),
        name: &dossier.name,
        township: dossier.place_on(on).map(|p| view.unit_name(&p.township)).unwrap_or_default(),
        scale: view.scale_of(dossier, on).map(Scale::code),
        due,
        drafted_on: first_day(&dossier.drafts).filter(|day| *day <= on),
        in_place_on: in_place,
        state,
        gaps: plan.map(|plan| plan.gaps.as_slice()).unwrap_or_default(),
        in_place_gaps: placed.map(|placed| placed.gaps.as_slice()).unwrap_or_default(),
    }
}

/// By when the plan of an enterprise above designated size is to be in place: the day of the
/// notice for those that were above then and known to be, some working days for those that came
/// or became known later. Nobody is late for a day that was over.
pub(crate) fn due(view: &View, dossier: &Dossier) -> Option<Date> {
    if view.scale_of(dossier, view.on) != Some(Scale::Above) {
        return None;
    }
    let rules = view.regime.rules_at(view.on)?;
    let since = view.size_of(dossier, view.on).map(|size| size.from.max(size.known_on))?;
    // A site has a plan of its own from the day on which it was listed.
    let since = dossier.listed_since(view.on).map_or(since, |listed| listed.max(since));
    if since <= rules.plan_deadline {
        return Some(rules.plan_deadline);
    }
    let days = rules.plan_working_days_if_later;
    view.regime.calendars().due(since, days, Some(since)).ok().map(|deadline| deadline.due)
}

fn summary(view: &View) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for scale in [Scale::Above, Scale::Below] {
        let mut counts = Counts { scale: scale.code(), ..Counts::default() };
        let sized = |d: &&Dossier| view.scale_of(d, view.on).unwrap_or(Scale::Below) == scale;
        for dossier in industrial(view).filter(sized) {
            let row = row(view, dossier);
            counts.due = counts.due.saturating_add(usize::from(row.due.is_some()));
            let which = match row.state {
                "missing" => &mut counts.missing,
                "in_time" => &mut counts.in_time,
                "late" => &mut counts.late,
                _ => &mut counts.drafted,
            };
            *which = which.saturating_add(1);
            if matches!(row.state, "in_time" | "late") {
                counts.drafted = counts.drafted.saturating_add(1);
            }
            add(&mut counts.gaps, row.gaps);
            add(&mut counts.in_place_gaps, row.in_place_gaps);
        }
        lines.push(SUMMARY.line(&counts)?);
    }
    Ok(lines)
}

fn add<'a>(counts: &mut BTreeMap<&'a str, usize>, gaps: &'a [String]) {
    for gap in gaps {
        let count = counts.entry(gap).or_default();
        *count = count.saturating_add(1);
    }
}
