//! Reports over a log as it is served: found, checked, and run for somebody, who reaches by a
//! report what he sees of registers and nothing else.

mod catalog;
mod defined;
mod run;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Occurred, Position, shanghai_day};
use fugong_domain::{
    Principal,
    registers::{GUARDED, Table, table, tables},
    reports::{READY, as_it_stands},
};
use fugong_report::{Finding, Plan, WrongParameter, check};

use crate::{
    desk::Desk,
    history::History,
    look::last_moment,
    looks::rows::{check_reach, is_for_all},
    problem::{Fault, Problem},
    sight,
};

use catalog::Schema;
use defined::{Book, Of};

pub use defined::Defined;
pub use run::{Course, Prepared, Told};

/// Whether a register holds figures that may point at persons.
fn is_guarded(table: &Table) -> bool {
    table.relation.columns.iter().any(|column| GUARDED.contains(&column.name))
}

/// The reports of a log.
#[derive(Debug, Clone, Copy)]
pub struct Reports<'a> {
    desk: &'a Desk,
    /// For whom; nobody else than who holds the database and its keys if it is none.
    reader: Option<&'a Principal>,
    /// Whether small figures that may point at persons are left out, whoever reads.
    withholds: bool,
    /// What the unit that hands reports up is called, if not as the reader's.
    unit: Option<&'a str>,
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
    /// How it was laid down, if it is the district's own.
    pub defined: Option<Defined>,
}

impl Known {
    /// A report of a definition that is not kept.
    pub fn of(id: String, text: String) -> Self {
        Self { id, text, instant: false, defined: None }
    }

    fn own(id: &str, defined: &Defined) -> Self {
        let text = defined.definition.text.clone();
        Self { defined: Some(defined.clone()), ..Self::of(id.to_owned(), text) }
    }
}

/// Every report of the program: the ready ones, then one for each register.
pub fn known() -> Vec<Known> {
    let ready = READY.iter().map(|(id, text)| Known::of((*id).to_owned(), (*text).to_owned()));
    let instant = tables().iter().map(|table| Known {
        instant: true,
        ..Known::of(table.relation.name.to_owned(), as_it_stands(&table.relation, true))
    });
    ready.chain(instant).collect()
}

/// The report of the program by this name.
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

/// The moments that a report shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it stands.
    pub when: When,
    /// The other moment, whose figures stand beside those.
    pub beside: Option<When>,
}

impl From<When> for Times {
    fn from(when: When) -> Self {
        Self { when, beside: None }
    }
}

impl When {
    /// What is known: up to this event.
    pub fn known(&self) -> Position {
        self.known
    }

    /// After the event at `known`, as it was printed then.
    pub fn at(known: Position, as_of: DateTime<Utc>, on: Date) -> Self {
        Self { known, as_of: Some(as_of), on }
    }
}

/// Why a list of rows is of one moment.
pub const LIST_BESIDE: &str =
    "逐条列出的报表没有可并列的指标；请改用分组汇总的报表，或分别生成两个日期的报表";

/// Why a report is of no moment before the first event.
const BEFORE_ALL: &str = "position 0 is before the first event and has no day: name an instant or \
    a day";

/// What is wrong with a report that somebody wants to run.
#[derive(Debug)]
pub enum NotRun {
    /// Its definition.
    Definition(Vec<Finding>),
    /// What was chosen.
    Parameter(WrongParameter),
    /// A list of rows has no figures that another moment could stand beside.
    ListBeside,
    /// The log or its registers.
    Problem(Problem),
}

/// Why a report is not run for somebody.
const COMPUTES_WITHHELD: &str = "the report filters, groups or computes by from_hubei, \
    in_observation or fever, of which small figures are not told to this role: show the columns \
    as they are, or have the report run by who looks after these persons";

impl From<Problem> for NotRun {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl<'a> Reports<'a> {
    /// The reports of a desk's log for who holds its database and keys.
    pub fn of(desk: &'a Desk) -> Self {
        Self { desk, reader: None, withholds: false, unit: None }
    }

    /// The same as a unit of this name hands them up, with small figures that may point at persons
    /// left out or not.
    #[must_use]
    pub fn handed_up(self, unit: Option<&'a str>, withholds: bool) -> Self {
        Self { withholds, unit, ..self }
    }

    /// The same for somebody.
    pub(crate) fn seen_by(desk: &'a Desk, who: &'a Principal) -> Self {
        Self { desk, reader: Some(who), withholds: false, unit: None }
    }

    /// The same for whoever ran a report, to run it again.
    #[must_use]
    pub fn run_by(self, who: &'a Principal) -> Self {
        Self::seen_by(self.desk, who)
    }

    /// Whether small figures of a register are left out for the reader.
    fn withholds(self, table: &Table) -> bool {
        let sees =
            if is_for_all(table) { sight::sees_small_sums } else { sight::sees_small_figures };
        self.withholds || self.reader.is_some_and(|who| !sees(who))
    }

    /// The same of any register of a report that holds such figures.
    fn withholds_of(self, plan: &Plan) -> bool {
        plan.registers().filter_map(table).any(|table| is_guarded(table) && self.withholds(table))
    }

