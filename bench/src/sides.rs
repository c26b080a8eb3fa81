//! The two sides of a comparison, and ours.

use std::sync::Arc;

use fugong_core::{Envelope, LogId};
use fugong_engine::{Engine, Log, Options, Order};

use crate::{
    Failed,
    place::Place,
    ticket::{Counts, Step, Ticket},
};

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
    pub(crate) fn options(place: &Place) -> Options {
        match place {
            Place::Folder(folder) => Options::new(folder.join("ours.db"), LogId(1)),
            Place::Database(url) => Options::new(url, LogId(1)),
        }
    }
}

impl Side for Ours {
    async fn open(place: &Place) -> Result<Self, Failed> {
        let engine = Engine::builder().aggregate::<Ticket>(()).register(Arc::new(Counts));
        Ok(Self(engine.open(Self::options(place)).await?))
    }

    async fn execute(&self, id: &str, number: u64) -> Result<(), Failed> {
        let order = Order {
            command_id: format!("http/clerk-0001/{id}/{number}"),
            fingerprint: format!("{number:064}"),
            ..Order::default()
        };
        let envelope = Envelope { actor_id: "clerk-0001".to_owned(), ..Envelope::default() };
        let done = self.0.execute::<Ticket>(id, Step { number }, order, envelope).await;
        done.map(|_| ()).map_err(|error| Failed(error.to_string()))
    }

    async fn close(self) {
        self.0.close().await;
    }
}
