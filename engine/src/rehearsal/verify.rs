//! Every stored command decided again, on the facts and by the rules of its own moment.

use std::{collections::VecDeque, convert::Infallible};

use chrono::{DateTime, Utc};
use fugong_core::{Position, Recorded, Ref, keys};
use serde::Serialize;
use serde_json::Value;

use super::{
    deeds::{self, Deed},
    sealed::Leaves,
    world::{Decided, Made, World},
};
use crate::{
    Error, Log, Order,
    error::Trouble,
    leaf::Leaf,
    proof::Checkpoint,
    receipts::{self, Kept},
    registers::BATCH,
    store::events::history,
};

/// What deciding everything again came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many events there are.
    pub events: u64,
    /// How many commands were decided again.
    pub commands: u64,
    /// Of these, how many found nothing to do, then and now.
    pub idle: u64,
    /// How many events have no command that could be decided again: imported ones, and those of
    /// commands whose text was not kept.
    pub undecided: u64,
    /// Up to which event they are those of the last checkpoint; none if there is none. Its
    /// signatures are not looked at.
    pub sealed: Option<Position>,
    /// What did not come out as it stands in the log.
    pub faults: Vec<Fault>,
}

/// Something that is not as it would be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where it stands.
    pub position: Position,
    /// Which command.
    pub command_id: Option<String>,
    /// What is wrong.
    pub detail: String,
}

impl Log {
    /// Decides every stored command again, up to the event at `upto`: each on the states that the
    /// events before it come to, and so under the rules that were published by then, at its own
    /// time. Compares what comes of it, with rules and facts of the trace, and hashes each event
    /// anew, and compares the tree over them with the last checkpoint. Nothing is written.
    ///
    /// # Errors
    ///
    /// When the store fails, or an event cannot be read.
    pub async fn decide_again(&self, upto: Position) -> Result<Verified, Error<Infallible>> {
        self.decide_again_telling(upto, |_| ()).await
    }

    /// The same; `told` hears up to which event it has come.
    ///
    /// # Errors
    ///
    /// As [`Self::decide_again`].
    pub async fn decide_again_telling(
        &self,
        upto: Position,
        told: impl Fn(Position) + Send + Sync,
    ) -> Result<Verified, Error<Infallible>> {
        let (desk, upto) = (self.desk(), upto.min(self.head()));
        let log = self.id();
        let idle = desk.store.read(move |db| receipts::idle(db, log)).await?;
        let checkpoint = self.checkpoint().await?.and_then(|note| note.parse().ok());
        let (world, found) = (World::new(desk), Verified::default());
        let leaves = Leaves::default();
        let idle = idle.into();
        let mut again =
            Again { log: self, upto, world, idle, leaves, checkpoint, receipts: 0, found };
        let mut after = Position::START;
        while after < upto {
            let deeds = deeds::next(&desk.store, after, upto, BATCH).await?;
            let Some(last) = deeds.last().and_then(|deed| deed.events.last()) else { break };
            after = last.position;
            for deed in deeds {
                again.idle_before(&deed).await?;
                again.deed(&deed).await?;
            }
            told(after);
            tokio::task::yield_now().await;
        }
        again.rest().await?;
        again.strays().await?;
        again.end();
        Ok(again.found)
    }
}

struct Again<'a> {
    log: &'a Log,
    upto: Position,
    world: World<'a>,
    /// Those that found nothing to do, by position.
    idle: VecDeque<Kept>,
    leaves: Leaves,
    /// The last that was signed.
    checkpoint: Option<Checkpoint>,
    /// How many receipts were met whose events are there.
    receipts: u64,
    found: Verified,
}

