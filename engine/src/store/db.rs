//! A connection to either store, as everything above the SQL sees it.
//!
//! A statement is written once, in the SQL that both stores speak, with `?1`, `?2`, … for its
//! values. Three notations stand for what they say differently: `{in ?3}` for "is one of these
//! texts", `{each ?3}` for a table `wanted` of these texts, and a plus sign before `log_id` or
//! `position`, which keeps SQLite's planner on the key of an aggregate.

use std::{borrow::Cow, fmt, ops::ControlFlow};

use rusqlite::types::ValueRef;

use super::{
    postgres::{Copied, Session},
    sqlite,
};
use crate::error::Trouble;

/// A connection.
pub(crate) enum Db {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Session>),
}

/// What a parameter of a statement stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Texts(&'a [String]),
    Strs(&'a [&'a str]),
    MaybeStrs(&'a [Option<&'a str>]),
    Ints(&'a [i64]),
    MaybeInts(&'a [Option<i64>]),
}

/// A row that a statement found.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a ::postgres::Row),
    Copied(&'a Copied<'a>),
}

/// The values of a statement, each made a [`Value`].
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::db::Value::from($value)),*] };
}
pub(crate) use values;

impl Db {
    /// Runs a statement; answers how many rows it wrote.
    pub(crate) fn run(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Trouble> {
        match self {
            Self::Sqlite(db) => sqlite::run(db, sql, values),
            Self::Postgres(session) => session.run(sql, values),
        }
    }

    /// Shows each row that a statement finds, in order, until `take` breaks off.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut take: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, Trouble>,
    ) -> Result<(), Trouble> {
        match self {
            Self::Sqlite(db) => sqlite::each(db, sql, values, &mut take),
            Self::Postgres(session) => session.each(sql, values, &mut take),
        }
    }

    /// Shows each row that a statement without values finds, in order, until `take` breaks off: the
    /// way for very many rows.
    pub(crate) fn stream(
        &self,
        sql: &str,
        mut take: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, Trouble>,
    ) -> Result<(), Trouble> {
        match self {
            Self::Sqlite(db) => sqlite::each(db, sql, &[], &mut take),
            Self::Postgres(session) => session.stream(sql, &mut take),
        }
    }

