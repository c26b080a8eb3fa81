//! 四、正确处理疫情防控和复工复产的关系

use fugong_domain::{
    Act, Ask, EnterpriseId,
    codes::{ClosureKind, ExclusionKind, RiskLevel, Role, SetAsideReason},
    enterprise, regime,
};
use fugong_fixtures::{
    Desk, by,
    desk::asks::{draft, report, report_of, suspend, whole_plan},
};

use super::COMMISSION;

/// Somebody who speaks for `id` in this role.
fn own(id: &EnterpriseId, role: Role) -> String {
    let unit = match role {
        Role::Enterprise => id.to_string(),
        Role::Township | Role::Officer => "500114106".to_owned(),
        Role::Park => "park-zy".to_owned(),
        Role::Emergency => "emb".to_owned(),
        Role::Headquarters => "hq".to_owned(),
        Role::Department => "fin".to_owned(),
        Role::Commission
        | Role::Auditor
        | Role::Reporter
        | Role::Integrator
        | Role::Admin
        | Role::System => "eic".to_owned(),
    };
    format!("somebody:{unit}:{role}")
}

fn asked(id: &EnterpriseId, command: enterprise::Command) -> Act {
    by(COMMISSION).asks(Ask::Enterprise(id.clone(), command))
}

fn risk(level: RiskLevel) -> Act {
    let change = regime::Command::ChangeRiskLevel {
        area: None,
        level,
        effective_on: "2020-02-20".parse().unwrap(),
    };
    by("sun:hq:headquarters").asks(Ask::Regime(change))
}

/// “推动工业企业全面复工复产，不得对企业复工复产设置条件”
///
/// Scenario S1: nothing is prepared, and it is recorded.
#[test]
fn a_resumption_with_nothing_prepared_is_recorded_with_remarks() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-27T08:00:00+08:00");
    let told = desk.when(by(&own(&id, Role::Township)).asks(report(&id, "2020-02-27")));
    told.then(&["resumption-resumed"]).with_advisories(&[
        "PLAN_MISSING",
        "SEAT_VACANT:township",
        "SEAT_VACANT:eic",
        "OTHER_LAW_APPLIES",
    ]);
}

/// “不得采取审批、备案等方式延缓开工时间”
#[test]
fn no_paper_is_needed_before_work_begins_not_even_a_listing() {
    let mut desk = Desk::open();
    let known: EnterpriseId = "91500114MAYY01045Q".parse().unwrap();
    let nameless: EnterpriseId = "p-01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    for id in [known, nameless] {
        let told = report_of(&id, "2020-02-20", Some("某加工点"), Some("500114106"));
        desk.when(by(&own(&id, Role::Township)).asks(told))
            .then(&["resumption-resumed"])
            .with_advisories(&["ENTERPRISE_UNLISTED", "PLAN_MISSING"]);
    }
}

/// “不得对企业复工复产设置条件”
#[test]
fn whoever_speaks_for_his_own_unit_is_heard_in_any_role() {
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Park) {
        let mut desk = Desk::open();
        let id = desk.list("ENT-004");
        let act = by(&own(&id, role)).asks(report(&id, "2020-02-20"));
        desk.when(act).then(&["resumption-resumed"]);
    }
    let mut desk = Desk::open();
    let tenant = desk.list("ENT-001");
    let act = by(&own(&tenant, Role::Park)).asks(report(&tenant, "2020-02-20"));
    desk.when(act).then(&["resumption-resumed"]);
}

/// “按照市肺炎防疫指挥部对低风险区县复工复产要求，推动工业企业全面复工复产”
#[test]
fn a_risk_above_low_is_a_remark_and_no_condition() {
    for (level, said) in [
        (RiskLevel::Low, None),
        (RiskLevel::Medium, Some("RISK_LEVEL:medium")),
        (RiskLevel::High, Some("RISK_LEVEL:high")),
    ] {
        let mut desk = Desk::open();
        let id = desk.list("ENT-011");
        desk.given(risk(level));
        let told = desk.when(by(COMMISSION).asks(report(&id, "2020-02-20")));
        let expected: Vec<&str> =
            ["PLAN_MISSING", "SEAT_VACANT:township"].into_iter().chain(said).collect();
        told.then(&["resumption-resumed"]).with_advisories(&expected);
    }
}

/// “既要切实做好复工复产后的疫情防控工作，确保人员生命安全和身体健康”
#[test]
fn a_rising_risk_stops_nobody_who_works() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-20")));
    desk.given(risk(RiskLevel::High));
    desk.when(by(COMMISSION).asks(report(&id, "2020-02-20"))).then(&[]);
}

/// “不得对企业复工复产设置条件”
#[test]
fn who_is_left_out_closing_or_set_aside_still_resumes() {
    let from = "2020-02-01".parse().unwrap();
    let exclude = |kind| enterprise::Command::ExcludeFromBase {
        kind,
        from,
        until: None,
        basis: "区统计局函".to_owned(),
    };
    for command in [
        exclude(ExclusionKind::LongStop),
        exclude(ExclusionKind::SeasonalStop),
        exclude(ExclusionKind::LeftRegister),
        exclude(ExclusionKind::PolicyStop),
        enterprise::Command::BeginClosure { kind: ClosureKind::Deregistered },
    ] {
        let mut desk = Desk::open();
        let id = desk.list("ENT-004");
        desk.given(asked(&id, command));
        let told = desk.when(by(COMMISSION).asks(report(&id, "2020-02-20")));
        told.then(&["resumption-resumed"]);
    }
    let mut desk = Desk::open();
    let id: EnterpriseId = "91500114MAYY01045Q".parse().unwrap();
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-18")));
    desk.given(by(COMMISSION).asks(suspend(&id, "2020-02-19")));
    let reason = SetAsideReason::NotIndustrial;
    desk.given(asked(&id, enterprise::Command::SetAside { reason }));
    let again = desk.when(by(COMMISSION).asks(report(&id, "2020-02-20")));
    again.then(&["resumption-resumed"]);
}

/// “尽早恢复正常生产，为疫情防控提供充足的物资保障”
#[test]
fn a_resumption_is_recorded_before_its_plan_and_its_listing_and_after_them() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-011");
    desk.at("2020-03-05T09:00:00+08:00");
    let plan = by(COMMISSION).asks(draft(&id, whole_plan()));
    desk.given(plan);
    // Back-dated to before the listing, the plan and the notice itself.
    let told = by(COMMISSION).on("2020-02-15").asks(report(&id, "2020-02-10"));
    desk.when(told).then(&["resumption-resumed"]);
}
