//! 二（三）落实落细行业部门属事责任

use fugong_domain::{Ask, EnterpriseId, enterprise::Command};
use fugong_fixtures::{
    Desk, by, date,
    desk::economy::{mark, start},
    sealed,
};

fn guide(id: &EnterpriseId, lead: &str) -> Ask {
    let lead = lead.parse().unwrap();
    let points = vec![sealed("按订单排产")];
    let production_plan = Some(sealed("三月生产经营计划"));
    Ask::Enterprise(id.clone(), Command::Guide { lead, points, production_plan })
}

/// “区应急局紧密配合各乡镇街道、正阳工业园区管委会指导督促采矿业复产复工企业制定生产经营计划、
/// 落实疫情防控措施”
#[test]
fn mining_is_guided_by_the_emergency_bureau() {
    let mut desk = Desk::open();
    let mine = desk.list("ENT-004");
    desk.when(by("zhao:emb:emergency").asks(guide(&mine, "emb"))).then(&["enterprise-guided"]);
    desk.when(by("zhang:eic:commission").asks(guide(&mine, "eic"))).then_refused("INVALID_FIELD");
}

/// “区经信委紧密配合各乡镇街道、正阳工业园区管委会指导督促制造、电力、燃气等工业领域复产复工
/// 企业制定生产经营计划、落实疫情防控措施”
#[test]
fn manufacturing_power_and_gas_are_guided_by_the_commission() {
    let mut desk = Desk::open();
    for short in ["ENT-001", "ENT-006", "ENT-007"] {
        let id = desk.list(short);
        desk.when(by("zhang:eic:commission").asks(guide(&id, "eic"))).then(&["enterprise-guided"]);
        desk.when(by("zhao:emb:emergency").asks(guide(&id, "emb"))).then_refused("INVALID_FIELD");
    }
}

/// “推动重大工程和重点项目尽早开工”
#[test]
fn a_key_project_is_marked_by_the_commission_and_started_by_whoever_builds_it() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-009");
    let (starts_by, today) = (date(2020, 3, 10), date(2020, 2, 20));
    let marked = mark(&id, "铝箔生产线", Some(starts_by));
    desk.when(by("zhang:eic:commission").asks(marked)).then(&["enterprise-key-project-marked"]);
    let firm = by(&format!("boss:{id}:enterprise"));
    desk.when(firm.asks(start(&id, 1, today))).then(&["enterprise-key-project-started"]);
}
