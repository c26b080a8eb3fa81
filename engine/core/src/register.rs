//! Registers (台账): pure folds from events to rows.

use serde::{Deserialize, Serialize};

use crate::{Position, Recorded, Rows};

/// A fold of a log into rows. The engine stores its rows and its checkpoint in one transaction.
pub trait Register: Send + Sync {
    /// Its name in addresses and commands, such as `r7`.
    fn name(&self) -> &str;

    /// The version of its fold: a new one is rebuilt side by side.
    fn version(&self) -> u32;

    /// The tables it writes.
    fn relations(&self) -> &[Relation];

    /// Those of its relations whose keys begin with a day, such as `2020-02-10/…`, and of which
    /// whoever reads wants a day: they are read as they are asked for, and not with the rest.
    fn dated(&self) -> &[&'static str] {
        &[]
    }

    /// Which of its relations [`Self::apply`] reads or writes at an event, by the beginning of the
    /// event's type: of several that fit, the first counts, and what none fits touches nothing.
    /// With it whoever reads rows of the past has only those events folded that touch what he
    /// reads. An event that touches another relation cannot be taken. If nothing is said, each
    /// event may touch all of them.
    fn touches(&self) -> &'static [Touches] {
        &[]
    }

    /// What of an event [`Self::keys`] and [`Self::apply`] look at.
    fn reads(&self) -> Reads {
        Reads::Whole
    }

    /// The rows `event` will want: a hint, so that they can be fetched in one query. With
    /// [`Unreadable::SetApart`] it must name every row that the event writes.
    fn keys(&self, event: &Recorded) -> Keys;

    /// Writes what `event` changes. No clock and no query: the rows and the event say it all.
    ///
    /// # Errors
    ///
    /// [`Failure`] when the event cannot be read; [`Self::unreadable`] says what happens then.
    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure>;

    /// What becomes of the register at an event that it cannot take.
    fn unreadable(&self) -> Unreadable {
        Unreadable::Stop
    }
}

/// What of events a register looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reads {
    /// What stands beside payload and metadata: to whom it happened, of what type it is, when it
    /// was recorded. The register is shown every event without those two, and replays of it read
    /// neither, which takes half the time.
    Head,
    /// All of it.
    Whole,
}

/// How the types of some events begin, and the relations that these touch.
pub type Touches = (&'static str, &'static [&'static str]);

/// The relations that an event of a type touches; none if it may touch all.
pub fn touched(touches: &[Touches], event_type: &str) -> Option<&'static [&'static str]> {
    if touches.is_empty() {
        return None;
    }
    let found = touches.iter().find(|(begins, _)| event_type.starts_with(begins));
    Some(found.map_or(&[], |(_, relations)| relations))
}

/// What becomes of a register at an event that it cannot take. Either is told wherever it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It stops before the event: all its rows are true, and none is newer.
    Stop,
    /// It goes on, and the rows that the event would have written are set apart: they stay as they
    /// are, and what later events would have written beside them is set apart too. An event that
    /// names no rows stops it all the same.
    SetApart,
}

/// A row that does not say what the events say, since one of them could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// The relation it stands in, or would.
    pub relation: String,
    /// Its key.
    pub key: String,
    /// The first event that is not in it.
    pub position: Position,
    /// Why not.
    pub reason: String,
}

/// Rows that an event will want: pairs of relation and key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys(pub Vec<(&'static str, String)>);

/// Why a register or a policy could not take an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// A table of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// Its name, unique in the register.
    pub name: &'static str,
    /// Its Chinese name.
    pub label_zh: &'static str,
    /// Its English name.
    pub label_en: &'static str,
    /// Its columns, in the order of reading.
    pub columns: &'static [Column],
}

/// A column of a relation: what stands at a place of the row's JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The member's name.
    pub name: &'static str,
    /// What is in it.
    pub kind: Kind,
    /// What it is for.
    pub role: Role,
    /// Whether it holds a sealed [`crate::Personal`] value.
    pub personal: bool,
    /// The register whose key it names, if it names one: along it the two can be read together.
    pub references: Option<&'static str>,
    /// Where it stands in a stored row.
    #[serde(skip)]
    pub at: At,
    /// Its Chinese heading.
    pub label_zh: &'static str,
    /// Its English heading.
    pub label_en: &'static str,
}

impl Column {
    /// The same column, naming a row of `register` by its key.
    #[must_use]
    pub const fn naming(self, register: &'static str) -> Self {
        Self { references: Some(register), ..self }
    }

    /// The same column, which stands further down in the row.
    #[must_use]
    pub const fn within(self, path: &'static [&'static str]) -> Self {
        Self { at: At::Path(path), ..self }
    }

    /// The same column, of which the row says nothing but by its key.
    #[must_use]
    pub const fn by_row_key(self) -> Self {
        Self { at: At::RowKey, ..self }
    }
}

/// Where in a stored row a column stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum At {
    /// It is the member that is called as the column.
    #[default]
    Member,
    /// It is a member of a member, and so on down; of a list a number from 0, or -1 for its last.
    Path(&'static [&'static str]),
    /// It is in no member: the key of the row says it.
    RowKey,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// An instant, RFC 3339.
    Instant,
    /// Yes or no.
    Boolean,
    /// A list or an object.
    Json,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names the row.
    Key,
    /// Groups rows.
    Dimension,
    /// Is counted or summed.
    Measure,
    /// Places the row in time.
    Date,
}
