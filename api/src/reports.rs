//! Reports over a log as it is served: found, checked, and run for somebody, who reaches by a
//! report what he sees of registers and nothing else.

mod catalog;
mod instant;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Occurred, Position, shanghai_day};
use fugong_domain::{
    Principal, UnitCode,
    act::REGIME,
    regime::Regime,
    registers::{GUARDED, Line, Table, table, tables, withhold},
    reports::READY,
};
use fugong_engine::Filter;
use fugong_report::{Finding, Lines, Plan, Sheet, Stand as Stood, WrongParameter, check};
use serde_json::Value;

use crate::{
    desk::{Desk, trouble},
    history::History,
    look::{Stand, last_moment},
    looks::rows::{Held, keep_in_sight, standing, unreadable},
    problem::Problem,
    sight::{self, Reach},
};

use catalog::{Registers, Schema};

/// The unit that hands reports up where nobody else is named: 区经信委.
const COMMISSION: &str = "eic";

/// The reports of a log.
#[derive(Debug, Clone, Copy)]
pub struct Reports<'a> {
    desk: &'a Desk,
    /// For whom; nobody else than who holds the database and its keys if it is none.
    reader: Option<&'a Principal>,
}

/// A report that can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name in addresses and commands.
    pub id: String,
    /// Its definition.
    pub text: String,
    /// Whether it is a register as it stands, under every one of its columns.
    pub instant: bool,
}

/// Every report: the ready ones, then one for each register.
pub fn known() -> Vec<Known> {
    let ready = READY.iter().map(|(id, text)| Known {
        id: (*id).to_owned(),
        text: (*text).to_owned(),
        instant: false,
    });
    let instant = tables().iter().map(|table| Known {
        id: table.relation.name.to_owned(),
        text: instant::definition(&table.relation, true),
        instant: true,
    });
    ready.chain(instant).collect()
}

/// The report of this name.
pub fn named(id: &str) -> Option<Known> {
    known().into_iter().find(|known| known.id == id)
}

/// What is wrong with a definition, if anything is; else what it comes to. `opens` says whether
/// whoever runs it may read words about persons.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn checked(text: &str, opens: bool) -> Result<Plan, Vec<Finding>> {
    check(text, &Schema, opens)
}

/// When a report stands: what is known, and for which day of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    known: Position,
    /// The instant asked for, if it has passed; else so late as the last event is known.
    as_of: Option<DateTime<Utc>>,
    on: Date,
}

impl When {
    /// After the event at `known`, as it was printed then.
    pub fn at(known: Position, as_of: DateTime<Utc>, on: Date) -> Self {
        Self { known, as_of: Some(as_of), on }
    }
}

/// What is wrong with a report that somebody wants to run.
#[derive(Debug)]
pub enum NotRun {
    /// Its definition.
    Definition(Vec<Finding>),
    /// What was chosen.
    Parameter(WrongParameter),
    /// The log or its registers.
    Problem(Problem),
}

impl From<Problem> for NotRun {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl<'a> Reports<'a> {
    /// The reports of a desk's log for who holds its database and keys.
    pub fn of(desk: &'a Desk) -> Self {
        Self { desk, reader: None }
    }

    /// The same for somebody.
    pub(crate) fn seen_by(desk: &'a Desk, who: &'a Principal) -> Self {
        Self { desk, reader: Some(who) }
    }

    /// Whether the reader may read words about persons in a register.
    fn opens(self, table: &Table) -> bool {
        let kind = if table.relation.name.starts_with("r9") { "support" } else { table.source };
        self.reader.is_none_or(|who| sight::opens(who, kind))
    }

    /// A report by its name, as far as the reader may see it: a register as it stands is without
    /// the columns that he may not read.
    pub fn named(self, id: &str) -> Option<Known> {
        let known = named(id)?;
        let Some(table) = table(id).filter(|table| known.instant && !self.opens(table)) else {
            return Some(known);
        };
        Some(Known { text: instant::definition(&table.relation, false), ..known })
    }

    /// A definition, checked for the reader.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn checked(self, text: &str) -> Result<Plan, Vec<Finding>> {
        // Whether words are opened depends on the registers that it reads.
        let plan = checked(text, true)?;
        let opens = |name: &str| table(name).is_none_or(|table| self.opens(table));
        if plan.registers().all(opens) { Ok(plan) } else { checked(text, false) }
    }

