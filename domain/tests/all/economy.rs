//! 产业链、供应链 and 重大工程和重点项目: what is recorded, what follows, what the registers show.

mod inbox;
mod registers;

use fugong_domain::{EnterpriseId, enterprise::Enterprise};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::{close, report},
        economy::{mark, start, supply, supply_until},
        registering,
    },
};

const COMMISSION: &str = "zhang:eic:commission";

/// ENT-011, a machine shop outside the park, and ENT-016, for which it works.
fn two() -> (Desk, EnterpriseId, EnterpriseId) {
    let mut desk = Desk::open();
    let (supplier, anchor) = (desk.list("ENT-011"), desk.list("ENT-016"));
    desk.at("2020-02-27T10:00:00+08:00");
    (desk, supplier, anchor)
}

#[test]
fn a_supply_is_said_by_the_supplier_and_those_in_charge_of_it() {
    for who in ["boss:91500114MAYY01117H:enterprise", "tw:500114002:township", COMMISSION] {
        let (mut desk, supplier, anchor) = two();
        let said = desk.when(by(who).asks(supply(&supplier, &anchor)));
        said.then(&["enterprise-supply-link-declared"]);
        desk.when(by(who).asks(supply(&supplier, &anchor))).then(&[]);
    }
    for (who, code) in [
        ("boss:91500114MAYY01168R:enterprise", "OUT_OF_JURISDICTION"),
        ("tw:500114004:township", "OUT_OF_JURISDICTION"),
        ("qin:emb:emergency", "ROLE_NOT_ALLOWED"),
    ] {
        let (mut desk, supplier, anchor) = two();
        desk.when(by(who).asks(supply(&supplier, &anchor))).then_refused(code);
    }
}

#[test]
fn a_supply_joins_two_firms_that_are_known_whatever_their_sites() {
    let (mut desk, supplier, anchor) = two();
    desk.when(by(COMMISSION).asks(supply(&supplier, &supplier))).then_refused("INVALID_FIELD");
    let unknown: EnterpriseId = "91500114MAYY01045Q".parse().unwrap();
    desk.when(by(COMMISSION).asks(supply(&supplier, &unknown))).then_refused("ENTERPRISE_UNKNOWN");
    desk.when(by(COMMISSION).asks(supply(&unknown, &anchor))).then_refused("ENTERPRISE_UNKNOWN");
    let site: EnterpriseId = format!("{anchor}~02").parse().unwrap();
    let said = desk.when(by(COMMISSION).asks(supply(&supplier, &site)));
    assert_eq!(said.payload("supplier_of"), anchor.to_string());
    // Whoever was supplied and is gone can only have been supplied.
    desk.given(by(COMMISSION).asks(close(&anchor, "2020-02-27")));
    desk.when(by(COMMISSION).asks(supply_until(&supplier, &anchor, Some(date(2020, 2, 26)))))
        .then(&["enterprise-supply-link-declared"]);
    desk.when(by(COMMISSION).asks(supply(&supplier, &anchor))).then_refused("ENTERPRISE_CLOSED");
    desk.assert_replay_is_live();
}

/// “推动“上下游”企业同时全面复工复产”
#[test]
fn a_supply_gates_neither_side() {
    let (mut desk, supplier, anchor) = two();
    desk.given(by(COMMISSION).asks(supply(&supplier, &anchor)));
    for id in [&anchor, &supplier] {
        let told = desk.when(by(COMMISSION).asks(report(id, "2020-02-27")));
        told.then(&["resumption-resumed"]);
    }
}

#[test]
fn a_project_is_known_by_its_name_and_keeps_its_number() {
    let (mut desk, id, _) = two();
    let first = desk.when(by(COMMISSION).asks(mark(&id, "二期", Some(date(2020, 3, 10)))));
    assert_eq!(first.payload("number"), 1);
    let second = desk.when(by(COMMISSION).asks(mark(&id, "三期", None)));
    assert_eq!(second.payload("number"), 2);
    desk.when(by(COMMISSION).asks(mark(&id, "二期", Some(date(2020, 3, 10))))).then(&[]);
    let later = desk.when(by(COMMISSION).asks(mark(&id, "二期", Some(date(2020, 3, 20)))));
    assert_eq!(
        (later.payload("number"), later.payload("starts_by")),
        (1.into(), "2020-03-20".into())
    );
    desk.when(by(COMMISSION).asks(mark(&id, " ", None))).then_refused("INVALID_FIELD");
    for who in ["boss:91500114MAYY01117H:enterprise", "tw:500114002:township"] {
        desk.when(by(who).asks(mark(&id, "四期", None))).then_refused("ROLE_NOT_ALLOWED");
    }
}

/// “推动重大工程和重点项目尽早开工”
#[test]
fn a_project_starts_on_a_day_that_has_come() {
    let (mut desk, id, _) = two();
    desk.when(by(COMMISSION).asks(start(&id, 1, date(2020, 2, 27)))).then_refused("NOT_FOUND");
    desk.given(by(COMMISSION).asks(mark(&id, "二期", Some(date(2020, 3, 10)))));
    let firm = by("boss:91500114MAYY01117H:enterprise");
    desk.when(firm.asks(start(&id, 1, date(2020, 2, 28)))).then_refused("OCCURRED_ON_IN_FUTURE");
    let firm = || by("boss:91500114MAYY01117H:enterprise");
    desk.when(firm().asks(start(&id, 1, date(2020, 2, 27))))
        .then(&["enterprise-key-project-started"]);
    desk.when(firm().asks(start(&id, 1, date(2020, 2, 27)))).then(&[]);
    // What was said of the project later leaves it started; another day puts the day right.
    desk.given(by(COMMISSION).asks(mark(&id, "二期", None)));
    desk.given(firm().asks(start(&id, 1, date(2020, 2, 26))));
    let project = desk.read::<Enterprise>(&id).entry().unwrap().projects[&1].clone();
    assert_eq!(project.started_on, Some(date(2020, 2, 26)));
}

#[test]
fn who_comes_back_begins_without_supplies_and_with_the_next_number() {
    let (mut desk, supplier, anchor) = two();
    desk.given(by(COMMISSION).asks(supply(&supplier, &anchor)));
    desk.given(by(COMMISSION).asks(mark(&supplier, "二期", None)));
    desk.given(by(COMMISSION).asks(close(&supplier, "2020-02-27")));
    let again = registering(fugong_fixtures::desk::enterprise("ENT-011"));
    desk.given(by(COMMISSION).asks(fugong_domain::Ask::Enterprise(supplier.clone(), again)));
    assert!(desk.read::<Enterprise>(&supplier).entry().unwrap().supplies.is_empty());
    let marked = desk.when(by(COMMISSION).asks(mark(&supplier, "二期", None)));
    assert_eq!(marked.payload("number"), 2);
    desk.assert_replay_is_live();
}
