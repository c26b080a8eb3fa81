//! 接口密钥: lets a program in, for a unit, in a role, for some operations, until a day.
//!
//! Its text is told once and kept nowhere; what is kept is its digest. A key that is exchanged for
//! another goes on for a while, so that the program can be told the new one in peace.

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use chrono::{DateTime, NaiveDate as Date, Utc};
use cqrs_es::{Aggregate, event_sink::EventSink};
use fugong_core::shanghai_day;
use serde::{Deserialize, Serialize};

use crate::{
    Digest, Refusal, UnitCode,
    codes::{ApiKeyState, Role},
};

/// Where a key stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ApiKey {
    /// Nobody was given it.
    #[default]
    NotIssued,
    /// It lets in, until its day.
    InUse(Key),
    /// It lets nobody in any more (停用).
    Withdrawn(Key),
}

/// What a key lets in, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// What it was issued for.
    pub grant: Grant,
    /// The digest of its text.
    pub sha256: Digest,
    /// Its last day.
    pub expires_on: Date,
    /// The text before it, which still lets in for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Former>,
}

/// A text that another was put in the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// Its digest.
    pub sha256: Digest,
    /// Until when it lets in.
    pub until: DateTime<Utc>,
}

/// What a key is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What has it, in a few words: a program, never a person.
    pub label: String,
    /// The unit for which it acts.
    pub unit: UnitCode,
    /// In which role.
    pub role: Role,
    /// Whether it only reads.
    pub read_only: bool,
    /// The operations it is for, by their ids; all that the role may where none is named.
    pub operations: Vec<String>,
}

impl Grant {
    /// Whether it is for an operation, which reads or does not.
    pub fn covers(&self, operation: &str, reads: bool) -> bool {
        let named = self.operations.is_empty() || self.operations.iter().any(|it| it == operation);
        named && (reads || !self.read_only)
    }
}

impl ApiKey {
    /// What `command` makes happen.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` when one that was withdrawn is to be exchanged.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        Ok(match (self, command) {
            (Self::NotIssued, Command::Issue { grant, sha256, expires_on }) => {
                vec![Event::Issued { grant, sha256, expires_on }]
            }
            (Self::InUse(_) | Self::Withdrawn(_), Command::Issue { .. })
            | (Self::NotIssued, Command::Rotate { .. })
            | (Self::NotIssued | Self::Withdrawn(_), Command::Withdraw { .. }) => Vec::new(),
            (Self::InUse(_), Command::Rotate { sha256, expires_on, former_until }) => {
                vec![Event::Rotated { sha256, expires_on, former_until }]
            }
            (Self::InUse(_), Command::Withdraw { reason }) => vec![Event::Withdrawn { reason }],
            (Self::Withdrawn(_), Command::Rotate { .. }) => {
                let problem = "this key was withdrawn; issue another".to_owned();
                return Err(Refusal::InvalidField { pointer: "id".to_owned(), problem });
            }
        })
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        match (self, event) {
            (_, Event::Issued { grant, sha256, expires_on }) => {
                Self::InUse(Key { grant, sha256, expires_on, former: None })
            }
            (Self::InUse(key), Event::Rotated { sha256, expires_on, former_until }) => {
                let former = Some(Former { sha256: key.sha256, until: former_until });
                Self::InUse(Key { sha256, expires_on, former, ..key })
            }
            (Self::InUse(key), Event::Withdrawn { .. }) => Self::Withdrawn(key),
            (other, Event::Rotated { .. } | Event::Withdrawn { .. }) => other,
        }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> ApiKeyState {
        match self {
            Self::NotIssued => ApiKeyState::NotIssued,
            Self::InUse(_) => ApiKeyState::InUse,
            Self::Withdrawn(_) => ApiKeyState::Withdrawn,
        }
    }

    /// What the text with this digest lets in at `now`, if anything.
    pub fn opens(&self, sha256: &Digest, now: DateTime<Utc>) -> Option<&Grant> {
        let Self::InUse(key) = self else { return None };
        let former = key.former.as_ref().filter(|former| now < former.until);
        let known = key.sha256 == *sha256 || former.is_some_and(|former| former.sha256 == *sha256);
        (known && shanghai_day(now) <= key.expires_on).then_some(&key.grant)
    }
}

impl Aggregate for ApiKey {
    const TYPE: &'static str = "api-key";
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
