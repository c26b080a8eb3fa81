use std::collections::BTreeMap;

use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    super::{
        Ratio,
        dossier::Dossier,
        table::{Table, count, key, text},
        view::View,
    },
    listed, of,
};

pub(in super::super) const COVERAGE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r4-summary",
        label_zh: "驻厂覆盖统计",
        label_en: "coverage by stationed officers",
        columns: &[
            key("by", "分组", "grouped by"),
            key("group", "代码", "group"),
            text("label", "名称", "label"),
            count("enterprises", "应派驻企业", "enterprises"),
            count("seats", "应派席位", "seats required"),
            count("designated", "已派席位", "designated"),
            count("vacant", "空缺席位", "vacant"),
            text("designated_rate", "选派率", "rate designated"),
            count("at_work", "在产企业", "enterprises in production"),
            count("seats_at_work", "应驻厂席位", "seats to be stationed"),
            count("stationed", "已驻厂席位", "stationed"),
            text("stationed_rate", "驻厂率", "rate stationed"),
            count("visited_24h", "当日到厂席位", "visited that day"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of the coverage: the base of all, and the base of those in production.
#[derive(Debug, Default, Serialize)]
struct Row {
    by: &'static str,
    group: String,
    label: String,
    enterprises: usize,
    seats: usize,
    designated: usize,
    vacant: usize,
    designated_rate: String,
    at_work: usize,
    seats_at_work: usize,
    stationed: usize,
    stationed_rate: String,
    visited_24h: usize,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let mut groups: BTreeMap<(usize, String), Row> = BTreeMap::new();
    groups.insert((0, "all".to_owned()), titled("all", "all", "合计"));
    for dossier in listed(view) {
        for (rank, group) in groups_of(view, dossier) {
            let row = groups.entry((rank, group.group.clone())).or_insert(group);
            row.add(view, dossier);
        }
    }
    groups.into_values().map(|row| COVERAGE.line(&row.rated())).collect()
}

fn groups_of(view: &View, dossier: &Dossier) -> Vec<(usize, Row)> {
    let mut groups = vec![(0, titled("all", "all", "合计"))];
    if let Some(place) = dossier.place_on(view.on) {
        let inside = place.park.is_some();
        let (code, label) = if inside { ("park", "园区内") } else { ("outside", "园区外") };
        groups.push((1, titled("location", code, label)));
        let township = view.unit_code(&place.township);
        groups.push((2, titled("township", township.as_str(), &view.unit_name(township))));
    }
    groups
}

fn titled(by: &'static str, group: &str, label: &str) -> Row {
    Row { by, group: group.to_owned(), label: label.to_owned(), ..Row::default() }
}

impl Row {
    fn add(&mut self, view: &View, dossier: &Dossier) {
        let required: Vec<_> = of(view, dossier).filter(|held| held.required).collect();
        if required.is_empty() {
            return;
        }
        let held = required.iter().filter(|held| held.tenure.is_some()).count();
        add(&mut self.enterprises, 1);
        add(&mut self.seats, required.len());
        add(&mut self.designated, held);
        add(&mut self.vacant, required.len().saturating_sub(held));
        if dossier.production_on(view.on).in_production() {
            add(&mut self.at_work, 1);
            add(&mut self.seats_at_work, required.len());
            add(&mut self.stationed, held);
        }
        let visited = required.iter().filter(|held| 0 < held.visits(view, dossier));
        add(&mut self.visited_24h, visited.count());
    }

    fn rated(self) -> Self {
        let rate = |numerator, base| Ratio { numerator, base }.percent();
        Self {
            designated_rate: rate(self.designated, self.seats),
            stationed_rate: rate(self.stationed, self.seats_at_work),
            ..self
        }
    }
}

fn add(count: &mut usize, more: usize) {
    *count = count.saturating_add(more);
}
