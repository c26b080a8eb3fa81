//! Lines of acts: a story, a generated history, an import.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fugong_api::{Desk, IfMatch, Request, Settings};
use fugong_engine::{ClockMode, Log};
use fugong_fixtures::data;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::Failure;

/// One act, as a line of a file has it. Its body is exactly the HTTP body.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// When: it moves a simulated clock; on a real log it is the default `occurred_at`.
    pub(crate) at: DateTime<Utc>,
    /// Who: `actor:unit:role`.
    #[serde(rename = "as")]
    pub(crate) by: String,
    /// What: a path, `/v1/…`.
    pub(crate) path: String,
    /// Its idempotency key, by which later lines refer to it.
    pub(crate) key: String,
    /// The version it expects; the current one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) if_match: Option<u64>,
    /// The code with which it is to be refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    /// The HTTP body.
    pub(crate) body: Map<String, Value>,
}

/// Plays lines, and remembers the ids that their receipts gave.
#[derive(Debug)]
pub(crate) struct Player {
    desk: Desk,
    log: Log,
    ids: BTreeMap<String, String>,
    /// How many were recorded.
    pub(crate) recorded: usize,
    /// How many were refused, as they said.
    pub(crate) refused: usize,
}

impl Player {
    /// Plays on this log; what each act sets off happens before the next.
    pub(crate) fn new(log: Log) -> Self {
        Self::with(log, Settings::default())
    }

    /// Plays on this log, and leaves what the acts set off to whoever settles it.
    pub(crate) fn quick(log: Log) -> Self {
        Self::with(log, Settings { settles: false, ..Settings::default() })
    }

    fn with(log: Log, settings: Settings) -> Self {
        let desk = Desk::with(log.clone(), settings);
        // What is played is not sent from here.
        desk.allow_hosts([data::RECEIVER]);
        Self { desk, log, ids: BTreeMap::new(), recorded: 0, refused: 0 }
    }

    /// Plays one line. `number` is its place in the file, for the error.
    ///
    /// # Errors
    ///
    /// When it is refused though it does not say so, or not refused as it says.
    pub(crate) async fn play(&mut self, number: usize, mut line: Line) -> Result<(), Failure> {
        let simulated = matches!(self.log.clock_mode(), ClockMode::Simulated { .. });
        if simulated {
            if self.log.now() < line.at {
                self.log.advance(line.at).await?;
            }
        } else {
            line.body.entry("occurred_at").or_insert_with(|| line.at.to_rfc3339().into());
        }
        let request = Request {
            by: fugong_api::principal(&line.by).ok_or_else(|| nobody(number, &line.by))?,
            path: self.filled(&line.path),
            key: line.key.clone(),
            if_match: line.if_match.map_or(IfMatch::Current, IfMatch::Version),
            body: self.filled(&Value::Object(line.body).to_string()),
        };
        let answer = self.desk.perform(request).await;
        match (answer, line.refused) {
            (Ok(answer), None) => {
                self.ids.insert(line.key, answer.receipt.id);
                self.recorded = self.recorded.saturating_add(1);
                Ok(())
            }
            (Err(problem), Some(code)) if problem.code == code => {
                self.refused = self.refused.saturating_add(1);
                Ok(())
            }
            (Ok(_), Some(code)) => {
                let why = format!("{} was recorded, but should be refused with {code}", line.path);
                Err(wrong(number, &why))
            }
            (Err(problem), _) => {
                let why = format!("{}: {} {}", line.path, problem.code, problem.detail);
                if problem.status() < 500 {
                    return Err(wrong(number, &why));
                }
                // No rule said no: a full disk, say.
                Err(Failure::Unavailable(format!("line {number}: {why}")))
            }
        }
    }

    /// `text` with every `{KEY}` replaced by the id that the line with that key got.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let known =
                after.split_once('}').and_then(|(key, tail)| Some((self.ids.get(key)?, tail)));
            if let Some((id, tail)) = known {
                filled.push_str(id);
                rest = tail;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// Reads all lines of a file before any of them is played, so that a slip of the pen in the middle
/// leaves nothing done by halves.
///
/// # Errors
///
/// When one is not an act.
pub(crate) fn parse_all(text: &str) -> Result<Vec<Line>, Failure> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    (1..).zip(lines).map(|(number, line)| parse(number, line)).collect()
}

/// Reads a line.
///
/// # Errors
///
/// When it is not an act.
fn parse(number: usize, text: &str) -> Result<Line, Failure> {
    serde_json::from_str(text)
        .map_err(|problem| Failure::Usage(format!("line {number} is no act: {problem}")))
}

fn nobody(number: usize, text: &str) -> Failure {
    let why = format!("{text:?} is nobody; write actor:unit:role, such as zhang:eic:commission");
    wrong(number, &why)
}

fn wrong(number: usize, why: &str) -> Failure {
    Failure::Refused(format!("line {number}: {why}"))
}
