//! The cut-off: figures are fixed, and who sent no report is asked for it.

use fugong_domain::{
    Ask, EnterpriseId, codes::TaskState, regime::Command, resumption::DailyReport,
};
use fugong_fixtures::{
    by,
    desk::{Supervised, asks},
};

use super::{COMMISSION, count, open, states};

/// ENT-004 outside the park works since 27 February; OFF-01 sits on its township's seat.
fn working() -> (Supervised, EnterpriseId) {
    let mut all = Supervised::open();
    let id = all.desk.list("ENT-004");
    all.desk.enrol("OFF-01");
    all.at("2020-02-27T09:00:00+08:00");
    let seat = fugong_domain::codes::Seat::Township;
    let assign = asks::assign(&id, seat, "500114106", "OFF-01", "2020-02-27");
    all.given(by("li:500114106:township").asks(assign));
    all.given(by(COMMISSION).asks(asks::report(&id, "2020-02-27")));
    (all, id)
}

fn fixed(all: &Supervised) -> Vec<String> {
    let told = all.desk.history().iter();
    let told = told.filter(|event| &*event.event_type == "regime-figures-fixed");
    told.map(|event| format!("{} {}", event.recorded_at.to_rfc3339(), event.payload)).collect()
}

#[test]
fn the_figures_of_a_day_are_fixed_at_its_cut_off_and_once() {
    let (mut all, _) = working();
    all.at("2020-02-27T16:59:59+08:00");
    // The rules of 26 February are the first that name a time.
    assert_eq!(
        fixed(&all),
        [r#"2020-02-26T09:00:00+00:00 {"figures-fixed":{"date":"2020-02-26"}}"#]
    );
    all.at("2020-02-27T17:00:00+08:00");
    let second = r#"2020-02-27T09:00:00+00:00 {"figures-fixed":{"date":"2020-02-27"}}"#;
    assert_eq!(fixed(&all).last().unwrap(), second);
    let again = Ask::Regime(Command::FixFigures { date: chrono::NaiveDate::default() });
    all.when(by("policy:eic:system").asks(again)).then(&[]);
    all.at("2020-03-02T16:59:59+08:00");
    assert_eq!(fixed(&all).len(), 5, "27, 28, 29 February and 1 March followed");
}

#[test]
fn nobody_fixes_figures_by_hand() {
    let (mut all, _) = working();
    let ask = Ask::Regime(Command::FixFigures { date: chrono::NaiveDate::default() });
    all.when(by(COMMISSION).asks(ask)).then_refused("ROLE_NOT_ALLOWED");
}

#[test]
fn a_rule_set_moves_the_cut_off_from_its_own_day_on() {
    let (mut all, _) = working();
    all.at("2020-02-27T18:00:00+08:00");
    let mut rules = fugong_fixtures::data::rule_sets().unwrap().pop().unwrap();
    rules.version = "later".to_owned();
    rules.effective_from = "2020-02-29".parse().unwrap();
    rules.daily_cutoff = Some("20:30".parse().unwrap());
    let publish = |rules| Ask::Regime(Command::PublishRules { rules: Box::new(rules) });
    all.given(by(COMMISSION).asks(publish(rules.clone())));
    all.at("2020-02-29T20:29:59+08:00");
    assert_eq!(fixed(&all).len(), 3, "26, 27 and 28 February");
    all.at("2020-02-29T20:30:00+08:00");
    assert_eq!(fixed(&all).len(), 4);
    rules.version = "none".to_owned();
    rules.effective_from = "2020-03-01".parse().unwrap();
    rules.daily_cutoff = None;
    all.given(by(COMMISSION).asks(publish(rules)));
    all.at("2020-03-05T00:00:00+08:00");
    assert_eq!(fixed(&all).len(), 4, "where no report is asked for, none is waited for");
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn who_works_and_sent_no_report_is_asked_for_it_from_the_cut_off_on() {
    let (mut all, id) = working();
    all.at("2020-02-27T16:59:59+08:00");
    assert_eq!(open(&all, "daily-report"), []);
    all.at("2020-02-27T17:00:00+08:00");
    let asked = |day: &str, due: &str| {
        let own = str::to_owned;
        vec![(own(day), own("500114106"), Some(own("OFF-01")), Some(own(due)))]
    };
    assert_eq!(open(&all, "daily-report"), asked("2020-02-27", "2020-02-28"));
    // Another day's report does not answer it.
    all.at("2020-02-28T09:00:00+08:00");
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-26", 0)));
    assert_eq!(open(&all, "daily-report").len(), 1);
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-27", 0)));
    assert_eq!(states(&all, "daily-report"), [TaskState::Done]);
    // The next cut-off asks for the next day, and gives up the day before.
    all.at("2020-02-28T17:00:00+08:00");
    assert_eq!(open(&all, "daily-report"), asked("2020-02-28", "2020-02-29"));
    all.at("2020-02-29T17:00:00+08:00");
    assert_eq!(open(&all, "daily-report"), asked("2020-02-29", "2020-03-01"));
    let went = [TaskState::Done, TaskState::Cancelled, TaskState::Open];
    assert_eq!(states(&all, "daily-report"), went);
    assert_eq!(count(&all, "inspection-finding-recorded"), 0, "it is never a finding");
    assert!(all.refused().is_empty(), "{:?}", all.refused());
}

#[test]
fn who_reported_in_time_or_does_not_work_is_not_asked() {
    let (mut all, id) = working();
    all.at("2020-02-27T16:59:59+08:00");
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-27", 0)));
    all.at("2020-02-28T09:00:00+08:00");
    assert_eq!(open(&all, "daily-report"), []);
    all.at("2020-02-28T17:00:00+08:00");
    assert_eq!(open(&all, "daily-report").len(), 1);
    all.at("2020-02-28T18:00:00+08:00");
    all.given(by(COMMISSION).asks(asks::suspend(&id, "2020-02-28")));
    assert_eq!(states(&all, "daily-report"), [TaskState::Cancelled]);
    all.at("2020-02-29T18:00:00+08:00");
    assert_eq!(states(&all, "daily-report"), [TaskState::Cancelled]);
}

#[test]
fn every_enterprise_is_asked_for_its_own() {
    let (mut all, _) = working();
    let other = all.desk.list("ENT-011");
    all.given(by(COMMISSION).asks(asks::report(&other, "2020-02-27")));
    all.at("2020-02-27T17:00:00+08:00");
    assert_eq!(open(&all, "daily-report").len(), 2);
    all.given(by(COMMISSION).asks(asks::daily(&other, "2020-02-27", 0)));
    assert_eq!(states(&all, "daily-report").len(), 2);
    assert_eq!(open(&all, "daily-report").len(), 1);
}

/// “确保人员生命安全和身体健康”
#[test]
fn a_fever_is_the_headquarters_to_know_at_once_and_one_task_for_the_enterprise() {
    let (mut all, id) = working();
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-27", 1)));
    let told: Vec<_> = all.tasks_of("abnormal-health");
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].unit.as_str(), told[0].state), ("hq", TaskState::Escalated));
    let raised = all.desk.last("task-raised").payload.to_string();
    assert!(raised.contains("OFF-01") && raised.contains("500114106"), "{raised}");
    let first = all.desk.last("resumption-daily-reported").event_id.to_string();
    all.at("2020-02-28T09:00:00+08:00");
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-28", 2)));
    let second = all.desk.last("resumption-daily-reported").event_id.to_string();
    assert_eq!(all.tasks_of("abnormal-health").len(), 1, "a second cause joins it");
    // A better day does not end it; that the figures were wrong does.
    let right = |event: &str, day: &str| {
        let (supersedes, was) = (Some(event.to_owned()), Some(day.parse().unwrap()));
        asks::daily_of(&id, DailyReport { supersedes, was, ..asks::figures(day) })
    };
    all.at("2020-02-29T09:00:00+08:00");
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-29", 0)));
    all.given(by(COMMISSION).asks(right(&first, "2020-02-27")));
    assert_eq!(states(&all, "abnormal-health"), [TaskState::Escalated]);
    all.given(by(COMMISSION).asks(right(&second, "2020-02-28")));
    assert_eq!(states(&all, "abnormal-health"), [TaskState::Cancelled]);
}

#[test]
fn the_headquarters_keep_it_when_the_officer_changes() {
    let (mut all, id) = working();
    all.desk.enrol("OFF-04");
    all.given(by(COMMISSION).asks(asks::daily(&id, "2020-02-27", 1)));
    let withdraw = fugong_domain::posting::Command::Withdraw {
        seat: fugong_domain::codes::Seat::Township,
        at: "2020-02-27T10:00:00+08:00".parse().unwrap(),
        reason: None,
        rule: None,
        advisories: Vec::new(),
    };
    all.at("2020-02-27T10:00:00+08:00");
    all.given(by("li:500114106:township").asks(Ask::Posting(id, withdraw)));
    let told = all.tasks_of("abnormal-health");
    assert_eq!((told[0].unit.as_str(), told[0].state), ("hq", TaskState::Escalated));
}
