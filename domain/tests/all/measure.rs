//! Measures of control (管控): relaxed by steps, looked at again, and never a gate.

mod stored;

use fugong_domain::{
    Ask, EnterpriseId,
    codes::{MeasureKind, RiskLevel, TaskState},
    measure::Target,
    regime,
};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised,
        asks::{close, report, suspend},
        control::{impose, impose_by, keep, lift, measure, relax, report_under, stop, stop_work},
    },
};

const HEADQUARTERS: &str = "sun:hq:headquarters";
const COMMISSION: &str = "zhang:eic:commission";
const TOWN: &str = "tw:500114106:township";

/// ENT-004 of 石会镇 on the morning of 27 February; its own person.
fn listed() -> (Supervised, EnterpriseId, String) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-004");
    all.at("2020-02-27T09:00:00+08:00");
    let boss = format!("boss:{id}:enterprise");
    (all, id, boss)
}

fn area() -> Target {
    Target::Area("500114106".parse().unwrap())
}

/// The same, with its township closed to through traffic by the township.
fn imposed() -> Supervised {
    let (mut all, _, _) = listed();
    let closed = impose_by("500114106", 1, area(), MeasureKind::ClosedManagement);
    all.given(by(HEADQUARTERS).asks(closed));
    all
}

fn open(all: &Supervised, kind: &str) -> Vec<(String, String)> {
    let tasks = all.inbox().into_iter().filter(|task| task.kind == kind);
    tasks.map(|task| (task.unit.to_string(), task.subject)).collect()
}

fn states(all: &Supervised, kind: &str) -> Vec<TaskState> {
    all.tasks_of(kind).into_iter().map(|task| task.state).collect()
}

fn risk(area: Option<&str>, level: RiskLevel, on: chrono::NaiveDate) -> Ask {
    let area = area.map(|unit| unit.parse().unwrap());
    Ask::Regime(regime::Command::ChangeRiskLevel { area, level, effective_on: on })
}

/// “分步取消各类防控措施…不能简单一撤了之、一放了之。”
#[test]
fn a_measure_is_lifted_after_a_step_or_on_a_stated_basis() {
    let mut all = imposed();
    all.when(by(TOWN).asks(lift(1, false))).then_refused("LIFT_WITHOUT_STEP");
    all.when(by(TOWN).asks(lift(1, true))).then(&["measure-lifted"]);
    all.when(by(TOWN).asks(lift(1, false))).then(&[]);
    let mut all = imposed();
    all.when(by(TOWN).asks(relax(1))).then(&["measure-relaxed"]);
    all.when(by(TOWN).asks(lift(1, false))).then(&["measure-lifted"]);
    for late in [relax(1), keep(1)] {
        all.when(by(TOWN).asks(late)).then_refused("ORDER_CLOSED");
    }
    all.desk.assert_replay_is_live();
}

#[test]
fn the_headquarters_set_measures_and_whoever_imposed_one_deals_with_it() {
    let (mut all, id, boss) = listed();
    let closed = || impose(1, area(), MeasureKind::ClosedManagement);
    for who in [COMMISSION, TOWN, boss.as_str()] {
        all.when(by(who).asks(closed())).then_refused("ROLE_NOT_ALLOWED");
    }
    let nowhere = Target::Area("eic".parse().unwrap());
    let told = all.when(by(HEADQUARTERS).asks(impose(1, nowhere, MeasureKind::Other)));
    told.then_refused("INVALID_FIELD");
    let nobody = Target::Enterprise("91500114MAYY010106".parse().unwrap());
    let told = all.when(by(HEADQUARTERS).asks(impose(1, nobody, MeasureKind::Other)));
    told.then_refused("ENTERPRISE_UNKNOWN");
    all.given(by(HEADQUARTERS).asks(closed()));
    all.when(by(TOWN).asks(relax(1))).then_refused("OUT_OF_JURISDICTION");
    all.when(by(HEADQUARTERS).asks(relax(1))).then(&["measure-relaxed"]);
    let back = by(HEADQUARTERS).on("2020-02-26").asks(keep(1));
    all.when(back).then_refused("OCCURRED_ON_IN_FUTURE");
    // A stop order is a government's act.
    let stopping = impose(2, Target::Enterprise(id.clone()), MeasureKind::StopOrder);
    all.when(by(HEADQUARTERS).asks(stopping)).then_refused("INVALID_FIELD");
    all.when(stop(2, Target::Enterprise(id))).then(&["measure-imposed"]);
}

