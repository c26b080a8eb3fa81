//! 待办: the inbox as a reconciliation.
//!
//! For every enterprise the policy knows which tasks have a reason now and which will have one on
//! a day to come. Each event changes that set; what is new in it is raised, what is gone from it
//! is finished or cancelled, what passed to another seat is reassigned. So no task is lost, none
//! is there twice, and a second cause joins the task that is open.

mod chains;
mod facts;
mod measures;
mod reconcile;
mod view;
mod wanted;

use chrono::NaiveDate as Date;
use fugong_core::{Failure, Policy, Reaction, Recorded, Rows, end_of_day, shanghai_day};

use self::{
    facts::{Raised, Trade},
    reconcile::{Numbered, Reconciling},
    view::View,
    wanted::{Context, Outlook},
};
use super::{Timer, id, intent, known, owner::Owner};
use crate::{
    Ask, Calendars, EnterpriseId, Happened, UnitCode, enterprise, industry::Section, officer,
    regime, task,
};

/// The policy's name, which is part of every command it gives.
pub(super) const NAME: &str = "tasks";

const VIEWS: &str = "views";
const OFFICERS: &str = "officers";

/// The kind of the task that tells of somebody's health.
const ALERT: &str = "abnormal-health";
/// 区防控指挥部.
const HEADQUARTERS: &str = "hq";

/// Each kind of task, with the types of the events that fulfil it.
pub fn errands() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    wanted::fulfilled()
}

/// The policy of the inbox.
#[derive(Debug)]
pub(super) struct Tasks;

impl Policy for Tasks {
    fn name(&self) -> &str {
        NAME
    }

    fn react(&self, rows: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let Some(happened) = Happened::of(event)? else { return Ok(Vec::new()) };
        let owner = known::owner(rows, event, &happened)?;
        match &happened {
            Happened::Regime(told) => {
                known::take_regime(rows, told)?;
                return match **told {
                    regime::Event::FiguresFixed { date } => cut_off(rows, date, event),
                    regime::Event::RiskLevelChanged { ref area, effective_on, .. } => {
                        measures::risk_changed(rows, area.as_ref(), effective_on, event)
                    }
                    regime::Event::RulesPublished { .. }
                    | regime::Event::CalendarPublished { .. }
                    | regime::Event::UnitsPublished { .. }
                    | regime::Event::IndustryPublished { .. }
                    | regime::Event::CodesPublished { .. }
                    | regime::Event::ChecklistsPublished { .. } => Ok(Vec::new()),
                };
            }
            Happened::Officer(told) => note_unit(rows, &event.aggregate_id, told)?,
            Happened::Task(_)
            | Happened::Enterprise(_)
            | Happened::Resumption(_)
            | Happened::Plan(_)
            | Happened::Posting(_)
            | Happened::Inspection(_)
            | Happened::Rectification(_)
            | Happened::Credit(_)
            | Happened::Support(_)
            | Happened::Barrier(_)
            | Happened::Epidemic(_)
            | Happened::Measure(_)
            | Happened::DataSubject(_)
            | Happened::Report(_)
            | Happened::ApiKey(_)
            | Happened::Webhook(_) => {}
        }
        let Some(owner) = owner else { return Ok(Vec::new()) };
        let mut reactions = take(rows, &owner, event, &happened)?;
        match (&happened, &owner) {
            (Happened::Enterprise(told), Owner::Enterprise(id)) => {
                reactions.extend(take_sites(rows, id, event)?);
                if let enterprise::Event::Closed { .. } = &**told {
                    reactions.extend(measures::over_nobody(rows, id, event)?);
                }
            }
            (Happened::Measure(told), _) => reactions.extend(measures::reach(rows, event, told)?),
            (_, _) => {}
        }
        if let Owner::Enterprise(id) = &owner {
            reactions.extend(chains::follow(rows, id, event, &happened)?);
        }
        Ok(reactions)
    }
}

