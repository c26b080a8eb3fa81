//! 日报: a day's figures, one report a day that stands.

use fugong_domain::{EnterpriseId, resumption::DailyReport};
use fugong_fixtures::{
    Desk, by, date,
    desk::asks::{daily, daily_of, figures, report},
};

const COMMISSION: &str = "zhang:eic:commission";
const REPORTED: &[&str] = &["resumption-daily-reported"];

fn desk() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-004");
    desk.at("2020-02-28T10:00:00+08:00");
    (desk, id)
}

#[test]
fn a_report_speaks_of_today_or_of_a_day_before_and_never_of_tomorrow() {
    let (mut desk, id) = desk();
    for day in ["2020-02-27", "2020-02-28"] {
        desk.when(by(COMMISSION).asks(daily(&id, day, 0))).then(REPORTED);
    }
    let tomorrow = by(COMMISSION).asks(daily(&id, "2020-02-29", 0));
    desk.when(tomorrow).then_refused("OCCURRED_ON_IN_FUTURE");
}

#[test]
fn of_each_day_one_report_stands_and_another_names_the_one_that_it_puts_right() {
    let (mut desk, id) = desk();
    desk.given(by(COMMISSION).asks(daily(&id, "2020-02-28", 1)));
    let first = desk.last("resumption-daily-reported").event_id.to_string();
    let second = desk.when(by(COMMISSION).asks(daily(&id, "2020-02-28", 0)));
    let refusal = second.then_refused("INVALID_FIELD");
    assert!(refusal.to_string().starts_with("/supersedes: "), "{refusal}");
    let right = |was: &str, day: &str| {
        let (supersedes, was) = (Some(first.clone()), Some(was.parse().unwrap()));
        daily_of(&id, DailyReport { supersedes, was, ..figures(day) })
    };
    let unknown = by(COMMISSION).asks(right("2020-02-27", "2020-02-28"));
    desk.when(unknown).then_refused("NOT_FOUND");
    desk.when(by(COMMISSION).asks(right("2020-02-28", "2020-02-28"))).then(REPORTED);
    // It was the day before of which it should have spoken: the day is free again.
    desk.when(by(COMMISSION).asks(right("2020-02-28", "2020-02-27"))).then(REPORTED);
    desk.when(by(COMMISSION).asks(right("2020-02-28", "2020-02-28"))).then_refused("NOT_FOUND");
    desk.when(by(COMMISSION).asks(daily(&id, "2020-02-28", 0))).then(REPORTED);
    let told = desk.history().iter().filter(|event| &*event.event_type == REPORTED[0]);
    assert_eq!(told.count(), 4, "all of them stay in history");
}

#[test]
fn a_part_is_not_more_than_the_whole() {
    let (mut desk, id) = desk();
    let whole = figures("2020-02-28");
    let wrong = [
        ("/on_post", DailyReport { on_post: 101, ..whole.clone() }),
        ("/from_outside", DailyReport { from_outside: Some(101), ..whole.clone() }),
        ("/from_hubei", DailyReport { from_hubei: Some(101), ..whole.clone() }),
        ("/in_observation", DailyReport { in_observation: Some(101), ..whole.clone() }),
        ("/fever", DailyReport { fever: Some(101), ..whole.clone() }),
        ("/capacity_pct", DailyReport { capacity_pct: Some(101), ..whole.clone() }),
    ];
    for (pointer, report) in wrong {
        let told = desk.when(by(COMMISSION).asks(daily_of(&id, report)));
        let refusal = told.then_refused("INVALID_FIELD");
        assert!(refusal.to_string().starts_with(pointer), "{refusal}");
    }
    let everybody = DailyReport { on_post: 100, fever: Some(100), ..whole };
    desk.when(by(COMMISSION).asks(daily_of(&id, everybody))).then(REPORTED);
}

#[test]
fn an_enterprise_its_township_and_its_officer_report_and_no_other_unit() {
    let (mut desk, id) = desk();
    let ask = |day| daily(&id, day, 0);
    desk.when(by("li:500114107:township").asks(ask("2020-02-28")))
        .then_refused("OUT_OF_JURISDICTION");
    desk.when(by("ma:eic:auditor").asks(ask("2020-02-28"))).then_refused("ROLE_NOT_ALLOWED");
    desk.when(by(&format!("chen:{id}:enterprise")).asks(ask("2020-02-26"))).then(REPORTED);
    desk.when(by("li:500114106:township").asks(ask("2020-02-27"))).then(REPORTED);
    desk.when(by("OFF-01:500114106:officer").asks(ask("2020-02-28"))).then(REPORTED);
}

#[test]
fn of_what_nobody_knows_no_figures_are_told_and_of_what_works_they_are() {
    let mut desk = Desk::open();
    desk.at("2020-02-28T10:00:00+08:00");
    let id: EnterpriseId = "91500114MAYY01045Q".parse().unwrap();
    desk.when(by(COMMISSION).asks(daily(&id, "2020-02-28", 0))).then_refused("ENTERPRISE_UNKNOWN");
    desk.given(by(COMMISSION).asks(report(&id, "2020-02-27")));
    desk.when(by(COMMISSION).asks(daily(&id, "2020-02-28", 0))).then(REPORTED);
}

#[test]
fn a_report_of_a_day_changes_nothing_of_production() {
    let (mut desk, id) = desk();
    desk.given(by(COMMISSION).asks(daily(&id, "2020-02-28", 0)));
    let told: fugong_domain::resumption::Resumption = desk.read(&id);
    assert!(!told.state_on(date(2020, 2, 28)).in_production());
    desk.when(by(COMMISSION).asks(report(&id, "2020-02-28"))).then(&["resumption-resumed"]);
    desk.assert_replay_is_live();
}
