//! Credit.

mod command;
mod event;

pub use command::Command;
pub use event::{Event, Involved};

use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// Where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit;

impl Credit {
    /// What `command` makes happen, or why it is refused.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] names the rule that stands in the way.
    pub fn decide(&self, _command: Command) -> Result<Vec<Event>, Refusal> {
        Ok(Vec::new())
    }

    /// Where things stand once `event` has happened. Events are facts: this never fails.
    fn evolve(&self, _event: &Event) -> Self {
        self.clone()
    }
}

impl Aggregate for Credit {
    const TYPE: &'static str = "credit";
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
        *self = self.evolve(&event);
    }
}
