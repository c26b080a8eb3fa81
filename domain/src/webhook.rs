//! 推送地址: where another platform is sent what happens, for a unit, in the role of whoever created it.
//!
//! What is sent is signed with a secret that sender and receiver share. It is told once. What signs
//! needs it again, so that it is kept, sealed, in a text that nothing shows opened. A secret that is
//! exchanged for another signs beside it for a while, so that the receiver can be told in peace.

mod command;
mod event;
mod secret;

pub use command::Command;
pub use event::Event;
pub use secret::SealedSecret;

use chrono::{DateTime, Utc};
use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{
    EnterpriseId, Refusal, UnitCode,
    codes::{Role, WebhookState, codes},
};

codes! {
    /// How much is sent of an event. Words about persons never are.
    Payload {
        /// That it happened, and where it is read.
        Thin = "thin",
        /// What it says.
        Full = "full",
    }
}

/// Where a receiver stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Webhook {
    /// Nobody created it.
    #[default]
    NotCreated,
    /// It is sent what happens.
    InUse(Receiver),
    /// It is sent nothing any more (停用).
    Disabled(Receiver),
}

/// Who is sent what, and with which secrets that is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// Where, and what.
    pub subscription: Subscription,
    /// What signs.
    pub sealed_secret: SealedSecret,
    /// What signed before it, and still does for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Former>,
}

/// A secret that another was put in the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// It.
    pub sealed_secret: SealedSecret,
    /// Until when it signs.
    pub until: DateTime<Utc>,
}

/// Where is sent to, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Who is there, in a few words: a program, never a person.
    pub label: String,
    /// The address.
    pub url: String,
    /// How much is sent of an event.
    pub payload: Payload,
    /// Only these types of events; all where none is named.
    pub types: Vec<String>,
    /// Only what is about this enterprise, if one is named.
    pub enterprise: Option<EnterpriseId>,
    /// The unit of whoever created it.
    pub unit: UnitCode,
    /// His role: whose rights say what is told.
    pub role: Role,
}

impl Receiver {
    /// The secrets that sign at `now`, the newest first.
    pub fn secrets(&self, now: DateTime<Utc>) -> impl Iterator<Item = &SealedSecret> {
        let former = self.former.as_ref().filter(|former| now < former.until);
        [&self.sealed_secret].into_iter().chain(former.map(|former| &former.sealed_secret))
    }
}

impl Webhook {
    /// What `command` makes happen.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` when the secret of one that was disabled is to be exchanged.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        Ok(match (self, command) {
            (Self::NotCreated, Command::Create { subscription, sealed_secret }) => {
                vec![Event::Created { subscription, sealed_secret }]
            }
            (Self::InUse(_) | Self::Disabled(_), Command::Create { .. })
            | (Self::NotCreated, Command::Rotate { .. })
            | (Self::NotCreated | Self::Disabled(_), Command::Disable { .. }) => Vec::new(),
            (Self::InUse(_), Command::Rotate { sealed_secret, former_until }) => {
                vec![Event::Rotated { sealed_secret, former_until }]
            }
            (Self::InUse(_), Command::Disable { reason }) => vec![Event::Disabled { reason }],
            (Self::Disabled(_), Command::Rotate { .. }) => {
                let problem = "this webhook was disabled; create another".to_owned();
                return Err(Refusal::InvalidField { pointer: "id".to_owned(), problem });
            }
        })
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        match (self, event) {
            (_, Event::Created { subscription, sealed_secret }) => {
                Self::InUse(Receiver { subscription, sealed_secret, former: None })
            }
            (Self::InUse(receiver), Event::Rotated { sealed_secret, former_until }) => {
                let former = Former { sealed_secret: receiver.sealed_secret, until: former_until };
                Self::InUse(Receiver { sealed_secret, former: Some(former), ..receiver })
            }
            (Self::InUse(receiver), Event::Disabled { .. }) => Self::Disabled(receiver),
            (other, Event::Rotated { .. } | Event::Disabled { .. }) => other,
        }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> WebhookState {
        match self {
            Self::NotCreated => WebhookState::NotCreated,
            Self::InUse(_) => WebhookState::InUse,
            Self::Disabled(_) => WebhookState::Disabled,
        }
    }

    /// Who is or was sent what, once it was created.
    pub fn receiver(&self) -> Option<&Receiver> {
        match self {
            Self::NotCreated => None,
            Self::InUse(receiver) | Self::Disabled(receiver) => Some(receiver),
        }
    }
}

impl Aggregate for Webhook {
    const TYPE: &'static str = "webhook";
    type Command = Command;
    type Event = Event;
    type Error = Refusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        *self = std::mem::take(self).evolve(event);
    }
}
