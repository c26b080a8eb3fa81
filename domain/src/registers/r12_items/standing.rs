//! How an enterprise stands: what it is, its plan, and who is stationed there.

use super::{Item, Known, parts};
use crate::{
    IndustryCode,
    codes::{ExclusionKind, Scale, Seat, Tier},
    registers::{dossier::Dossier, labels, sector_label},
};

/// 一、基本情况.
pub(super) fn basics<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let (view, on) = (known.view, known.view.on);
    let code = view.named_on(&dossier.enterprise);
    let former: Vec<_> = dossier.former_codes(on).iter().map(ToString::to_string).collect();
    let former = (!former.is_empty()).then(|| format!("曾用代码 {}", former.join("、")));
    let name = parts([Some(format!("{}（{code}）", dossier.name)), former]);
    let listing = known.label("listings", dossier.listing_on(on).code());
    let place = dossier.place_on(on);
    let township = place.map(|place| view.unit_name(&place.township));
    let park = place.and_then(|place| place.park.as_ref()).map(|park| view.unit_name(park));
    let section = dossier.section.as_deref().map(|it| sector_label(it).to_owned());
    let industry = dossier.industry_code.as_ref().map(IndustryCode::as_str);
    let lead = dossier.lead.as_ref().map(|lead| format!("行业主管{}", view.unit_name(lead)));
    let scale = view.scale_of(dossier, on).map(|it| known.label("scales", Scale::code(it)));
    let tier = dossier.tier_on(on).map(|it| known.label("tiers", Tier::code(it)));
    let excluded = view.exclusion_of(dossier, on);
    let excluded = excluded.map(|it| known.label("exclusion_kinds", ExclusionKind::code(it)));
    let staff = dossier.headcount.map(|staff| format!("在册职工 {staff} 人"));
    let revenue = dossier.prior_year_revenue_cny.map(|sum| format!("上年营业收入 {sum} 元"));
    let parent = dossier.parent.as_ref().map(|parent| format!("总公司 {parent}"));
    let industry = industry.map(|code| format!("行业代码 {code}"));
    let said = [
        Item::of(None, "企业名称", name),
        Item::of(dossier.listed_since(on), "名录状态", listing),
        Item::of(None, "属地", parts([township, park])),
        Item::of(None, "行业", parts([section, industry, lead])),
        Item::of(None, "规模和分类", parts([scale, tier])),
        Item::of(None, "人员和经营", parts([staff, revenue, parent])),
        Item::of(None, "不纳入基数", excluded.unwrap_or_default()),
    ];
    said.into_iter().filter(|item| !item.content.is_empty()).collect()
}

/// 二、防控方案.
pub(super) fn plan<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let (view, on) = (known.view, known.view.on);
    let gaps = |codes: &[String]| {
        let called = |code: &String| {
            let label = labels::label(&view.regime, on, ("r5", "gaps"), code);
            label.unwrap_or_else(|| code.clone())
        };
        let all: Vec<_> = codes.iter().map(called).collect();
        if all.is_empty() {
            "无缺项".to_owned()
        } else {
            format!("缺项：{}", all.join("、"))
        }
    };
    let drafts = dossier.drafts.iter().filter(|draft| draft.from <= on).map(|draft| {
        let item = format!("方案第 {} 版", draft.value.number);
        Item::of(Some(draft.from), item, gaps(&draft.value.gaps))
    });
    let placed = dossier.placements.iter().filter(|placed| placed.from <= on).map(|placed| {
        let item = format!("方案第 {} 版落实到位", placed.value.number);
        Item::of(Some(placed.from), item, gaps(&placed.value.gaps))
    });
    let mut items: Vec<Item<'a>> = drafts.chain(placed).collect();
    items.sort_by_key(|item| item.on);
    items
}

/// 三、驻厂员及岗位: each seat that is to be filled, the vacant ones too, and who stands in.
pub(super) fn seats<'a>(known: &'a Known<'a>, dossier: &'a Dossier) -> Vec<Item<'a>> {
    let (view, on) = (known.view, known.view.on);
    let required = view.seats_of(dossier);
    let all = Seat::ALL.iter().filter_map(|seat| {
        let tenure = dossier.holder_on(*seat, on);
        if tenure.is_none() && !required.contains(seat) {
            return None;
        }
        let label = known.label("seats", seat.code());
        let Some(tenure) = tenure else {
            let unit = view.owner_of(dossier, *seat).map(|unit| view.unit_name(&unit));
            return Some(vec![Item::of(None, label, parts([Some("空缺".to_owned()), unit]))]);
        };
        let officer = view.officer(&tenure.officer);
        let title = officer.and_then(|officer| officer.title.clone());
        let also = tenure.concurrent.as_ref().map(|_| "兼驻".to_owned());
        let content = parts([Some(view.unit_name(&tenure.unit)), title, also]);
        let who = officer.into_iter().flat_map(|it| [Some(&it.name), it.phone.as_ref()]);
        let words = who.chain([tenure.concurrent.as_ref()]).flatten();
        let holder = Item::of(Some(tenure.from.day()), label.clone(), content).with(words);
        let other = dossier.substitute_on(*seat, on).map(|it| {
            let officer = view.officer(&it.officer);
            let until = format!("至 {}", it.until.day());
            let named = officer.map(|officer| &officer.name);
            Item::of(Some(it.from.day()), format!("{label}顶岗"), until).with(named)
        });
        Some([holder].into_iter().chain(other).collect())
    });
    all.flatten().collect()
}
