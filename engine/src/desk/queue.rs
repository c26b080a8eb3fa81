//! Handing a decision's events to the log.

use std::sync::Arc;

use fugong_core::{Ref, keys};
use tokio::sync::oneshot;

use super::{Attempt, Desk, Made, appends, run::Done};
use crate::{
    Error, Order,
    ask::Ask,
    draft::{self, Drafting, Unfit},
    receipts::{self, InFlight},
    store::{Append, Command, Pending, Place, Stamp},
};

/// A decision whose commands have run.
pub(super) struct Decided<'a, K: Ask> {
    pub(super) ask: &'a K,
    pub(super) order: &'a Order,
    pub(super) made: Made<K::Refusal>,
    pub(super) done: Done,
    pub(super) stamp: Stamp,
    pub(super) subject: Ref,
}

impl Desk {
    /// Queues the events and lets go of what is held; no event may be queued in between.
    pub(super) fn queue<K: Ask>(
        &self,
        decided: Decided<'_, K>,
        place: Place,
        flight: &mut Option<InFlight>,
    ) -> Result<Attempt<K::Refusal>, Error<K::Refusal>> {
        let Decided { ask, order, made, mut done, stamp, subject } = decided;
        let Made { decision, read, mut locks, now } = made;
        if !appends(&done, order) {
            done.undo(&mut locks);
            let version = locks.version(&subject);
            return Ok(Attempt::Answer(Ok(version), locks.owed(), stamp));
        }
        let touched: Vec<Ref> = done.touched.iter().map(|it| it.target.clone()).collect();
        let mut metadata = draft::metadata(&ask.envelope(), order);
        if let Some(version) = decision.rules_version {
            metadata.insert(keys::RULES_VERSION.to_owned(), version);
        }
        if let Some(trace) = draft::trace(&read, &touched, &decision.rules) {
            metadata.insert(keys::TRACE.to_owned(), trace);
        }
        let version = done.version(&subject).unwrap_or_else(|| locks.version(&subject));
        let written = std::mem::take(&mut done.written);
        let unwritten =
            |e| Error::Unavailable(format!("the act cannot be written as JSON ({e}); a defect"));
        let stored = ask.text().map_err(unwritten).and_then(|text| {
            let text = text.or_else(|| order.command.clone());
            let receipt = receipts::digest(version, &order.fingerprint, text.as_deref());
            metadata.insert(keys::RECEIPT.to_owned(), receipt);
            let (log, sources) = (self.store.log(), &self.sources);
            let drafts = Drafting { log, now, sources, order, metadata }.drafts(written)?;
            Ok((drafts, text))
        });
        let (drafts, text) = match stored {
            Ok(stored) => stored,
            Err(error) => {
                done.undo(&mut locks);
                return Err(error);
            }
        };
        let Some(in_flight) = flight.take() else {
            done.undo(&mut locks);
            return Err(Error::Unavailable("the command is not in flight; a defect".to_owned()));
        };
        let mut seen: Vec<(Ref, u64)> =
            done.touched.iter().map(|it| (it.target.clone(), it.before)).collect();
        seen.extend(read.into_iter().filter(|(read, _)| !touched.contains(read)));
        let owed = locks.owed();
        let pending = Arc::<Pending>::default();
        for touched in done.touched {
            if touched.was_written_on()
                && let Some(cell) = locks.own(&touched.target)
            {
                cell.pending = Some(Arc::clone(&pending));
            }
            touched.put_back(&mut locks);
        }
        let command = Command {
            id: order.command_id.clone(),
            fingerprint: order.fingerprint.clone(),
            version,
            text,
        };
        let (answer, answered) = oneshot::channel();
        place.append(Append { stamp, drafts, seen, owed, command, in_flight, pending, answer });
        Ok(Attempt::Queued(answered, version))
    }
}

impl<R> From<Unfit> for Error<R> {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::NotText => Self::NotText,
            Unfit::TooLong(bytes) => Self::TooLarge { bytes },
        }
    }
}
