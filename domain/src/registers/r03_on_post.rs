//! R3 到岗与产能: what the daily reports say of a day, enterprise by enterprise and summed up.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation, Rows};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Ratio,
    daily::{self, DailyRow},
    small::{self, Figures, Group},
    table::{Table, count, flag, key, list, personal, text},
    view::View,
};
use crate::resumption::DailyReport;

/// By what the sums are grouped, in their order.
const BREAKDOWNS: [&str; 4] = ["all", "location", "sector", "township"];

/// The columns that may point at single persons: below this figure they are for those who look
/// after them.
pub const SMALL: usize = 5;
/// The columns that may point at single persons.
pub const GUARDED: &[&str] = &["from_hubei", "in_observation", "fever"];

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r3",
        label_zh: "到岗与产能日报",
        label_en: "on post and capacity",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            flag("in_park", "园区内", "in the park"),
            count("staff", "在册职工", "staff"),
            count("on_post", "到岗", "on post"),
            text("rate", "到岗率", "rate on post"),
            count("from_outside", "市外返岗", "from outside"),
            count("from_hubei", "湖北返岗", "from Hubei"),
            count("in_observation", "隔离观察", "in observation"),
            count("fever", "发热", "fever"),
            count("masks_days", "口罩可用天数", "days that masks last"),
            count("capacity_pct", "产能利用率（%）", "capacity in use, per cent"),
            count("power_kwh", "用电量（千瓦时）", "power, kWh"),
            personal("difficulties", "困难", "difficulties"),
            text("unit", "填报单位", "reported by the unit"),
            text("by", "填报人", "reported by"),
            list("withheld", "不予显示", "withheld"),
        ],
    },
    lines: |rows, on| each(rows, &View::of(rows, on)?),
};

pub(super) const SUMMARY: Table = Table {
    source: "district",
    relation: Relation {
        name: "r3-summary",
        label_zh: "到岗与产能统计",
        label_en: "on post and capacity, summed up",
        columns: &[
            key("by", "分组", "grouped by"),
            key("group", "代码", "group"),
            text("label", "名称", "label"),
            count("enterprises", "填报企业", "enterprises"),
            count("staff", "在册职工", "staff"),
            count("on_post", "到岗", "on post"),
            text("rate", "到岗率", "rate on post"),
            count("from_outside", "市外返岗", "from outside"),
            count("from_hubei", "湖北返岗", "from Hubei"),
            count("in_observation", "隔离观察", "in observation"),
            count("fever", "发热", "fever"),
            count("masks_days_least", "口罩最少可用天数", "fewest days that masks last"),
            count("power_kwh", "用电量（千瓦时）", "power, kWh"),
            list("withheld", "不予显示", "withheld"),
        ],
    },
    lines: |rows, on| summed(rows, &View::of(rows, on)?),
};

/// One line of R3.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    in_park: bool,
    staff: u32,
    on_post: u32,
    rate: String,
    from_outside: Option<u32>,
    from_hubei: Option<u32>,
    in_observation: Option<u32>,
    fever: Option<u32>,
    masks_days: Option<u32>,
    capacity_pct: Option<u8>,
    power_kwh: Option<u64>,
    difficulties: Option<&'a Personal>,
    unit: &'a str,
    by: &'a str,
    withheld: &'static [&'static str],
}

fn each(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    daily::of_day(rows, view.on)?.iter().map(|told| TABLE.line(&row(view, told))).collect()
}

fn row<'a>(view: &'a View, told: &'a DailyRow) -> Row<'a> {
    let report = &told.report;
    let dossier = view.dossier(&told.enterprise.to_string());
    let place = dossier.and_then(|dossier| dossier.place_on(view.on));
    Row {
        enterprise: view.named_on(&told.enterprise).to_string(),
        name: dossier.map(|dossier| dossier.name.as_str()).unwrap_or_default(),
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        in_park: place.is_some_and(|place| place.park.is_some()),
        staff: report.staff,
        on_post: report.on_post,
        rate: share(report.on_post.into(), report.staff.into()),
        from_outside: report.from_outside,
        from_hubei: report.from_hubei,
        in_observation: report.in_observation,
        fever: report.fever,
        masks_days: report.masks_days,
        capacity_pct: report.capacity_pct,
        power_kwh: report.power_kwh,
        difficulties: report.difficulties.as_ref(),
        unit: &told.unit,
        by: &told.by,
        withheld: &[],
    }
}

/// One line of the sums.
#[derive(Debug, Default, Serialize)]
struct Sum {
    by: &'static str,
    group: String,
    label: String,
    enterprises: u64,
    staff: u64,
    on_post: u64,
    rate: String,
    from_outside: u64,
    from_hubei: u64,
    in_observation: u64,
    fever: u64,
    masks_days_least: Option<u32>,
    power_kwh: u64,
    withheld: &'static [&'static str],
}

fn summed(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    let mut sums: BTreeMap<(usize, String), Sum> = BTreeMap::new();
    sums.insert((0, "all".to_owned()), titled("all", "all", "合计"));
    for told in daily::of_day(rows, view.on)? {
        for (rank, empty) in groups_of(view, &told) {
            sums.entry((rank, empty.group.clone())).or_insert(empty).add(&told);
        }
    }
    sums.into_values().map(|sum| SUMMARY.line(&sum.rated())).collect()
}

