use chrono::{DateTime, Utc};
use fugong_core::{Occurred, end_of_day, start_of_day};
use serde::{Deserialize, Serialize};

/// A time with a beginning, and an end that is not part of it, if one is known.
///
/// A day as the beginning means its first instant; a day as the end means the same, so that who
/// leaves on a day and who comes on that day neither overlap nor leave a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// From when.
    pub from: Occurred,
    /// Until when; none while no end is known.
    pub until: Option<Occurred>,
}

impl Period {
    /// From then on.
    pub fn since(from: Occurred) -> Self {
        Self { from, until: None }
    }

    /// From then to the end of the day of `last`.
    pub fn through(from: Occurred, last: Occurred) -> Self {
        Self { from, until: Some(Occurred::At(end_of_day(last.day()))) }
    }

    /// Its first instant.
    pub fn begins(&self) -> DateTime<Utc> {
        instant(self.from)
    }

    /// The first instant after it.
    pub fn ends(&self) -> Option<DateTime<Utc>> {
        self.until.map(instant)
    }

    /// Whether it has begun by then.
    pub fn has_begun(&self, by: Occurred) -> bool {
        self.begins() <= instant(by)
    }

    /// Whether it ends before or as it begins: then it never was.
    pub fn is_empty(&self) -> bool {
        self.ends().is_some_and(|end| end <= self.begins())
    }

    /// Whether `when` is part of it; of a day, whether any moment of that day is.
    pub fn covers(&self, when: Occurred) -> bool {
        match when {
            Occurred::At(at) => self.begins() <= at && self.ends().is_none_or(|end| at < end),
            Occurred::On(_) => self.overlaps(&Self::through(when, when)),
        }
    }

    /// Whether some moment is part of both.
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.is_empty()
            && !other.is_empty()
            && other.ends().is_none_or(|end| self.begins() < end)
            && self.ends().is_none_or(|end| other.begins() < end)
    }
}

fn instant(when: Occurred) -> DateTime<Utc> {
    match when {
        Occurred::At(at) => at,
        Occurred::On(day) => start_of_day(day),
    }
}