/// The day before, the day, the day after.
#[test]
fn whoever_imposed_it_looks_at_it_after_seven_days_and_again() {
    let mut all = imposed();
    all.at("2020-03-04T23:59:59+08:00");
    assert_eq!(open(&all, "review-measure"), []);
    all.at("2020-03-05T00:00:00+08:00");
    let due = [("500114106".to_owned(), measure(1).to_string())];
    assert_eq!(open(&all, "review-measure"), due);
    all.at("2020-03-06T09:00:00+08:00");
    all.given(by(TOWN).asks(keep(1)));
    assert_eq!(states(&all, "review-measure"), [TaskState::Done]);
    all.at("2020-03-12T23:59:59+08:00");
    assert_eq!(open(&all, "review-measure"), []);
    all.at("2020-03-13T00:00:00+08:00");
    assert_eq!(open(&all, "review-measure"), due);
    all.given(by(TOWN).asks(relax(1)));
    all.given(by(TOWN).asks(lift(1, false)));
    all.at("2020-04-20T00:00:00+08:00");
    assert_eq!(states(&all, "review-measure"), [TaskState::Done, TaskState::Done]);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn a_change_of_risk_is_a_reason_to_look_at_once() {
    let mut all = imposed();
    let day = date(2020, 2, 28);
    all.at("2020-02-28T09:00:00+08:00");
    all.given(by(HEADQUARTERS).asks(risk(Some("500114107"), RiskLevel::Medium, day)));
    assert_eq!(open(&all, "review-measure"), [], "that is another area");
    all.given(by(HEADQUARTERS).asks(risk(Some("500114106"), RiskLevel::Medium, day)));
    assert_eq!(open(&all, "review-measure").len(), 1);
    all.given(by(TOWN).asks(keep(1)));
    assert_eq!(states(&all, "review-measure"), [TaskState::Done]);
    // Ahead of its day, nothing; on its day, the whole district.
    all.given(by(HEADQUARTERS).asks(risk(None, RiskLevel::Low, date(2020, 3, 1))));
    assert_eq!(open(&all, "review-measure"), []);
    all.at("2020-03-01T00:00:00+08:00");
    assert_eq!(open(&all, "review-measure").len(), 1);
}

#[test]
fn a_measure_over_an_enterprise_follows_the_risk_of_its_place_and_ends_with_it() {
    let (mut all, id, _) = listed();
    let over = impose(1, Target::Enterprise(id.clone()), MeasureKind::AccessControl);
    all.given(by(HEADQUARTERS).asks(over));
    let raised = risk(Some("500114106"), RiskLevel::High, date(2020, 2, 27));
    all.given(by(HEADQUARTERS).asks(raised));
    assert_eq!(open(&all, "review-measure").len(), 1);
    all.given(by(COMMISSION).asks(close(&id, "2020-02-27")));
    assert_eq!(states(&all, "review-measure"), [TaskState::Cancelled]);
    all.at("2020-04-20T00:00:00+08:00");
    assert_eq!(open(&all, "review-measure"), []);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

/// “不得对企业复工复产设置条件”: a stop order is a remark on a resumption, and an alert to those
/// who set measures.
#[test]
fn a_resumption_under_a_stop_order_is_recorded_with_a_remark_and_the_headquarters_look() {
    for target in [None, Some(area())] {
        let (mut all, id, boss) = listed();
        all.given(stop(1, target.unwrap_or_else(|| Target::Enterprise(id.clone()))));
        let told = all.when(by(&boss).asks(report_under(&id, "2020-02-27", &[1])));
        let remarks = told.then(&["resumption-resumed"]).payload("advisories").to_string();
        assert!(remarks.contains("STOP_ORDER_IN_FORCE"), "{remarks}");
        let alert = [("hq".to_owned(), measure(1).to_string())];
        assert_eq!(open(&all, "resumed-under-stop"), alert);
        all.given(by(HEADQUARTERS).asks(keep(1)));
        assert_eq!(states(&all, "resumed-under-stop"), [TaskState::Done]);
    }
}

#[test]
fn the_alert_ends_when_it_stops_or_the_order_is_lifted() {
    for (ends, other) in [(lift(1, true), false), (relax(1), false), (keep(1), true)] {
        let (mut all, id, boss) = listed();
        all.given(stop(1, Target::Enterprise(id.clone())));
        all.given(by(&boss).asks(report_under(&id, "2020-02-27", &[1])));
        let ends = if other { stop_work(&id, "2020-02-27") } else { ends };
        let who = if other { boss.as_str() } else { HEADQUARTERS };
        all.given(by(who).asks(ends));
        assert_eq!(states(&all, "resumed-under-stop"), [TaskState::Done]);
    }
}

#[test]
fn an_order_that_is_lifted_over_another_or_none_is_no_remark() {
    let (mut all, id, boss) = listed();
    let other = all.desk.list("ENT-011");
    all.given(stop(1, Target::Enterprise(id.clone())));
    all.given(by(HEADQUARTERS).asks(lift(1, true)));
    all.given(stop(2, Target::Enterprise(other)));
    let elsewhere = impose(3, area(), MeasureKind::ClosedManagement);
    all.given(by(HEADQUARTERS).asks(elsewhere));
    let told = all.when(by(&boss).asks(report_under(&id, "2020-02-27", &[1, 2, 3, 9])));
    let remarks = told.then(&["resumption-resumed"]).payload("advisories").to_string();
    assert!(!remarks.contains("STOP_ORDER_IN_FORCE"), "{remarks}");
    assert_eq!(open(&all, "resumed-under-stop"), []);
}

#[test]
fn who_works_when_a_stop_order_comes_is_the_territorial_units_to_report_on() {
    let (mut all, id, boss) = listed();
    all.given(by(&boss).asks(report(&id, "2020-02-27")));
    all.given(stop(1, Target::Enterprise(id.clone())));
    let told = [("500114106".to_owned(), measure(1).to_string())];
    assert_eq!(open(&all, "report-stop"), told);
    // That it stopped for want of orders does not say what became of the stop order.
    all.given(by(&boss).asks(suspend(&id, "2020-02-27")));
    assert_eq!(open(&all, "report-stop"), told);
    all.given(by(TOWN).asks(stop_work(&id, "2020-02-27")));
    assert_eq!(states(&all, "report-stop"), [TaskState::Done]);
    // Who does not work has nothing to report.
    all.given(stop(2, Target::Enterprise(id.clone())));
    assert_eq!(open(&all, "report-stop"), []);
}

#[test]
fn an_order_over_an_area_meets_all_who_work_there_whatever_the_areas_code() {
    let mut all = Supervised::open();
    let (id, elsewhere) = (all.desk.list("ENT-012"), all.desk.list("ENT-011"));
    let boss = format!("boss:{id}:enterprise");
    // 500114254 became 500114124 the day before.
    all.at("2020-03-17T09:00:00+08:00");
    let stopping = |n| stop(n, Target::Area("500114124".parse().unwrap()));
    all.given(stopping(1));
    assert_eq!(open(&all, "report-stop"), [], "nobody works there");
    for works in [&id, &elsewhere] {
        all.given(by(COMMISSION).asks(report(works, "2020-03-17")));
    }
    all.given(stopping(2));
    assert_eq!(open(&all, "report-stop"), [("500114254".to_owned(), measure(2).to_string())]);
    all.given(by(&boss).asks(stop_work(&id, "2020-03-17")));
    assert_eq!(states(&all, "report-stop"), [TaskState::Done]);
    all.at("2020-03-18T09:00:00+08:00");
    all.given(by(&boss).asks(report_under(&id, "2020-03-18", &[1, 2])));
    let alerts = [1, 2].map(|n| ("hq".to_owned(), measure(n).to_string()));
    assert_eq!(open(&all, "resumed-under-stop"), alerts);
    all.given(stopping(3));
    all.given(by(HEADQUARTERS).asks(lift(3, true)));
    assert_eq!(states(&all, "report-stop"), [TaskState::Done, TaskState::Done]);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn lifting_the_order_is_an_answer_too() {
    let (mut all, id, boss) = listed();
    all.given(by(&boss).asks(report(&id, "2020-02-27")));
    all.given(stop(1, Target::Enterprise(id)));
    all.given(by(HEADQUARTERS).asks(lift(1, true)));
    assert_eq!(states(&all, "report-stop"), [TaskState::Done]);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn the_register_tells_when_a_measure_is_to_be_looked_at() {
    use fugong_core::{Register, Rows};
    use fugong_domain::registers::{District, table};
    let mut all = imposed();
    all.at("2020-03-03T09:00:00+08:00");
    all.given(by(TOWN).asks(relax(1)));
    all.at("2020-03-12T09:00:00+08:00");
    all.given(by(TOWN).asks(lift(1, false)));
    let mut rows = Rows::complete();
    for event in all.desk.history() {
        District.apply(&mut rows, event).unwrap();
        rows.keep();
    }
    let line = |day| (table("r20-measures").unwrap().lines)(&rows, day).unwrap().remove(0);
    let before = line(date(2020, 3, 2));
    assert_eq!((&before["steps"], &before["review_due"]), (&0.into(), &"2020-03-05".into()));
    assert_eq!((&before["area"], &before["by"]), (&"石会镇".into(), &"石会镇".into()));
    let after = line(date(2020, 3, 10));
    assert_eq!((&after["steps"], &after["review_due"]), (&1.into(), &"2020-03-10".into()));
    assert_eq!(after["overdue"], false);
    assert_eq!(line(date(2020, 3, 11))["overdue"], true);
    let lifted = line(date(2020, 3, 12));
    assert_eq!((&lifted["state"], &lifted["overdue"]), (&"lifted".into(), &false.into()));
}
