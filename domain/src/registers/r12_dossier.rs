//! R12 一企一档: what is known of each enterprise and site, listed or not.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    dossier::Dossier,
    table::{Table, count, date, flag, key, list, text},
    view::View,
};
use crate::codes::{ExclusionKind, Scale, Seat, Tier};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r12",
        label_zh: "企业档案（一企一档）",
        label_en: "enterprise dossier",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise"),
            list("former_codes", "曾用代码", "former codes"),
            text("name", "企业名称", "name"),
            text("listing", "名录状态", "listing"),
            date("listed_on", "建档日期", "listed on"),
            text("township", "属地", "township"),
            text("park", "园区", "park"),
            text("section", "行业门类", "section"),
            text("industry_code", "行业代码", "industry"),
            text("lead", "行业主管", "sector lead"),
            text("parent", "总公司代码", "parent firm").naming("r12"),
            count("headcount", "在册职工", "registered staff"),
            count(
                "prior_year_revenue_cny",
                "上年营业收入（元）",
                "revenue of the year before, yuan",
            ),
            text("scale", "规模", "scale"),
            text("tier", "分类", "tier"),
            text("production", "生产状态", "production"),
            date("since", "状态起始", "since"),
            flag("works", "在产", "in production"),
            text("excluded", "不纳入基数原因", "excluded because"),
            count("plan_revision", "方案版次", "plan revision"),
            list("plan_gaps", "方案缺项", "plan gaps"),
            flag("plan_in_place", "方案落实到位", "plan in place"),
            list("officers", "驻厂员", "stationed officers"),
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
    former_codes: Vec<String>,
    name: &'a str,
    listing: &'static str,
    listed_on: Option<Date>,
    township: Option<String>,
    park: Option<String>,
    section: Option<&'a str>,
    industry_code: Option<&'a str>,
    lead: Option<String>,
    parent: Option<String>,
    headcount: Option<u32>,
    prior_year_revenue_cny: Option<u64>,
    scale: Option<&'static str>,
    tier: Option<&'static str>,
    production: &'static str,
    since: Option<Date>,
    works: bool,
    excluded: Option<&'static str>,
    plan_revision: Option<u32>,
    plan_gaps: &'a [String],
    plan_in_place: bool,
    officers: Vec<String>,
    vacant_seats: Vec<&'static str>,
    open_orders: usize,
    flags: Vec<String>,
    guided_on: Option<Date>,
    papers: Vec<String>,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let firms = view.dossiers.values().filter(|dossier| !dossier.is_later_code());
    firms.map(|dossier| TABLE.line(&row(view, dossier))).collect()
}

fn row<'a>(view: &'a View, dossier: &'a Dossier) -> Row<'a> {
    let on = view.on;
    let place = dossier.place_on(on);
    let plan = dossier.draft_on(on);
    let seats = view.seats_of(dossier).iter().copied();
    let holders = Seat::ALL.iter().filter_map(|seat| dossier.holder_on(*seat, on));
    let vacant = seats.filter(|seat| dossier.holder_on(*seat, on).is_none());
    let papers = dossier.papers.iter().filter(|paper| paper.from <= on);
    let flags = view.flags_of(dossier);
    Row {
        enterprise: view.named_on(&dossier.enterprise).to_string(),
        former_codes: dossier.former_codes(on).iter().map(ToString::to_string).collect(),
        name: &dossier.name,
        listing: dossier.listing_on(on).code(),
        listed_on: dossier.listed_since(on),
        township: place.map(|place| view.unit_name(&place.township)),
        park: place.and_then(|place| place.park.as_ref()).map(|park| view.unit_name(park)),
        section: dossier.section.as_deref(),
        industry_code: dossier.industry_code.as_ref().map(crate::IndustryCode::as_str),
        lead: dossier.lead.as_ref().map(|lead| view.unit_name(lead)),
        parent: dossier.parent.as_ref().map(ToString::to_string),
        headcount: dossier.headcount,
        prior_year_revenue_cny: dossier.prior_year_revenue_cny,
        scale: view.scale_of(dossier, on).map(Scale::code),
        tier: dossier.tier_on(on).map(Tier::code),
        production: dossier.production_on(on).code(),
        since: dossier.span_on(on).map(|span| span.from),
        works: dossier.production_on(on).in_production(),
        excluded: view.exclusion_of(dossier, on).map(ExclusionKind::code),
        plan_revision: plan.map(|plan| plan.number),
        plan_gaps: plan.map(|plan| plan.gaps.as_slice()).unwrap_or_default(),
        plan_in_place: dossier.placement_on(on).is_some(),
        officers: holders.map(|tenure| tenure.officer.to_string()).collect(),
        vacant_seats: vacant.map(Seat::code).collect(),
        open_orders: view.open_orders(dossier),
        flags: flags.map(|flag| format!("{}:{}", flag.number, flag.state_on(on))).collect(),
        guided_on: dossier.guidances.iter().filter(|day| **day <= on).max().copied(),
        papers: papers.map(|paper| format!("{} {}", paper.from, paper.value)).collect(),
    }
}
