//! The two clocks and the one time zone.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// Seconds by which Asia/Shanghai is ahead of UTC; it has had no summer time since 1991.
const SHANGHAI_SECONDS: i32 = 8 * 3600;

/// What the clocks on the walls show in Asia/Shanghai at `instant`.
pub fn shanghai_time(instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    let ahead = chrono::TimeDelta::seconds(SHANGHAI_SECONDS.into());
    utc.checked_add_signed(ahead).unwrap_or(utc)
}

/// The calendar day of `instant` in Asia/Shanghai.
pub fn shanghai_day(instant: DateTime<Utc>) -> NaiveDate {
    shanghai_time(instant).date()
}

/// The first instant of `day` in Asia/Shanghai.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    midnight
        .checked_sub_signed(chrono::TimeDelta::seconds(SHANGHAI_SECONDS.into()))
        .unwrap_or(midnight)
}

/// The first instant after `day` in Asia/Shanghai; a deadline on `day` is missed from here on.
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    start_of_day(day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX))
}

/// When something happened in the world: an instant, or a day when no more is known.
///
/// Its text is canonical: an instant in UTC with six decimals and `Z`, a day as `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Occurred {
    /// At this instant.
    At(DateTime<Utc>),
    /// On this day in Asia/Shanghai.
    On(NaiveDate),
}

/// A text that is neither an instant with offset nor a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an RFC 3339 instant with offset nor a date YYYY-MM-DD")]
pub struct NotATime(pub String);

impl Occurred {
    /// The day in Asia/Shanghai by which timeliness is judged.
    pub fn day(self) -> NaiveDate {
        match self {
            Self::At(instant) => shanghai_day(instant),
            Self::On(day) => day,
        }
    }

    /// Whether it lies after `now`: an instant after it, or a day after today in Asia/Shanghai.
    pub fn is_after(self, now: DateTime<Utc>) -> bool {
        match self {
            Self::At(instant) => now < instant,
            Self::On(day) => shanghai_day(now) < day,
        }
    }
}

impl fmt::Display for Occurred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::Micros, true)),
            Self::On(day) => write!(f, "{day}"),
        }
    }
}

impl FromStr for Occurred {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            && text.len() == 10
        {
            return Ok(Self::On(day));
        }
        DateTime::parse_from_rfc3339(text)
            .map(|at| Self::At(at.with_timezone(&Utc)))
            .map_err(|_| NotATime(text.to_owned()))
    }
}

impl TryFrom<String> for Occurred {
    type Error = NotATime;

    fn try_from(text: String) -> Result<Self, NotATime> {
        text.parse()
    }
}

impl From<Occurred> for String {
    fn from(occurred: Occurred) -> Self {
        occurred.to_string()
    }
}
