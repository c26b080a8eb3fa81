//! The feed: which events somebody asks for, and how he goes on where he stopped.
//!
//! Nothing is ever passed over: where it is not known yet whether an event is about an enterprise,
//! the feed of that enterprise stands before it.

mod follower;
mod told;

pub(crate) use follower::Follower;
pub(crate) use told::Told;

use std::time::Duration;

use fugong_core::{Position, Recorded};
use fugong_domain::{EnterpriseId, Principal};
use fugong_engine::Filter;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use crate::{
    desk::{Desk, trouble},
    door, filters, known,
    look::Asked,
    problem::Problem,
    sight,
    timeline::{self, Aggregates},
    veil::Veil,
};

/// So many of the newest events are looked through at once.
const MANY: usize = 256;
/// So many are handed to a follower at once: as many as he may leave unread here.
const FEW: usize = 32;
/// How long the registers may take to know what an event is about.
const LAG: Duration = Duration::from_secs(1);

/// The events that somebody asks for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    who: Principal,
    types: Vec<String>,
    about: Option<EnterpriseId>,
}

/// A part of them.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) events: Vec<Recorded>,
    /// Where to go on.
    pub(crate) next: Position,
    /// Whether there are more than were asked for at once.
    pub(crate) more: bool,
}

/// Why somebody who waits for events waits no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Woken {
    /// The log went on.
    News,
    /// It did not, for as long as he waits.
    Quiet,
    /// The server goes, or the log is closed.
    Ending,
}

impl Wanted {
    /// What is asked for, if whoever asks may have it.
    pub(crate) async fn of(desk: &Desk, asked: &Asked) -> Result<Self, Problem> {
        let who = asked.who()?.clone();
        let types = asked.query("types").unwrap_or_default().split(',').map(str::trim);
        let types: Vec<_> = types.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        filters::event_types("types", &types)?;
        let about = if let Some(code) = asked.query("enterprise") {
            Some(known::first(desk, door::enterprise(code)?).await?)
        } else {
            sight::check_whole(&who, "name an enterprise that you may see with ?enterprise=")?;
            None
        };
        let wanted = Self { who, types, about };
        wanted.check(desk).await.map(|()| wanted)
    }

    /// That he may still see what he asks for.
    async fn check(&self, desk: &Desk) -> Result<(), Problem> {
        match &self.about {
            Some(about) => sight::check(desk, &self.who, about, None).await,
            None => Ok(()),
        }
    }

    /// At most so many of them.
    pub(crate) async fn page(
        &self,
        desk: &Desk,
        after: Position,
        limit: usize,
    ) -> Result<Part, Problem> {
        let head = desk.log().head();
        let (aggregates, known) = self.aggregates(desk, head).await?;
        let upto = aggregates.as_ref().map(|_| known);
        let filter = Filter { types: self.types.clone(), aggregates, upto, ..Filter::default() };
        let events = desk.log().events(after, limit, &filter).await.map_err(trouble)?;
        let more = limit <= events.len();
        let last = events.last().map_or(after, |event| event.position);
        let next = if more { last } else { last.max(known) };
        Ok(Part { events, next, more })
    }

    /// The next of them for somebody who follows: what came last is in memory, and of that each
    /// takes what he asked for.
    async fn following(&self, desk: &Desk, after: Position) -> Result<Part, Problem> {
        let head = desk.log().head();
        if MANY < usize::try_from(head.0.saturating_sub(after.0)).unwrap_or(usize::MAX) {
            return self.page(desk, after, FEW).await;
        }
        let (aggregates, known) = self.aggregates(desk, head).await?;
        let mut events = desk.log().following(after, MANY).await.map_err(trouble)?;
        let is = |event: &Recorded, (kind, id): &(String, String)| {
            **kind == *event.aggregate_type && **id == *event.aggregate_id
        };
        let about = |event: &Recorded| {
            aggregates.as_ref().is_none_or(|all| all.iter().any(|one| is(event, one)))
        };
        let typed = |event: &Recorded| {
            self.types.is_empty() || self.types.iter().any(|one| **one == *event.event_type)
        };
        events.retain(|event| event.position <= known && about(event) && typed(event));
        let more = FEW < events.len();
        events.truncate(FEW);
        let last = events.last().map_or(after, |event| event.position);
        let next = if more { last } else { last.max(known) };
        Ok(Part { events, next, more })
    }

    /// What is about the enterprise that was named; and up to which event, `head` at
    /// most, it is known that these are all.
    async fn aggregates(
        &self,
        desk: &Desk,
        head: Position,
    ) -> Result<(Option<Aggregates>, Position), Problem> {
        let Some(about) = &self.about else { return Ok((None, head)) };
        desk.caught_up(head, LAG).await;
        let (aggregates, known) = timeline::about(desk, about).await?;
        Ok((Some(aggregates), known.min(head)))
    }

    /// These events as he may see them.
    pub(crate) async fn seen(
        &self,
        desk: &Desk,
        events: Vec<Recorded>,
    ) -> Result<Vec<Recorded>, Problem> {
        if !events.iter().any(Veil::may_lie_on) {
            return Ok(events);
        }
        Veil::of(desk, &self.who).await?.all(events).await
    }

    /// Whether words about persons are opened for him in this event.
    pub(crate) fn opens(&self, event: &Recorded) -> bool {
        sight::opens(&self.who, &event.aggregate_type)
    }

    /// Waits until there is one after `after`, or that long.
    pub(crate) async fn wait(
        &self,
        desk: &Desk,
        mut after: Position,
        patience: Duration,
    ) -> Result<(), Problem> {
        let mut heads = desk.log().heads();
        let until = Instant::now().checked_add(patience).unwrap_or_else(Instant::now);
        loop {
            let head = *heads.borrow_and_update();
            let part = self.following(desk, after).await?;
            if !part.events.is_empty() {
                return Ok(());
            }
            after = part.next;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero()
                || (head <= after && woken(desk, &mut heads, left).await != Woken::News)
            {
                return Ok(());
            }
        }
    }
}

/// The position that a text names.
pub(crate) fn position(name: &str, text: &str) -> Result<Position, Problem> {
    text.parse().map(Position).map_err(|_| Problem::invalid(name, "send a position"))
}

/// Waits for news of the log.
async fn woken(desk: &Desk, heads: &mut watch::Receiver<Position>, patience: Duration) -> Woken {
    tokio::select! {
        biased;
        () = desk.ended() => Woken::Ending,
        moved = heads.changed() => if moved.is_ok() { Woken::News } else { Woken::Ending },
        () = sleep(patience) => Woken::Quiet,
    }
}
