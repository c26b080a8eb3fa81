//! Acts as text, as policies and timers give them.

use std::{future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use chrono::{DateTime, Utc};
use fugong_core::{Act, Intent};
use tokio::sync::Notify;

use crate::{
    Error, Order,
    ask::Acted,
    desk::Desk,
    policies::{Outcome, Performer},
    rehearsal::{Decided, World},
};

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Runs stored acts of one kind.
pub(crate) trait Runs: Send + Sync {
    fn run<'a>(
        &'a self,
        desk: &'a Desk,
        body: &'a str,
        order: Order,
        decided: &'a Notify,
    ) -> Running<'a>;

    /// Decides such an act on the states of `world`; nothing is written to a log.
    fn rehearse<'a>(
        &'a self,
        world: &'a mut World<'_>,
        body: &'a str,
        now: DateTime<Utc>,
    ) -> Pin<Box<dyn Future<Output = Decided> + Send + 'a>>;
}

/// Runs acts of the type `X`.
pub(crate) struct Acts<X>(PhantomData<fn() -> X>);

impl<X> Acts<X> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<X: Act> Runs for Acts<X> {
    fn run<'a>(
        &'a self,
        desk: &'a Desk,
        body: &'a str,
        order: Order,
        decided: &'a Notify,
    ) -> Running<'a> {
        Box::pin(async move {
            let act: X = match serde_json::from_str(body) {
                Ok(act) => act,
                Err(error) => {
                    return Outcome::Broken(format!("{} cannot be read: {error}", X::KIND));
                }
            };
            match desk.carry_out(Acted { act: &act, keys: None }, order, Some(decided)).await {
                Ok(receipt) if receipt.events.is_empty() => Outcome::Nothing,
                Ok(receipt) => Outcome::Appended(receipt.position),
                Err(Error::Refused(refusal)) => Outcome::Refused(refusal.to_string()),
                Err(
                    broken @ (Error::KeyReused
                    | Error::TooLarge { .. }
                    | Error::NotText
                    | Error::Conflict { .. }),
                ) => Outcome::Broken(broken.to_string()),
                Err(
                    later @ (Error::InFlight
                    | Error::Overloaded
                    | Error::Unavailable(_)
                    | Error::Corrupt(_)
                    | Error::Timeout),
                ) => Outcome::Later(later.to_string()),
            }
        })
    }

    fn rehearse<'a>(
        &'a self,
        world: &'a mut World<'_>,
        body: &'a str,
        now: DateTime<Utc>,
    ) -> Pin<Box<dyn Future<Output = Decided> + Send + 'a>> {
        Box::pin(async move {
            match serde_json::from_str::<X>(body) {
                Ok(act) => world.decide(&act, now).await,
                Err(error) => Decided::Unknown(format!("{} cannot be read: {error}", X::KIND)),
            }
        })
    }
}

impl Performer for Desk {
    fn perform<'a>(&'a self, intent: &'a Intent, order: Order, decided: &'a Notify) -> Running<'a> {
        Box::pin(async move {
            match self.acts.get(intent.kind.as_str()).map(Arc::clone) {
                Some(acts) => acts.run(self, &intent.body, order, decided).await,
                None => Outcome::Broken(format!(
                    "acts of kind {:?} are not known here: name them to Builder::acts",
                    intent.kind
                )),
            }
        })
    }
}
