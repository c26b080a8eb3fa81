//! Incidents (疫情): four steps or a basis for ruling it out, and one alert for the enterprise.

mod stored;

use fugong_domain::{EnterpriseId, codes::TaskState};
use fugong_fixtures::{
    by, date,
    desk::{
        Supervised, asks,
        control::{
            close_incident, disinfect, fall_ill, incident, isolate, rule_out, tell_cdc, trace,
        },
    },
};

const HEADQUARTERS: &str = "sun:hq:headquarters";
const COMMISSION: &str = "zhang:eic:commission";

/// ENT-004 at work on 27 February; its own person.
fn working() -> (Supervised, EnterpriseId, String) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-004");
    all.at("2020-02-27T09:00:00+08:00");
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-27")));
    let boss = format!("boss:{id}:enterprise");
    (all, id, boss)
}

fn alerts(all: &Supervised) -> Vec<(String, TaskState)> {
    let told = all.tasks_of("abnormal-health").into_iter();
    told.map(|task| (task.unit.to_string(), task.state)).collect()
}

/// “果断处理突发疫情，及时切断传播途径。”
#[test]
fn an_incident_is_closed_when_the_four_steps_are_recorded_and_not_before() {
    let (mut all, id, boss) = working();
    all.when(by(&boss).asks(fall_ill(1, &id, 1))).then(&["epidemic-reported"]);
    let steps = [isolate(1, 3), tell_cdc(1), trace(1, 12), disinfect(1, 2)];
    for step in steps {
        let refused = all.when(by(HEADQUARTERS).asks(close_incident(1)));
        let told = refused.then_refused("ORDER_CLOSED").to_string();
        assert!(told.contains("disinfections"), "{told}");
        all.given(by("tw:500114106:township").asks(step));
    }
    all.when(by(HEADQUARTERS).asks(close_incident(1))).then(&["epidemic-closed"]);
    all.when(by(HEADQUARTERS).asks(close_incident(1))).then(&[]);
    all.when(by(HEADQUARTERS).asks(rule_out(1))).then_refused("ORDER_CLOSED");
    all.when(by(&boss).asks(isolate(1, 4))).then_refused("ORDER_CLOSED");
    all.desk.assert_replay_is_live();
}

#[test]
fn what_was_none_is_ruled_out_on_a_basis() {
    let (mut all, id, boss) = working();
    all.given(by(&boss).asks(fall_ill(1, &id, 1)));
    all.when(by(&boss).asks(rule_out(1))).then_refused("ROLE_NOT_ALLOWED");
    all.when(by(HEADQUARTERS).asks(rule_out(1))).then(&["epidemic-ruled-out"]);
    all.when(by(HEADQUARTERS).asks(close_incident(1))).then_refused("ORDER_CLOSED");
}

#[test]
fn another_count_is_news_and_the_same_is_not() {
    let (mut all, id, boss) = working();
    all.when(by(&boss).asks(fall_ill(1, &id, 0))).then_refused("INVALID_FIELD");
    all.given(by(&boss).asks(fall_ill(1, &id, 1)));
    all.when(by(&boss).asks(isolate(1, 3))).then(&["epidemic-isolated"]);
    all.when(by(&boss).asks(isolate(1, 3))).then(&[]);
    all.when(by(&boss).asks(isolate(1, 5))).then(&["epidemic-isolated"]);
    all.when(by(&boss).on("2020-02-26").asks(trace(1, 2))).then_refused("OCCURRED_ON_IN_FUTURE");
    all.when(by("tw:500114107:township").asks(trace(1, 2))).then_refused("OUT_OF_JURISDICTION");
    all.when(by(&boss).asks(trace(9, 2))).then_refused("NOT_FOUND");
}

/// “确保人员生命安全和身体健康”: officer, unit and headquarters, at once, in one task.
#[test]
fn an_incident_is_the_headquarters_to_know_at_once_and_one_task_for_the_enterprise() {
    let (mut all, id, boss) = working();
    all.given(by(&boss).asks(fall_ill(1, &id, 1)));
    assert_eq!(alerts(&all), [("hq".to_owned(), TaskState::Escalated)]);
    // A second incident and a report of a fever join it.
    all.given(by(&boss).asks(fall_ill(2, &id, 2)));
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-27", 1)));
    assert_eq!(alerts(&all).len(), 1);
    all.given(by(HEADQUARTERS).asks(rule_out(1)));
    assert_eq!(alerts(&all), [("hq".to_owned(), TaskState::Escalated)]);
    for step in [isolate(2, 2), tell_cdc(2), trace(2, 4), disinfect(2, 1), close_incident(2)] {
        all.given(by(HEADQUARTERS).asks(step));
    }
    assert_eq!(alerts(&all), [("hq".to_owned(), TaskState::Done)], "by the event that ends it");
    // Another one is another task.
    all.given(by(&boss).asks(fall_ill(3, &id, 1)));
    assert_eq!(alerts(&all).len(), 2);
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn an_incident_stops_nobody_from_working() {
    let (mut all, id, boss) = working();
    all.given(by(&boss).asks(asks::suspend(&id, "2020-02-27")));
    all.given(by(&boss).asks(fall_ill(1, &id, 1)));
    all.at("2020-02-28T09:00:00+08:00");
    all.when(by(&boss).asks(asks::report(&id, "2020-02-28"))).then(&["resumption-resumed"]);
}

/// R20 tells the days of the steps, and of no person.
#[test]
fn the_register_tells_the_days_and_no_counts() {
    use fugong_core::{Register, Rows};
    use fugong_domain::registers::{District, table};
    let (mut all, id, boss) = working();
    all.given(by(&boss).asks(fall_ill(1, &id, 1)));
    all.at("2020-02-28T09:00:00+08:00");
    all.given(by(&boss).asks(isolate(1, 3)));
    all.at("2020-02-29T09:00:00+08:00");
    all.given(by(HEADQUARTERS).asks(rule_out(1)));
    let mut rows = Rows::complete();
    for event in all.desk.history() {
        District.apply(&mut rows, event).unwrap();
        rows.keep();
    }
    let line = |on| (table("r20-incidents").unwrap().lines)(&rows, on).unwrap().remove(0);
    let open = line(date(2020, 2, 28));
    assert_eq!(open["incident"], incident(1).as_str());
    assert_eq!((&open["state"], &open["isolated_on"]), (&"open".into(), &"2020-02-28".into()));
    assert_eq!(line(date(2020, 2, 27))["isolated_on"], serde_json::Value::Null);
    let ended = line(date(2020, 2, 29));
    assert_eq!((&ended["state"], &ended["ended_on"]), (&"ruled_out".into(), &"2020-02-29".into()));
    assert!(open.iter().all(|(_, value)| !value.is_number()), "{open:?}");
}
