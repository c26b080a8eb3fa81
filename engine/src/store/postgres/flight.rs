//! Batches on their way to the server, and what they come to.

use std::time::Instant;

use futures::{future::BoxFuture, stream::FuturesOrdered};
use tokio::sync::oneshot;

use super::line::Written;
use crate::{
    error::Trouble,
    store::{append::Append, gauges::Gauges, queue::Item},
};

/// Who waits for the head to be looked up.
pub(super) type Barriers = Vec<oneshot::Sender<Result<(), Trouble>>>;

/// What is to be appended in one call, and who waits until it has been.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) appends: Vec<Append>,
    pub(super) barriers: Barriers,
}

/// A batch of which the server has told what it came to.
pub(super) struct Landed {
    pub(super) batch: Batch,
    /// The head that it was to stand after.
    pub(super) known: u64,
    pub(super) begun: Instant,
    pub(super) outcome: Result<Outcome, Trouble>,
}

pub(super) enum Outcome {
    Written(Written),
    /// Nothing was to be appended; this is the head.
    Head(u64),
}

/// Batches on their way, the next to land first.
pub(super) type Flying = FuturesOrdered<BoxFuture<'static, Landed>>;

impl Batch {
    pub(super) fn take(&mut self, item: Item, gauges: &Gauges) {
        match item {
            Item::Append(append, since) => {
                gauges.waited(since);
                self.appends.push(*append);
            }
            Item::Barrier(answer) => self.barriers.push(answer),
            Item::Job(job) => {
                job.answer(Err(Trouble::Unavailable(
                    "it was queued in the wrong place".to_owned(),
                )));
            }
            Item::Stop(answer) => drop(answer),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.appends.is_empty() && self.barriers.is_empty()
    }

    /// How many events it has.
    pub(super) fn events(&self) -> u64 {
        let events = self.appends.iter().map(|append| append.drafts.len()).sum::<usize>();
        u64::try_from(events).unwrap_or(u64::MAX)
    }
}

/// Tells those who waited for the head.
pub(super) fn answer(barriers: Barriers, looked: &Result<(), Trouble>) {
    for barrier in barriers {
        // Whoever asked may have gone.
        let _gone = barrier.send(looked.clone());
    }
}
