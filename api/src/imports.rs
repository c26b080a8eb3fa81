//! Ledgers (CSV, XLSX, NDJSON) that others kept, taken in as acts: a row is an act, by a mapping.
//!
//! What a row may do is what its act may do: the same rights, the same rules, the same receipt. A
//! row is named by the ledger and by the columns that are its key, and by nothing else: what was taken
//! in is not taken in twice, whatever breaks, whoever brings it, in whichever order, form and file. The
//! same file again goes on where it stopped. A row that is wrong hinders no other, and is told by its
//! cell.

mod cells;
mod ledger;
mod mapping;
mod posted;

use std::{collections::BTreeMap, fs::File, time::Duration};

use fugong_domain::Principal;
use futures::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{sync::mpsc, task::spawn_blocking, time::sleep};

use crate::{
    desk::Desk,
    path,
    perform::{Answer, IfMatch, Name, Request, perform_row, would_row},
    problem::Problem,
};

pub use ledger::Form;
use ledger::{Columns, Row};
use mapping::Target;
pub use mapping::{BadMapping, Mapping};
pub(crate) use posted::{MOST, begin};

/// So many rows are looked at together; those about the same are carried out in their order.
const WINDOW: usize = 512;
/// So many are carried out at once.
const AT_ONCE: usize = 64;
/// How often a row is tried again that somebody else is taking in, and after how long.
const AGAIN: (u32, Duration) = (100, Duration::from_millis(100));
/// What a row is refused with that says something else than the one under its key.
const OTHERWISE: &str =
    "同键的行此前已导入，内容与这一行不同，记录没有改动；情况有变的，请按相应事项另行办理";

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It stands in the log now.
    Recorded,
    /// Nothing had to happen: it was so already.
    Unchanged,
    /// It was taken in before.
    Repeated,
    /// It was only tried, and would be recorded.
    WouldRecord,
    /// A rule refused it.
    Refused,
    /// A cell is not what it should be.
    Wrong,
}

/// What became of a row, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// As a spreadsheet counts: the first line is 1.
    pub row: u64,
    /// What became of it.
    pub became: Became,
    /// The cell that is wrong, such as `C17`, where the ledger has cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Its column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The code of the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What is wrong, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where its last event stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Remarks; none of them is a condition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advisories: Vec<String>,
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All of them.
    pub rows: u64,
    /// Those that stand in the log now, and did not before.
    pub recorded: u64,
    /// Those for which nothing had to happen.
    pub unchanged: u64,
    /// Those that were taken in before.
    pub repeated: u64,
    /// Those that would be recorded.
    pub would_record: u64,
    /// Those that a rule refused.
    pub refused: u64,
    /// Those with a cell that is not what it should be.
    pub wrong: u64,
}

impl Summary {
    fn count(&mut self, became: Became) {
        let of = match became {
            Became::Recorded => &mut self.recorded,
            Became::Unchanged => &mut self.unchanged,
            Became::Repeated => &mut self.repeated,
            Became::WouldRecord => &mut self.would_record,
            Became::Refused => &mut self.refused,
            Became::Wrong => &mut self.wrong,
        };
        *of = of.saturating_add(1);
        self.rows = self.rows.saturating_add(1);
    }
}

/// A ledger that is to be taken in.
#[derive(Debug)]
pub struct Ledger {
    /// The file.
    pub file: File,
    /// What form it has.
    pub form: Form,
    /// How it is read.
    pub mapping: Mapping,
    /// Who takes it in: a pseudonym, as with every act.
    pub by: Principal,
    /// Whether it is only tried: nothing is recorded then.
    pub is_trial: bool,
}

