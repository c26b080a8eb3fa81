//! Seats pass on with the plant, and everything ends with it.

use fugong_domain::{
    Ask, EnterpriseId, UnitCode,
    codes::{Scale, Seat},
    enterprise::Command,
    posting::Posting,
    rectification::Rectification,
};
use fugong_fixtures::{
    by,
    desk::{
        Supervised, asks,
        cases::{self, order},
    },
};

use super::{COMMISSION, count, failed, open, ordered};

fn relocate(id: &EnterpriseId, township: &str, park: Option<&str>, from: &str) -> Ask {
    let unit = |code: &str| code.parse::<UnitCode>().unwrap();
    let (township, park) = (unit(township), park.map(unit));
    let effective_on = from.parse().unwrap();
    Ask::Enterprise(id.clone(), Command::Relocate { township, park, effective_on })
}

fn reclassify(id: &EnterpriseId, to: Scale, from: &str) -> Ask {
    let reclassify = Command::ReclassifyScale {
        to,
        effective_on: from.parse().unwrap(),
        basis: "statistical register".to_owned(),
        advisories: Vec::new(),
    };
    Ask::Enterprise(id.clone(), reclassify)
}

/// ENT-004 outside the park, above scale, with both seats filled.
fn filled() -> (Supervised, EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-004");
    let seats = [(Seat::Township, "500114106", "OFF-01"), (Seat::Eic, "eic", "OFF-02")];
    for (seat, unit, officer) in seats {
        all.desk.enrol(officer);
        let role = if unit == "eic" { "commission" } else { "township" };
        let assign = asks::assign(&id, seat, unit, officer, "2020-02-20");
        all.given(by(&format!("li:{unit}:{role}")).asks(assign));
    }
    (all, id)
}

fn held(all: &Supervised, id: &EnterpriseId) -> Vec<Seat> {
    let posting: Posting = all.desk.read(id);
    Seat::ALL.iter().copied().filter(|seat| posting.sitting(*seat).is_some()).collect()
}

#[test]
fn an_enterprise_that_falls_below_releases_the_commissions_seat() {
    let (mut all, id) = filled();
    all.given(by(COMMISSION).asks(reclassify(&id, Scale::Below, "2020-02-20")));
    assert_eq!(held(&all, &id), [Seat::Township]);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn a_seat_is_released_on_the_day_of_the_change_and_not_before() {
    let (mut all, id) = filled();
    all.given(by(COMMISSION).asks(reclassify(&id, Scale::Below, "2020-03-01")));
    all.at("2020-02-29T23:59:59+08:00");
    assert_eq!(held(&all, &id), [Seat::Township, Seat::Eic]);
    all.at("2020-03-01T00:00:00+08:00");
    assert_eq!(held(&all, &id), [Seat::Township]);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn who_moves_to_another_township_gets_another_officer() {
    let (mut all, id) = filled();
    all.given(by(COMMISSION).asks(relocate(&id, "500114107", None, "2020-02-20")));
    assert_eq!(held(&all, &id), [Seat::Eic]);
    let vacant = ("township".to_owned(), "500114107".to_owned(), None, None);
    assert_eq!(open(&all, "fill-seat"), [vacant]);
}

#[test]
fn who_moves_into_the_park_needs_the_parks_officer_and_not_the_commissions() {
    let (mut all, id) = filled();
    let into = relocate(&id, "500114106", Some("park-zy"), "2020-02-20");
    all.given(by(COMMISSION).asks(into));
    assert_eq!(held(&all, &id), [Seat::Township]);
    let vacant = ("park".to_owned(), "park-zy".to_owned(), None, None);
    assert_eq!(open(&all, "fill-seat"), [vacant]);
    let out = relocate(&id, "500114106", None, "2020-02-20");
    all.given(by(COMMISSION).asks(out));
    let vacant = ("eic".to_owned(), "eic".to_owned(), None, None);
    assert_eq!(open(&all, "fill-seat"), [vacant]);
}

/// S6: promotion inside the park adds no seat.
#[test]
fn promotion_inside_the_park_adds_none() {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-003");
    all.at("2020-03-02T09:00:00+08:00");
    let before = open(&all, "fill-seat");
    all.given(by(COMMISSION).asks(reclassify(&id, Scale::Above, "2020-03-02")));
    assert_eq!(open(&all, "fill-seat"), before);
    assert_eq!(before.len(), 2);
}

/// Seats released, open orders terminated and not complied, tasks cancelled; a flag lives on.
#[test]
fn a_confirmed_closure_ends_what_stands_and_not_the_flag() {
    let (mut all, id) = filled();
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-20")));
    failed(&mut all, &id, 1);
    failed(&mut all, &id, 2);
    all.given(by(COMMISSION).asks(cases::notice(&id, 1, "server")));
    all.at("2020-02-26T09:00:00+08:00");
    all.given(by(COMMISSION).asks(cases::enter(&id, 1, "decider", 12)));
    ordered(&mut all, &id, 3);
    all.given(by(COMMISSION).asks(asks::close(&id, "2020-02-26")));
    assert_eq!(held(&all, &id), []);
    assert_eq!(all.desk.read::<Rectification>(order(3)).state().code(), "terminated");
    assert_eq!(all.inbox(), []);
    all.at("2020-04-01T09:00:00+08:00");
    assert_eq!(count(&all, "rectification-lapsed"), 0);
    all.at("2021-02-27T00:00:00+08:00");
    assert_eq!(count(&all, "credit-expired"), 1);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn an_open_order_ends_with_the_inspections_it_rests_on() {
    let (mut all, id) = filled();
    ordered(&mut all, &id, 1);
    all.given(by(COMMISSION).asks(cases::void(1)));
    assert_eq!(all.desk.read::<Rectification>(order(1)).state().code(), "terminated");
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

/// 五里 got a new code: whoever sits there for it stays, under whichever code he was named.
#[test]
fn a_township_that_changed_its_code_keeps_its_officer() {
    let units = fugong_fixtures::data::units().unwrap();
    let now = units.divisions.iter().find(|unit| unit.replaces.is_some()).unwrap();
    let (old, new) = (now.replaces.clone().unwrap(), now.code.clone());
    let changed = now.valid_from.unwrap();
    let (mut all, id) = filled();
    let before = changed.pred_opt().unwrap();
    all.at(&format!("{before}T09:00:00+08:00"));
    let day = before.to_string();
    all.given(by(COMMISSION).asks(relocate(&id, old.as_str(), None, &day)));
    let officer: fugong_domain::OfficerId = "OFF-90".parse().unwrap();
    let enrol = fugong_domain::officer::Command::Enrol {
        name: fugong_fixtures::sealed("某"),
        unit: old.clone(),
        title: None,
        phone: None,
        supersedes: None,
    };
    all.given(by("opener:eic:system").asks(Ask::Officer(officer.clone(), enrol)));
    let now = format!("{day}T09:00:00+08:00");
    let assign = asks::assign(&id, Seat::Township, old.as_str(), officer.as_str(), &now);
    all.given(by(&format!("li:{old}:township")).asks(assign));
    all.at(&format!("{changed}T09:00:00+08:00"));
    all.given(by(COMMISSION).asks(relocate(&id, new.as_str(), None, &changed.to_string())));
    assert_eq!(held(&all, &id), [Seat::Township, Seat::Eic]);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}
