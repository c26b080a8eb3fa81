//! A report that is run: what it needs is read for its reader, and a sheet is made of that.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Position, shanghai_day};
use fugong_domain::{
    Principal, UnitCode,
    act::REGIME,
    enterprise::Enterprise,
    regime::Regime,
    registers::{GUARDED, Line, Table, table, withhold},
};
use fugong_engine::Filter;
use fugong_report::{
    Beside, LaidDown, Lines, Literal, Plan, Reader, Sheet, Stand as Stood, Table as Made,
};
use serde_json::Value;

use super::{
    Known, NotRun, Reports, Times, When,
    catalog::{ENTERPRISES, Enterprises, Registers},
    is_guarded,
};
use crate::{
    desk::trouble,
    look::{Stand, hex},
    looks::rows::{Held, is_for_all, keep_in_sight, standing_for, unname, unreadable},
    problem::Problem,
    record::typed,
    sight::{self, Reach},
};

/// The unit that hands reports up where nobody else is named: 区经信委.
const COMMISSION: &str = "eic";
/// After so many lines others have their turn, and whoever waits for them hears of it.
const TURN: usize = 1_000;

/// How far a report has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Course {
    /// How many lines of registers have been read.
    pub read: u64,
    /// How many lines have been written, of how many, once it has come so far.
    pub written: Option<(u64, u64)>,
}

/// Hears how far a report has come.
pub type Told<'a> = &'a (dyn Fn(Course) + Send + Sync);

/// Everything that a report is made of: nothing more is read.
#[derive(Debug)]
pub struct Prepared {
    id: String,
    plan: Plan,
    chosen: BTreeMap<String, Literal>,
    regime: Regime,
    stand: Stood,
    own: Moment,
    beside: Option<Moment>,
}

/// The lines of one moment.
#[derive(Debug)]
struct Moment {
    when: When,
    lines: Lines,
}

impl Prepared {
    /// The report.
    ///
    /// # Errors
    ///
    /// When the rows are not what this program writes.
    pub fn sheet(self) -> Result<Sheet, Problem> {
        let mut table = self.table(&self.own)?;
        if let Some(beside) = &self.beside {
            let (own, other) = called(&self.own.when, &beside.when);
            table = table.beside(&self.table(beside)?, (&own, &other));
        }
        Ok(Sheet::of(&self.id, &self.plan, table, self.chosen, self.stand))
    }

    fn table(&self, Moment { when, lines }: &Moment) -> Result<Made, Problem> {
        let registers = Registers { regime: &self.regime, on: when.on, enterprises: None };
        let made = self.plan.run(when.on, &self.chosen, lines, &registers);
        made.map_err(|failure| unreadable(&failure))
    }
}

/// What two moments are called beside each other: by the day that they show, or, if that is the
/// same, by what was known.
fn called(own: &When, other: &When) -> (String, String) {
    if own.on == other.on {
        let known = |when: &When| format!("日志前 {} 个事件", when.known);
        (known(own), known(other))
    } else {
        (own.on.to_string(), other.on.to_string())
    }
}

