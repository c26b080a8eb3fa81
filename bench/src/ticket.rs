//! The work that both sides do: a ticket with a life of 10 commands and 16 events.

use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View, event_sink::EventSink};
use fugong_core::{Failure, Keys, Reads, Recorded, Register, Relation, Rows};
use serde::{Deserialize, Serialize};

/// A ticket: how much was done to it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Ticket {
    steps: u64,
    text: String,
}

/// One step.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Which step of the life, from 0.
    pub(crate) number: u64,
}

/// What a step leaves, about 260 bytes as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Done {
    /// A step was taken.
    Stepped { number: u64, note: String },
    /// Six steps of ten say something more.
    Noted { number: u64, note: String },
}

/// No step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("never")]
pub(crate) struct Never;

impl DomainEvent for Done {
    fn event_type(&self) -> String {
        match self {
            Self::Stepped { .. } => "ticket-stepped",
            Self::Noted { .. } => "ticket-noted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Aggregate for Ticket {
    const TYPE: &'static str = "ticket";
    type Command = Step;
    type Event = Done;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, step: Step, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        let note = "x".repeat(210);
        sink.write(Done::Stepped { number: step.number, note: note.clone() }, self).await;
        if step.number.checked_rem(10).unwrap_or_default() < 6 {
            sink.write(Done::Noted { number: step.number, note }, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Done) {
        self.steps = self.steps.saturating_add(1);
        let (Done::Stepped { note, .. } | Done::Noted { note, .. }) = event;
        self.text = note;
    }
}

/// One row a ticket: how many events it has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Count {
    events: u64,
    last: String,
}

impl View<Ticket> for Count {
    fn update(&mut self, event: &EventEnvelope<Ticket>) {
        self.events = self.events.saturating_add(1);
        self.last = event.payload.event_type();
    }
}

/// The same row, kept by the engine.
#[derive(Debug)]
pub(crate) struct Counts;

impl Register for Counts {
    fn name(&self) -> &'static str {
        "counts"
    }

    fn version(&self) -> u32 {
        1
    }

    fn relations(&self) -> &[Relation] {
        &[Relation { name: "counts", label_zh: "计数", label_en: "counts", columns: &[] }]
    }

    fn reads(&self) -> Reads {
        Reads::Head
    }

    fn keys(&self, event: &Recorded) -> Keys {
        Keys(vec![("counts", event.aggregate_id.to_string())])
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        let mut row: Count = rows.get("counts", &event.aggregate_id)?.unwrap_or_default();
        row.events = row.events.saturating_add(1);
        row.last = event.event_type.to_string();
        rows.put("counts", &*event.aggregate_id, &row)
    }
}
