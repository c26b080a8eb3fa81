//! R1 复工: how many work again, by township, place, sector, division, tier and size.
//!
//! Two denominators circulate: all, and without the excluded, who leave numerator and base alike.
//! Every ratio carries both its parts.

use std::collections::BTreeMap;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    Ratio,
    dossier::Dossier,
    listing::{Listing, Whole},
    table::{Table, count, key, list, text},
};
use crate::codes::{ProductionState, Scale};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r1",
        label_zh: "复工复产情况表",
        label_en: "resumption",
        columns: &[
            key("by", "分组", "grouped by"),
            key("group", "代码", "group"),
            text("label", "名称", "label"),
            count("total", "企业总数", "total"),
            count("excluded", "不纳入基数", "excluded"),
            count("base", "基数", "base"),
            count("resumed", "在产", "in production"),
            count("resumed_in_base", "基数内在产", "in production, of the base"),
            count("continuous", "其中持续在产", "of which continuous"),
            count("new_today", "今日新增", "new today"),
            count("suspended", "停产", "suspended"),
            count("not_resumed", "未复工", "not resumed"),
            count("ever_resumed", "累计复工", "ever resumed"),
            text("rate_all", "复工率（全部）", "rate of all"),
            text("rate", "复工率", "rate"),
            text("delta_pp", "较昨日（百分点）", "points since yesterday"),
            list("new_names", "今日新增企业", "names of the new today"),
        ],
    },
    lines: |rows, on| lines(&Listing::of(rows, on)?),
};

/// One line of R1.
#[derive(Debug, Serialize)]
struct Row {
    by: &'static str,
    group: String,
    label: String,
    total: usize,
    excluded: usize,
    base: usize,
    resumed: usize,
    resumed_in_base: usize,
    continuous: usize,
    new_today: usize,
    suspended: usize,
    not_resumed: usize,
    ever_resumed: usize,
    rate_all: String,
    rate: String,
    delta_pp: String,
    new_names: Vec<String>,
}

/// The groupings, in the order in which they are read.
const ORDER: &[&str] =
    &["all", "scale", "location", "sector", "township", "division", "tier", "park_non_industrial"];

/// Where a line stands: the rank of its grouping, the grouping, the group.
type Place = (usize, &'static str, String);

/// The enterprises of a group, and what it is called.
struct Group<'a> {
    label: String,
    members: Vec<&'a Whole<'a>>,
}

fn lines(view: &Listing) -> Result<Vec<Line>, Failure> {
    let yesterday = view.on.pred_opt().unwrap_or(view.on);
    let (now, then) = (view.wholes(view.on), view.wholes(yesterday));
    let before = groups(view, &then, yesterday);
    let mut lines = Vec::new();
    for (place, group) in &groups(view, &now, view.on) {
        let earlier = before.get(place).map_or(NOTHING, |group| group.ratio(place, yesterday));
        lines.push(TABLE.line(&group.row(place, view.on, earlier))?);
    }
    lines.extend(unlisted(view)?);
    Ok(lines)
}

