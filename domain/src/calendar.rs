//! Working days (工作日) by versioned calendars, and the deadlines counted with them.

use std::{collections::BTreeMap, iter::successors};

use chrono::{Datelike, Days, NaiveDate as Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// One version of one year's holidays and make-up working days (调休).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Its name, such as `CN-2020-v2`.
    pub id: String,
    /// The year it covers.
    pub year: i32,
    /// The day from which it was known; none when that lies before our time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<Date>,
    /// The day from which another took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_on: Option<Date>,
    /// Days off, with the festival.
    pub holidays: BTreeMap<Date, String>,
    /// Days of a weekend that are worked, with the festival they make up for.
    pub makeup_workdays: BTreeMap<Date, String>,
}

impl Calendar {
    /// Whether `day`, a day of its year, is worked.
    fn is_working_day(&self, day: Date) -> bool {
        if self.makeup_workdays.contains_key(&day) {
            return true;
        }
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && !self.holidays.contains_key(&day)
    }

    fn known_on(&self, day: Date) -> bool {
        self.published_on.is_none_or(|published| published <= day)
            && self.superseded_on.is_none_or(|superseded| day < superseded)
    }
}

/// A last day and where it came from, stored as it was counted: a calendar that is published
/// later changes no running deadline by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// How it was counted: `working-days:3`, `calendar-days:1` or `day`.
    pub rule: String,
    /// The day from which it was counted, itself not counted.
    pub start: Date,
    /// The calendar that was counted with, when it was counted in working days.
    pub calendar_version: Option<String>,
    /// The last day, which is still in time until 24:00 in Asia/Shanghai.
    pub due: Date,
}

impl Deadline {
    /// A last day that somebody set.
    pub fn on(start: Date, due: Date) -> Self {
        Self { rule: "day".to_owned(), start, calendar_version: None, due }
    }

    /// `days` calendar days after `start`.
    pub fn calendar_days(start: Date, days: u32) -> Self {
        let due = start.checked_add_days(Days::new(days.into())).unwrap_or(Date::MAX);
        Self { rule: format!("calendar-days:{days}"), start, calendar_version: None, due }
    }
}

/// No calendar that was known covers a year that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotCovered {
    /// The year.
    pub year: i32,
}

impl From<NotCovered> for Refusal {
    fn from(NotCovered { year }: NotCovered) -> Self {
        Self::CalendarNotCovered { year }
    }
}

/// The calendars published so far, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calendars(Vec<Calendar>);

impl Calendars {
    /// Adds a calendar, which is the latest from now on.
    pub fn publish(&mut self, calendar: Calendar) {
        self.0.push(calendar);
    }

    /// The calendar with this name.
    pub fn get(&self, id: &str) -> Option<&Calendar> {
        self.0.iter().find(|calendar| calendar.id == id)
    }

    /// All of them, oldest first.
    pub fn all(&self) -> &[Calendar] {
        &self.0
    }

    /// The version for `year` in force on `known_on`, or the latest of all.
    ///
    /// # Errors
    ///
    /// [`NotCovered`] when none was published by then.
    pub fn for_year(&self, year: i32, known_on: Option<Date>) -> Result<&Calendar, NotCovered> {
        self.0
            .iter()
            .filter(|calendar| calendar.year == year)
            .filter(|calendar| calendar.known_on(known_on.unwrap_or(Date::MAX)))
            .max_by_key(|calendar| calendar.published_on)
            .ok_or(NotCovered { year })
    }

    /// Whether `day` is worked, as known on `known_on`.
    ///
    /// # Errors
    ///
    /// [`NotCovered`] when no calendar covers its year.
    pub fn is_working_day(&self, day: Date, known_on: Option<Date>) -> Result<bool, NotCovered> {
        Ok(self.for_year(day.year(), known_on)?.is_working_day(day))
    }

    /// The last of `working_days` working days after `start`, as known on `known_on`. The start
    /// is not counted; none at all is the start itself.
    ///
    /// It names the start's calendar, or one published later that it had to count through.
    ///
    /// # Errors
    ///
    /// [`NotCovered`] when the start or a day up to the last lies in a year without calendar.
    pub fn due(
        &self,
        start: Date,
        working_days: u32,
        known_on: Option<Date>,
    ) -> Result<Deadline, NotCovered> {
        let mut version = self.for_year(start.year(), known_on)?;
        let (mut due, mut left) = (start, working_days);
        for day in successors(start.succ_opt(), Date::succ_opt) {
            if left == 0 {
                break;
            }
            let calendar = self.for_year(day.year(), known_on)?;
            if version.published_on < calendar.published_on {
                version = calendar;
            }
            if calendar.is_working_day(day) {
                left = left.saturating_sub(1);
            }
            due = day;
        }
        Ok(Deadline {
            rule: format!("working-days:{working_days}"),
            start,
            calendar_version: Some(version.id.clone()),
            due,
        })
    }

    /// The last working day before `day`, as known on `known_on`.
    ///
    /// # Errors
    ///
    /// [`NotCovered`] when it lies in a year without calendar.
    pub fn working_day_before(
        &self,
        day: Date,
        known_on: Option<Date>,
    ) -> Result<Date, NotCovered> {
        for earlier in successors(day.pred_opt(), Date::pred_opt) {
            if self.is_working_day(earlier, known_on)? {
                return Ok(earlier);
            }
        }
        Err(NotCovered { year: day.year() })
    }
}
