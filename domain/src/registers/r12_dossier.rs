//! R12 一企一档: what is known of each enterprise and site, listed or not.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Relation};
use serde::Serialize;

use super::{
    dossier::Dossier,
    table::{Line, Table, count, date, flag, key, line, list, text},
    view::View,
};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r12",
        label_zh: "企业档案（一企一档）",
        label_en: "enterprise dossier",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise"),
            text("name", "企业名称", "name"),
            text("listing", "名录状态", "listing"),
            date("listed_on", "建档日期", "listed on"),
            text("township", "属地", "township"),
            text("park", "园区", "park"),
            text("section", "行业门类", "section"),
            text("industry_code", "行业代码", "industry"),
            text("lead", "行业主管", "sector lead"),
            text("scale", "规模", "scale"),
            text("tier", "分类", "tier"),
            text("production", "生产状态", "production"),
            date("since", "状态起始", "since"),
            text("excluded", "不纳入基数原因", "excluded because"),
            count("plan_revision", "方案版次", "plan revision"),
            list("plan_gaps", "方案缺项", "plan gaps"),
            flag("plan_in_place", "方案落实到位", "plan in place"),
            list("vacant_seats", "空缺席位", "vacant seats"),
            count("open_orders", "未办结整改单", "open orders"),
            list("flags", "诚信记录", "flags"),
            date("guided_on", "指导日期", "guided on"),
            list("papers", "有关文书", "papers"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R12.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    listing: &'static str,
    listed_on: Option<Date>,
    township: Option<String>,
    park: Option<String>,
    section: Option<&'a str>,
    industry_code: Option<&'a str>,
    lead: Option<String>,
    scale: Option<&'static str>,
    tier: Option<&'static str>,
    production: &'static str,
    since: Option<Date>,
    excluded: Option<&'static str>,
    plan_revision: Option<u32>,
    plan_gaps: &'a [String],
    plan_in_place: bool,
    vacant_seats: Vec<&'static str>,
    open_orders: usize,
    flags: Vec<String>,
    guided_on: Option<Date>,
    papers: Vec<String>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    view.dossiers.values().map(|dossier| line(&row(view, dossier))).collect()
}

fn row<'a>(view: &'a View, dossier: &'a Dossier) -> Row<'a> {
    let on = view.on;
    let place = dossier.place_on(on);
    let vacant = view.seats_of(dossier).iter().copied();
    let plan = dossier.plan.as_ref().filter(|plan| plan.drafted_on <= on);
    Row {
        enterprise: dossier.enterprise.to_string(),
        name: &dossier.name,
        listing: listing(dossier, on),
        listed_on: dossier.listed_on,
        township: place.map(|place| view.unit_name(&place.township)),
        park: place.and_then(|place| place.park.as_ref()).map(|park| view.unit_name(park)),
        section: dossier.section.as_deref(),
        industry_code: dossier.industry_code.as_ref().map(crate::IndustryCode::as_str),
        lead: dossier.lead.as_ref().map(|lead| view.unit_name(lead)),
        scale: dossier.scale_on(on).map(crate::codes::Scale::code),
        tier: dossier.tier.map(crate::codes::Tier::code),
        production: dossier.production_on(on).code(),
        since: dossier.span_on(on).map(|span| span.from),
        excluded: dossier.exclusion_on(on).map(crate::codes::ExclusionKind::code),
        plan_revision: plan.map(|plan| plan.revision),
        plan_gaps: plan.map(|plan| plan.gaps.as_slice()).unwrap_or_default(),
        plan_in_place: plan.is_some_and(|p| p.in_place_on.is_some_and(|day| day <= on)),
        vacant_seats: vacant
            .filter(|seat| dossier.holder_on(*seat, on).is_none())
            .map(crate::codes::Seat::code)
            .collect(),
        open_orders: dossier.open_orders(),
        flags: dossier.flags.iter().map(|(number, state)| format!("{number}:{state}")).collect(),
        guided_on: dossier.guided_on,
        papers: dossier.papers.iter().map(|p| format!("{} {}", p.from, p.value)).collect(),
    }
}

fn listing(dossier: &Dossier, on: Date) -> &'static str {
    if dossier.is_closed_on(on) {
        "closed"
    } else if dossier.joined_to.is_some() {
        "joined"
    } else if dossier.set_aside.is_some() {
        "set_aside"
    } else if dossier.is_listed_on(on) {
        if dossier.closing.is_some() { "closing" } else { "listed" }
    } else {
        "unlisted"
    }
}
