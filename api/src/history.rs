//! The history replayed: of one aggregate, of an enterprise, of a register, of the district.
//!
//! Two clocks are never mixed. A position says what was *known*: it is reached by what was recorded
//! up to it. A day says what was *true* in the world, as known there. Both are named in every
//! answer, and nothing here is computed otherwise than what stands is: it is the same fold.

mod between;
mod called;
mod facts;
mod otherwise;
mod steps;
mod why;

use std::{fmt, str::FromStr};

use chrono::NaiveDate as Date;
use fugong_core::{Occurred, Position, Recorded, shanghai_day};
use fugong_domain::{
    EnterpriseId, Kind,
    act::REGIME,
    regime::Regime,
    registers::{Line, Table, table, tables, withhold},
};
use fugong_engine::Filter;
use serde_json::{Map, Value, json};

use crate::{
    counts,
    desk::{Desk, trouble},
    look::last_moment,
    operations::Passes,
    problem::Problem,
    record, replay,
    timeline::{about, said},
};

pub(crate) use called::word;
pub use facts::{Fact, Place, Stands, UnknownPlace};
pub(crate) use otherwise::lives;
pub use otherwise::{Differently, Otherwise, Treated, WhatIf};
pub use steps::Step;
pub use why::{Ground, Why};

/// What is looked back at.
#[derive(Debug, Clone)]
pub enum Whose {
    /// The whole district.
    District,
    /// A register, by its table.
    Register(&'static Table),
    /// An enterprise with all that it has: its entry, production, plan, seats, credit record, and
    /// whatever is about it.
    Enterprise(EnterpriseId),
    /// One aggregate.
    Thing(Kind, String),
}

/// A text that names nothing that can be looked back at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is nothing to look back at; send district, register/r7, enterprise/CODE, or a kind of \
     aggregate with an id, such as rectification/ID"
)]
pub struct UnknownWhose(String);

/// Where an answer stands on the two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// What was known: everything up to this event.
    pub known: Position,
    /// The day of the world.
    pub true_on: Date,
}

/// An event with its sentence.
#[derive(Debug, Clone)]
pub struct Told {
    /// The event.
    pub event: Recorded,
    /// Who, when, on what authority, what; in Chinese, without words about persons.
    pub sentence: String,
}

/// The history of a log, to be read again.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    desk: &'a Desk,
    /// Whether small figures, which may point at persons, are shown.
    small_figures: bool,
}

impl FromStr for Whose {
    type Err = UnknownWhose;

    fn from_str(text: &str) -> Result<Self, UnknownWhose> {
        let unknown = || UnknownWhose(text.to_owned());
        let (kind, id) = text.split_once('/').unwrap_or((text, ""));
        match (kind, id) {
            ("district", _) => Ok(Self::District),
            (_, "") => Err(unknown()),
            ("register", name) => table(name).map(Self::Register).ok_or_else(unknown),
            ("enterprise", code) => code.parse().map(Self::Enterprise).map_err(|_| unknown()),
            (kind, id) => {
                let kind = Kind::from_code(kind).ok_or_else(unknown)?;
                Ok(Self::Thing(kind, id.to_owned()))
            }
        }
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::District => f.write_str("district"),
            Self::Register(table) => write!(f, "register/{}", table.relation.name),
            Self::Enterprise(id) => write!(f, "enterprise/{id}"),
            Self::Thing(kind, id) => write!(f, "{}/{id}", kind.code()),
        }
    }
}

impl<'a> History<'a> {
    /// The history of a desk's log, small figures included.
    pub fn of(desk: &'a Desk) -> Self {
        Self { desk, small_figures: true }
    }

    /// The same without figures that are so small that they point at persons.
    #[must_use]
    pub(crate) fn without_small_figures(self) -> Self {
        Self { small_figures: false, ..self }
    }

    /// The present: what is known now, of today.
    pub fn now(&self) -> Moment {
        let log = self.desk.log();
        Moment { known: log.head(), true_on: shanghai_day(log.now()) }
    }

    /// The position that a text names: a number, or an instant or a day by which it was recorded.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` when it names none.
    pub async fn known_by(&self, text: &str) -> Result<Position, Problem> {
        let log = self.desk.log();
        if text.bytes().all(|c| c.is_ascii_digit()) {
            let at = text.parse().map(Position).ok().filter(|at| *at <= log.head());
            let why = || format!("the log has no position {text}");
            return at.ok_or_else(|| Problem::naming("MOMENT_UNKNOWN", "", why()));
        }
        let asked: Occurred = text.parse().map_err(|why| Problem::invalid("", why))?;
        log.as_of(last_moment(asked)).await.map_err(trouble)
    }

    /// What is sealed in `value`, opened.
    pub fn opened(&self, value: Value) -> Value {
        self.desk.opened(value, true)
    }

