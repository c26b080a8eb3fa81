//! R17 三区三联: who works and with whom he is linked; who is not, by name.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation, Rows};
use serde::Serialize;

use super::{
    dossier::Dossier,
    table::{Table, count, date, flag, key, personal, text},
    view::View,
    zones::{ZONES, ZoneRow},
};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r17",
        label_zh: "三区三联台账",
        label_en: "linked zones",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            flag("at_work", "在产", "in production"),
            flag("linked", "已建立联动", "linked"),
            date("linked_on", "建立日期", "linked on"),
            text("community", "社区", "community"),
            text("park", "园区", "park"),
            personal("site", "企业生产区域联系人", "contact at the site"),
            personal("measures", "联动联防联控措施", "measures"),
            count("handovers", "当日接续管理次数", "handovers that day"),
            count("workers", "当日接续人数", "workers handed over that day"),
            date("handed_over_on", "最近接续日期", "last handover"),
        ],
    },
    lines: |rows, on| lines(rows, &View::of(rows, on)?),
};

/// One line of R17.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    at_work: bool,
    linked: bool,
    linked_on: Option<Date>,
    community: Option<&'a str>,
    park: Option<String>,
    site: Option<&'a Personal>,
    measures: &'a [Personal],
    handovers: usize,
    workers: u32,
    handed_over_on: Option<Date>,
}

fn lines(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    let zones: BTreeMap<String, ZoneRow> = rows.all(ZONES)?.into_iter().collect();
    let none = ZoneRow::default();
    let listed = view.dossiers.values().filter(|dossier| dossier.is_listed_on(view.on));
    listed
        .map(|dossier| {
            let its = zones.get(&dossier.enterprise.to_string()).unwrap_or(&none);
            (dossier, its)
        })
        .filter(|(dossier, its)| {
            dossier.production_on(view.on).in_production() || !its.links.is_empty()
        })
        .map(|(dossier, its)| TABLE.line(&row(view, dossier, its)))
        .collect()
}

fn row<'a>(view: &'a View, dossier: &'a Dossier, zones: &'a ZoneRow) -> Row<'a> {
    let on = view.on;
    let (name, township) = view.named(&dossier.enterprise);
    let link = zones.links.iter().rfind(|link| link.from <= on);
    let told = zones.handovers.iter().filter(|(at, _)| at.day() <= on);
    let today = told.clone().filter(|(at, _)| at.day() == on);
    Row {
        enterprise: view.named_on(&dossier.enterprise).to_string(),
        name,
        township,
        at_work: dossier.production_on(on).in_production(),
        linked: link.is_some(),
        linked_on: link.map(|link| link.from),
        community: link.map(|link| link.community.as_str()),
        park: link.and_then(|link| link.park.as_ref()).map(|park| view.unit_name(park)),
        site: link.map(|link| &link.site),
        measures: link.map(|link| link.measures.as_slice()).unwrap_or_default(),
        handovers: today.clone().count(),
        workers: today.filter_map(|(_, workers)| *workers).fold(0, u32::saturating_add),
        handed_over_on: told.map(|(at, _)| at.day()).max(),
    }
}
