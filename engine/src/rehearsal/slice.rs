//! Which events a fact needs.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, VecDeque},
    convert::Infallible,
};

use fugong_core::{Decoded, Position, Recorded, Ref, keys};
use serde::Deserialize;

use super::{
    deeds::{self, Deed},
    world::{Decided, World},
};
use crate::{
    Error, Log,
    error::Trouble,
    receipts,
    store::events::{ending, history},
};

/// A smallest set of events from which a fact follows: their commands, decided again in order on
/// what these events alone come to, give the fact; without any one of them they do not.
#[derive(Debug, Clone)]
pub struct Slice {
    /// The events, in the order of the log.
    pub events: Vec<Recorded>,
}

/// What a decision noted of what it read.
#[derive(Debug, Default, Deserialize)]
struct Trace {
    #[serde(default)]
    facts: BTreeMap<String, u64>,
}

impl Log {
    /// The smallest set of events from which it follows that `holds`: a fact about the aggregate of
    /// this kind and id, as it is after the event at `upto`. None where it does not follow.
    ///
    /// # Errors
    ///
    /// When the store fails, or an event cannot be read.
    pub async fn slice(
        &self,
        about: (&str, &str),
        upto: Position,
        holds: impl Fn(&World<'_>) -> bool + Send + Sync,
    ) -> Result<Option<Slice>, Error<Infallible>> {
        let desk = self.desk();
        let deeds = self.led_to(about, upto).await?;
        let all: BTreeSet<Position> =
            deeds.iter().flat_map(|deed| &deed.events).map(|event| event.position).collect();
        let gives = async |kept: &BTreeSet<Position>| {
            let mut world = World::new(desk);
            replay(&mut world, &deeds, kept).await?;
            Ok::<_, Trouble>(holds(&world))
        };
        if !gives(&all).await? {
            return Ok(None);
        }
        let mut kept = all;
        // Whole aggregates first, then halves of what cannot go as a whole: most has no part in it.
        let mut parts = by_aggregate(&deeds);
        while let Some(part) = parts.pop() {
            let mut fewer = kept.clone();
            fewer.retain(|position| !part.contains(position));
            if gives(&fewer).await? {
                kept = fewer;
            } else if 1 < part.len() {
                let (early, late) = part.split_at(part.len().div_euclid(2));
                parts.extend([early.to_vec(), late.to_vec()]);
            }
        }
        // What was needed while others were there may not be needed without them.
        loop {
            let before = kept.len();
            for position in kept.clone().into_iter().rev() {
                let mut fewer = kept.clone();
                fewer.remove(&position);
                if gives(&fewer).await? {
                    kept = fewer;
                }
            }
            tokio::task::yield_now().await;
            if kept.len() == before {
                break;
            }
        }
        let events = deeds.into_iter().flat_map(|deed| deed.events);
        let events = events.filter(|event| kept.contains(&event.position)).collect();
        Ok(Some(Slice { events }))
    }

    /// Whether it follows from just these events that `holds`.
    ///
    /// # Errors
    ///
    /// When the store fails, or an event cannot be read.
    pub async fn follows(
        &self,
        events: &[Recorded],
        holds: impl Fn(&World<'_>) -> bool + Send + Sync,
    ) -> Result<bool, Error<Infallible>> {
        let desk = self.desk();
        let kept: BTreeSet<Position> = events.iter().map(|event| event.position).collect();
        let mut whole = BTreeMap::new();
        for event in events {
            for event in self.commanded_with(event).await? {
                whole.insert(event.position, event);
            }
        }
        let deeds = deeds::of(&desk.store, whole.into_values().collect()).await?;
        let mut world = World::new(desk);
        replay(&mut world, &deeds, &kept).await?;
        Ok(holds(&world))
    }

    /// Everything that the state of an aggregate can rest on: its events, what their commands read,
    /// and what they changed elsewhere, back to the beginning.
    async fn led_to(&self, (kind, id): (&str, &str), upto: Position) -> Result<Vec<Deed>, Trouble> {
        let store = &self.desk().store;
        let mut found: BTreeMap<Position, Recorded> = BTreeMap::new();
        let mut known: BTreeMap<Ref, u64> = BTreeMap::new();
        let world = World::new(self.desk());
        let mut open = VecDeque::from([(world.named(kind, id)?, u64::MAX)]);
        while let Some((target, version)) = open.pop_front() {
            if known.get(&target).is_some_and(|known| version <= *known) {
                continue;
            }
            known.insert(target.clone(), version);
            let (log, Ref { kind, id }) = (store.log(), target);
            let events = store.read(move |db| history(db, log, kind, &id, Some(upto))).await?;
            for event in events.into_iter().filter(|event| event.sequence <= version) {
                if found.contains_key(&event.position) {
                    continue;
                }
                for event in self.commanded_with(&event).await? {
                    open.push_back((world.target(&event)?, event.sequence));
                    let trace = event.meta(keys::TRACE).map(serde_json::from_str::<Trace>);
                    let facts = trace.and_then(Result::ok).unwrap_or_default().facts;
                    for (fact, version) in facts {
                        if let Some((kind, id)) = fact.split_once('/') {
                            open.push_back((world.named(kind, id)?, version));
                        }
                    }
                    found.insert(event.position, event);
                }
            }
        }
        deeds::of(store, found.into_values().collect()).await
    }

    /// The events of one command, of which `event` is one.
    async fn commanded_with(&self, event: &Recorded) -> Result<Vec<Recorded>, Trouble> {
        let Some(id) = event.meta(keys::COMMAND_ID).map(str::to_owned) else {
            return Ok(vec![event.clone()]);
        };
        let store = &self.desk().store;
        let log = store.log();
        let events = store.glance(move |db| {
            let kept = receipts::named(db, log, &[id])?.pop();
            kept.map_or(Ok(Vec::new()), |kept| ending(db, log, kept.position, kept.events))
        });
        let events = events.await?;
        Ok(if events.is_empty() { vec![event.clone()] } else { events })
    }
}

/// Decides the commands of `deeds` again in order, of whose events only the `kept` ones happen.
async fn replay(
    world: &mut World<'_>,
    deeds: &[Deed],
    kept: &BTreeSet<Position>,
) -> Result<(), Trouble> {
    let mut happened: BTreeMap<Ref, Vec<Recorded>> = BTreeMap::new();
    for deed in deeds {
        if !deed.events.iter().any(|event| kept.contains(&event.position)) {
            continue;
        }
        let Some(asked) = &deed.asked else {
            // What nobody decided here cannot be decided again; it is as it is.
            for event in deed.events.iter().filter(|event| kept.contains(&event.position)) {
                happen(world, &mut happened, event.clone())?;
            }
            continue;
        };
        let touched = match world.repeat(asked, deed.at()).await {
            Decided::Refused(_, touched) => touched,
            Decided::Unknown(_) => Vec::new(),
            Decided::Made(made) => {
                let mut left: Vec<&Recorded> = deed.events.iter().collect();
                let mut whole = true;
                for (target, _, written) in &made.written {
                    let is_it = |event: &&Recorded| {
                        *event.event_type == *written.event_type
                            && *event.aggregate_type == *target.kind
                            && *event.aggregate_id == *target.id
                    };
                    let found = left.iter().position(is_it).map(|at| left.remove(at));
                    match found.filter(|event| kept.contains(&event.position)) {
                        None => whole = false,
                        Some(event) => {
                            let life = happened.entry(target.clone()).or_default();
                            let sequence = u64::try_from(life.len()).unwrap_or(u64::MAX);
                            let sequence = sequence.saturating_add(1);
                            let payload = written.payload.as_str().into();
                            let decoded = Decoded::default();
                            life.push(Recorded { sequence, payload, decoded, ..event.clone() });
                        }
                    }
                }
                if whole { Vec::new() } else { made.touched().to_vec() }
            }
        };
        for target in touched {
            world.refold(&target, happened.get(&target).into_iter().flatten())?;
        }
    }
    Ok(())
}

fn happen(
    world: &mut World<'_>,
    happened: &mut BTreeMap<Ref, Vec<Recorded>>,
    event: Recorded,
) -> Result<(), Trouble> {
    world.apply(&event)?;
    happened.entry(world.target(&event)?).or_default().push(event);
    Ok(())
}

/// The positions of each aggregate's events; the aggregate that was changed last comes first.
fn by_aggregate(deeds: &[Deed]) -> Vec<Vec<Position>> {
    let mut parts: BTreeMap<(&str, &str), Vec<Position>> = BTreeMap::new();
    for event in deeds.iter().flat_map(|deed| &deed.events) {
        let whose = (&*event.aggregate_type, &*event.aggregate_id);
        parts.entry(whose).or_default().push(event.position);
    }
    let mut parts: Vec<_> = parts.into_values().collect();
    parts.sort_by_key(|part| Reverse(part.last().copied()));
    parts
}
