//! A look: one read that may be asked for, with everything that is said about it anywhere.

use std::{collections::BTreeMap, fmt::Write as _, future::Future, pin::Pin, time::Duration};

use chrono::{DateTime, NaiveDate as Date, TimeDelta, Utc};
use fugong_core::{Occurred, Position, end_of_day, shanghai_day};
use fugong_domain::Principal;
use serde_json::Value;

use crate::{
    deed::Entry,
    desk::{Desk, trouble},
    door::Params,
    history::History,
    problem::Problem,
};

/// What is said about a read.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// Its operation id.
    pub(crate) id: &'static str,
    /// Its address, with `{parameters}`.
    pub(crate) path: &'static str,
    /// What it answers, in a line.
    pub(crate) summary: &'static str,
    /// The name of the schema of its answer.
    pub(crate) answer: &'static str,
    /// What may be asked of it.
    pub(crate) query: &'static [Query],
    /// The formats it comes in; the first if nothing is said.
    pub(crate) formats: &'static [Format],
    /// What its rows or states stand on.
    pub(crate) stands_on: StandsOn,
    /// Who may ask.
    pub(crate) roles: &'static str,
    /// The act that it reads back, if it reads one back.
    pub(crate) deed: Option<&'static Entry>,
    pub(crate) run: Run,
}

pub(crate) type Found<'a> = Pin<Box<dyn Future<Output = Result<Page, Problem>> + Send + 'a>>;
type Run = for<'a> fn(&'a Desk, &'a Asked) -> Found<'a>;

/// A parameter of a query: its name, and what it means.
pub(crate) type Query = (&'static str, &'static str);

/// What an answer stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandsOn {
    /// The head of the log: what was acknowledged is seen.
    Head,
    /// The registers, which follow the head at once; Min-Position makes sure.
    Registers,
    /// Several logs, each where it stands.
    Districts,
    /// Nothing that changes, or not the log.
    Program,
}

impl StandsOn {
    /// The same, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Head => "strong: stands on the head of the log",
            Self::Registers => {
                "follows the log; send Min-Position to read your writes, Prefer: wait=N to wait"
            }
            Self::Districts => "stands on several logs; each line names the position of its own",
            Self::Program => "does not depend on the log",
        }
    }
}

/// A format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Ndjson,
    Csv,
    Xlsx,
    Html,
    /// Events as they come, for those who follow.
    Stream,
    /// `CloudEvents` 1.0, several at once.
    CloudEvents,
}

impl Format {
    /// Its media type.
    pub(crate) fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Html => "text/html; charset=utf-8",
            Self::Stream => "text/event-stream",
            Self::CloudEvents => "application/cloudevents-batch+json",
        }
    }
}

/// Time travel, on whatever offers it.
pub(crate) const AS_OF: Query =
    ("as_of", "An instant or a day: as the log stood then (a day means its end)");
/// Time travel, by position.
pub(crate) const AT_POSITION: Query = ("at_position", "As the log stood after this event");
/// The other clock.
pub(crate) const TRUE_ON: Query = ("true_on", "A day: what was true in the world on that day");
/// How many at once.
pub(crate) const LIMIT: Query = ("limit", "At most so many, 1 to 200; 50 if absent");
/// Where the page before ended.
/// The mark by which spreadsheets know UTF-8.
pub(crate) const BOM: Query =
    ("bom", "Whether a CSV begins with a byte order mark, so that spreadsheets read its Chinese");
pub(crate) const CURSOR: Query = ("cursor", "The next_cursor of the page before");

/// A request to read.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) principal: Option<Principal>,
    /// The address in the district.
    pub(crate) path: String,
    pub(crate) params: Params,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) format: Format,
    pub(crate) min_position: Option<Position>,
    pub(crate) wait: Option<Duration>,
    pub(crate) lenient: bool,
    pub(crate) deed: Option<&'static Entry>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) content: Content,
    pub(crate) etag: Option<u64>,
    pub(crate) position: Position,
    /// Whether older rows than asked for were answered.
    pub(crate) lenient: bool,
}

/// What an answer holds.
#[derive(Debug)]
pub(crate) enum Content {
    Json(Value),
    Text(&'static str, String),
    Bytes(&'static str, Vec<u8>),
}

impl Page {
    /// A JSON answer that stands on `position`.
    pub(crate) fn json(position: Position, value: Value) -> Self {
        Self { content: Content::Json(value), etag: None, position, lenient: false }
    }

    /// Some of a list, beside what `rest` says of it.
    pub(crate) fn listed(position: Position, items: Vec<Value>, mut rest: Value) -> Self {
        // `json!` would copy each of them.
        if let Value::Object(members) = &mut rest {
            members.insert("items".to_owned(), Value::Array(items));
        }
        Self::json(position, rest)
    }

    /// A text that stands on `position`.
    pub(crate) fn text(position: Position, media: &'static str, text: String) -> Self {
        Self { content: Content::Text(media, text), etag: None, position, lenient: false }
    }

    /// The same, with its version.
    #[must_use]
    pub(crate) fn version(mut self, version: u64) -> Self {
        self.etag = Some(version);
        self
    }
}

/// Where an answer stands: on which position, and for which day of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    /// None for the present.
    pub(crate) at: Option<Position>,
    /// The day asked.
    pub(crate) on: Date,
}

impl Asked {
    /// What somebody asks, said elsewhere than in an address.
    pub(crate) fn of(who: Principal, query: BTreeMap<String, String>) -> Self {
        Self {
            principal: Some(who),
            path: String::new(),
            params: Params::new(),
            query,
            format: Format::Json,
            min_position: None,
            wait: None,
            lenient: false,
            deed: None,
        }
    }

