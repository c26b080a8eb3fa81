//! What a desk sends out of itself: to those who follow its feed, and to webhooks.

use std::sync::{Arc, OnceLock, Weak};

use super::{Desk, Inner};
use crate::{
    feed::Told,
    places::Taken,
    problem::Problem,
    webhooks::{Courier, Couriers, Hosts, Webhooks},
};

/// What is said where nothing is sent from.
const NOBODY: &str = "nobody is sent to from here: whoever runs the server names the hosts that may \
    be sent to in a file and starts it with --webhooks FILE; of several processes, ask the one that \
    sends";

/// Whom a desk sends to, and whom it would let be sent to.
#[derive(Debug, Default)]
pub(super) struct Outward {
    couriers: OnceLock<Couriers>,
    hosts: OnceLock<Hosts>,
}

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

    /// Lets webhooks be created at these hosts although nothing is sent from here: for whoever plays
    /// acts of others. Whoever sends goes by his own settings.
    pub fn allow_hosts<T: Into<String>>(&self, hosts: impl IntoIterator<Item = T>) {
        let hosts = Hosts::new(hosts.into_iter().map(Into::into).collect(), false);
        // What was said first holds.
        drop(self.inner.outward.hosts.set(hosts));
    }

    /// That a webhook may be created at this address.
    pub(crate) fn check_receiver(&self, url: &str) -> Result<(), Problem> {
        let hosts = self.sending().map(Couriers::hosts).or(self.inner.outward.hosts.get());
        let hosts = hosts.ok_or_else(|| Problem::unfit("/url", NOBODY))?;
        hosts.address(url).map(drop).map_err(|why| Problem::unfit("/url", why))
    }

    /// Makes ready to send events of this log to others; [`Self::start_sending`] begins.
    ///
    /// # Errors
    ///
    /// In words, when another process sends them, or it is not known how far they were taken.
    pub fn send_to(&self, webhooks: Webhooks) -> Result<(), String> {
        let couriers = Couriers::new(self, webhooks)?;
        self.inner.outward.couriers.set(couriers).map_err(|_| "events are sent already".to_owned())
    }

    /// Sends what is to be sent, until the server goes.
    pub fn start_sending(&self) {
        drop(tokio::spawn(Couriers::start(self.distant())));
    }

    /// Sends what is due now, by the clock of the log.
    pub async fn send_now(&self) {
        match self.couriers().await {
            Ok(couriers) => {
                for courier in couriers {
                    courier.turn().await;
                }
            }
            Err(problem) => tracing::warn!(%problem, "nothing is sent"),
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

    /// What sends, if this process does.
    pub(crate) fn sending(&self) -> Option<&Couriers> {
        self.inner.outward.couriers.get()
    }

    /// Who sends.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` when the log cannot be read.
    pub(crate) async fn couriers(&self) -> Result<Vec<Arc<Courier>>, Problem> {
        match self.sending() {
            Some(couriers) => couriers.all(self).await,
            None => Ok(Vec::new()),
        }
    }

    /// Who sends to this webhook.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when this process does not.
    pub(crate) async fn courier(&self, id: &str) -> Result<Arc<Courier>, Problem> {
        let found = self.couriers().await?.into_iter().find(|courier| courier.id() == id);
        found.ok_or_else(|| Problem::absent(format!("webhook {id} that this process sends to")))
    }

    /// This desk, for as long as others hold it.
    pub(crate) fn distant(&self) -> Distant {
        Distant(Arc::downgrade(&self.inner))
    }
}
