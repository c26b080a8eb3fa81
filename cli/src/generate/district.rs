//! An invented district: what happens on each day follows from the seed alone.

use chrono::{DateTime, Days, NaiveDate as Date, TimeDelta, Utc};
use fugong_core::start_of_day;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use rand_core::RngCore;
use serde_json::Value;

use super::{firm::Firm, measures::Measures, workshop::Workshops};
use crate::acts::Line;

/// The hour of the day, in Asia/Shanghai, at which offices open.
const OPEN: i64 = 9;
/// So many acts share a second, however large the district.
const ACTS_A_SECOND: i64 = 1_000;
/// So many seconds an office day has.
const OFFICE_SECONDS: i64 = 9 * 3600;

/// A district of invented enterprises.
#[derive(Debug)]
pub(super) struct District {
    dice: Dice,
    troubles: Dice,
    first: Date,
    firms: Vec<Firm>,
    workshops: Workshops,
    measures: Measures,
    key: u64,
}

/// What chance decides.
#[derive(Debug)]
pub(super) struct Dice(ChaCha12Rng);

/// A day on which acts are written down.
#[derive(Debug)]
pub(super) struct Day<'a> {
    pub(super) dice: &'a mut Dice,
    /// Chance of its own, for what befalls the district: the rest goes on as it would without.
    pub(super) troubles: &'a mut Dice,
    /// Its number, from 0.
    pub(super) number: u32,
    /// Its date in Asia/Shanghai.
    pub(super) date: Date,
    key: &'a mut u64,
    lines: Vec<Line>,
}

impl District {
    pub(super) fn new(seed: u64, enterprises: u32, first: Date) -> Self {
        let mut dice = Dice(ChaCha12Rng::seed_from_u64(seed));
        let firms = (0..enterprises).filter_map(|n| Firm::invented(&mut dice, n)).collect();
        let mut troubles = ChaCha12Rng::seed_from_u64(seed);
        troubles.set_stream(1);
        let troubles = Dice(troubles);
        let (workshops, measures) = (Workshops::default(), Measures::default());
        Self { dice, troubles, first, firms, workshops, measures, key: 0 }
    }

    /// The acts of a day, in order.
    pub(super) fn day(&mut self, number: u32) -> Vec<Line> {
        let date = self.first.checked_add_days(Days::new(number.into())).unwrap_or(self.first);
        let Self { dice, troubles, firms, workshops, measures, key, .. } = self;
        let mut day = Day { dice, troubles, number, date, key, lines: Vec::new() };
        for firm in &mut *firms {
            firm.live(&mut day);
        }
        workshops.live(&mut day, firms);
        measures.live(&mut day, firms);
        day.lines
    }
}

impl Dice {
    /// A number below `sides`; 0 if there are none.
    pub(super) fn roll(&mut self, sides: u32) -> u32 {
        self.0.next_u32().checked_rem(sides).unwrap_or_default()
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: u32, most: u32) -> u32 {
        let sides = most.saturating_sub(least).saturating_add(1);
        least.saturating_add(self.roll(sides))
    }

    /// A place in a list of so many.
    pub(super) fn index(&mut self, many: usize) -> usize {
        let at = self.roll(u32::try_from(many).unwrap_or(u32::MAX));
        usize::try_from(at).unwrap_or_default()
    }

    /// One of these.
    pub(super) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let at = self.index(from.len());
        from.get(at).copied().unwrap_or_default()
    }
}

impl Day<'_> {
    /// When the next act is done: spread over the office day, and always forward.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let acts = i64::try_from(self.lines.len()).unwrap_or(i64::MAX);
        let second = acts.checked_div(ACTS_A_SECOND).unwrap_or_default().min(OFFICE_SECONDS);
        let since = TimeDelta::seconds(OPEN.saturating_mul(3600).saturating_add(second));
        let start = start_of_day(self.date);
        start.checked_add_signed(since).unwrap_or(start)
    }

    /// So many days before it.
    pub(super) fn ago(&self, days: u32) -> Date {
        self.date.checked_sub_days(Days::new(days.into())).unwrap_or(self.date)
    }

    /// So many days after it.
    pub(super) fn ahead(&self, days: u32) -> Date {
        self.date.checked_add_days(Days::new(days.into())).unwrap_or(self.date)
    }

    /// Writes an act down; the key by which later acts name what it made.
    pub(super) fn act(&mut self, by: &str, path: String, body: &Value) -> String {
        *self.key = self.key.saturating_add(1);
        let key = format!("g{}", self.key);
        let line = Line {
            at: self.now(),
            by: by.to_owned(),
            path,
            key: key.clone(),
            if_match: None,
            refused: None,
            body: body.as_object().cloned().unwrap_or_default(),
        };
        self.lines.push(line);
        key
    }
}
