//! R4 驻厂员: who is stationed where, the vacant seats by name (不留死角), and how far that covers.
//!
//! All enterprises have their officers designated (全覆盖); at those in production they are
//! stationed. Both bases are shown.

mod coverage;
mod roster;

pub(super) use coverage::COVERAGE;
pub(super) use roster::ROSTER;

use fugong_core::{Failure, Line, Personal, Relation};
use serde::Serialize;

use super::{
    dossier::{Dossier, Tenure},
    people::OfficerRow,
    table::{Table, count, date, flag, key, personal, text},
    view::View,
};
use crate::codes::{Scale, Seat};

pub(super) const SEATS: Table = Table {
    source: "district",
    relation: Relation {
        name: "r4-seats",
        label_zh: "驻厂席位明细",
        label_en: "seats",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("scale", "规模", "scale"),
            flag("in_park", "园区内", "in the park"),
            key("seat", "席位", "seat"),
            flag("required", "应派驻", "required"),
            text("unit", "派出单位", "unit"),
            flag("vacant", "空缺", "vacant"),
            text("officer", "驻厂员", "officer").naming("r13"),
            personal("officer_name", "姓名", "officer's name"),
            text("title", "职务", "title"),
            personal("phone", "联系电话", "telephone"),
            date("since", "驻厂起始", "since"),
            text("substitute", "顶岗人员", "substitute").naming("r13"),
            flag("concurrent", "兼驻", "concurrent"),
            personal("concurrent_reason", "兼驻原因", "why concurrent"),
            count("visits_24h", "当日到厂次数", "visits that day"),
            flag("stationed", "应驻厂（在产）", "to be stationed"),
        ],
    },
    lines: |rows, on| seats(&View::of(rows, on)?),
};

/// One line of the seats.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a line of a table: each is a column")]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    scale: Option<&'static str>,
    in_park: bool,
    seat: &'static str,
    required: bool,
    unit: String,
    vacant: bool,
    officer: Option<String>,
    officer_name: Option<&'a Personal>,
    title: Option<&'a str>,
    phone: Option<&'a Personal>,
    since: Option<String>,
    substitute: Option<String>,
    concurrent: bool,
    concurrent_reason: Option<&'a Personal>,
    visits_24h: usize,
    stationed: bool,
}

fn seats(view: &View) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for dossier in listed(view) {
        for held in of(view, dossier) {
            lines.push(SEATS.line(&row(view, dossier, &held))?);
        }
    }
    Ok(lines)
}

fn row<'a>(view: &View, dossier: &'a Dossier, held: &Held<'a>) -> Row<'a> {
    let on = view.on;
    let place = dossier.place_on(on);
    Row {
        enterprise: view.named_on(&dossier.enterprise).to_string(),
        name: &dossier.name,
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        scale: view.scale_of(dossier, on).map(Scale::code),
        in_park: place.is_some_and(|place| place.park.is_some()),
        seat: held.seat.code(),
        required: held.required,
        unit: held.unit(view, dossier),
        vacant: held.tenure.is_none(),
        officer: held.tenure.map(|tenure| tenure.officer.to_string()),
        officer_name: held.officer.map(|officer| &officer.name),
        title: held.officer.and_then(|officer| officer.title.as_deref()),
        phone: held.officer.and_then(|officer| officer.phone.as_ref()),
        since: held.since(),
        substitute: dossier.substitute_on(held.seat, on).map(|it| it.officer.to_string()),
        concurrent: held.reason().is_some(),
        concurrent_reason: held.reason(),
        visits_24h: held.visits(view, dossier),
        stationed: dossier.production_on(on).in_production(),
    }
}

/// A seat on the day asked: one that is required, or one that somebody holds all the same.
struct Held<'a> {
    seat: Seat,
    required: bool,
    tenure: Option<&'a Tenure>,
    officer: Option<&'a OfficerRow>,
}

fn listed(view: &View) -> impl Iterator<Item = &Dossier> {
    let all = view.dossiers.values().map(|dossier| &**dossier);
    all.filter(|dossier| dossier.is_listed_on(view.on))
}

fn of<'a>(view: &'a View, dossier: &'a Dossier) -> impl Iterator<Item = Held<'a>> {
    let required = view.seats_of(dossier);
    let all = Seat::ALL.iter().map(|seat| {
        let tenure = dossier.holder_on(*seat, view.on);
        let officer = tenure.and_then(|tenure| view.officer(&tenure.officer));
        Held { seat: *seat, required: required.contains(seat), tenure, officer }
    });
    all.filter(|held| held.required || held.tenure.is_some())
}

impl<'a> Held<'a> {
    /// The unit whose the seat is; of one that is not required, the unit that filled it.
    fn unit(&self, view: &View, dossier: &Dossier) -> String {
        let owner = view.owner_of(dossier, self.seat);
        let unit = owner.or_else(|| self.tenure.map(|tenure| tenure.unit.clone()));
        unit.map(|unit| view.unit_name(&unit)).unwrap_or_default()
    }

    fn since(&self) -> Option<String> {
        self.tenure.map(|tenure| tenure.from.day().to_string())
    }

    /// Why its holder may hold more than one plant.
    fn reason(&self) -> Option<&'a Personal> {
        self.tenure.and_then(|tenure| tenure.concurrent.as_ref())
    }

    /// How often its holder, or who stands in, was there on the day.
    fn visits(&self, view: &View, dossier: &Dossier) -> usize {
        view.visits(dossier).iter().filter(|visit| visit.seat == self.seat).count()
    }
}
