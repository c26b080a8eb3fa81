//! R14 月底目标: 「努力实现2月底前实现规模以上工业企业全部复工复产」. A target, without penalty.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Relation};
use serde::Serialize;

use super::{
    Ratio,
    table::{Line, Table, count, date, key, line, list, text},
    view::{View, Whole},
};
use crate::codes::Scale;

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r14",
        label_zh: "规模以上工业企业月底复工目标",
        label_en: "month-end target",
        columns: &[
            key("group", "代码", "group"),
            text("label", "属地", "label"),
            date("target_on", "目标日期", "target"),
            count("days_left", "剩余天数", "days left"),
            count("total", "规上企业", "above designated size"),
            count("excluded", "不纳入基数", "excluded"),
            count("base", "基数", "base"),
            count("resumed_all", "在产（全部）", "in production, of all"),
            count("resumed", "在产", "in production, of the base"),
            count("remaining", "未复工", "remaining"),
            text("rate_all", "复工率（全部）", "rate of all"),
            text("rate", "复工率", "rate"),
            list("names", "未复工企业", "not resumed"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R14.
#[derive(Debug, Serialize)]
struct Row {
    group: String,
    label: String,
    target_on: Option<Date>,
    days_left: Option<i64>,
    total: usize,
    excluded: usize,
    base: usize,
    resumed_all: usize,
    resumed: usize,
    remaining: usize,
    rate_all: String,
    rate: String,
    names: Vec<String>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let wholes = view.wholes(view.on);
    let above: Vec<&Whole<'_>> = wholes
        .iter()
        .filter(|whole| whole.main.is_industrial() && whole.scale_on(view.on) == Some(Scale::Above))
        .collect();
    let mut groups: BTreeMap<String, (String, Vec<&Whole<'_>>)> = BTreeMap::new();
    for whole in &above {
        if let Some(place) = whole.main.place_on(view.on) {
            let township = view.unit_code(&place.township);
            let group = groups.entry(township.to_string());
            group.or_insert_with(|| (view.unit_name(township), Vec::new())).1.push(whole);
        }
    }
    let mut lines = vec![line(&row(view, "all", "合计", &above))?];
    for (code, (label, members)) in &groups {
        lines.push(line(&row(view, code, label, members))?);
    }
    Ok(lines)
}

fn row(view: &View, group: &str, label: &str, members: &[&Whole<'_>]) -> Row {
    let on = view.on;
    let base: Vec<_> = members.iter().filter(|whole| !whole.is_excluded_on(on, true)).collect();
    let working = |whole: &Whole<'_>| whole.production_on(on).in_production();
    let missing: Vec<_> = base.iter().filter(|whole| !working(whole)).collect();
    let resumed = base.len().saturating_sub(missing.len());
    let resumed_all = members.iter().filter(|whole| working(whole)).count();
    let target_on = view.regime.rules_at(on).map(|rules| rules.month_end_target);
    Row {
        group: group.to_owned(),
        label: label.to_owned(),
        target_on,
        days_left: target_on.map(|target| target.signed_duration_since(on).num_days()),
        total: members.len(),
        excluded: members.len().saturating_sub(base.len()),
        base: base.len(),
        resumed_all,
        resumed,
        remaining: missing.len(),
        rate_all: Ratio { numerator: resumed_all, base: members.len() }.percent(),
        rate: Ratio { numerator: resumed, base: base.len() }.percent(),
        names: missing.iter().map(|whole| whole.main.name.clone()).collect(),
    }
}
