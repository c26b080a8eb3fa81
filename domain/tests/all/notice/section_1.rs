//! 一、工业企业复工复产工作原则

use fugong_domain::{
    Ask,
    codes::{EnterpriseState, ProductionState, Tier},
    enterprise::{Command, Enterprise},
    plan::Plan,
    resumption::Resumption,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::asks::{draft, report, whole_plan},
};

use super::COMMISSION;

/// “尽快推动工业企业复工复产，做到“抗疫情”“稳经营”双管齐下”
#[test]
fn work_and_protection_are_two_facts_and_neither_waits_for_the_other() {
    let mut desk = Desk::open();
    let (works, plans) = (desk.list("ENT-004"), desk.list("ENT-011"));
    let itself = by(&format!("chen:{works}:enterprise"));
    desk.when(itself.asks(report(&works, "2020-02-20"))).then(&["resumption-resumed"]);
    let itself = by(&format!("liu:{plans}:enterprise"));
    desk.when(itself.asks(draft(&plans, whole_plan()))).then(&["plan-drafted"]);
    assert_eq!(desk.read::<Plan>(&works), Plan::default());
    assert!(desk.read::<Resumption>(&plans).is_blank());
}

/// “严格落实企业主体责任，切实落实企业复工复产“五必须”要求。”
#[test]
fn a_plan_says_which_of_the_five_musts_it_keeps() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let mut plan = whole_plan();
    plan.five_musts = ["M1", "M2", "M5"].map(str::to_owned).to_vec();
    let drafted = desk.when(by(COMMISSION).asks(draft(&id, plan)));
    assert_eq!(drafted.payload("gaps"), serde_json::json!(["M3", "M4"]));
}

/// “精心做好防控准备，确保不留死角、不漏盲区。”
#[test]
fn each_vacant_seat_is_named() {
    let mut desk = Desk::open();
    for (short, vacant) in [
        ("ENT-001", vec!["PLAN_MISSING", "SEAT_VACANT:township", "SEAT_VACANT:park"]),
        ("ENT-006", vec!["PLAN_MISSING", "SEAT_VACANT:township", "SEAT_VACANT:eic"]),
        ("ENT-011", vec!["PLAN_MISSING", "SEAT_VACANT:township"]),
    ] {
        let id = desk.list(short);
        let told = desk.when(by(COMMISSION).asks(report(&id, "2020-02-20")));
        told.with_advisories(&vacant);
    }
}

/// “在产的保障抗疫急需和生产生活必需的企业开足马力生产；与一线保供企业相关的产业链、供应链配套
/// 企业抓紧复工复产；企业管理基础较好、防控措施到位的重点优势企业积极复工复产；风险相对较低、
/// 防控准备充分的企业加快复工复产。”
#[test]
fn a_tier_says_whom_to_serve_first_and_never_who_may_work() {
    for tier in [None, Some(Tier::T1), Some(Tier::T2), Some(Tier::T3), Some(Tier::T4)] {
        let mut desk = Desk::open();
        let id = desk.list("ENT-011");
        if let Some(tier) = tier {
            let assign = Command::AssignTier { tier, basis: "区经信委名单".to_owned() };
            desk.given(by(COMMISSION).asks(Ask::Enterprise(id.clone(), assign)));
        }
        assert_eq!(desk.read::<Enterprise>(&id).tier(), tier);
        let told = desk.when(by(COMMISSION).asks(report(&id, "2020-02-20")));
        told.then(&["resumption-resumed"])
            .with_advisories(&["PLAN_MISSING", "SEAT_VACANT:township"]);
    }
}

/// “努力实现2月底前实现规模以上工业企业全部复工复产。”
#[test]
fn the_end_of_february_is_a_target_and_the_day_after_is_recorded_like_the_day_before() {
    for day in ["2020-02-28", "2020-02-29", "2020-03-01"] {
        let mut desk = Desk::open();
        let id = desk.list("ENT-001");
        desk.at("2020-03-02T08:00:00+08:00");
        let told = desk.when(by(COMMISSION).on(day).asks(report(&id, day)));
        told.then(&["resumption-resumed"]).with_advisories(&[
            "PLAN_MISSING",
            "SEAT_VACANT:township",
            "SEAT_VACANT:park",
        ]);
        let known: Enterprise = desk.read(&id);
        assert_eq!(known.state(), EnterpriseState::Listed);
        let state = desk.read::<Resumption>(&id).state_on(date(2020, 3, 2));
        assert_eq!(state, ProductionState::Resumed);
    }
}

/// “落实乡镇街道、工业园区属地责任，行业主管部门属事责任”
#[test]
fn territory_and_trade_are_answered_for_by_different_units() {
    let mut desk = Desk::open();
    let mine = desk.list("ENT-004");
    let known: Enterprise = desk.read(&mine);
    let place = known.place_on(date(2020, 2, 20)).unwrap();
    assert_eq!(place.township.as_str(), "500114106");
    let regime: fugong_domain::regime::Regime = desk.read(fugong_domain::act::REGIME);
    let lead = regime.lead_of(&known.entry().unwrap().industry, date(2020, 2, 20));
    assert_eq!(lead.map(fugong_domain::UnitCode::as_str), Some("emb"));
}