    /// Who asks.
    pub(crate) fn who(&self) -> Result<&Principal, Problem> {
        self.principal
            .as_ref()
            .ok_or_else(|| Problem::new("UNAUTHENTICATED", "send an Authorization header"))
    }

    /// A parameter of the address.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map(String::as_str).unwrap_or_default()
    }

    /// A parameter of the query; an empty one says nothing.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Whether a CSV is to begin with a byte order mark.
    pub(crate) fn bom(&self) -> Result<bool, Problem> {
        match self.query("bom") {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::invalid("bom", "send true or false")),
        }
    }

    /// How many are wanted at once.
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        let Some(text) = self.query("limit") else { return Ok(50) };
        let limit: Option<usize> = text.parse().ok().filter(|limit| (1..=200).contains(limit));
        limit.ok_or_else(|| Problem::invalid("limit", "send a whole number of 1 to 200"))
    }

    /// What the cursor says; it means something only to whoever made it.
    pub(crate) fn cursor(&self) -> Result<Option<String>, Problem> {
        let Some(text) = self.query("cursor") else { return Ok(None) };
        let wrong = || Problem::invalid("cursor", "send the next_cursor of an answer as it was");
        unveiled(text).map(Some).ok_or_else(wrong)
    }

    /// Where the answer is to stand.
    pub(crate) async fn stand(&self, desk: &Desk) -> Result<Stand, Problem> {
        let log = desk.log();
        let today = shanghai_day(log.now());
        let (at, day) = match (self.query("as_of"), self.query("at_position")) {
            (Some(_), Some(_)) => {
                return Err(Problem::naming(
                    "MEMBERS_DISAGREE",
                    "at_position",
                    "send as_of or at_position, not both",
                ));
            }
            (Some(text), None) => {
                let asked: Occurred = text.parse().map_err(|e| Problem::invalid("as_of", e))?;
                let at = log.as_of(last_moment(asked)).await.map_err(trouble)?;
                (Some(at), asked.day().min(today))
            }
            (None, Some(text)) => {
                const NAME: &str = "at_position";
                let at = text.parse().map(Position);
                let at = at.map_err(|_| Problem::invalid(NAME, "send a position"))?;
                if log.head() < at {
                    let why = "the log has no such position";
                    return Err(Problem::naming("MOMENT_UNKNOWN", NAME, why));
                }
                (Some(at), today)
            }
            (None, None) => (None, today),
        };
        Ok(Stand { at, on: self.day("true_on")?.unwrap_or(day) })
    }

    /// A position of the query, or the last one that was recorded by an instant or a day of it.
    pub(crate) async fn position(
        &self,
        desk: &Desk,
        name: &'static str,
    ) -> Result<Option<Position>, Problem> {
        let Some(text) = self.query(name) else { return Ok(None) };
        let found = History::of(desk).known_by(text).await;
        let named = |problem: Problem| match problem.code {
            code @ ("INVALID_FIELD" | "MOMENT_UNKNOWN") => {
                Problem::naming(code, name, problem.detail)
            }
            _ => problem,
        };
        found.map(Some).map_err(named)
    }

    /// A day of the query.
    pub(crate) fn day(&self, name: &'static str) -> Result<Option<Date>, Problem> {
        match self.query(name).map(str::parse) {
            None => Ok(None),
            Some(Ok(Occurred::On(day))) => Ok(Some(day)),
            Some(_) => Err(Problem::invalid(name, "send a day YYYY-MM-DD")),
        }
    }

    /// Makes sure that the registers stand where they are asked to. True if they do not, and the
    /// older rows will do.
    pub(crate) async fn caught_up(&self, desk: &Desk) -> Result<bool, Problem> {
        let head = desk.log().head();
        let Some(wanted) = self.min_position else {
            // What was acknowledged a moment ago is in the rows a moment later.
            desk.caught_up(head, Duration::from_secs(1)).await;
            return Ok(false);
        };
        if desk.caught_up(wanted, self.wait.unwrap_or_default()).await {
            return Ok(false);
        }
        if self.lenient {
            return Ok(true);
        }
        let stands = desk.log().register_status().await;
        let position = stands.iter().map(|status| status.position).min().unwrap_or(head);
        Err(behind(position, wanted))
    }

    /// Makes sure that the log has come as far as asked.
    pub(crate) async fn reached(&self, desk: &Desk) -> Result<bool, Problem> {
        match self.min_position {
            Some(wanted) if desk.log().head() < wanted => self.caught_up(desk).await,
            _ => Ok(false),
        }
    }
}

fn behind(position: Position, wanted: Position) -> Problem {
    let detail = format!("the rows stand at {position}, not yet at {wanted}");
    let mut problem = Problem::new("REGISTER_BEHIND", detail);
    problem.about.behind = Some((position, wanted));
    problem
}

/// The last moment that `asked` means.
pub(crate) fn last_moment(asked: Occurred) -> DateTime<Utc> {
    match asked {
        Occurred::At(at) => at,
        Occurred::On(day) => {
            let end = end_of_day(day);
            end.checked_sub_signed(TimeDelta::microseconds(1)).unwrap_or(end)
        }
    }
}

/// An opaque text for a cursor.
pub(crate) fn veiled(text: &str) -> String {
    hex(text.as_bytes())
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing into a text cannot fail.
        let _written = write!(text, "{byte:02x}");
    }
    text
}

fn unveiled(text: &str) -> Option<String> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) || 1024 < text.len() {
        return None;
    }
    let digits: Vec<char> = text.chars().collect();
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).ok())
        .collect();
    String::from_utf8(bytes?).ok()
}
