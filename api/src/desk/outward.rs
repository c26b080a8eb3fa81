//! What a desk sends out of itself: to those who follow its feed, and to webhooks.

use std::sync::{Arc, Weak};

use super::{Desk, Inner};
use crate::{
    feed::Told,
    places::Taken,
    problem::Problem,
    webhooks::{Courier, Couriers, Webhooks},
};

/// A desk that is there as long as others hold it.
#[derive(Debug, Clone)]
pub(crate) struct Distant(Weak<Inner>);

impl Distant {
    /// The desk, if it is there.
    pub(crate) fn desk(&self) -> Option<Desk> {
        let inner = self.0.upgrade()?;
        Some(Desk { served: [Arc::clone(&inner)].into(), inner, named: false })
    }
}

impl Desk {
    /// A place among those who follow the feed, until it is dropped.
    pub(crate) fn follower_place(&self) -> Result<Taken, Problem> {
        self.inner.followers.take()
    }

    /// The last events as they are told.
    pub(crate) fn told(&self) -> &Told {
        &self.inner.told
    }

    /// Lets go of those who follow the feed, of every district, and of whoever comes after: the
    /// server goes. They resume elsewhere, or when it is back.
    pub fn end(&self) {
        for inner in self.served.iter() {
            inner.ending.send_replace(true);
        }
    }

    /// Answers when the server goes.
    pub(crate) async fn ended(&self) {
        // The sender lives as long as this desk does.
        drop(self.inner.ending.subscribe().wait_for(|ending| *ending).await);
    }

    /// Asks for everything to go back to how it began.
    pub(crate) fn reset(&self) {
        self.inner.resetting.send_replace(true);
    }

    /// Answers when somebody asks for everything to go back to how it began.
    pub async fn told_to_reset(&self) {
        // The sender lives as long as this desk does.
        drop(self.inner.resetting.subscribe().wait_for(|resetting| *resetting).await);
    }

    /// Makes ready to send events of this log to others; [`Self::start_sending`] begins.
    ///
    /// # Errors
    ///
    /// In words, when another process sends them, or it is not known how far they were taken.
    pub fn send_to(&self, webhooks: Webhooks) -> Result<(), String> {
        let couriers = Couriers::new(self, webhooks)?;
        self.inner.couriers.set(couriers).map_err(|_| "events are sent already".to_owned())
    }

    /// Sends what is to be sent, until the server goes.
    pub fn start_sending(&self) {
        for courier in self.couriers() {
            drop(tokio::spawn(Arc::clone(courier).run()));
        }
    }

    /// Sends what is due now, by the clock of the log.
    pub async fn send_now(&self) {
        for courier in self.couriers() {
            courier.turn().await;
        }
    }

    /// Hands the events of this log on to a stream, until the server goes.
    ///
    /// # Errors
    ///
    /// In words, when another process hands them on, or it is not known how far it came.
    #[cfg(feature = "nats")]
    pub fn hand_to(&self, relay: crate::Relay) -> Result<(), String> {
        let runner = crate::relay::Runner::new(self, relay)?;
        drop(tokio::spawn(runner.run()));
        Ok(())
    }

    /// Who sends.
    pub(crate) fn couriers(&self) -> &[Arc<Courier>] {
        self.inner.couriers.get().map_or(&[], Couriers::all)
    }

    /// Who sends to this webhook.
    pub(crate) fn courier(&self, id: &str) -> Result<&Arc<Courier>, Problem> {
        let found = self.couriers().iter().find(|courier| courier.id() == id);
        found.ok_or_else(|| Problem::absent(format!("webhook {id}")))
    }

    /// This desk, for as long as others hold it.
    pub(crate) fn distant(&self) -> Distant {
        Distant(Arc::downgrade(&self.inner))
    }
}
