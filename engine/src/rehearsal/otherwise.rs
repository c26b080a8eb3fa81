//! What would have come of the same acts, had some of them been others.
//!
//! The acts that people asked for are decided one after the other, each at its own time, on what
//! has come of those before; in the closed loop policies and timers react to that as they do in a
//! log, in the open one what they asked for then is asked for again.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

use chrono::{DateTime, Utc};
use fugong_core::{
    Decoded, Intent, LogId, Policy, Position, Reaction, Recorded, Ref, Rows, Said, Written, keys,
};
use uuid::Uuid;

use super::{
    deeds::{self, Deed},
    world::{Decided, Made, World},
};
use crate::{
    Error, Log, Order, error::Trouble, policies::command_id, registers::BATCH, source::Sources,
};

/// Whether policies and timers react to what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loop {
    /// They asked for the same things as they did.
    Open,
    /// They react anew.
    Closed,
}

/// An act of the log that came to nothing in the rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDone {
    /// Which command.
    pub command_id: String,
    /// What was asked, as text.
    pub asked: Intent,
    /// When.
    pub at: DateTime<Utc>,
    /// Why not.
    pub why: String,
}

/// What came of a rehearsal.
#[derive(Debug)]
pub struct Retold {
    /// The events, by positions of their own.
    pub events: Vec<Recorded>,
    /// What was asked for and refused, though the log has it.
    pub not_done: Vec<NotDone>,
}

/// A life of the log in memory.
pub struct Rehearsal<'a> {
    log: LogId,
    sources: &'a Sources,
    world: World<'a>,
    policies: Vec<Reacting>,
    now: DateTime<Utc>,
    events: Vec<Recorded>,
    lives: BTreeMap<Ref, Vec<usize>>,
    /// How many events the policies have taken.
    taken: usize,
    /// What they asked for, by the position of the cause, the number of the policy, and its own.
    outbox: BTreeMap<(Position, usize, u64), Asked>,
    /// Their timers, by policy and key.
    timers: BTreeMap<(String, String), (DateTime<Utc>, Asked)>,
    not_done: Vec<NotDone>,
}

struct Reacting {
    policy: Arc<dyn Policy>,
    rows: Rows,
    installed_at: Position,
}

/// A command of a policy.
struct Asked {
    order: Order,
    intent: Intent,
}

impl Log {
    /// Lives the log up to the event at `upto` again in memory; `told` says of each act that
    /// somebody asked for what is asked instead, and sees what has come of those before. Nothing is
    /// written.
    ///
    /// # Errors
    ///
    /// When the store fails, or a policy cannot take an event.
    pub async fn rehearse(
        &self,
        how: Loop,
        upto: Position,
        mut told: impl FnMut(&Intent, &Rehearsal<'_>) -> Intent + Send,
    ) -> Result<Retold, Error<Infallible>> {
        let (store, upto) = (&self.desk().store, upto.min(self.head()));
        let mut rehearsal = Rehearsal::new(self, how).await;
        let mut after = Position::START;
        while after < upto {
            let deeds = deeds::next(store, after, upto, BATCH).await?;
            let Some(last) = deeds.last().and_then(|deed| deed.events.last()) else { break };
            after = last.position;
            for deed in &deeds {
                let is_reaction = deed.id.as_deref().is_some_and(|id| id.starts_with("policy/"));
                if how == Loop::Closed && is_reaction {
                    continue;
                }
                rehearsal.advance(deed.at()).await?;
                rehearsal.deed(deed, &mut told).await?;
                rehearsal.rest(deed.at()).await?;
            }
            tokio::task::yield_now().await;
        }
        let end = if upto == self.head() { self.now() } else { rehearsal.last() };
        rehearsal.advance(end).await?;
        Ok(Retold { events: rehearsal.events, not_done: rehearsal.not_done })
    }
}

impl<'a> Rehearsal<'a> {
    async fn new(log: &'a Log, how: Loop) -> Self {
        let policies = match how {
            Loop::Open => Vec::new(),
            Loop::Closed => log.policies().installed().await,
        };
        let reacting = policies.into_iter().map(|(policy, installed_at)| Reacting {
            policy,
            rows: Rows::complete(),
            installed_at,
        });
        Self {
            log: log.id(),
            sources: &log.desk().sources,
            world: World::new(log.desk()),
            policies: reacting.collect(),
            now: DateTime::UNIX_EPOCH,
            events: Vec::new(),
            lives: BTreeMap::new(),
            taken: 0,
            outbox: BTreeMap::new(),
            timers: BTreeMap::new(),
            not_done: Vec::new(),
        }
    }

    /// The aggregates, as they stand by now.
    pub fn world(&self) -> &World<'a> {
        &self.world
    }

    /// What has happened by now.
    pub fn events(&self) -> &[Recorded] {
        &self.events
    }

    fn last(&self) -> DateTime<Utc> {
        self.events.last().map(|event| event.recorded_at).unwrap_or_default()
    }

