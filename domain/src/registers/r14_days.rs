//! R14 逐日: how resumption went day by day, towards 「2月底前」. From it the curve is drawn.

use chrono::{Datelike as _, Days, NaiveDate as Date};
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    Ratio,
    listing::Listing,
    table::{Table, count, date, flag, key, text},
};
use crate::codes::Scale;

/// The most days that are shown, the day asked among them.
const MOST: u64 = 92;
/// So many are shown where the rules of the day name no target.
const MONTH: u64 = 31;

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r14-days",
        label_zh: "复工进度逐日表",
        label_en: "resumption day by day",
        columns: &[
            date("day", "日期", "day"),
            key("group", "代码", "group"),
            text("label", "范围", "label"),
            flag("is_target", "目标日", "the target day"),
            count("total", "企业总数", "total"),
            count("excluded", "不纳入基数", "excluded"),
            count("base", "基数", "base"),
            count("resumed_all", "在产（全部）", "in production, of all"),
            count("resumed", "基数内在产", "in production, of the base"),
            text("rate_all", "复工率（全部）", "rate of all"),
            text("rate", "复工率", "rate"),
        ],
    },
    lines: |rows, on| lines(&Listing::of(rows, on)?),
};

/// One line: how a group stood on a day, as it is known now.
#[derive(Debug, Serialize)]
struct Row {
    day: Date,
    group: &'static str,
    label: String,
    is_target: bool,
    total: usize,
    excluded: usize,
    base: usize,
    resumed_all: usize,
    resumed: usize,
    rate_all: String,
    rate: String,
}

fn lines(view: &Listing) -> Result<Vec<Line>, Failure> {
    let target = view.regime.rules_at(view.on).map(|rules| rules.month_end_target);
    let above = view.regime.label("scales", Scale::Above.code(), "zh");
    let mut lines = Vec::new();
    for day in first(view.on, target).iter_days().take_while(|day| *day <= view.on) {
        let [all, large] = figures(view, day);
        let is_target = target == Some(day);
        for (group, label, figures) in
            [("all", "工业企业", all), (Scale::Above.code(), above.as_str(), large)]
        {
            lines.push(TABLE.line(&figures.row(day, is_target, group, label))?);
        }
    }
    Ok(lines)
}

/// The first day that is shown: that of the target's month, unless it is too long ago.
fn first(on: Date, target: Option<Date>) -> Date {
    let back = |days: u64| on.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(on);
    let begins = target.and_then(|target| target.with_day(1));
    begins.map_or_else(|| back(MONTH), |begins| begins.min(on).max(back(MOST)))
}

#[derive(Debug, Default, Clone, Copy)]
struct Figures {
    total: usize,
    working: usize,
    base: usize,
    resumed: usize,
}

/// All, and those above scale.
fn figures(view: &Listing, day: Date) -> [Figures; 2] {
    let [mut all, mut large] = [Figures::default(); 2];
    for whole in view.wholes(day).iter().filter(|whole| whole.main.is_industrial()) {
        let works = whole.production_on(day).in_production();
        all.count(works, !whole.is_excluded_on(day, false));
        if whole.scale_on(day) == Some(Scale::Above) {
            large.count(works, !whole.is_excluded_on(day, true));
        }
    }
    [all, large]
}

impl Figures {
    fn count(&mut self, works: bool, counts: bool) {
        let add = |sum: &mut usize, one: bool| *sum = sum.saturating_add(usize::from(one));
        add(&mut self.total, true);
        add(&mut self.working, works);
        add(&mut self.base, counts);
        add(&mut self.resumed, works && counts);
    }

    fn row(self, day: Date, is_target: bool, group: &'static str, label: &str) -> Row {
        let Self { total, working, base, resumed } = self;
        Row {
            day,
            group,
            label: label.to_owned(),
            is_target,
            total,
            excluded: total.saturating_sub(base),
            base,
            resumed_all: working,
            resumed,
            rate_all: Ratio { numerator: working, base: total }.percent(),
            rate: Ratio { numerator: resumed, base }.percent(),
        }
    }
}
