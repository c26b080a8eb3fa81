//! Working days (工作日): the vectors of the reference data, and what they do not say.

use chrono::NaiveDate as Date;
use fugong_domain::{Calendars, Deadline, Refusal};
use fugong_fixtures::{data, date};

const ALL: Option<Date> = None;

fn calendars() -> Calendars {
    let mut calendars = Calendars::default();
    for calendar in data::calendars().unwrap() {
        calendars.publish(calendar);
    }
    calendars
}

/// A day on which the calendar `id` was known and in force.
fn day_of(id: &str) -> Option<Date> {
    (id == "CN-2020-v1").then_some(date(2020, 1, 23))
}

#[test]
fn the_deadlines_counted_by_hand_come_out() {
    let vectors = data::due_vectors().unwrap();
    assert_eq!(vectors.len(), 15);
    for vector in vectors {
        let known_on = day_of(&vector.calendar);
        let deadline = calendars().due(vector.start, vector.working_days, known_on).unwrap();
        assert_eq!(deadline.due, vector.due, "{vector:?}");
        assert_eq!(deadline.calendar_version.as_deref(), Some(&*vector.calendar), "{vector:?}");
        assert_eq!(deadline.start, vector.start);
    }
}

/// On 26 January the holiday was to end on the 30th; on the 27th it was prolonged.
#[test]
fn the_version_in_force_is_the_one_known_on_the_day() {
    let start = date(2020, 1, 23);
    let due = |known_on| calendars().due(start, 1, Some(known_on)).unwrap();
    assert_eq!(due(date(2020, 1, 26)).due, date(2020, 1, 31));
    assert_eq!(due(date(2020, 1, 26)).calendar_version.unwrap(), "CN-2020-v1");
    assert_eq!(due(date(2020, 1, 27)).due, date(2020, 2, 3));
    assert_eq!(due(date(2020, 1, 27)).calendar_version.unwrap(), "CN-2020-v2");
}

#[test]
fn a_make_up_sunday_is_worked_and_a_holiday_is_not() {
    let worked = |day| calendars().is_working_day(day, ALL).unwrap();
    assert!(worked(date(2020, 4, 26)), "the Sunday before Labour Day");
    assert!(!worked(date(2020, 5, 1)), "Labour Day, a Friday");
    assert!(!worked(date(2020, 2, 29)), "a leap-day Saturday");
    assert!(worked(date(2020, 2, 28)));
}

#[test]
fn the_working_day_before_skips_what_is_not_worked() {
    let before = |day| calendars().working_day_before(day, ALL).unwrap();
    assert_eq!(before(date(2020, 3, 4)), date(2020, 3, 3));
    assert_eq!(before(date(2020, 3, 2)), date(2020, 2, 28));
    assert_eq!(before(date(2020, 5, 6)), date(2020, 4, 30));
    assert_eq!(before(date(2020, 1, 2)), date(2019, 12, 31));
}

/// `CALENDAR_NOT_COVERED`: at the start, at the end, and before the year's plan was known.
#[test]
fn a_year_without_calendar_is_refused() {
    let year = |start, days, known_on| {
        let wrong = calendars().due(start, days, known_on).unwrap_err();
        assert_eq!(Refusal::from(wrong).code(), "CALENDAR_NOT_COVERED");
        wrong.year
    };
    assert_eq!(year(date(2018, 12, 28), 1, ALL), 2018);
    assert_eq!(year(date(2021, 12, 31), 1, ALL), 2022);
    assert_eq!(year(date(2019, 12, 31), 1, Some(date(2019, 11, 20))), 2020);
    assert_eq!(year(date(2020, 3, 1), u32::MAX, ALL), 2022);
}

#[test]
fn no_working_days_end_on_the_start() {
    let saturday = date(2020, 2, 29);
    assert_eq!(calendars().due(saturday, 0, ALL).unwrap().due, saturday);
}

#[test]
fn calendar_days_need_no_calendar() {
    let deadline = Deadline::calendar_days(date(2020, 2, 28), 1);
    assert_eq!(deadline.due, date(2020, 2, 29));
    assert_eq!(deadline.calendar_version, None);
}

#[test]
fn a_deadline_is_stored_with_where_it_came_from() {
    let deadline = calendars().due(date(2020, 2, 28), 3, Some(date(2020, 2, 28))).unwrap();
    insta::assert_json_snapshot!(deadline, @r#"
    {
      "rule": "working-days:3",
      "start": "2020-02-28",
      "calendar_version": "CN-2020-v2",
      "due": "2020-03-04"
    }
    "#);
}
