//! A log copied whole from one database to another, row by row, whichever stores they are.

use std::ops::ControlFlow;

use fugong_core::{LogId, Position};

use super::{
    db::{Db, Row, Value, values},
    events,
    logs::head,
};
use crate::{error::Trouble, leaf::Leaf};

/// How many events are read at a time to be looked at.
const BATCH: usize = 1_000;

/// A table: its name and its columns, in the order of its key.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
    key: &'static str,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Text,
    /// The 16 bytes of an id.
    Id,
    /// The 32 bytes of a hash.
    Hash,
}

use Kind::{Hash, Id, Int, Text};

/// Everything that a log consists of, in the order in which it is copied. What only saves work,
/// such as leases, is left behind.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "logs",
        columns: &[
            ("log_id", Int),
            ("head", Int),
            ("clock_mode", Text),
            ("clock_now", Int),
            ("seed", Int),
            ("keys_mark", Text),
            ("created_at", Int),
            ("latest_at", Int),
            ("disorder", Int),
        ],
        key: "log_id",
    },
    Table {
        name: "events",
        columns: &[
            ("log_id", Int),
            ("position", Int),
            ("event_id", Id),
            ("aggregate_type", Text),
            ("aggregate_id", Text),
            ("sequence", Int),
            ("event_type", Text),
            ("event_version", Text),
            ("payload", Text),
            ("metadata", Text),
            ("recorded_at", Int),
            ("leaf_hash", Hash),
        ],
        key: "position",
    },
    Table {
        name: "commands",
        columns: &[
            ("log_id", Int),
            ("command_id", Text),
            ("fingerprint", Text),
            ("position", Int),
            ("events", Int),
            ("version", Int),
            ("command", Text),
        ],
        key: "command_id",
    },
    Table {
        name: "register_checkpoints",
        columns: &[
            ("log_id", Int),
            ("register", Text),
            ("version", Int),
            ("position", Int),
            ("live", Int),
            ("stuck_position", Int),
            ("stuck_reason", Text),
        ],
        key: "register, version",
    },
    Table {
        name: "register_rows",
        columns: &[
            ("log_id", Int),
            ("register", Text),
            ("version", Int),
            ("relation", Text),
            ("row_key", Text),
            ("row", Text),
        ],
        key: "register, version, relation, row_key",
    },
    Table {
        name: "policy_checkpoints",
        columns: &[
            ("log_id", Int),
            ("policy", Text),
            ("position", Int),
            ("installed_at_position", Int),
            ("stuck_position", Int),
            ("stuck_reason", Text),
        ],
        key: "policy",
    },
    Table {
        name: "outbox",
        columns: &[
            ("log_id", Int),
            ("policy", Text),
            ("position", Int),
            ("n", Int),
            ("kind", Text),
            ("body", Text),
            ("causation_id", Text),
            ("correlation_id", Text),
            ("state", Text),
            ("outcome", Text),
        ],
        key: "policy, position, n",
    },
    Table {
        name: "timers",
        columns: &[
            ("log_id", Int),
            ("policy", Text),
            ("timer_key", Text),
            ("due_at", Int),
            ("kind", Text),
            ("body", Text),
            ("position", Int),
            ("n", Int),
            ("causation_id", Text),
            ("correlation_id", Text),
        ],
        key: "policy, timer_key",
    },
];