    /// Whether everything comes out again as it stands: each stored act decided again, each event
    /// hashed anew, each register compared with a fold from the first event.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn verify(&self) -> Result<Value, Problem> {
        replay::verified(self.desk, &Passes::default()).await
    }

    /// What happened, in order, after `after` and up to the moment's position, at most `limit`; and
    /// the position up to which was looked, if there is more. To a register happens what changes
    /// its rows for the moment's day.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn timeline(
        &self,
        whose: &Whose,
        after: Position,
        upto: Moment,
        limit: usize,
    ) -> Result<(Vec<Told>, Option<Position>), Problem> {
        if matches!(whose, Whose::Register(_)) {
            let (steps, more) = self.steps(whose, after, upto, limit).await?;
            return Ok((steps.into_iter().map(|step| step.told).collect(), more));
        }
        let told = self.happened(whose, (after, upto.known), limit).await?;
        let more = told.last().map(|told| told.event.position).filter(|_| limit <= told.len());
        Ok((told, more))
    }

    /// The events that are about it; of a register, all of them.
    async fn happened(
        &self,
        whose: &Whose,
        (after, upto): (Position, Position),
        limit: usize,
    ) -> Result<Vec<Told>, Problem> {
        let log = self.desk.log();
        let upto = Some(upto);
        let filter = match whose {
            Whose::District | Whose::Register(_) => Filter { upto, ..Filter::default() },
            Whose::Enterprise(id) => {
                let (aggregates, _) = about(self.desk, id).await?;
                Filter { aggregates: Some(aggregates), upto, ..Filter::default() }
            }
            Whose::Thing(kind, id) => {
                let aggregate = Some((kind.code().to_owned(), id.clone()));
                Filter { aggregate, upto, ..Filter::default() }
            }
        };
        let events = log.events(after, limit, &filter).await.map_err(trouble)?;
        self.told(events).await
    }

    /// Events with their sentences.
    pub(crate) async fn told(&self, events: Vec<Recorded>) -> Result<Vec<Told>, Problem> {
        let (regime, _) = record::typed::<Regime>(self.desk, REGIME, None).await?;
        let tell = |event: Recorded| Told { sentence: said(&event, &regime), event };
        Ok(events.into_iter().map(tell).collect())
    }

    /// How it stood: what was true on a day, as known at a position. What is sealed stays sealed;
    /// null where nothing had happened yet.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn as_of(&self, whose: &Whose, moment: Moment) -> Result<Value, Problem> {
        match whose {
            Whose::Thing(kind, id) => self.thing(*kind, id, moment.known).await,
            Whose::Enterprise(id) => self.enterprise(id, moment).await,
            Whose::Register(table) => Ok(json!(self.lines(table, moment).await?)),
            Whose::District => {
                let mut registers = Map::new();
                for table in tables() {
                    let lines = self.lines(table, moment).await?;
                    registers.insert(table.relation.name.to_owned(), json!(lines));
                }
                Ok(Value::Object(registers))
            }
        }
    }

    /// One aggregate.
    pub(crate) async fn thing(
        &self,
        kind: Kind,
        id: &str,
        known: Position,
    ) -> Result<Value, Problem> {
        let found = record::of(self.desk, kind.code(), id, Some(known)).await?;
        let mut state = found.map_or(Value::Null, |(state, _)| state);
        if kind == Kind::Epidemic && !self.small_figures {
            counts::withhold(&mut state);
        }
        Ok(state)
    }

    /// An enterprise: its aggregates, and its line of the dossiers, which is of the day.
    async fn enterprise(&self, id: &EnterpriseId, moment: Moment) -> Result<Value, Problem> {
        let mut whole = Map::new();
        for kind in [Kind::Enterprise, Kind::Resumption, Kind::Plan, Kind::Posting, Kind::Credit] {
            let id = if kind == Kind::Credit { id.whole() } else { id.clone() };
            let state = self.thing(kind, &id.to_string(), moment.known).await?;
            whole.insert(kind.code().to_owned(), state);
        }
        if whole.values().all(Value::is_null) {
            return Ok(Value::Null);
        }
        let dossier = match table("r12") {
            Some(table) => self.lines(table, moment).await?,
            None => Vec::new(),
        };
        let own = |line: &Line| {
            line.get("enterprise").and_then(Value::as_str) == Some(&id.whole().to_string())
        };
        whole.insert("dossier".to_owned(), json!(dossier.into_iter().find(own)));
        Ok(Value::Object(whole))
    }

    /// The lines of a register.
    pub(crate) async fn lines(&self, table: &Table, moment: Moment) -> Result<Vec<Line>, Problem> {
        let (known, wants) = (Some(moment.known), table.reads(moment.true_on));
        let rows = self.desk.log().rows_with(table.source, known, &wants).await.map_err(trouble)?;
        if let Some(why) = rows.stuck.filter(|_| rows.position < moment.known) {
            let source = table.source;
            return Err(Problem::unavailable(format!("{source} stands still: {why}")));
        }
        let unreadable = |failure| Problem::unavailable(format!("rows cannot be read: {failure}"));
        let mut lines = (table.lines)(&rows.rows, moment.true_on).map_err(unreadable)?;
        if !self.small_figures {
            withhold(table, &rows.rows, moment.true_on, &mut lines).map_err(unreadable)?;
        }
        Ok(lines)
    }
}
