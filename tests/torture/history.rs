//! What a log holds, read to its end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A log without a gap, and what has to follow from it.
pub(super) struct History {
    /// Every event, in order.
    pub(super) events: Vec<Line>,
    /// A timer for each difficulty that somebody has to solve, in order.
    pub(super) timers: Vec<String>,
}

/// An event, as far as order is concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    /// Where it stands in the log.
    pub(super) position: u64,
    event_id: String,
    aggregate: [String; 2],
    sequence: u64,
}

impl Line {
    /// An event as the program shows it.
    pub(super) fn of(event: &Value) -> Self {
        Self {
            position: text(event, "position").parse().unwrap(),
            event_id: text(event, "event_id"),
            aggregate: [text(event, "aggregate_type"), text(event, "aggregate_id")],
            sequence: event["sequence"].as_u64().unwrap(),
        }
    }
}

impl History {
    /// Reads what `fugong export events` wrote: positions and sequences have no gap, no event is
    /// there twice, and no policy has raised a task twice.
    pub(super) fn read(exported: &str) -> Self {
        let mut events = Vec::new();
        let mut timers = BTreeSet::new();
        let mut ids = BTreeSet::new();
        let mut sequences: BTreeMap<[String; 2], u64> = BTreeMap::new();
        let mut reasons = BTreeSet::new();
        for (line, position) in exported.lines().zip(1..) {
            let event: Value = serde_json::from_str(line).unwrap();
            let line = Line::of(&event);
            assert_eq!(line.position, position);
            assert!(ids.insert(line.event_id.clone()), "{event}");
            let sequence = sequences.entry(line.aggregate.clone()).or_default();
            *sequence += 1;
            assert_eq!(line.sequence, *sequence, "{event}");
            if event["event_type"] == "support-assigned" {
                timers.insert(format!("support/{}", line.aggregate[1]));
            }
            if event["event_type"] == "task-raised" {
                // Each enterprise is listed, plans and resumes once: each reason comes once.
                let data = &event["data"];
                let reason = [text(data, "kind"), text(data, "enterprise"), text(data, "subject")];
                assert!(reasons.insert(reason), "raised twice: {event}");
            }
            events.push(line);
        }
        Self { events, timers: timers.into_iter().collect() }
    }

    /// Everything acknowledged is where it was said to be: `events` of a receipt each.
    pub(super) fn holds(&self, acknowledged: &[Value]) {
        let places: BTreeMap<_, _> =
            self.events.iter().map(|line| (line.event_id.as_str(), line.position)).collect();
        for event in acknowledged.iter().flat_map(|events| events.as_array().unwrap()) {
            let place = places.get(text(event, "event_id").as_str()).map(u64::to_string);
            assert_eq!(place, Some(text(event, "position")), "{event} was acknowledged");
        }
    }
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("{member} of {value}")).to_owned()
}