fn groups_of(view: &View, told: &DailyRow) -> Vec<(usize, Sum)> {
    let mut groups = vec![(0, titled("all", "all", "合计"))];
    let Some(dossier) = view.dossier(&told.enterprise.to_string()) else { return groups };
    if let Some(place) = dossier.place_on(view.on) {
        let inside = place.park.is_some();
        let (code, label) = if inside { ("park", "园区内") } else { ("outside", "园区外") };
        groups.push((1, titled("location", code, label)));
        let township = view.unit_code(&place.township);
        groups.push((3, titled("township", township.as_str(), &view.unit_name(township))));
    }
    if let Some(section) = &dossier.section {
        groups.push((2, titled("sector", section, super::sector_label(section))));
    }
    groups
}

fn titled(by: &'static str, group: &str, label: &str) -> Sum {
    Sum { by, group: group.to_owned(), label: label.to_owned(), ..Sum::default() }
}

impl Sum {
    fn add(&mut self, told: &DailyRow) {
        let report = &told.report;
        let mut more = |sum: fn(&mut Self) -> &mut u64, figure: Option<u64>| {
            let sum = sum(self);
            *sum = sum.saturating_add(figure.unwrap_or_default());
        };
        more(|sum| &mut sum.enterprises, Some(1));
        more(|sum| &mut sum.staff, Some(report.staff.into()));
        more(|sum| &mut sum.on_post, Some(report.on_post.into()));
        more(|sum| &mut sum.from_outside, report.from_outside.map(u64::from));
        more(|sum| &mut sum.from_hubei, report.from_hubei.map(u64::from));
        more(|sum| &mut sum.in_observation, report.in_observation.map(u64::from));
        more(|sum| &mut sum.fever, report.fever.map(u64::from));
        more(|sum| &mut sum.power_kwh, report.power_kwh);
        let least = [self.masks_days_least, report.masks_days].into_iter().flatten().min();
        self.masks_days_least = least;
    }

    fn rated(self) -> Self {
        Self { rate: share(self.on_post, self.staff), ..self }
    }
}

fn share(part: u64, whole: u64) -> String {
    let figure = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Ratio { numerator: figure(part), base: figure(whole) }.percent()
}

/// Takes away what points at single persons, and what that could be computed from, and says that it
/// did: for those who do not look after them. `lines` are all lines of `table` that `rows` come to
/// on that day.
///
/// # Errors
///
/// When a row is not what this version of the fold writes.
pub fn withhold(table: &Table, rows: &Rows, on: Date, lines: &mut [Line]) -> Result<(), Failure> {
    if !table.relation.columns.iter().any(|column| GUARDED.contains(&column.name)) {
        return Ok(());
    }
    let is_sum = table.relation.name == SUMMARY.relation.name;
    let sums = if is_sum { sums(rows, on)? } else { Sums::new() };
    for line in lines {
        let group = group_of(line);
        let is_hidden =
            |name: &&str| sums.get(name).is_some_and(|figures| figures.is_hidden(&group));
        let told = GUARDED.iter().copied().filter(|name| line.get(name).is_some_and(Value::is_u64));
        let small: Vec<_> =
            if is_sum { told.filter(is_hidden).collect() } else { small(|name| line.get(name)) };
        for name in &small {
            line.set(name, Value::Null);
        }
        line.set("withheld", small.into());
    }
    Ok(())
}

/// Each guarded figure of each group.
type Sums = BTreeMap<&'static str, Figures>;

/// What of the sums is left out.
fn sums(rows: &Rows, on: Date) -> Result<Sums, Failure> {
    let view = View::of(rows, on)?;
    let mut sums: Sums = GUARDED.iter().map(|name| (*name, Figures::default())).collect();
    for told in daily::of_day(rows, on)? {
        let DailyReport { from_hubei, in_observation, fever, .. } = told.report;
        let figures = [("from_hubei", from_hubei), ("in_observation", in_observation)];
        let groups = groups_of(&view, &told).into_iter().map(|(rank, sum)| (rank, sum.group));
        let groups: BTreeSet<Group> = groups.collect();
        for (name, figure) in figures.into_iter().chain([("fever", fever)]) {
            sums.entry(name).or_default().add(groups.clone(), figure.map(u64::from));
        }
    }
    sums.values_mut().for_each(Figures::leave_out);
    Ok(sums)
}

/// Which group a line of the sums is of.
fn group_of(line: &Line) -> Group {
    let text = |name| line.get(name).and_then(Value::as_str).unwrap_or_default();
    let rank = BREAKDOWNS.iter().position(|by| *by == text("by"));
    (rank.unwrap_or_default(), text("group").to_owned())
}

/// The same, of what a report tells by itself.
pub fn withhold_told(told: &mut Map<String, Value>) {
    for name in small(|name| told.get(name)) {
        told.insert(name.to_owned(), Value::Null);
    }
}

fn small<'a>(figure: impl Fn(&'static str) -> Option<&'a Value>) -> Vec<&'static str> {
    let is_small =
        |name: &&'static str| figure(name).and_then(Value::as_u64).is_some_and(small::is_small);
    GUARDED.iter().copied().filter(is_small).collect()
}
