//! 二（一）严格落实企业主体责任

use fugong_domain::{
    Ask, DocumentNumber,
    plan::{Command, Plan},
    regime::Regime,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::{draft, put_in_place, whole_plan},
        safety,
    },
    sealed,
};

use super::COMMISSION;

/// “按照《关于印发重庆市新冠肺炎疫情分区分级分类防控实施方案的通知》（渝肺炎组发〔2020〕6 号）、
/// 《复工复产企业新型冠状病毒肺炎疫情防控技术指南（试行）》（渝肺炎组疫发〔2020〕8号）”
#[test]
fn an_act_names_the_paper_on_which_it_rests() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let authority: DocumentNumber = "渝肺炎组发〔2020〕6 号".parse().unwrap();
    let mut act = by(COMMISSION).asks(draft(&id, whole_plan()));
    act.authority = Some(authority);
    desk.given(act);
    assert_eq!(desk.last("plan-drafted").meta("authority"), Some("渝肺炎组发〔2020〕6号"));
}

/// “各工业企业严格对标对表，认真抓好企业内部疫情防控工作的组织实施和措施落实”
#[test]
fn a_plan_is_measured_by_the_checklists_of_its_own_day() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let mut plan = whole_plan();
    plan.five_musts.retain(|must| must != "M4");
    let act = by(COMMISSION).asks(draft(&id, plan));
    assert_eq!(desk.when(act.clone()).payload("gaps"), serde_json::json!(["M4"]));
    // From 7 April on nobody is kept from his post for coming from a low-risk area.
    let mut later =
        desk.read::<Regime>(fugong_domain::act::REGIME).rules_at(date(2020, 4, 7)).unwrap().clone();
    later.version = "later".to_owned();
    later.effective_from = date(2020, 4, 7);
    later.five_musts.retain(|must| must != "M4");
    let publish = fugong_domain::regime::Command::PublishRules { rules: Box::new(later) };
    desk.given(by(COMMISSION).asks(Ask::Regime(publish)));
    for (day, gaps) in [("2020-04-06", vec!["M4"]), ("2020-04-07", vec![]), ("2020-04-08", vec![])]
    {
        desk.at(&format!("{day}T09:00:00+08:00"));
        assert_eq!(desk.when(act.clone()).payload("gaps"), serde_json::json!(gaps), "{day}");
    }
}

/// “各企业及时制定新冠肺炎疫情防控“一企一策”方案（含应急）”
#[test]
fn a_plan_without_an_emergency_part_is_recorded_with_that_gap() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let mut plan = whole_plan();
    plan.emergency = None;
    let drafted = desk.when(by(&format!("chen:{id}:enterprise")).asks(draft(&id, plan)));
    assert_eq!(drafted.then(&["plan-drafted"]).payload("gaps"), serde_json::json!(["emergency"]));
}

/// “落实疫情防控组织领导、提前排查、做好防护、健康监测、疫情处置、宣传教育等六大工作重点”
#[test]
fn a_plan_says_something_of_each_of_the_six_priorities_or_has_a_gap() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let mut plan = whole_plan();
    plan.sections.clear();
    plan.sections.insert("P3".to_owned(), sealed("口罩、错时就餐"));
    let drafted = desk.when(by(COMMISSION).asks(draft(&id, plan)));
    assert_eq!(drafted.payload("gaps"), serde_json::json!(["P1", "P2", "P4", "P5", "P6"]));
    let revised = desk.when(by(COMMISSION).asks(draft(&id, whole_plan()))).then(&["plan-revised"]);
    assert_eq!(revised.payload("gaps"), serde_json::json!([]));
}

/// “2月25日前全部规上企业落实到位”
#[test]
fn a_draft_is_not_in_place_and_the_day_of_the_act_says_when_it_was() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-27T08:00:00+08:00");
    desk.given(by(COMMISSION).on("2020-02-24").asks(draft(&id, whole_plan())));
    assert!(desk.read::<Plan>(&id).in_place().is_none());
    desk.given(by(COMMISSION).on("2020-02-25").asks(put_in_place(&id)));
    assert_eq!(desk.read::<Plan>(&id).in_place().map(|plan| plan.number), Some(1));
    let put = desk.last("plan-put-in-place");
    let rules = desk.read::<Regime>(fugong_domain::act::REGIME);
    let deadline = rules.rules_at(put.occurred().day()).unwrap().plan_deadline;
    assert_eq!(put.occurred().day(), date(2020, 2, 25));
    assert_eq!(put.occurred().day(), deadline, "the 25th itself is in time");
}

/// “细化防控方案”
#[test]
fn a_plan_with_gaps_can_be_put_in_place_and_keeps_them() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    let mut plan = whole_plan();
    plan.sections.remove("P5");
    desk.given(by(COMMISSION).asks(draft(&id, plan)));
    let placed = desk.when(by(COMMISSION).asks(put_in_place(&id))).then(&["plan-put-in-place"]);
    assert_eq!(placed.payload("gaps"), serde_json::json!(["P5"]));
    let revise = Command::Revise { plan: whole_plan(), gaps: Vec::new() };
    let revised = desk.when(by(COMMISSION).asks(Ask::Plan(id.clone(), revise)));
    revised.then(&["plan-revised"]);
    assert_eq!(desk.read::<Plan>(&id).in_place().map(|plan| plan.number), Some(1));
}

/// “制定安全生产应急处置预案，加强易燃易爆、有毒有害等作业场所监测防护，做好重大安全风险隐患排查，开展安全警示教育”
#[test]
fn safety_is_prepared_watched_and_taught_and_hazards_are_found_and_cleared() {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-28T10:00:00+08:00");
    let all = ["A1", "A2", "A3", "A4", "A5", "A6"];
    for (ask, happens) in [
        (safety::prepare(&id, &all), "plan-safety-prepared"),
        (safety::monitor(&id, "2020-02-28", true), "plan-hazard-monitored"),
        (safety::find(&id, "2020-02-28", None), "plan-hazard-found"),
        (safety::clear(&id, 1, "2020-02-28"), "plan-hazard-cleared"),
        (safety::train(&id, "2020-02-28", 86), "plan-training-held"),
    ] {
        desk.when(by(COMMISSION).asks(ask)).then(&[happens]);
    }
    assert_eq!(desk.read::<Plan>(&id).safety().open_hazards().count(), 0);
}
