//! The two sides of a comparison, and ours.

use std::{sync::Arc, time::Duration};

use fugong_core::{Envelope, LogId, Position};
use fugong_engine::{Engine, Log, Options, Order, proof::FileKey};

use crate::{
    Failed,
    place::Place,
    ticket::{Counts, Step, Ticket},
};

/// The longest that a register is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What carries out commands on tickets.
pub(crate) trait Side: Clone + Send + Sync + 'static {
    /// At a place, fresh or used before.
    fn open(place: &Place) -> impl Future<Output = Result<Self, Failed>> + Send;

    /// One command.
    fn execute(&self, id: &str, number: u64) -> impl Future<Output = Result<(), Failed>> + Send;

    /// Returns when everything is written and every connection closed.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// The engine with everything on: receipts, positions, leaf hashes, a register.
#[derive(Clone)]
pub(crate) struct Ours(pub(crate) Log);

impl Ours {
    /// How it is opened there.
    fn options(place: &Place) -> Options {
        let file = place.folder.join("ours.db");
        let keys = Some(place.folder.join("ours.keys").into());
        let options = match &place.database {
            None => Options::new(file, LogId(1)),
            Some(url) => Options::new(url.as_str(), LogId(1)),
        };
        Options { keys, log_key: Some(place.folder.join("ours.log-key")), ..options }
    }

    /// Where nothing that was kept of the past is used, so that dating back folds every event.
    pub(crate) async fn open_without_past(place: &Place) -> Result<Self, Failed> {
        let engine = Engine::builder().aggregate::<Ticket>(()).register(Arc::new(Counts));
        Ok(Self(engine.past_every(u64::MAX).open(Self::options(place)).await?))
    }

    /// One command; the position of what came of it.
    async fn give(&self, id: &str, number: u64) -> Result<Position, Failed> {
        let order = Order {
            command_id: format!("http/clerk-0001/{id}/{number}"),
            fingerprint: format!("{number:064}"),
            ..Order::default()
        };
        let envelope = Envelope { actor_id: "clerk-0001".to_owned(), ..Envelope::default() };
        let done = self.0.execute::<Ticket>(id, Step { number }, order, envelope).await;
        done.map(|receipt| receipt.position).map_err(|error| Failed(error.to_string()))
    }
}

/// The same, for a client who waits until the register shows what he did. On the other side every
/// client does: its view is written before it is answered.
#[derive(Clone)]
pub(crate) struct Seen(Ours);

impl Side for Seen {
    async fn open(place: &Place) -> Result<Self, Failed> {
        Ours::open(place).await.map(Self)
    }

    async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        let position = self.0.give(id, number).await?;
        if self.0.0.wait_for_registers(position, PATIENCE).await {
            return Ok(());
        }
        Err(Failed(format!("the register did not come to {position} in time")))
    }

    async fn close(self) {
        self.0.close().await;
    }
}

/// The same on a log that is sealed while commands come.
#[derive(Clone)]
pub(crate) struct Sealed(Ours);

impl Sealed {
    /// Its log.
    pub(crate) fn log(&self) -> &Log {
        &self.0.0
    }
}

impl Side for Sealed {
    async fn open(place: &Place) -> Result<Self, Failed> {
        FileKey::make(&place.folder.join("ours.log-key"), "example.org/bench")?;
        Ours::open(place).await.map(Self)
    }

    async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        self.0.execute(id, number).await
    }

    async fn close(self) {
        self.0.close().await;
    }
}

impl Side for Ours {
    async fn open(place: &Place) -> Result<Self, Failed> {
        let engine = Engine::builder().aggregate::<Ticket>(()).register(Arc::new(Counts));
        Ok(Self(engine.open(Self::options(place)).await?))
    }

    async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        self.give(id, number).await.map(|_| ())
    }

    async fn close(self) {
        self.0.close().await;
    }
}
