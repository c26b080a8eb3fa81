//! A little world to try the engine on: jars of beans.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use fugong_engine::core::{
    Act, Column, Consequences, Decision, Envelope, Facts, Failure, Intent, KeyDeed, Keys, Personal,
    Policy, Reaction, Recorded, Ref, Register, Relation, Rows, Stop, Touch,
};
use serde::{Deserialize, Serialize};

/// A jar of beans.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Jar {
    pub(crate) beans: u64,
}

/// What is done with a jar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Command {
    Put(u64),
    Take(u64),
    Spoil,
    Label(Personal),
}

/// What happened to a jar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    Put(u64),
    Taken(u64),
    Spoiled(u64),
    Labelled(Personal),
}

/// Too few beans.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("there are only {0} beans")]
pub(crate) struct TooFew(pub u64);

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        match self {
            Self::Put(_) => "beans-put",
            Self::Taken(_) => "beans-taken",
            Self::Spoiled(_) => "beans-spoiled",
            Self::Labelled(_) => "jar-labelled",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Jar {
    const TYPE: &'static str = "jar";
    type Command = Command;
    type Event = Event;
    type Error = TooFew;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), TooFew> {
        let event = match command {
            Command::Put(n) => Event::Put(n),
            Command::Take(n) if n <= self.beans => Event::Taken(n),
            Command::Take(_) => return Err(TooFew(self.beans)),
            Command::Spoil if self.beans == 0 => return Ok(()),
            Command::Spoil => Event::Spoiled(self.beans),
            Command::Label(name) => Event::Labelled(name),
        };
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Put(n) => self.beans += n,
            Event::Taken(n) | Event::Spoiled(n) => self.beans -= n,
            Event::Labelled(_) => {}
        }
    }
}

/// Asks for something to be done with a jar.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) jar: String,
    pub(crate) command: Command,
}

impl Ask {
    pub(crate) fn new(jar: &str, command: Command) -> Self {
        Self { jar: jar.to_owned(), command }
    }
}

impl Act for Ask {
    const KIND: &'static str = "ask";
    type Refusal = TooFew;

    fn subject(&self) -> Ref {
        Ref::to::<Jar>(&self.jar)
    }

    fn envelope(&self) -> Envelope {
        Envelope { actor_id: "cook".to_owned(), ..Envelope::default() }
    }

    fn decide<F: Facts>(
        &self,
        _now: DateTime<Utc>,
        _facts: &mut F,
    ) -> Result<Decision<TooFew>, Stop<TooFew>> {
        Ok(Decision::of([Touch::new::<Jar>(&self.jar, self.command.clone())]))
    }
}

/// Puts so many beans into a jar, and nobody is to use what was sealed under the jar's name.
pub(crate) const RESTRICTS: u64 = 77;
/// Puts so many, and it may be used again.
pub(crate) const UNRESTRICTS: u64 = 78;

/// Spoiling a jar destroys the key under its name.
pub(crate) const JARS: Consequences = Consequences {
    kind: "jar",
    of: |event| {
        Ok(match &*event.payload_as::<Event>()? {
            Event::Spoiled(_) => Some(KeyDeed::Destroy),
            Event::Put(RESTRICTS) => Some(KeyDeed::Restrict),
            Event::Put(UNRESTRICTS) => Some(KeyDeed::Unrestrict),
            Event::Put(_) | Event::Taken(_) | Event::Labelled(_) => None,
        })
    },
};

/// A jar in the register.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) beans: u64,
    pub(crate) events: u64,
}

/// The register of jars: one row a jar, those that are empty, and their sum.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    /// The version of its fold.
    pub(crate) version: u32,
    /// It cannot read a taking of so many.
    pub(crate) fails_at: Option<u64>,
}

const COLUMNS: &[Column] = &[];

const fn relation(name: &'static str) -> Relation {
    Relation { name, label_zh: "罐", label_en: "jars", columns: COLUMNS }
}

static RELATIONS: [Relation; 3] = [relation("jar"), relation("empty"), relation("sum")];

