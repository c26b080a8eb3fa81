//! The difference between the tasks that are open and those for which there is a reason.

use std::collections::BTreeMap;

use fugong_core::{Failure, Reaction, Recorded, shanghai_day, start_of_day};

use super::{
    super::{Timer, intent, owner::Owner},
    NAME,
    facts::{Ending, Planted, Raised},
    view::View,
    wanted::{Outlook, Wanted, fulfils},
};
use crate::{Ask, TaskId, task::Command};

/// After which number the tasks are counted that one event raises for one enterprise: what it
/// raises for another one has other numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered(u32);

impl Numbered {
    /// The sites of one code are settled by one event.
    pub(super) fn site(owner: &Owner) -> Self {
        let site = owner.as_enterprise().map_or(1, |id| u32::from(id.site()));
        Self(site.saturating_sub(1).saturating_mul(100))
    }

    /// So are those that the enterprise supplies, or that supply it; it has up to 99 sites.
    pub(super) fn supplier(n: usize) -> Self {
        Self::nth(n.saturating_add(100))
    }

    /// So are all enterprises at the cut-off.
    pub(super) fn nth(n: usize) -> Self {
        Self(u32::try_from(n).unwrap_or(u32::MAX).saturating_mul(100))
    }
}

/// One event's work on the inbox of one enterprise.
pub(super) struct Reconciling<'a> {
    owner: &'a Owner,
    event: &'a Recorded,
    numbered: Numbered,
    raised: BTreeMap<&'static str, u32>,
    reactions: Vec<Reaction>,
}

impl<'a> Reconciling<'a> {
    pub(super) fn new(owner: &'a Owner, event: &'a Recorded, numbered: Numbered) -> Self {
        Self { owner, event, numbered, raised: BTreeMap::new(), reactions: Vec::new() }
    }

    /// Brings tasks and timers of `view` in line with `wanted`; gives what that takes.
    pub(super) fn run(
        mut self,
        view: &mut View,
        outlook: &Outlook,
    ) -> Result<Vec<Reaction>, Failure> {
        let wanted = &outlook.wanted;
        let today = shanghai_day(self.event.recorded_at);
        for (key, task) in std::mem::take(&mut view.tasks) {
            match wanted.get(&key) {
                Some(wanted) if wanted.from <= today && wanted.due == task.due => {
                    let task = self.follow(task, wanted)?;
                    view.tasks.insert(key, task);
                }
                Some(_) | None => {
                    if view.endings.remove(&key).is_some() {
                        self.forget(&format!("end/{key}"));
                    }
                    self.close(&key, task)?;
                }
            }
        }
        view.timers.retain(|key, _| {
            let stays = wanted.contains_key(key);
            if !stays {
                self.forget(key);
            }
            stays
        });
        for (key, wanted) in wanted {
            if view.tasks.contains_key(key) {
                continue;
            }
            if today < wanted.from {
                self.plant(view, key, wanted)?;
            } else if view.timers.get(key).is_none_or(|planted| today < planted.from) {
                self.raise(view, key, wanted)?;
            }
            // Else its timer is due, and raises it by itself.
        }
        self.foresee(view, &outlook.endings)?;
        Ok(self.reactions)
    }

    /// The seat passed on, or the officer changed: so does the inbox.
    fn follow(&mut self, task: Raised, wanted: &Wanted) -> Result<Raised, Failure> {
        if task.unit == wanted.unit && task.officer == wanted.officer {
            return Ok(task);
        }
        let (unit, officer) = (wanted.unit.clone(), wanted.officer.clone());
        self.ask(
            task.id.clone(),
            Command::Reassign { unit: unit.clone(), officer: officer.clone() },
        )?;
        Ok(Raised { unit, officer, ..task })
    }

    fn close(&mut self, key: &str, task: Raised) -> Result<(), Failure> {
        let by = self.event.event_id.to_string();
        let kind = key.split_once('/').map_or(key, |(kind, _)| kind);
        let command = if fulfils(kind, &self.event.event_type) {
            Command::Finish { by }
        } else {
            Command::Cancel { by }
        };
        self.ask(task.id, command)
    }

    fn raise(&mut self, view: &mut View, key: &str, wanted: &Wanted) -> Result<(), Failure> {
        if view.timers.remove(key).is_some() {
            self.forget(key);
        }
        let task = self.task(wanted);
        self.ask(task.id.clone(), self.command(wanted))?;
        view.tasks.insert(key.to_owned(), task);
        Ok(())
    }

    /// Sets the timer of a task that lies ahead, unless it is set just so.
    fn plant(&mut self, view: &mut View, key: &str, wanted: &Wanted) -> Result<(), Failure> {
        let so = |planted: &Planted| {
            let task = &planted.task;
            planted.from == wanted.from
                && task.unit == wanted.unit
                && task.officer == wanted.officer
                && task.due == wanted.due
        };
        if view.timers.get(key).is_some_and(so) {
            return Ok(());
        }
        let task = self.task(wanted);
        let ask = Ask::Task(task.id.clone(), self.command(wanted));
        let due = start_of_day(wanted.from);
        self.reactions.push(Timer::TaskBegins.at(self.timer(key), due, ask)?);
        view.timers.insert(key.to_owned(), Planted { from: wanted.from, task });
        Ok(())
    }

    /// Sets the timers of the open tasks whose reason will end or pass on by itself.
    fn foresee(
        &mut self,
        view: &mut View,
        endings: &BTreeMap<String, Ending>,
    ) -> Result<(), Failure> {
        for (key, _) in view.endings.iter().filter(|(key, _)| !endings.contains_key(*key)) {
            self.forget(&format!("end/{key}"));
        }
        for (key, ending) in endings {
            let Some(task) = view.tasks.get(key) else { continue };
            if view.endings.get(key) == Some(ending) {
                continue;
            }
            let command = match ending.to.clone() {
                Some((unit, officer)) => Command::Reassign { unit, officer },
                None => Command::Cancel { by: self.event.event_id.to_string() },
            };
            let (due, ask) = (start_of_day(ending.on), Ask::Task(task.id.clone(), command));
            let timer = self.timer(&format!("end/{key}"));
            self.reactions.push(Timer::TaskPasses.at(timer, due, ask)?);
        }
        view.endings.clone_from(endings);
        Ok(())
    }

    fn task(&mut self, wanted: &Wanted) -> Raised {
        let n = self.raised.entry(wanted.kind).or_insert(self.numbered.0);
        *n = n.saturating_add(1);
        Raised {
            id: TaskId::of(wanted.kind, self.event.position.0, *n),
            unit: wanted.unit.clone(),
            officer: wanted.officer.clone(),
            due: wanted.due,
        }
    }

    fn command(&self, wanted: &Wanted) -> Command {
        Command::Raise {
            kind: wanted.kind.to_owned(),
            enterprise: self.owner.as_enterprise().cloned(),
            subject: wanted.subject.clone(),
            unit: wanted.unit.clone(),
            officer: wanted.officer.clone(),
            due: wanted.due,
        }
    }

    fn forget(&mut self, key: &str) {
        let key = self.timer(key);
        self.reactions.push(Reaction::Forget { key });
    }

    fn ask(&mut self, task: TaskId, command: Command) -> Result<(), Failure> {
        self.reactions.push(Reaction::Do(intent(NAME, Ask::Task(task, command))?));
        Ok(())
    }

    fn timer(&self, key: &str) -> String {
        format!("{}/{key}", self.owner)
    }
}
