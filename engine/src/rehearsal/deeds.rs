//! Events with the commands that made them happen, in the order of the log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use fugong_core::{Intent, Position, Recorded, keys};
use serde_json::Value;

use crate::{
    error::Trouble,
    receipts::{self, Kept},
    store::{Store, events::next as stored},
};

/// A command and its events.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    /// Its id; none for events that were imported.
    pub(super) id: Option<String>,
    /// What was asked; none where nothing was kept, as with a plain aggregate's command.
    pub(super) asked: Option<Intent>,
    /// Its receipt; none if it has none.
    pub(super) receipt: Option<Kept>,
    pub(super) events: Vec<Recorded>,
}

impl Deed {
    /// When it was decided.
    pub(super) fn at(&self) -> DateTime<Utc> {
        self.events.first().map(|event| event.recorded_at).unwrap_or_default()
    }
}

/// What was asked, as a receipt keeps it.
pub(super) fn asked(text: &str) -> Option<Intent> {
    let said: Value = serde_json::from_str(text).ok()?;
    let kind = said.get("kind")?.as_str()?.to_owned();
    Some(Intent { kind, body: said.get("body")?.to_string() })
}

/// The commands of `events`, which stand in order.
pub(super) async fn of(store: &Store, events: Vec<Recorded>) -> Result<Vec<Deed>, Trouble> {
    let id = |event: &Recorded| event.meta(keys::COMMAND_ID).map(str::to_owned);
    let ids: BTreeSet<String> = events.iter().filter_map(id).collect();
    let (log, ids) = (store.log(), Vec::from_iter(ids));
    let kept = store.read(move |db| receipts::named(db, log, &ids)).await?;
    let mut kept: BTreeMap<String, Kept> =
        kept.into_iter().map(|kept| (kept.id.clone(), kept)).collect();
    let mut deeds: Vec<Deed> = Vec::new();
    for event in events {
        let id = id(&event);
        match deeds.last_mut() {
            Some(deed) if deed.id.is_some() && deed.id == id => deed.events.push(event),
            _ => {
                let receipt = id.as_ref().and_then(|id| kept.remove(id));
                let asked = receipt.as_ref().and_then(|kept| asked(kept.text.as_deref()?));
                deeds.push(Deed { id, asked, receipt, events: vec![event] });
            }
        }
    }
    Ok(deeds)
}

/// The commands after `after` and up to `upto`, so many events at a time, none of them cut apart.
pub(super) async fn next(
    store: &Store,
    after: Position,
    upto: Position,
    limit: usize,
) -> Result<Vec<Deed>, Trouble> {
    // From the database itself: what this process still has in memory proves nothing.
    let log = store.log();
    let mut events = store.read(move |db| stored(db, log, after, limit, upto)).await?;
    // The last command may go on behind what was read.
    let last = events.last().map(|event| (event.position, event.meta(keys::COMMAND_ID)));
    if let Some((end, Some(id))) = last
        && end < upto
    {
        let begins = events.iter().position(|event| event.meta(keys::COMMAND_ID) == Some(id));
        let ids = vec![id.to_owned()];
        let kept = store.read(move |db| receipts::named(db, log, &ids)).await?;
        if kept.first().is_some_and(|kept| end < kept.position) {
            match begins.filter(|begins| 0 < *begins) {
                Some(begins) => events.truncate(begins),
                None => return Box::pin(next(store, after, upto, limit.saturating_mul(2))).await,
            }
        }
    }
    of(store, events).await
}