    async fn deed(
        &mut self,
        deed: &Deed,
        told: &mut (impl FnMut(&Intent, &Rehearsal<'_>) -> Intent + Send),
    ) -> Result<(), Trouble> {
        let Some(asked) = &deed.asked else {
            // It was never decided here, and happens as it did.
            return deed.events.iter().try_for_each(|event| self.happen(event.clone()));
        };
        let intent = told(asked, self);
        let said = |key| deed.events.first()?.meta(key).map(str::to_owned);
        let order = Order {
            command_id: deed.id.clone().unwrap_or_default(),
            correlation_id: said(keys::CORRELATION_ID),
            causation_id: said(keys::CAUSATION_ID),
            ..Order::default()
        };
        let ids = deed.events.iter().map(|event| event.event_id).collect();
        if let Some(why) = self.perform(&intent, &order, deed.at(), ids).await? {
            let (command_id, at) = (order.command_id, deed.at());
            self.not_done.push(NotDone { command_id, asked: intent, at, why });
        }
        Ok(())
    }

    /// Carries out what is asked; answers why not.
    async fn perform(
        &mut self,
        intent: &Intent,
        order: &Order,
        now: DateTime<Utc>,
        ids: Vec<Uuid>,
    ) -> Result<Option<String>, Trouble> {
        match self.world.repeat(intent, now).await {
            Decided::Made(made) => {
                self.record(*made, order, now, &ids);
                Ok(None)
            }
            Decided::Refused(why, touched) => {
                for target in touched {
                    let life = self.lives.get(&target).into_iter().flatten();
                    let events = life.filter_map(|at| self.events.get(*at));
                    self.world.refold(&target, events)?;
                }
                Ok(Some(why))
            }
            Decided::Unknown(why) => Ok(Some(why)),
        }
    }

    fn record(&mut self, made: Made, order: &Order, now: DateTime<Utc>, ids: &[Uuid]) {
        let metadata = Said::from(made.metadata(order));
        let mut ids = ids.iter().copied();
        for (n, (target, sequence, written)) in (0_u64..).zip(made.written) {
            let drawn = || self.sources.event_id(now, &order.command_id, n);
            let id = ids.next().unwrap_or_else(drawn);
            let Written { event_type, event_version, payload } = written;
            let event = Recorded {
                log: self.log,
                position: self.head().next(),
                event_id: id,
                aggregate_type: target.kind.into(),
                aggregate_id: target.id.as_str().into(),
                sequence,
                event_type: event_type.into(),
                event_version: event_version.into(),
                payload: payload.into(),
                metadata: metadata.clone(),
                recorded_at: now,
                leaf_hash: [0; 32],
                decoded: Decoded::default(),
            };
            self.keep(target, event);
        }
    }

    fn happen(&mut self, event: Recorded) -> Result<(), Trouble> {
        let (target, position) = (self.world.target(&event)?, self.head().next());
        self.world.apply(&event)?;
        self.keep(target, Recorded { position, ..event });
        Ok(())
    }

    fn keep(&mut self, target: Ref, event: Recorded) {
        self.lives.entry(target).or_default().push(self.events.len());
        self.events.push(event);
    }

    fn head(&self) -> Position {
        Position(u64::try_from(self.events.len()).unwrap_or(u64::MAX))
    }

    /// Lets the timers run that are due by `to`, each at its own time.
    async fn advance(&mut self, to: DateTime<Utc>) -> Result<(), Trouble> {
        while let Some((_, due)) = self.next_timer(to) {
            self.rest(due.max(self.now)).await?;
        }
        self.now = to.max(self.now);
        Ok(())
    }

    fn next_timer(&self, to: DateTime<Utc>) -> Option<((String, String), DateTime<Utc>)> {
        let due = self.timers.iter().filter(|(_, (due, _))| *due <= to);
        due.map(|(key, (due, _))| (key.clone(), *due)).min_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)))
    }

    /// Lets policies react and timers run, and what they ask for happen, until nothing is left to
    /// do at this time.
    async fn rest(&mut self, now: DateTime<Utc>) -> Result<(), Trouble> {
        self.now = now;
        loop {
            self.react()?;
            if !self.outbox.is_empty() {
                for (_, asked) in std::mem::take(&mut self.outbox) {
                    self.perform(&asked.intent, &asked.order, now, Vec::new()).await?;
                }
                continue;
            }
            let due = self.next_timer(now).and_then(|(key, _)| self.timers.remove(&key));
            let Some((_, asked)) = due else { return Ok(()) };
            self.perform(&asked.intent, &asked.order, now, Vec::new()).await?;
        }
    }

    fn react(&mut self) -> Result<(), Trouble> {
        let new = self.events.get(self.taken..).unwrap_or_default();
        for event in new {
            for (rank, reacting) in self.policies.iter_mut().enumerate() {
                let name = reacting.policy.name();
                let reactions = reacting.policy.react(&mut reacting.rows, event);
                let reactions = reactions.map_err(|why| Trouble::Unavailable(why.0))?;
                reacting.rows.keep();
                if event.position <= reacting.installed_at {
                    continue;
                }
                for (n, reaction) in (0_u64..).zip(reactions) {
                    let id = command_id(self.log, name, event.position, n);
                    match reaction {
                        Reaction::Do(intent) => {
                            let asked = Asked { order: caused(id, event), intent };
                            self.outbox.insert((event.position, rank, n), asked);
                        }
                        Reaction::At { key, due, intent } => {
                            let order = caused(format!("{id}/timer"), event);
                            let asked = Asked { order, intent };
                            self.timers.insert((name.to_owned(), key), (due, asked));
                        }
                        Reaction::Forget { key } => {
                            self.timers.remove(&(name.to_owned(), key));
                        }
                    }
                }
            }
        }
        self.taken = self.events.len();
        Ok(())
    }
}

/// The order of a command that `event` set off.
fn caused(command_id: String, event: &Recorded) -> Order {
    let began = event.meta(keys::CORRELATION_ID).or_else(|| event.meta(keys::COMMAND_ID));
    let began = began.map_or_else(|| event.event_id.to_string(), str::to_owned);
    Order {
        command_id,
        correlation_id: Some(began),
        causation_id: Some(event.event_id.to_string()),
        ..Order::default()
    }
}

impl std::fmt::Debug for Rehearsal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rehearsal").field("events", &self.events.len()).finish_non_exhaustive()
    }
}
