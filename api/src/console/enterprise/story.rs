//! What happened to an enterprise, event by event, and the moments between.

use chrono::{DateTime, Utc};
use fugong_core::{Occurred, shanghai_day};
use serde::Deserialize;
use serde_json::Value;

use super::super::{
    frame::Here,
    visitor::{Listed, Visitor},
};
use crate::{look::last_moment, problem::Problem};

/// The most events that are read; and that are shown at once, the last ones before the moment.
const READ: usize = 2_000;
const SHOWN: usize = 20;

/// An event, as a look tells it.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::console) struct Told {
    pub(in crate::console) event_id: String,
    pub(in crate::console) position: String,
    pub(in crate::console) aggregate_type: String,
    pub(in crate::console) aggregate_id: String,
    pub(in crate::console) recorded_at: DateTime<Utc>,
    #[serde(default)]
    pub(in crate::console) sentence: String,
    #[serde(default)]
    pub(in crate::console) data: Value,
}

/// A moment: what was known after an event, of the day on which it was recorded; or a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moment {
    After { position: String, day: String },
    Day(String),
}

impl Moment {
    /// As looks are asked for it.
    pub(super) fn query(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::After { position, day } => vec![("at_position", position), ("true_on", day)],
            Self::Day(day) => vec![("as_of", day)],
        }
    }
}

/// An event of the page.
pub(super) struct Happening {
    /// Its number among the events of the enterprise, from 1.
    pub(super) number: usize,
    pub(super) sentence: String,
    pub(super) position: String,
    /// Its own page.
    pub(super) to: String,
    /// The same page as it was known then.
    pub(super) then: String,
    pub(super) is_proved: bool,
}

/// All that happened, and where in it the page stands.
pub(super) struct Story {
    moments: Vec<Moment>,
    /// The last ones before the moment, the latest first.
    pub(super) shown: Vec<Happening>,
    pub(super) count: usize,
    /// The number of the event after which the page stands, if it is not now.
    pub(super) step: Option<usize>,
    /// The day that the page was asked for, if it was.
    day: Option<String>,
    /// How many were left out before, and the way to them.
    pub(super) earlier: Option<(usize, String)>,
    pub(super) later: usize,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) now: Option<String>,
}

/// Everything that happened to an enterprise, as far as the reader may know.
///
/// # Errors
///
/// What the API answers with.
pub(super) async fn read(visitor: &Visitor, code: &str) -> Result<Vec<Told>, Problem> {
    let (mut told, mut cursor): (Vec<Told>, Option<String>) = (Vec::new(), None);
    while told.len() < READ {
        let mut query = vec![("limit", "200")];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let listed: Listed = visitor.ask("read_timeline", &[("uscc", code)], &query).await?;
        let read = listed.items.into_iter().filter_map(|item| Told::deserialize(item).ok());
        told.extend(read);
        cursor = listed.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(told)
}

impl Story {
    /// The story where the address says; `sealed` events of the log are under a checkpoint.
    pub(super) fn of(here: &Here, told: &[Told], sealed: u64) -> Self {
        let count = told.len();
        let moment = |it: &Told| Moment::After {
            position: it.position.clone(),
            day: shanghai_day(it.recorded_at).to_string(),
        };
        let moments: Vec<_> = told.iter().map(moment).collect();
        let asked = here.asks("step").and_then(|text| text.parse::<usize>().ok());
        let step = asked.map(|step| step.clamp(1, count.max(1))).filter(|step| *step < count);
        let day = here.asks("as_of").filter(|_| asked.is_none()).map(str::to_owned);
        let upto = match (step, day.as_deref().and_then(|day| day.parse::<Occurred>().ok())) {
            (Some(step), _) => step,
            (None, Some(day)) => {
                let last = last_moment(day);
                told.iter().filter(|told| told.recorded_at <= last).count()
            }
            (None, None) => count,
        };
        let to_step = |step: usize| {
            let step = step.to_string();
            here.again(&[("step", &step), ("as_of", ""), ("from", ""), ("to", "")])
        };
        let happening = |(number, told): (usize, &Told)| Happening {
            number,
            to: here.event(&told.event_id),
            then: to_step(number),
            sentence: told.sentence.clone(),
            is_proved: told.position.parse::<u64>().is_ok_and(|position| position <= sealed),
            position: told.position.clone(),
        };
        let earlier = upto.saturating_sub(SHOWN);
        let numbered = (1..).zip(told).skip(earlier).take(upto.saturating_sub(earlier));
        let mut shown: Vec<_> = numbered.map(happening).collect();
        shown.reverse();
        let is_past = upto < count || day.is_some();
        Self {
            moments,
            shown,
            count,
            step: is_past.then_some(upto),
            day,
            earlier: (0 < earlier).then(|| (earlier, to_step(earlier))),
            later: count.saturating_sub(upto),
            previous: (1 < upto).then(|| to_step(upto.saturating_sub(1))),
            next: (upto < count).then(|| to_step(upto.saturating_add(1))),
            now: is_past
                .then(|| here.again(&[("step", ""), ("as_of", ""), ("from", ""), ("to", "")])),
        }
    }

    /// The moment at which the page stands; none for now.
    pub(super) fn moment(&self) -> Option<Moment> {
        match &self.day {
            Some(day) => Some(Moment::Day(day.clone())),
            None => self.step.and_then(|step| self.at(step)),
        }
    }

    /// The moment after the event of this number.
    pub(super) fn at(&self, step: usize) -> Option<Moment> {
        self.moments.get(step.checked_sub(1)?).cloned()
    }

    /// The number of an event that the address names.
    pub(super) fn asked(&self, here: &Here, name: &str) -> Option<usize> {
        let step = here.asks(name)?.parse::<usize>().ok()?;
        Some(step.clamp(1, self.count.max(1)))
    }

    /// What of the events had happened by then.
    pub(super) fn upto_here<'a>(&self, told: &'a [Told]) -> &'a [Told] {
        told.get(..self.upto()).unwrap_or(told)
    }

    /// Where the page stands.
    pub(super) fn upto(&self) -> usize {
        self.step.unwrap_or(self.count)
    }
}
