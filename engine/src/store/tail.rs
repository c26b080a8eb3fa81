//! The last durable events, in memory: who follows the log need not read them back.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use fugong_core::{Position, Recorded};

use super::met::Met;

/// The most events that are kept.
const EVENTS: usize = 8_192;
/// The most bytes of payload and metadata that are kept.
const BYTES: usize = 8 << 20;

/// The last events of the log, none missing among them.
#[derive(Debug, Default)]
pub(super) struct Tail {
    kept: Mutex<Kept>,
    met: Met,
}

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Recorded>,
    bytes: usize,
}

impl Tail {
    /// Adds what has become durable.
    pub(super) fn add(&self, events: &[Recorded]) {
        let mut kept = self.kept();
        for event in events {
            if kept.events.back().is_some_and(|last| last.position.next() != event.position) {
                *kept = Kept::default();
                self.met.lost();
            }
            if event.sequence == 1 {
                self.met.add(&event.aggregate_type, &event.aggregate_id);
            }
            kept.bytes = kept.bytes.saturating_add(size(event));
            kept.events.push_back(event.clone());
            while EVENTS < kept.events.len() || BYTES < kept.bytes {
                let Some(oldest) = kept.events.pop_front() else { break };
                kept.bytes = kept.bytes.saturating_sub(size(&oldest));
            }
        }
    }

    /// The events after `after` up to `head`, at most `limit`; none if they are not all here.
    pub(super) fn after(
        &self,
        after: Position,
        limit: usize,
        head: Position,
    ) -> Option<Vec<Recorded>> {
        let kept = self.kept();
        let first = kept.events.front()?.position.0;
        let skipped = usize::try_from(after.next().0.checked_sub(first)?).ok()?;
        let wanted = usize::try_from(head.0.saturating_sub(after.0)).ok()?.min(limit);
        let events: Vec<_> = kept.events.iter().skip(skipped).take(wanted).cloned().collect();
        (events.len() == wanted).then_some(events)
    }

    /// Which aggregates there are.
    pub(super) fn met(&self) -> &Met {
        &self.met
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(event: &Recorded) -> usize {
    event.payload.len().saturating_add(event.metadata.text().len())
}