/// A value as it is carried over.
enum Carried {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

/// Copies `log` as it stands at one moment, in one transaction, which the caller ends; `told`
/// hears how many rows have been written. How many there are.
pub(super) fn copy(
    from: &Db,
    to: &Db,
    log: LogId,
    told: &mut dyn FnMut(u64),
) -> Result<u64, Trouble> {
    let mut rows = 0_u64;
    from.snapshot(|from| {
        to.batch("BEGIN")?;
        for table in TABLES {
            let columns: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
            let columns = columns.join(", ");
            let read = format!(
                "SELECT {columns} FROM {} WHERE log_id = ?1 ORDER BY {}",
                table.name, table.key
            );
            let places: Vec<_> = (1..=table.columns.len()).map(|n| format!("?{n}")).collect();
            let write =
                format!("INSERT INTO {} ({columns}) VALUES ({})", table.name, places.join(", "));
            from.each(&read, values![log.0], |row| {
                let carried = carried(table, row)?;
                let values: Vec<_> = carried.iter().map(Carried::value).collect();
                to.run(&write, &values)?;
                rows = rows.saturating_add(1);
                told(rows);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(rows)
    })
}

/// How many rows there are to copy.
pub(super) fn rows(db: &Db, log: LogId) -> Result<u64, Trouble> {
    let count = |table: &Table| {
        let sql = format!("SELECT count(*) FROM {} WHERE log_id = ?1", table.name);
        Ok(db.first(&sql, values![log.0], |row| row.count(0))?.unwrap_or_default())
    };
    TABLES.iter().map(count).sum()
}

fn carried(table: &Table, row: &Row<'_>) -> Result<Vec<Carried>, Trouble> {
    let kinds = table.columns.iter().map(|(_, kind)| *kind).enumerate();
    let one = |(at, kind)| match kind {
        Int => Ok(Carried::Int(row.maybe_int(at)?)),
        Text => Ok(Carried::Text(row.maybe_text(at)?.map(str::to_owned))),
        Id => Ok(Carried::Bytes(row.bytes::<16>(at)?.into())),
        Hash => Ok(Carried::Bytes(row.bytes::<32>(at)?.into())),
    };
    kinds.map(one).collect()
}

impl Carried {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Int(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_deref()),
            Self::Bytes(bytes) => Value::from(bytes.as_slice()),
        }
    }
}

/// Reads `log` from its beginning: every position is there, each event is what was recorded, no
/// aggregate lacks one, and nothing speaks of events that are not there. Its head.
pub(super) fn check(db: &Db, log: LogId, told: &mut dyn FnMut(u64)) -> Result<Position, Trouble> {
    db.look_through()?;
    let head = Position(head(db, log)?);
    let mut after = Position::START;
    loop {
        let events = events::next(db, log, after, BATCH, head)?;
        let Some(last) = events.last() else { break };
        after = last.position;
        if let Some(altered) = events.iter().find(|it| Leaf::of(it).hash() != Ok(it.leaf_hash)) {
            let at = altered.position;
            return Err(wrong(&format!("the event at position {at} is not what was recorded")));
        }
        told(after.0);
    }
    let count = |sql: &str| {
        let found = db.first(sql, values![log.0, head.0], |row| row.count(0));
        found.map(Option::unwrap_or_default)
    };
    for (sql, what) in FAULTS {
        if 0 < count(sql)? {
            return Err(wrong(what));
        }
    }
    Ok(head)
}

/// What there must be none of, and what it means. `?2` is the head.
const FAULTS: &[(&str, &str)] = &[
    (
        "SELECT count(*) FROM events WHERE log_id = ?1 AND position > ?2",
        "events stand behind its head",
    ),
    (
        "SELECT count(*) FROM (SELECT 1 AS one FROM events WHERE log_id = ?1 AND position <= ?2 \
         GROUP BY aggregate_type, aggregate_id \
         HAVING max(sequence) <> count(*) OR min(sequence) <> 1) AS torn",
        "an aggregate lacks an event",
    ),
    (
        "SELECT count(*) FROM commands WHERE log_id = ?1 AND position > ?2",
        "a receipt speaks of events that are not there",
    ),
    (
        "SELECT count(*) FROM register_checkpoints WHERE log_id = ?1 AND position > ?2",
        "a register stands behind its head",
    ),
    (
        "SELECT count(*) FROM policy_checkpoints WHERE log_id = ?1 AND position > ?2",
        "a policy stands behind its head",
    ),
];

fn wrong(what: &str) -> Trouble {
    Trouble::Corrupt(format!("the log is not whole: {what}"))
}
