use chrono::NaiveDate as Date;
use serde::{Deserialize, Serialize};

/// Something that changes from one day on: what held first, and each change with its day.
///
/// A change may be recorded before or after its day. Of two for one day the later record counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    first: T,
    changes: Vec<(Date, T)>,
}

impl<T> Dated<T> {
    /// What has always held.
    pub(super) fn always(first: T) -> Self {
        Self { first, changes: Vec::new() }
    }

    /// Lets `value` hold from `day` on, until the next change.
    pub(super) fn change(&mut self, day: Date, value: T) {
        self.changes.retain(|(other, _)| *other != day);
        let at = self.changes.partition_point(|(other, _)| *other < day);
        self.changes.insert(at, (day, value));
    }

    /// The days on which something changes.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        self.changes.iter().map(|(day, _)| *day)
    }

    /// What holds on `day`.
    pub fn on(&self, day: Date) -> &T {
        let latest = self.changes.iter().rev().find(|(from, _)| *from <= day);
        latest.map_or(&self.first, |(_, value)| value)
    }
}
