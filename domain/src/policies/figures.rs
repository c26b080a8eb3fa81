//! 每日截止: at the cut-off of each day its figures are fixed.
//!
//! One timer for the district; it wakes at the next cut-off that the rules of its own day name. A
//! day on which nothing ran is not made up for: figures that nobody could read were never given.

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Failure, Policy, Reaction, Recorded, Rows, shanghai_day};

use super::{Timer, known};
use crate::{
    Ask, Happened,
    regime::{Command, Event},
};

pub(super) const NAME: &str = "figures";

const FIXED: &str = "fixed";
const LAST: &str = "last";
const KEY: &str = "cut-off";

/// The policy that fixes figures.
#[derive(Debug)]
pub(super) struct Figures;

impl Policy for Figures {
    fn name(&self) -> &str {
        NAME
    }

    fn react(&self, rows: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let Some(Happened::Regime(told)) = Happened::of(event)? else { return Ok(Vec::new()) };
        known::take_regime(rows, &told)?;
        match &*told {
            Event::FiguresFixed { date } => rows.put(FIXED, LAST, date)?,
            Event::RulesPublished { .. } => {}
            Event::RiskLevelChanged { .. }
            | Event::CalendarPublished { .. }
            | Event::UnitsPublished { .. }
            | Event::IndustryPublished { .. }
            | Event::CodesPublished { .. }
            | Event::ChecklistsPublished { .. } => return Ok(Vec::new()),
        }
        let next = next(rows, event.recorded_at)?;
        let reaction = match next {
            Some(due) => {
                let ask = Ask::Regime(Command::FixFigures { date: Date::default() });
                Timer::CutOff.at(KEY.to_owned(), due, ask)?
            }
            None => Reaction::Forget { key: KEY.to_owned() },
        };
        Ok(vec![reaction])
    }
}

/// The first cut-off after `now`, of a day whose figures are not fixed yet.
fn next(rows: &mut Rows, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Failure> {
    let today = shanghai_day(now);
    let fixed: Option<Date> = rows.get(FIXED, LAST)?;
    let mut days = known::rule_days(rows)?;
    days.extend(
        [Some(today), today.succ_opt(), fixed.and_then(|day| day.succ_opt())].into_iter().flatten(),
    );
    days.retain(|day| today <= *day && fixed < Some(*day));
    let mut due = None;
    for day in days {
        let cutoff = known::numbers(rows, day)?.and_then(|numbers| numbers.daily_cutoff);
        let at = cutoff.map(|cutoff| cutoff.on(day)).filter(|at| now < *at);
        due = [due, at].into_iter().flatten().min();
    }
    Ok(due)
}