    /// What a report comes to for the reader. In a ready one stands that words about persons are not
    /// shown to him.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with its definition.
    pub(crate) fn plan(self, known: &Known) -> Result<Plan, Vec<Finding>> {
        let ready = known.defined.is_none() && READY.iter().any(|(_, text)| *text == known.text);
        if ready { checked(&known.text, true) } else { self.checked(&known.text) }
    }

    /// A report as the reader may run it.
    ///
    /// # Errors
    ///
    /// [`NotRun::Definition`], and `ROLE_NOT_ALLOWED` where it would compute with small figures
    /// that are left out for the reader: sums of what is not there would be wrong.
    fn readable(self, known: &Known) -> Result<Plan, NotRun> {
        let plan = self.plan(known).map_err(NotRun::Definition)?;
        if self.withholds_of(&plan) && plan.rests_on(GUARDED) {
            return Err(Problem::new("ROLE_NOT_ALLOWED", COMPUTES_WITHHELD).into());
        }
        if let Some(who) = self.reader {
            plan.registers().filter_map(table).try_for_each(|table| check_reach(who, table))?;
        }
        Ok(plan)
    }

    /// Whether the reader may read words about persons in a register.
    fn opens(self, table: &Table) -> bool {
        let kind = if table.relation.name.starts_with("r9") { "support" } else { table.source };
        self.reader.is_none_or(|who| sight::opens(who, kind))
    }

    /// Every report as of a position: the district's own, each in the place of the ready one of
    /// its name if there is one, then the others.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn all(self, at: Position) -> Result<Vec<Known>, Problem> {
        let book = Book::read(self.desk, Of::All, at).await?;
        let mut all: Vec<_> = book.in_use().map(|(id, defined)| Known::own(id, defined)).collect();
        for known in known() {
            if !all.iter().any(|own| own.id == known.id) {
                all.push(self.shown(known));
            }
        }
        Ok(all)
    }

    /// What is run under a name as of a position: the district's own definition of then, the ready
    /// report, or the register as it stands; where there was none yet, the first that the district
    /// laid down since, so that a report can be run of the time before it.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn named(self, id: &str, at: Position) -> Result<Option<Known>, Problem> {
        let book = Book::read(self.desk, Of::Report(id), at).await?;
        if let Some((id, defined)) = book.in_use().next() {
            return Ok(Some(Known::own(id, defined)));
        }
        if let Some(known) = named(id) {
            return Ok(Some(self.shown(known)));
        }
        if book.knows(id) {
            return Ok(None);
        }
        let later = Book::read(self.desk, Of::Report(id), self.desk.log().head()).await?;
        Ok(later.first(id).map(|defined| Known::own(id, defined)))
    }

    /// The definition with this digest that was laid down under a name, at whatever time.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn with_hash(self, id: &str, sha256: &str) -> Result<Option<Known>, Problem> {
        let book = Book::read(self.desk, Of::Report(id), self.desk.log().head()).await?;
        Ok(book.with_hash(id, sha256).map(|defined| Known::own(id, defined)))
    }

    /// The definition that was laid down under a name as this version of its report.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn version(self, id: &str, version: u64) -> Result<Option<Known>, Problem> {
        let book = Book::read(self.desk, Of::Report(id), self.desk.log().head()).await?;
        Ok(book.version(id, version).map(|defined| Known::own(id, defined)))
    }

    /// A register as it stands is without the columns that the reader may not read.
    fn shown(self, known: Known) -> Known {
        match table(&known.id) {
            Some(table) if known.instant && !self.opens(table) => {
                Known { text: as_it_stands(&table.relation, false), ..known }
            }
            Some(_) | None => known,
        }
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

    /// Whether a report can be run like that.
    ///
    /// # Errors
    ///
    /// [`NotRun`], saying what is wrong.
    pub(crate) async fn check(
        self,
        known: &Known,
        times: Times,
        given: &BTreeMap<String, String>,
    ) -> Result<(), NotRun> {
        let plan = self.readable(known)?;
        let regime = self.regime(times.when.known).await?;
        self.chosen(&plan, given, (&regime, times.when)).await?;
        if times.beside.is_some() && !plan.is_grouped() { Err(NotRun::ListBeside) } else { Ok(()) }
    }

    /// When a report stands: as known by an instant or a day, after an event by its position, or
    /// now; of a day of the world, by default that of the instant, or of when the event was recorded.
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
        let day = match asked {
            // What has not passed yet is the present.
            Some(asked) => asked.day().min(today),
            None if known == Position::START => {
                return Err(Problem::naming("MOMENT_UNKNOWN", "", BEFORE_ALL));
            }
            None => shanghai_day(self.recorded_at(known).await?),
        };
        Ok(When {
            known,
            as_of: asked.map(last_moment).filter(|moment| *moment < now),
            on: true_on.unwrap_or(day),
        })
    }
}

/// That a definition is wrong, said of a member of a body: each finding with its place.
pub(crate) fn wrong(pointer: &str, found: &[Finding]) -> Problem {
    let said = format!("报表定义有 {} 处不对", found.len());
    let mut problem = Problem::new("REPORT_DEFINITION_WRONG", said);
    problem.errors.extend(found.iter().map(|finding| Fault {
        line: Some(finding.line),
        column: Some(finding.column),
        ..Fault::at(pointer, finding)
    }));
    problem
}