/// Lets `event` change what is known of `owner`, and the inbox follow.
fn take(
    rows: &mut Rows,
    owner: &Owner,
    event: &Recorded,
    happened: &Happened,
) -> Result<Vec<Reaction>, Failure> {
    let key = owner.to_string();
    let mut view: View = rows.get(VIEWS, &key)?.unwrap_or_default();
    let mut reactions = Vec::new();
    view.take(event, happened);
    match happened {
        Happened::Resumption(told) => {
            if let Some(enterprise) = owner.as_enterprise() {
                let today = shanghai_day(event.recorded_at);
                measures::note_resumed(rows, (enterprise, &mut view), told, today)?;
            }
        }
        Happened::Enterprise(told) => {
            view.trade = trade(rows, &view, told, event)?.or(view.trade.take());
            let site = owner.as_enterprise().filter(|id| id.whole() != **id);
            if let Some(whole) = site.map(EnterpriseId::whole) {
                let whole: View = rows.get(VIEWS, &whole.to_string())?.unwrap_or_default();
                view.follow_whole(&whole);
            }
        }
        Happened::Officer(told) => refer(rows, &mut view, &event.aggregate_id, told)?,
        Happened::Task(told) => reactions.extend(inbox(&mut view, event, told)?),
        Happened::Plan(_)
        | Happened::Posting(_)
        | Happened::Inspection(_)
        | Happened::Rectification(_)
        | Happened::Credit(_)
        | Happened::Support(_)
        | Happened::Barrier(_)
        | Happened::Epidemic(_)
        | Happened::Measure(_)
        | Happened::DataSubject(_)
        | Happened::Report(_)
        | Happened::ApiKey(_)
        | Happened::Webhook(_)
        | Happened::Regime(_) => {}
    }
    let numbered = Numbered::site(owner);
    reactions.extend(settle(rows, owner, &mut view, (event, numbered))?);
    rows.put(VIEWS, key, &view)?;
    Ok(reactions)
}

/// Size and closure belong to the code: the sites follow.
fn take_sites(
    rows: &mut Rows,
    whole: &EnterpriseId,
    event: &Recorded,
) -> Result<Vec<Reaction>, Failure> {
    if whole.code().is_none() || whole.whole() != *whole {
        return Ok(Vec::new());
    }
    let known: View = rows.get(VIEWS, &whole.to_string())?.unwrap_or_default();
    let sites: Vec<(String, View)> = rows.range(VIEWS, &format!("{whole}~"))?;
    let mut reactions = Vec::new();
    for (key, mut view) in sites {
        view.follow_whole(&known);
        let site = key.parse()?;
        reactions.extend(settle(rows, &site, &mut view, (event, Numbered::site(&site)))?);
        rows.put(VIEWS, key, &view)?;
    }
    Ok(reactions)
}

/// The day's reports are due: who works and has sent none is asked, and who was asked yesterday is
/// asked no more.
fn cut_off(rows: &mut Rows, date: Date, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
    let views: Vec<(String, View)> = rows.range(VIEWS, "")?;
    let mut reactions = Vec::new();
    for (n, (key, mut view)) in views.into_iter().enumerate() {
        if view.pass_cut_off(date, shanghai_day(event.recorded_at)) {
            let numbered = Numbered::nth(n);
            reactions.extend(settle(rows, &key.parse()?, &mut view, (event, numbered))?);
            rows.put(VIEWS, key, &view)?;
        }
    }
    Ok(reactions)
}

/// Brings the inbox of one enterprise in line with what there is reason for.
fn settle(
    rows: &mut Rows,
    owner: &Owner,
    view: &mut View,
    (event, numbered): (&Recorded, Numbered),
) -> Result<Vec<Reaction>, Failure> {
    let today = shanghai_day(event.recorded_at);
    let Some(numbers) = known::numbers(rows, today)? else { return Ok(Vec::new()) };
    // Calendars are long: they are read only for those who have working days to count.
    let counts = view.counts_working_days();
    let calendars = if counts { known::calendars(rows)? } else { Calendars::default() };
    let id = owner.as_enterprise();
    let on = |day| Context { id, today: day, numbers: &numbers, calendars: &calendars };
    let outlook = Outlook::of(view, today, on);
    Reconciling::new(owner, event, numbered).run(view, &outlook)
}

fn trade(
    rows: &mut Rows,
    view: &View,
    told: &enterprise::Event,
    event: &Recorded,
) -> Result<Option<Trade>, Failure> {
    use enterprise::Event as E;
    let (E::Registered { .. } | E::DetailsCorrected { .. }, Some(entry)) =
        (told, view.enterprise.entry())
    else {
        return Ok(None);
    };
    let Some((section, industrial)) = known::section_of(rows, &entry.industry)? else {
        return Ok(None);
    };
    let numbers = known::numbers(rows, shanghai_day(event.recorded_at))?;
    let lead = numbers.and_then(|numbers| numbers.sector_leads.get(&section).cloned());
    Ok(Some(Trade { industrial, mining: section == Section::MINING.to_string(), lead }))
}