impl Ledger {
    /// Takes in each row, and hands over what became of it, in the order of the rows, until `told`
    /// says that it is enough.
    ///
    /// # Errors
    ///
    /// In words, when the file is not what it is said to be; rows before that were taken in.
    pub async fn take(
        self,
        desk: &Desk,
        mut told: impl FnMut(Outcome) -> bool,
    ) -> Result<Summary, String> {
        let Self { file, form, mapping, by, is_trial } = self;
        let (send, mut rows) = mpsc::channel::<Row>(WINDOW);
        let (heard, columns) = tokio::sync::watch::channel(Columns::new());
        let reading = mapping.clone();
        let reader = spawn_blocking(move || {
            let columns = |columns| drop(heard.send_replace(columns));
            // Nobody takes rows any more when it was enough.
            ledger::each(file, form, &reading, columns, |row| send.blocking_send(row).is_ok())
        });
        let (mut summary, mut window) = (Summary::default(), Vec::with_capacity(WINDOW));
        while 0 < rows.recv_many(&mut window, WINDOW).await {
            let taking = Taking { desk, mapping: &mapping, by: &by, is_trial };
            let columns = columns.borrow().clone();
            for outcome in taking.all(std::mem::take(&mut window), &columns).await {
                summary.count(outcome.became);
                if !told(outcome) {
                    return Ok(summary);
                }
            }
        }
        reader.await.map_err(|why| why.to_string())??;
        Ok(summary)
    }
}

/// The act that a row is, and what names it.
struct Asked {
    request: Request,
    name: Name,
}

/// How rows are taken in.
#[derive(Clone, Copy)]
struct Taking<'a> {
    desk: &'a Desk,
    mapping: &'a Mapping,
    by: &'a Principal,
    is_trial: bool,
}

