//! Resumption of work and production (复工复产).
//!
//! A resumption is a reported fact, never a request: whoever reports that work has begun is
//! answered, and from no state is he turned away. 「不得对企业复工复产设置条件，不得采取审批、备案
//! 等方式延缓开工时间」 (§四): this file holds no gate, and none may be added.

mod command;
mod daily;
mod event;
mod told;

pub use command::Command;
pub use daily::DailyReport;
pub use event::Event;
pub use told::{Told, Unlisted, What};

use std::collections::BTreeSet;

use chrono::NaiveDate as Date;
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, Refusal, UnitCode,
    codes::{ProductionState, SuspensionReason},
};

/// The production of one enterprise, or of one of its sites: what was told of it, each with its
/// day. Where it stands on a day is what was told last of the latest day up to then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumption {
    /// In the order of telling.
    told: Vec<Told>,
    /// 拟复工: when it means to resume.
    expected_on: Option<Date>,
    /// What was said of it before it was listed.
    unlisted: Option<Unlisted>,
    /// The listed enterprise with which what was reported here counts.
    joined_to: Option<EnterpriseId>,
    /// The days of which a 日报 stands.
    #[serde(default)]
    reported: BTreeSet<Date>,
}

impl Resumption {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] for a correction of what was never reported; never for a report.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let event = match command {
            // Already in production: the answer is its record, and nothing new happened.
            Command::Report { today, .. }
            | Command::DeclareContinuous { today, supersedes: None, .. }
                if self.state_on(today).in_production() =>
            {
                None
            }
            Command::Report {
                resumed_on,
                on_post,
                capacity_pct,
                name,
                township,
                advisories,
                orders: _,
                stop_orders: _,
                today: _,
            } => Some(Event::Resumed {
                resumed_on,
                on_post,
                capacity_pct,
                name,
                township,
                advisories,
            }),
            Command::DeclareContinuous { .. } => self.declare(command)?,
            Command::Correct { .. } => self.correct(command)?,
            Command::Plan { expected_on, reason } => {
                self.may_plan(expected_on).then_some(Event::Planned { expected_on, reason })
            }
            Command::ReportDaily(report) => Some(self.report_daily(report)?),
            Command::Suspend { from, reason } => {
                self.may_suspend(from, reason).then_some(Event::Suspended { from, reason })
            }
            Command::End { on } => self.may_end(on).then_some(Event::Ended { on }),
            Command::Join { provisional, state, since, first_resumed_on, name, township } => {
                Some(Event::Joined { provisional, state, since, first_resumed_on, name, township })
            }
            Command::JoinTo { listed } => {
                self.joined_to.is_none().then_some(Event::JoinedTo { listed })
            }
        };
        Ok(event.into_iter().collect())
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(mut self, event: Event) -> Self {
        match event {
            Event::ContinuousProductionDeclared {
                since,
                was,
                was_continuous,
                supersedes: _,
                advisories: _,
            } => {
                match was {
                    Some(was) => self.untell(was, was_continuous),
                    None => self.take_back_stops_after(since),
                }
                self.tell(since, What::Continuous);
            }
            Event::Planned { expected_on, reason: _ } => self.expected_on = Some(expected_on),
            Event::Resumed { resumed_on, on_post, capacity_pct, name, township, advisories: _ } => {
                if name.is_some() || township.is_some() {
                    self.unlisted = Some(Unlisted { name, township });
                }
                self.take_back_stops_after(resumed_on);
                self.tell(resumed_on, What::Resumed { on_post, capacity_pct });
            }
            Event::Corrected {
                was,
                was_continuous,
                resumed_on,
                on_post,
                capacity_pct,
                supersedes: _,
                advisories: _,
            } => {
                self.untell(was, was_continuous);
                self.tell(resumed_on, What::Resumed { on_post, capacity_pct });
            }
            Event::DailyReported(report) => {
                if let Some(was) = &report.was {
                    self.reported.remove(was);
                }
                self.reported.insert(report.date);
            }
            Event::Suspended { from, reason } => {
                self.tell(from, What::Suspended { reason: Some(reason) });
            }
            Event::Ended { on } => {
                // Nothing told before outlives the enterprise.
                self.told.retain(|told| told.from <= on);
                self.expected_on = None;
                self.tell(on, What::Ended);
            }
            Event::Joined { provisional: _, state, since, first_resumed_on, name, township } => {
                if name.is_some() || township.is_some() {
                    self.unlisted = Some(Unlisted { name, township });
                }
                self.take_over(state, since, first_resumed_on);
            }
            Event::JoinedTo { listed } => self.joined_to = Some(listed),
        }
        self
    }

    /// What was told last of the latest day up to `day`.
    pub fn on(&self, day: Date) -> Option<&Told> {
        self.told.iter().filter(|told| told.from <= day).max_by_key(|told| told.from)
    }

    /// The days from which something was told.
    pub fn changes(&self) -> impl Iterator<Item = Date> {
        self.told.iter().map(|told| told.from)
    }

    /// Where production stands on `day`, in a word.
    pub fn state_on(&self, day: Date) -> ProductionState {
        let told = self.on(day).map_or(ProductionState::NotResumed, |told| told.what.state());
        if told == ProductionState::NotResumed && self.expected_on.is_some() {
            return ProductionState::Planned;
        }
        told
    }

    /// Since when it stands as it does on `day`.
    pub fn since(&self, day: Date) -> Option<Date> {
        self.on(day).map(|told| told.from)
    }

    /// The first day on which it worked again, if it ever did (累计复工).
    pub fn first_resumed_on(&self) -> Option<Date> {
        let resumed = |told: &&Told| matches!(told.what, What::Resumed { .. });
        self.told.iter().filter(resumed).map(|told| told.from).min()
    }

    /// When it means to resume, while it does not work.
    pub fn expected_on(&self) -> Option<Date> {
        self.expected_on
    }

    /// What was said of it before it was listed.
    pub fn unlisted(&self) -> Option<&Unlisted> {
        self.unlisted.as_ref()
    }

    /// Where it lies by its reports, if it is not listed.
    pub fn township(&self) -> Option<&UnitCode> {
        self.unlisted.as_ref().and_then(|told| told.township.as_ref())
    }

    /// The listed enterprise with which what was reported here counts.
    pub fn joined_to(&self) -> Option<&EnterpriseId> {
        self.joined_to.as_ref()
    }

    /// Whether nothing was ever said about it.
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// It never stopped; what was said of it before may be put right so.
    fn declare(&self, command: Command) -> Result<Option<Event>, Refusal> {
        let Command::DeclareContinuous {
            since,
            supersedes,
            was,
            was_continuous,
            advisories,
            orders: _,
            stop_orders: _,
            today: _,
        } = command
        else {
            return Ok(None);
        };
        self.check_told(supersedes.as_ref(), was, was_continuous)?;
        Ok(Some(Event::ContinuousProductionDeclared {
            since,
            supersedes,
            was,
            was_continuous,
            advisories,
        }))
    }

    /// It began again on another day than was said, or had not worked on.
    fn correct(&self, command: Command) -> Result<Option<Event>, Refusal> {
        let Command::Correct {
            supersedes,
            was,
            was_continuous,
            resumed_on,
            on_post,
            capacity_pct,
            advisories,
            orders: _,
            stop_orders: _,
        } = command
        else {
            return Ok(None);
        };
        self.check_told(Some(&supersedes), Some(was), was_continuous)?;
        Ok(Some(Event::Corrected {
            supersedes,
            was,
            was_continuous,
            resumed_on,
            on_post,
            capacity_pct,
            advisories,
        }))
    }

    /// Of each day one report stands; another one names the one that it puts right.
    fn report_daily(&self, report: Box<DailyReport>) -> Result<Event, Refusal> {
        report.check()?;
        if let Some(id) = &report.supersedes
            && !report.was.is_some_and(|was| self.reported.contains(&was))
        {
            return Err(Refusal::NotFound { what: "daily report", id: id.clone() });
        }
        if self.reported.contains(&report.date) && report.was != Some(report.date) {
            let problem = format!("a report of {} stands; name its event id here", report.date);
            return Err(Refusal::InvalidField { pointer: "/supersedes".to_owned(), problem });
        }
        Ok(Event::DailyReported(report))
    }

    /// Who works on has nothing to plan; the same day again is no news.
    fn may_plan(&self, day: Date) -> bool {
        !self.state_on(Date::MAX).in_production() && self.expected_on != Some(day)
    }

    /// Only what works can stop; another reason for the same stop is news.
    fn may_suspend(&self, day: Date, why: SuspensionReason) -> bool {
        self.on(day).is_some_and(|told| match told.what {
            What::Continuous | What::Resumed { .. } => true,
            What::Suspended { reason } => reason != Some(why),
            What::Ended => false,
        })
    }

    /// Only what was ever spoken of can end, and it ends once.
    fn may_end(&self, on: Date) -> bool {
        let last = self.on(Date::MAX);
        let ended = last.is_some_and(|told| told.what == What::Ended && told.from <= on);
        !ended && (last.is_some() || self.expected_on.is_some())
    }

    /// Whoever reports that it works since a day says that no stop told before holds after it: a
    /// report that is recorded counts, whatever day it gives (§四).
    fn take_back_stops_after(&mut self, day: Date) {
        self.told.retain(|told| told.from <= day || told.what.state().in_production());
    }

    /// Only what was reported can be put right.
    fn check_told(
        &self,
        supersedes: Option<&String>,
        was: Option<Date>,
        continuous: bool,
    ) -> Result<(), Refusal> {
        let Some(id) = supersedes else { return Ok(()) };
        let its = |told: &Told| was.is_some_and(|was| told.is_work_since(was, continuous));
        if self.told.iter().any(its) {
            return Ok(());
        }
        Err(Refusal::NotFound { what: "report of resumption", id: id.clone() })
    }

    fn untell(&mut self, was: Date, continuous: bool) {
        if let Some(old) = self.told.iter().rposition(|told| told.is_work_since(was, continuous)) {
            self.told.remove(old);
        }
    }

    fn tell(&mut self, from: Date, what: What) {
        self.told.push(Told { from, what });
        if what.state().in_production() {
            self.expected_on = None;
        }
    }

    /// What was reported under a provisional id, told here with its days.
    fn take_over(&mut self, state: ProductionState, since: Option<Date>, first: Option<Date>) {
        let figures = What::Resumed { on_post: None, capacity_pct: None };
        if let Some(first) =
            first.filter(|first| state != ProductionState::Resumed || Some(*first) != since)
        {
            self.tell(first, figures);
        }
        let Some(since) = since else { return };
        match state {
            ProductionState::NotResumed => {}
            ProductionState::Planned => self.expected_on = self.expected_on.or(Some(since)),
            ProductionState::Continuous => self.tell(since, What::Continuous),
            ProductionState::Resumed => self.tell(since, figures),
            ProductionState::Suspended => self.tell(since, What::Suspended { reason: None }),
        }
    }
}

impl Aggregate for Resumption {
    const TYPE: &'static str = "resumption";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        *self = std::mem::take(self).evolve(event);
    }
}