fn note_unit(rows: &mut Rows, officer: &str, told: &officer::Event) -> Result<(), Failure> {
    match told {
        officer::Event::Enrolled { unit, .. } => rows.put(OFFICERS, officer, unit),
        officer::Event::PostTaken { .. }
        | officer::Event::PostLeft { .. }
        | officer::Event::DutyReferred { .. }
        | officer::Event::DutyOutcomeRecorded { .. } => Ok(()),
    }
}

fn refer(
    rows: &mut Rows,
    view: &mut View,
    officer: &str,
    told: &officer::Event,
) -> Result<(), Failure> {
    match told {
        officer::Event::DutyReferred { finding, .. } => {
            let unit: Option<UnitCode> = rows.get(OFFICERS, officer)?;
            view.referrals.insert(finding.clone(), unit.map_or_else(super::commission, Ok)?);
        }
        officer::Event::DutyOutcomeRecorded { finding, .. } => {
            view.referrals.remove(finding);
        }
        officer::Event::Enrolled { .. }
        | officer::Event::PostTaken { .. }
        | officer::Event::PostLeft { .. } => {}
    }
    Ok(())
}

/// What happened to a task: the policy's own doing, or that of one of its timers.
fn inbox(view: &mut View, event: &Recorded, told: &task::Event) -> Result<Vec<Reaction>, Failure> {
    match told {
        task::Event::Raised { kind, subject, unit, officer, due, .. } => {
            let (unit, officer) = (unit.clone(), officer.clone());
            let task = Raised { id: id(&event.aggregate_id)?, unit, officer, due: *due };
            raised(view, event, kind, &format!("{kind}/{subject}"), task)
        }
        // Whoever looks after the plant now, the headquarters keep it.
        task::Event::Reassigned { .. } => {
            let its = |(_, it): &(&String, &Raised)| *it.id.as_str() == *event.aggregate_id;
            let alert = view.tasks.iter().find(its).filter(|(key, _)| key.starts_with(ALERT));
            alert.map(|(_, task)| alarm(task)).into_iter().collect()
        }
        // If its reason still stands, it is raised again at once.
        task::Event::Done { .. } | task::Event::Cancelled { .. } => {
            let ended = view.tasks.iter().find(|(_, it)| *it.id.as_str() == *event.aggregate_id);
            if let Some(key) = ended.map(|(key, _)| key.clone()) {
                view.tasks.remove(&key);
                view.endings.remove(&key);
            }
            Ok(vec![Reaction::Forget { key: late(&event.aggregate_id) }])
        }
        task::Event::Claimed { .. } | task::Event::Escalated { .. } => Ok(Vec::new()),
    }
}

fn raised(
    view: &mut View,
    event: &Recorded,
    kind: &str,
    key: &str,
    task: Raised,
) -> Result<Vec<Reaction>, Failure> {
    let mut reactions = Vec::from_iter(escalation(&task, kind)?);
    if kind == ALERT {
        reactions.push(alarm(&task)?);
    }
    if view.timers.get(key).is_some_and(|planted| planted.task.id == task.id) {
        view.timers.remove(key);
    }
    match view.tasks.get(key) {
        None => {
            view.tasks.insert(key.to_owned(), task);
        }
        Some(open) if open.id == task.id => {}
        // A timer fired while its reason came about by an event: one of the two is enough.
        Some(_) => {
            let by = event.event_id.to_string();
            let cancel = Ask::Task(task.id, task::Command::Cancel { by });
            reactions.push(Reaction::Do(intent(NAME, cancel)?));
        }
    }
    Ok(reactions)
}

/// What an officer hears of somebody's health lies with the headquarters at once.
fn alarm(task: &Raised) -> Result<Reaction, Failure> {
    let unit = id(HEADQUARTERS)?;
    let ask = Ask::Task(task.id.clone(), task::Command::Escalate { unit });
    Ok(Reaction::Do(intent(NAME, ask)?))
}

/// What somebody is waiting for goes up when it is late; a mere reminder does not.
fn escalation(task: &Raised, kind: &str) -> Result<Option<Reaction>, Failure> {
    let up = match kind {
        "first-visit" => "eic",
        "decide-objection" => HEADQUARTERS,
        _ => return Ok(None),
    };
    let (Some(due), unit) = (task.due, id::<UnitCode>(up)?) else { return Ok(None) };
    if unit == task.unit {
        return Ok(None);
    }
    let ask = Ask::Task(task.id.clone(), task::Command::Escalate { unit });
    let (key, due) = (late(task.id.as_str()), end_of_day(due));
    Timer::TaskIsLate.at(key, due, ask).map(Some)
}

fn late(task: &str) -> String {
    format!("late/{task}")
}