fn groups<'a>(view: &Listing, wholes: &'a [Whole<'a>], day: Date) -> BTreeMap<Place, Group<'a>> {
    let mut groups: BTreeMap<Place, Group<'a>> = BTreeMap::new();
    for whole in wholes {
        for (by, code, label) in groups_of(view, whole, day) {
            let rank = ORDER.iter().position(|known| *known == by).unwrap_or(ORDER.len());
            let group = groups.entry((rank, by, code));
            group.or_insert_with(|| Group { label, members: Vec::new() }).members.push(whole);
        }
    }
    groups
}

const NOTHING: Ratio = Ratio { numerator: 0, base: 0 };

/// The groups in which an enterprise counts. What lies in the park without being industrial has a
/// line of its own and counts nowhere else.
fn groups_of(view: &Listing, whole: &Whole<'_>, day: Date) -> Vec<(&'static str, String, String)> {
    let main = whole.main;
    if !main.is_industrial() {
        let label = "园区内非工业企业".to_owned();
        return vec![("park_non_industrial", "all".to_owned(), label)];
    }
    let mut groups = vec![("all", "all".to_owned(), "合计".to_owned())];
    // Of unknown size means below, until the statistical register says otherwise.
    let scale = whole.scale_on(day).unwrap_or(Scale::Below);
    let label = view.regime.label("scales", scale.code(), "zh");
    groups.push(("scale", scale.code().to_owned(), label));
    if let Some(place) = main.place_on(day) {
        let (code, label) =
            if place.park.is_some() { ("park", "园区内") } else { ("outside", "园区外") };
        groups.push(("location", code.to_owned(), label.to_owned()));
        let township = view.unit_code(&place.township);
        groups.push(("township", township.to_string(), view.unit_name(township)));
    }
    if let Some(section) = &main.section {
        groups.push(("sector", section.clone(), super::sector_label(section).to_owned()));
    }
    if let Some(code) = &main.industry_code {
        let name = view.regime.division_name(code).unwrap_or_default();
        groups.push(("division", code.division().to_owned(), name.to_owned()));
    }
    let tier = main.tier_on(day).map_or(("none", "未分类".to_owned()), |tier| {
        (tier.code(), view.regime.label("tiers", tier.code(), "zh"))
    });
    groups.push(("tier", tier.0.to_owned(), tier.1));
    groups
}

impl Group<'_> {
    fn count(&self, which: impl Fn(&Whole<'_>) -> bool) -> usize {
        self.members.iter().filter(|whole| which(whole)).count()
    }

    /// In production of the base on `day`: the excluded leave both alike.
    fn ratio(&self, place: &Place, day: Date) -> Ratio {
        let above = place.1 == "scale" && place.2 == Scale::Above.code();
        let counts = |whole: &Whole<'_>| !whole.is_excluded_on(day, above);
        Ratio {
            numerator: self.count(|w| counts(w) && w.production_on(day).in_production()),
            base: self.count(counts),
        }
    }

    fn row(&self, place: &Place, on: Date, before: Ratio) -> Row {
        let yesterday = on.pred_opt().unwrap_or(on);
        let total = self.members.len();
        let works = |whole: &Whole<'_>| whole.production_on(on).in_production();
        let resumed = self.count(works);
        let ratio = self.ratio(place, on);
        let is_new = |w: &Whole<'_>| works(w) && !w.production_on(yesterday).in_production();
        let new = self.members.iter().filter(|whole| is_new(whole));
        let new_names: Vec<_> = new.map(|whole| whole.main.name.clone()).collect();
        Row {
            by: place.1,
            group: place.2.clone(),
            label: self.label.clone(),
            total,
            excluded: total.saturating_sub(ratio.base),
            base: ratio.base,
            resumed,
            resumed_in_base: ratio.numerator,
            continuous: self.count(|w| w.production_on(on) == ProductionState::Continuous),
            new_today: new_names.len(),
            suspended: self.count(|w| w.production_on(on) == ProductionState::Suspended),
            not_resumed: total.saturating_sub(resumed),
            ever_resumed: self.count(|whole| whole.ever_worked_by(on)),
            rate_all: Ratio { numerator: resumed, base: total }.percent(),
            rate: ratio.percent(),
            delta_pp: ratio.points_since(before),
            new_names,
        }
    }
}

/// What works without being listed yet: in no base, and not forgotten.
fn unlisted(view: &Listing) -> Result<Option<Line>, Failure> {
    let waiting: Vec<_> = view
        .dossiers
        .values()
        .filter(|dossier| {
            !dossier.is_listed_on(view.on)
                && dossier.set_aside.is_none()
                && dossier.joined_to.is_none()
                && dossier.production_on(view.on).in_production()
        })
        .collect();
    if waiting.is_empty() {
        return Ok(None);
    }
    let none = NOTHING.percent();
    let began = |dossier: &Dossier| dossier.span_on(view.on).is_some_and(|s| s.from == view.on);
    let new = waiting.iter().filter(|dossier| began(dossier));
    let continuous =
        |dossier: &Dossier| dossier.production_on(view.on) == ProductionState::Continuous;
    let throughout = waiting.iter().filter(|dossier| continuous(dossier));
    let new_names: Vec<_> = new.map(|dossier| dossier.name.clone()).collect();
    TABLE
        .line(&Row {
            by: "unlisted",
            group: "all".to_owned(),
            label: "未建档已复工".to_owned(),
            total: waiting.len(),
            excluded: waiting.len(),
            base: 0,
            resumed: waiting.len(),
            resumed_in_base: 0,
            continuous: throughout.count(),
            new_today: new_names.len(),
            suspended: 0,
            not_resumed: 0,
            ever_resumed: waiting.len(),
            rate_all: none.clone(),
            rate: none.clone(),
            delta_pp: none,
            new_names,
        })
        .map(Some)
}
