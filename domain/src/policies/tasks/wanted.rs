//! Which tasks an enterprise gives rise to: a row of the policy table for each function.

mod barriers;
mod credit;
mod daily;
mod economy;
mod listing;
mod measures;
mod orders;
mod plans;
mod production;
mod safety;
mod seats;
mod service;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate as Date};

use super::{super::known::Numbers, facts::Ending, view::View};
use crate::{Calendars, EnterpriseId, OfficerId, UnitCode};

/// A task for which there is a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// What is to be done.
    pub(super) kind: &'static str,
    /// What it is about; empty when the enterprise itself.
    pub(super) subject: String,
    /// Whose inbox.
    pub(super) unit: UnitCode,
    /// Whose, within it.
    pub(super) officer: Option<OfficerId>,
    /// By this day.
    pub(super) due: Option<Date>,
    /// From this day on; a task that lies ahead waits for its timer.
    pub(super) from: Date,
}

/// What the reasons stand on besides the enterprise itself.
#[derive(Debug)]
pub(super) struct Context<'a> {
    /// Which enterprise, if it is one.
    pub(super) id: Option<&'a EnterpriseId>,
    /// The clock's day when the event was recorded.
    pub(super) today: Date,
    /// The rules of that day.
    pub(super) numbers: &'a Numbers,
    /// The calendars published so far.
    pub(super) calendars: &'a Calendars,
}

/// A row of the table: what it asks for, and the types of the events that fulfil it.
struct Row {
    kind: &'static str,
    wanted: fn(&View, &Context<'_>) -> Vec<Wanted>,
    fulfilled_by: &'static [&'static str],
}

const ROWS: [Row; 32] = [
    seats::FILL_SEAT,
    listing::LIST_ENTERPRISE,
    plans::PLAN_IN_PLACE,
    plans::URGE_PLAN,
    seats::FIRST_VISIT,
    seats::DUTY_CHECK,
    seats::DECIDE_DUTY,
    orders::SUGGEST_ORDER,
    orders::REMIND_DUE,
    orders::REINSPECT,
    orders::SUGGEST_FURTHER_ORDER,
    credit::SERVE_NOTICE,
    credit::DECIDE_PROPOSAL,
    credit::DECIDE_OBJECTION,
    credit::NOTIFY_WITHDRAWAL,
    production::VERIFY_MINE,
    production::GUIDE_PRODUCTION_PLAN,
    service::ASSIGN_SUPPORT,
    service::SOLVE_SUPPORT,
    service::OVERSEE_SUPPORT,
    daily::CHASE_REPORT,
    daily::ABNORMAL_HEALTH,
    safety::CLEAR_HAZARD,
    safety::OVERSEE_HAZARD,
    seats::LINK_ZONES,
    barriers::CLEAR_BARRIER,
    barriers::OVERSEE_BARRIER,
    measures::REVIEW_MEASURE,
    measures::REPORT_STOP,
    measures::RESUMED_UNDER_STOP,
    economy::HELP_SUPPLIER,
    economy::START_PROJECT,
];

/// The tasks for which there is a reason today, or will be one on a day that is known.
#[derive(Debug)]
pub(super) struct Outlook {
    /// By kind and subject.
    pub(super) wanted: BTreeMap<String, Wanted>,
    /// Those whose reason ends or passes on, with the day.
    pub(super) endings: BTreeMap<String, Ending>,
}

impl Outlook {
    /// What `view` gives reason for; `on` gives the context of a day.
    pub(super) fn of<'a>(view: &View, today: Date, on: impl Fn(Date) -> Context<'a>) -> Self {
        let mut all = Self { wanted: wanted(view, &on(today)), endings: BTreeMap::new() };
        for day in view.changes_ahead(today) {
            let then = wanted(view, &on(day));
            for (key, now) in all.wanted.iter().filter(|(_, now)| now.from <= today) {
                let to = match then.get(key) {
                    Some(then) if then.unit == now.unit && then.officer == now.officer => continue,
                    Some(then) => Some((then.unit.clone(), then.officer.clone())),
                    None => None,
                };
                all.endings.entry(key.clone()).or_insert(Ending { on: day, to });
            }
            for (key, then) in then {
                all.wanted.entry(key).or_insert(then);
            }
        }
        all
    }
}

/// All tasks for which `view` gives a reason, by kind and subject.
fn wanted(view: &View, context: &Context<'_>) -> BTreeMap<String, Wanted> {
    let all = ROWS.iter().flat_map(|row| (row.wanted)(view, context));
    all.map(|wanted| (wanted.key(), wanted)).collect()
}

/// Whether an event of this type does what a task of that kind asks for.
pub(super) fn fulfils(kind: &str, event_type: &str) -> bool {
    ROWS.iter().any(|row| row.kind == kind && row.fulfilled_by.contains(&event_type))
}

/// Each kind of task, with the types of the events that fulfil it.
pub(super) fn fulfilled() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    ROWS.iter().map(|row| (row.kind, row.fulfilled_by))
}

impl Wanted {
    /// Names it within its enterprise: a second cause joins the task that is open.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.kind, self.subject)
    }

    /// A task about the enterprise itself, from today on.
    fn of(kind: &'static str, unit: UnitCode, context: &Context<'_>) -> Self {
        let (subject, from) = (String::new(), context.today);
        Self { kind, subject, unit, officer: None, due: None, from }
    }

    /// About this.
    fn about(self, subject: &impl ToString) -> Self {
        Self { subject: subject.to_string(), ..self }
    }

    /// By this day.
    fn by(self, due: Date) -> Self {
        Self { due: Some(due), ..self }
    }

    /// In this officer's hands.
    fn for_officer(self, officer: Option<&OfficerId>) -> Self {
        Self { officer: officer.cloned(), ..self }
    }

    /// From this day on.
    fn starting(self, from: Date) -> Self {
        Self { from, ..self }
    }
}

impl Context<'_> {
    /// The territorial unit (属地): the park, else the township, else the commission.
    fn territorial_unit(&self, view: &View) -> UnitCode {
        let place = view.enterprise.place_on(self.today);
        let unit = place.and_then(|place| place.park.clone().or(Some(place.township.clone())));
        unit.or_else(|| view.resumption.township().cloned())
            .unwrap_or_else(|| self.numbers.commission.clone())
    }
}

impl Context<'_> {
    /// The day on which a due day is brought to mind; without a calendar, calendar days count.
    fn working_days_before(&self, due: Date) -> Date {
        let steps = 0..self.numbers.reminder_working_days;
        steps.fold(due, |day, _| {
            let before = self.calendars.working_day_before(day, None).ok();
            before.or(day.pred_opt()).unwrap_or(day)
        })
    }
}

/// `days` calendar days after `day`.
fn later(day: Date, days: u32) -> Date {
    day.checked_add_days(Days::new(days.into())).unwrap_or(Date::MAX)
}