impl Again<'_> {
    async fn deed(&mut self, deed: &Deed) -> Result<(), Trouble> {
        for event in &deed.events {
            self.found.events = self.found.events.saturating_add(1);
            let leaf = Leaf::of(event).hash().unwrap_or_default();
            if leaf != event.leaf_hash {
                self.fault(event.position, deed, "its hash is not that of what stands there");
            }
            if !event.metadata.is_as_written() {
                self.fault(event.position, deed, "its metadata were written anew by somebody");
            }
            self.leaves.push(leaf);
            match self.checkpoint.as_ref().and_then(|it| self.leaves.fit(it)) {
                Some(true) => self.found.sealed = Some(event.position),
                Some(false) => {
                    self.fault(
                        event.position,
                        deed,
                        "up to here they are not those of the checkpoint",
                    );
                }
                None => {}
            }
        }
        self.receipt(deed);
        let Some(asked) = &deed.asked else {
            let count = u64::try_from(deed.events.len()).unwrap_or(u64::MAX);
            self.found.undecided = self.found.undecided.saturating_add(count);
            return deed.events.iter().try_for_each(|event| self.world.apply(event));
        };
        self.found.commands = self.found.commands.saturating_add(1);
        let Some(first) = deed.events.first() else { return Ok(()) };
        let mut lost = Vec::new();
        match self.world.repeat(asked, deed.at()).await {
            Decided::Made(made) => {
                if let Err(why) = same(&made, deed) {
                    self.fault(first.position, deed, &why);
                    lost.extend_from_slice(made.touched());
                }
            }
            Decided::Refused(why, touched) => {
                self.fault(first.position, deed, &format!("it would be refused: {why}"));
                lost = touched;
            }
            Decided::Unknown(why) => self.fault(first.position, deed, &why),
        }
        if lost.is_empty() && self.found.faults.last().is_none_or(|it| it.position < first.position)
        {
            return Ok(());
        }
        // What stands in the log counts, for all that comes after it.
        for event in &deed.events {
            lost.push(self.world.target(event)?);
        }
        let end = deed.events.last().map_or(first.position, |event| event.position);
        self.refold(lost, end).await
    }

    /// Holds the receipt of a command against what its events say of it.
    fn receipt(&mut self, deed: &Deed) {
        let Some(first) = deed.events.first().filter(|_| deed.id.is_some()) else { return };
        let Some(receipt) = &deed.receipt else {
            return self.fault(first.position, deed, "its receipt is gone");
        };
        let differs = |event: &&Recorded| {
            let said = event.meta(keys::RECEIPT);
            said.is_some_and(|said| said != receipt.digest)
        };
        if let Some(event) = deed.events.iter().find(differs) {
            self.fault(event.position, deed, "its receipt is not what the event says of it");
        }
        let last = deed.events.last().map_or(first.position, |event| event.position);
        let count = u64::try_from(deed.events.len()).unwrap_or(u64::MAX);
        // What was asked for may end within a command.
        let cut = last == self.upto && self.upto < self.log.head();
        if !cut && (receipt.position, receipt.events) != (last, count) {
            self.fault(first.position, deed, "its receipt stands for other events");
        }
        if 0 < receipt.events && receipt.position <= self.upto {
            self.receipts = self.receipts.saturating_add(1);
        }
    }

    /// Names the receipts of commands of which no event tells.
    async fn strays(&mut self) -> Result<(), Trouble> {
        let (log, upto, met) = (self.log.id(), self.upto, self.receipts);
        let strays = self.log.desk().store.read(move |db| {
            let all = receipts::count(db, log, upto)?;
            if all == met { Ok(Vec::new()) } else { receipts::strays(db, log, upto) }
        });
        for (id, position) in strays.await? {
            let detail = "its receipt stands for events that do not name it".to_owned();
            self.found.faults.push(Fault { position, command_id: Some(id), detail });
        }
        Ok(())
    }

    /// Decides again those that found nothing to do while `next` had not happened.
    async fn idle_before(&mut self, next: &Deed) -> Result<(), Trouble> {
        let Some(first) = next.events.first() else { return Ok(()) };
        let before = |kept: &Kept| kept.position < first.position;
        while let Some(kept) = self.idle.pop_front_if(|kept| before(kept)) {
            self.idle(&kept, first.recorded_at).await?;
        }
        Ok(())
    }

    async fn rest(&mut self) -> Result<(), Trouble> {
        let (now, upto) = (self.log.now(), self.upto);
        while let Some(kept) = self.idle.pop_front_if(|kept| kept.position <= upto) {
            self.idle(&kept, now).await?;
        }
        Ok(())
    }

    /// Decides again one that found nothing to do; it was decided by `latest`.
    async fn idle(&mut self, kept: &Kept, latest: DateTime<Utc>) -> Result<(), Trouble> {
        let Some(asked) = kept.text.as_deref().and_then(deeds::asked) else { return Ok(()) };
        self.found.commands = self.found.commands.saturating_add(1);
        let detail = match self.world.repeat(&asked, latest).await {
            Decided::Made(made) if made.written.is_empty() => {
                self.found.idle = self.found.idle.saturating_add(1);
                return Ok(());
            }
            Decided::Made(made) => {
                self.refold(made.touched().to_vec(), kept.position).await?;
                "it found nothing to do, and would do something".to_owned()
            }
            Decided::Refused(why, touched) => {
                self.refold(touched, kept.position).await?;
                format!("it found nothing to do, and would be refused: {why}")
            }
            Decided::Unknown(why) => why,
        };
        let (position, command_id) = (kept.position, Some(kept.id.clone()));
        self.found.faults.push(Fault { position, command_id, detail });
        Ok(())
    }

    /// Notes where a checkpoint is over more events than there are.
    fn end(&mut self) {
        let upto = self.upto;
        let size = self.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
        if self.log.head() <= upto && upto.0 < size {
            let detail = format!("the checkpoint is over {size} events: the last are gone");
            self.found.faults.push(Fault { position: upto, command_id: None, detail });
        }
    }

    fn fault(&mut self, position: Position, deed: &Deed, detail: &str) {
        let (command_id, detail) = (deed.id.clone(), detail.to_owned());
        self.found.faults.push(Fault { position, command_id, detail });
    }

    /// Lets aggregates stand as the log has them after the event at `upto`.
    async fn refold(&mut self, targets: Vec<Ref>, upto: Position) -> Result<(), Trouble> {
        for target in targets {
            let (log, Ref { kind, id }) = (self.log.id(), target.clone());
            let read =
                self.log.desk().store.read(move |db| history(db, log, kind, &id, Some(upto)));
            let events = read.await?;
            self.world.refold(&target, &events)?;
        }
        Ok(())
    }
}

