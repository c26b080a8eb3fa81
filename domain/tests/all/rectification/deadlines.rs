//! The day before, the day, the day after.

use fugong_domain::{
    Ask, Calendar,
    codes::ReinspectionResult,
    rectification::{Command, Rectification},
    regime,
};
use fugong_fixtures::{
    Desk, by, data, date,
    desk::cases::{
        Within, extend, finding, order, order_on, reinspect, report_done, revoke, serve,
    },
    sealed,
};

use super::{COMMISSION, SYSTEM, found, pass_day, served, state};

fn due(desk: &Desk, n: u32) -> Option<String> {
    let case: Rectification = desk.read(order(n));
    case.deadline().map(|deadline| deadline.due.to_string())
}

/// Order 1 with this limit, issued and served at this time; its last day.
fn served_at(now: &str, within: Within) -> Option<String> {
    let (mut desk, id) = found();
    desk.at(now);
    desk.given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], within)));
    desk.given(by(COMMISSION).asks(serve(1)));
    due(&desk, 1)
}

#[test]
fn working_days_run_from_service() {
    let days = Within::WorkingDays;
    for (now, days, last) in [
        // A weekend lies between.
        ("2020-02-28T16:00:00+08:00", days(3), "2020-03-04"),
        // Sunday 26 April 2020 is worked.
        ("2020-04-24T09:00:00+08:00", days(1), "2020-04-26"),
        ("2020-04-29T09:00:00+08:00", days(5), "2020-05-09"),
        ("2020-12-31T09:00:00+08:00", days(1), "2021-01-04"),
        // Still the 28th in Greenwich, the 29th here.
        ("2020-02-28T16:30:00+00:00", days(1), "2020-03-02"),
        // A day that somebody set stands, holiday or not.
        ("2020-04-02T09:00:00+08:00", Within::Due(date(2020, 4, 4)), "2020-04-04"),
    ] {
        assert_eq!(served_at(now, days).as_deref(), Some(last), "{now}");
    }
}

#[test]
fn a_year_without_calendar_is_refused() {
    let (mut desk, id) = found();
    desk.at("2021-12-30T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(5))));
    desk.when(by(COMMISSION).asks(serve(1))).then_refused("CALENDAR_NOT_COVERED");
    assert_eq!(state(&desk, 1), "ordered");
}

#[test]
fn a_calendar_published_later_moves_no_running_deadline() {
    let (mut desk, _) = served();
    let mut calendar = calendar_of_2020();
    calendar.id = "CN-2020-v9".to_owned();
    calendar.published_on = Some(date(2020, 3, 1));
    calendar.superseded_on = None;
    calendar.holidays.insert(date(2020, 3, 3), "a day off".to_owned());
    desk.at("2020-03-02T09:00:00+08:00");
    desk.given(by(SYSTEM).asks(Ask::Regime(regime::Command::PublishCalendar { calendar })));
    assert_eq!(due(&desk, 1).as_deref(), Some("2020-03-04"));
}

fn calendar_of_2020() -> Calendar {
    let published = data::district().unwrap().into_iter().filter_map(|command| {
        if let regime::Command::PublishCalendar { calendar } = command {
            return Some(calendar);
        }
        None
    });
    published.into_iter().find(|calendar| calendar.year == 2020).unwrap()
}

#[test]
fn an_order_gives_either_a_day_or_working_days() {
    let (mut desk, id) = found();
    for (due, working_days) in [(None, None), (Some(date(2020, 3, 9)), Some(3))] {
        let both = Command::Order {
            enterprise: id.clone(),
            findings: vec![finding(1, 1)],
            due,
            working_days,
            measures: sealed("keep a temperature log"),
            responsible: None,
            supervisor: None,
            issuer: "issuer".to_owned(),
            supersedes: None,
            on: date(2020, 2, 28),
        };
        desk.when(by(COMMISSION).asks(Ask::Rectification(order(1), both)))
            .then_refused("ORDER_WITHOUT_DEADLINE");
    }
}

#[test]
fn a_limit_lies_after_the_day_of_the_order() {
    let (mut desk, id) = found();
    for within in
        [Within::Due(date(2020, 2, 27)), Within::Due(date(2020, 2, 28)), Within::WorkingDays(0)]
    {
        desk.when(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], within)))
            .then_refused("DEADLINE_NOT_AFTER_ISSUE");
    }
    let next = order_on(1, &id, &[finding(1, 1)], Within::Due(date(2020, 2, 29)));
    desk.when(by(COMMISSION).asks(next))
        .then(&["rectification-ordered", "inspection-finding-ordered"]);
}