impl Taking<'_> {
    /// Takes in rows: those about the same one after the other, the others at once.
    async fn all(self, rows: Vec<Row>, columns: &Columns) -> Vec<Outcome> {
        let mut about: BTreeMap<String, Vec<(Row, Asked)>> = BTreeMap::new();
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            match self.request(&row, columns) {
                Ok((whom, asked)) => about.entry(whom).or_default().push((row, asked)),
                Err(wrong) => outcomes.push(*wrong),
            }
        }
        let lots = stream::iter(about.into_values()).map(async |lot| {
            let mut outcomes = Vec::with_capacity(lot.len());
            for (row, asked) in lot {
                outcomes.push(self.one(&row, asked, columns).await);
            }
            outcomes
        });
        outcomes
            .extend(lots.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.into_iter().flatten());
        outcomes.sort_by_key(|outcome| outcome.row);
        outcomes
    }

    async fn one(self, row: &Row, asked: Asked, columns: &Columns) -> Outcome {
        let mut outcome = Outcome::of(row.number, Became::Recorded);
        let done = if self.is_trial {
            would_row(self.desk, asked.request, &asked.name).await.map(|would| {
                let taken = would.is_none();
                outcome.became = if taken { Became::Repeated } else { Became::WouldRecord };
                outcome.advisories = would.unwrap_or_default();
            })
        } else {
            self.taken(&asked).await.map(|answer| {
                outcome.became = match (answer.replayed, answer.status) {
                    (true, _) => Became::Repeated,
                    (false, 201) => Became::Recorded,
                    (false, _) => Became::Unchanged,
                };
                outcome.id = Some(answer.id);
                outcome.position = Some(answer.receipt.position);
                outcome.advisories = answer.receipt.advisories;
            })
        };
        match done {
            Ok(()) => outcome,
            Err(problem) => self.refused(row.number, &problem, columns),
        }
    }

    /// Takes it in; what another process or request is taking in just now is waited for.
    async fn taken(self, Asked { request, name }: &Asked) -> Result<Answer, Problem> {
        let (times, pause) = AGAIN;
        for _ in 0..times {
            match perform_row(self.desk, request.clone(), name).await {
                Err(problem) if problem.code == "IN_FLIGHT" => sleep(pause).await,
                done => return done,
            }
        }
        perform_row(self.desk, request.clone(), name).await
    }

    /// A row that was not taken in: the cell is found by the member that the problem names.
    fn refused(self, row: u64, problem: &Problem, columns: &Columns) -> Outcome {
        let member = problem.errors.first().map(|fault| fault.pointer.replace('/', "."));
        let member = member.unwrap_or_default();
        let member = member.trim_start_matches('.');
        let of = |column: &&String| match self.mapping.columns.get(*column).map(|it| &it.target) {
            Some(Target::Member(name)) => {
                let within = member.strip_prefix(name.as_str());
                within.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            Some(Target::Parameter(name)) => member == name,
            None => false,
        };
        let column = self.mapping.columns.keys().find(of).cloned();
        let became = if problem.status() == 400 { Became::Wrong } else { Became::Refused };
        let mut outcome = Outcome::of(row, became);
        outcome.code = Some(problem.code);
        if problem.code == "IDEMPOTENCY_KEY_REUSED" {
            outcome.detail = Some(OTHERWISE.to_owned());
            return outcome.at(self.mapping.key.first().cloned(), columns);
        }
        outcome.detail = Some(problem.detail.clone());
        outcome.at(column, columns)
    }

    /// The act that a row is, and whom it is about.
    fn request(self, row: &Row, columns: &Columns) -> Result<(String, Asked), Box<Outcome>> {
        let Self { mapping, .. } = self;
        let wrong = |column: &str, why: String| {
            let mut outcome = Outcome::of(row.number, Became::Wrong);
            outcome.code = Some("INVALID_FIELD");
            outcome.detail = Some(why);
            Box::new(outcome.at(Some(column.to_owned()), columns))
        };
        let (mut body, mut address) = (Map::new(), mapping.path.clone());
        for (member, value) in &mapping.constants {
            put(&mut body, member, value.clone());
        }
        for (name, column) in &mapping.columns {
            let cell = row.cells.get(name).filter(|cell| !cell.is_empty());
            match (&column.target, cell) {
                (Target::Member(_), None) => {}
                (Target::Member(member), Some(cell)) => {
                    let value = column.conversion.value(cell).map_err(|why| wrong(name, why))?;
                    put(&mut body, member, value);
                }
                (Target::Parameter(_), None) => {
                    return Err(wrong(name, format!("「{name}」为空：须写明这一行说的是谁")));
                }
                (Target::Parameter(parameter), Some(cell)) => {
                    let value = column.conversion.value(cell).map_err(|why| wrong(name, why))?;
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    address = address.replace(&format!("{{{parameter}}}"), &path::encoded(&text));
                }
            }
        }
        let (mut key, mut formerly) = (Sha256::new(), Sha256::new());
        for name in &mapping.key {
            let cell = row.cells.get(name).filter(|cell| !cell.is_empty());
            let cell = cell.ok_or_else(|| {
                wrong(name, format!("「{name}」为空：它是认定这一行的键，不能为空"))
            })?;
            let conversion = mapping.columns.get(name).map(|column| &column.conversion);
            for (digest, said) in
                [(&mut key, cell.named(conversion)), (&mut formerly, cell.shown())]
            {
                digest.update(said.as_bytes());
                digest.update([0]);
            }
        }
        let whom = body.get("uscc").and_then(Value::as_str).unwrap_or(&address).to_owned();
        let [key, formerly] = [key, formerly]
            .map(|digest| format!("{}.{:.32}", mapping.name, format!("{:x}", digest.finalize())));
        let name = Name::row(self.by, &key, &formerly);
        let request = Request {
            by: self.by.clone(),
            path: self.desk.address(&address),
            key,
            if_match: IfMatch::Absent,
            body: Value::Object(body).to_string(),
        };
        Ok((whom, Asked { request, name }))
    }
}

/// Puts a member where its name says: a point leads into an object.
fn put(body: &mut Map<String, Value>, member: &str, value: Value) {
    match member.split_once('.') {
        None => drop(body.insert(member.to_owned(), value)),
        Some((outer, inner)) => {
            let object = body.entry(outer.to_owned()).or_insert_with(|| json!({}));
            if let Value::Object(object) = object {
                put(object, inner, value);
            }
        }
    }
}

impl Outcome {
    fn of(row: u64, became: Became) -> Self {
        Self {
            row,
            became,
            cell: None,
            column: None,
            code: None,
            detail: None,
            id: None,
            position: None,
            advisories: Vec::new(),
        }
    }

    fn at(mut self, column: Option<String>, columns: &Columns) -> Self {
        let letters = column.as_ref().and_then(|column| columns.get(column));
        self.cell = letters.map(|letters| format!("{letters}{}", self.row));
        self.column = column;
        self
    }
}
