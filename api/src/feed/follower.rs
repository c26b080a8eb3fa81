//! Somebody who follows the feed: events as they come (server-sent events).

use std::{
    collections::VecDeque,
    time::{Duration, SystemTime},
};

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use fugong_core::{Position, Recorded};
use futures::{Stream, stream::unfold};
use tokio::{sync::watch, time::Instant};

use super::{Wanted, Woken, told, woken};
use crate::{authenticate::Caller, desk::Desk, places::Taken, problem::Problem};

/// After so long without an event something is sent, so that both ends know that the other lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How soon a client that was cut off comes back, in milliseconds.
const RETRY: &str = "retry: 2000\n\n";

/// Somebody who follows. What was not taken yet is at most one part of the feed, of messages that
/// all followers share; the next is read when it is taken.
#[derive(Debug)]
pub(crate) struct Follower {
    desk: Desk,
    wanted: Wanted,
    heads: watch::Receiver<Position>,
    /// Up to where everything was read.
    after: Position,
    /// Up to where he knows that it was.
    told: Position,
    messages: VecDeque<Bytes>,
    /// Whom he showed himself to be.
    caller: Caller,
    /// When he has to show again who he is.
    until: Instant,
    /// When the last message was given away, if one was.
    given: Option<Instant>,
    /// Until he is gone.
    _place: Taken,
}

impl Follower {
    /// One who has everything up to `after`, and showed who he is.
    ///
    /// # Errors
    ///
    /// `RATE_LIMITED` when too many follow already.
    pub(crate) fn new(
        desk: &Desk,
        wanted: Wanted,
        after: Position,
        caller: Caller,
    ) -> Result<Self, Problem> {
        let followed = desk.settings().followed;
        let believed = caller.until.map(|until| {
            until
                .signed_duration_since(DateTime::<Utc>::from(SystemTime::now()))
                .to_std()
                .unwrap_or_default()
        });
        let most = believed.map_or(followed, |believed| followed.min(believed));
        let now = Instant::now();
        Ok(Self {
            _place: desk.follower_place()?,
            heads: desk.log().heads(),
            desk: desk.clone(),
            wanted,
            after,
            told: after,
            messages: VecDeque::from([Bytes::from_static(RETRY.as_bytes())]),
            caller,
            until: now.checked_add(most).unwrap_or(now),
            given: None,
        })
    }

    /// What he is sent, until he is cut off or the server goes. He loses nothing: the last `id` he
    /// got is where he goes on.
    pub(crate) fn messages(self) -> impl Stream<Item = Result<Bytes, std::convert::Infallible>> {
        unfold(self, |mut follower| async {
            let message = follower.next().await?;
            Some((Ok(message), follower))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        // The next message is asked for when there is room for it again.
        let slow = self.given.is_some_and(|given| self.desk.settings().slow < given.elapsed());
        while !slow && Instant::now() < self.until {
            if let Some(message) = self.messages.pop_front() {
                self.given = Some(Instant::now());
                return Some(message);
            }
            let head = *self.heads.borrow_and_update();
            if let Err(problem) = self.read_on().await {
                tracing::debug!(%problem, "a follower is let go");
                return None;
            }
            if !self.messages.is_empty() || self.after < head {
                continue;
            }
            let left = self.until.saturating_duration_since(Instant::now());
            match woken(&self.desk, &mut self.heads, HEARTBEAT.min(left)).await {
                Woken::News => {}
                Woken::Quiet => {
                    let heartbeat = self.heartbeat();
                    self.messages.push_back(heartbeat);
                }
                Woken::Ending => return None,
            }
        }
        None
    }

    async fn read_on(&mut self) -> Result<(), Problem> {
        // What he may see may have changed since he came, and by what he was let in.
        if let Some((id, sha256)) = &self.caller.key {
            self.desk.keys().opened(id, sha256).await?;
        }
        self.wanted.check(&self.desk).await?;
        let part = self.wanted.following(&self.desk, self.after).await?;
        let stored = part.events.clone();
        let seen = self.wanted.seen(&self.desk, part.events).await?;
        for event in &seen {
            let message = self.message(event, &stored);
            self.messages.push_back(message);
            self.told = event.position;
        }
        self.after = part.next;
        Ok(())
    }

    /// An event as he sees it; only what he sees as it is stored is the same for others.
    fn message(&self, event: &Recorded, stored: &[Recorded]) -> Bytes {
        let whole = |one: &Recorded| {
            one.position == event.position
                && one.payload == event.payload
                && one.metadata.text() == event.metadata.text()
        };
        let (desk, opens) = (&self.desk, self.wanted.opens(event));
        if stored.iter().any(whole) {
            desk.told().message(desk, event, opens)
        } else {
            told::message(desk, event, opens)
        }
    }

    /// Says that nothing came, and up to where.
    fn heartbeat(&mut self) -> Bytes {
        if self.told == self.after {
            return Bytes::from_static(b":\n\n");
        }
        self.told = self.after;
        // A message without data is given to nobody, and moves where he goes on.
        Bytes::from(format!("id: {}\n\n", self.after))
    }
}
