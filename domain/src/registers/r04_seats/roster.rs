use fugong_core::{Failure, Line, Personal, Relation};
use serde::Serialize;

use super::{
    super::{
        dossier::Dossier,
        table::{Table, count, date, flag, key, list, personal, text},
        view::View,
    },
    Held, listed, of,
};
use crate::codes::{Scale, Seat};

pub(in super::super) const ROSTER: Table = Table {
    source: "district",
    relation: Relation {
        name: "r4",
        label_zh: "驻厂员名册",
        label_en: "stationed officers",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            text("scale", "规模", "scale"),
            flag("in_park", "园区内", "in the park"),
            flag("stationed", "应驻厂（在产）", "to be stationed"),
            list("vacant", "空缺席位", "vacant seats"),
            text("township_unit", "属地派出单位", "township seat: unit"),
            text("township_officer", "属地驻厂员", "township seat: officer").naming("r13"),
            personal("township_officer_name", "属地驻厂员姓名", "township seat: name"),
            text("township_title", "属地驻厂员职务", "township seat: title"),
            personal("township_phone", "属地驻厂员电话", "township seat: telephone"),
            date("township_since", "属地驻厂起始", "township seat: since"),
            text("second_seat", "第二席位", "second seat"),
            text("second_unit", "第二席位派出单位", "second seat: unit"),
            text("second_officer", "第二席位驻厂员", "second seat: officer").naming("r13"),
            personal("second_officer_name", "第二席位驻厂员姓名", "second seat: name"),
            text("second_title", "第二席位驻厂员职务", "second seat: title"),
            personal("second_phone", "第二席位驻厂员电话", "second seat: telephone"),
            date("second_since", "第二席位驻厂起始", "second seat: since"),
            list("substitutes", "顶岗人员", "substitutes"),
            flag("concurrent", "兼驻", "concurrent"),
            personal("concurrent_reasons", "兼驻原因", "why concurrent"),
            count("visits_24h", "当日到厂次数", "visits that day"),
        ],
    },
    lines: |rows, on| lines(&View::of(rows, on)?),
};

/// One line of R4: an enterprise, or one of its sites, with both of its seats.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    scale: Option<&'static str>,
    in_park: bool,
    stationed: bool,
    vacant: Vec<&'static str>,
    township_unit: Option<String>,
    township_officer: Option<String>,
    township_officer_name: Option<&'a Personal>,
    township_title: Option<&'a str>,
    township_phone: Option<&'a Personal>,
    township_since: Option<String>,
    second_seat: Option<&'static str>,
    second_unit: Option<String>,
    second_officer: Option<String>,
    second_officer_name: Option<&'a Personal>,
    second_title: Option<&'a str>,
    second_phone: Option<&'a Personal>,
    second_since: Option<String>,
    substitutes: Vec<String>,
    concurrent: bool,
    concurrent_reasons: Vec<&'a Personal>,
    visits_24h: usize,
}

fn lines(view: &View) -> Result<Vec<Line>, Failure> {
    let all = listed(view).map(|dossier| (dossier, of(view, dossier).collect::<Vec<_>>()));
    let seated = all.filter(|(_, held)| !held.is_empty());
    seated.map(|(dossier, held)| ROSTER.line(&row(view, dossier, &held))).collect()
}

fn row<'a>(view: &View, dossier: &'a Dossier, held: &[Held<'a>]) -> Row<'a> {
    let on = view.on;
    let place = dossier.place_on(on);
    let first = held.iter().find(|held| held.seat == Seat::Township);
    // Of two further seats, one is required and the other is held all the same.
    let further = || held.iter().filter(|held| held.seat != Seat::Township);
    let second = further().find(|held| held.required).or_else(|| further().next());
    let vacant = held.iter().filter(|held| held.tenure.is_none());
    let officer = |held: Option<&Held<'a>>| held.and_then(|held| held.officer);
    let id = |held: Option<&Held<'a>>| {
        held.and_then(|held| held.tenure).map(|tenure| tenure.officer.to_string())
    };
    Row {
        enterprise: view.named_on(&dossier.enterprise).to_string(),
        name: &dossier.name,
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        scale: view.scale_of(dossier, on).map(Scale::code),
        in_park: place.is_some_and(|place| place.park.is_some()),
        stationed: dossier.production_on(on).in_production(),
        vacant: vacant.map(|held| held.seat.code()).collect(),
        township_unit: first.map(|held| held.unit(view, dossier)),
        township_officer: id(first),
        township_officer_name: officer(first).map(|officer| &officer.name),
        township_title: officer(first).and_then(|officer| officer.title.as_deref()),
        township_phone: officer(first).and_then(|officer| officer.phone.as_ref()),
        township_since: first.and_then(Held::since),
        second_seat: second.map(|held| held.seat.code()),
        second_unit: second.map(|held| held.unit(view, dossier)),
        second_officer: id(second),
        second_officer_name: officer(second).map(|officer| &officer.name),
        second_title: officer(second).and_then(|officer| officer.title.as_deref()),
        second_phone: officer(second).and_then(|officer| officer.phone.as_ref()),
        second_since: second.and_then(Held::since),
        substitutes: held
            .iter()
            .filter_map(|held| dossier.substitute_on(held.seat, on))
            .map(|it| it.officer.to_string())
            .collect(),
        concurrent: held.iter().any(|held| held.reason().is_some()),
        concurrent_reasons: held.iter().filter_map(Held::reason).collect(),
        visits_24h: held.iter().map(|held| held.visits(view, dossier)).sum(),
    }
}
