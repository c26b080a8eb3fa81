//! R11 产业链、供应链: who supplies whom, and which supplier holds back an enterprise that works.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation, Rows};
use serde::Serialize;

use super::{
    economy::{SUPPLIES, SupplyLink, SupplyRow},
    listing::Whole,
    table::{Table, count, date, flag, key, personal, text},
    view::View,
};
use crate::codes::{ProductionState, Tier};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r11",
        label_zh: "产业链供应链配套企业复工台账",
        label_en: "supply chains",
        columns: &[
            key("enterprise", "配套企业统一社会信用代码", "supplier").naming("r12"),
            text("name", "配套企业名称", "name"),
            text("township", "属地", "township"),
            text("tier", "服务梯次", "tier"),
            text("state", "配套企业生产状态", "state"),
            key("anchor", "龙头企业统一社会信用代码", "enterprise that is supplied").naming("r12"),
            text("anchor_name", "龙头企业名称", "its name"),
            text("anchor_state", "龙头企业生产状态", "its state"),
            date("anchor_since", "龙头企业复工日期", "it works since"),
            flag("holds_back", "龙头已复工而配套未复工", "it works and its supplier does not"),
            date("expected_on", "拟复工日期", "expected on"),
            personal("reason", "未复工原因", "reason"),
            count("difficulties", "未解决困难", "open difficulties"),
            text("unit", "责任单位", "unit in charge"),
            date("linked_on", "登记日期", "linked on"),
        ],
    },
    lines: |rows, on| lines(rows, &View::of(rows, on)?),
};

/// One line of R11: one supplier of one enterprise.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    tier: Option<&'static str>,
    state: &'static str,
    anchor: String,
    anchor_name: &'a str,
    anchor_state: &'static str,
    anchor_since: Option<Date>,
    holds_back: bool,
    expected_on: Option<Date>,
    reason: Option<&'a Personal>,
    difficulties: usize,
    unit: String,
    linked_on: Date,
}

fn lines(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    let wholes = view.wholes(view.on).into_iter();
    let wholes: BTreeMap<String, Whole<'_>> =
        wholes.map(|whole| (whole.main.enterprise.whole().to_string(), whole)).collect();
    let told: Vec<(String, SupplyRow)> = rows.all(SUPPLIES)?;
    let mut lines = Vec::new();
    for (id, row) in &told {
        let Some(supplier) = wholes.get(id) else { continue };
        for link in row.on(view.on) {
            if let Some(anchor) = wholes.get(&link.anchor.to_string()) {
                lines.push(TABLE.line(&of(view, supplier, anchor, link))?);
            }
        }
    }
    Ok(lines)
}

fn of<'a>(view: &'a View, supplier: &Whole<'a>, anchor: &Whole<'a>, link: &SupplyLink) -> Row<'a> {
    let (on, main) = (view.on, supplier.main);
    let (name, township) = view.named(&main.enterprise);
    let (state, anchors) = (supplier.production_on(on), anchor.production_on(on));
    let expected = main.expected_on(on).filter(|_| !state.in_production());
    let place = main.place_on(on);
    let unit = place.map(|place| place.park.as_ref().unwrap_or(&place.township));
    Row {
        enterprise: view.named_on(&main.enterprise.whole()).to_string(),
        name,
        township,
        tier: main.tier_on(on).map(Tier::code),
        state: state.code(),
        anchor: view.named_on(&link.anchor).to_string(),
        anchor_name: &anchor.main.name,
        anchor_state: anchors.code(),
        anchor_since: since(anchor, on, anchors),
        holds_back: anchors.in_production() && !state.in_production(),
        expected_on: expected.map(|expected| expected.on),
        reason: expected.and_then(|expected| expected.reason.as_ref()),
        difficulties: view.open_supports(main),
        unit: unit.map(|unit| view.unit_name(unit)).unwrap_or_default(),
        linked_on: link.from,
    }
}

/// Since when it works: the earliest of the sites that do.
fn since(anchor: &Whole<'_>, on: Date, state: ProductionState) -> Option<Date> {
    let spans = anchor.sites.iter().filter_map(|site| site.span_on(on));
    let working = spans.filter(|span| span.state.in_production()).map(|span| span.from);
    working.min().filter(|_| state.in_production())
}
