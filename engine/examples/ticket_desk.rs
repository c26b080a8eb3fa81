//! A repair desk: plain cqrs-es aggregates with a register, a policy and a timer.
//! Run it with `cargo run -p fugong-engine --example ticket_desk`.
#![expect(clippy::print_stdout, clippy::wildcard_imports, reason = "an example shows what it does")]
#![expect(clippy::arithmetic_side_effects, reason = "its dates are near")]

use chrono::{DateTime, Duration, Utc};
use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use fugong_engine::{ClockMode, Engine, Options, Order, core::*};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible as Never, error::Error, sync::Arc};

/// A thing brought in for repair: the aggregate, as cqrs-es has it.
#[derive(Default, Serialize, Deserialize)]
struct Ticket {
    open: bool,
}

#[derive(Clone, Serialize, Deserialize)]
enum Command {
    Bring(String),
    Fetch,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Event {
    Brought { what: String },
    Fetched,
}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        match self {
            Self::Brought { .. } => "ticket-brought".to_owned(),
            Self::Fetched => "ticket-fetched".to_owned(),
        }
    }
    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Ticket {
    const TYPE: &'static str = "ticket";
    type Command = Command;
    type Event = Event;
    type Error = Never;
    type Services = ();
    async fn handle(&mut self, c: Command, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        let event = match c {
            Command::Bring(what) if !self.open => Event::Brought { what },
            Command::Fetch if self.open => Event::Fetched,
            Command::Bring(_) | Command::Fetch => return Ok(()),
        };
        sink.write(event, self).await;
        Ok(())
    }
    fn apply(&mut self, event: Event) {
        self.open = event != Event::Fetched;
    }
}

/// The register of what is on the shelf: one row a ticket.
struct Shelf;

impl Register for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }
    fn version(&self) -> u32 {
        1
    }
    fn relations(&self) -> &[Relation] {
        &[Relation { name: "shelf", label_zh: "架上", label_en: "on the shelf", columns: &[] }]
    }
    fn keys(&self, event: &Recorded) -> Keys {
        Keys(vec![("shelf", event.aggregate_id.to_string())])
    }
    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        match &*event.payload_as::<Event>()? {
            Event::Brought { what } => rows.put("shelf", &*event.aggregate_id, what)?,
            Event::Fetched => rows.delete("shelf", &event.aggregate_id),
        }
        Ok(())
    }
}

/// The policy: what nobody fetches within a week is given away, by a timer.
struct Patience;

impl Policy for Patience {
    fn name(&self) -> &'static str {
        "patience"
    }
    fn react(&self, _: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let key = event.aggregate_id.to_string();
        Ok(match &*event.payload_as::<Event>()? {
            Event::Brought { .. } => {
                let intent = Intent::new(&GiveAway(key.clone()))?;
                vec![Reaction::At { key, due: event.recorded_at + Duration::days(7), intent }]
            }
            Event::Fetched => vec![Reaction::Forget { key }],
        })
    }
}

/// What the timer does, decided when it falls due.
#[derive(Serialize, Deserialize)]
struct GiveAway(String);

impl Act for GiveAway {
    const KIND: &'static str = "give-away";
    type Refusal = Never;
    fn subject(&self) -> Ref {
        Ref::to::<Ticket>(&self.0)
    }
    fn envelope(&self) -> Envelope {
        Envelope::default()
    }
    fn decide<F: Facts>(
        &self,
        _: DateTime<Utc>,
        _: &mut F,
    ) -> Result<Decision<Never>, Stop<Never>> {
        Ok(Decision::of([Touch::new::<Ticket>(&self.0, Command::Fetch)]))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (folder, start) = (tempfile::tempdir()?, DateTime::UNIX_EPOCH);
    let clock = ClockMode::Simulated { start, seed: 1 };
    let options = Options { clock, ..Options::new(folder.path().join("desk.db"), LogId(1)) };
    let engine = Engine::builder().aggregate::<Ticket>(()).acts::<GiveAway>();
    let log = engine.register(Arc::new(Shelf)).policy(Arc::new(Patience)).open(options).await?;
    for (id, ticket, ask) in [
        ("1", "lamp", Command::Bring("a lamp".to_owned())),
        ("2", "chair", Command::Bring("a chair".to_owned())),
        ("3", "lamp", Command::Fetch),
        ("3", "lamp", Command::Fetch), // a repeat gets the first receipt
    ] {
        let order = Order { command_id: id.to_owned(), ..Order::default() };
        let receipt = log.execute::<Ticket>(ticket, ask, order, Envelope::default()).await?;
        println!("{id}: {ticket} at {}, repeat: {}", receipt.position, receipt.replayed);
    }
    log.advance(start + Duration::days(8)).await?;
    println!("on the shelf: {:?}", log.rows("shelf", None).await?.rows.all::<String>("shelf")?);
    log.close().await;
    Ok(())
}