impl Register for Stock {
    fn name(&self) -> &str {
        if self.fails_at.is_some() { "picky" } else { "stock" }
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn relations(&self) -> &[Relation] {
        &RELATIONS
    }

    /// Only some of what it wants, so that the rest is fetched on the way.
    fn keys(&self, event: &Recorded) -> Keys {
        Keys(vec![("jar", event.aggregate_id.to_string())])
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        let happened = event.payload_as::<Event>()?;
        if let (Event::Taken(n), Some(fails_at)) = (&*happened, self.fails_at)
            && *n == fails_at
        {
            return Err(Failure(format!("{n} cannot be read")));
        }
        let jar = &*event.aggregate_id;
        let mut row: Row = rows.get("jar", jar)?.unwrap_or_default();
        let mut sum: Row = rows.get("sum", "all")?.unwrap_or_default();
        match *happened {
            Event::Put(n) => (row.beans, sum.beans) = (row.beans + n, sum.beans + n),
            Event::Taken(n) | Event::Spoiled(n) => {
                (row.beans, sum.beans) = (row.beans - n, sum.beans - n);
            }
            Event::Labelled(_) => {}
        }
        row.events += 1;
        if row.beans == 0 {
            rows.put("empty", jar, &row.events)?;
        } else {
            rows.delete("empty", jar);
        }
        // Counted by looking at all of them, so that whole ranges are fetched too.
        let empty = rows.range::<u64>("empty", "")?.len();
        sum.events = event.position.0;
        rows.put("sum", "empty", &empty)?;
        rows.put("sum", "all", &sum)?;
        rows.put("jar", jar, &row)
    }
}

/// What the register should hold, told from the events in another way.
pub(crate) fn told(events: &[Recorded]) -> BTreeMap<String, Row> {
    let mut jars: BTreeMap<String, Row> = BTreeMap::new();
    for event in events {
        let row = jars.entry(event.aggregate_id.to_string()).or_default();
        let mut jar = Jar { beans: row.beans };
        jar.apply(serde_json::from_str(&event.payload).unwrap());
        *row = Row { beans: jar.beans, events: row.events + 1 };
    }
    jars
}

/// Every row as text, for comparing.
pub(crate) fn texts(rows: &Rows) -> Vec<(String, String, String)> {
    let row = |name: &'static str| {
        let texts = rows.texts(name).unwrap().into_iter();
        texts.map(move |(key, row)| (name.to_owned(), key.to_owned(), row.to_owned()))
    };
    RELATIONS.iter().flat_map(|relation| row(relation.name)).collect()
}

/// Puts ten beans into a jar that fell below three.
#[derive(Debug)]
pub(crate) struct Refill;

impl Policy for Refill {
    fn name(&self) -> &'static str {
        "refill"
    }

    fn react(&self, state: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let mut jar: Jar = state.get("jar", &event.aggregate_id)?.unwrap_or_default();
        let happened = event.payload_as::<Event>()?;
        jar.apply((*happened).clone());
        state.put("jar", &*event.aggregate_id, &jar)?;
        let low = matches!(*happened, Event::Taken(_)) && jar.beans < 3;
        let put = || Intent::new(&Ask::new(&event.aggregate_id, Command::Put(10)));
        Ok(if low { vec![Reaction::Do(put()?)] } else { Vec::new() })
    }
}

/// Beans spoil an hour after the last were put in, unless all were taken before.
#[derive(Debug)]
pub(crate) struct Spoil;

impl Policy for Spoil {
    fn name(&self) -> &'static str {
        "spoil"
    }

    fn react(&self, state: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let mut jar: Jar = state.get("jar", &event.aggregate_id)?.unwrap_or_default();
        let happened = event.payload_as::<Event>()?;
        jar.apply((*happened).clone());
        state.put("jar", &*event.aggregate_id, &jar)?;
        let key = event.aggregate_id.to_string();
        Ok(match *happened {
            Event::Put(_) => {
                let intent = Intent::new(&Ask::new(&key, Command::Spoil))?;
                let due = event.recorded_at + Duration::hours(1);
                vec![Reaction::At { key, due, intent }]
            }
            Event::Taken(_) if jar.beans == 0 => vec![Reaction::Forget { key }],
            Event::Taken(_) | Event::Spoiled(_) | Event::Labelled(_) => Vec::new(),
        })
    }
}

/// Takes a hundred beans whenever some are put in.
#[derive(Debug)]
pub(crate) struct Greed;

impl Policy for Greed {
    fn name(&self) -> &'static str {
        "greed"
    }

    fn react(&self, _state: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let Event::Put(_) = *event.payload_as::<Event>()? else { return Ok(Vec::new()) };
        let take = Ask::new(&event.aggregate_id, Command::Take(100));
        Ok(vec![Reaction::Do(Intent::new(&take)?)])
    }
}
