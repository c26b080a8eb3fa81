//! Letting the keys follow the log: what events ask of them is done before anybody is answered.
//!
//! The event comes first and is for ever; what it asks can be done again. How far the keys have
//! followed is kept with them, in the transaction that does it. So what a crash left undone is done
//! when the log is opened, when the act is repeated, or with the next one; and keys that were put
//! back to an older state follow again.

use std::sync::Arc;

use fugong_core::{Consequences, Recorded};
use tokio::sync::Mutex;

use crate::{
    error::Trouble,
    keys::{Asked, KeyError, Keys},
    store::{Store, events},
};

/// What lets the keys of a log follow it.
pub(crate) struct Following {
    store: Arc<Store>,
    keys: Keys,
    /// None where no event asks anything.
    consequences: Option<Consequences>,
    /// One at a time.
    turn: Mutex<()>,
}

impl Following {
    pub(crate) fn new(store: Arc<Store>, keys: Keys, consequences: Option<Consequences>) -> Self {
        Self { store, keys, consequences, turn: Mutex::default() }
    }

    /// Makes sure that what these events ask is in effect: also where it was done, since whoever
    /// did it may have been cut off before it was.
    pub(crate) async fn see(&self, events: &[Recorded]) -> Result<(), Trouble> {
        let Some(consequences) = self.consequences.filter(|_| self.store.writable()) else {
            return Ok(());
        };
        let asks = |event: &Recorded| {
            let its = *event.aggregate_type == *consequences.kind;
            its && !matches!((consequences.of)(event), Ok(None))
        };
        if !events.iter().any(asks) {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        Ok(self.keys.follow(self.asked(consequences).await?).await?)
    }

    /// Does what was left undone; where keys are only read, heeds it.
    pub(crate) async fn catch_up(&self) -> Result<(), Trouble> {
        let Some(consequences) = self.consequences else { return Ok(()) };
        let _turn = self.turn.lock().await;
        let asked = self.asked(consequences).await?;
        if !self.store.writable() {
            self.keys.heed(asked);
            return Ok(());
        }
        if asked.is_empty() { Ok(()) } else { Ok(self.keys.follow(asked).await?) }
    }

    /// What events ask that was not done yet.
    async fn asked(&self, Consequences { kind, of }: Consequences) -> Result<Vec<Asked>, Trouble> {
        let (log, after) = (self.store.log(), self.keys.followed().await?);
        let events = self.store.read(move |db| events::of_kind(db, log, kind, after)).await?;
        let asked = |event: &Recorded| {
            let deed = of(event).map_err(|failure| Trouble::Unavailable(failure.to_string()))?;
            let (position, subject) = (event.position, event.aggregate_id.to_string());
            Ok(deed.map(|deed| Asked { position, subject, deed }))
        };
        events.iter().map(asked).filter_map(Result::transpose).collect()
    }
}

impl From<KeyError> for Trouble {
    fn from(error: KeyError) -> Self {
        Self::Unavailable(format!(
            "{error}; what an event asks of the keys is not done yet: repeat it under the same id"
        ))
    }
}
