//! 属地: townships and sub-districts with their dated codes.

use chrono::NaiveDate as Date;
use fugong_domain::{Refusal, UnitCode, regime::Regime, township::Units};
use fugong_fixtures::{data, date};

const DAY: Date = date(2020, 2, 26);
/// The days around the (fictional) renumbering of 五里.
const BEFORE: Date = date(2020, 3, 15);
const AFTER: Date = date(2020, 3, 16);

fn units() -> Units {
    let mut regime = Regime::default();
    for command in data::district().unwrap() {
        for event in regime.decide(command).unwrap() {
            cqrs_es::Aggregate::apply(&mut regime, event);
        }
    }
    regime.units().clone()
}

fn code(text: &str) -> UnitCode {
    text.parse().unwrap()
}

#[test]
fn the_district_had_thirty_townships_and_sub_districts() {
    let units = units();
    for day in [DAY, BEFORE, AFTER] {
        let here = units.divisions.iter().filter(|division| division.holds_on(day));
        assert_eq!(here.count(), 30, "{day}");
    }
}

#[test]
fn townships_the_park_and_offices_are_units() {
    let units = units();
    let short = |text| units.at(&code(text), DAY).unwrap().short().to_owned();
    assert_eq!(short("500114106"), "石会镇");
    assert_eq!(short("park-zy"), "正阳工业园区");
    assert_eq!(short("eic"), "区经信委");
}

#[test]
fn a_renumbered_township_has_each_code_in_its_time() {
    let units = units();
    let name = |text, day| units.township_at(&code(text), day).map(|found| found.name.clone());
    assert_eq!(name("500114254", BEFORE).unwrap(), "五里乡");
    assert_eq!(name("500114124", AFTER).unwrap(), "五里镇");
    for (text, day) in [("500114254", AFTER), ("500114124", BEFORE), ("500114999", DAY)] {
        let wrong = Refusal::from(name(text, day).unwrap_err());
        assert_eq!(wrong, Refusal::TownshipUnknownAtDate { code: text.to_owned(), on: day });
    }
}

/// What was listed under 五里乡 is looked after by 五里镇 from its first day.
#[test]
fn an_area_passes_to_the_code_that_replaced_it() {
    let units = units();
    let holder = |text, day| units.territory(&code(text), day).map(|d| d.name.as_str());
    assert_eq!(holder("500114254", BEFORE), Some("五里乡"));
    assert_eq!(holder("500114254", AFTER), Some("五里镇"));
    assert_eq!(holder("500114106", AFTER), Some("石会镇"));
    assert_eq!(holder("500114999", DAY), None);
    assert!(units.same_unit(&code("500114254"), &code("500114124")));
    assert!(!units.same_unit(&code("500114254"), &code("500114250")));
}

#[test]
fn a_ring_of_replacements_ends() {
    let mut units = units();
    for division in &mut units.divisions {
        if division.code == code("500114254") {
            division.replaces = Some(code("500114124"));
        }
    }
    assert!(units.territory(&code("500114254"), AFTER).is_some());
    assert!(!units.same_unit(&code("500114254"), &code("500114106")));
}