impl Reports<'_> {
    /// A report as it stands then.
    ///
    /// # Errors
    ///
    /// [`NotRun`], saying what is wrong.
    pub async fn run(
        self,
        known: &Known,
        times: impl Into<Times>,
        given: &BTreeMap<String, String>,
    ) -> Result<Sheet, NotRun> {
        let prepared = self.prepared(known, times.into(), given, &|_| ()).await?;
        Ok(prepared.sheet()?)
    }

    /// Reads what a report needs, and tells how many lines it has read.
    ///
    /// # Errors
    ///
    /// [`NotRun`], saying what is wrong.
    pub async fn prepared(
        self,
        known: &Known,
        Times { when, beside }: Times,
        given: &BTreeMap<String, String>,
        told: Told<'_>,
    ) -> Result<Prepared, NotRun> {
        let plan = self.readable(known)?;
        if beside.is_some() && !plan.is_grouped() {
            return Err(NotRun::ListBeside);
        }
        let (regime, mut read) = (self.regime(when.known).await?, 0);
        let chosen = self.chosen(&plan, given, (&regime, when)).await?;
        let own = self.moment(&plan, when, (&mut read, told)).await?;
        let mut stand = self.stood(&plan, when, &regime).await?;
        stand.withheld = self.withholds_of(&plan) && plan.shows(GUARDED);
        stand.laid_down = known.defined.as_ref().map(|it| LaidDown {
            version: it.version,
            at: it.at,
            by: unit_called(&regime, &it.unit, shanghai_day(it.at)),
        });
        let beside = match beside {
            None => None,
            Some(other) => {
                stand.beside = Some(self.other(other).await?);
                Some(self.moment(&plan, other, (&mut read, told)).await?)
            }
        };
        Ok(Prepared { id: known.id.clone(), plan, chosen, regime, stand, own, beside })
    }

    /// What was chosen, as registers have it, whether by that or by what it is called.
    pub(super) async fn chosen(
        self,
        plan: &Plan,
        given: &BTreeMap<String, String>,
        (regime, when): (&Regime, When),
    ) -> Result<BTreeMap<String, Literal>, NotRun> {
        let enterprises = if plan.asks_for(given, &ENTERPRISES) {
            Some(self.enterprises(when).await?)
        } else {
            None
        };
        let registers = Registers { regime, on: when.on, enterprises: enterprises.as_ref() };
        let coded = plan.coded(given.clone(), &registers);
        coded.and_then(|given| plan.chosen(&given)).map_err(NotRun::Parameter)
    }

    /// The enterprises that the reader may see.
    async fn enterprises(self, when: When) -> Result<Enterprises, Problem> {
        let of = table("r12").ok_or_else(|| Problem::unavailable("no register r12"))?;
        let stand = Stand { at: Some(when.known), on: when.on };
        let held: Held = standing_for(self.desk, of, stand).await?;
        let reader = self.reader.cloned();
        Ok(Enterprises { listing: held.listing(self.desk)?, reader })
    }

    async fn moment(
        self,
        plan: &Plan,
        when: When,
        (read, told): (&mut u64, Told<'_>),
    ) -> Result<Moment, Problem> {
        let mut lines = Lines::new();
        for (register, day) in plan.needs(when.on) {
            let Some(table) = table(register) else { continue };
            let stand = Stand { at: Some(when.known), on: day };
            let found = self.lines(table, stand, (read, told)).await?;
            lines.insert((table.relation.name, day), Arc::new(found));
        }
        Ok(Moment { when, lines })
    }

    /// The lines of a register that the reader may see, with what he may read opened.
    async fn lines(
        self,
        table: &'static Table,
        stand: Stand,
        (read, told): (&mut u64, Told<'_>),
    ) -> Result<Vec<Line>, Problem> {
        let held: Held = standing_for(self.desk, table, stand).await?;
        let lines = self.desk.views().lines(table, &held.rows, stand.on);
        let mut lines = lines.map_err(|failure| unreadable(&failure))?;
        if let Some(who) = self.reader {
            lines = unname(self.desk, lines, table, who).await?;
        }
        let mut lines = lines.to_vec();
        if is_guarded(table) && self.withholds(table) {
            let withheld = withhold(table, &held.rows, stand.on, &mut lines);
            withheld.map_err(|failure| unreadable(&failure))?;
        }
        let mut seen: Vec<&Line> = lines.iter().collect();
        if let Some(who) = self.reader {
            keep_in_sight(self.desk, &mut seen, table, who, &held).await?;
        }
        let opens = self.opens(table);
        let mut shown = Vec::with_capacity(seen.len());
        for part in seen.chunks(TURN) {
            let opened = |value: &Value| self.desk.opened(value.clone(), opens);
            shown.extend(part.iter().map(|line| line.map(opened)));
            *read = read.saturating_add(u64::try_from(part.len()).unwrap_or_default());
            told(Course { read: *read, written: None });
            tokio::task::yield_now().await;
        }
        Ok(shown)
    }

    /// The rules as they were known, by which codes are called what they were called then.
    pub(super) async fn regime(self, known: Position) -> Result<Regime, Problem> {
        let at = (known < self.desk.log().head()).then_some(known);
        Ok(typed::<Regime>(self.desk, REGIME, at).await?.0)
    }

    /// What an enterprise was called then; none before it was listed.
    async fn called(self, id: &str, known: Position) -> Result<Option<String>, Problem> {
        let at = (known < self.desk.log().head()).then_some(known);
        let listed = typed::<Enterprise>(self.desk, id, at).await?.0;
        Ok(listed.entry().map(|entry| entry.name.clone()))
    }

    /// When the last event up to a position was recorded: so late is what a report knows.
    pub(super) async fn recorded_at(self, position: Position) -> Result<DateTime<Utc>, Problem> {
        let log = self.desk.log();
        let before = Position(position.0.saturating_sub(1));
        let last = log.events(before, 1, &Filter::default()).await.map_err(trouble)?;
        Ok(last.first().map_or_else(|| log.now(), |event| event.recorded_at))
    }

    async fn other(self, when: When) -> Result<Beside, Problem> {
        Ok(Beside {
            as_of: self.knows_until(when).await?,
            true_on: when.on,
            position: when.known.0,
            root: self.root(when.known).await?,
        })
    }

    async fn knows_until(self, when: When) -> Result<DateTime<Utc>, Problem> {
        match when.as_of {
            Some(as_of) => Ok(as_of),
            None => self.recorded_at(when.known).await,
        }
    }

    async fn root(self, known: Position) -> Result<Option<String>, Problem> {
        let root = self.desk.log().root(known.0).await.map_err(trouble)?;
        Ok(root.map(|root| hex(&root)))
    }

    async fn stood(self, plan: &Plan, when: When, regime: &Regime) -> Result<Stood, Problem> {
        let log = self.desk.log();
        let unit = match self.reader {
            Some(who) => who.unit.clone(),
            None => COMMISSION.parse().map_err(|_| Problem::unavailable("no unit eic"))?,
        };
        let called = match unit.enterprise() {
            Some(id) => self.called(&id.to_string(), when.known).await?,
            None => None,
        };
        let called = || called.unwrap_or_else(|| unit_name(regime, &unit, when.on));
        Ok(Stood {
            as_of: self.knows_until(when).await?,
            true_on: when.on,
            position: when.known.0,
            root: self.root(when.known).await?,
            district: regime.units().name.clone().unwrap_or_else(|| log.id().to_string()),
            log: u64::from(log.id().0),
            unit: self.unit.map_or_else(called, str::to_owned),
            reach: reach(self.reader, plan).to_owned(),
            reader: self
                .reader
                .map(|who| Reader { role: who.role.code().to_owned(), unit: who.unit.to_string() }),
            withheld: false,
            laid_down: None,
            beside: None,
        })
    }
}

fn unit_name(regime: &Regime, unit: &UnitCode, on: Date) -> String {
    let found = regime.units().at(unit, on);
    found.map_or_else(|_| unit.to_string(), |found| found.short().to_owned())
}

/// The same for a code as an event holds it.
fn unit_called(regime: &Regime, code: &str, on: Date) -> String {
    code.parse().map_or_else(|_| code.to_owned(), |unit| unit_name(regime, &unit, on))
}

/// Of how much the figures are: what is the same for every reader is of the whole district.
fn reach(reader: Option<&Principal>, plan: &Plan) -> &'static str {
    let for_all = plan.registers().filter_map(table).all(is_for_all);
    match reader.filter(|_| !for_all).map(sight::reach) {
        None | Some(Reach::District) => "全区",
        Some(Reach::Area) => "本单位辖区",
        Some(Reach::Own) => "本企业",
    }
}