    /// When a report stands: as known by an instant or a day, after an event by its position, or
    /// now; of a day of the world, by default that of the instant.
    ///
    /// # Errors
    ///
    /// `INVALID_FIELD` when the text names no moment of the log.
    pub async fn when(self, as_of: Option<&str>, true_on: Option<Date>) -> Result<When, Problem> {
        let log = self.desk.log();
        let (now, today) = (log.now(), shanghai_day(log.now()));
        let Some(text) = as_of else {
            return Ok(When { known: log.head(), as_of: None, on: true_on.unwrap_or(today) });
        };
        let known = History::of(self.desk).known_by(text).await?;
        // A position names no instant.
        let asked = text.parse::<Occurred>().ok();
        Ok(When {
            known,
            as_of: asked.map(last_moment).filter(|moment| *moment < now),
            on: true_on.or(asked.map(|it| it.day().min(today))).unwrap_or(today),
        })
    }

    /// A report as it stands then.
    ///
    /// # Errors
    ///
    /// [`NotRun`], saying what is wrong.
    pub async fn run(
        self,
        (id, text): (&str, &str),
        when: When,
        given: &BTreeMap<String, String>,
    ) -> Result<Sheet, NotRun> {
        let plan = self.checked(text).map_err(NotRun::Definition)?;
        let chosen = plan.chosen(given).map_err(NotRun::Parameter)?;
        let mut lines = Lines::new();
        for (register, day) in plan.needs(when.on) {
            let Some(table) = table(register) else { continue };
            let stand = Stand { at: Some(when.known), on: day };
            lines.insert((table.relation.name, day), Arc::new(self.lines(table, stand).await?));
        }
        let regime = self.regime().await?;
        let registers = Registers { regime: &regime, on: when.on };
        let made = plan.run(when.on, &chosen, &lines, &registers);
        let made = made.map_err(|failure| unreadable(&failure))?;
        let stand = self.stood(when, &regime).await?;
        Ok(Sheet::of(id, &plan, made, chosen, stand))
    }

    /// The lines of a register that the reader may see, with what he may read opened.
    async fn lines(self, table: &'static Table, stand: Stand) -> Result<Vec<Line>, Problem> {
        let held: Held = standing(self.desk, table.source, stand).await?;
        let lines = self.desk.views().lines(table, &held.rows, stand.on);
        let mut lines = lines.map_err(|failure| unreadable(&failure))?.to_vec();
        let guarded = table.relation.columns.iter().any(|column| GUARDED.contains(&column.name));
        if guarded && self.reader.is_some_and(|who| !sight::sees_small_figures(who)) {
            withhold(&mut lines);
        }
        let mut seen: Vec<&Line> = lines.iter().collect();
        if let Some(who) = self.reader {
            keep_in_sight(self.desk, &mut seen, table, who, &held).await?;
        }
        let opens = self.opens(table);
        let shown = seen.into_iter().map(|line| {
            let members = line.iter();
            let opened = |value: &Value| self.desk.opened(value.clone(), opens);
            members.map(|(name, value)| (name.clone(), opened(value))).collect()
        });
        Ok(shown.collect())
    }

    async fn regime(self) -> Result<Regime, Problem> {
        let copied = |regime: &Regime, _| regime.clone();
        self.desk.log().read::<Regime, _>(REGIME, copied).await.map_err(trouble)
    }

    /// When the last event up to a position was recorded: so late is what a report knows.
    async fn recorded_at(self, position: Position) -> Result<DateTime<Utc>, Problem> {
        let log = self.desk.log();
        let before = Position(position.0.saturating_sub(1));
        let last = log.events(before, 1, &Filter::default()).await.map_err(trouble)?;
        Ok(last.first().map_or_else(|| log.now(), |event| event.recorded_at))
    }

    async fn stood(
        self,
        When { known, as_of, on: true_on }: When,
        regime: &Regime,
    ) -> Result<Stood, Problem> {
        let log = self.desk.log();
        let as_of = match as_of {
            Some(as_of) => as_of,
            None => self.recorded_at(known).await?,
        };
        let root = log.root(known.0).await.map_err(trouble)?;
        let hex = |root: [u8; 32]| root.map(|byte| format!("{byte:02x}")).concat();
        let unit = match self.reader {
            Some(who) => who.unit.clone(),
            None => COMMISSION.parse().map_err(|_| Problem::unavailable("no unit eic"))?,
        };
        Ok(Stood {
            as_of,
            true_on,
            position: known.0,
            root: root.map(hex),
            district: regime.units().name.clone().unwrap_or_else(|| log.id().to_string()),
            log: u64::from(log.id().0),
            unit: unit_name(regime, &unit, true_on),
            reach: reach(self.reader).to_owned(),
        })
    }
}

fn unit_name(regime: &Regime, unit: &UnitCode, on: Date) -> String {
    let found = regime.units().at(unit, on);
    found.map_or_else(|_| unit.to_string(), |found| found.short().to_owned())
}

fn reach(reader: Option<&Principal>) -> &'static str {
    match reader.map(sight::reach) {
        None | Some(Reach::District) => "全区",
        Some(Reach::Area) => "本单位辖区",
        Some(Reach::Own) => "本企业",
    }
}
