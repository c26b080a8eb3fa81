//! A view of cqrs-es is kept as a register, and events of older versions are read by upcasters,
//! while their stored bytes stay.

use std::sync::Arc;

use cqrs_es::{
    Aggregate, DomainEvent, EventEnvelope, View,
    event_sink::EventSink,
    persist::{EventUpcaster, SerializedEvent},
};
use fugong_engine::{
    Builder, Engine, Log, Order, ViewRegister,
    core::{Envelope, Position, Relation},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Kitchen;
use crate::{
    jars::{Command, Event, Jar, TooFew},
    kitchen::{Setup, ask, beans, events},
};

/// Old events of jars as they were stored, and what they say in the words of today.
const GOLDEN: &str = include_str!("../golden/beans-put-0.json");

/// What was ever put into a jar, by whom last, and by which event.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tally {
    put: u64,
    by: String,
    last: usize,
}

impl View<Jar> for Tally {
    fn update(&mut self, event: &EventEnvelope<Jar>) {
        if let Event::Put(n) = event.payload {
            self.put += n;
        }
        self.by.clone_from(&event.metadata["actor_id"]);
        self.last = event.sequence;
    }
}

fn tally() -> ViewRegister<Tally, Jar> {
    let table = Relation { name: "tally", label_zh: "计数", label_en: "tally", columns: &[] };
    ViewRegister::new(table, 1)
}

async fn tallies(log: &Log) -> Vec<(String, Tally)> {
    log.rows("tally", None).await.unwrap().rows.all("tally").unwrap()
}

/// "Added", with a number or without, is what "Put" was called in version 0.
struct FromZero;

impl EventUpcaster for FromZero {
    fn can_upcast(&self, event_type: &str, event_version: &str) -> bool {
        (event_type, event_version) == ("beans-put", "0")
    }

    fn upcast(&self, mut event: SerializedEvent) -> SerializedEvent {
        let beans = event.payload["Added"].get("beans").cloned().unwrap_or(json!(1));
        event.payload = json!({ "Put": beans });
        "1".clone_into(&mut event.event_version);
        event
    }
}

/// A jar as the first program knew it: its events are stored as they are given.
#[derive(Debug, Default, Serialize, Deserialize)]
struct FirstJar;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct FirstEvent(Value);

impl DomainEvent for FirstEvent {
    fn event_type(&self) -> String {
        "beans-put".to_owned()
    }

    fn event_version(&self) -> String {
        "0".to_owned()
    }
}

impl Aggregate for FirstJar {
    const TYPE: &'static str = Jar::TYPE;
    type Command = FirstEvent;
    type Event = FirstEvent;
    type Error = TooFew;
    type Services = ();

    async fn handle(
        &mut self,
        event: FirstEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), TooFew> {
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, _event: FirstEvent) {}
}

/// The golden file: stored text, and what it is read as.
fn golden() -> Vec<(String, Value)> {
    let lines: Vec<Value> = serde_json::from_str(GOLDEN).unwrap();
    lines.iter().map(|it| (it["stored"].as_str().unwrap().to_owned(), it["now"].clone())).collect()
}

/// Lets the first program store the golden events, in one jar each.
async fn store_old(kitchen: &Kitchen) {
    let first = Engine::builder().aggregate::<FirstJar>(());
    let log = first.open(kitchen.options(false)).await.unwrap();
    for (n, (stored, _)) in golden().iter().enumerate() {
        let event = FirstEvent(serde_json::from_str(stored).unwrap());
        let order = Order { command_id: format!("old{n}"), ..Order::default() };
        let envelope = Envelope { actor_id: "first".to_owned(), ..Envelope::default() };
        log.execute::<FirstJar>(&format!("jar{n}"), event, order, envelope).await.unwrap();
    }
    log.close().await;
}

fn today(view: ViewRegister<Tally, Jar>) -> Builder {
    Engine::builder()
        .aggregate::<Jar>(())
        .upcaster::<Jar>(Box::new(FromZero))
        .register(Arc::new(view))
}

#[tokio::test]
async fn a_view_is_a_row_an_aggregate_and_each_event_is_in_it_once() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default().register(tally())).await;
    for n in 1..=9 {
        ask(&log, &format!("{n}"), if n % 3 == 0 { "y" } else { "x" }, Command::Put(n)).await.unwrap();
    }
    ask(&log, "take", "x", Command::Take(4)).await.unwrap();
    crate::pots::step(&log, "pot", "x", crate::pots::Step::Add(1)).await.unwrap();
    log.settle().await.unwrap();
    let tally = |put, last| Tally { put, by: "cook".to_owned(), last };
    let expected = [("x".to_owned(), tally(27, 7)), ("y".to_owned(), tally(18, 3))];
    assert_eq!(tallies(&log).await, expected);
    assert_eq!(log.rows("tally", None).await.unwrap().position, Position(11));
    assert_eq!(log.rebuild("tally").await.unwrap().differences, []);
}

#[tokio::test]
async fn every_golden_event_of_an_old_version_is_read_as_today_and_stays_as_it_was() {
    let kitchen = Kitchen::new();
    store_old(&kitchen).await;
    let log = today(tally().upcaster(Box::new(FromZero))).open(kitchen.options(false)).await.unwrap();
    for (n, ((stored, now), event)) in golden().iter().zip(events(&log).await).enumerate() {
        assert_eq!((&*event.payload, &*event.event_version), (stored.as_str(), "0"));
        let put = now["Put"].as_u64().unwrap();
        let jar = format!("jar{n}");
        assert_eq!(beans(&log, &jar).await, put);
        let tally = Tally { put, by: "first".to_owned(), last: 1 };
        assert_eq!(tallies(&log).await[n], (jar, tally));
    }
    assert_eq!(log.damage().await.unwrap(), None);
}

#[tokio::test]
async fn a_view_without_the_upcaster_sets_the_old_ones_apart_and_shows_the_others() {
    let kitchen = Kitchen::new();
    store_old(&kitchen).await;
    let log = today(tally().setting_apart()).open(kitchen.options(false)).await.unwrap();
    let order = Order { command_id: "new".to_owned(), ..Order::default() };
    let envelope = Envelope { actor_id: "cook".to_owned(), ..Envelope::default() };
    log.execute::<Jar>("new", Command::Put(2), order, envelope).await.unwrap();
    log.settle().await.unwrap();
    let new = Tally { put: 2, by: "cook".to_owned(), last: 1 };
    assert_eq!(tallies(&log).await, [("new".to_owned(), new)]);
    let apart = log.rows("tally", None).await.unwrap().apart;
    assert_eq!(apart.iter().map(|it| &*it.key).collect::<Vec<_>>(), ["jar0", "jar1", "jar2"]);
}
