//! R14 月底目标: 「努力实现2月底前实现规模以上工业企业全部复工复产」. A target, without penalty.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    Ratio,
    listing::{Listing, Whole},
    table::{Table, count, date, key, list, text},
};
use crate::{UnitCode, codes::Scale};

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
            count("base", "当日基数", "base on the day asked"),
            count("resumed_all", "当日在产（全部）", "in production on the day asked, of all"),
            count("resumed", "当日在产", "in production on the day asked, of the base"),
            count("remaining", "当日未复工", "remaining on the day asked"),
            text("rate_all", "当日复工率（全部）", "rate of all on the day asked"),
            text("rate", "当日复工率", "rate on the day asked"),
            list("names", "当日未复工企业", "not resumed on the day asked"),
            count("target_base", "目标日基数", "base on the target day"),
            count("target_resumed", "目标日在产", "in production on the target day, of the base"),
            count("target_remaining", "目标日未复工", "remaining on the target day"),
            text("target_rate", "目标日复工率", "rate on the target day"),
        ],
    },
    lines: |rows, on| lines(&Listing::of(rows, on)?),
};

/// One line of R14: the day asked, and, once it has come, the target day.
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
    target_base: Option<usize>,
    target_resumed: Option<usize>,
    target_remaining: Option<usize>,
    target_rate: Option<String>,
}

/// How a group of enterprises stands on a day.
#[derive(Debug, Default)]
struct Figures {
    total: usize,
    base: usize,
    working: usize,
    resumed: usize,
    missing: Vec<String>,
}

/// The group of all.
const ALL: &str = "";

fn lines(view: &Listing) -> Result<Vec<Line>, Failure> {
    let target_on = view.regime.rules_at(view.on).map(|rules| rules.month_end_target);
    let mut now = figures(view, view.on);
    let mut then = target_on.filter(|day| *day <= view.on).map(|day| figures(view, day));
    let groups: BTreeSet<String> =
        now.keys().chain(then.iter().flatten().map(|(k, _)| k)).cloned().collect();
    groups
        .into_iter()
        .map(|group| {
            let now = now.remove(&group).unwrap_or_default();
            let then = then.as_mut().map(|all| all.remove(&group).unwrap_or_default());
            TABLE.line(&row(view, group, target_on, now, then.as_ref()))
        })
        .collect()
}

/// How all, and each township by its code of the day asked, stand on `day`.
fn figures(view: &Listing, day: Date) -> BTreeMap<String, Figures> {
    let mut all = BTreeMap::from([(ALL.to_owned(), Figures::default())]);
    for whole in view.wholes(day) {
        if !whole.main.is_industrial() || whole.scale_on(day) != Some(Scale::Above) {
            continue;
        }
        let place = whole.main.place_on(day);
        let township = place.map(|place| view.unit_code(&place.township).to_string());
        for group in [Some(ALL.to_owned()), township].into_iter().flatten() {
            all.entry(group).or_default().count(&whole, day);
        }
    }
    all
}

impl Figures {
    fn count(&mut self, whole: &Whole<'_>, day: Date) {
        let works = whole.production_on(day).in_production();
        let counts = !whole.is_excluded_on(day, true);
        let add = |sum: &mut usize, one: bool| *sum = sum.saturating_add(usize::from(one));
        add(&mut self.total, true);
        add(&mut self.base, counts);
        add(&mut self.working, works);
        add(&mut self.resumed, works && counts);
        if counts && !works {
            self.missing.push(whole.main.name.clone());
        }
    }

    /// 复工率, of the base.
    fn rate(&self) -> String {
        Ratio { numerator: self.resumed, base: self.base }.percent()
    }
}

fn row(
    view: &Listing,
    group: String,
    target_on: Option<Date>,
    now: Figures,
    then: Option<&Figures>,
) -> Row {
    let (group, label) = match group.parse::<UnitCode>() {
        Ok(township) => (group, view.unit_name(&township)),
        Err(_) => ("all".to_owned(), "合计".to_owned()),
    };
    Row {
        group,
        label,
        target_on,
        days_left: target_on.map(|target| target.signed_duration_since(view.on).num_days()),
        total: now.total,
        excluded: now.total.saturating_sub(now.base),
        base: now.base,
        resumed_all: now.working,
        resumed: now.resumed,
        remaining: now.missing.len(),
        rate_all: Ratio { numerator: now.working, base: now.total }.percent(),
        rate: now.rate(),
        names: now.missing,
        target_base: then.map(|then| then.base),
        target_resumed: then.map(|then| then.resumed),
        target_remaining: then.map(|then| then.missing.len()),
        target_rate: then.map(Figures::rate),
    }
}
