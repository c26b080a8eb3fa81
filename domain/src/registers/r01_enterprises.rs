//! R1 逐户: each enterprise that R1 counts, with what it is counted by. Reports that group otherwise
//! than R1 start here; the sums of these lines are R1's.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Relation};
use serde::Serialize;

use super::{
    listing::{Listing, Whole},
    table::{Table, date, flag, key, text},
};
use crate::codes::{ExclusionKind, Scale, Tier};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r1-enterprises",
        label_zh: "复工复产逐户底册",
        label_en: "resumption, enterprise by enterprise",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("territory", "属地（按沿革）", "township, whatever its code of the day"),
            flag("in_park", "园区内", "in the park"),
            flag("industrial", "工业企业", "industrial"),
            text("section", "行业门类", "section"),
            text("division", "行业大类", "division"),
            text("division_name", "行业大类名称", "division in words"),
            text("scale", "规模", "scale"),
            text("tier", "分类", "tier"),
            text("state", "生产状态", "production"),
            date("since", "状态起始", "since"),
            flag("works", "在产", "in production"),
            flag("new_today", "今日新增", "new today"),
            flag("ever_worked", "曾复工", "ever worked"),
            text("excluded", "不纳入基数原因", "excluded because"),
            flag("in_base", "纳入基数", "counts in the base"),
            flag("in_above_base", "纳入规模以上基数", "counts in the base of above scale"),
        ],
    },
    lines: |rows, on| lines(&Listing::of(rows, on)?),
};

/// One line.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a line of a table: each is a column")]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: Option<String>,
    territory: Option<String>,
    in_park: bool,
    industrial: bool,
    section: Option<&'a str>,
    division: Option<&'a str>,
    division_name: Option<&'a str>,
    scale: &'static str,
    tier: Option<&'static str>,
    state: &'static str,
    since: Option<Date>,
    works: bool,
    new_today: bool,
    ever_worked: bool,
    excluded: Option<&'static str>,
    in_base: bool,
    in_above_base: bool,
}

fn lines(view: &Listing) -> Result<Vec<Line>, Failure> {
    view.wholes(view.on).iter().map(|whole| TABLE.line(&row(view, whole))).collect()
}

fn row<'a>(view: &'a Listing, whole: &Whole<'a>) -> Row<'a> {
    let (on, main) = (view.on, whole.main);
    let yesterday = on.pred_opt().unwrap_or(on);
    let place = main.place_on(on);
    let state = whole.production_on(on);
    // Of unknown size means below, until the statistical register says otherwise.
    let scale = whole.scale_on(on).unwrap_or(Scale::Below);
    let in_above_base = scale == Scale::Above && !whole.is_excluded_on(on, true);
    Row {
        enterprise: view.named_on(&main.enterprise).to_string(),
        name: &main.name,
        township: place.map(|place| view.unit_name(&place.township)),
        // A township that is renumbered overnight is compared with itself.
        territory: place.map(|place| view.regime.units().first(&place.township).to_string()),
        in_park: place.is_some_and(|place| place.park.is_some()),
        industrial: main.is_industrial(),
        section: main.section.as_deref(),
        division: main.industry_code.as_ref().map(crate::IndustryCode::division),
        division_name: main.industry_code.as_ref().and_then(|it| view.regime.division_name(it)),
        scale: scale.code(),
        tier: main.tier_on(on).map(Tier::code),
        state: state.code(),
        since: main.span_on(on).map(|span| span.from),
        works: state.in_production(),
        new_today: state.in_production() && !whole.production_on(yesterday).in_production(),
        ever_worked: whole.ever_worked_by(on),
        excluded: main.exclusion_on(on).map(ExclusionKind::code),
        in_base: !whole.is_excluded_on(on, false),
        in_above_base,
    }
}
