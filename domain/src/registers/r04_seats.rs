//! R4 驻厂员: who is stationed where, and the vacant seats by name (不留死角).

use fugong_core::{Failure, Personal, Relation};
use serde::Serialize;

use super::{
    dossier::Dossier,
    table::{Line, Table, count, date, flag, key, line, personal, text},
    view::View,
};
use crate::codes::Seat;

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r4",
        label_zh: "驻厂员名册",
        label_en: "stationed officers",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("scale", "规模", "scale"),
            flag("in_park", "园区内", "in the park"),
            key("seat", "席位", "seat"),
            text("unit", "派出单位", "unit"),
            flag("vacant", "空缺", "vacant"),
            text("officer", "驻厂员", "officer"),
            personal("officer_name", "姓名", "officer's name"),
            text("title", "职务", "title"),
            personal("phone", "联系电话", "telephone"),
            date("since", "驻厂起始", "since"),
            text("substitute", "顶岗人员", "substitute"),
            flag("concurrent", "兼驻", "concurrent"),
            count("visits_24h", "当日到厂次数", "visits that day"),
            flag("stationed", "应驻厂（在产）", "to be stationed"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R4: a seat of an enterprise. All seats are designated (全覆盖); those of
/// enterprises in production are to be stationed.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a line of a table: each is a column")]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    scale: Option<&'static str>,
    in_park: bool,
    seat: &'static str,
    unit: String,
    vacant: bool,
    officer: Option<String>,
    officer_name: Option<&'a Personal>,
    title: Option<&'a str>,
    phone: Option<&'a Personal>,
    since: Option<String>,
    substitute: Option<String>,
    concurrent: bool,
    visits_24h: usize,
    stationed: bool,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for dossier in view.dossiers.values().filter(|dossier| dossier.is_listed_on(view.on)) {
        for seat in view.seats_of(dossier) {
            lines.push(line(&row(view, dossier, *seat))?);
        }
    }
    Ok(lines)
}

fn row<'a>(view: &'a View, dossier: &'a Dossier, seat: Seat) -> Row<'a> {
    let holder = dossier.holder_on(seat, view.on);
    let officer = holder.and_then(|tenure| view.officer(&tenure.officer));
    let place = dossier.place_on(view.on);
    let visits = dossier.visits.iter().filter(|v| v.seat == seat && v.at.day() == view.on);
    Row {
        enterprise: dossier.enterprise.to_string(),
        name: &dossier.name,
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        scale: dossier.scale_on(view.on).map(crate::codes::Scale::code),
        in_park: place.is_some_and(|place| place.park.is_some()),
        seat: seat.code(),
        unit: view.owner_of(dossier, seat).map(|unit| view.unit_name(&unit)).unwrap_or_default(),
        vacant: holder.is_none(),
        officer: holder.map(|tenure| tenure.officer.to_string()),
        officer_name: officer.map(|officer| &officer.name),
        title: officer.and_then(|officer| officer.title.as_deref()),
        phone: officer.and_then(|officer| officer.phone.as_ref()),
        since: holder.map(|tenure| tenure.from.day().to_string()),
        substitute: dossier.substitute_on(seat, view.on).map(|t| t.officer.to_string()),
        concurrent: holder.is_some_and(|tenure| tenure.concurrent),
        visits_24h: visits.count(),
        stationed: dossier.production_on(view.on).in_production(),
    }
}