    /// What `read` makes of each row that a statement finds, in order.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Trouble>,
    ) -> Result<Vec<T>, Trouble> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// What `read` makes of the first row that a statement finds, if it finds one.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, Trouble>,
    ) -> Result<Option<T>, Trouble> {
        let (mut found, mut read) = (None, Some(read));
        self.each(sql, values, |row| {
            found = read.take().map(|read| read(row)).transpose()?;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// Runs `read` on one state of the database, whatever is written meanwhile.
    pub(crate) fn snapshot<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.batch(match self {
            Self::Sqlite(_) => "BEGIN",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })?;
        let found = read(self);
        let ended = self.batch("COMMIT");
        let found = found?;
        ended.map(|()| found)
    }

    /// An error if the file is damaged, by SQLite's own account. PostgreSQL keeps its own files.
    pub(crate) fn look_through(&self) -> Result<(), Trouble> {
        match self {
            Self::Sqlite(db) => sqlite::look_through(db),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether each statement is a way to a server and back.
    pub(crate) fn is_far(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Whether it still stands, as far as is known.
    pub(crate) fn is_alive(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(session) => session.is_alive(),
        }
    }

    /// Runs a statement that takes no values and finds no rows.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), Trouble> {
        match self {
            Self::Sqlite(db) => Ok(db.prepare_cached(sql)?.execute([]).map(|_| ())?),
            Self::Postgres(session) => session.batch(sql),
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Db::Sqlite",
            Self::Postgres(_) => "Db::Postgres",
        })
    }
}

impl Row<'_> {
    /// The text in a column.
    pub(crate) fn text(&self, at: usize) -> Result<&str, Trouble> {
        self.maybe_text(at)?.ok_or_else(|| absent(at))
    }

    /// The text in a column, if there is one.
    pub(crate) fn maybe_text(&self, at: usize) -> Result<Option<&str>, Trouble> {
        match self {
            Self::Sqlite(row) => match row.get_ref(at)? {
                ValueRef::Null => Ok(None),
                value @ (ValueRef::Integer(_)
                | ValueRef::Real(_)
                | ValueRef::Text(_)
                | ValueRef::Blob(_)) => value.as_str().map(Some).map_err(|e| odd(at, &e)),
            },
            Self::Postgres(row) => Ok(row.try_get(at)?),
            Self::Copied(row) => row.text(at),
        }
    }

    /// The bytes of the text in a column, which nobody has looked at yet.
    pub(crate) fn raw(&self, at: usize) -> Result<&[u8], Trouble> {
        match self {
            Self::Sqlite(row) => row.get_ref(at)?.as_bytes().map_err(|e| odd(at, &e)),
            Self::Postgres(row) => Ok(row.try_get::<_, &str>(at)?.as_bytes()),
            Self::Copied(row) => row.bytes(at).ok_or_else(|| absent(at)),
        }
    }

    /// The number in a column.
    pub(crate) fn int(&self, at: usize) -> Result<i64, Trouble> {
        self.maybe_int(at)?.ok_or_else(|| absent(at))
    }

    /// The number in a column, if there is one.
    pub(crate) fn maybe_int(&self, at: usize) -> Result<Option<i64>, Trouble> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
            Self::Copied(row) => row.int(at),
        }
    }

    /// The count in a column.
    pub(crate) fn count(&self, at: usize) -> Result<u64, Trouble> {
        self.int(at).map(number)
    }

    /// The bytes in a column, which are so many.
    pub(crate) fn bytes<const N: usize>(&self, at: usize) -> Result<[u8; N], Trouble> {
        let bytes = match self {
            Self::Sqlite(row) => row.get_ref(at)?.as_blob().map_err(|e| odd(at, &e))?,
            Self::Postgres(row) => row.try_get(at)?,
            Self::Copied(row) => row.bytes(at).ok_or_else(|| absent(at))?,
        };
        bytes.try_into().map_err(|e| odd(at, &e))
    }
}

/// `sql` with each `{notation ?n}` in it as `say` spells it.
pub(super) fn spell(sql: &str, say: impl Fn(&str, &str) -> String) -> Cow<'_, str> {
    let Some((before, _)) = sql.split_once('{') else { return Cow::Borrowed(sql) };
    let mut spelled = before.to_owned();
    for part in sql.split('{').skip(1) {
        let (notation, rest) = part.split_once('}').unwrap_or((part, ""));
        let (notation, place) = notation.split_once(' ').unwrap_or((notation, ""));
        spelled.push_str(&say(notation, place));
        spelled.push_str(rest);
    }
    Cow::Owned(spelled)
}

fn absent(at: usize) -> Trouble {
    odd(at, &"nothing is there")
}

/// An error for a value that the engine never wrote.
pub(crate) fn odd(at: usize, why: &impl fmt::Display) -> Trouble {
    Trouble::Corrupt(format!(
        "the database is damaged (column {at}: {why}): stop, keep it, and restore a backup"
    ))
}

/// A count as the stores keep it. No log reaches 2^63 events.
pub(crate) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count from a store; the layout allows no negative one.
pub(crate) fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Int(whole(count))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a [String]> for Value<'a> {
    fn from(texts: &'a [String]) -> Self {
        Self::Texts(texts)
    }
}

impl<'a> From<&'a [&'a str]> for Value<'a> {
    fn from(texts: &'a [&'a str]) -> Self {
        Self::Strs(texts)
    }
}

impl<'a> From<&'a [Option<&'a str>]> for Value<'a> {
    fn from(texts: &'a [Option<&'a str>]) -> Self {
        Self::MaybeStrs(texts)
    }
}

impl<'a> From<&'a [i64]> for Value<'a> {
    fn from(numbers: &'a [i64]) -> Self {
        Self::Ints(numbers)
    }
}

impl<'a> From<&'a [Option<i64>]> for Value<'a> {
    fn from(numbers: &'a [Option<i64>]) -> Self {
        Self::MaybeInts(numbers)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