#[test]
fn an_order_that_was_not_served_cannot_lapse_fail_or_count() {
    let (mut desk, id) = found();
    let order_1 = order_on(1, &id, &[finding(1, 1)], Within::Due(date(2020, 3, 3)));
    desk.given(by(COMMISSION).asks(order_1));
    desk.at("2020-03-05T09:00:00+08:00");
    desk.when(by(SYSTEM).asks(pass_day(1))).then(&[]);
    for ask in [
        report_done(1, "2020-03-02"),
        reinspect(1, ReinspectionResult::Failed),
        extend(1, date(2020, 3, 9)),
    ] {
        desk.when(by(COMMISSION).asks(ask)).then_refused("ORDER_NOT_SERVED");
    }
    assert_eq!(desk.read::<Rectification>(order(1)).counts_as_failed(), None);
}

/// The day before, on and after the due day that the order set.
#[test]
fn a_due_day_before_service_runs_only_once_it_is_extended() {
    for (served_on, runs) in [("2020-03-02", true), ("2020-03-03", true), ("2020-03-04", false)] {
        let (mut desk, id) = found();
        let within = Within::Due(date(2020, 3, 3));
        desk.given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], within)));
        desk.at(&format!("{served_on}T09:00:00+08:00"));
        let expected: &[&str] = if runs { &[] } else { &["DUE_BEFORE_SERVICE"] };
        desk.when(by(COMMISSION).asks(serve(1)))
            .then(&["rectification-served"])
            .with_advisories(expected);
        assert_eq!(due(&desk, 1).is_some(), runs, "{served_on}");
        desk.at("2020-03-09T09:00:00+08:00");
        let lapses: &[&str] = if runs { &["rectification-lapsed"] } else { &[] };
        desk.when(by(SYSTEM).asks(pass_day(1))).then(lapses);
        if !runs {
            desk.when(by(COMMISSION).asks(extend(1, date(2020, 3, 9))))
                .then_refused("DEADLINE_NOT_AFTER_ISSUE");
            desk.when(by(COMMISSION).asks(extend(1, date(2020, 3, 10))))
                .then(&["rectification-extended"]);
            assert_eq!(due(&desk, 1).as_deref(), Some("2020-03-10"));
        }
    }
}

#[test]
fn a_report_on_the_last_day_is_in_time_until_midnight() {
    for (at, late) in [
        ("2020-03-03T23:59:59+08:00", false),
        ("2020-03-04T23:59:59+08:00", false),
        ("2020-03-04", false),
        ("2020-03-05T00:00:00+08:00", true),
    ] {
        let (mut desk, _) = served();
        desk.at("2020-03-09T09:00:00+08:00");
        let answer =
            desk.when(by(COMMISSION).asks(report_done(1, at))).then(&["rectification-reported"]);
        assert_eq!(answer.payload("late"), late, "{at}");
    }
}

#[test]
fn who_reported_in_time_and_is_looked_at_later_complied_in_time() {
    let (mut desk, _) = served();
    desk.at("2020-03-04T23:59:59+08:00")
        .given(by(COMMISSION).asks(report_done(1, "2020-03-04T23:59:59+08:00")));
    desk.at("2020-03-05T00:00:00+08:00");
    desk.when(by(SYSTEM).asks(pass_day(1))).then(&[]);
    desk.at("2020-03-09T09:00:00+08:00")
        .given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    let case: Rectification = desk.read(order(1));
    assert!(matches!(&case, Rectification::Complied(ended) if ended.in_time));
    assert_eq!(case.counts_as_failed(), None);
}

#[test]
fn an_order_lapses_the_day_after_its_last_day_and_only_once() {
    let (mut desk, _) = served();
    desk.at("2020-03-04T23:59:59+08:00").when(by(SYSTEM).asks(pass_day(1))).then(&[]);
    desk.at("2020-03-05T00:00:00+08:00")
        .when(by(SYSTEM).asks(pass_day(1)))
        .then(&["rectification-lapsed"]);
    desk.when(by(SYSTEM).asks(pass_day(1))).then(&[]);
}

#[test]
fn a_timer_that_comes_after_the_end_changes_nothing() {
    let (mut desk, _) = served();
    desk.given(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)));
    desk.at("2020-03-05T00:00:00+08:00").when(by(SYSTEM).asks(pass_day(1))).then(&[]);
}

