//! Units: townships and sub-districts with their dated codes, the park, and offices.

use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

use crate::{Refusal, UnitCode};

/// The units of a district as published.
///
/// A township that gets a new code or a new name has one entry for each, with the days on which
/// it holds: what an event says stays as it was said on its day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// What the district itself is called, such as 黔江区; not told where it goes without saying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Townships, towns and sub-districts.
    pub divisions: Vec<Division>,
    /// Industrial parks: no administrative divisions, with codes of our own.
    pub parks: Vec<Office>,
    /// Offices of the district.
    pub offices: Vec<Office>,
}

/// A township (乡), town (镇) or sub-district (街道) under one code and one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Division {
    /// Its code, nine digits.
    pub code: UnitCode,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: DivisionKind,
    /// The first day of this code and name; none when it lies before our time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day of this code and name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The code it had before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<UnitCode>,
    /// What a reader must know, such as that a day is made up for a story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a division is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivisionKind {
    /// 街道.
    SubDistrict,
    /// 镇.
    Town,
    /// 乡.
    Township,
}

/// An office of the district, or the committee of a park.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Its code, such as `eic`.
    pub code: UnitCode,
    /// Its full name.
    pub name: String,
    /// Its short name.
    pub short: String,
}

/// A unit as it was on some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit<'a> {
    /// A township, town or sub-district.
    Division(&'a Division),
    /// A park.
    Park(&'a Office),
    /// An office.
    Office(&'a Office),
}

/// There is no such township, sub-district or park on that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownUnit {
    /// The code that was asked for.
    pub code: String,
    /// The day it was asked for.
    pub on: Date,
}

impl Division {
    /// Whether it has this code and name on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

impl<'a> Unit<'a> {
    /// Its name on that day.
    pub fn name(self) -> &'a str {
        match self {
            Unit::Division(division) => &division.name,
            Unit::Park(office) | Unit::Office(office) => &office.name,
        }
    }

    /// Its short name on that day.
    pub fn short(self) -> &'a str {
        match self {
            Unit::Division(division) => &division.name,
            Unit::Park(office) | Unit::Office(office) => &office.short,
        }
    }

    /// Its code on that day.
    pub fn code(self) -> &'a UnitCode {
        match self {
            Unit::Division(division) => &division.code,
            Unit::Park(office) | Unit::Office(office) => &office.code,
        }
    }
}

impl Units {
    /// The unit with `code` on `day`.
    ///
    /// # Errors
    ///
    /// [`UnknownUnit`] when no unit has that code then.
    pub fn at(&self, code: &UnitCode, day: Date) -> Result<Unit<'_>, UnknownUnit> {
        let unknown = || UnknownUnit { code: code.to_string(), on: day };
        self.township_at(code, day)
            .map(Unit::Division)
            .or_else(|_| self.park(code).map(Unit::Park).ok_or_else(unknown))
            .or_else(|_| {
                let office = self.offices.iter().find(|office| office.code == *code);
                office.map(Unit::Office).ok_or_else(unknown)
            })
    }

    /// The township, town or sub-district with `code` on `day`.
    ///
    /// # Errors
    ///
    /// [`UnknownUnit`] when none has that code then.
    pub fn township_at(&self, code: &UnitCode, day: Date) -> Result<&Division, UnknownUnit> {
        let found = self.divisions.iter().find(|d| d.code == *code && d.holds_on(day));
        found.ok_or_else(|| UnknownUnit { code: code.to_string(), on: day })
    }

    /// The park with `code`.
    pub fn park(&self, code: &UnitCode) -> Option<&Office> {
        self.parks.iter().find(|park| park.code == *code)
    }

    /// The township that holds on `day` the area which `code` held when it was written down: the
    /// same, or the one that replaced it.
    pub fn territory(&self, code: &UnitCode, day: Date) -> Option<&Division> {
        let mut wanted = code;
        // Each step goes to a later entry; the bound keeps a ring in bad data from turning for ever.
        for _ in 0..=self.divisions.len() {
            if let Ok(division) = self.township_at(wanted, day) {
                return Some(division);
            }
            let next = self.divisions.iter().find(|d| d.replaces.as_ref() == Some(wanted))?;
            wanted = &next.code;
        }
        None
    }

    /// Whether two codes name one unit, under an earlier or a later code.
    pub fn same_unit(&self, one: &UnitCode, other: &UnitCode) -> bool {
        self.latest(one) == self.latest(other)
    }

    /// The first code that the unit with `code` had, as far as is published: it never changes.
    pub fn first<'a>(&'a self, code: &'a UnitCode) -> &'a UnitCode {
        let mut first = code;
        for _ in 0..=self.divisions.len() {
            let entry = self.divisions.iter().find(|d| d.code == *first);
            match entry.and_then(|entry| entry.replaces.as_ref()) {
                Some(before) => first = before,
                None => break,
            }
        }
        first
    }

    /// The last code that the unit with `code` gets, as far as is published.
    fn latest<'a>(&'a self, code: &'a UnitCode) -> &'a UnitCode {
        let mut latest = code;
        for _ in 0..=self.divisions.len() {
            match self.divisions.iter().find(|d| d.replaces.as_ref() == Some(latest)) {
                Some(next) => latest = &next.code,
                None => break,
            }
        }
        latest
    }
}

impl From<UnknownUnit> for Refusal {
    fn from(UnknownUnit { code, on }: UnknownUnit) -> Self {
        Self::TownshipUnknownAtDate { code, on }
    }
}
