//! The last events as they are told, written once for all who follow.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use actix_web::web::Bytes;
use fugong_core::{Position, Recorded};

use crate::{desk::Desk, event};

/// The most bytes that are kept.
const BYTES: usize = 4 << 20;

/// Events as messages of an event stream. Words about persons are never in what is kept: whether
/// they may be read is a matter of the moment.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// By position, and whether it is for somebody for whom words about persons are opened.
    messages: BTreeMap<(Position, bool), Bytes>,
    bytes: usize,
}

impl Told {
    /// An event as it is stored, as a message for somebody for whom words about persons are opened
    /// or not.
    pub(super) fn message(&self, desk: &Desk, event: &Recorded, may_see: bool) -> Bytes {
        let key = (event.position, may_see);
        if let Some(message) = self.kept().messages.get(&key) {
            return message.clone();
        }
        let message = message(desk, event, may_see);
        if !(may_see && has_words(event)) {
            self.kept().keep(key, &message);
        }
        message
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Keeps a message; the oldest event goes first, so that whoever reads old ones takes nothing
    /// from those who follow.
    fn keep(&mut self, key: (Position, bool), message: &Bytes) {
        if self.messages.insert(key, message.clone()).is_none() {
            self.bytes = self.bytes.saturating_add(message.len());
        }
        while BYTES < self.bytes {
            let Some((_, oldest)) = self.messages.pop_first() else { return };
            self.bytes = self.bytes.saturating_sub(oldest.len());
        }
    }
}

/// An event as a message, which names its position.
pub(super) fn message(desk: &Desk, event: &Recorded, may_see: bool) -> Bytes {
    let cloud = event::cloud(desk, event, may_see);
    Bytes::from(format!("id: {}\ndata: {cloud}\n\n", event.position))
}

/// Whether there may be sealed words in it.
fn has_words(event: &Recorded) -> bool {
    [&*event.payload, event.metadata.text()].iter().any(|text| text.contains("commitment"))
}
