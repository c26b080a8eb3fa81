//! R16 未报清单: who worked and sent no daily report, by name.

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Line, Personal, Relation, Rows};
use serde::Serialize;

use super::{
    daily,
    dossier::Dossier,
    table::{Table, count, date, flag, key, list, personal, text},
    view::View,
};
use crate::codes::{Scale, Seat};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r16",
        label_zh: "日报未报清单",
        label_en: "no daily report",
        columns: &[
            key("enterprise", "统一社会信用代码", "enterprise").naming("r12"),
            text("name", "企业名称", "name"),
            text("township", "属地", "township"),
            flag("in_park", "园区内", "in the park"),
            text("scale", "规模", "scale"),
            date("last_reported_on", "上次填报日期", "last report"),
            count("days_silent", "连续未报天数", "days without a report"),
            list("units", "催报单位", "units to ask"),
            list("officers", "驻厂员", "officers"),
            personal("officer_names", "驻厂员姓名", "officers' names"),
            personal("officer_phones", "联系电话", "officers' telephones"),
            list("vacant_seats", "空缺席位", "vacant seats"),
        ],
    },
    lines: |rows, on| lines(rows, &View::of(rows, on)?),
};

/// One line of R16.
#[derive(Debug, Serialize)]
struct Row<'a> {
    enterprise: String,
    name: &'a str,
    township: String,
    in_park: bool,
    scale: Option<&'static str>,
    last_reported_on: Option<Date>,
    days_silent: u32,
    units: Vec<String>,
    officers: Vec<String>,
    officer_names: Vec<&'a Personal>,
    officer_phones: Vec<&'a Personal>,
    vacant_seats: Vec<&'static str>,
}

fn lines(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    let told = daily::days(rows, view.on)?;
    let none = Vec::new();
    let mut lines = Vec::new();
    for dossier in view.dossiers.values().filter(|dossier| dossier.is_listed_on(view.on)) {
        let reported = told.get(dossier.enterprise.to_string().as_str()).unwrap_or(&none);
        let silent = silent_days(view, dossier, reported);
        if 0 < silent {
            lines.push(TABLE.line(&row(view, dossier, (reported, silent)))?);
        }
    }
    Ok(lines)
}

/// For how many days up to the day asked it worked, a report was asked for, and none was sent.
fn silent_days(view: &View, dossier: &Dossier, reported: &[Date]) -> u32 {
    let asked = |day| view.regime.rules_at(day).is_some_and(|rules| rules.daily_cutoff.is_some());
    let silent = |day: &Date| {
        asked(*day) && dossier.production_on(*day).in_production() && !reported.contains(day)
    };
    let mut days = 0_u32;
    let mut at = Some(view.on);
    while let Some(day) = at.filter(silent) {
        days = days.saturating_add(1);
        at = day.pred_opt();
    }
    days
}

fn row<'a>(
    view: &'a View,
    dossier: &'a Dossier,
    (reported, days_silent): (&[Date], u32),
) -> Row<'a> {
    let on = view.on;
    let place = dossier.place_on(on);
    let seats = view.seats_of(dossier).iter().copied();
    let units = seats.clone().filter_map(|seat| view.owner_of(dossier, seat));
    let vacant = seats.clone().filter(|seat| dossier.holder_on(*seat, on).is_none());
    let holders: Vec<_> = seats.filter_map(|seat| dossier.holder_on(seat, on)).collect();
    let known = holders.iter().filter_map(|tenure| view.officer(&tenure.officer));
    Row {
        enterprise: view.named_on(&dossier.enterprise).to_string(),
        name: &dossier.name,
        township: place.map(|place| view.unit_name(&place.township)).unwrap_or_default(),
        in_park: place.is_some_and(|place| place.park.is_some()),
        scale: view.scale_of(dossier, on).map(Scale::code),
        last_reported_on: reported.last().copied(),
        days_silent,
        units: units.map(|unit| view.unit_name(&unit)).collect(),
        officers: holders.iter().map(|tenure| tenure.officer.to_string()).collect(),
        officer_names: known.clone().map(|officer| &officer.name).collect(),
        officer_phones: known.filter_map(|officer| officer.phone.as_ref()).collect(),
        vacant_seats: vacant.map(Seat::code).collect(),
    }
}