/// Whether what was decided is what stands in the log.
fn same(made: &Made, deed: &Deed) -> Result<(), String> {
    if made.written.len() != deed.events.len() {
        let types = made.written.iter().map(|(_, _, written)| written.event_type.as_str());
        return Err(format!("it would make happen: {}", types.collect::<Vec<_>>().join(", ")));
    }
    for ((target, sequence, written), event) in made.written.iter().zip(&deed.events) {
        let at = event.position;
        let (kind, id) = (&*event.aggregate_type, &*event.aggregate_id);
        if (target.kind, target.id.as_str(), *sequence) != (kind, id, event.sequence) {
            return Err(format!("event {at} would happen to {} {}", target.kind, target.id));
        }
        if written.event_type != *event.event_type {
            return Err(format!("event {at} would be {}", written.event_type));
        }
        if !is_same_json(&written.payload, &event.payload) {
            return Err(format!("event {at} would say {}", written.payload));
        }
        let mut would = made.metadata(&order(event));
        // The receipt is looked at by itself.
        would.extend(event.meta(keys::RECEIPT).map(|it| (keys::RECEIPT.to_owned(), it.to_owned())));
        let differs = |key: &&String| match (would.get(*key), event.metadata.get(*key)) {
            (Some(would), Some(told)) if *key == keys::TRACE => !says_so_far(told, would),
            (would, told) => would != told,
        };
        if let Some(key) = would.keys().chain(event.metadata.keys()).find(differs) {
            return Err(format!("event {at} would have another {key}"));
        }
    }
    Ok(())
}

/// What stands beside an event and no decision makes.
fn order(event: &Recorded) -> Order {
    let said = |key| event.meta(key).map(str::to_owned);
    Order {
        command_id: said(keys::COMMAND_ID).unwrap_or_default(),
        correlation_id: said(keys::CORRELATION_ID),
        causation_id: said(keys::CAUSATION_ID),
        ..Order::default()
    }
}

/// Whether a trace tells what would be told today. A program before this one may have named fewer
/// of the rules by which it decided: those it named come first, and the rest is the same.
fn says_so_far(told: &str, would: &str) -> bool {
    let rules = |trace: &mut Value| match trace.as_object_mut()?.remove("rules") {
        Some(Value::Array(rules)) => Some(rules),
        None => Some(Vec::new()),
        Some(_) => None,
    };
    let read = |text| serde_json::from_str::<Value>(text).ok();
    let (Some(mut told), Some(mut would)) = (read(told), read(would)) else { return false };
    let (Some(named), Some(all)) = (rules(&mut told), rules(&mut would)) else { return false };
    all.starts_with(&named) && told == would
}

fn is_same_json(a: &str, b: &str) -> bool {
    let read = |text| serde_json::from_str::<Value>(text).ok();
    a == b || read(a) == read(b)
}

#[cfg(test)]
mod tests {
    use super::says_so_far;

    #[test]
    fn a_trace_may_name_fewer_rules_than_today_and_no_others() {
        let would = r#"{"facts":{"pot/x":1},"rules":["fill","granted"]}"#;
        for (told, so) in [
            (would, true),
            (r#"{"facts":{"pot/x":1},"rules":["fill"]}"#, true),
            (r#"{"facts":{"pot/x":1}}"#, true),
            (r#"{"facts":{"pot/x":2},"rules":["fill"]}"#, false),
            (r#"{"facts":{"pot/x":1},"rules":["granted"]}"#, false),
            (r#"{"facts":{"pot/x":1},"rules":["fill","granted","more"]}"#, false),
            (r#"{"rules":["fill"]}"#, false),
        ] {
            assert_eq!(says_so_far(told, would), so, "{told}");
        }
    }
}
