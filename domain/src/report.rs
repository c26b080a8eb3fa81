//! 报表: a definition that the district lays down for itself, beside the ready ones.
//!
//! What a definition may say, and what is wrong with one, is not known here: whoever lays it down has
//! had it checked. It is kept whole, so that a report of any moment is run by the definition of then.

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::{Digest, Refusal, codes::ReportState};

/// Where the definition of one name stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Report {
    /// The district laid none down; a ready report may have the name.
    #[default]
    NotDefined,
    /// It is what is run under the name.
    InUse(Definition),
    /// It is run no more (停用); what it was run for can be run again as of then.
    Withdrawn(Definition),
}

/// A definition as it was laid down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// What the report is called.
    pub title: String,
    /// Its text, in TOML, byte by byte.
    pub text: String,
    /// The digest of that.
    pub sha256: Digest,
}

impl Report {
    /// What `command` makes happen.
    ///
    /// # Errors
    ///
    /// None today: whose name it may have is decided where the others are known.
    pub fn decide(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        Ok(match (self, command) {
            (Self::InUse(known), Command::Define { definition, .. }) if *known == definition => {
                Vec::new()
            }
            (_, Command::Define { definition, .. }) => vec![Event::Defined(definition)],
            (Self::InUse(_), Command::Withdraw { reason }) => vec![Event::Withdrawn { reason }],
            (Self::NotDefined | Self::Withdrawn(_), Command::Withdraw { .. }) => Vec::new(),
        })
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(self, event: Event) -> Self {
        match (self, event) {
            (_, Event::Defined(definition)) => Self::InUse(definition),
            (Self::InUse(known), Event::Withdrawn { .. }) => Self::Withdrawn(known),
            (other, Event::Withdrawn { .. }) => other,
        }
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> ReportState {
        match self {
            Self::NotDefined => ReportState::NotDefined,
            Self::InUse(_) => ReportState::InUse,
            Self::Withdrawn(_) => ReportState::Withdrawn,
        }
    }
}

impl Aggregate for Report {
    const TYPE: &'static str = "report";
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