#[test]
fn a_lapsed_order_can_still_be_reported_done_and_looked_at() {
    let (mut desk, _) = served();
    desk.at("2020-03-05T00:00:00+08:00").given(by(SYSTEM).asks(pass_day(1)));
    desk.at("2020-03-06T09:00:00+08:00");
    let report = desk.when(by(COMMISSION).asks(report_done(1, "2020-03-06")));
    assert_eq!(report.then(&["rectification-reported"]).payload("late"), true);
    desk.when(by(SYSTEM).asks(pass_day(1))).then(&[]);
    desk.when(by(COMMISSION).asks(reinspect(1, ReinspectionResult::Complied)))
        .then(&["rectification-complied"]);
    let case: Rectification = desk.read(order(1));
    assert!(matches!(&case, Rectification::Complied(ended) if !ended.in_time));
    assert_eq!(case.counts_as_failed(), Some(date(2020, 3, 5)));
}

#[test]
fn a_report_in_time_that_is_written_down_late_takes_the_lapse_back() {
    let (mut desk, _) = served();
    desk.at("2020-03-05T00:00:00+08:00").given(by(SYSTEM).asks(pass_day(1)));
    desk.at("2020-03-05T10:00:00+08:00").given(by(COMMISSION).asks(report_done(1, "2020-03-04")));
    assert_eq!(desk.read::<Rectification>(order(1)).counts_as_failed(), None);
    desk.when(by(SYSTEM).asks(pass_day(1))).then(&[]);
}

#[test]
fn a_late_report_before_the_timer_does_not_keep_the_order_from_lapsing() {
    let (mut desk, _) = served();
    desk.at("2020-03-05T00:00:00+08:00").given(by(COMMISSION).asks(report_done(1, "2020-03-05")));
    desk.when(by(SYSTEM).asks(pass_day(1))).then(&["rectification-lapsed"]);
    assert_eq!(state(&desk, 1), "reported");
}

#[test]
fn an_extension_comes_before_the_limit_ends() {
    let (mut desk, _) = served();
    desk.at("2020-03-04T18:00:00+08:00");
    for too_early in [date(2020, 3, 3), date(2020, 3, 4)] {
        desk.when(by(COMMISSION).asks(extend(1, too_early)))
            .then_refused("DEADLINE_NOT_AFTER_ISSUE");
    }
    desk.when(by(COMMISSION).asks(extend(1, date(2020, 3, 6)))).then(&["rectification-extended"]);
    desk.at("2020-03-05T00:00:00+08:00").when(by(SYSTEM).asks(pass_day(1))).then(&[]);
    desk.at("2020-03-07T00:00:00+08:00");
    // Expired already, though the timer has not come round.
    desk.when(by(COMMISSION).asks(extend(1, date(2020, 3, 9)))).then_refused("ORDER_CLOSED");
    desk.given(by(SYSTEM).asks(pass_day(1)));
    desk.when(by(COMMISSION).asks(extend(1, date(2020, 3, 9)))).then_refused("ORDER_CLOSED");
}

#[test]
fn nothing_is_done_about_an_order_before_it_was_served_or_issued() {
    let (mut desk, id) = found();
    desk.given(by(COMMISSION).asks(order_on(1, &id, &[finding(1, 1)], Within::WorkingDays(3))));
    desk.at("2020-03-02T09:00:00+08:00");
    desk.when(by(COMMISSION).on("2020-02-27").asks(serve(1))).then_refused("OCCURRED_ON_IN_FUTURE");
    desk.given(by(COMMISSION).on("2020-03-01").asks(serve(1)));
    desk.when(by(COMMISSION).asks(report_done(1, "2020-02-29")))
        .then_refused("OCCURRED_ON_IN_FUTURE");
    desk.when(by(COMMISSION).asks(report_done(1, "2020-03-03")))
        .then_refused("OCCURRED_ON_IN_FUTURE");
    let looked = reinspect(1, ReinspectionResult::Complied);
    desk.when(by(COMMISSION).on("2020-02-29").asks(looked)).then_refused("OCCURRED_ON_IN_FUTURE");
}

#[test]
fn service_is_confirmed_once() {
    let (mut desk, _) = served();
    desk.when(by(COMMISSION).asks(serve(1))).then(&[]);
}

#[test]
fn revoking_twice_is_revoking_once() {
    let (mut desk, _) = served();
    desk.when(by(COMMISSION).asks(revoke(1))).then(&["rectification-revoked"]);
    desk.when(by(COMMISSION).asks(revoke(1))).then(&[]);
}
